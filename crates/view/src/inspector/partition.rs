//! The partition shown: as a tool describes it, who believes what of it, and what happened lately.
//!
//! Uses: `inspector`, `events`, `palette`.

use epochscope_engine::describe::describe_topics;
use epochscope_engine::observe::{PartitionObservation, ReplicaObservation, ReplicaRole};
use epochscope_vocabulary::{LeaderEpoch, NodeId};

use super::{Body, Jump, Page, Row, Section, Sight, events, ids};
use crate::palette::epoch_letter;

/// How many events stand under the beliefs.
const RECENT: usize = 40;

const BELIEFS: &[&str] = &["", "leader", "epoch", "ISR", "HW", "LEO"];

pub(super) fn page(sight: Sight<'_>) -> Page {
    let mut sections = Vec::new();
    if let Some(partition) = sight.shown.and_then(|shown| sight.cluster().partition(shown)) {
        sections.push(described(sight, &partition));
        sections.push(Section::table("Who believes what", BELIEFS, beliefs(sight, &partition)));
    }
    sections.push(events::recent(sight, RECENT));
    Page { controls: Vec::new(), sections }
}

/// The line of `kafka-topics.sh --describe`, a few words a line.
fn described(sight: Sight<'_>, partition: &PartitionObservation) -> Section {
    let cluster = sight.cluster();
    let topic = sight.player.names().topic_name(partition.partition.topic);
    let settings = cluster.controller_settings();
    let all = describe_topics(cluster.image(), Some(topic), &settings);
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
