//! One broker's log of the partition shown: its marks, its leader epoch cache and its records.
//!
//! Uses: `inspector`, `narration`, `partition`.

use epochscope_engine::log::LogRecord;
use epochscope_engine::observe::ReplicaObservation;
use epochscope_vocabulary::{BrokerId, NodeId, Offset, ValueId};

use super::partition::epoch;
use super::{Control, Jump, Page, Row, Section, Sight, fact};
use crate::narration;

/// The last records of a log that are listed.
const MOST: u64 = 120;
/// The slot of the choice of a broker.
const BROKER: usize = 0;

pub(super) fn page(sight: Sight<'_>) -> Page {
    let Some(shown) = sight.shown else { return Page::default() };
    let cluster = sight.cluster();
    let brokers = cluster.brokers().into_iter();
    let replicas: Vec<ReplicaObservation> =
        brokers.filter_map(|broker| cluster.replica(broker.id, shown)).collect();
    let name = |broker: BrokerId| sight.node_name(NodeId::Broker(broker));
    let options: Vec<String> = replicas.iter().map(|replica| name(replica.broker)).collect();
    let wanted = sight.query.input(BROKER);
    let index = options.iter().position(|option| option == wanted).unwrap_or_default();
    let Some(replica) = replicas.get(index) else { return Page::default() };
    let value = options[index].clone();
    let title = format!("{} on {}", sight.partition_name(shown), name(replica.broker));
    let control = Control { slot: BROKER, label: "Broker", value, options };
    Page {
        controls: vec![control],
        sections: vec![
            Section::table(title, &["", ""], marks(replica)),
            Section::table("Leader epoch cache", &["epoch", "starts at"], epochs(replica)),
            Section::table("Records", &["offset", "epoch", "record", ""], records(sight, replica)),
        ],
    }
}

fn marks(replica: &ReplicaObservation) -> Vec<Row> {
    let log = &replica.log;
    let facts = [
        ("Log start offset", log.log_start_offset().0),
        ("High watermark", replica.high_watermark.0),
        ("Log end offset", log.log_end_offset().0),
        ("High watermark on disk (checkpoint)", replica.checkpointed_high_watermark.0),
        ("Flushed to disk up to", log.flushed_offset().0),
        ("Leader epoch it knows", replica.leader_epoch.0.into()),
        ("Partition epoch it knows", replica.partition_epoch.0.into()),
    ];
    facts.iter().map(|(name, number)| fact(name, number.to_string(), "")).collect()
}

fn epochs(replica: &ReplicaObservation) -> Vec<Row> {
    let entries = replica.log.leader_epochs().entries().iter();
    entries.map(|one| fact(&epoch(one.epoch), one.start_offset.to_string(), "")).collect()
}

/// The last records, the latest first.
fn records(sight: Sight<'_>, replica: &ReplicaObservation) -> Vec<Row> {
    let log = &replica.log;
    let end = log.log_end_offset();
    let from = Offset(end.0.saturating_sub(MOST)).max(log.log_start_offset());
    let values: Vec<ValueId> = log.records(from, end).map(|(_, record)| record.value).collect();
    let fates = sight.cluster().fates_of(values);
    let record = |(offset, record): (Offset, &LogRecord)| {
        let fate = fates.binary_search_by_key(&record.value, |fate| fate.value);
        let (text, tone) = fate.map_or(("", ""), |index| narration::fate(&fates[index]));
        let above = offset >= replica.high_watermark;
        let mut row = fact(&offset.to_string(), epoch(record.leader_epoch), "");
        row.add(sight.record(record.value), "").to(Jump::Record(record.value));
        row.add(if above { format!("above HW, {text}") } else { text.to_owned() }, tone);
        row
    };
    let mut rows: Vec<Row> = log.records(from, end).map(record).collect();
    rows.reverse();
    rows
}
