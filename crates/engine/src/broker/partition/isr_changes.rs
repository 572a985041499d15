//! A leader's proposals for its ISR, and what it makes of the controller's answers.
//!
//! Source: Kafka `Partition.maybeExpandIsr`, `Partition.maybeShrinkIsr`,
//! `Partition.handleAlterPartitionUpdate`; KIP-497.
//! Uses: its folder.

use epochscope_vocabulary::event::IsrChange;
use epochscope_vocabulary::metadata_record::LeaderRecoveryState;
use epochscope_vocabulary::rpc::{AlterPartitionData, IsrMember, LeaderAndIsr};
use epochscope_vocabulary::{BrokerEpoch, BrokerId, ErrorCode};

use super::isr::{
    AlterPartitionOutcome, PartitionState, alter_partition_outcome, is_follower_in_sync,
    isr_members, out_of_sync_replicas,
};
use super::replica::{Partition, Role, Surroundings, is_eligible};

/// An ISR that a leader would like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IsrProposal {
    /// What to ask of the controller.
    pub data: AlterPartitionData,
    /// Replicas that come or go.
    pub changed: Vec<BrokerId>,
}

impl Partition {
    /// Proposes to add `follower` to the ISR, if it has caught up and nothing else is proposed.
    pub fn maybe_expand_isr(
        &mut self,
        follower: BrokerId,
        around: &Surroundings<'_>,
        broker_epoch: BrokerEpoch,
    ) -> Option<IsrProposal> {
        let high_watermark = self.log.high_watermark();
        let Role::Leader(state) = &mut self.role else {
            return None;
        };
        let (_, replica) = state.followers.iter().find(|(id, _)| *id == follower)?;
        let start = Some(state.epoch_start_offset);
        let may_join = !state.isr.is_in_flight()
            && !state.isr.is_in_maximal_isr(follower)
            && is_eligible(follower, replica, around)
            && is_follower_in_sync(replica.log_end_offset, high_watermark, start);
        if !may_join {
            return None;
        }
        state.isr = state.isr.expanding(follower);
        self.proposal(vec![follower], broker_epoch)
    }

    /// Proposes to remove those who have fallen behind, if nothing else is proposed.
    pub fn maybe_shrink_isr(
        &mut self,
        around: &Surroundings<'_>,
        broker_epoch: BrokerEpoch,
    ) -> Option<IsrProposal> {
        let log_end_offset = self.log.log_end_offset();
        let Role::Leader(state) = &mut self.role else {
            return None;
        };
        if state.isr.is_in_flight() {
            return None;
        }
        let gone = out_of_sync_replicas(
            state.isr.isr(),
            &state.followers,
            log_end_offset,
            around.now,
            around.replica_lag_time_max,
        );
        if gone.is_empty() {
            return None;
        }
        state.isr = state.isr.shrinking(&gone);
        self.proposal(gone, broker_epoch)
    }

    /// The request for what is proposed now; none when nothing is.
    fn proposal(&self, changed: Vec<BrokerId>, broker_epoch: BrokerEpoch) -> Option<IsrProposal> {
        let state = self.leading()?;
        let isr = state.isr.proposed_isr()?;
        let local = IsrMember { broker: self.me, broker_epoch: Some(broker_epoch) };
        let data = AlterPartitionData {
            partition: self.id,
            leader_epoch: Some(self.leader_epoch),
            partition_epoch: Some(self.partition_epoch),
            new_isr: isr_members(&isr, local, &state.followers),
            leader_recovery_state: LeaderRecoveryState::Recovered,
        };
        Some(IsrProposal { data, changed })
    }

    /// What the answer to this proposal is to change; none if metadata has overtaken it.
    #[must_use]
    pub fn awaited_change(&self, asked: &AlterPartitionData) -> Option<IsrChange> {
        if asked.partition_epoch != Some(self.partition_epoch) {
            return None;
        }
        match &self.leading()?.isr {
            PartitionState::Committed(_) => None,
            PartitionState::PendingExpand { .. } => Some(IsrChange::Expand),
            PartitionState::PendingShrink { .. } => Some(IsrChange::Shrink),
        }
    }

    /// Takes the controller's answer to what was proposed.
    pub fn on_alter_partition(
        &mut self,
        asked: &AlterPartitionData,
        answer: Result<&LeaderAndIsr, ErrorCode>,
    ) -> AlterPartitionOutcome {
        let (leader_epoch, partition_epoch) = (self.leader_epoch, self.partition_epoch);
        // Metadata may have overtaken the answer: then this proposal is no longer the pending one.
        let awaited = self.awaited_change(asked);
        let (Role::Leader(state), Some(_)) = (&mut self.role, awaited) else {
            return AlterPartitionOutcome::AwaitMetadata;
        };
        let outcome = alter_partition_outcome(&state.isr, answer, leader_epoch, partition_epoch);
        match &outcome {
            AlterPartitionOutcome::Committed { state: confirmed, partition_epoch } => {
                state.isr = confirmed.clone();
                self.partition_epoch = *partition_epoch;
                self.leader_recovery_state = confirmed.last_committed().leader_recovery_state;
            }
            AlterPartitionOutcome::Reverted(confirmed) => state.isr = confirmed.clone(),
            AlterPartitionOutcome::AwaitMetadata | AlterPartitionOutcome::Retry => {}
        }
        outcome
    }
}
