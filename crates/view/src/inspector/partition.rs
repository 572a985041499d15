//! The partition shown: as a tool describes it, who believes what of it, and what happened lately.
//!
//! Uses: `inspector`, `checks`, `events`, `narration`, `palette`.

use epochscope_engine::observe::{PartitionObservation, ReplicaObservation, ReplicaRole};
use epochscope_vocabulary::metadata_record::LeaderRecoveryState;
use epochscope_vocabulary::{BrokerId, LeaderEpoch, NodeId};

use super::{Body, Cell, Jump, Page, Row, Section, Sight, checks, events, fact, ids};
use crate::narration;
use crate::palette::epoch_letter;

/// How many events stand under the beliefs.
const RECENT: usize = 40;

const REPLICAS: &[&str] = &["replica", "is", "lacks"];
const PLACED: &[&str] = &["replica", "is", "lacks", "log directory"];
const BELIEFS: &[&str] = &["", "leader", "epoch", "ISR", "HW", "LEO"];

pub(super) fn page(sight: Sight<'_>) -> Page {
    let mut sections: Vec<Section> =
        checks::broken(sight, checks::Told::Name).into_iter().collect();
    if let Some(partition) = sight.shown.and_then(|shown| sight.cluster().partition(shown)) {
        sections.push(described(sight, &partition));
        sections.push(Section::table("Who believes what", BELIEFS, beliefs(sight, &partition)));
        sections.push(replicas(sight, &partition));
    }
    sections.push(events::recent(sight, RECENT));
    Page { controls: Vec::new(), sections }
}

/// The line of `kafka-topics.sh --describe`, a few words a line.
fn described(sight: Sight<'_>, partition: &PartitionObservation) -> Section {
    let cluster = sight.cluster();
    let topic = sight.player.names().topic_name(partition.partition.topic);
    let all = cluster.describe(Some(topic));
    let own = format!("\tPartition: {}\t", partition.partition.partition);
    let mut text = String::new();
    for (index, line) in all.text.lines().enumerate() {
        if index == 0 || line.contains(&own) {
            let words: Vec<&str> = line.split('\t').map(str::trim).collect();
            for word in words.iter().filter(|word| !word.is_empty()) {
                let is_first = word.starts_with("Topic: ");
                let breaks = ["Leader:", "Elr:", "Configs:", "PartitionCount:", "TopicId:"];
                if is_first || breaks.iter().any(|first| word.starts_with(first)) {
                    text.push_str(if text.is_empty() { "" } else { "\n" });
                } else {
                    text.push_str("  ");
                }
                text.push_str(word);
            }
        }
    }
    Section { heading: partition.name.clone(), body: Body::Text(text) }
}

/// Each assigned replica: whether it is in sync or on its way in or out, what it lacks of the
/// leader's log, and where it lies. Then what is said of the partition as a whole.
fn replicas(sight: Sight<'_>, partition: &PartitionObservation) -> Section {
    let cluster = sight.cluster();
    let leading = partition.leader.and_then(|id| cluster.replica(id, partition.partition));
    let leading = leading.filter(|replica| replica.role == ReplicaRole::Leader);
    let proposed = leading.as_ref().and_then(|replica| replica.proposed_isr.as_deref());
    let of = |id: &BrokerId| cluster.replica(*id, partition.partition)?.directory;
    let are_placed = partition.replicas.iter().any(|id| of(id).is_some());
    let columns = if are_placed { PLACED } else { REPLICAS };
    let row = |id: &BrokerId| {
        let node = NodeId::Broker(*id);
        let (part, tone) = narration::part(partition, proposed, *id);
        let mut row = Row::default();
        row.add(sight.node_name(node), "").to(Jump::Node(node)).add(part.to_owned(), tone);
        let lacks = leading.as_ref().map_or_else(String::new, |leading| lack(leading, *id));
        row.add(lacks, "");
        if are_placed {
            row.add(of(id).map(|path| path.to_string()).unwrap_or_default(), "");
        }
        row
    };
    let mut rows: Vec<Row> = partition.replicas.iter().map(row).collect();
    let mut add = |name: &str, value: String, tone| {
        let mut row = fact(name, value, tone);
        row.cells.resize(columns.len(), Cell::default());
        rows.push(row);
    };
    if let (Some(proposed), Some(leader)) = (proposed, partition.leader) {
        add("asked for", format!("ISR {}, by broker {leader}", ids(proposed)), "meta");
    }
    if !partition.last_known_elr.is_empty() {
        add("last known ELR", ids(&partition.last_known_elr), "");
    }
    if partition.leader_recovery_state == LeaderRecoveryState::Recovering {
        add("leader", "recovers from an unclean election".to_owned(), "warn");
    }
    add("partition epoch", partition.partition_epoch.to_string(), "");
    Section::table("Replicas", columns, rows)
}

/// What a leader knows that another replica lacks.
fn lack(leading: &ReplicaObservation, id: BrokerId) -> String {
    if leading.broker == id {
        return "–".to_owned();
    }
    let known = leading.follower_offsets.iter().find(|(follower, _)| *follower == id);
    let end = leading.log.log_end_offset();
    match known.and_then(|(_, offset)| *offset) {
        Some(offset) if offset >= end => "nothing".to_owned(),
        Some(offset) => format!("{} of {end}", end.0 - offset.0),
        None => "not known".to_owned(),
    }
}

fn beliefs(sight: Sight<'_>, partition: &PartitionObservation) -> Vec<Row> {
    let cluster = sight.cluster();
    let leader = partition.leader.map_or_else(|| "none".to_owned(), |leader| leader.to_string());
    let mut controller = Row::default();
    controller.add("controller".to_owned(), "").add(leader, "");
    controller.add(epoch(partition.leader_epoch), "").add(ids(&partition.isr), "");
    controller.add("–".to_owned(), "").add("–".to_owned(), "");
    let brokers = cluster.brokers().into_iter();
    let replicas = brokers.filter_map(|broker| cluster.replica(broker.id, partition.partition));
    std::iter::once(controller).chain(replicas.map(|replica| belief(sight, &replica))).collect()
}

fn belief(sight: Sight<'_>, replica: &ReplicaObservation) -> Row {
    let node = NodeId::Broker(replica.broker);
    let (leader, tone) = match replica.role {
        ReplicaRole::Leader if replica.is_stale_leader => (replica.broker.to_string(), "bad"),
        ReplicaRole::Leader => (replica.broker.to_string(), ""),
        ReplicaRole::Follower(leader) => (leader.to_string(), ""),
        ReplicaRole::Leaderless => ("none".to_owned(), ""),
        ReplicaRole::Offline => ("–".to_owned(), "off"),
    };
    let mut row = Row { tone, ..Row::default() };
    row.add(sight.node_name(node), "").to(Jump::Node(node)).add(leader, "");
    row.add(epoch(replica.leader_epoch), "").add(ids(&replica.isr), "");
    row.add(replica.high_watermark.to_string(), "");
    row.add(replica.log.log_end_offset().to_string(), "");
    row
}

pub(super) fn epoch(epoch: LeaderEpoch) -> String {
    format!("{epoch} {}", epoch_letter(epoch))
}
