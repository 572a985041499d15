//! What a producer sends now, and when it has to look again.
//!
//! A broker is ready when the first batch of one of its partitions has lingered long enough. Then
//! the first batches of all its partitions go in one request, and the next request may follow at
//! once.
//!
//! Source: Kafka `Sender`, `RecordAccumulator.ready` and `drain`; KAFKA-15415 (no back-off once a
//! newer leader is known).
//! Simplified: no `max.request.size`, and the partitions of a request always go in their own order.
//! Uses: `effects`.

use std::sync::Arc;

use epochscope_vocabulary::event::EventKind;
use epochscope_vocabulary::rpc::{
    Acks, InitProducerIdRequest, InitProducerIdResponse, MetadataRequest, ProduceBatch,
    ProduceRequest, Request,
};
use epochscope_vocabulary::rule::RuleId;
use epochscope_vocabulary::{
    BrokerId, ErrorCode, EventId, LeaderEpoch, RequestId, SimTime, SortedMap, TopicPartition,
};

use super::accumulator::{Batch, BatchId, BatchState, MetadataLeave};
use super::idempotence::Identity;
use super::{Producer, Sent};
use crate::client::core::lost_error;
use crate::effects::{Channel, Context, Disconnect};

impl Producer {
    /// Sends whatever is ready, request after request.
    pub(super) fn send_ready(&mut self, cx: &mut Context<'_>) {
        loop {
            let mut sent = false;
            for (broker, cause) in self.ready_brokers(cx.now()) {
                if self.core.connections.is_lost(broker) {
                    self.probe(cx, broker, cause);
                    continue;
                }
                let batches = self.drain(broker, cx.now());
                if !batches.is_empty() {
                    self.send(cx, broker, batches);
                    sent = true;
                }
            }
            if !sent {
                return;
            }
        }
    }

    /// Opens a lost connection again. No batch goes before that has succeeded, so a broker that is
    /// down uses up no retries.
    ///
    /// Simplified: the first request on a connection that was lost is Metadata, where Kafka's is
    /// ApiVersions; its answer is not used.
    fn probe(&mut self, cx: &mut Context<'_>, broker: BrokerId, cause: EventId) {
        if self.probes.values().any(|probed| *probed == broker) {
            return;
        }
        cx.fx.because(cause);
        let request = Request::Metadata(Arc::new(MetadataRequest { topics: Vec::new() }));
        let timeout = self.core.request_timeout;
        let request = cx.fx.send(broker.into(), Channel::Data, request, timeout);
        self.probes.insert(request, broker);
    }

    /// Unanswered requests of each broker.
    pub(super) fn load_of_brokers(&self) -> SortedMap<BrokerId, u32> {
        let mut load = SortedMap::new();
        let sent = self.in_flight.values().map(|sent| sent.to);
        for broker in sent.chain(self.probes.values().copied()) {
            *load.entry(broker).or_default() += 1;
        }
        load
    }

    /// Every moment from which on something may be possible that is not now.
    pub(super) fn moments(&self) -> Vec<SimTime> {
        let mut moments = Vec::new();
        for (_, batch) in self.accumulator.iter() {
            moments.push(batch.created + self.delivery_timeout);
        }
        for head in self.accumulator.heads() {
            if let Some((to, epoch)) = self.target(head) {
                let ready = self.head_ready_at(head, epoch);
                moments.push(ready.max(self.core.connections.ready_at(to)));
            }
        }
        moments.extend(self.waiting.iter().map(|records| records.deadline));
        if let Some(Identity::Wanted { from, .. }) = self.identity() {
            moments.push(from);
        }
        moments
    }

    /// Brokers for which something is ready and that may be sent to, and what it is due to.
    fn ready_brokers(&mut self, now: SimTime) -> SortedMap<BrokerId, EventId> {
        let load = self.load_of_brokers();
        let mut ready = SortedMap::new();
        let mut leaderless = None;
        for head in self.accumulator.heads() {
            match self.target(head) {
                None if head.leave == MetadataLeave::Refresh => leaderless = Some(head.cause),
                None => {}
                Some((to, epoch)) => {
                    let has_room = load.get(&to).is_none_or(|load| *load < self.max_in_flight);
                    let is_due = self.head_ready_at(head, epoch) <= now;
                    if has_room && is_due && self.core.connections.is_ready(to, now) {
                        ready.entry(to).or_insert(head.cause);
                    }
                }
            }
        }
        if let Some(cause) = leaderless {
            self.core.metadata.want(cause);
        }
        ready
    }

    /// Where a batch goes now, and the epoch of that belief.
    fn target(&self, batch: &Batch) -> Option<(BrokerId, LeaderEpoch)> {
        let belief = self.core.metadata.belief(batch.partition)?;
        let leader = match (batch.leave, batch.attempts) {
            (MetadataLeave::Stale(Some(leader)), 0) => leader,
            _ => belief.leader?,
        };
        Some((leader, belief.leader_epoch))
    }

    /// When the first batch of a queue may go: after lingering, or after its back-off.
    fn head_ready_at(&self, head: &Batch, epoch: LeaderEpoch) -> SimTime {
        if head.attempts == 0 {
            return self.accumulator.lingers_until(head);
        }
        if head.leader_epoch < Some(epoch) { SimTime::ZERO } else { head.retry_at }
    }

    /// Takes the first batch of each of a broker's partitions that may go now, ready or not: a
    /// batch that still lingers goes with the others.
    fn drain(&mut self, broker: BrokerId, now: SimTime) -> Vec<BatchId> {
        let mut partitions = Vec::new();
        for head in self.accumulator.heads() {
            let Some((to, epoch)) = self.target(head) else {
                continue;
            };
            let waits = head.attempts > 0 && self.head_ready_at(head, epoch) > now;
            if to == broker && !waits && !self.is_muted(head) {
                partitions.push((head.partition, epoch));
            }
        }
        let mut taken = Vec::new();
        for (partition, epoch) in partitions {
            if self.may_send(partition)
                && let Some((id, batch)) = self.accumulator.take(partition)
            {
                batch.leader_epoch = Some(epoch);
                if let Some(idempotence) = &mut self.idempotence {
                    idempotence.number(batch);
                }
                taken.push(id);
            }
        }
        taken
    }

    /// With one request at a time to a broker, a partition has one batch under way at a time, even
    /// if its leader moves.
    fn is_muted(&self, head: &Batch) -> bool {
        self.max_in_flight == 1
            && self.accumulator.iter().any(|(_, batch)| {
                batch.partition == head.partition && batch.state == BatchState::InFlight
            })
    }

    fn may_send(&mut self, partition: u32) -> bool {
        let all = &self.accumulator;
        let head = all.heads().find(|head| head.partition == partition);
        match (head, &mut self.idempotence) {
            (Some(head), Some(idempotence)) => idempotence.may_send(head, all),
            (Some(_), None) => true,
            (None, _) => false,
        }
    }

    fn send(&mut self, cx: &mut Context<'_>, to: BrokerId, ids: Vec<BatchId>) {
        let mut batches = Vec::new();
        let mut first_event = None;
        for id in &ids {
            let Some((event, batch)) = self.record_sending(cx, to, *id) else {
                continue;
            };
            first_event.get_or_insert(event);
            batches.push(batch);
        }
        if let Some(event) = first_event {
            cx.fx.because(event);
        }
        let timeout = self.core.request_timeout;
        let request = Request::Produce(Arc::new(ProduceRequest {
            acks: self.acks,
            timeout_ms: timeout.0 / 1_000,
            batches,
        }));
        let request = cx.fx.send(to.into(), Channel::Data, request, timeout);
        if self.acks == Acks::None {
            for id in ids {
                self.acknowledge(cx, id, None);
            }
        } else {
            self.in_flight.insert(request, Sent { to, batches: ids });
        }
    }

    /// Says that a batch is sent, because of what brought it here and, when it comes again, of what
    /// its producer has learned since.
    fn record_sending(
        &self,
        cx: &mut Context<'_>,
        to: BrokerId,
        id: BatchId,
    ) -> Option<(EventId, ProduceBatch)> {
        let batch = self.accumulator.get(id)?;
        let partition = self.core.metadata.partition(batch.partition)?;
        let values = batch.shared_values();
        let kind = EventKind::ProduceSent {
            partition,
            to,
            values: values.clone(),
            acks: self.acks,
            attempt: batch.attempts,
        };
        let belief = self.core.metadata.belief(batch.partition);
        let learned = belief.and_then(|belief| belief.learned);
        let goes_there = belief.and_then(|belief| belief.leader) == Some(to);
        let learned = learned.filter(|learned| *learned > batch.cause && goes_there);
        cx.fx.because(batch.cause);
        let rule = if batch.attempts == 0 { RuleId::ClientMetadata } else { RuleId::ProducerRetry };
        let event = cx.fx.record_with(rule, kind, learned.as_slice());
        let batch = ProduceBatch { partition, values, sequence: batch.sequence };
        Some((event, batch))
    }

    /// Asks for a producer id, if one is needed.
    pub(super) fn ask_for_producer_id(
        &mut self,
        cx: &mut Context<'_>,
        load: &SortedMap<BrokerId, u32>,
    ) {
        let Some(Identity::Wanted { from, failures, cause }) = self.identity() else {
            return;
        };
        let now = cx.now();
        let core = &self.core;
        let to = core.metadata.least_loaded(&core.connections, load, now);
        let (Some(to), true) = (to, from <= now) else {
            return;
        };
        let earlier = cx.fx.cause();
        cx.fx.because(cause);
        let request = Request::InitProducerId(Arc::new(InitProducerIdRequest));
        let timeout = self.core.request_timeout;
        let request = cx.fx.send(to.into(), Channel::Metadata, request, timeout);
        cx.fx.because(earlier);
        self.set_identity(Identity::Asked { request, failures });
    }

    /// An answer to InitProducerId.
    pub(super) fn on_producer_id(
        &mut self,
        cx: &Context<'_>,
        request: RequestId,
        response: &InitProducerIdResponse,
    ) {
        let Some(failures) = self.refusals_of(request) else {
            return;
        };
        match response.producer_id {
            Some(id) if response.error == ErrorCode::None => {
                self.set_identity(Identity::Known(id));
            }
            _ => {
                self.core.count(response.error);
                self.want_producer_id_again(cx, failures);
            }
        }
    }

    /// InitProducerId got no answer.
    pub(super) fn on_producer_id_lost(
        &mut self,
        cx: &Context<'_>,
        request: RequestId,
        why: Disconnect,
    ) {
        if let Some(failures) = self.refusals_of(request) {
            self.core.count(lost_error(why));
            self.want_producer_id_again(cx, failures);
        }
    }

    fn want_producer_id_again(&mut self, cx: &Context<'_>, failures: u32) {
        let from = cx.now() + self.core.pause(failures);
        self.set_identity(Identity::Wanted {
            from,
            failures: failures.saturating_add(1),
            cause: cx.fx.cause(),
        });
    }

    fn refusals_of(&self, request: RequestId) -> Option<u32> {
        match self.identity()? {
            Identity::Asked { request: asked, failures } if asked == request => Some(failures),
            Identity::Asked { .. } | Identity::Wanted { .. } | Identity::Known(_) => None,
        }
    }

    fn identity(&self) -> Option<Identity> {
        self.idempotence.as_ref().map(|state| state.identity)
    }

    const fn set_identity(&mut self, identity: Identity) {
        if let Some(idempotence) = &mut self.idempotence {
            idempotence.identity = identity;
        }
    }

    /// A batch's partition as events name it.
    pub(super) fn partition_of(&self, batch: &Batch) -> Option<TopicPartition> {
        self.core.metadata.partition(batch.partition)
    }
}
