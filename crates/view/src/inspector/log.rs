//! One broker's log of the partition shown: its marks, its leader epoch cache, its
//! records and what it remembers of producers; then all of the broker's log directories.
//!
//! Uses: `inspector`, `narration`, `partition`.

use epochscope_engine::broker::log_manager::{DirectoryState, LogDirectory};
use epochscope_engine::client::ClientNode;
use epochscope_engine::log::LogRecord;
use epochscope_engine::log::producer_state::ProducerStateEntry;
use epochscope_engine::observe::{ClientObservation, PartitionObservation, ReplicaObservation};
use epochscope_vocabulary::{BrokerId, NodeId, Offset, ProducerId, ValueId};

use super::partition::epoch;
use super::{Control, Jump, Page, Row, Section, Sight, fact};
use crate::narration;

/// The last records of a log that are listed.
const MOST: u64 = 120;
/// As many replicas of a log directory are named.
const MOST_NAMED: usize = 40;
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
            Section::table("Log directories", DIRECTORIES, directories(sight, replica.broker)),
            producers(sight, replica),
            Section::table("Records", &["offset", "epoch", "record", ""], records(sight, replica)),
        ],
    }
}

const DIRECTORIES: &[&str] = &["directory", "is", "replicas"];
const PRODUCERS: &[&str] = &["producer", "id, epoch", "sequences", "at offsets"];

/// What the replica remembers of idempotent producers, to know a repeat.
fn producers(sight: Sight<'_>, replica: &ReplicaObservation) -> Section {
    const HEADING: &str = "Producer state";
    let cluster = sight.cluster();
    let clients = cluster.clients();
    let name = |id: ProducerId| {
        let is_it = |client: &&ClientObservation| {
            let identity = cluster.client(&client.name).and_then(ClientNode::identity);
            identity.is_some_and(|identity| identity.producer_id == Some(id))
        };
        clients.iter().find(is_it).map_or_else(|| "–".to_owned(), |one| one.name.to_string())
    };
    let row = |entry: &ProducerStateEntry| {
        let id = entry.producer_id;
        let mut row = fact(&name(id), format!("{}, {}", id.0, entry.producer_epoch.0), "");
        let (mut sequences, mut offsets) = (Vec::new(), Vec::new());
        for batch in entry.batches() {
            sequences.push(span(batch.first_sequence.into(), batch.last_sequence.into()));
            offsets.push(span(batch.first_offset.0, batch.last_offset.0));
        }
        row.add(sequences.join(", "), "").add(offsets.join(", "), "");
        row
    };
    match replica.log.producers().entries() {
        [] => Section::note(HEADING, "No idempotent producer has written here."),
        known => Section::table(HEADING, PRODUCERS, known.iter().map(row).collect()),
    }
}

/// Numbers from one to another, both included.
pub(super) fn span(first: u64, last: u64) -> String {
    if first == last { first.to_string() } else { format!("{first}–{last}") }
}

/// The broker's log directories, with what lies in each.
fn directories(sight: Sight<'_>, broker: BrokerId) -> Vec<Row> {
    let cluster = sight.cluster();
    let Some(manager) = cluster.log_manager(broker) else { return Vec::new() };
    let row = |directory: &LogDirectory| {
        let (state, tone) = match directory.state {
            DirectoryState::Online => ("online", ""),
            DirectoryState::Failed => ("failed", "bad"),
            DirectoryState::Repaired => ("repaired, for the next start", "warn"),
        };
        let lies_here = |one: &PartitionObservation| {
            let home = manager.directory_of(one.partition);
            home.is_some_and(|home| home.id == directory.id)
                && cluster.log(broker, one.partition).is_some()
        };
        let here = cluster.partitions().filter(lies_here).take(MOST_NAMED);
        let mut names: Vec<String> = here.map(|one| one.name).collect();
        if manager.metadata_directory().is_some_and(|one| one.id == directory.id) {
            names.insert(0, "the metadata log".to_owned());
        }
        let mut row = fact(&directory.path, state.to_owned(), tone);
        row.add(names.join(", "), "");
        row
    };
    manager.directories().iter().map(row).collect()
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
