//! Everything that can be observed: one row a name, with its subject, its value and its meaning.
//!
//! The parser, the printer and the reference all read these rows.

use crate::script::Operator;

/// What an observation speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubjectKind {
    /// Nothing: the whole cluster.
    Cluster,
    /// `P`: a partition.
    Partition,
    /// `P`, `P@B` or `P@101`: as committed, or as a broker or controller has it.
    PartitionOrReplica,
    /// `P@B`: a partition as a broker has it.
    Replica,
    /// `P@B R`: and one of its followers.
    ReplicaFollower,
    /// A broker.
    Broker,
    /// A broker or controller.
    Node,
    /// A controller.
    Controller,
    /// `C`, or `C "value"`.
    ClientMaybeValue,
    /// `C "value"`
    ClientValue,
    /// `C P`
    ClientPartition,
    /// `C CODE`
    ClientError,
    /// A name that requests were sent under.
    Sender,
    /// `"value"`
    Value,
    /// Nothing, or `P`.
    MaybePartition,
    /// Nothing, or `B`.
    MaybeBroker,
    /// `"NAME" [NODE]`: a metric under its JMX name.
    Metric,
    /// A Kafka API key, or `*`.
    ApiKey,
    /// A kind of event, then `P`, a node or nothing.
    Event,
}

/// What an observation is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ObservedKind {
    /// A number.
    Number,
    /// A number, or `none` where it is unknown.
    MaybeNumber,
    /// A broker, or `none`.
    MaybeBroker,
    /// Nodes in order.
    NodeList,
    /// Nodes in any order.
    NodeSet,
    /// `true` or `false`; may be left out.
    Bool,
    /// One of these words.
    Word(&'static [&'static str]),
    /// `acked`, `pending` or an error code.
    Result,
    /// Names of invariants, in any order.
    Invariants,
    /// Quoted text.
    Text,
}

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct ObservationRow {
    /// Which.
    pub name: ObservationName,
    /// As it is written.
    pub text: &'static str,
    /// Of whom or what.
    pub subject: SubjectKind,
    /// What it is compared with.
    pub value: ObservedKind,
    /// What it says, in one sentence.
    pub about: &'static str,
}

macro_rules! observations {
    ($($name:ident $text:literal $subject:ident $value:expr, $about:literal;)+) => {
        /// Something that can be observed.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ObservationName { $(#[doc = concat!("`", $text, "`: ", $about)] $name,)+ }

        /// Every observation, in the order of the reference.
        pub const OBSERVATIONS: &[ObservationRow] = &[$(ObservationRow {
            name: ObservationName::$name,
            text: $text,
            subject: SubjectKind::$subject,
            value: $value,
            about: $about,
        },)+];
    };
}

use ObservedKind::{
    Bool, Invariants, MaybeBroker, MaybeNumber, NodeList, NodeSet, Number, Result, Text, Word,
};

observations! {
    Leader "leader" PartitionOrReplica MaybeBroker, "the partition's leader";
    Isr "isr" PartitionOrReplica NodeSet, "the in-sync replicas";
    Elr "elr" PartitionOrReplica NodeSet, "the eligible leader replicas";
    LastKnownElr "last-known-elr" PartitionOrReplica NodeSet,
        "the eligible leader replicas that were lost by an unclean shutdown";
    Replicas "replicas" PartitionOrReplica NodeList,
        "the assigned replicas, preferred leader first";
    Adding "adding" PartitionOrReplica NodeList, "the replicas that a reassignment adds";
    Removing "removing" PartitionOrReplica NodeList, "the replicas that a reassignment removes";
    LeaderEpoch "leader-epoch" PartitionOrReplica Number, "raised by each election";
    PartitionEpoch "partition-epoch" PartitionOrReplica Number, "raised by each change";
    LeaderRecovery "leader-recovery" PartitionOrReplica Word(&["recovered", "recovering"]),
        "whether the leader was elected uncleanly and has not yet said that it recovered";
    PresumedLeaders "presumed-leaders" Partition NodeSet, "brokers that believe they lead it";
    Role "role" Replica Word(&["leader", "follower", "offline", "deleted", "none"]),
        "what the broker believes to be for the partition";
    LogEndOffset "log-end-offset" Replica Number, "the offset of the next record";
    HighWatermark "high-watermark" Replica Number, "the first offset not known to be committed";
    CheckpointedHighWatermark "checkpointed-high-watermark" Replica Number,
        "the high watermark on disk";
    FlushedOffset "flushed-offset" Replica Number, "the first offset that a power loss would take";
    LogStartOffset "log-start-offset" Replica Number, "the first offset still there";
    MaximalIsr "maximal-isr" Replica NodeSet,
        "the ISR with the members that the leader has asked for";
    FollowerOffset "follower-offset" ReplicaFollower MaybeNumber,
        "what leader B knows of replica R's log end";
    Log "log" Replica Text, "value.leader-epoch of each record: \"a.0 b.0 c.1\"";
    EpochCache "epoch-cache" Replica Text, "epoch:start-offset of each epoch: \"0:0 1:10\"";
    Broker "broker" Node Word(&["running", "paused", "stopped", "killed"]),
        "what its process does";
    Registration "registration" Broker
        Word(&["unfenced", "fenced", "controlled-shutdown", "unregistered"]),
        "what the controller holds of it";
    Halted "halted" Broker Bool, "its process ended itself at once, since its disks had failed";
    BrokerEpoch "broker-epoch" Broker MaybeNumber, "its registration's number";
    MetadataOffset "metadata-offset" Node Number, "the last metadata record it has applied";
    ActiveController "active-controller" Cluster NodeSet,
        "controllers that believe they are the active one";
    ControllerEpoch "controller-epoch" Cluster Number, "the epoch of the active controller";
    QuorumRole "quorum-role" Controller Word(&["leader", "voted", "candidate", "prospective",
        "follower", "unattached", "resigned", "observer"]), "its state in the controllers' quorum";
    QuorumEpoch "quorum-epoch" Controller Number, "its epoch in the controllers' quorum";
    Acked "acked" Value Bool, "its producer was told that it is written";
    Committed "committed" Value Bool, "a true leader had it below its high watermark";
    Lost "lost" Value Bool,
        "a leader appended it, and no true leader that came later has it any more";
    Readable "readable" Value Bool, "a consumer could read it now";
    Duplicated "duplicated" Value Bool, "it is in the leader's log more than once";
    AckedLost "acked-lost" MaybePartition Number, "acknowledged records that are lost";
    AckedCount "acked-count" MaybePartition Number, "acknowledged records";
    DuplicatedCount "duplicated-count" MaybePartition Number, "records written more than once";
    Result "result" ClientMaybeValue Result,
        "what the client was told of the record, or its last answer";
    Errors "errors" ClientError Number, "how often the client got this error";
    Response "response" Sender Text, "the last answer to this sender, as JSON";
    Read "read" ClientValue Bool, "the consumer has read it";
    Position "position" ClientPartition MaybeNumber, "the next offset that the consumer reads";
    ClientLeader "client-leader" ClientPartition MaybeBroker, "whom the client believes to lead";
    UnderReplicated "under-replicated" MaybeBroker Number, "partitions with a replica out of sync";
    UnderMinIsr "under-min-isr" MaybeBroker Number, "partitions below min.insync.replicas";
    AtMinIsr "at-min-isr" MaybeBroker Number, "partitions at min.insync.replicas exactly";
    Offline "offline" MaybeBroker Number, "partitions without a leader";
    UncleanElections "unclean-elections" MaybeBroker Number, "unclean elections so far";
    PreferredImbalance "preferred-imbalance" MaybeBroker Number,
        "partitions not led by their first replica";
    LeaderCount "leader-count" MaybeBroker Number, "partitions that have a leader";
    Metric "metric" Metric MaybeNumber,
        "what a process reports over JMX, or all of them together; see metrics.md";
    Diverged "diverged" Partition Bool,
        "two replicas hold different records below both high watermarks";
    Violated "violated" Cluster Invariants, "invariants broken so far";
    ViolatedUnexcused "violated-unexcused" Cluster Invariants,
        "those that this set-up does not excuse";
    Held "held" ApiKey Number, "messages of this kind that are held back";
    Event "event" Event Number, "events of this kind so far";
}

/// Observations of the language whose subject is not modelled yet, and what they speak of.
pub const NOT_YET_OBSERVED: &[(&str, &str)] = &[("znode", "ZooKeeper")];

impl ObservationName {
    /// Its row in [`OBSERVATIONS`].
    #[must_use]
    pub const fn row(self) -> &'static ObservationRow {
        &OBSERVATIONS[self as usize]
    }

    /// The observation that is written so.
    #[must_use]
    pub fn named(text: &str) -> Option<Self> {
        OBSERVATIONS.iter().find(|row| row.text == text).map(|row| row.name)
    }
}

impl ObservedKind {
    /// The operators that make sense for it.
    #[must_use]
    pub const fn operators(self) -> &'static [Operator] {
        use Operator::{AtLeast, AtMost, Equal, Excludes, Greater, In, Includes, Less, NotEqual};
        match self {
            Number | MaybeNumber => &[Equal, NotEqual, Less, AtMost, Greater, AtLeast, In],
            MaybeBroker | Word(_) | Result => &[Equal, NotEqual, In],
            NodeList | NodeSet | Invariants | Text => &[Equal, NotEqual, Includes, Excludes],
            Bool => &[Equal, NotEqual],
        }
    }
}

impl Operator {
    /// Every operator with its spelling.
    pub const ALL: &'static [(Self, &'static str)] = &[
        (Self::Equal, "="),
        (Self::NotEqual, "!="),
        (Self::Less, "<"),
        (Self::AtMost, "<="),
        (Self::Greater, ">"),
        (Self::AtLeast, ">="),
        (Self::Includes, "includes"),
        (Self::Excludes, "excludes"),
        (Self::In, "in"),
    ];

    /// Its spelling.
    #[must_use]
    pub const fn text(self) -> &'static str {
        Self::ALL[self as usize].1
    }
}
