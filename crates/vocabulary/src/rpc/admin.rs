//! What administrators ask.

use std::sync::Arc;

use crate::command::TopicSpec;
use crate::config::{ConfigKey, ConfigValue};
use crate::error_code::ErrorCode;
use crate::ids::BrokerId;
use crate::metadata_record::ConfigResource;

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

/// The answer to whatever speaks of one thing: a topic, a resource, a broker or a feature.
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

/// The answer to ElectLeaders and AlterPartitionReassignments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartitionErrors {
    /// What went wrong with all of it, if anything did.
    pub error: ErrorCode,
    /// Each partition's result.
    pub partitions: Vec<(Arc<str>, u32, ErrorCode)>,
}

/// What is asked for one partition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReassignablePartition {
    /// Its topic.
    pub topic: Arc<str>,
    /// Its index.
    pub partition: u32,
    /// The replicas that it is to have; none cancels its reassignment.
    pub replicas: Option<Vec<BrokerId>>,
}

/// `AlterPartitionReassignmentsRequest` (KIP-455).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlterPartitionReassignmentsRequest {
    /// The partitions.
    pub partitions: Vec<ReassignablePartition>,
}

/// `CreatePartitionsRequest` for one topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreatePartitionsRequest {
    /// The topic's name.
    pub name: Arc<str>,
    /// How many partitions it is to have in all.
    pub count: i64,
    /// Replicas by hand, for each new partition.
    pub assignments: Option<Vec<Vec<BrokerId>>>,
}

/// `UnregisterBrokerRequest`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnregisterBrokerRequest {
    /// The broker.
    pub broker: BrokerId,
}

/// In which direction somebody says that a feature is to be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UpgradeType {
    /// Up.
    Upgrade,
    /// Down, as long as nothing is lost by it.
    SafeDowngrade,
}

/// `UpdateFeaturesRequest` for one feature (KIP-584).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpdateFeaturesRequest {
    /// The feature.
    pub feature: Arc<str>,
    /// Its new level.
    pub level: u16,
    /// In which direction.
    pub upgrade: UpgradeType,
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
