//! More partitions for a topic that exists.
//!
//! Source: Kafka `ReplicationControlManager.createPartitions`.
//! Simplified: new partitions get as many replicas as the first; Kafka takes any partition's
//! number.
//! Uses: `java_random`.

use epochscope_vocabulary::metadata_record::MetadataRecord;
use epochscope_vocabulary::rpc::CreatePartitionsRequest;
use epochscope_vocabulary::{BrokerId, ErrorCode, TopicPartition};

use super::controller_result::{ControllerResult, OperationError, refused};
use super::replay::ControllerState;
use crate::java_random::RandomSource;

impl ControllerState {
    /// A topic gets more partitions.
    ///
    /// # Errors
    /// The first of Kafka's checks that fails.
    pub fn create_partitions(
        &self,
        request: &CreatePartitionsRequest,
        random: &mut RandomSource,
    ) -> Result<ControllerResult<()>, OperationError> {
        let Some(topic) = self.image.topic_named(&request.name) else {
            return Err(ErrorCode::UnknownTopicOrPartition.into());
        };
        let present = u32::try_from(topic.partitions.len()).unwrap_or(u32::MAX);
        let wanted = u32::try_from(request.count).unwrap_or(0);
        let Some(additional) = wanted.checked_sub(present).filter(|more| *more > 0) else {
            let what = if wanted == present {
                format!("Topic already has {present} partition(s).")
            } else {
                format!(
                    "The topic {} currently has {present} partition(s); {} would not be an \
                     increase.",
                    request.name, request.count
                )
            };
            return refused(ErrorCode::InvalidPartitions, what);
        };
        let replicas = topic.partitions.first().map_or(0, |first| first.replicas.len());
        let assignments = match &request.assignments {
            Some(lists) => self.checked_lists(lists, (present, additional), replicas)?,
            None => self.place(additional, u32::try_from(replicas).unwrap_or(u32::MAX), random)?,
        };
        let record = |(partition, replicas)| {
            let id = TopicPartition { topic: topic.id, partition };
            MetadataRecord::PartitionRecord(Box::new(self.partition_record(id, replicas)))
        };
        let records = (present..).zip(assignments).map(record).collect();
        Ok(ControllerResult { records, reply: () })
    }

    fn checked_lists(
        &self,
        lists: &[Vec<BrokerId>],
        (present, additional): (u32, u32),
        replicas: usize,
    ) -> Result<Vec<Vec<BrokerId>>, OperationError> {
        if u32::try_from(lists.len()) != Ok(additional) {
            let what = format!(
                "Attempted to add {additional} additional partition(s), but only {} assignment(s) \
                 were specified.",
                lists.len()
            );
            return refused(ErrorCode::InvalidReplicaAssignment, what);
        }
        let first = usize::try_from(present).unwrap_or(usize::MAX);
        for (partition, list) in (first..).zip(lists) {
            self.check_assignment(list, Some(replicas))?;
            self.check_for_active(partition, list)?;
        }
        Ok(lists.to_vec())
    }
}
