//! What can be seen of a cluster from outside, as plain values: nothing here decides anything.
//!
//! Whatever is shown, printed or asserted about a run is read through these. A value of a dead
//! broker is what its disk holds. Offsets are exclusive ends.
//!
//! Uses: `log`.

use std::sync::Arc;

use epochscope_vocabulary::command::ClientKind;
use epochscope_vocabulary::metadata_record::{LeaderRecoveryState, RegistrationState};
use epochscope_vocabulary::rpc::{Acks, ApiKey};
use epochscope_vocabulary::{
    BrokerEpoch, BrokerId, ClientId, ControllerId, ErrorCode, EventId, LeaderEpoch, NodeId, Offset,
    PartitionEpoch, ProducerEpoch, ProducerId, QuorumEpoch, RequestId, SimTime, TopicPartition,
    ValueId,
};

use crate::log::ReplicatedLog;

/// What a process does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProcessStatus {
    /// It runs.
    Running,
    /// It stands still; its sockets stay open.
    Paused,
    /// It ended after a controlled shutdown.
    Stopped,
    /// It died at once.
    Killed,
}

impl ProcessStatus {
    /// The word of the language for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Stopped => "stopped",
            Self::Killed => "killed",
        }
    }
}

/// A broker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokerObservation {
    /// Which.
    pub id: BrokerId,
    /// Its rack.
    pub rack: Option<Arc<str>>,
    /// What its process does.
    pub process: ProcessStatus,
    /// Whether its last process ended itself at once.
    pub halted: bool,
    /// What the controller has registered; none if it has not.
    pub registration: Option<RegistrationState>,
    /// The epoch of that registration.
    pub broker_epoch: Option<BrokerEpoch>,
    /// How much of the metadata log it has applied: an exclusive end.
    pub metadata_offset: Offset,
    /// Messages that wait in the inbox of a paused process.
    pub inbox: u32,
}

/// A controller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ControllerObservation {
    /// Which.
    pub id: ControllerId,
    /// What its process does.
    pub process: ProcessStatus,
    /// Its state in the quorum, under Kafka's name in lower case: `leader`, `follower`; `down`
    /// without a process.
    pub quorum_role: &'static str,
    /// Whether it decides, as it believes.
    pub is_active: bool,
    /// The quorum epoch it knows.
    pub quorum_epoch: QuorumEpoch,
    /// The end of its metadata log.
    pub log_end_offset: Offset,
    /// How far it knows the metadata log committed.
    pub high_watermark: Offset,
}

/// A partition as the controller has committed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartitionObservation {
    /// Which.
    pub partition: TopicPartition,
    /// Its name: `orders-0`.
    pub name: String,
    /// Assigned replicas, the preferred leader first.
    pub replicas: Vec<BrokerId>,
    /// Those that a reassignment adds.
    pub adding: Vec<BrokerId>,
    /// Those that it removes.
    pub removing: Vec<BrokerId>,
    /// In-sync replicas in stored order.
    pub isr: Vec<BrokerId>,
    /// Eligible leader replicas.
    pub elr: Vec<BrokerId>,
    /// The last known leader.
    pub last_known_elr: Vec<BrokerId>,
    /// The leader.
    pub leader: Option<BrokerId>,
    /// Its epoch.
    pub leader_epoch: LeaderEpoch,
    /// The registration's epoch.
    pub partition_epoch: PartitionEpoch,
    /// Whether the leader has recovered.
    pub leader_recovery_state: LeaderRecoveryState,
    /// The effective `min.insync.replicas`.
    pub min_insync_replicas: u32,
}

/// What a broker takes itself to be for one partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplicaRole {
    /// It leads, it believes.
    Leader,
    /// It follows this broker.
    Follower(BrokerId),
    /// There is no leader, it believes.
    Leaderless,
    /// Its process is down.
    Offline,
}

/// A replica as its broker has it; of a dead broker, what the disk holds.
#[derive(Clone, Debug)]
pub struct ReplicaObservation {
    /// Whose.
    pub broker: BrokerId,
    /// Of which partition.
    pub partition: TopicPartition,
    /// What it takes itself to be.
    pub role: ReplicaRole,
    /// It leads by its own metadata, and the controller's committed state says otherwise.
    pub is_stale_leader: bool,
    /// The leader epoch it knows.
    pub leader_epoch: LeaderEpoch,
    /// The partition epoch it knows.
    pub partition_epoch: PartitionEpoch,
    /// The log directory that it lies in, where its broker has several.
    pub directory: Option<Arc<str>>,
    /// Its log. Cheap to copy.
    pub log: ReplicatedLog,
    /// Its high watermark.
    pub high_watermark: Offset,
    /// Its high watermark as written to disk.
    pub checkpointed_high_watermark: Offset,
    /// A leader's committed ISR; a follower's is empty.
    pub isr: Vec<BrokerId>,
    /// A leader's maximal ISR: with what it has asked for.
    pub maximal_isr: Vec<BrokerId>,
    /// The ISR that a leader has asked the controller for; none while nothing is asked.
    pub proposed_isr: Option<Vec<BrokerId>>,
    /// What a leader knows of each other replica's log end offset.
    pub follower_offsets: Vec<(BrokerId, Option<Offset>)>,
    /// Requests that wait here.
    pub waiting: Vec<WaitingRequest>,
}

/// A request in a broker's purgatory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingRequest {
    /// Which.
    pub request: RequestId,
    /// Its sender.
    pub from: NodeId,
    /// Since when.
    pub since: SimTime,
    /// Until when at most.
    pub until: SimTime,
    /// For what.
    pub wants: Wants,
}

/// What a waiting request waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wants {
    /// A produce with acks=all: the high watermark to reach this offset.
    HighWatermark {
        /// The offset.
        required: Offset,
        /// The records.
        values: Arc<[ValueId]>,
    },
    /// A follower's fetch: a record at this offset.
    Record(Offset),
    /// A consumer's fetch: a committed record at this offset.
    CommittedRecord(Offset),
}

/// What became of one record at its producer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProduceResult {
    /// Sent or about to be; no answer yet.
    Pending,
    /// Told that it is written, at this offset if the answer said one.
    Acked(Option<Offset>),
    /// Given up with this error.
    Failed(ErrorCode),
}

/// A producer or consumer, what it believes and what it was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientObservation {
    /// Which.
    pub id: ClientId,
    /// Its name.
    pub name: Arc<str>,
    /// What it does.
    pub kind: ClientKind,
    /// A producer's acks.
    pub acks: Option<Acks>,
    /// Whether a producer is idempotent.
    pub idempotent: bool,
    /// Whom it believes to lead each partition of its topic, and in which epoch.
    pub leaders: Vec<(TopicPartition, Option<BrokerId>, LeaderEpoch)>,
    /// A consumer's position in each partition.
    pub positions: Vec<(TopicPartition, Offset)>,
    /// The last results of a producer, oldest first (at most 32).
    pub results: Vec<(ValueId, ProduceResult)>,
    /// How many records a consumer has read.
    pub read_count: u64,
}

/// An idempotent producer's place among all others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProducerIdentity {
    /// The id that a broker gave it; none before.
    pub producer_id: Option<ProducerId>,
    /// Its epoch.
    pub producer_epoch: ProducerEpoch,
    /// The sequence number that comes next in each partition that it has sent to.
    pub next_sequences: Vec<(u32, u32)>,
}

/// Records that a producer has not got rid of yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchObservation {
    /// The partition's number.
    pub partition: u32,
    /// The records.
    pub values: Vec<ValueId>,
    /// The sequence number of the first one, once it has one.
    pub base_sequence: Option<u32>,
    /// Whether it is sent and not answered.
    pub is_in_flight: bool,
    /// How often it has come back.
    pub attempts: u32,
}

/// Why a message does not move on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transit {
    /// It is on its way and arrives then.
    Arriving(SimTime),
    /// Its link is cut: it stands still.
    Cut,
    /// A hold keeps it at its receiver's door.
    Held,
    /// It lies in the inbox of a paused process, or behind another request of its connection.
    Inbox,
}

/// A request or response between two nodes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageObservation {
    /// The request, or the one answered.
    pub request: RequestId,
    /// Its kind.
    pub api_key: ApiKey,
    /// Whether it is the answer.
    pub is_response: bool,
    /// Whether it is a fetch of the metadata log, or its answer.
    pub is_metadata: bool,
    /// Who sent it.
    pub from: NodeId,
    /// Who is to receive it.
    pub to: NodeId,
    /// When it left.
    pub sent_at: SimTime,
    /// Where it is.
    pub transit: Transit,
    /// What it says, in a few words of Kafka's: `Fetch 12, epoch 1`, `order-15`.
    pub label: String,
    /// The event of its sending.
    pub cause: EventId,
}

/// What became of one record in the whole cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordFate {
    /// Which.
    pub value: ValueId,
    /// The producer that sent it.
    pub client: ClientId,
    /// Its partition, once one was chosen.
    pub partition: Option<TopicPartition>,
    /// Whose word was asked for.
    pub acks: Acks,
    /// When it was first sent.
    pub sent_at: SimTime,
    /// When its producer was told that it is written.
    pub acked_at: Option<SimTime>,
    /// The error with which it was given up.
    pub failed: Option<ErrorCode>,
    /// A leader appended it.
    pub appended: bool,
    /// It was below a true leader's high watermark at some time.
    pub committed: bool,
    /// A consumer can read it now from the true leader.
    pub readable: bool,
    /// It was appended, and then a true leader of a later epoch started without it or its last
    /// holder lost it.
    pub lost: bool,
    /// Somebody asked to delete it.
    pub deleted: bool,
    /// It stands more than once in the true leader's log.
    pub duplicated: bool,
}
