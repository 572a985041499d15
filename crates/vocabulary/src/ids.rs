//! Who and what: identities of nodes, topics, records, requests and events.
//!
//! A *process* is killed, paused and cut; a *node* is a process in a role, and sends. In combined
//! mode one process is two nodes with the same number. Names of clients, topics and record values
//! are interned: [`crate::Names`] holds the texts, everything else carries the small number.

use std::fmt;

/// The `node.id` of a broker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BrokerId(pub u32);

/// The `node.id` of a controller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ControllerId(pub u32);

/// A client's number, in order of its first appearance; its name is in [`crate::Names`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClientId(pub u32);

/// A process in a role: whatever can send and receive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NodeId {
    /// A broker.
    Broker(BrokerId),
    /// A controller.
    Controller(ControllerId),
    /// A producer, a consumer, `admin` or `raw`.
    Client(ClientId),
}

/// One topic from its creation to its deletion: a topic created anew under an old name is another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TopicId(pub u32);

/// The log directory that holds a replica, as the controller knows it (KIP-858).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DirectoryId {
    /// One that a broker has registered, or says that it has.
    Named(u32),
    /// The broker has several and has not said which it takes.
    Unassigned,
    /// The partition is older than directories in metadata, or the broker tells of none.
    Migrating,
    /// One that is lost for good.
    Lost,
}

/// A partition of a topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TopicPartition {
    /// The topic.
    pub topic: TopicId,
    /// The partition's index, from 0.
    pub partition: u32,
}

/// The id that InitProducerId gives to an idempotent producer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProducerId(pub u64);

/// A record's text, as an index into [`crate::Names`]: values are unique within a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ValueId(pub u32);

/// One request and its answer; counts all requests of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(pub u64);

/// One event; counts all events of a run, so that a replay resolves it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventId(pub u64);

impl From<BrokerId> for NodeId {
    fn from(id: BrokerId) -> Self {
        Self::Broker(id)
    }
}

impl From<ControllerId> for NodeId {
    fn from(id: ControllerId) -> Self {
        Self::Controller(id)
    }
}

impl From<ClientId> for NodeId {
    fn from(id: ClientId) -> Self {
        Self::Client(id)
    }
}

impl fmt::Display for BrokerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for ControllerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
