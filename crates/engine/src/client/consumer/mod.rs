//! A consumer of all partitions of one topic: where it stands, whom it asks, what it has read.
//!
//! Source: Kafka `KafkaConsumer`, `AbstractFetch`, `FetchCollector`, `OffsetFetcher`; KIP-320.
//! Simplified: no consumer groups and no committed offsets: a consumer begins where its reset
//! policy says.
//! Uses: `effects`.

mod fetcher;
mod offsets;
mod poll;
mod position;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use epochscope_vocabulary::command::{ClientSpec, Polling};
use epochscope_vocabulary::config::ConfigKey;
use epochscope_vocabulary::event::EventKind;
use epochscope_vocabulary::rpc::{OffsetSpec, Response};
use epochscope_vocabulary::rule::RuleId;
use epochscope_vocabulary::{
    BrokerId, ClientId, ErrorCode, EventId, Offset, RequestId, SimDuration, SortedMap, SortedSet,
    TopicPartition, ValueId,
};

use self::fetcher::FetchUnderWay;
use self::poll::Poll;
use self::position::{Assigned, FetchState, Leader, Position};
use super::by_value::ByValue;
use super::core::{ClientCore, lost_error};
use super::{ClientResult, Knowledge, Rejection};
use crate::effects::{Context, Disconnect};

/// `auto.offset.reset`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ResetPolicy {
    To(OffsetSpec),
    None,
}

/// A consumer.
#[derive(Clone, Debug)]
pub(crate) struct Consumer {
    pub(crate) core: ClientCore,
    policy: ResetPolicy,
    fetch_max_wait: SimDuration,
    max_poll_records: u32,
    metadata_max_age: SimDuration,
    rack: Option<Arc<str>>,
    poll: Poll,
    partitions: SortedMap<u32, Assigned>,
    fetches: SortedMap<RequestId, FetchUnderWay>,
    read: ByValue<()>,
    read_count: u64,
}

impl Consumer {
    /// A consumer that starts now.
    pub(crate) fn start(
        cx: &mut Context<'_>,
        spec: &ClientSpec,
        id: ClientId,
        bootstrap: &[BrokerId],
        knowledge: &Knowledge,
    ) -> Self {
        let settings = &spec.settings;
        let policy = match settings.text(ConfigKey::AutoOffsetReset) {
            Some("earliest") => ResetPolicy::To(OffsetSpec::Earliest),
            Some("none") => ResetPolicy::None,
            _ => ResetPolicy::To(OffsetSpec::Latest),
        };
        let max_poll_records = settings.number(ConfigKey::MaxPollRecords);
        let mut consumer = Self {
            core: ClientCore::new(cx, spec, id, bootstrap, knowledge),
            policy,
            fetch_max_wait: settings.span(ConfigKey::FetchMaxWaitMs),
            max_poll_records: u32::try_from(max_poll_records).unwrap_or(u32::MAX),
            metadata_max_age: settings.span(ConfigKey::MetadataMaxAgeMs),
            rack: settings.text(ConfigKey::ClientRack).map(Into::into),
            poll: match spec.polling {
                Polling::Continuous => Poll::Always,
                Polling::Manual => Poll::WhenTold,
            },
            partitions: SortedMap::new(),
            fetches: SortedMap::new(),
            read: ByValue::default(),
            read_count: 0,
        };
        consumer.go_on(cx);
        consumer
    }

    /// Refreshes metadata now.
    pub(crate) fn refresh(&mut self, cx: &mut Context<'_>) {
        let (cause, now) = (cx.fx.cause(), cx.now());
        self.core.metadata.want_now(cause, now);
        self.go_on(cx);
    }

    /// Moves a position by hand.
    pub(crate) fn seek(
        &mut self,
        cx: &mut Context<'_>,
        partition: u32,
        offset: Offset,
    ) -> Result<(), Rejection> {
        if !self.partitions.contains_key(&partition) {
            return Err("the consumer knows no such partition");
        }
        let position = Position { offset, epoch: None };
        self.move_to(cx, partition, position, RuleId::Command);
        self.go_on(cx);
        Ok(())
    }

    /// Goes on after the alarm.
    pub(crate) fn on_wake(&mut self, cx: &mut Context<'_>) {
        self.core.woke();
        self.go_on(cx);
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
        if let Response::Metadata(response) = response {
            if self.core.metadata.awaits(request) {
                self.core.on_metadata(cx, response);
            }
        } else if let Response::Fetch(response) = response {
            self.on_fetched(cx, request, response);
        } else if let Response::ListOffsets(response) = response {
            self.on_offset(cx, request, response);
        } else if let Response::OffsetForLeaderEpoch(response) = response {
            self.on_epoch_end(cx, request, response);
        }
        self.go_on(cx);
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
        self.core.count(lost_error(why));
        self.on_fetch_lost(cx, request);
        self.on_question_lost(cx, request);
        self.go_on(cx);
    }

    /// An idle connection was lost.
    pub(crate) fn on_connection_lost(&mut self, cx: &mut Context<'_>, to: BrokerId) {
        self.core.on_lost(cx, to, None);
        self.go_on(cx);
    }

    /// Whether it has read this record.
    pub(crate) fn has_read(&self, value: ValueId) -> bool {
        self.read.get(value).is_some()
    }

    /// How many records it has read.
    pub(crate) const fn read_count(&self) -> u64 {
        self.read_count
    }

    /// Its position in a partition.
    pub(crate) fn position(&self, partition: u32) -> Option<Offset> {
        let position = self.partitions.get(&partition)?.position?;
        Some(position.offset)
    }

    /// The replica that it was sent to, if it was.
    pub(crate) fn preferred(&self, partition: u32) -> Option<BrokerId> {
        self.partitions.get(&partition)?.preferred.map(|(broker, _)| broker)
    }

    /// Its positions.
    pub(crate) fn positions(&self) -> Vec<(TopicPartition, Offset)> {
        let partitions = self.partitions.iter().filter_map(|(partition, assigned)| {
            let at = self.core.metadata.partition(*partition)?;
            Some((at, assigned.position?.offset))
        });
        partitions.collect()
    }

    /// The error that stopped it, if one did.
    pub(crate) fn last_result(&self) -> ClientResult {
        let stopped = self.partitions.values().find_map(|assigned| {
            if let FetchState::Stopped(error) = assigned.state { Some(error) } else { None }
        });
        stopped.map_or(ClientResult::Nothing, ClientResult::Failed)
    }

    /// Does everything that can be done now, and sets the alarm for what comes next.
    fn go_on(&mut self, cx: &mut Context<'_>) {
        let arrival = cx.fx.cause();
        self.follow_leaders(arrival);
        if self.poll.is_on() {
            self.ask_questions(cx);
            self.fetch(cx);
            cx.fx.because(arrival);
        }
        let load = self.load_of_brokers();
        self.core.refresh_if_due(cx, &load);
        let moments = self.moments();
        self.core.wake_at(cx, moments.into_iter());
    }

    /// Takes over what the metadata says: new partitions, and other leaders.
    fn follow_leaders(&mut self, now: EventId) {
        let beliefs: Vec<_> = self.core.metadata.beliefs().collect();
        let mut is_incomplete = beliefs.is_empty();
        for (partition, belief) in beliefs {
            let unplaced = match self.policy {
                ResetPolicy::To(spec) => FetchState::Reset { spec, asked: None },
                ResetPolicy::None => FetchState::Stopped(ErrorCode::OffsetOutOfRange),
            };
            let assigned =
                self.partitions.entry(partition).or_insert_with(|| Assigned::new(unplaced, now));
            match belief.leader {
                Some(broker) => {
                    let epoch = belief.leader_epoch;
                    assigned.follow(Leader { broker, epoch }, belief.learned);
                }
                None => is_incomplete = true,
            }
        }
        if is_incomplete && self.poll.is_on() {
            self.core.metadata.want(now);
        }
    }

    /// Stands somewhere else from now on.
    fn move_to(&mut self, cx: &mut Context<'_>, partition: u32, position: Position, rule: RuleId) {
        let at = self.core.metadata.partition(partition);
        let assigned = self.partitions.get_mut(&partition);
        if let (Some(at), Some(assigned)) = (at, assigned) {
            let kind = EventKind::PositionReset { partition: at, offset: position.offset };
            assigned.cause = cx.fx.record(rule, kind);
            assigned.stand_at(position);
        }
    }

    /// The position is lost: the policy says where to begin anew, or that reading ends here.
    fn lose_position(&mut self, partition: u32, cause: EventId) {
        if let Some(assigned) = self.partitions.get_mut(&partition) {
            assigned.cause = cause;
            assigned.state = match self.policy {
                ResetPolicy::To(spec) => FetchState::Reset { spec, asked: None },
                ResetPolicy::None => FetchState::Stopped(ErrorCode::OffsetOutOfRange),
            };
        }
    }

    /// Whether the leader of a partition is known now.
    fn has_leader(&self, partition: u32) -> bool {
        let belief = self.core.metadata.belief(partition);
        belief.is_some_and(|belief| belief.leader.is_some())
    }

    /// Unanswered requests of each broker.
    fn load_of_brokers(&self) -> SortedMap<BrokerId, u32> {
        let busy: SortedSet<BrokerId> = self.fetches.values().map(|fetch| fetch.to).collect();
        busy.into_iter().map(|broker| (broker, 1)).collect()
    }
}
