//! Partitions: ISR changes that leaders ask for, elections that somebody or the clock asks for.
//!
//! Each operation looks at the state and gives back records and an answer; it changes nothing.
//!
//! Source: Kafka `ReplicationControlManager`; KIP-497, KIP-460, KIP-966.
//! Uses: `metadata`, its folder.

use std::sync::Arc;

use epochscope_vocabulary::metadata_record::MetadataRecord;
use epochscope_vocabulary::rpc::{
    AlterPartitionData, AlterPartitionRequest, AlterPartitionResult, ElectLeadersRequest,
    ElectionType, LeaderAndIsr,
};
use epochscope_vocabulary::{BrokerId, ErrorCode, TopicId, TopicPartition};

use super::alter_partition::{IsrMemberCheck, validate_alter_partition};
use super::controller_result::{ControllerResult, OperationError};
use super::elect_leaders::{check_election, election_failure};
use super::partition_change_builder::Election;
use super::partition_changes::record;
use super::replay::ControllerState;
use crate::metadata::partition_registration::PartitionRegistration;

/// How many elections one run of a periodic task makes at most.
pub const MAX_ELECTIONS_PER_RUN: usize = 1_000;

/// Whether a periodic task has done all there was to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remaining {
    /// It has.
    Nothing,
    /// It stopped at its limit.
    More,
}

/// What an election is told of each partition.
pub type ElectionResults = Vec<(Arc<str>, u32, ErrorCode)>;

impl ControllerState {
    /// A leader asks for other ISRs.
    ///
    /// # Errors
    /// STALE_BROKER_EPOCH for the request as a whole.
    pub fn alter_partition(
        &self,
        request: &AlterPartitionRequest,
    ) -> Result<ControllerResult<Vec<AlterPartitionResult>>, OperationError> {
        self.check_broker_epoch(request.broker, request.broker_epoch)?;
        let mut records = Vec::new();
        let mut reply = Vec::new();
        for proposal in &request.partitions {
            let result = self.alter_one_partition(request.broker, proposal, &mut records);
            reply.push(AlterPartitionResult { partition: proposal.partition, result });
        }
        Ok(ControllerResult { records, reply })
    }

    fn alter_one_partition(
        &self,
        sender: BrokerId,
        proposal: &AlterPartitionData,
        records: &mut Vec<MetadataRecord>,
    ) -> Result<LeaderAndIsr, ErrorCode> {
        let id = proposal.partition;
        self.image.topic(id.topic).ok_or(ErrorCode::UnknownTopicId)?;
        let partition = self.image.partition(id).ok_or(ErrorCode::UnknownTopicOrPartition)?;
        let check = IsrMemberCheck::ActiveWithBrokerEpoch;
        let registered = |broker| self.registered(broker);
        validate_alter_partition(partition, sender, proposal, check, registered)?;
        let may_lead = |broker| self.may_lead(partition, broker);
        let mut builder = self.change_builder(id, partition, &may_lead);
        builder.election = self.automatic_election(id);
        builder.target_isr = proposal.new_isr.iter().map(|member| member.broker).collect();
        builder.target_leader_recovery_state = proposal.leader_recovery_state;
        let Some(change) = builder.build() else { return Ok(leader_and_isr(partition)) };
        let after = partition.merge(&change);
        // Only the end of a reassignment moves the leadership here, and is written all the same.
        let moved = change.leader.is_some_and(|leader| leader != Some(sender));
        records.push(record(change));
        if moved { Err(ErrorCode::NewLeaderElected) } else { Ok(leader_and_isr(&after)) }
    }

    /// Somebody asks for elections.
    #[must_use]
    pub fn elect_leaders(
        &self,
        request: &ElectLeadersRequest,
    ) -> ControllerResult<ElectionResults> {
        let mut records = Vec::new();
        let mut reply = Vec::new();
        let mut elect = |topic: Option<TopicId>, partition| {
            let id = topic.map(|topic| TopicPartition { topic, partition });
            let unknown = Err(ErrorCode::UnknownTopicOrPartition);
            match id.map_or(unknown, |id| self.elect_leader(request.election, id)) {
                Ok(record) => {
                    records.push(record);
                    ErrorCode::None
                }
                Err(error) => error,
            }
        };
        for (name, partition) in request.partitions.iter().flatten() {
            let error = elect(self.image.topic_id(name), *partition);
            reply.push((name.clone(), *partition, error));
        }
        let all = request.partitions.is_none().then(|| self.image.topics_by_name());
        for topic in all.into_iter().flatten() {
            for (partition, _) in (0..).zip(&topic.partitions) {
                let error = elect(Some(topic.id), partition);
                // Asked for all, Kafka leaves out those that need no election.
                if error != ErrorCode::ElectionNotNeeded {
                    reply.push((topic.name.clone(), partition, error));
                }
            }
        }
        ControllerResult { records, reply }
    }

    /// Gives preferred leaders their partitions back, a limited number of them.
    #[must_use]
    pub fn balance_partition_leaders(&self) -> ControllerResult<Remaining> {
        self.elect_some(self.imbalanced.iter().copied(), |id| {
            let partition = self.image.partition(id)?;
            self.election_record(Election::Preferred, id, partition)
        })
    }

    /// Elects leaders for partitions that have none, where their topic allows an unclean election.
    #[must_use]
    pub fn elect_unclean_leaders(&self) -> ControllerResult<Remaining> {
        let allowed = |id: &TopicPartition| self.may_elect_uncleanly(id.topic);
        let leaderless = self.leaderless.iter().copied().filter(allowed);
        self.elect_some(leaderless, |id| self.elect_leader(ElectionType::Unclean, id).ok())
    }

    fn elect_some(
        &self,
        partitions: impl Iterator<Item = TopicPartition>,
        elect: impl Fn(TopicPartition) -> Option<MetadataRecord>,
    ) -> ControllerResult<Remaining> {
        let mut records = Vec::new();
        for id in partitions {
            if records.len() >= MAX_ELECTIONS_PER_RUN {
                return ControllerResult { records, reply: Remaining::More };
            }
            records.extend(elect(id));
        }
        ControllerResult { records, reply: Remaining::Nothing }
    }

    fn elect_leader(
        &self,
        election: ElectionType,
        id: TopicPartition,
    ) -> Result<MetadataRecord, ErrorCode> {
        let partition = self.image.partition(id).ok_or(ErrorCode::UnknownTopicOrPartition)?;
        check_election(election, partition)?;
        let kind = match election {
            ElectionType::Preferred => Election::Preferred,
            ElectionType::Unclean => Election::Unclean,
        };
        self.election_record(kind, id, partition).ok_or_else(|| election_failure(election))
    }

    fn election_record(
        &self,
        election: Election,
        id: TopicPartition,
        partition: &PartitionRegistration,
    ) -> Option<MetadataRecord> {
        let may_lead = |broker| self.may_lead(partition, broker);
        let mut builder = self.change_builder(id, partition, &may_lead);
        builder.election = election;
        builder.build().map(record)
    }
}

fn leader_and_isr(partition: &PartitionRegistration) -> LeaderAndIsr {
    LeaderAndIsr {
        leader: partition.leader,
        leader_epoch: partition.leader_epoch,
        isr: partition.isr.clone(),
        leader_recovery_state: partition.leader_recovery_state,
        partition_epoch: partition.partition_epoch,
    }
}
