//! Reassignments that somebody asks for: begun, replaced, cancelled and listed.
//!
//! Their ends are no requests: whatever brings the last new replica into the ISR completes them.
//!
//! Source: Kafka `ReplicationControlManager` (`alterPartitionReassignments`,
//! `listPartitionReassignments`); KIP-455, KIP-860 (replication factor kept).
//! Simplified: nothing throttles replicas that catch up.
//! Uses: `metadata`.

use std::sync::Arc;

use epochscope_vocabulary::metadata_record::PartitionChangeRecord;
use epochscope_vocabulary::rpc::ReassignablePartition;
use epochscope_vocabulary::{BrokerId, ErrorCode, TopicPartition};

use super::controller_result::{ControllerResult, OperationError, refused};
use super::partition_change_builder::Election;
use super::partition_changes::record;
use super::partition_reassignment::{PartitionReassignmentReplicas, Revert};
use super::replay::ControllerState;
use crate::metadata::partition_registration::PartitionRegistration;

/// Whether a reassignment may change how many replicas a partition has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplicationFactorChange {
    /// It may.
    Allowed,
    /// It may not.
    Forbidden,
}

/// What each partition is told.
pub type ReassignmentResults = Vec<(Arc<str>, u32, ErrorCode)>;

impl ControllerState {
    /// Somebody asks for reassignments, or for their cancelling.
    #[must_use]
    pub fn alter_partition_reassignments(
        &self,
        partitions: &[ReassignablePartition],
        replication_factor: ReplicationFactorChange,
    ) -> ControllerResult<ReassignmentResults> {
        let mut records = Vec::new();
        let mut reply = Vec::new();
        for wanted in partitions {
            let error = match self.alter_partition_reassignment(wanted, replication_factor) {
                Ok(change) => {
                    records.extend(change.map(record));
                    ErrorCode::None
                }
                Err(why) => why.error_code(),
            };
            reply.push((wanted.topic.clone(), wanted.partition, error));
        }
        ControllerResult::<ReassignmentResults> { records, reply }
    }

    /// The partitions that are being reassigned, by topic and index.
    pub fn list_partition_reassignments(
        &self,
    ) -> impl Iterator<Item = (&Arc<str>, u32, &PartitionRegistration)> {
        let partitions = self.image.topics_by_name().flat_map(|topic| {
            let numbered = (0..).zip(&topic.partitions);
            numbered.map(|(partition, state)| (&topic.name, partition, &**state))
        });
        partitions.filter(|(_, _, state)| state.is_reassigning())
    }

    fn alter_partition_reassignment(
        &self,
        wanted: &ReassignablePartition,
        replication_factor: ReplicationFactorChange,
    ) -> Result<Option<PartitionChangeRecord>, OperationError> {
        let topic = self.image.topic_id(&wanted.topic);
        let id = topic.map(|topic| TopicPartition { topic, partition: wanted.partition });
        let found = id.and_then(|id| Some((id, self.image.partition(id)?)));
        let (id, partition) = found.ok_or(ErrorCode::UnknownTopicOrPartition)?;
        match &wanted.replicas {
            None => self.cancel_partition_reassignment(id, partition),
            Some(target) => {
                self.change_partition_reassignment(id, partition, target, replication_factor)
            }
        }
    }

    /// Kafka's defect, kept: the ELR may keep a replica that is removed, and an unclean way back
    /// does not make the leader recover.
    fn cancel_partition_reassignment(
        &self,
        id: TopicPartition,
        partition: &PartitionRegistration,
    ) -> Result<Option<PartitionChangeRecord>, OperationError> {
        if !partition.is_reassigning() {
            return Err(ErrorCode::NoReassignmentInProgress.into());
        }
        let election = self.automatic_election(id);
        let reverted = PartitionReassignmentReplicas::of(partition).revert(&partition.isr);
        let reverted =
            reverted.filter(|back| back.revert == Revert::Clean || election == Election::Unclean);
        let Some(reverted) = reverted else {
            let what = "Unable to revert partition assignment: no replica that stays is in sync.";
            return refused(ErrorCode::InvalidReplicaAssignment, what.to_owned());
        };
        let may_lead = |broker| self.may_lead(partition, broker);
        let mut builder = self.change_builder(id, partition, &may_lead);
        builder.election = election;
        builder.target_isr = reverted.isr;
        builder.target_replicas = reverted.replicas;
        builder.target_removing.clear();
        builder.target_adding.clear();
        Ok(builder.build())
    }

    /// What an earlier reassignment was still adding counts as present. Lists that would be empty
    /// stay as they are.
    fn change_partition_reassignment(
        &self,
        id: TopicPartition,
        partition: &PartitionRegistration,
        target: &[BrokerId],
        replication_factor: ReplicationFactorChange,
    ) -> Result<Option<PartitionChangeRecord>, OperationError> {
        self.check_assignment(target, None)?;
        let before = settled_replicas(partition);
        match replication_factor {
            ReplicationFactorChange::Forbidden if before != target.len() => {
                let now = target.len();
                let what = format!("The replication factor is changed from {before} to {now}");
                return refused(ErrorCode::InvalidReplicationFactor, what);
            }
            ReplicationFactorChange::Forbidden | ReplicationFactorChange::Allowed => {}
        }
        let wanted = PartitionReassignmentReplicas::start(&partition.replicas, target);
        let may_lead = |broker| self.may_lead(partition, broker);
        let mut builder = self.change_builder(id, partition, &may_lead);
        builder.target_replicas = wanted.replicas;
        if !wanted.adding.is_empty() {
            builder.target_adding = wanted.adding;
        }
        if !wanted.removing.is_empty() {
            builder.target_removing = wanted.removing;
        }
        Ok(builder.build())
    }
}

/// How many replicas a partition has when what is under way is done.
fn settled_replicas(partition: &PartitionRegistration) -> usize {
    let stays = |replica: &&BrokerId| !partition.removing.contains(replica);
    partition.replicas.iter().filter(stays).count()
}

#[cfg(test)]
mod tests;
