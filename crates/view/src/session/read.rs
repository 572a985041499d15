//! Reading a cluster for one scene.
//!
//! Uses: `scene`, `trace`.

use epochscope_engine::Cluster;
use epochscope_engine::observe::{BrokerObservation, RecordFate, ReplicaObservation};
use epochscope_vocabulary::{NodeId, Offset, SimTime, TopicPartition, ValueId};

use crate::scene::Reading;
use crate::scene::replicas::WINDOW;
use crate::trace::History;

/// As many partitions are shown beside the chosen one.
const OTHERS: usize = 5;

/// The partition shown if it exists, else the first one.
pub(super) fn still_there(
    cluster: &Cluster,
    shown: Option<TopicPartition>,
) -> Option<TopicPartition> {
    let partitions = cluster.partitions();
    let is_there = |shown: &TopicPartition| partitions.iter().any(|p| p.partition == *shown);
    shown.filter(is_there).or_else(|| partitions.first().map(|first| first.partition))
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
    let partitions = cluster.partitions();
    let others = partitions.iter().filter(|one| Some(one.partition) != shown).take(OTHERS);
    let others = others.flat_map(|one| {
        brokers.iter().filter_map(|broker| cluster.replica(broker.id, one.partition))
    });
    let others = others.collect();
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
        messages: cluster.in_flight(at),
        fates,
        brokers,
    }
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
