//! What an inventor of faults sees of a cluster: who runs, who leads, what is broken already.

use epochscope_engine::Cluster;
use epochscope_engine::controller::feature_control::has_directories;
use epochscope_engine::observe::{PartitionObservation, ProcessStatus};
use epochscope_engine::release::Release;
use epochscope_engine::rng::Stream;
use epochscope_vocabulary::command::{HoldSpec, NodeSelector, NodeSet, PartitionName};
use epochscope_vocabulary::{BrokerId, SortedSet};

/// Controllers, those left out that are brokers too.
pub(super) struct Controllers {
    pub(super) all: Vec<u32>,
    pub(super) running: Vec<u32>,
    pub(super) paused: Vec<u32>,
    pub(super) down: Vec<u32>,
    pub(super) active: Option<u32>,
}

impl Controllers {
    fn of(cluster: &Cluster, brokers: &[u32]) -> Self {
        let mut all = cluster.controllers();
        all.retain(|one| !brokers.contains(&one.id.0));
        let that = |wanted: &[ProcessStatus]| -> Vec<u32> {
            let those = all.iter().filter(|one| wanted.contains(&one.process));
            those.map(|one| one.id.0).collect()
        };
        let active = cluster.active_controller().map(|id| id.0);
        Self {
            all: all.iter().map(|one| one.id.0).collect(),
            running: that(&[ProcessStatus::Running]),
            paused: that(&[ProcessStatus::Paused]),
            down: that(&[ProcessStatus::Stopped, ProcessStatus::Killed]),
            active: active.filter(|id| !brokers.contains(id)),
        }
    }

    /// One out of a list, more often the active one than another.
    pub(super) fn one(&self, stream: &mut Stream, among: &[u32]) -> Option<u32> {
        let active = self.active.filter(|id| among.contains(id) && stream.below(2) == 0);
        active.or_else(|| pick(stream, among))
    }
}

/// A cluster at the moment of a choice.
pub(super) struct Sight<'a> {
    pub(super) cluster: &'a Cluster,
    pub(super) brokers: Vec<u32>,
    pub(super) running: Vec<u32>,
    pub(super) paused: Vec<u32>,
    pub(super) down: Vec<u32>,
    pub(super) controllers: Controllers,
    pub(super) partitions: Vec<PartitionObservation>,
    pub(super) link_faults: usize,
    /// Each with how much waits.
    pub(super) holds: Vec<(HoldSpec, usize)>,
}

impl<'a> Sight<'a> {
    pub(super) fn of(cluster: &'a Cluster) -> Self {
        let all = cluster.brokers();
        let that = |wanted: &[ProcessStatus]| -> Vec<u32> {
            let those = all.iter().filter(|broker| wanted.contains(&broker.process));
            those.map(|broker| broker.id.0).collect()
        };
        let brokers: Vec<u32> = all.iter().map(|broker| broker.id.0).collect();
        Self {
            cluster,
            controllers: Controllers::of(cluster, &brokers),
            brokers,
            running: that(&[ProcessStatus::Running]),
            paused: that(&[ProcessStatus::Paused]),
            down: that(&[ProcessStatus::Stopped, ProcessStatus::Killed]),
            partitions: cluster.partitions().collect(),
            link_faults: cluster.standing_faults().count(),
            holds: cluster.standing_holds().map(|(spec, waits)| (spec.clone(), waits)).collect(),
        }
    }

    /// Whether log directories can fail one by one: the metadata tell of them (KIP-858).
    pub(super) fn has_directories(&self) -> bool {
        has_directories(self.cluster.image())
    }

    /// Whether some process knows eligible leader replicas, so that they may be asked for.
    pub(super) fn knows_elr(&self) -> bool {
        let spec = self.cluster.spec();
        let mut names = spec.releases.iter().map(|(_, name)| name).chain([&spec.release]);
        names.any(|name| {
            let release = Release::named(name).map(Release::rules);
            release.is_some_and(|rules| rules.features.eligible_leader_replicas.max > 0)
        })
    }

    /// A broker out of a list, more often one that leads than another.
    pub(super) fn broker(&self, stream: &mut Stream, among: &[u32]) -> Option<u32> {
        let leads = |id: &u32| self.partitions.iter().any(|one| one.leader == Some(BrokerId(*id)));
        let leaders: Vec<u32> = among.iter().copied().filter(leads).collect();
        if stream.below(2) == 0 { pick(stream, &leaders) } else { None }
            .or_else(|| pick(stream, among))
    }

    /// A partition.
    pub(super) fn partition(&self, stream: &mut Stream) -> Option<&PartitionObservation> {
        if self.partitions.is_empty() {
            return None;
        }
        let at = usize::try_from(stream.below(count(self.partitions.len()))).unwrap_or(0);
        self.partitions.get(at)
    }

    /// Its topic and number.
    pub(super) fn name(&self, one: &PartitionObservation) -> Option<PartitionName> {
        let topic = self.cluster.image().topic(one.partition.topic)?;
        Some(PartitionName { topic: topic.name.clone(), partition: one.partition.partition })
    }

    /// The topics that the controllers have.
    pub(super) fn topics(&self) -> SortedSet<std::sync::Arc<str>> {
        self.cluster.image().topics().map(|topic| topic.name.clone()).collect()
    }
}

/// One of a list, each as likely.
pub(super) fn pick<T: Clone>(stream: &mut Stream, list: &[T]) -> Option<T> {
    if list.is_empty() {
        return None;
    }
    let at = usize::try_from(stream.below(count(list.len()))).unwrap_or(0);
    list.get(at).cloned()
}

/// One of a list, as likely as it weighs.
pub(super) fn pick_by_weight<T: Copy>(stream: &mut Stream, list: &[(T, u64)]) -> Option<T> {
    let total: u64 = list.iter().map(|(_, weight)| weight).sum();
    if total == 0 {
        return None;
    }
    let mut drawn = stream.below(total);
    for (one, weight) in list {
        if drawn < *weight {
            return Some(*one);
        }
        drawn -= weight;
    }
    None
}

/// One broker as a list of nodes.
pub(super) fn node(id: u32) -> NodeSet {
    NodeSet(vec![NodeSelector::Number(id)])
}

fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}
