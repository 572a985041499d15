//! What brokers ask of the active controller.

use std::sync::Arc;

use crate::error_code::ErrorCode;
use crate::ids::{BrokerId, DirectoryId, TopicPartition};
use crate::metadata_record::{LeaderRecoveryState, SupportedFeatures};
use crate::position::{BrokerEpoch, LeaderEpoch, Offset, PartitionEpoch};

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
    /// The leader's epoch; absent is Kafka's -1, older than any.
    pub leader_epoch: Option<LeaderEpoch>,
    /// The registration that it starts from; likewise.
    pub partition_epoch: Option<PartitionEpoch>,
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

/// A partition's leadership and ISR: as the controller has them after an AlterPartition, or as a
/// znode holds them.
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
    /// The registration's epoch, or the znode's version.
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
    /// Its log directories that work; none where it does not tell.
    pub log_dirs: Vec<DirectoryId>,
    /// The features that it knows.
    pub features: SupportedFeatures,
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokerHeartbeatRequest {
    /// The broker.
    pub broker: BrokerId,
    /// Its epoch.
    pub broker_epoch: BrokerEpoch,
    /// The last metadata offset that it has applied; absent before the first.
    pub current_metadata_offset: Option<Offset>,
    /// What it wants.
    pub wish: Wish,
    /// Its log directories that have failed.
    pub offline_log_dirs: Vec<DirectoryId>,
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

/// The replicas that a broker has in one of its log directories.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectoryAssignment {
    /// The directory.
    pub directory: DirectoryId,
    /// The replicas.
    pub partitions: Vec<TopicPartition>,
}

/// `AssignReplicasToDirsRequest`: a broker says where it has some of its replicas (KIP-858).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssignReplicasToDirsRequest {
    /// The broker.
    pub broker: BrokerId,
    /// Its epoch.
    pub broker_epoch: BrokerEpoch,
    /// What lies where.
    pub directories: Vec<DirectoryAssignment>,
}

/// `AssignReplicasToDirsResponse`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssignReplicasToDirsResponse {
    /// What went wrong with all of it, if anything did.
    pub error: ErrorCode,
    /// Each replica's result.
    pub partitions: Vec<(TopicPartition, ErrorCode)>,
}
