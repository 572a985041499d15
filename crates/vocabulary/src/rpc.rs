//! A struct for each Kafka request and response modelled, with the fields that decide something.
//!
//! Source: `clients/src/main/resources/common/message/*.json`. Absent is `None`, where Kafka
//! writes -1. Requests of one partition carry one partition; only Fetch, AlterPartition and
//! Produce go out for many at once, as in Kafka, since that decides what shares a fate.

use std::fmt;
use std::sync::Arc;

use crate::command::TopicSpec;
use crate::config::{ConfigKey, ConfigValue};
use crate::error_code::ErrorCode;
use crate::ids::{BrokerId, ControllerId, ProducerId, TopicId, TopicPartition, ValueId};
use crate::metadata_record::{ConfigResource, LeaderRecoveryState, MetadataRecord};
use crate::position::{
    BrokerEpoch, LeaderEpoch, Offset, OffsetAndEpoch, PartitionEpoch, ProducerEpoch, QuorumEpoch,
};

macro_rules! rpcs {
    ($($name:ident $key:ident $request:ty, $response:ty;)+) => {
        /// A request. Cheap to copy: the body is shared.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Request { $(#[doc = concat!("`", stringify!($name), "`")] $name(Arc<$request>),)+ }

        /// A response. Cheap to copy: the body is shared.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Response {
            $(#[doc = concat!("`", stringify!($name), "`")] $name(Arc<$response>),)+
        }

        impl Request {
            /// The kind.
            #[must_use]
            pub const fn api_key(&self) -> ApiKey {
                match self { $(Self::$name(_) => ApiKey::$key,)+ }
            }
        }

        impl Response {
            /// The kind of the request that this answers.
            #[must_use]
            pub const fn api_key(&self) -> ApiKey {
                match self { $(Self::$name(_) => ApiKey::$key,)+ }
            }
        }
    };
}

macro_rules! api_keys {
    ($($key:ident)+) => {
        /// The kind of a request, under Kafka's name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ApiKey { $(#[doc = concat!("`", stringify!($key), "`")] $key,)+ }

        impl ApiKey {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$key,)+];

            /// Kafka's name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$key => stringify!($key),)+ }
            }
        }
    };
}

api_keys! {
    Produce Fetch ListOffsets Metadata OffsetForLeaderEpoch InitProducerId CreateTopics DeleteTopics
    IncrementalAlterConfigs ElectLeaders DescribeTopicPartitions AlterPartition BrokerRegistration
    BrokerHeartbeat
}

// A Fetch of the metadata log is a Fetch in Kafka too; it has a variant of its own because it asks
// the quorum, which answers with records of another kind.
rpcs! {
    Produce Produce ProduceRequest, ProduceResponse;
    Fetch Fetch FetchRequest, FetchResponse;
    MetadataFetch Fetch MetadataFetchRequest, MetadataFetchResponse;
    ListOffsets ListOffsets ListOffsetsRequest, ListOffsetsResponse;
    Metadata Metadata MetadataRequest, MetadataResponse;
    OffsetForLeaderEpoch OffsetForLeaderEpoch
        OffsetForLeaderEpochRequest, OffsetForLeaderEpochResponse;
    InitProducerId InitProducerId InitProducerIdRequest, InitProducerIdResponse;
    CreateTopics CreateTopics CreateTopicsRequest, AdminResponse;
    DeleteTopics DeleteTopics DeleteTopicsRequest, AdminResponse;
    IncrementalAlterConfigs IncrementalAlterConfigs IncrementalAlterConfigsRequest, AdminResponse;
    ElectLeaders ElectLeaders ElectLeadersRequest, ElectLeadersResponse;
    DescribeTopicPartitions DescribeTopicPartitions
        DescribeTopicPartitionsRequest, DescribeTopicPartitionsResponse;
    AlterPartition AlterPartition AlterPartitionRequest, AlterPartitionResponse;
    BrokerRegistration BrokerRegistration BrokerRegistrationRequest, BrokerRegistrationResponse;
    BrokerHeartbeat BrokerHeartbeat BrokerHeartbeatRequest, BrokerHeartbeatResponse;
}

impl fmt::Display for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

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

/// A `FetchRequest` for the metadata log, from a broker or another controller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetadataFetchRequest {
    /// The sender's quorum epoch.
    pub current_leader_epoch: QuorumEpoch,
    /// The sender's log end offset.
    pub fetch_offset: Offset,
    /// The epoch of its last record.
    pub last_fetched_epoch: QuorumEpoch,
    /// The high watermark that it knows (KIP-1166): a newer one is answered at once.
    pub high_watermark: Option<Offset>,
    /// How long an empty answer may wait, in milliseconds.
    pub max_wait_ms: u64,
}

/// The answer to a fetch of the metadata log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetadataFetchResponse {
    /// What went wrong, if anything did.
    pub error: ErrorCode,
    /// The quorum's epoch.
    pub quorum_epoch: QuorumEpoch,
    /// The quorum's leader, if the answering node knows it.
    pub leader: Option<ControllerId>,
    /// How far the metadata log is committed.
    pub high_watermark: Offset,
    /// The first record's offset.
    pub base_offset: Offset,
    /// Records from there on, each with its quorum epoch.
    pub records: Arc<[(QuorumEpoch, MetadataRecord)]>,
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

/// `CreateTopicsRequest` for one topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateTopicsRequest {
    /// The topic.
    pub topic: TopicSpec,
}

/// `DeleteTopicsRequest` for one topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeleteTopicsRequest {
    /// Its name.
    pub topic: Arc<str>,
}

/// `IncrementalAlterConfigsRequest` for one resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncrementalAlterConfigsRequest {
    /// Whose settings.
    pub resource: ConfigResource,
    /// Each setting with its new value; none removes the override.
    pub changes: Vec<(ConfigKey, Option<ConfigValue>)>,
}

/// The answer to CreateTopics, DeleteTopics and IncrementalAlterConfigs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdminResponse {
    /// What went wrong, if anything did.
    pub error: ErrorCode,
    /// Why, in Kafka's words or ours.
    pub message: Option<Arc<str>>,
}

/// Which replica an election may choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ElectionType {
    /// The first assigned replica, if it is in sync.
    Preferred,
    /// Any replica, if there is no leader.
    Unclean,
}

/// `ElectLeadersRequest`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ElectLeadersRequest {
    /// The kind of election.
    pub election: ElectionType,
    /// The partitions, by topic name; none means all.
    pub partitions: Option<Vec<(Arc<str>, u32)>>,
}

/// `ElectLeadersResponse`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ElectLeadersResponse {
    /// What went wrong with all of it, if anything did.
    pub error: ErrorCode,
    /// Each partition's result.
    pub partitions: Vec<(Arc<str>, u32, ErrorCode)>,
}

/// `DescribeTopicPartitionsRequest`, for what `kafka-topics.sh --describe` prints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DescribeTopicPartitionsRequest {
    /// The topic, or all.
    pub topic: Option<Arc<str>>,
}

/// `DescribeTopicPartitionsResponse`: the text that the tool makes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DescribeTopicPartitionsResponse {
    /// What went wrong, if anything did.
    pub error: ErrorCode,
    /// The text.
    pub text: Arc<str>,
}

/// A proposed member of an ISR, with the broker epoch of the fetch that earned it (KIP-903).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IsrMember {
    /// The replica.
    pub broker: BrokerId,
    /// Its epoch; absent means "do not check".
    pub broker_epoch: Option<BrokerEpoch>,
}

/// What a leader asks for one partition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlterPartitionData {
    /// The partition.
    pub partition: TopicPartition,
    /// The leader's epoch.
    pub leader_epoch: LeaderEpoch,
    /// The registration that it starts from.
    pub partition_epoch: PartitionEpoch,
    /// The ISR that it wants.
    pub new_isr: Vec<IsrMember>,
    /// Whether it has recovered from an unclean election.
    pub leader_recovery_state: LeaderRecoveryState,
}

/// `AlterPartitionRequest`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlterPartitionRequest {
    /// The sender.
    pub broker: BrokerId,
    /// Its epoch.
    pub broker_epoch: BrokerEpoch,
    /// What it wants.
    pub partitions: Vec<AlterPartitionData>,
}

/// A partition's leadership and ISR, as the controller has them after an AlterPartition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeaderAndIsr {
    /// The leader.
    pub leader: Option<BrokerId>,
    /// Its epoch.
    pub leader_epoch: LeaderEpoch,
    /// The ISR.
    pub isr: Vec<BrokerId>,
    /// Whether the leader has recovered.
    pub leader_recovery_state: LeaderRecoveryState,
    /// The registration's epoch.
    pub partition_epoch: PartitionEpoch,
}

/// The answer for one partition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlterPartitionResult {
    /// The partition.
    pub partition: TopicPartition,
    /// The new state, or why not.
    pub result: Result<LeaderAndIsr, ErrorCode>,
}

/// `AlterPartitionResponse`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlterPartitionResponse {
    /// What went wrong with all of it, if anything did.
    pub error: ErrorCode,
    /// An answer for each partition.
    pub partitions: Vec<AlterPartitionResult>,
}

/// `BrokerRegistrationRequest`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokerRegistrationRequest {
    /// The broker.
    pub broker: BrokerId,
    /// Which start of its process this is.
    pub incarnation: u32,
    /// Its rack.
    pub rack: Option<Arc<str>>,
    /// The epoch it had when it last shut down cleanly (4.0+); absent after a crash.
    pub previous_broker_epoch: Option<BrokerEpoch>,
}

/// `BrokerRegistrationResponse`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BrokerRegistrationResponse {
    /// What went wrong, if anything did.
    pub error: ErrorCode,
    /// The new epoch.
    pub broker_epoch: Option<BrokerEpoch>,
}

/// What a broker asks of the controller about its own fencing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// To stay fenced: it is not ready.
    Fence,
    /// To be unfenced.
    Unfence,
    /// To shut down.
    ShutDown,
}

/// `BrokerHeartbeatRequest`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BrokerHeartbeatRequest {
    /// The broker.
    pub broker: BrokerId,
    /// Its epoch.
    pub broker_epoch: BrokerEpoch,
    /// The last metadata offset that it has applied; absent before the first.
    pub current_metadata_offset: Option<Offset>,
    /// What it wants.
    pub wish: Wish,
}

/// What the controller tells a broker about itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BrokerControlState {
    /// Fenced.
    Fenced,
    /// Unfenced.
    Unfenced,
    /// Unfenced, its leaderships being moved.
    ControlledShutdown,
    /// It may end now.
    ShutdownNow,
}

/// `BrokerHeartbeatResponse`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BrokerHeartbeatResponse {
    /// What went wrong, if anything did.
    pub error: ErrorCode,
    /// Whether the broker has read its own registration.
    pub caught_up: bool,
    /// What it is now.
    pub state: BrokerControlState,
}
