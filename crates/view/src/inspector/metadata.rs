//! The metadata log in Kafka's words, and how far each node has read it.
//!
//! Uses: `inspector`, `scene`.

use epochscope_engine::observe::{BrokerObservation, ControllerObservation, ProcessStatus};
use epochscope_vocabulary::event::{EventKind, record_text};
use epochscope_vocabulary::metadata_record::MetadataRecord;
use epochscope_vocabulary::{ControllerId, EventId, NodeId, Offset};

use crate::scene::replicas::is_down;
use crate::scene::standing;

use super::{Jump, Page, Row, RowState, Section, Sight};

/// As many records are looked at, the latest first; no-ops among them are counted only.
const MOST: u64 = 160;

pub(super) fn page(sight: Sight<'_>) -> Page {
    let cluster = sight.cluster();
    let active = cluster.active_controller();
    let committed = cluster.image().end_offset();
    let controllers = cluster.controllers();
    let mut nodes: Vec<Row> =
        controllers.iter().map(|controller| controller_row(sight, controller, active)).collect();
    let brokers = cluster.brokers();
    nodes.extend(brokers.iter().map(|broker| broker_row(sight, broker, committed)));
    let columns = &["node", "role", "has", "applied"];
    Page {
        controls: Vec::new(),
        sections: vec![
            Section::table("Who has read how far", columns, nodes),
            Section::table("Metadata log", &["offset", "epoch", "record"], records(sight)),
        ],
    }
}

fn controller_row(
    sight: Sight<'_>,
    controller: &ControllerObservation,
    active: Option<ControllerId>,
) -> Row {
    let tone = match controller.process {
        ProcessStatus::Running if Some(controller.id) == active => "meta",
        ProcessStatus::Running if controller.is_active => "bad",
        ProcessStatus::Running => "",
        ProcessStatus::Paused => "warn",
        ProcessStatus::Stopped | ProcessStatus::Killed => "off",
    };
    let mut row = Row::default();
    row.add(sight.node_name(NodeId::Controller(controller.id)), "");
    let role = standing(controller, active);
    row.add(format!("{role}, epoch {}", controller.quorum_epoch), tone);
    row.add(controller.log_end_offset.to_string(), "");
    row.add(applied(controller.process, controller.high_watermark), "");
    row
}

fn broker_row(sight: Sight<'_>, broker: &BrokerObservation, committed: Offset) -> Row {
    let node = NodeId::Broker(broker.id);
    let (role, tone) = match broker.process {
        ProcessStatus::Running => ("broker", ""),
        ProcessStatus::Paused => ("paused", "warn"),
        ProcessStatus::Stopped => ("stopped", "off"),
        ProcessStatus::Killed => ("crashed", "off"),
    };
    let applied = applied(broker.process, broker.metadata_offset);
    let behind = committed.0.saturating_sub(broker.metadata_offset.0);
    let mut row = Row::default();
    row.add(sight.node_name(node), "").to(Jump::Node(node)).add(role.to_owned(), tone);
    row.add("–".to_owned(), "");
    match behind {
        0 => row.add(applied, ""),
        _ if is_down(broker.process) => row.add(applied, ""),
        _ => row.add(format!("{applied}, {behind} behind"), "bad"),
    };
    row
}

/// How far a process has read; one that is down has forgotten.
fn applied(process: ProcessStatus, end: Offset) -> String {
    if is_down(process) { "–".to_owned() } else { end.to_string() }
}

/// Who stands at an end in the log: whose log ends there, and who has committed or applied so far.
fn standing_at(
    end: Offset,
    controllers: &[ControllerObservation],
    brokers: &[BrokerObservation],
) -> String {
    let mut parts = Vec::new();
    let mut add = |what: &str, who: Vec<String>| {
        if !who.is_empty() {
            parts.push(format!("{what} {}", who.join(", ")));
        }
    };
    let ends = controllers.iter().filter(|one| one.log_end_offset == end);
    add("end of", ends.map(|one| one.id.to_string()).collect());
    let knows = |one: &&ControllerObservation| !is_down(one.process) && one.high_watermark == end;
    let know = controllers.iter().filter(knows);
    add("high watermark of", know.map(|one| one.id.to_string()).collect());
    let has_applied =
        |one: &&BrokerObservation| !is_down(one.process) && one.metadata_offset == end;
    let have = brokers.iter().filter(has_applied);
    add("applied by", have.map(|one| one.id.to_string()).collect());
    parts.join("; ")
}

/// The last records but for no-ops, the latest first, with the places where nodes stand.
fn records(sight: Sight<'_>) -> Vec<Row> {
    let cluster = sight.cluster();
    let (log, committed) = (cluster.metadata_log(), cluster.image().end_offset());
    let end = log.end_offset();
    let (controllers, brokers) = (cluster.controllers(), cluster.brokers());
    let mut rows = Vec::new();
    for offset in (end.0.saturating_sub(MOST)..end.0).rev().map(Offset) {
        let stands = standing_at(offset.plus(1), &controllers, &brokers);
        if !stands.is_empty() {
            let mut row = Row { tone: "mark", ..Row::default() };
            row.add(offset.plus(1).to_string(), "").add("▸".to_owned(), "").add(stands, "meta");
            rows.push(row);
        }
        let Some((epoch, record)) = log.entry(offset) else { continue };
        if matches!(record, MetadataRecord::NoOpRecord) {
            continue;
        }
        let mut row = Row::default();
        row.add(offset.to_string(), "").add(epoch.to_string(), "");
        let text = record_text(sight.player.names(), record);
        if offset >= committed {
            row.state = RowState::Present;
            row.add(format!("{text}, not committed"), "meta");
        } else {
            row.add(text, "");
        }
        if let Some(event) = written(sight, offset) {
            row.to(Jump::Moment(event)).why = Some(Jump::Why(event));
        }
        rows.push(row);
    }
    rows
}

/// The event of a record's writing; records of the set-up have none.
fn written(sight: Sight<'_>, wanted: Offset) -> Option<EventId> {
    let past = sight.past();
    let found = past.iter().rfind(|one| {
        matches!(&one.event.kind, EventKind::RecordAppended { offset, .. } if *offset == wanted)
    });
    found.map(|one| one.event.id)
}
