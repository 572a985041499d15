//! Produce, fetch and what clients ask of partitions.

use std::sync::Arc;

use crate::error_code::ErrorCode;
use crate::ids::{BrokerId, ProducerId, TopicId, TopicPartition, ValueId};
use crate::position::{BrokerEpoch, LeaderEpoch, Offset, OffsetAndEpoch, ProducerEpoch};

/// Whose word a produce waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Acks {
    /// `acks=0`: nobody's; there is no answer.
    None,
    /// `acks=1`: the leader's.
    Leader,
    /// `acks=all`: all in-sync replicas'.
    All,
}

impl Acks {
    /// The value of Kafka's setting `acks`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::None => "0",
            Self::Leader => "1",
            Self::All => "all",
        }
    }
}

/// Identity of an idempotent batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BatchSequence {
    /// The producer.
    pub producer_id: ProducerId,
    /// Its epoch.
    pub producer_epoch: ProducerEpoch,
    /// The sequence number of the batch's first record.
    pub base_sequence: u32,
}

/// Records for one partition, written together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProduceBatch {
    /// The partition.
    pub partition: TopicPartition,
    /// The records' values.
    pub values: Arc<[ValueId]>,
    /// Set by an idempotent producer.
    pub sequence: Option<BatchSequence>,
}

/// `ProduceRequest`. It carries no leader epoch: only "am I leader by my own metadata" guards it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProduceRequest {
    /// What has to happen before the answer.
    pub acks: Acks,
    /// How long the broker waits for the replicas, in milliseconds.
    pub timeout_ms: u64,
    /// At most one batch for each partition.
    pub batches: Vec<ProduceBatch>,
}

/// KIP-951: whom the answering broker believes to lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CurrentLeader {
    /// The leader.
    pub leader: BrokerId,
    /// Its epoch.
    pub leader_epoch: LeaderEpoch,
}

/// The answer for one batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProducePartitionResponse {
    /// The partition.
    pub partition: TopicPartition,
    /// What went wrong, if anything did.
    pub error: ErrorCode,
    /// The offset of the batch's first record.
    pub base_offset: Option<Offset>,
    /// With NOT_LEADER_OR_FOLLOWER: whom to ask.
    pub current_leader: Option<CurrentLeader>,
}

/// `ProduceResponse`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProduceResponse {
    /// An answer for each batch, in the request's order.
    pub partitions: Vec<ProducePartitionResponse>,
}

/// Who fetches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fetcher {
    /// A follower. Its broker epoch is absent while it is not registered (KIP-903).
    Replica {
        /// The follower.
        broker: BrokerId,
        /// Its epoch.
        broker_epoch: Option<BrokerEpoch>,
    },
    /// A consumer.
    Consumer {
        /// Its rack, if it said one (KIP-392).
        rack: Option<Arc<str>>,
    },
}

/// What a fetch wants of one partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FetchPartition {
    /// The partition.
    pub partition: TopicPartition,
    /// The first offset wanted; of a follower, its log end offset.
    pub fetch_offset: Offset,
    /// The leader epoch that the sender believes in (KIP-320).
    pub current_leader_epoch: Option<LeaderEpoch>,
    /// The epoch of the record before `fetch_offset` (KIP-595).
    pub last_fetched_epoch: Option<LeaderEpoch>,
    /// A follower's own log start.
    pub log_start_offset: Offset,
}

/// `FetchRequest`: all partitions that one node wants of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchRequest {
    /// Who asks.
    pub fetcher: Fetcher,
    /// How long an empty answer may wait, in milliseconds.
    pub max_wait_ms: u64,
    /// What it wants.
    pub partitions: Vec<FetchPartition>,
}

/// A record as it lies in a log and travels to followers and consumers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FetchedRecord {
    /// Its text.
    pub value: ValueId,
    /// The epoch of the leader that wrote it.
    pub leader_epoch: LeaderEpoch,
    /// Its idempotent batch, if it is of one, and its place in it.
    pub sequence: Option<RecordSequence>,
}

/// Where a record stands in its idempotent batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordSequence {
    /// The batch.
    pub batch: BatchSequence,
    /// The record's index in the batch.
    pub index: u32,
    /// How many records the batch has.
    pub count: u32,
}

/// The answer for one partition of a fetch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchPartitionResponse {
    /// The partition.
    pub partition: TopicPartition,
    /// What went wrong, if anything did.
    pub error: ErrorCode,
    /// The answering replica's high watermark, from before this fetch was counted.
    pub high_watermark: Offset,
    /// Its log start.
    pub log_start_offset: Offset,
    /// Where the sender's log leaves the leader's (KIP-595): truncate, then ask again.
    pub diverging_epoch: Option<OffsetAndEpoch>,
    /// A replica that the consumer should read from instead (KIP-392).
    pub preferred_read_replica: Option<BrokerId>,
    /// With an error: whom to ask (KIP-951).
    pub current_leader: Option<CurrentLeader>,
    /// Records from `fetch_offset` on.
    pub records: Arc<[FetchedRecord]>,
}

/// `FetchResponse`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchResponse {
    /// An answer for each partition, in the request's order.
    pub partitions: Vec<FetchPartitionResponse>,
}

/// Which end of a log ListOffsets asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OffsetSpec {
    /// The high watermark, for a consumer.
    Latest,
    /// The log start.
    Earliest,
}

/// `ListOffsetsRequest`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListOffsetsRequest {
    /// The partition.
    pub partition: TopicPartition,
    /// Which end.
    pub spec: OffsetSpec,
    /// The leader epoch that the sender believes in.
    pub current_leader_epoch: Option<LeaderEpoch>,
}

/// `ListOffsetsResponse`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListOffsetsResponse {
    /// The partition.
    pub partition: TopicPartition,
    /// What went wrong, if anything did.
    pub error: ErrorCode,
    /// The offset.
    pub offset: Option<Offset>,
    /// The leader epoch of that offset's record.
    pub leader_epoch: Option<LeaderEpoch>,
}

/// `DeleteRecordsRequest` for one partition (KIP-107).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeleteRecordsRequest {
    /// The partition.
    pub partition: TopicPartition,
    /// The first offset that stays.
    pub offset: Offset,
    /// How long the broker waits for the replicas, in milliseconds.
    pub timeout_ms: u64,
}

/// `DeleteRecordsResponse`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeleteRecordsResponse {
    /// The partition.
    pub partition: TopicPartition,
    /// What went wrong, if anything did.
    pub error: ErrorCode,
    /// Where the logs of all live replicas begin.
    pub low_watermark: Option<Offset>,
}

/// `MetadataRequest` for some topics by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetadataRequest {
    /// Topics by name.
    pub topics: Vec<Arc<str>>,
}

/// One partition as a broker's metadata cache has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartitionMetadata {
    /// The partition.
    pub partition: TopicPartition,
    /// LEADER_NOT_AVAILABLE when there is none.
    pub error: ErrorCode,
    /// The leader.
    pub leader: Option<BrokerId>,
    /// Its epoch.
    pub leader_epoch: LeaderEpoch,
}

/// One topic as a broker's metadata cache has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicMetadata {
    /// Its name.
    pub name: Arc<str>,
    /// UNKNOWN_TOPIC_OR_PARTITION when the broker does not know it.
    pub error: ErrorCode,
    /// Its id.
    pub topic: Option<TopicId>,
    /// Its partitions, in order.
    pub partitions: Vec<PartitionMetadata>,
}

/// `MetadataResponse`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetadataResponse {
    /// Brokers that are not fenced.
    pub brokers: Vec<BrokerId>,
    /// The topics asked for.
    pub topics: Vec<TopicMetadata>,
}

/// `OffsetForLeaderEpochRequest`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OffsetForLeaderEpochRequest {
    /// The partition.
    pub partition: TopicPartition,
    /// The leader epoch that the sender believes in.
    pub current_leader_epoch: Option<LeaderEpoch>,
    /// The epoch whose end is asked for.
    pub leader_epoch: LeaderEpoch,
}

/// `OffsetForLeaderEpochResponse`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OffsetForLeaderEpochResponse {
    /// The partition.
    pub partition: TopicPartition,
    /// What went wrong, if anything did.
    pub error: ErrorCode,
    /// The largest epoch not above the one asked for, and its end; absent when undefined.
    pub end: Option<OffsetAndEpoch>,
}

/// `InitProducerIdRequest` of an idempotent, not transactional producer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InitProducerIdRequest;

/// `InitProducerIdResponse`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InitProducerIdResponse {
    /// What went wrong, if anything did.
    pub error: ErrorCode,
    /// The new id.
    pub producer_id: Option<ProducerId>,
}
