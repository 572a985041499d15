//! The metadata log in Kafka's words, and how far each node has read it.
//!
//! Uses: `inspector`.

use epochscope_engine::observe::{BrokerObservation, ControllerObservation, ProcessStatus};
use epochscope_vocabulary::event::{EventKind, record_text};
use epochscope_vocabulary::metadata_record::MetadataRecord;
use epochscope_vocabulary::{EventId, NodeId, Offset};

use super::{Cell, Jump, Page, Row, RowState, Section, Sight, row};

/// As many records are looked at, the latest first; no-ops among them are counted only.
const MOST: u64 = 160;

pub(super) fn page(sight: Sight<'_>) -> Page {
    let cluster = sight.cluster();
    let active = cluster.active_controller();
    let committed = cluster.image().end_offset();
    let controllers = cluster.controllers();
    let mut nodes: Vec<Row> = controllers
        .iter()
        .map(|controller| controller_row(sight, controller, Some(controller.id) == active))
        .collect();
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

fn controller_row(sight: Sight<'_>, controller: &ControllerObservation, is_active: bool) -> Row {
    let role = if is_active { "active" } else { controller.quorum_role };
    row(vec![
        sight.node_name(NodeId::Controller(controller.id)).into(),
        Cell::toned(role, if is_active { "meta" } else { "" }),
        controller.log_end_offset.to_string().into(),
        controller.high_watermark.to_string().into(),
    ])
}

fn broker_row(sight: Sight<'_>, broker: &BrokerObservation, committed: Offset) -> Row {
    let node = NodeId::Broker(broker.id);
    let (role, tone) = match broker.process {
        ProcessStatus::Running => ("broker", ""),
        ProcessStatus::Paused => ("paused", "warn"),
        ProcessStatus::Stopped => ("stopped", "off"),
        ProcessStatus::Killed => ("crashed", "off"),
    };
    let applied = broker.metadata_offset;
    let behind = committed.0.saturating_sub(applied.0);
    let applied = match behind {
        0 => Cell::from(applied.to_string()),
        _ => Cell::toned(format!("{applied}, {behind} behind"), "bad"),
    };
    let name = Cell::from(sight.node_name(node)).to(Jump::Node(node));
    row(vec![name, Cell::toned(role, tone), "–".into(), applied])
}

/// The last records but for no-ops, the latest first.
fn records(sight: Sight<'_>) -> Vec<Row> {
    let cluster = sight.cluster();
    let (log, committed) = (cluster.metadata_log(), cluster.image().end_offset());
    let end = log.end_offset();
    let mut rows = Vec::new();
    for offset in (end.0.saturating_sub(MOST)..end.0).rev().map(Offset) {
        let Some((epoch, record)) = log.entry(offset) else { continue };
        if matches!(record, MetadataRecord::NoOpRecord) {
            continue;
        }
        let mut text = Cell::from(record_text(sight.player.names(), record));
        text.jump = written(sight, offset).map(Jump::Moment);
        let is_open = offset >= committed;
        if is_open {
            text = Cell { tone: "meta", text: format!("{}, not committed", text.text), ..text };
        }
        let state = if is_open { RowState::Present } else { RowState::Plain };
        let why = written(sight, offset).map(Jump::Why);
        let cells = vec![offset.to_string().into(), epoch.to_string().into(), text];
        rows.push(Row { state, why, ..row(cells) });
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
