//! What an administrator asks of a partition's leader.
//!
//! Source: Kafka `KafkaAdminClient` (`ListOffsetsHandler`, `DeleteRecordsHandler`).
//! Uses: nothing.

use std::sync::Arc;

use epochscope_vocabulary::command::PartitionName;
use epochscope_vocabulary::rpc::{
    ApiKey, CurrentLeader, DeleteRecordsRequest, ListOffsetsRequest, MetadataResponse, OffsetSpec,
    Request,
};
use epochscope_vocabulary::{Offset, TopicPartition};

/// `default.api.timeout.ms`.
const API_TIMEOUT_MS: u64 = 60_000;

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Where the log ends or begins.
    ListOffsets(OffsetSpec),
    /// To delete the records before this offset.
    DeleteRecords(Offset),
}

impl Asked {
    pub(super) const fn api_key(self) -> ApiKey {
        match self {
            Self::ListOffsets(_) => ApiKey::ListOffsets,
            Self::DeleteRecords(_) => ApiKey::DeleteRecords,
        }
    }

    pub(super) fn request(self, partition: TopicPartition, leader: CurrentLeader) -> Request {
        match self {
            Self::ListOffsets(spec) => {
                let current_leader_epoch = Some(leader.leader_epoch);
                let request = ListOffsetsRequest { partition, spec, current_leader_epoch };
                Request::ListOffsets(Arc::new(request))
            }
            Self::DeleteRecords(offset) => {
                let timeout_ms = API_TIMEOUT_MS;
                let request = DeleteRecordsRequest { partition, offset, timeout_ms };
                Request::DeleteRecords(Arc::new(request))
            }
        }
    }
}

/// Who leads a partition, as somebody says.
pub(super) fn leader_of(
    metadata: &MetadataResponse,
    name: &PartitionName,
) -> Option<(TopicPartition, CurrentLeader)> {
    let topic = metadata.topics.iter().find(|topic| topic.name == name.topic)?;
    let is_it = |partition: TopicPartition| partition.partition == name.partition;
    let partition = topic.partitions.iter().find(|partition| is_it(partition.partition))?;
    let leader = CurrentLeader { leader: partition.leader?, leader_epoch: partition.leader_epoch };
    Some((partition.partition, leader))
}
