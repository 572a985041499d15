//! Requests that a broker answers from what it has: offsets, epochs, metadata, descriptions.
//!
//! Source: Kafka `KafkaApis`, `Partition.fetchOffsetForTimestamp`,
//! `Partition.lastOffsetForLeaderEpoch`, `KRaftMetadataCache`; KIP-207, KIP-320.
//! Uses: `describe`, `effects`, `metadata`.

use std::sync::Arc;

use epochscope_vocabulary::rpc::{
    DescribeTopicPartitionsRequest, DescribeTopicPartitionsResponse, ListOffsetsRequest,
    ListOffsetsResponse, MetadataRequest, MetadataResponse, OffsetForLeaderEpochRequest,
    OffsetForLeaderEpochResponse, OffsetSpec, PartitionMetadata, TopicMetadata,
};
use epochscope_vocabulary::{ErrorCode, LeaderEpoch, TopicPartition};

use super::partition::replica::Partition;
use super::replica_manager::ReplicaManager;
use crate::describe::describe_topics;
use crate::effects::Context;
use crate::metadata::{MetadataImage, TopicImage};

impl ReplicaManager {
    /// Where a partition's log ends for a consumer, or begins.
    #[must_use]
    pub fn list_offsets(&self, request: &ListOffsetsRequest) -> ListOffsetsResponse {
        let refused = |error| ListOffsetsResponse {
            partition: request.partition,
            error,
            offset: None,
            leader_epoch: None,
        };
        let found = self.led(request.partition, request.current_leader_epoch);
        let partition = match found {
            Ok(found) => found,
            Err(error) => return refused(error),
        };
        let offset = match request.spec {
            OffsetSpec::Earliest => Some(partition.log.log_start_offset()),
            OffsetSpec::Latest => partition.latest_offset(),
        };
        let Some(offset) = offset else {
            return refused(ErrorCode::OffsetNotAvailable);
        };
        ListOffsetsResponse {
            partition: request.partition,
            error: ErrorCode::None,
            offset: Some(offset),
            leader_epoch: partition.log.leader_epochs().epoch_for_offset(offset),
        }
    }

    /// Where a leader epoch ends.
    #[must_use]
    pub fn offset_for_leader_epoch(
        &self,
        request: &OffsetForLeaderEpochRequest,
    ) -> OffsetForLeaderEpochResponse {
        let partition = request.partition;
        match self.led(partition, request.current_leader_epoch) {
            Ok(found) => OffsetForLeaderEpochResponse {
                partition,
                error: ErrorCode::None,
                end: found.log.end_offset_for_epoch(request.leader_epoch),
            },
            Err(error) => OffsetForLeaderEpochResponse { partition, error, end: None },
        }
    }

    fn led(&self, id: TopicPartition, named: Option<LeaderEpoch>) -> Result<&Partition, ErrorCode> {
        let partition = self.partitions.get(&id).ok_or_else(|| self.not_hosted(id))?;
        partition.check_leader_epoch(named)?;
        partition.leading().ok_or(ErrorCode::NotLeaderOrFollower)?;
        Ok(partition)
    }

    /// The cluster as this broker knows it.
    #[must_use]
    pub fn metadata(&self, request: &MetadataRequest) -> MetadataResponse {
        let image = &self.image;
        let brokers = image.brokers().filter(|(id, _)| !is_fenced(image, *id));
        MetadataResponse {
            brokers: brokers.map(|(id, _)| id).collect(),
            topics: request.topics.iter().map(|name| topic_metadata(image, name)).collect(),
        }
    }

    /// What `kafka-topics.sh --describe` prints of the cluster as this broker knows it.
    #[must_use]
    pub fn describe(
        &self,
        cx: &Context<'_>,
        request: &DescribeTopicPartitionsRequest,
    ) -> DescribeTopicPartitionsResponse {
        let of_tool = cx.releases.of_clients().rules().describe_columns;
        let columns = of_tool.told_by(cx.rules.describe_columns);
        describe_topics(&self.image, request.topic.as_deref(), &self.config.settings, columns)
    }
}

fn is_fenced(image: &MetadataImage, id: epochscope_vocabulary::BrokerId) -> bool {
    use epochscope_vocabulary::metadata_record::RegistrationState;
    image.broker(id).is_none_or(|one| one.state == RegistrationState::Fenced)
}

/// One topic as a broker tells it to a client.
#[must_use]
pub fn topic_metadata(image: &MetadataImage, name: &Arc<str>) -> TopicMetadata {
    match image.topic_named(name) {
        Some(topic) => TopicMetadata {
            name: name.clone(),
            error: ErrorCode::None,
            topic: Some(topic.id),
            partitions: partitions_of(image, topic),
        },
        None => TopicMetadata {
            name: name.clone(),
            error: ErrorCode::UnknownTopicOrPartition,
            topic: None,
            partitions: Vec::new(),
        },
    }
}

fn partitions_of(image: &MetadataImage, topic: &TopicImage) -> Vec<PartitionMetadata> {
    (0..)
        .zip(&topic.partitions)
        .map(|(partition, registration)| {
            let leader = registration.leader.filter(|id| !is_fenced(image, *id));
            PartitionMetadata {
                partition: TopicPartition { topic: topic.id, partition },
                error: match leader {
                    Some(_) => ErrorCode::None,
                    None => ErrorCode::LeaderNotAvailable,
                },
                leader,
                leader_epoch: registration.leader_epoch,
            }
        })
        .collect()
}
