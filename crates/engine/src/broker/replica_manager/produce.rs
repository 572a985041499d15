//! Produce: who may write, and when the producer is told.
//!
//! With acks=1 the leader's own append is enough. With acks=all the request waits for the high
//! watermark; it fails when this broker stops leading, and its wait ends with
//! `request.timeout.ms`, though the record stays in the log.
//!
//! Source: Kafka `ReplicaManager.appendRecords`, `DelayedProduce`.
//! Uses: `effects`, `log`, `metrics`.

use std::sync::Arc;

use epochscope_vocabulary::event::{EventKind, Leadership};
use epochscope_vocabulary::rpc::{
    Acks, ProduceBatch, ProducePartitionResponse, ProduceRequest, ProduceResponse, Response,
};
use epochscope_vocabulary::rule::RuleId;
use epochscope_vocabulary::{ErrorCode, NodeId, Offset, RequestId, SimDuration, TopicPartition};

use super::ReplicaManager;
use crate::broker::partition::replica::NeedsMinIsr;
use crate::broker::purgatory::{DelayedProduce, PendingBatch};
use crate::effects::{Context, Timer};
use crate::log::LeaderAppend;
use crate::metrics::meters::bytes_of;

impl ReplicaManager {
    /// Serves a produce.
    pub fn on_produce(
        &mut self,
        cx: &mut Context<'_>,
        from: NodeId,
        id: RequestId,
        request: &ProduceRequest,
    ) {
        let asked = cx.fx.cause();
        let mut batches = Vec::with_capacity(request.batches.len());
        for batch in &request.batches {
            cx.fx.because(asked);
            batches.push(self.append(cx, batch, request.acks));
        }
        match request.acks {
            Acks::None if batches.iter().any(|one| one.answer.error != ErrorCode::None) => {
                cx.fx.close_connection_of(id);
            }
            Acks::None => cx.fx.no_response(id),
            Acks::Leader => cx.fx.respond(id, answer(&batches)),
            Acks::All => {
                let until = cx.now() + SimDuration::from_ms(request.timeout_ms);
                let cause = cx.fx.cause();
                let delayed = DelayedProduce { from, since: cx.now(), until, cause, batches };
                self.wait_for_replicas(cx, id, delayed);
            }
        }
        for batch in &request.batches {
            self.complete_fetches(cx, batch.partition);
        }
    }

    fn append(&mut self, cx: &mut Context<'_>, batch: &ProduceBatch, acks: Acks) -> PendingBatch {
        let id = batch.partition;
        let needs = if acks == Acks::All { NeedsMinIsr::Yes } else { NeedsMinIsr::No };
        let appended = match self.partitions.get_mut(&id) {
            Some(partition) => {
                partition.append(batch, needs).map(|append| (append, partition.leader_epoch))
            }
            None => Err(self.not_hosted(id)),
        };
        let (base_offset, required) = match appended {
            Ok((LeaderAppend::Appended(written), leader_epoch)) => {
                let kind = EventKind::Appended {
                    partition: id,
                    offset: written.base_offset,
                    leader_epoch,
                    values: batch.values.clone(),
                    leadership: Leadership::True,
                };
                let event = cx.fx.record(RuleId::ProduceAdmission, kind);
                cx.fx.because(event);
                self.meters.messages_in += written.end_offset.0 - written.base_offset.0;
                self.meters.bytes_in += bytes_of(cx.names, batch.values.iter().copied());
                self.advance_high_watermark(cx, id);
                (written.base_offset, written.end_offset)
            }
            Ok((LeaderAppend::Duplicate(stored), _)) => {
                let kind = EventKind::DuplicateAnswered {
                    partition: id,
                    offset: stored.first_offset,
                    values: batch.values.clone(),
                };
                let event = cx.fx.record(RuleId::Idempotence, kind);
                cx.fx.because(event);
                (stored.first_offset, stored.last_offset.plus(1))
            }
            Err(error) => return self.refused(batch, error),
        };
        PendingBatch {
            partition: id,
            values: batch.values.clone(),
            required: (acks == Acks::All).then_some(required),
            answer: ProducePartitionResponse {
                partition: id,
                error: ErrorCode::None,
                base_offset: Some(base_offset),
                current_leader: None,
            },
        }
    }

    fn refused(&self, batch: &ProduceBatch, error: ErrorCode) -> PendingBatch {
        PendingBatch {
            partition: batch.partition,
            values: batch.values.clone(),
            required: None,
            answer: self.refusal(batch.partition, error),
        }
    }

    fn refusal(&self, partition: TopicPartition, error: ErrorCode) -> ProducePartitionResponse {
        let hints = error == ErrorCode::NotLeaderOrFollower;
        let current_leader = if hints { self.current_leader(partition) } else { None };
        ProducePartitionResponse { partition, error, base_offset: None, current_leader }
    }

    fn wait_for_replicas(&mut self, cx: &mut Context<'_>, id: RequestId, delayed: DelayedProduce) {
        self.purgatory.produces.insert(id, delayed);
        self.try_complete_produce(cx, id);
        let Some(waiting) = self.purgatory.produces.get_mut(&id) else {
            return;
        };
        cx.fx.set_timer_at(Timer::DelayedProduce(id), waiting.until);
        for batch in &waiting.batches {
            if let Some(required) = batch.required {
                let kind =
                    EventKind::ProduceDelayed { partition: batch.partition, required, request: id };
                waiting.cause = cx.fx.record(RuleId::AckAll, kind);
            }
        }
    }

    /// The high watermark has moved: completes the produces that waited for it.
    pub(super) fn complete_produces(&mut self, cx: &mut Context<'_>, partition: TopicPartition) {
        for id in self.purgatory.produces_of(partition) {
            self.try_complete_produce(cx, id);
        }
    }

    fn try_complete_produce(&mut self, cx: &mut Context<'_>, id: RequestId) {
        let Some(waiting) = self.purgatory.produces.get_mut(&id) else {
            return;
        };
        for batch in &mut waiting.batches {
            let (Some(required), Some(partition)) =
                (batch.required, self.partitions.get(&batch.partition))
            else {
                continue;
            };
            if partition.log.high_watermark() >= required {
                batch.required = None;
                if !partition.has_min_isr() {
                    batch.answer.error = ErrorCode::NotEnoughReplicasAfterAppend;
                }
            }
        }
        self.answer_if_complete(cx, id);
    }

    /// This broker no longer leads: the produces that waited here fail.
    pub(super) fn fail_produces(
        &mut self,
        cx: &mut Context<'_>,
        partition: TopicPartition,
        error: ErrorCode,
    ) {
        for id in self.purgatory.produces_of(partition) {
            let refusal = self.refusal(partition, error);
            self.settle(id, |batch| batch.partition == partition, &refusal);
            self.answer_if_complete(cx, id);
        }
    }

    /// A waiting produce has waited long enough.
    pub fn on_delayed_produce(&mut self, cx: &mut Context<'_>, id: RequestId) {
        let Some(waiting) = self.purgatory.produces.get(&id) else {
            return;
        };
        let unsettled: Vec<_> = waiting
            .batches
            .iter()
            .filter(|one| one.required.is_some())
            .map(|one| one.partition)
            .collect();
        for partition in unsettled {
            let refusal = ProducePartitionResponse {
                partition,
                error: ErrorCode::RequestTimedOut,
                base_offset: None,
                current_leader: None,
            };
            self.settle(id, |batch| batch.partition == partition, &refusal);
        }
        self.answer_if_complete(cx, id);
    }

    fn settle(
        &mut self,
        id: RequestId,
        which: impl Fn(&PendingBatch) -> bool,
        answer: &ProducePartitionResponse,
    ) {
        if let Some(waiting) = self.purgatory.produces.get_mut(&id) {
            for batch in waiting.batches.iter_mut().filter(|batch| which(batch)) {
                batch.required = None;
                batch.answer = *answer;
            }
        }
    }

    fn answer_if_complete(&mut self, cx: &mut Context<'_>, id: RequestId) {
        let complete = self.purgatory.produces.get(&id).is_some_and(DelayedProduce::is_complete);
        if complete && let Some(waiting) = self.purgatory.produces.remove(&id) {
            cx.fx.cancel_timer(Timer::DelayedProduce(id));
            cx.fx.respond(id, answer(&waiting.batches));
        }
    }
}

fn answer(batches: &[PendingBatch]) -> Response {
    let partitions = batches.iter().map(|batch| batch.answer).collect();
    Response::Produce(Arc::new(ProduceResponse { partitions }))
}

/// What a waiting produce needs of one partition.
#[must_use]
pub fn required_of(produce: &DelayedProduce, partition: TopicPartition) -> Option<Offset> {
    produce.batches.iter().find(|one| one.partition == partition).and_then(|one| one.required)
}
