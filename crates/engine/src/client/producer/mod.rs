//! A producer: from a record handed over to its final answer.
//!
//! Records wait for metadata, gather in batches, are sent to whoever is believed to lead, and come
//! back to be sent again until they are written, refused for good or out of time.
//!
//! Source: Kafka `KafkaProducer`, `ProducerConfig`; KIP-91 (delivery time-out), KIP-679 (defaults).
//! Simplified: `send` never blocks its caller; what waits for metadata does so for 60 s at most,
//! and holds up nothing else.
//! Uses: `effects`.

mod accumulator;
mod answers;
mod idempotence;
mod load;
mod observed;
mod partitioner;
mod results;
mod sender;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use epochscope_vocabulary::command::{ClientSpec, MetadataUse};
use epochscope_vocabulary::config::{self, ConfigKey};
use epochscope_vocabulary::event::EventKind;
use epochscope_vocabulary::rpc::{Acks, Response};
use epochscope_vocabulary::rule::RuleId;
use epochscope_vocabulary::{
    BrokerId, ClientId, ErrorCode, EventId, RequestId, SimDuration, SimTime, SortedMap, ValueId,
};

use self::accumulator::{Accumulator, Arrival, BatchId, MetadataLeave};
use self::idempotence::Idempotence;
use self::load::Load;
pub(crate) use self::results::Results;
use super::Knowledge;
use super::core::ClientCore;
use crate::effects::{Context, Disconnect};

/// `max.block.ms`: how long records wait for metadata.
const MAX_BLOCK: SimDuration = SimDuration::from_secs(60);

/// A producer.
#[derive(Clone, Debug)]
pub(crate) struct Producer {
    pub(crate) core: ClientCore,
    pub(crate) acks: Acks,
    retries: u32,
    delivery_timeout: SimDuration,
    max_in_flight: u32,
    /// Only of an idempotent producer.
    idempotence: Option<Idempotence>,
    /// Handed over, but not yet in a batch.
    waiting: Vec<Waiting>,
    accumulator: Accumulator,
    in_flight: SortedMap<RequestId, Sent>,
    /// Requests that try whether a lost connection can be opened again.
    probes: SortedMap<RequestId, BrokerId>,
    /// The partition that records without a key go to now.
    sticky: Option<u32>,
    pub(crate) results: Results,
    load: Option<Load>,
    next_name: u32,
}

/// A produce request without an answer.
#[derive(Clone, Debug)]
struct Sent {
    to: BrokerId,
    batches: Vec<BatchId>,
}

/// Records that wait for metadata.
#[derive(Clone, Debug)]
struct Waiting {
    partition: Option<u32>,
    key: Option<Arc<str>>,
    values: Vec<ValueId>,
    metadata: MetadataUse,
    /// The metadata answer that has to come first.
    after: u64,
    deadline: SimTime,
    cause: EventId,
}

/// Records as they are handed over.
#[derive(Clone, Debug)]
pub(crate) struct Handover {
    /// The partition, if the sender chooses it.
    pub(crate) partition: Option<u32>,
    /// The key, if there is one.
    pub(crate) key: Option<Arc<str>>,
    /// The records.
    pub(crate) values: Vec<ValueId>,
    /// What they may do to the metadata.
    pub(crate) metadata: MetadataUse,
}

impl Producer {
    /// A producer that starts now.
    pub(crate) fn start(
        cx: &mut Context<'_>,
        spec: &ClientSpec,
        id: ClientId,
        bootstrap: &[BrokerId],
        knowledge: &Knowledge,
    ) -> Self {
        let core = ClientCore::new(cx, spec, id, bootstrap, knowledge);
        let number = |key| u64::try_from(spec.settings.number(key)).unwrap_or(0);
        let small = |key| u32::try_from(number(key)).unwrap_or(u32::MAX);
        let linger = spec.settings.span(ConfigKey::LingerMs);
        let producer_id = match knowledge {
            Knowledge::AtTimeZero { producer_id, .. } => *producer_id,
            Knowledge::Nothing => None,
        };
        let cause = cx.fx.cause();
        let mut producer = Self {
            core,
            acks: acks_of(spec),
            retries: small(ConfigKey::Retries),
            delivery_timeout: spec.settings.delivery_timeout(),
            max_in_flight: small(ConfigKey::MaxInFlightRequestsPerConnection),
            idempotence: is_idempotent(spec).then(|| Idempotence::new(producer_id, cause)),
            waiting: Vec::new(),
            accumulator: Accumulator::new(number(ConfigKey::BatchSize), linger),
            in_flight: SortedMap::new(),
            probes: SortedMap::new(),
            sticky: None,
            results: Results::default(),
            load: None,
            next_name: 0,
        };
        producer.poll(cx);
        producer
    }

    /// Takes records to send.
    pub(crate) fn produce(&mut self, cx: &mut Context<'_>, records: Handover) {
        self.take(cx, records);
        self.poll(cx);
    }

    /// Refreshes metadata now.
    pub(crate) fn refresh(&mut self, cx: &mut Context<'_>) {
        let (cause, now) = (cx.fx.cause(), cx.now());
        self.core.metadata.want_now(cause, now);
        self.poll(cx);
    }

    /// Goes on after the alarm.
    pub(crate) fn on_wake(&mut self, cx: &mut Context<'_>) {
        self.core.woke();
        self.poll(cx);
    }

    /// An answer.
    pub(crate) fn on_response(
        &mut self,
        cx: &mut Context<'_>,
        from: BrokerId,
        request: RequestId,
        response: &Response,
    ) {
        self.core.connections.answered(from);
        self.probes.remove(&request);
        if let Response::Metadata(response) = response {
            if self.core.metadata.awaits(request) {
                self.core.on_metadata(cx, response);
            }
        } else if let Response::Produce(response) = response {
            self.on_produce_answer(cx, request, response);
        } else if let Response::InitProducerId(response) = response {
            self.on_producer_id(cx, request, response);
        }
        self.poll(cx);
    }

    /// A connection was lost with this request on it.
    pub(crate) fn on_disconnect(
        &mut self,
        cx: &mut Context<'_>,
        to: BrokerId,
        request: RequestId,
        why: Disconnect,
    ) {
        self.core.on_lost(cx, to, Some(request));
        self.probes.remove(&request);
        self.on_produce_lost(cx, request, why);
        self.on_producer_id_lost(cx, request, why);
        self.poll(cx);
    }

    /// An idle connection was lost.
    pub(crate) fn on_connection_lost(&mut self, cx: &mut Context<'_>, to: BrokerId) {
        self.core.on_lost(cx, to, None);
        self.poll(cx);
    }

    /// Whether it makes sure that no batch is written twice.
    pub(crate) const fn is_idempotent(&self) -> bool {
        self.idempotence.is_some()
    }

    /// Whether no record is on its way.
    pub(crate) fn is_idle(&self) -> bool {
        self.waiting.is_empty() && self.accumulator.is_empty() && self.load.is_none()
    }

    /// Names for records without a text.
    pub(crate) fn next_values(&mut self, cx: &mut Context<'_>, count: u32) -> Vec<ValueId> {
        let first = self.next_name;
        self.next_name = first.saturating_add(count);
        let name = cx.names.client_name(self.core.id).to_owned();
        (first..self.next_name).map(|number| cx.names.value(&format!("{name}-{number}"))).collect()
    }

    fn take(&mut self, cx: &Context<'_>, records: Handover) {
        let (now, cause) = (cx.now(), cx.fx.cause());
        let after = match records.metadata {
            MetadataUse::Fresh => self.core.metadata.want_now(cause, now),
            MetadataUse::AsKafka | MetadataUse::Stale => 0,
        };
        for value in &records.values {
            self.results.handed_over(*value);
        }
        self.waiting.push(Waiting {
            partition: records.partition,
            key: records.key,
            values: records.values,
            metadata: records.metadata,
            after,
            deadline: now + MAX_BLOCK,
            cause,
        });
    }

    /// Does everything that can be done now, and sets the alarm for what comes next.
    fn poll(&mut self, cx: &mut Context<'_>) {
        let arrival = cx.fx.cause();
        self.admit_waiting(cx);
        self.expire(cx);
        if let Some(idempotence) = &mut self.idempotence {
            idempotence.settle(&mut self.accumulator);
        }
        self.send_ready(cx);
        cx.fx.because(arrival);
        let load = self.load_of_brokers();
        self.ask_for_producer_id(cx, &load);
        self.core.refresh_if_due(cx, &load);
        let moments = self.moments();
        self.core.wake_at(cx, moments.into_iter());
    }

    /// Puts records in batches whose partition is known now.
    fn admit_waiting(&mut self, cx: &mut Context<'_>) {
        let now = cx.now();
        for records in std::mem::take(&mut self.waiting) {
            let is_known = match records.partition {
                Some(partition) => self.core.metadata.belief(partition).is_some(),
                None => self.core.metadata.beliefs().next().is_some(),
            };
            if is_known && self.core.metadata.has_answered(records.after) {
                self.admit(cx, &records);
            } else if records.deadline <= now {
                cx.fx.because(records.cause);
                self.fail_values(cx, records.partition, records.values, RequestTimedOut);
            } else {
                self.core.metadata.want(records.cause);
                self.waiting.push(records);
            }
        }
    }

    fn admit(&mut self, cx: &Context<'_>, records: &Waiting) {
        for value in &records.values {
            let text = cx.names.value_text(*value);
            let key = records.key.as_deref().unwrap_or_default();
            let bytes = length(text) + length(key);
            let partition = self.choose_partition(records, bytes);
            let leave = self.leave(records.metadata, partition);
            let arrival = Arrival { now: cx.now(), leave, cause: records.cause };
            self.accumulator.append(partition, *value, bytes, arrival);
        }
    }

    fn choose_partition(&mut self, records: &Waiting, bytes: u64) -> u32 {
        let count = u32::try_from(self.core.metadata.beliefs().count()).unwrap_or(u32::MAX);
        match (records.partition, records.key.as_deref()) {
            (Some(partition), _) => return partition,
            (None, Some(key)) => return partitioner::partition_for_key(key, count),
            (None, None) => {}
        }
        if let Some(sticky) = self.sticky {
            let leave = self.leave(records.metadata, sticky);
            if self.accumulator.has_room(sticky, bytes, leave) {
                return sticky;
            }
        }
        let beliefs = self.core.metadata.beliefs();
        let led = beliefs.filter(|(_, belief)| belief.leader.is_some());
        let mut open: Vec<u32> = led.map(|(partition, _)| partition).collect();
        if open.is_empty() {
            open.extend(self.core.metadata.beliefs().map(|(partition, _)| partition));
        }
        self.sticky = partitioner::next_in_turn(self.sticky, &open);
        self.sticky.unwrap_or(0)
    }

    fn leave(&self, metadata: MetadataUse, partition: u32) -> MetadataLeave {
        match metadata {
            MetadataUse::AsKafka | MetadataUse::Fresh => MetadataLeave::Refresh,
            MetadataUse::Stale => {
                let belief = self.core.metadata.belief(partition);
                MetadataLeave::Stale(belief.and_then(|belief| belief.leader))
            }
        }
    }

    /// Gives up batches that are older than `delivery.timeout.ms`, sent or not.
    fn expire(&mut self, cx: &mut Context<'_>) {
        let (now, timeout) = (cx.now(), self.delivery_timeout);
        let batches = self.accumulator.iter();
        let old = batches.filter(|(_, batch)| batch.created + timeout <= now);
        let old: Vec<BatchId> = old.map(|(id, _)| id).collect();
        for id in old {
            let Some(batch) = self.accumulator.remove(id) else {
                continue;
            };
            if let Some(idempotence) = &mut self.idempotence {
                idempotence.expired(&batch);
            }
            cx.fx.because(batch.cause);
            self.fail_values(cx, Some(batch.partition), batch.values, RequestTimedOut);
        }
    }

    fn fail_values(
        &mut self,
        cx: &mut Context<'_>,
        partition: Option<u32>,
        values: Vec<ValueId>,
        error: ErrorCode,
    ) {
        for value in &values {
            self.results.failed(*value, error);
        }
        let partition = partition.and_then(|partition| self.core.metadata.partition(partition));
        let kind = EventKind::ProduceFailed { partition, error, values: values.into() };
        cx.fx.record(RuleId::ProducerRetry, kind);
    }
}

use ErrorCode::RequestTimedOut;

fn length(text: &str) -> u64 {
    u64::try_from(text.len()).unwrap_or(u64::MAX)
}

fn acks_of(spec: &ClientSpec) -> Acks {
    match spec.settings.number(ConfigKey::Acks) {
        0 => Acks::None,
        1 => Acks::Leader,
        _ => Acks::All,
    }
}

/// `enable.idempotence`, which is on unless said otherwise, but gives way in silence to other
/// settings that contradict it (`ProducerConfig.postProcessAndValidateIdempotenceConfigs`).
///
/// Simplified: said in so many words together with acks other than all, it is off too; Kafka does
/// not start.
fn is_idempotent(spec: &ClientSpec) -> bool {
    spec.settings.idempotence() == config::Idempotence::On
}
