//! A broker's ISR proposals on their way to the controller: one request at a time, all in it.
//!
//! Source: Kafka `AlterPartitionManager`; KIP-497.
//! Uses: `effects`, `partition`.

use std::sync::Arc;

use epochscope_vocabulary::rpc::{AlterPartitionData, AlterPartitionRequest, Request};
use epochscope_vocabulary::{
    BrokerEpoch, BrokerId, ControllerId, EventId, RequestId, SimDuration, SortedMap, TopicPartition,
};

use crate::effects::{Channel, Context, Timer};

/// How long a whole request waits before it is sent again.
const RETRY_BACKOFF: SimDuration = SimDuration::from_ms(50);

/// Proposals that wait, and those that are asked for.
#[derive(Clone, Debug, Default)]
pub struct AlterPartitionManager {
    /// With the events that proposed them.
    unsent: SortedMap<TopicPartition, (AlterPartitionData, EventId)>,
    in_flight: Option<(RequestId, Vec<AlterPartitionData>)>,
}

/// Who asks whom.
#[derive(Clone, Copy, Debug)]
pub struct Correspondents {
    /// The broker.
    pub broker: BrokerId,
    /// Its epoch; none while it is not registered.
    pub broker_epoch: Option<BrokerEpoch>,
    /// The active controller, if it is known.
    pub controller: Option<ControllerId>,
    /// How long the broker waits for an answer.
    pub timeout: SimDuration,
}

impl AlterPartitionManager {
    /// Asks for another ISR, now or with the next request.
    pub fn submit(&mut self, cx: &mut Context<'_>, data: AlterPartitionData, who: Correspondents) {
        self.unsent.insert(data.partition, (data, cx.fx.cause()));
        self.send(cx, who);
    }

    /// Sends what waits, unless a request is out.
    pub fn send(&mut self, cx: &mut Context<'_>, who: Correspondents) {
        if self.in_flight.is_some() || self.unsent.is_empty() {
            return;
        }
        let (Some(controller), Some(broker_epoch)) = (who.controller, who.broker_epoch) else {
            cx.fx.set_timer(Timer::AlterPartitionRetry, RETRY_BACKOFF);
            return;
        };
        let unsent = std::mem::take(&mut self.unsent);
        let before = cx.fx.cause();
        if let Some(proposed) = unsent.values().map(|(_, proposed)| *proposed).max() {
            cx.fx.because(proposed);
        }
        let partitions: Vec<_> = unsent.into_values().map(|(data, _)| data).collect();
        let request = Request::AlterPartition(Arc::new(AlterPartitionRequest {
            broker: who.broker,
            broker_epoch,
            partitions: partitions.clone(),
        }));
        let id = cx.fx.send(controller.into(), Channel::AlterPartition, request, who.timeout);
        cx.fx.because(before);
        self.in_flight = Some((id, partitions));
    }

    /// The request has been answered: what it asked for.
    pub fn answered(&mut self, id: RequestId) -> Vec<AlterPartitionData> {
        match self.in_flight.take() {
            Some((sent, partitions)) if sent == id => partitions,
            other => {
                self.in_flight = other;
                Vec::new()
            }
        }
    }

    /// The request has failed as a whole: all of it goes out again after a while.
    pub fn failed(&mut self, cx: &mut Context<'_>, id: RequestId) {
        for data in self.answered(id) {
            self.unsent.entry(data.partition).or_insert((data, cx.fx.cause()));
        }
        cx.fx.set_timer(Timer::AlterPartitionRetry, RETRY_BACKOFF);
    }
}
