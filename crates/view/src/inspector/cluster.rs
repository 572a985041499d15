//! The stage as tables: every broker with its log, every partition, every message on its way.
//!
//! What the picture shows, for those who hear it, copy it or compare it.
//!
//! Uses: `inspector`, `checks`, `partition`, `narration`, `scene`.

use epochscope_engine::observe::{
    BrokerObservation, MessageObservation, PartitionObservation, ProcessStatus, ReplicaObservation,
    Transit,
};
use epochscope_vocabulary::{NodeId, Offset};

use super::partition::epoch;
use super::{Jump, Page, Row, Section, Sight, checks, ids};
use crate::narration::{self, moment};
use crate::scene::{Role, replicas};

const BROKERS: &[&str] = &["broker", "role", "epoch", "sync", "HW", "LEO", "newest records"];
const PARTITIONS: &[&str] = &["partition", "leader", "epoch", "ISR", "ELR", "replicas"];
const MESSAGES: &[&str] = &["message", "from", "to", "arrives"];
/// As many of a log's records are named.
const NEWEST: u64 = 4;
/// As many partitions are listed.
const MOST: usize = 100;

pub(super) fn page(sight: Sight<'_>) -> Page {
    let cluster = sight.cluster();
    let partitions: Vec<_> = cluster.partitions().take(MOST).collect();
    let shown = sight.shown.and_then(|shown| cluster.partition(shown));
    let shown = shown.as_ref();
    let brokers = cluster.brokers();
    let name = shown.map_or("Brokers", |shown| &shown.name);
    let rows = brokers.iter().map(|one| broker(sight, one, shown)).collect();
    let mut sections = vec![Section::note("Now", summary(&brokers, shown))];
    sections.push(checks::broken(sight, checks::Told::All).unwrap_or_else(checks::none_broken));
    sections.push(Section::table(name, BROKERS, rows));
    if partitions.len() > 1 {
        let rows = partitions.iter().map(|one| partition(one, &brokers)).collect();
        sections.push(Section::table("Partitions", PARTITIONS, rows));
    }
    let messages = cluster.in_flight(sight.now);
    sections.push(if messages.is_empty() {
        Section::note("On their way", "No message is on its way.")
    } else {
        let rows = messages.iter().take(MOST).map(|one| message(sight, one)).collect();
        Section::table("On their way", MESSAGES, rows)
    });
    Page { controls: Vec::new(), sections }
}

/// The picture in two sentences.
fn summary(brokers: &[BrokerObservation], shown: Option<&PartitionObservation>) -> String {
    let not_running: Vec<String> = brokers
        .iter()
        .filter(|broker| broker.process != ProcessStatus::Running)
        .map(|broker| format!("broker {} is {}", broker.id, process(broker.process)))
        .collect();
    let mut text = format!("{} brokers", brokers.len());
    text.push_str(if not_running.is_empty() { ", all running" } else { ": " });
    text.push_str(&not_running.join(", "));
    if let Some(shown) = shown {
        let leader = shown.leader.map_or_else(
            || "has no leader".to_owned(),
            |leader| format!("is led by broker {leader} in epoch {}", shown.leader_epoch),
        );
        text.push_str(&format!(". {} {leader}; in sync: {}", shown.name, ids(&shown.isr)));
        text.push_str(&format!("; min.insync.replicas {}", shown.min_insync_replicas));
    }
    text.push('.');
    text
}

const fn process(process: ProcessStatus) -> &'static str {
    match process {
        ProcessStatus::Running => "running",
        ProcessStatus::Paused => "paused",
        ProcessStatus::Stopped => "stopped",
        ProcessStatus::Killed => "crashed",
    }
}

fn broker(
    sight: Sight<'_>,
    broker: &BrokerObservation,
    shown: Option<&PartitionObservation>,
) -> Row {
    let node = NodeId::Broker(broker.id);
    let replica = shown.and_then(|shown| sight.cluster().replica(broker.id, shown.partition));
    let mut row = Row::default();
    row.add(broker.id.to_string(), "").to(Jump::Node(node));
    let (Some(replica), Some(shown)) = (replica, shown) else {
        let role = if shown.is_some() { "no replica" } else { process(broker.process) };
        row.add(role.to_owned(), "off");
        for _ in 2..BROKERS.len() {
            row.add(String::new(), "");
        }
        return row;
    };
    let leading = shown.leader.and_then(|id| sight.cluster().replica(id, shown.partition));
    let proposed = leading.and_then(|leading| leading.proposed_isr);
    let (part, part_tone) = narration::part(shown, proposed.as_deref(), broker.id);
    let (role, tone) = role(broker.process, &replica);
    row.add(role, tone).add(epoch(replica.leader_epoch), "");
    row.add(part.to_owned(), part_tone);
    row.add(replica.high_watermark.to_string(), "");
    row.add(replica.log.log_end_offset().to_string(), "");
    row.add(newest(sight, &replica), "");
    row
}

/// The badge of the card, in the words of a table; a process that stands still plays no part.
fn role(status: ProcessStatus, replica: &ReplicaObservation) -> (String, &'static str) {
    match (replicas::role(status, replica), status) {
        (Role::Crashed, _) => ("crashed".to_owned(), "off"),
        (Role::Stopped, _) => ("stopped".to_owned(), "off"),
        (Role::Offline, _) => ("offline".to_owned(), "bad"),
        (Role::StaleLeader, _) => ("stale leader".to_owned(), "bad"),
        (_, ProcessStatus::Paused) => ("paused".to_owned(), "warn"),
        (Role::Leader, _) => ("leader".to_owned(), ""),
        (Role::Follower(leader), _) => (format!("follows {leader}"), ""),
        (Role::Leaderless, _) => ("knows no leader".to_owned(), "warn"),
    }
}

fn newest(sight: Sight<'_>, replica: &ReplicaObservation) -> String {
    let end = replica.log.log_end_offset();
    let records = replica.log.records(Offset(end.0.saturating_sub(NEWEST)), end);
    let named = records.map(|(offset, record)| format!("{offset} {}", sight.record(record.value)));
    named.collect::<Vec<_>>().join(", ")
}

fn partition(partition: &PartitionObservation, brokers: &[BrokerObservation]) -> Row {
    let mut row = Row::default();
    row.add(partition.name.clone(), "");
    let leader = partition.leader.and_then(|id| brokers.iter().find(|broker| broker.id == id));
    match leader {
        Some(leader) if leader.process == ProcessStatus::Running => {
            row.add(leader.id.to_string(), "")
        }
        Some(leader) => row.add(format!("{}, {}", leader.id, process(leader.process)), "bad"),
        None => row.add("none".to_owned(), "bad"),
    };
    let is_whole = partition.isr.len() == partition.replicas.len();
    row.add(epoch(partition.leader_epoch), "");
    row.add(ids(&partition.isr), if is_whole { "" } else { "warn" });
    row.add(ids(&partition.elr), "").add(ids(&partition.replicas), "");
    row
}

fn message(sight: Sight<'_>, message: &MessageObservation) -> Row {
    let (arrives, tone) = match message.transit {
        Transit::Arriving(at) => (moment(at), "moment"),
        Transit::Cut => ("its link is cut".to_owned(), "diverged"),
        Transit::Held => ("is held".to_owned(), "warn"),
        Transit::Inbox => ("waits to be read".to_owned(), ""),
    };
    let mut row = Row::default();
    row.add(message.label.clone(), if message.is_metadata { "meta" } else { "" });
    row.to(Jump::Why(message.cause));
    row.add(sight.node_name(message.from), "").add(sight.node_name(message.to), "");
    row.add(arrives, tone);
    row
}
