//! Everything that can happen, as past facts, each with its causes and its one trace line.
//!
//! An event names things by number; [`Event::line`] needs the run's [`Names`] to print it. Quiet
//! events (messages sent, time-outs that change nothing) link causes together and are not printed
//! unless somebody asks for their kind.

use std::sync::Arc;

use crate::error_code::ErrorCode;
use crate::ids::{
    BrokerId, ClientId, ControllerId, EventId, NodeId, RequestId, TopicPartition, ValueId,
};
use crate::metadata_record::MetadataRecord;
use crate::names::Names;
use crate::position::{LeaderEpoch, Offset, OffsetAndEpoch};
use crate::rpc::{Acks, ApiKey};
use crate::rule::RuleId;
use crate::time::SimTime;

/// Up to four causes, the direct one first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Causes([Option<EventId>; 4]);

impl Causes {
    /// One cause.
    #[must_use]
    pub const fn one(cause: EventId) -> Self {
        Self([Some(cause), None, None, None])
    }

    /// Adds a cause, unless it is there or four are.
    pub fn add(&mut self, cause: EventId) {
        if self.0.contains(&Some(cause)) {
            return;
        }
        if let Some(free) = self.0.iter_mut().find(|slot| slot.is_none()) {
            *free = Some(cause);
        }
    }

    /// The causes.
    pub fn iter(&self) -> impl Iterator<Item = EventId> + '_ {
        self.0.iter().flatten().copied()
    }
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its number in the run.
    pub id: EventId,
    /// When.
    pub at: SimTime,
    /// At which node; none for the network, the checker and the user.
    pub node: Option<NodeId>,
    /// What led to it.
    pub causes: Causes,
    /// The rule that decided it.
    pub rule: RuleId,
    /// What.
    pub kind: EventKind,
}

/// A broad class of events, as `run show=` names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Topic {
    /// Processes die, start, stop, pause.
    Process,
    /// Links, holds, connections.
    Network,
    /// The metadata log and what brokers have of it.
    Metadata,
    /// Who leads.
    Leadership,
    /// Who is in sync.
    Isr,
    /// Records written by leaders and followers.
    Append,
    /// How far is committed.
    HighWatermark,
    /// Records cut off.
    Truncation,
    /// What producers are told.
    Ack,
    /// What consumers read.
    Read,
    /// What administrators ask and are told.
    Admin,
    /// Every step of the metadata log: no-op records, commits, what each broker applies.
    MetadataLog,
    /// Checkpoints and flushes.
    Disk,
    /// Properties broken.
    Invariant,
    /// Requests and responses on the wire.
    Rpc,
}

impl Topic {
    /// Every class with the word of the language for it.
    pub const ALL: &'static [(Self, &'static str)] = &[
        (Self::Process, "process"),
        (Self::Network, "network"),
        (Self::Metadata, "metadata"),
        (Self::Leadership, "leadership"),
        (Self::Isr, "isr"),
        (Self::Append, "append"),
        (Self::HighWatermark, "high-watermark"),
        (Self::Truncation, "truncation"),
        (Self::Ack, "ack"),
        (Self::Read, "read"),
        (Self::Admin, "admin"),
        (Self::MetadataLog, "metadata-log"),
        (Self::Disk, "disk"),
        (Self::Invariant, "invariant"),
        (Self::Rpc, "rpc"),
    ];
}

/// Whether a leader's append was by the leader that the controller knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leadership {
    /// By the controller's metadata too.
    True,
    /// Only by the broker's own.
    Presumed,
}

/// Why the ISR is to change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IsrChange {
    /// A follower caught up.
    Expand,
    /// A follower fell behind.
    Shrink,
    /// The ISR stays; the leader says that it has recovered.
    Recover,
}

macro_rules! event_kinds {
    ($($(#[$doc:meta])* $kind:ident $fields:tt $topic:ident $slug:literal;)+) => {
        event_kinds!(@enum $($(#[$doc])* $kind $fields)+);

        impl EventKind {
            /// Every kind's name in the language (`event KIND`), with its class.
            pub const ALL: &'static [(&'static str, Topic)] = &[$(($slug, Topic::$topic),)+];

            /// The class of all events of this kind.
            const fn topic_of_kind(&self) -> Topic {
                match self { $(Self::$kind { .. } => Topic::$topic,)+ }
            }

            /// The kind's name in the language.
            #[must_use]
            pub const fn slug(&self) -> &'static str {
                match self { $(Self::$kind { .. } => $slug,)+ }
            }
        }
    };
    (@enum $($(#[$doc:meta])* $kind:ident { $($(#[$fdoc:meta])* $field:ident : $type:ty),* $(,)? })+) => {
        /// What happened.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum EventKind {
            $($(#[$doc])* $kind { $($(#[$fdoc])* $field: $type,)* },)+
        }
    };
}

event_kinds! {
    /// Somebody gave an order.
    CommandGiven {
        /// The order as a line of the language.
        text: Arc<str>,
    } Process "command";
    /// A process died at once.
    Killed {} Process "killed";
    /// A process ended after its controlled shutdown.
    Stopped {} Process "stopped";
    /// A process was told to stop and asks the controller for leave.
    ShuttingDown {} Process "shutting-down";
    /// A process runs.
    Started {} Process "started";
    /// A process stands still; its sockets stay open.
    Paused {} Process "paused";
    /// A process goes on.
    Resumed {} Process "resumed";
    /// A disk was emptied.
    Wiped {} Process "wiped";
    /// A log lost its tail with its process.
    TailLost {
        /// Whose log.
        partition: TopicPartition,
        /// Its end before.
        from: Offset,
        /// Its end after.
        to: Offset,
        /// The records that are gone from it.
        values: Arc<[ValueId]>,
    } Truncation "tail-lost";
    /// A broker gave up starting.
    HaltedStarting {
        /// Why.
        error: ErrorCode,
    } Process "halted";

    /// A link or node fault began.
    FaultBegan {
        /// The fault as a line of the language.
        text: Arc<str>,
    } Network "fault";
    /// Link or node faults ended.
    Healed {
        /// What ended, as a line of the language.
        text: Arc<str>,
    } Network "healed";
    /// A hold keeps a message back.
    Held {
        /// The request, or the one answered.
        request: RequestId,
        /// Its kind.
        api_key: ApiKey,
        /// Who sent it.
        from: NodeId,
    } Network "held";
    /// A held message was let through.
    Released {
        /// The request, or the one answered.
        request: RequestId,
        /// Its kind.
        api_key: ApiKey,
        /// Who sent it.
        from: NodeId,
    } Network "released";
    /// A message was thrown away: by hand, or because its receiver is gone.
    Discarded {
        /// The request, or the one answered.
        request: RequestId,
        /// Its kind.
        api_key: ApiKey,
        /// Who sent it.
        from: NodeId,
    } Network "discarded";
    /// A request's sender gave up waiting and closed the connection.
    RequestTimedOut {
        /// The request.
        request: RequestId,
        /// Its kind.
        api_key: ApiKey,
        /// Who did not answer.
        to: NodeId,
    } Network "request-timed-out";
    /// A connection broke under a request.
    Disconnected {
        /// The request.
        request: RequestId,
        /// Its kind.
        api_key: ApiKey,
        /// The other end.
        to: NodeId,
    } Network "disconnected";
    /// A request left its sender.
    RequestSent {
        /// The request.
        request: RequestId,
        /// Its kind.
        api_key: ApiKey,
        /// Its receiver.
        to: NodeId,
    } Rpc "request-sent";
    /// A request reached its receiver.
    RequestReceived {
        /// The request.
        request: RequestId,
        /// Its kind.
        api_key: ApiKey,
        /// Its sender.
        from: NodeId,
    } Rpc "request-received";
    /// A response left.
    ResponseSent {
        /// The request that it answers.
        request: RequestId,
        /// Its kind.
        api_key: ApiKey,
        /// Its receiver.
        to: NodeId,
    } Rpc "response-sent";
    /// A response reached the request's sender.
    ResponseReceived {
        /// The request that it answers.
        request: RequestId,
        /// Its kind.
        api_key: ApiKey,
        /// Who answered.
        from: NodeId,
    } Rpc "response-received";

    /// The controller has not heard from a broker for its session time-out.
    SessionExpired {
        /// The broker.
        broker: BrokerId,
        /// When it was last heard from.
        last_contact: SimTime,
    } Metadata "session-expired";
    /// The controller refused a registration.
    RegistrationRefused {
        /// The broker.
        broker: BrokerId,
        /// Why.
        error: ErrorCode,
    } Metadata "registration-refused";
    /// The active controller wrote a record; it is not committed yet.
    RecordAppended {
        /// Where.
        offset: Offset,
        /// What.
        record: Arc<MetadataRecord>,
    } Metadata "record-appended";
    /// A majority of the controllers has the metadata log up to here.
    MetadataCommitted {
        /// The metadata log's high watermark.
        high_watermark: Offset,
    } MetadataLog "metadata-committed";
    /// A broker replayed metadata.
    MetadataApplied {
        /// The last offset it had applied before, exclusive end.
        from: Offset,
        /// And now, exclusive end.
        to: Offset,
    } MetadataLog "metadata-applied";

    /// A broker began to lead.
    BecameLeader {
        /// The partition.
        partition: TopicPartition,
        /// The epoch.
        leader_epoch: LeaderEpoch,
        /// Where the epoch starts in its log.
        start_offset: Offset,
    } Leadership "became-leader";
    /// A broker began to follow.
    BecameFollower {
        /// The partition.
        partition: TopicPartition,
        /// The epoch.
        leader_epoch: LeaderEpoch,
        /// Whom; none while there is no leader.
        leader: Option<BrokerId>,
    } Leadership "became-follower";
    /// A broker deleted its replica.
    ReplicaDeleted {
        /// The partition.
        partition: TopicPartition,
    } Leadership "replica-deleted";

    /// A leader asks for another ISR.
    IsrProposed {
        /// The partition.
        partition: TopicPartition,
        /// Bigger or smaller.
        change: IsrChange,
        /// The ISR it wants.
        isr: Arc<[BrokerId]>,
        /// The replicas that come or go.
        replicas: Arc<[BrokerId]>,
    } Isr "isr-proposed";
    /// A leader holds another ISR.
    IsrChanged {
        /// The partition.
        partition: TopicPartition,
        /// The ISR.
        isr: Arc<[BrokerId]>,
    } Isr "isr-changed";
    /// The controller refused an ISR.
    IsrRefused {
        /// The partition.
        partition: TopicPartition,
        /// Why.
        error: ErrorCode,
    } Isr "isr-refused";

    /// A leader wrote records.
    Appended {
        /// The partition.
        partition: TopicPartition,
        /// The first record's offset.
        offset: Offset,
        /// The leader's epoch.
        leader_epoch: LeaderEpoch,
        /// The records.
        values: Arc<[ValueId]>,
        /// Whether the controller knows this leader.
        leadership: Leadership,
    } Append "appended";
    /// A follower wrote what it fetched.
    Replicated {
        /// The partition.
        partition: TopicPartition,
        /// The first record's offset.
        offset: Offset,
        /// The records.
        values: Arc<[ValueId]>,
        /// From whom.
        leader: BrokerId,
    } Append "replicated";
    /// A leader found a batch in its memory and did not write it again.
    DuplicateAnswered {
        /// The partition.
        partition: TopicPartition,
        /// The offset it has already.
        offset: Offset,
        /// The records.
        values: Arc<[ValueId]>,
    } Append "duplicate-answered";
    /// A produce waits for the high watermark.
    ProduceDelayed {
        /// The partition.
        partition: TopicPartition,
        /// The high watermark that it needs.
        required: Offset,
        /// The request.
        request: RequestId,
    } Append "produce-delayed";
    /// A leader moved the high watermark.
    HighWatermarkAdvanced {
        /// The partition.
        partition: TopicPartition,
        /// Before.
        from: Offset,
        /// After.
        to: Offset,
        /// Whom it counted.
        isr: Arc<[BrokerId]>,
    } HighWatermark "high-watermark";
    /// A follower learned another high watermark.
    FollowerHighWatermark {
        /// The partition.
        partition: TopicPartition,
        /// Before.
        from: Offset,
        /// After.
        to: Offset,
    } HighWatermark "follower-high-watermark";
    /// A broker wrote its high-watermark checkpoint.
    Checkpointed {} Disk "checkpointed";
    /// A broker flushed its logs to disk.
    Flushed {} Disk "flushed";
    /// A leader told a follower where their logs part.
    Diverged {
        /// The partition.
        partition: TopicPartition,
        /// The follower.
        follower: BrokerId,
        /// The end of its log.
        fetch_offset: Offset,
        /// The epoch of its last record.
        last_fetched_epoch: LeaderEpoch,
        /// Where that epoch ends for the leader.
        end: OffsetAndEpoch,
    } Truncation "diverging-epoch";
    /// A follower cut its log.
    Truncated {
        /// The partition.
        partition: TopicPartition,
        /// Its end before.
        from: Offset,
        /// Its end after.
        to: Offset,
        /// The records cut off.
        values: Arc<[ValueId]>,
    } Truncation "truncated";

    /// A producer sent a batch.
    ProduceSent {
        /// The partition.
        partition: TopicPartition,
        /// To whom.
        to: BrokerId,
        /// The records.
        values: Arc<[ValueId]>,
        /// Whose word it waits for.
        acks: Acks,
        /// How often it was sent before.
        attempt: u32,
    } Ack "produce-sent";
    /// A producer was told that its records are written.
    Acknowledged {
        /// The partition.
        partition: TopicPartition,
        /// The first record's offset; unknown with acks=0.
        offset: Option<Offset>,
        /// The records.
        values: Arc<[ValueId]>,
    } Ack "acknowledged";
    /// A producer was refused and will try again.
    ProduceRetried {
        /// The partition.
        partition: TopicPartition,
        /// Why it was refused.
        error: ErrorCode,
        /// The records.
        values: Arc<[ValueId]>,
    } Ack "retried";
    /// A producer gave records up.
    ProduceFailed {
        /// The partition, if one was chosen.
        partition: Option<TopicPartition>,
        /// What it tells its user.
        error: ErrorCode,
        /// The records.
        values: Arc<[ValueId]>,
    } Ack "failed";
    /// A client learned who leads.
    ClientMetadata {
        /// The partition.
        partition: TopicPartition,
        /// The leader.
        leader: Option<BrokerId>,
        /// Its epoch.
        leader_epoch: LeaderEpoch,
    } Read "client-metadata";
    /// A consumer read records.
    Consumed {
        /// The partition.
        partition: TopicPartition,
        /// The first record's offset.
        offset: Offset,
        /// The records.
        values: Arc<[ValueId]>,
        /// From whom.
        from: BrokerId,
    } Read "read";
    /// A consumer's fetch was refused.
    FetchRefused {
        /// The partition.
        partition: TopicPartition,
        /// Why.
        error: ErrorCode,
        /// By whom.
        from: BrokerId,
    } Read "fetch-refused";
    /// A consumer's position was moved by its reset policy or by a seek.
    PositionReset {
        /// The partition.
        partition: TopicPartition,
        /// To where.
        offset: Offset,
    } Read "position-reset";
    /// A consumer found that the log it has read was truncated.
    LogTruncationDetected {
        /// The partition.
        partition: TopicPartition,
        /// Where it stood.
        position: Offset,
        /// Where the logs part.
        end: Offset,
    } Read "log-truncation-detected";

    /// An administrator, or `raw`, got an answer.
    Answered {
        /// Who got it.
        client: ClientId,
        /// Kind of the request.
        api_key: ApiKey,
        /// What it says.
        error: ErrorCode,
        /// The answer in full, as text.
        text: Arc<str>,
    } Admin "answered";

    /// A property of replication does not hold.
    InvariantViolated {
        /// The property's name.
        name: &'static str,
        /// Whether this set-up promises it.
        excuse: Excuse,
        /// What exactly.
        text: Arc<str>,
    } Invariant "violated";
    /// The active controller is another one.
    ControllerElected {
        /// Which.
        controller: ControllerId,
    } Leadership "controller-elected";
    /// A step of the script could not be obeyed and was left out.
    StepSkipped {
        /// The step as a line of the language.
        text: Arc<str>,
        /// Why.
        reason: Arc<str>,
    } Process "step-skipped";
}

/// Whether a broken property is this set-up's own choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Excuse {
    /// The set-up promises it.
    None,
    /// The set-up does not: acks 0 or 1, unclean election, lost disks.
    SetUp,
}

impl EventKind {
    /// The class: what `run show=` keeps it by.
    #[must_use]
    pub fn topic(&self) -> Topic {
        match self {
            Self::RecordAppended { record, .. }
                if matches!(**record, MetadataRecord::NoOpRecord) =>
            {
                Topic::MetadataLog
            }
            kind => kind.topic_of_kind(),
        }
    }

    /// Whether the trace leaves it out unless its class is asked for.
    #[must_use]
    pub fn is_quiet(&self) -> bool {
        match self {
            Self::RequestSent { .. }
            | Self::RequestReceived { .. }
            | Self::ResponseSent { .. }
            | Self::ResponseReceived { .. }
            | Self::MetadataCommitted { .. }
            | Self::MetadataApplied { .. }
            | Self::Checkpointed {} => true,
            Self::RecordAppended { record, .. } => matches!(**record, MetadataRecord::NoOpRecord),
            _ => false,
        }
    }
}

impl EventKind {
    /// The partition that it is about, if it is about one.
    #[must_use]
    pub fn partition(&self) -> Option<TopicPartition> {
        match self {
            Self::TailLost { partition, .. }
            | Self::BecameLeader { partition, .. }
            | Self::BecameFollower { partition, .. }
            | Self::ReplicaDeleted { partition }
            | Self::IsrProposed { partition, .. }
            | Self::IsrChanged { partition, .. }
            | Self::IsrRefused { partition, .. }
            | Self::Appended { partition, .. }
            | Self::Replicated { partition, .. }
            | Self::DuplicateAnswered { partition, .. }
            | Self::ProduceDelayed { partition, .. }
            | Self::HighWatermarkAdvanced { partition, .. }
            | Self::FollowerHighWatermark { partition, .. }
            | Self::Diverged { partition, .. }
            | Self::Truncated { partition, .. }
            | Self::ProduceSent { partition, .. }
            | Self::Acknowledged { partition, .. }
            | Self::ProduceRetried { partition, .. }
            | Self::ClientMetadata { partition, .. }
            | Self::Consumed { partition, .. }
            | Self::FetchRefused { partition, .. }
            | Self::PositionReset { partition, .. }
            | Self::LogTruncationDetected { partition, .. } => Some(*partition),
            Self::ProduceFailed { partition, .. } => *partition,
            Self::RecordAppended { record, .. } => match &**record {
                MetadataRecord::PartitionRecord(record) => Some(record.partition),
                MetadataRecord::PartitionChangeRecord(change) => Some(change.partition),
                _ => None,
            },
            _ => None,
        }
    }
}

impl Event {
    /// The event's line in a trace: time, node, kind, details.
    #[must_use]
    pub fn line(&self, names: &Names) -> String {
        let node = self
            .node
            .map_or_else(|| "!".to_owned(), |node| names.node_name(node));
        let at = self.at.to_string();
        let kind = self.kind.slug().replace('-', " ");
        let mut line = format!("{at:>10}  {node:<15} {kind:<18} ");
        line.push_str(&self.details(names));
        line.truncate(line.trim_end().len());
        line
    }

    /// What stands behind the kind in the event's line.
    #[must_use]
    pub fn details(&self, names: &Names) -> String {
        let mut text = String::new();
        self.kind.write_details(names, &mut text);
        text
    }
}
