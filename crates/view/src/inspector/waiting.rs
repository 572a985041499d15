//! Requests in purgatories: who waits where for what, and why that has not come yet.
//!
//! Uses: `inspector`, `causes`, `narration`.

use epochscope_engine::observe::{ProcessStatus, ReplicaObservation, WaitingRequest, Wants};
use epochscope_vocabulary::event::EventKind;
use epochscope_vocabulary::{
    BrokerId, EventId, NodeId, Offset, RequestId, SimTime, TopicPartition,
};

use super::{Jump, Page, Row, Section, Sight};
use crate::narration;

/// As many partitions are looked through.
const MOST_PARTITIONS: usize = 64;
/// As many requests of a broker are listed.
const MOST: usize = 40;
const COLUMNS: &[&str] = &["who", "waits for", "since", "until"];

pub(super) fn page(sight: Sight<'_>) -> Page {
    let cluster = sight.cluster();
    let shown = sight.shown.and_then(|shown| cluster.partition(shown)).into_iter();
    let others = cluster.partitions().take(MOST_PARTITIONS);
    let others = others.filter(|other| Some(other.partition) != sight.shown);
    let partitions: Vec<TopicPartition> = shown.chain(others).map(|one| one.partition).collect();
    let mut sections = Vec::new();
    for broker in cluster.brokers() {
        let replicas = partitions.iter().filter_map(|id| cluster.replica(broker.id, *id));
        let mut rows = Vec::new();
        let mut seen: Vec<RequestId> = Vec::new();
        for replica in replicas {
            for request in &replica.waiting {
                if rows.len() < MOST && !seen.contains(&request.request) {
                    seen.push(request.request);
                    rows.push(line(sight, &replica, request));
                }
            }
        }
        let name = sight.node_name(NodeId::Broker(broker.id));
        if rows.is_empty() {
            let why = match broker.process {
                ProcessStatus::Running => "Nothing waits here.",
                ProcessStatus::Paused => "Nothing waits here: its process stands still.",
                ProcessStatus::Stopped | ProcessStatus::Killed => "Its process is down.",
            };
            sections.push(Section::note(&name, why));
        } else {
            sections.push(Section::table(name, COLUMNS, rows));
        }
    }
    Page { controls: Vec::new(), sections }
}

fn line(sight: Sight<'_>, replica: &ReplicaObservation, request: &WaitingRequest) -> Row {
    let jump = Jump::Request(replica.broker, replica.partition, request.request);
    let tone = match request.wants {
        Wants::HighWatermark { .. } => "meta",
        Wants::Record(_) | Wants::CommittedRecord(_) => "",
    };
    let mut row = Row::default();
    row.add(sight.node_name(request.from), "").to(jump).add(wanted(sight, &request.wants), tone);
    row.add(narration::moment(request.since), "moment");
    row.add(narration::moment(request.until), "moment");
    row
}

fn wanted(sight: Sight<'_>, wants: &Wants) -> String {
    match wants {
        Wants::HighWatermark { required, values } => {
            let names: Vec<String> =
                values.iter().take(3).map(|value| sight.record(*value)).collect();
            let more = if values.len() > 3 { ", …" } else { "" };
            format!("HW {required}, for {}{more}", names.join(", "))
        }
        Wants::Record(offset) => format!("a record at {offset}"),
        Wants::CommittedRecord(offset) => format!("a committed record at {offset}"),
    }
}

/// What a request waits for and who keeps it waiting, with the events that this is due to.
pub(super) fn why_not_yet(
    sight: Sight<'_>,
    broker: BrokerId,
    partition: TopicPartition,
    request: RequestId,
) -> (Vec<Section>, Vec<EventId>) {
    let replica = sight.cluster().replica(broker, partition);
    let found = replica.as_ref().and_then(|replica| {
        replica.waiting.iter().find(|one| one.request == request).map(|one| (replica, one))
    });
    let Some((replica, waiting)) = found else {
        let text = "At this moment it waits no more, or not yet.";
        return (vec![Section::note("Why not yet?", text)], Vec::new());
    };
    let who = sight.node_name(waiting.from);
    let at = sight.node_name(NodeId::Broker(broker));
    let heading = format!("{who} waits at {at} for {}", wanted(sight, &waiting.wants));
    let (text, rows) = match &waiting.wants {
        Wants::HighWatermark { required, .. } => {
            let text = format!(
                "The high watermark of {} stands at {}. It is the lowest log end offset of the ISR \
                 as the leader counts it, and waits for:",
                sight.partition_name(partition),
                replica.high_watermark
            );
            (text, held_back(sight, replica, *required))
        }
        Wants::Record(offset) => {
            let end = replica.log.log_end_offset();
            (format!("The log ends at {end}: nobody has written record {offset}."), Vec::new())
        }
        Wants::CommittedRecord(offset) => {
            let (end, required) = (replica.log.log_end_offset(), offset.plus(1));
            let text = if *offset < end {
                format!("Record {offset} is written; the high watermark has to pass it:")
            } else {
                format!("The log ends at {end}: nobody has written record {offset}.")
            };
            let rows = if *offset < end { held_back(sight, replica, required) } else { Vec::new() };
            (text, rows)
        }
    };
    let mut sections = vec![Section::note(&heading, text)];
    if !rows.is_empty() {
        sections.push(Section::table("Who keeps it waiting", &[""], rows));
    }
    (sections, began(sight, replica, waiting))
}

/// The members of the ISR that have not got so far.
fn held_back(sight: Sight<'_>, replica: &ReplicaObservation, required: Offset) -> Vec<Row> {
    let cluster = sight.cluster();
    let mut rows = Vec::new();
    for follower in replica.maximal_isr.iter().filter(|id| **id != replica.broker) {
        let known = replica.follower_offsets.iter().find(|(id, _)| id == follower);
        let known = known.and_then(|(_, end)| *end);
        if known.is_some_and(|end| end >= required) {
            continue;
        }
        let state = match cluster.broker(*follower).map(|broker| broker.process) {
            Some(ProcessStatus::Running) => {
                match cluster.replica(*follower, replica.partition).map(|one| one.role) {
                    Some(epochscope_engine::observe::ReplicaRole::Follower(leader))
                        if leader == replica.broker =>
                    {
                        "runs and fetches"
                    }
                    _ => "runs and does not fetch from here",
                }
            }
            Some(ProcessStatus::Paused) => "stands still",
            Some(ProcessStatus::Stopped | ProcessStatus::Killed) | None => "is down",
        };
        let node = NodeId::Broker(*follower);
        let text = narration::lacks(*follower, known, required, state);
        let mut row = Row::default();
        row.add(text, "meta").to(Jump::Node(node));
        rows.push(row);
    }
    let isr = replica.isr.len();
    let min = cluster.partition(replica.partition).map_or(0, |one| one.min_insync_replicas);
    if u32::try_from(isr).is_ok_and(|isr| isr < min) {
        let text = format!("the ISR has {isr} of the {min} members of min.insync.replicas");
        let mut row = Row::default();
        row.add(text, "bad");
        rows.push(row);
    }
    rows
}

/// What the wait began with, and what was done to those who are waited for.
fn began(sight: Sight<'_>, replica: &ReplicaObservation, waiting: &WaitingRequest) -> Vec<EventId> {
    let past = sight.past();
    let of_request = past.iter().map(|one| &*one.event).rfind(|event| {
        matches!(event.kind, EventKind::ProduceDelayed { request, .. }
            if request == waiting.request)
    });
    let mut roots: Vec<EventId> = of_request.map(|event| event.id).into_iter().collect();
    for follower in replica.maximal_isr.iter().filter(|id| **id != replica.broker) {
        let is_down = sight
            .cluster()
            .broker(*follower)
            .is_some_and(|broker| broker.process != ProcessStatus::Running);
        if is_down {
            let fault = fault(sight, *follower, waiting.until);
            roots.extend(fault);
        }
    }
    roots
}

fn fault(sight: Sight<'_>, broker: BrokerId, until: SimTime) -> Option<EventId> {
    let found = sight.past().iter().map(|one| &*one.event).rfind(|event| {
        event.node == Some(broker.into())
            && event.at <= until
            && matches!(
                event.kind,
                EventKind::Paused {} | EventKind::Killed {} | EventKind::Stopped {}
            )
    });
    found.map(|event| event.id)
}
