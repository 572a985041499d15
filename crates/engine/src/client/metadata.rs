//! What a client believes about who leads, and when it asks again.
//!
//! Believing is one thing, asking another: an error says at once that the belief is wrong, but the
//! next question waits until a back-off has passed since the last answer. Old metadata is never
//! dropped for being old; only news with an epoch at least as high replaces it.
//!
//! Source: Kafka `Metadata`, `NetworkClient.DefaultMetadataUpdater`; KIP-951 (hints).
//! Simplified: metadata requests have a connection of their own; in Kafka they share the node's.
//! Uses: `effects`, `rng`.

use std::sync::Arc;

use epochscope_vocabulary::event::EventKind;
use epochscope_vocabulary::rpc::{
    CurrentLeader, MetadataRequest, MetadataResponse, Request, TopicMetadata,
};
use epochscope_vocabulary::rule::RuleId;
use epochscope_vocabulary::{
    BrokerId, ErrorCode, EventId, LeaderEpoch, RequestId, SimDuration, SimTime, SortedMap, TopicId,
    TopicPartition,
};

use super::backoff::Backoff;
use super::connections::{Brokers, Connections, least_loaded};
use crate::effects::{Channel, Context};
use crate::rng::Stream;

/// Whom a client believes to lead a partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Belief {
    /// The leader; none while there is none.
    pub(crate) leader: Option<BrokerId>,
    /// Its epoch.
    pub(crate) leader_epoch: LeaderEpoch,
    /// The event of learning it; none for what was known at time 0.
    pub(crate) learned: Option<EventId>,
}

/// A client's metadata of its topic.
#[derive(Clone, Debug)]
pub(crate) struct ClientMetadata {
    name: Arc<str>,
    topic: Option<TopicId>,
    beliefs: SortedMap<u32, Belief>,
    bootstrap: Arc<[BrokerId]>,
    brokers: Vec<BrokerId>,
    last_asked: Option<BrokerId>,
    /// Why new metadata is wanted.
    wanted: Option<EventId>,
    in_flight: Option<RequestId>,
    /// How many requests there have been, and the number of the last one answered.
    asked: u64,
    answered: u64,
    /// The request that somebody waits for: no back-off holds it up.
    urgent: u64,
    failures: u32,
    /// Answers in a row that told nothing new.
    unchanged: u32,
    not_before: SimTime,
    refreshed_at: SimTime,
    max_age: SimDuration,
    backoff: Backoff,
}

/// How often and how long.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MetadataTiming {
    /// `metadata.max.age.ms`.
    pub(crate) max_age: SimDuration,
    /// `retry.backoff.ms`, `retry.backoff.max.ms`.
    pub(crate) backoff: Backoff,
}

impl ClientMetadata {
    /// Nothing is known of the topic yet.
    pub(crate) fn new(name: Arc<str>, bootstrap: &[BrokerId], timing: MetadataTiming) -> Self {
        Self {
            name,
            topic: None,
            beliefs: SortedMap::new(),
            bootstrap: bootstrap.into(),
            brokers: bootstrap.to_vec(),
            last_asked: None,
            wanted: None,
            in_flight: None,
            asked: 0,
            answered: 0,
            urgent: 0,
            failures: 0,
            unchanged: 0,
            not_before: SimTime::ZERO,
            refreshed_at: SimTime::ZERO,
            max_age: timing.max_age,
            backoff: timing.backoff,
        }
    }

    /// Takes what was known when the run began, without an event.
    pub(crate) fn know(&mut self, topic: &TopicMetadata) {
        self.topic = topic.topic;
        for partition in &topic.partitions {
            let belief = Belief {
                leader: partition.leader,
                leader_epoch: partition.leader_epoch,
                learned: None,
            };
            self.beliefs.insert(partition.partition.partition, belief);
        }
    }

    /// The belief about a partition, if it is known at all.
    pub(crate) fn belief(&self, partition: u32) -> Option<Belief> {
        self.beliefs.get(&partition).copied()
    }

    /// All known partitions.
    pub(crate) fn beliefs(&self) -> impl Iterator<Item = (u32, Belief)> + '_ {
        self.beliefs.iter().map(|(partition, belief)| (*partition, *belief))
    }

    /// A partition of the topic, once the topic is known.
    pub(crate) fn partition(&self, partition: u32) -> Option<TopicPartition> {
        self.topic.map(|topic| TopicPartition { topic, partition })
    }

    /// New metadata is wanted as soon as the back-off allows, because of `cause`.
    pub(crate) fn want(&mut self, cause: EventId) {
        self.wanted.get_or_insert(cause);
    }

    /// New metadata is wanted now. Gives back the number of the request to wait for.
    pub(crate) fn want_now(&mut self, cause: EventId, now: SimTime) -> u64 {
        self.want(cause);
        self.not_before = self.not_before.min(now);
        self.urgent = self.asked + 1;
        self.urgent
    }

    /// Whether the request of this number, or a later one, has been answered.
    pub(crate) const fn has_answered(&self, number: u64) -> bool {
        self.answered >= number
    }

    /// Asks for metadata if that is due. `load` counts each broker's unanswered requests.
    pub(crate) fn ask_if_due(
        &mut self,
        cx: &mut Context<'_>,
        connections: &Connections,
        load: &SortedMap<BrokerId, u32>,
        timeout: SimDuration,
    ) {
        let now = cx.now();
        if self.wanted.is_none() && self.in_flight.is_none() && now >= self.expires_at() {
            self.wanted = Some(cx.fx.cause());
        }
        let Some(cause) = self.wanted else { return };
        if self.in_flight.is_some() || now < self.not_before {
            return;
        }
        let Some(to) = self.least_loaded(connections, load, now) else {
            return;
        };
        let earlier = cx.fx.cause();
        cx.fx.because(cause);
        let request =
            Request::Metadata(Arc::new(MetadataRequest { topics: vec![self.name.clone()] }));
        self.in_flight = Some(cx.fx.send(to.into(), Channel::Metadata, request, timeout));
        cx.fx.because(earlier);
        self.wanted = None;
        self.last_asked = Some(to);
        self.asked += 1;
    }

    /// Any broker will do: which one is next.
    pub(crate) fn least_loaded(
        &self,
        connections: &Connections,
        load: &SortedMap<BrokerId, u32>,
        now: SimTime,
    ) -> Option<BrokerId> {
        let leaders = self.beliefs.values().filter_map(|belief| belief.leader);
        let brokers = Brokers {
            known: &self.brokers,
            leaders: leaders.collect(),
            bootstrap: &self.bootstrap,
            last: self.last_asked,
        };
        least_loaded(&brokers, connections, load, now)
    }

    /// The next moment at which there may be something to ask; none while an answer is awaited.
    pub(crate) fn wake_at(&self, connections: &Connections) -> Option<SimTime> {
        if self.in_flight.is_some() {
            return None;
        }
        if self.wanted.is_none() {
            return Some(self.expires_at());
        }
        let all = self.brokers.iter().chain(self.bootstrap.iter());
        let ready = all.map(|broker| connections.ready_at(*broker)).min();
        Some(self.not_before.max(ready.unwrap_or(SimTime::ZERO)))
    }

    /// Whether this is the request that is awaited.
    pub(crate) fn awaits(&self, request: RequestId) -> bool {
        self.in_flight == Some(request)
    }

    /// The awaited request was lost: it is asked again after a longer pause.
    pub(crate) fn on_lost(&mut self, cause: EventId, now: SimTime, stream: &mut Stream) {
        self.in_flight = None;
        self.want(cause);
        self.not_before = now + self.backoff.after(self.failures, stream);
        self.failures = self.failures.saturating_add(1);
    }

    /// The awaited answer.
    pub(crate) fn on_answer(
        &mut self,
        cx: &mut Context<'_>,
        response: &MetadataResponse,
        stream: &mut Stream,
    ) {
        self.in_flight = None;
        self.answered = self.asked;
        self.failures = 0;
        self.refreshed_at = cx.now();
        if !response.brokers.is_empty() {
            self.brokers.clone_from(&response.brokers);
        }
        let topic = response.topics.iter().find(|topic| topic.name == self.name);
        let (changed, complete) = topic.map_or((false, false), |topic| self.take(cx, topic));
        if !complete {
            self.want(cx.fx.cause());
        }
        self.unchanged = if changed { 0 } else { self.unchanged.saturating_add(1) };
        let pause = self.backoff.after(self.unchanged.saturating_sub(1), stream);
        if self.urgent <= self.answered {
            self.not_before = cx.now() + pause;
        }
    }

    /// KIP-951: an error said who leads. It counts only with a higher epoch than is known.
    pub(crate) fn hint(
        &mut self,
        cx: &mut Context<'_>,
        partition: TopicPartition,
        hint: CurrentLeader,
    ) {
        let known = self.beliefs.get(&partition.partition);
        let is_news = known.is_some_and(|belief| belief.leader_epoch < hint.leader_epoch);
        if self.topic == Some(partition.topic) && is_news {
            self.believe(cx, partition, Some(hint.leader), hint.leader_epoch);
        }
    }

    /// Takes a topic of an answer. Gives back whether anything changed, and whether all partitions
    /// have a leader.
    fn take(&mut self, cx: &mut Context<'_>, topic: &TopicMetadata) -> (bool, bool) {
        if topic.error != ErrorCode::None {
            let known: Vec<u32> = self.beliefs.keys().copied().collect();
            let mut changed = false;
            for partition in known {
                let belief = self.beliefs[&partition];
                if let (Some(_), Some(at)) = (belief.leader, self.partition(partition)) {
                    self.believe(cx, at, None, belief.leader_epoch);
                    changed = true;
                }
            }
            return (changed, false);
        }
        let is_another_topic = self.topic != topic.topic;
        self.topic = topic.topic;
        if is_another_topic {
            self.beliefs.clear();
        }
        let (mut changed, mut complete) = (is_another_topic, true);
        for partition in &topic.partitions {
            complete &= partition.error == ErrorCode::None;
            let known = self.beliefs.get(&partition.partition.partition);
            let is_news = known.is_none_or(|belief| {
                belief.leader_epoch < partition.leader_epoch
                    || (belief.leader_epoch == partition.leader_epoch
                        && belief.leader != partition.leader)
            });
            if is_news {
                changed = true;
                let epoch = partition.leader_epoch;
                self.believe(cx, partition.partition, partition.leader, epoch);
            }
        }
        (changed, complete)
    }

    fn believe(
        &mut self,
        cx: &mut Context<'_>,
        partition: TopicPartition,
        leader: Option<BrokerId>,
        leader_epoch: LeaderEpoch,
    ) {
        let kind = EventKind::ClientMetadata { partition, leader, leader_epoch };
        let belief = Belief {
            leader,
            leader_epoch,
            learned: Some(cx.fx.record(RuleId::ClientMetadata, kind)),
        };
        self.beliefs.insert(partition.partition, belief);
    }

    fn expires_at(&self) -> SimTime {
        self.refreshed_at + self.max_age
    }
}
