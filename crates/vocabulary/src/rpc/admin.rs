//! What administrators ask.

use std::sync::Arc;

use crate::command::TopicSpec;
use crate::config::{ConfigKey, ConfigValue};
use crate::error_code::ErrorCode;
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
