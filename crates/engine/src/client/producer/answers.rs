//! What a producer does with an answer to a batch: done, again, or given up.
//!
//! Source: Kafka `Sender.completeBatch`, `canRetry`, `handleProduceResponse`; KIP-951 (hints).
//! Uses: `effects`.

use epochscope_vocabulary::event::EventKind;
use epochscope_vocabulary::rpc::{Acks, ProduceResponse};
use epochscope_vocabulary::rule::RuleId;
use epochscope_vocabulary::{ErrorCode, Offset, RequestId};

use super::Producer;
use super::accumulator::{BatchId, MetadataLeave};
use crate::client::core::lost_error;
use crate::client::errors::{disproves_metadata, is_retriable};
use crate::effects::{Context, Disconnect};

impl Producer {
    /// An answer to a produce: batch by batch, then what it says of leaders.
    pub(super) fn on_produce_answer(
        &mut self,
        cx: &mut Context<'_>,
        request: RequestId,
        response: &ProduceResponse,
    ) {
        let Some(sent) = self.in_flight.remove(&request) else {
            return;
        };
        self.end_stale_sends(&sent.batches);
        let answer = cx.fx.cause();
        let mut hints = Vec::new();
        for partition in &response.partitions {
            let is_its = |id: &BatchId| {
                let batch = self.accumulator.get(*id);
                batch.is_some_and(|batch| batch.partition == partition.partition.partition)
            };
            let Some(id) = sent.batches.iter().copied().find(is_its) else {
                continue;
            };
            if let Some(hint) = partition.current_leader {
                hints.push((partition.partition, hint));
            }
            self.complete(cx, id, partition.error, partition.base_offset);
            cx.fx.because(answer);
        }
        for (partition, hint) in hints {
            self.core.metadata.hint(cx, partition, hint);
        }
    }

    /// A connection was lost: all its batches are refused here and now. The loss itself, of a
    /// request without an answer (acks=0) too, has the metadata refreshed.
    pub(super) fn on_produce_lost(
        &mut self,
        cx: &mut Context<'_>,
        request: RequestId,
        why: Disconnect,
    ) {
        let sent = self.in_flight.remove(&request);
        let batches = sent.map_or_else(Vec::new, |sent| sent.batches);
        let loss = cx.fx.cause();
        self.end_stale_sends(&batches);
        self.core.metadata.want(loss);
        for id in batches {
            self.complete(cx, id, lost_error(why), None);
            cx.fx.because(loss);
        }
    }

    /// `metadata=stale` forbids a refresh for one sending: that is over.
    fn end_stale_sends(&mut self, batches: &[BatchId]) {
        for id in batches {
            if let Some(batch) = self.accumulator.get_mut(*id) {
                batch.leave = MetadataLeave::Refresh;
            }
        }
    }

    /// A batch is written as far as its producer can know.
    pub(super) fn acknowledge(
        &mut self,
        cx: &mut Context<'_>,
        id: BatchId,
        offset: Option<Offset>,
    ) {
        let Some(batch) = self.accumulator.remove(id) else {
            return;
        };
        if let Some(idempotence) = &mut self.idempotence {
            idempotence.acknowledged(&batch);
        }
        let mut next = offset;
        for value in &batch.values {
            self.results.acknowledged(*value, next);
            next = next.map(|offset| offset.plus(1));
        }
        if let Some(partition) = self.partition_of(&batch) {
            let kind = EventKind::Acknowledged { partition, offset, values: batch.shared_values() };
            let rule = match self.acks {
                Acks::None => RuleId::Transport,
                Acks::Leader => RuleId::AckLeader,
                Acks::All => RuleId::AckAll,
            };
            cx.fx.record(rule, kind);
        }
    }

    fn complete(
        &mut self,
        cx: &mut Context<'_>,
        id: BatchId,
        error: ErrorCode,
        offset: Option<Offset>,
    ) {
        self.core.count(error);
        if matches!(error, ErrorCode::None | ErrorCode::DuplicateSequenceNumber) {
            self.acknowledge(cx, id, offset);
        } else if self.may_retry(cx, id, error) {
            self.retry(cx, id, error);
        } else {
            self.give_up(cx, id, error);
        }
    }

    fn may_retry(&mut self, cx: &Context<'_>, id: BatchId, error: ErrorCode) -> bool {
        let Some(batch) = self.accumulator.get(id) else {
            return false;
        };
        let in_time = cx.now() < batch.created + self.delivery_timeout;
        if !in_time || batch.attempts >= self.retries {
            return false;
        }
        match &mut self.idempotence {
            Some(idempotence) if error == ErrorCode::OutOfOrderSequenceNumber => {
                idempotence.out_of_order(batch);
                true
            }
            Some(_) | None => is_retriable(error),
        }
    }

    fn retry(&mut self, cx: &mut Context<'_>, id: BatchId, error: ErrorCode) {
        let Some(batch) = self.accumulator.get(id) else {
            return;
        };
        let Some(partition) = self.partition_of(batch) else {
            return;
        };
        let kind = EventKind::ProduceRetried { partition, error, values: batch.shared_values() };
        let event = cx.fx.record(RuleId::ProducerRetry, kind);
        let pause = self.core.pause(batch.attempts);
        if let Some(batch) = self.accumulator.get_mut(id) {
            batch.attempts += 1;
            batch.retry_at = cx.now() + pause;
            batch.cause = event;
            if disproves_metadata(error) {
                self.core.metadata.want(event);
            }
        }
        self.accumulator.put_back(id);
    }

    fn give_up(&mut self, cx: &mut Context<'_>, id: BatchId, error: ErrorCode) {
        let Some(batch) = self.accumulator.remove(id) else {
            return;
        };
        if let Some(idempotence) = &mut self.idempotence {
            idempotence.refused(&batch, self.retries);
        }
        if disproves_metadata(error) {
            self.core.metadata.want(cx.fx.cause());
        }
        self.fail_values(cx, Some(batch.partition), batch.values, error);
    }
}
