//! Log directories: those that fail, and those in which brokers say that they have replicas.
//!
//! Source: Kafka `ReplicationControlManager` (`handleDirectoriesOffline`,
//! `handleAssignReplicasToDirs`), `LeaderAcceptor`; KIP-858.
//! Uses: `release`.

use epochscope_vocabulary::metadata_record::MetadataRecord;
use epochscope_vocabulary::rpc::AssignReplicasToDirsRequest;
use epochscope_vocabulary::{BrokerId, DirectoryId, ErrorCode, TopicPartition};

use super::controller_result::{ControllerResult, OperationError, refused};
use super::feature_control::has_directories;
use super::partition_changes::{BrokerChange, record};
use super::replay::ControllerState;
use crate::release::EligibleLeaderReplicas;

/// What a broker is told of each replica.
pub type AssignmentResults = Vec<(TopicPartition, ErrorCode)>;

impl ControllerState {
    /// Some of a broker's directories have failed: what lies in them leaves ISRs and loses
    /// leaderships.
    pub(crate) fn handle_directories_offline(
        &self,
        broker: BrokerId,
        offline: &[DirectoryId],
    ) -> Result<Vec<MetadataRecord>, OperationError> {
        let Some(registered) = self.image.broker(broker).filter(|_| has_directories(&self.image))
        else {
            return Ok(Vec::new());
        };
        let (failed, working): (Vec<DirectoryId>, Vec<DirectoryId>) =
            registered.log_dirs.iter().copied().partition(|directory| offline.contains(directory));
        let mut records = Vec::new();
        for directory in &failed {
            let change = BrokerChange::Leaves(broker);
            records.extend(self.partition_changes(change, self.partitions_in(*directory))?);
        }
        if !failed.is_empty() {
            let broker_epoch = registered.broker_epoch;
            let log_dirs = working;
            records.push(MetadataRecord::BrokerLogDirsRecord { broker, broker_epoch, log_dirs });
        }
        Ok(records)
    }

    fn partitions_in(&self, directory: DirectoryId) -> impl Iterator<Item = TopicPartition> {
        self.image.topics().flat_map(move |topic| {
            let id = |partition| TopicPartition { topic: topic.id, partition };
            let numbered = (0..).zip(&topic.partitions);
            let lies = numbered.filter(move |(_, state)| state.directories.contains(&directory));
            lies.map(move |(partition, _)| id(partition))
        })
    }

    /// A broker says in which directory it has some of its replicas.
    ///
    /// Kafka's defect, kept: this empties the ELRs of the partitions. In a directory that the
    /// broker has not registered, a second record takes the broker out of the ISR, made from the
    /// same state as the first.
    ///
    /// # Errors
    /// UNSUPPORTED_VERSION, STALE_BROKER_EPOCH.
    pub fn assign_replicas_to_dirs(
        &self,
        request: &AssignReplicasToDirsRequest,
    ) -> Result<ControllerResult<AssignmentResults>, OperationError> {
        if !has_directories(&self.image) {
            let what = "Directory assignment is not supported yet.";
            return refused(ErrorCode::UnsupportedVersion, what.to_owned());
        }
        self.check_broker_epoch(request.broker, request.broker_epoch)?;
        let registered = self.image.broker(request.broker);
        let mut records = Vec::new();
        let mut stranded = Vec::new();
        let mut reply = Vec::new();
        for one in &request.directories {
            let is_lost = registered.is_some_and(|known| !known.has_online_dir(one.directory));
            for id in &one.partitions {
                let change = self.assignment((request.broker, one.directory), *id);
                reply.push((*id, change.as_ref().err().copied().unwrap_or(ErrorCode::None)));
                if let Ok(change) = change {
                    records.extend(change);
                    stranded.extend(is_lost.then_some(*id));
                }
            }
        }
        let change = BrokerChange::Leaves(request.broker);
        records.extend(self.partition_changes(change, stranded.into_iter())?);
        Ok(ControllerResult { records, reply })
    }

    fn assignment(
        &self,
        (broker, directory): (BrokerId, DirectoryId),
        id: TopicPartition,
    ) -> Result<Option<MetadataRecord>, ErrorCode> {
        self.image.topic(id.topic).ok_or(ErrorCode::UnknownTopicId)?;
        let partition = self.image.partition(id).ok_or(ErrorCode::UnknownTopicOrPartition)?;
        if !partition.replicas.contains(&broker) {
            return Err(ErrorCode::NotLeaderOrFollower);
        }
        let may_lead = |broker| self.may_lead(partition, broker);
        let mut builder = self.change_builder(id, partition, &may_lead);
        builder.rules.elr = EligibleLeaderReplicas::Off;
        builder.assigned_dir = Some((broker, directory));
        Ok(builder.build().map(record))
    }
}
