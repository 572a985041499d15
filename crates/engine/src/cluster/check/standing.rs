//! How one partition stands: what the controllers have of it, and each replica as it is.

use epochscope_vocabulary::{BrokerId, TopicPartition};

use super::super::Nodes;
use super::Place;
use crate::broker::partition::replica::{LeaderState, Partition};
use crate::invariant::agreement::LogOf;
use crate::log::ReplicatedLog;
use crate::metadata::MetadataImage;
use crate::metadata::partition_registration::PartitionRegistration;

/// A partition in all places.
pub(super) struct Standing<'a> {
    /// As the controllers have committed it.
    pub(super) registration: &'a PartitionRegistration,
    /// In order of assignment; without those that have no log.
    pub(super) replicas: Vec<Replica<'a>>,
    true_leader: Option<BrokerId>,
}

/// One replica.
pub(super) struct Replica<'a> {
    pub(super) broker: BrokerId,
    /// Of the process, or from disk.
    pub(super) log: &'a ReplicatedLog,
    /// None while the process is down, or has not heard of the partition yet.
    pub(super) running: Option<&'a Partition>,
    /// Whether the controllers have registered this very process.
    pub(super) is_registered: bool,
    /// Whether its port is open.
    pub(super) accepts_requests: bool,
}

impl<'a> Standing<'a> {
    /// None if the controllers have no such partition.
    pub(super) fn of(
        nodes: &'a Nodes,
        image: &'a MetadataImage,
        partition: TopicPartition,
    ) -> Option<Self> {
        let registration = image.partition(partition)?;
        let replicas = registration.replicas.iter().filter_map(|id| {
            let replica = Replica::of(nodes, *id, partition)?;
            Some(Replica { is_registered: is_registered(nodes, image, *id), ..replica })
        });
        let true_leader = nodes.true_leader(image, partition).map(|(leader, _)| leader);
        Some(Self { registration, replicas: replicas.collect(), true_leader })
    }

    pub(super) fn replica(&self, broker: Option<BrokerId>) -> Option<&Replica<'a>> {
        self.replicas.iter().find(|replica| Some(replica.broker) == broker)
    }

    /// A broker that the controllers have taken from the replicas and that has not heard of it: it
    /// may still presume that it leads.
    pub(super) fn removed(&self, nodes: &'a Nodes, place: Place) -> Option<Replica<'a>> {
        let broker = place.broker.filter(|one| !self.registration.replicas.contains(one))?;
        Replica::of(nodes, broker, place.partition)
    }

    /// See [`Nodes::true_leader`].
    pub(super) fn true_leader(&self) -> Option<&Replica<'a>> {
        self.replica(Some(self.true_leader?))
    }

    pub(super) fn is_true_leader(&self, broker: BrokerId) -> bool {
        self.true_leader == Some(broker)
    }

    /// The logs of some replicas, and the first of them that has none.
    pub(super) fn logs_of(&self, members: &[BrokerId]) -> (Vec<LogOf<'a>>, Option<BrokerId>) {
        let logs = members.iter().filter_map(|member| {
            self.replica(Some(*member)).map(|replica| (replica.broker, replica.log))
        });
        let without = members.iter().find(|member| self.replica(Some(**member)).is_none());
        (logs.collect(), without.copied())
    }

    pub(super) fn running_logs(&self) -> Vec<LogOf<'a>> {
        let running = self.replicas.iter().filter(|replica| replica.running.is_some());
        running.map(|replica| (replica.broker, replica.log)).collect()
    }

    pub(super) fn all_logs(&self) -> Vec<LogOf<'a>> {
        self.replicas.iter().map(|replica| (replica.broker, replica.log)).collect()
    }
}

/// Whether the controllers have registered the process that a broker runs now.
pub(super) fn is_registered(nodes: &Nodes, image: &MetadataImage, id: BrokerId) -> bool {
    let running = nodes.brokers.get(&id).and_then(|broker| broker.running());
    let epoch = running.and_then(|running| running.lifecycle.broker_epoch());
    epoch.is_some() && epoch == image.broker(id).map(|registered| registered.broker_epoch)
}

impl<'a> Replica<'a> {
    fn of(nodes: &'a Nodes, id: BrokerId, partition: TopicPartition) -> Option<Self> {
        let broker = nodes.brokers.get(&id)?;
        let log = broker.log(partition)?;
        let running = broker.running().and_then(|one| one.replicas.partitions().get(&partition));
        let accepts_requests = broker.accepts_requests();
        Some(Self { broker: id, log, running, is_registered: false, accepts_requests })
    }

    /// The leader's side, if the replica presumes that it leads.
    pub(super) fn leading(&self) -> Option<&'a LeaderState> {
        self.running.and_then(Partition::leading)
    }
}
