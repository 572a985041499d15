//! Reading a cluster for one scene.
//!
//! Uses: `scene`.

use epochscope_engine::Cluster;
use epochscope_vocabulary::{SimTime, TopicPartition};

use crate::scene::Reading;

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
pub(super) fn read(cluster: &Cluster, at: SimTime, shown: Option<TopicPartition>) -> Reading {
    let brokers = cluster.brokers();
    let replicas = shown.map_or_else(Default::default, |shown| {
        let replica = |broker| Some((broker, cluster.replica(broker, shown)?));
        brokers.iter().filter_map(|broker| replica(broker.id)).collect()
    });
    Reading {
        at,
        names: cluster.names().clone(),
        controllers: cluster.controllers(),
        active_controller: cluster.active_controller(),
        partitions: cluster.partitions(),
        shown,
        replicas,
        clients: cluster.clients(),
        messages: cluster.in_flight(),
        fates: cluster.fates().into_iter().map(|fate| (fate.value, fate)).collect(),
        brokers,
    }
}
