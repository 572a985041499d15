//! All that one scene is made of, read from a cluster at one moment.
//!
//! Uses: nothing.

use epochscope_engine::observe::{
    BrokerObservation, ClientObservation, ControllerObservation, MessageObservation,
    PartitionObservation, RecordFate, ReplicaObservation,
};
use epochscope_vocabulary::{
    BrokerId, ControllerId, Names, NodeId, SimTime, TopicPartition, ValueId,
};

/// What the cluster shows of itself, with the replicas of one partition.
#[derive(Clone, Debug)]
pub struct Reading {
    /// When.
    pub at: SimTime,
    /// The texts behind the numbers.
    pub names: Names,
    /// All brokers.
    pub brokers: Vec<BrokerObservation>,
    /// All controllers.
    pub controllers: Vec<ControllerObservation>,
    /// The active one.
    pub active_controller: Option<ControllerId>,
    /// The first partitions and the one to show.
    pub partitions: Vec<PartitionObservation>,
    /// The one to show.
    pub shown: Option<TopicPartition>,
    /// Its replicas.
    pub replicas: Vec<ReplicaObservation>,
    /// The replicas of the first other partitions.
    pub others: Vec<ReplicaObservation>,
    /// All clients.
    pub clients: Vec<ClientObservation>,
    /// Links of brokers that are cut, one way each.
    pub cuts: Vec<(NodeId, NodeId)>,
    /// All messages on their way.
    pub messages: Vec<MessageObservation>,
    /// What became of the records that are shown, in order of their ids.
    pub fates: Vec<RecordFate>,
}

impl Reading {
    /// The partition to show, as the controller has committed it.
    #[must_use]
    pub fn partition(&self) -> Option<&PartitionObservation> {
        self.shown.and_then(|shown| self.partitions.iter().find(|p| p.partition == shown))
    }

    /// Whether a record's client was told that it is written.
    #[must_use]
    pub fn is_acknowledged(&self, value: ValueId) -> bool {
        let found = self.fates.binary_search_by_key(&value, |fate| fate.value);
        found.is_ok_and(|index| self.fates[index].acked_at.is_some())
    }

    /// Whether its client was told so, and yet the record is lost.
    #[must_use]
    pub fn is_promise_broken(&self, value: ValueId) -> bool {
        let found = self.fates.binary_search_by_key(&value, |fate| fate.value);
        found.is_ok_and(|index| self.fates[index].lost) && self.is_acknowledged(value)
    }

    /// The replica of this broker.
    #[must_use]
    pub fn replica(&self, broker: BrokerId) -> Option<&ReplicaObservation> {
        self.replicas.iter().find(|replica| replica.broker == broker)
    }

    /// The replica of the leader that the controller has committed.
    #[must_use]
    pub fn leader_replica(&self) -> Option<&ReplicaObservation> {
        self.partition()?.leader.and_then(|leader| self.replica(leader))
    }
}
