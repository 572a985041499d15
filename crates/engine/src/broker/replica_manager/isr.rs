//! The leader's proposals to change the ISR, and what the controller answers.
//!
//! Source: Kafka `Partition.maybeExpandIsr`, `Partition.maybeShrinkIsr`, `AlterPartitionManager`.
//! Uses: `effects`.

use epochscope_vocabulary::event::{EventKind, IsrChange};
use epochscope_vocabulary::rpc::{AlterPartitionData, AlterPartitionResponse, LeaderAndIsr};
use epochscope_vocabulary::rule::RuleId;
use epochscope_vocabulary::{BrokerId, ErrorCode, RequestId, SimDuration, TopicPartition};

use super::ReplicaManager;
use crate::broker::partition::isr::AlterPartitionOutcome;
use crate::broker::partition::isr_changes::IsrProposal;
use crate::effects::{Context, Timer};

impl ReplicaManager {
    /// Looks for followers that have fallen behind, and sets the clock for the next look.
    pub fn shrink_isrs(&mut self, cx: &mut Context<'_>) {
        let ids: Vec<_> = self
            .partitions
            .values()
            .filter(|one| one.leading().is_some())
            .map(|one| one.id)
            .collect();
        let looked = cx.fx.cause();
        for id in ids {
            cx.fx.because(looked);
            self.maybe_shrink_isr(cx, id);
        }
        self.schedule_shrink(cx);
    }

    /// Sets the clock for the periodic look (`isr-expiration`): twice in the lag time.
    pub fn schedule_shrink(&self, cx: &mut Context<'_>) {
        let half = SimDuration((self.config.replica_lag_time_max.0 / 2).max(1_000));
        cx.fx.set_timer(Timer::IsrExpiration, half);
    }

    fn maybe_shrink_isr(&mut self, cx: &mut Context<'_>, id: TopicPartition) {
        let Some(broker_epoch) = self.broker_epoch else {
            return;
        };
        let proposal = self.with_surroundings(cx, id, |partition, around| {
            partition.maybe_shrink_isr(around, broker_epoch)
        });
        match proposal.flatten() {
            Some(proposal) => self.propose(cx, proposal, IsrChange::Shrink),
            None => {
                self.advance_high_watermark(cx, id);
            }
        }
    }

    pub(super) fn maybe_expand_isr(
        &mut self,
        cx: &mut Context<'_>,
        id: TopicPartition,
        follower: BrokerId,
    ) {
        let Some(broker_epoch) = self.broker_epoch else {
            return;
        };
        let proposal = self.with_surroundings(cx, id, |partition, around| {
            partition.maybe_expand_isr(follower, around, broker_epoch)
        });
        if let Some(proposal) = proposal.flatten() {
            self.propose(cx, proposal, IsrChange::Expand);
        }
    }

    fn propose(&mut self, cx: &mut Context<'_>, proposal: IsrProposal, change: IsrChange) {
        let rule = match change {
            IsrChange::Expand => RuleId::IsrExpansion,
            IsrChange::Shrink => RuleId::IsrShrink,
        };
        let isr: Vec<_> = proposal.data.new_isr.iter().map(|member| member.broker).collect();
        let kind = EventKind::IsrProposed {
            partition: proposal.data.partition,
            change,
            isr: isr.into(),
            replicas: proposal.changed.into(),
        };
        let before = cx.fx.cause();
        let event = cx.fx.record(rule, kind);
        cx.fx.because(event);
        let who = self.correspondents();
        self.alter_partition.submit(cx, proposal.data, who);
        cx.fx.because(before);
    }

    /// Sends proposals that wait for a controller or for a back-off.
    pub fn send_proposals(&mut self, cx: &mut Context<'_>) {
        let who = self.correspondents();
        self.alter_partition.send(cx, who);
    }

    /// The controller could not be asked.
    pub fn on_alter_partition_failed(&mut self, cx: &mut Context<'_>, id: RequestId) {
        self.alter_partition.failed(cx, id);
    }

    /// The controller has answered.
    pub fn on_alter_partition(
        &mut self,
        cx: &mut Context<'_>,
        id: RequestId,
        response: &AlterPartitionResponse,
    ) {
        if response.error != ErrorCode::None {
            self.alter_partition.failed(cx, id);
            return;
        }
        let answered = cx.fx.cause();
        for asked in self.alter_partition.answered(id) {
            cx.fx.because(answered);
            let result = response.partitions.iter().find(|one| one.partition == asked.partition);
            match result {
                Some(result) => self.on_isr_answer(cx, &asked, result.result.as_ref()),
                None => self.on_isr_answer(cx, &asked, Err(&ErrorCode::OperationNotAttempted)),
            }
        }
        cx.fx.because(answered);
        self.send_proposals(cx);
    }

    fn on_isr_answer(
        &mut self,
        cx: &mut Context<'_>,
        asked: &AlterPartitionData,
        answer: Result<&LeaderAndIsr, &ErrorCode>,
    ) {
        let id = asked.partition;
        let Some(partition) = self.partitions.get_mut(&id) else {
            return;
        };
        let answer = answer.map_err(|error| *error);
        let awaited = partition.awaited_change(asked);
        let outcome = partition.on_alter_partition(asked, answer);
        if let Err(error) = answer {
            let kind = EventKind::IsrRefused { partition: id, error };
            let event = cx.fx.record(RuleId::AlterPartition, kind);
            cx.fx.because(event);
        }
        let is_committed = matches!(outcome, AlterPartitionOutcome::Committed { .. });
        match awaited {
            Some(IsrChange::Shrink) if is_committed => self.meters.isr_shrinks += 1,
            Some(IsrChange::Expand) if is_committed => self.meters.isr_expands += 1,
            Some(_) => self.meters.failed_isr_updates += 1,
            None => {}
        }
        match outcome {
            AlterPartitionOutcome::Committed { state, .. } => {
                let kind = EventKind::IsrChanged { partition: id, isr: state.isr().into() };
                let event = cx.fx.record(RuleId::AlterPartition, kind);
                cx.fx.because(event);
                self.advance_high_watermark(cx, id);
            }
            AlterPartitionOutcome::Retry => {
                let who = self.correspondents();
                self.alter_partition.submit(cx, asked.clone(), who);
            }
            AlterPartitionOutcome::Reverted(_) | AlterPartitionOutcome::AwaitMetadata => {}
        }
    }
}
