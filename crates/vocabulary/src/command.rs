//! Everything that may be asked of a cluster, as plain data.
//!
//! A command speaks in names, as the person who gives it does; the cluster resolves them when it
//! obeys, and refuses with a reason when it cannot.

use std::sync::Arc;

use crate::config::{ConfigKey, ConfigValue, Settings};
use crate::rpc::{Acks, ApiKey, ElectionType, OffsetSpec};
use crate::time::SimDuration;

/// One word of a list of nodes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NodeSelector {
    /// A broker or controller by number; in combined mode the process with both roles.
    Number(u32),
    /// Numbers from the first to the second, both included.
    Range(u32, u32),
    /// All brokers of a rack.
    Rack(Arc<str>),
    /// All brokers.
    Brokers,
    /// All controllers.
    Controllers,
    /// All clients.
    Clients,
    /// Whichever controller is active at that moment.
    ActiveController,
    /// A client by name.
    Client(Arc<str>),
}

/// A list of nodes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeSet(pub Vec<NodeSelector>);

/// A partition by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartitionName {
    /// The topic.
    pub topic: Arc<str>,
    /// The partition's index.
    pub partition: u32,
}

/// A topic to be created.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TopicSpec {
    /// Its name.
    pub name: Arc<str>,
    /// How many partitions; none means `num.partitions`, or as many as `replicas` says.
    pub partitions: Option<u32>,
    /// How many replicas each; none means `default.replication.factor`.
    pub replication_factor: Option<u32>,
    /// Replicas by hand, a list for each partition. One list serves all partitions.
    pub replicas: Vec<Vec<u32>>,
    /// The leader at time 0, if it is not the first replica (header only).
    pub leader: Option<u32>,
    /// Topic settings.
    pub settings: Settings,
}

/// What kind of client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ClientKind {
    /// Sends records.
    Producer,
    /// Reads them.
    Consumer,
}

/// When a consumer polls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Polling {
    /// Always.
    #[default]
    Continuous,
    /// Only when told.
    Manual,
}

/// A producer or consumer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientSpec {
    /// Its name.
    pub name: Arc<str>,
    /// What it does.
    pub kind: ClientKind,
    /// Its topic.
    pub topic: Arc<str>,
    /// When it polls.
    pub polling: Polling,
    /// Client settings.
    pub settings: Settings,
}

/// What a killed process loses of each partition log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Losing {
    /// Nothing: the operating system lives on and writes its page cache.
    #[default]
    Nothing,
    /// Power loss: what was not flushed.
    Unflushed,
    /// The last records, this many of each log.
    Last(u64),
}

/// Which messages a hold keeps back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HoldSpec {
    /// The kind; none means all.
    pub api_key: Option<ApiKey>,
    /// Requests, or their answers.
    pub half: MessageHalf,
    /// Who sends; none means anybody.
    pub from: Option<NodeSelector>,
    /// Who receives; none means anybody.
    pub to: Option<NodeSelector>,
    /// Only those that speak of this topic.
    pub topic: Option<Arc<str>>,
}

/// One half of an RPC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum MessageHalf {
    /// The request.
    #[default]
    Request,
    /// The answer.
    Response,
}

/// A change of links that `heal` can undo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkFault {
    /// Nothing gets through.
    Cut {
        /// One side.
        from: NodeSet,
        /// The other; none means everybody else.
        to: Option<NodeSet>,
        /// Both ways or one.
        ways: Ways,
    },
    /// Every message takes longer.
    Delay {
        /// Senders.
        from: NodeSet,
        /// Receivers.
        to: NodeSet,
        /// By how much.
        by: SimDuration,
    },
    /// Messages get lost and are sent again by TCP.
    Drop {
        /// Senders.
        from: NodeSet,
        /// Receivers.
        to: NodeSet,
        /// How many of a hundred.
        percent: u32,
    },
    /// Each request takes longer at these nodes.
    Slow {
        /// The nodes.
        nodes: NodeSet,
        /// By how much.
        by: SimDuration,
    },
}

/// Whether a cut stops one direction or both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ways {
    /// Both.
    Both,
    /// From the first set to the second only.
    OneWay,
}

/// What `heal` undoes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HealScope {
    /// Every cut, delay, drop and slow node.
    All,
    /// What was begun between these: the same words as in the cut, delay, drop or slow.
    Of {
        /// The first set.
        from: NodeSet,
        /// The second.
        to: Option<NodeSet>,
        /// Whether the words had a `to`.
        ways: Ways,
    },
}

/// Records to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Records {
    /// So many, named by the client and a running number.
    Count(u32),
    /// These.
    Values(Vec<Arc<str>>),
}

/// Whether a producer asks for metadata before it sends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MetadataUse {
    /// As Kafka's client does.
    #[default]
    AsKafka,
    /// Refreshes first.
    Fresh,
    /// Does not refresh for this send.
    Stale,
}

/// One request sent by hand, without metadata and without a retry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RawRequest {
    /// A produce of one record.
    Produce {
        /// The record.
        value: Arc<str>,
        /// Whose word to wait for.
        acks: Acks,
        /// How long the broker waits for the replicas.
        timeout_ms: Option<u64>,
    },
    /// A consumer's fetch.
    Fetch {
        /// From where.
        offset: u64,
        /// The leader epoch to claim.
        current_leader_epoch: Option<u32>,
        /// The rack to claim.
        client_rack: Option<Arc<str>>,
    },
    /// Where an epoch ends.
    OffsetForLeaderEpoch {
        /// The epoch.
        epoch: u32,
        /// The leader epoch to claim.
        current_leader_epoch: Option<u32>,
    },
}

/// An order to the cluster, to its network or to a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// The process dies at once.
    Kill(NodeSet, Losing),
    /// Controlled shutdown.
    Stop(NodeSet),
    /// The process starts, ready after a while.
    Start(NodeSet, SimDuration, Option<Arc<str>>),
    /// Nothing runs; sockets stay open; resumes by itself if a span is given.
    Pause(NodeSet, Option<SimDuration>),
    /// Goes on.
    Resume(NodeSet),
    /// Empties the disk of a process that is down, or one log directory of it.
    Wipe(NodeSet, Option<Arc<str>>),
    /// A log directory stops working.
    FailDirectory(NodeSet, Arc<str>),
    /// A log directory is back with what it held, used from the next start.
    RepairDirectory(NodeSet, Arc<str>),
    /// Begins a fault of links.
    Fault(LinkFault),
    /// Ends faults of links.
    Heal(HealScope),
    /// Keeps messages back at their arrival.
    Hold(HoldSpec),
    /// Lets held messages through: so many, or all, and ends the hold.
    Release(HoldSpec, Option<u32>),
    /// Throws held messages away: so many, or all, and ends the hold.
    Discard(HoldSpec, Option<u32>),
    /// Writes the high-watermark checkpoint now.
    Checkpoint(NodeSet),
    /// Flushes the page cache now.
    Flush(NodeSet),
    /// Creates a topic.
    CreateTopic(TopicSpec, Via),
    /// Deletes a topic.
    DeleteTopic(Arc<str>, Via),
    /// Changes settings of a topic.
    AlterTopic(Arc<str>, Alterations, Via),
    /// Changes settings of one broker, or of all.
    AlterBroker(Option<u32>, Alterations, Via),
    /// Elects leaders; no partition means all.
    Elect(ElectionType, Vec<PartitionName>, Via),
    /// Gives a partition other replicas; none cancels a reassignment.
    Reassign(PartitionName, Option<Vec<u32>>, Via),
    /// Gives a topic more partitions.
    IncreasePartitions {
        /// The topic.
        topic: Arc<str>,
        /// How many it is to have in all.
        partitions: u32,
        /// Replicas by hand, for each new partition; empty: Kafka's own placement.
        replicas: Vec<Vec<u32>>,
        /// Through whom.
        via: Via,
    },
    /// Takes a broker off the list.
    Unregister(u32, Via),
    /// Changes a feature's level.
    AlterFeature(Arc<str>, u16, Via),
    /// Prints what `kafka-topics.sh --describe` would; none means all topics.
    Describe(Option<Arc<str>>, Via),
    /// Sends records through a producer; no partition means that it chooses.
    Produce {
        /// The producer.
        client: Arc<str>,
        /// The partition.
        partition: Option<PartitionName>,
        /// What.
        records: Records,
        /// The records' key, which chooses the partition.
        key: Option<Arc<str>>,
        /// Whether it may, must or must not refresh its metadata.
        metadata: MetadataUse,
    },
    /// A steady stream of so many records a second through a producer.
    Load {
        /// The producer.
        client: Arc<str>,
        /// Records a second; 0 ends the stream.
        rate: u32,
        /// For how long; none means until it is told to end.
        span: Option<SimDuration>,
    },
    /// A client starts now, knowing nothing.
    AddClient(ClientSpec),
    /// One request by hand.
    Request {
        /// To whom.
        to: NodeSelector,
        /// About which partition.
        partition: PartitionName,
        /// What.
        request: RawRequest,
        /// Under which name the answer is kept.
        sender: Arc<str>,
    },
    /// Asks for the end of a partition's log, through `admin`.
    ListOffsets(PartitionName, OffsetSpec),
    /// Deletes a partition's records before an offset, through `admin`.
    DeleteRecords(PartitionName, u64),
    /// A manual consumer polls: up to so many records, for so long.
    Consume {
        /// The consumer.
        client: Arc<str>,
        /// How many at most.
        records: Option<u32>,
        /// How long at most.
        span: Option<SimDuration>,
    },
    /// Moves a consumer's position.
    Seek(Arc<str>, PartitionName, u64),
    /// Refreshes a client's metadata now.
    Refresh(Arc<str>),
}

/// The node that an administrative request is sent through; none lets the client choose.
pub type Via = Option<NodeSelector>;

/// Settings with their new values; none removes the override.
pub type Alterations = Vec<(ConfigKey, Option<ConfigValue>)>;
