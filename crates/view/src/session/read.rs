//! Reading a cluster for one scene.
//!
//! Uses: `scene`, `trace`.

use epochscope_engine::Cluster;
use epochscope_engine::observe::{
    BrokerObservation, MessageObservation, RecordFate, ReplicaObservation,
};
use epochscope_vocabulary::{BrokerId, NodeId, Offset, SimTime, TopicPartition, ValueId};

use crate::scene::replicas::WINDOW;
use crate::scene::{MOST_WITH_BYSTANDERS, Reading};
use crate::trace::History;

/// As many partitions are shown beside the chosen one.
const OTHERS: usize = 5;
/// As many partitions are offered beside the stage; the map finds the others.
const MOST_CHOICES: usize = 100;

/// The partition shown if it exists, else the first one.
pub(super) fn still_there(
    cluster: &Cluster,
    shown: Option<TopicPartition>,
) -> Option<TopicPartition> {
    let is_there = |shown: &TopicPartition| cluster.partition(*shown).is_some();
    shown.filter(is_there).or_else(|| first(cluster))
}

/// The first partition.
pub(super) fn first(cluster: &Cluster) -> Option<TopicPartition> {
    cluster.partitions().next().map(|first| first.partition)
}

/// All that the scene of this moment is made of.
pub(super) fn read(
    cluster: &Cluster,
    history: &History,
    at: SimTime,
    shown: Option<TopicPartition>,
) -> Reading {
    let brokers = cluster.brokers();
    let replicas: Vec<ReplicaObservation> = shown.map_or_else(Vec::new, |shown| {
        brokers.iter().filter_map(|broker| cluster.replica(broker.id, shown)).collect()
    });
    let mut partitions: Vec<_> = cluster.partitions().take(MOST_CHOICES).collect();
    let others = partitions.iter().filter(|one| Some(one.partition) != shown).take(OTHERS);
    let others = others.flat_map(|one| {
        brokers.iter().filter_map(|broker| cluster.replica(broker.id, one.partition))
    });
    let others = others.collect();
    let is_far = |shown: &TopicPartition| partitions.iter().all(|one| one.partition != *shown);
    partitions.extend(shown.filter(is_far).and_then(|shown| cluster.partition(shown)));
    let mut fates = Vec::new();
    for replica in &replicas {
        let end = replica.log.log_end_offset();
        let records = replica.log.records(Offset(end.0.saturating_sub(WINDOW)), end);
        let cut = history.cut_from(replica.broker, replica.partition);
        for value in records.map(|(_, record)| record.value).chain(cut.map(|(_, value)| value)) {
            note_fate(cluster, value, &mut fates);
        }
    }
    let (controllers, clients) = (cluster.controllers(), cluster.clients());
    let nodes = controllers.iter().map(|one| NodeId::Controller(one.id));
    let nodes = nodes.chain(clients.iter().map(|one| NodeId::Client(one.id)));
    let cuts = cuts(cluster, &brokers, nodes.collect());
    Reading {
        at,
        names: cluster.names().clone(),
        controllers,
        active_controller: cluster.active_controller(),
        partitions,
        shown,
        replicas,
        others,
        clients,
        cuts,
        messages: messages(cluster, at, shown),
        fates,
        brokers,
    }
}

/// Messages on their way between nodes that are drawn.
pub(super) fn messages(
    cluster: &Cluster,
    at: SimTime,
    shown: Option<TopicPartition>,
) -> Vec<MessageObservation> {
    let brokers = &cluster.spec().brokers;
    if brokers.len() <= MOST_WITH_BYSTANDERS {
        return cluster.in_flight(at);
    }
    let assigned = shown.and_then(|shown| cluster.partition(shown)).map(|one| one.replicas);
    let assigned = assigned.unwrap_or_default();
    let holds = |id| shown.is_some_and(|shown| cluster.log(id, shown).is_some());
    let ids = brokers.iter().map(|one| BrokerId(one.id));
    let drawn: Vec<BrokerId> = ids.filter(|id| assigned.contains(id) || holds(*id)).collect();
    cluster.in_flight_among(at, &|node| match node {
        NodeId::Broker(broker) => drawn.contains(&broker),
        NodeId::Controller(_) | NodeId::Client(_) => true,
    })
}

/// Cut links among brokers and these, but for those among clients.
fn cuts(
    cluster: &Cluster,
    brokers: &[BrokerObservation],
    others: Vec<NodeId>,
) -> Vec<(NodeId, NodeId)> {
    if !cluster.has_link_faults() {
        return Vec::new();
    }
    let brokers: Vec<NodeId> = brokers.iter().map(|broker| NodeId::Broker(broker.id)).collect();
    let mut cuts = Vec::new();
    for broker in &brokers {
        let both_ways = others.iter().flat_map(|other| [(*broker, *other), (*other, *broker)]);
        let ways = brokers.iter().map(|other| (*broker, *other)).chain(both_ways);
        cuts.extend(ways.filter(|(from, to)| cluster.is_cut(*from, *to)));
    }
    for from in others.iter().filter(|node| matches!(node, NodeId::Controller(_))) {
        let ways = others.iter().map(|to| (*from, *to));
        cuts.extend(ways.filter(|(from, to)| cluster.is_cut(*from, *to)));
    }
    cuts
}

/// Adds what became of a record, in order, unless it is there.
fn note_fate(cluster: &Cluster, value: ValueId, fates: &mut Vec<RecordFate>) {
    let Err(index) = fates.binary_search_by_key(&value, |fate| fate.value) else { return };
    if let Some(fate) = cluster.fate(value) {
        fates.insert(index, fate);
    }
}
