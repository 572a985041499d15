//! A consumer's fetches: one under way for each broker, and what comes of the answers.
//!
//! Source: Kafka `AbstractFetch`, `FetchCollector`; KIP-392 (read from a follower), KIP-951.
//! Simplified: records that a told poll does not take are not kept, but fetched again by the next.
//! Simplified: after an error that brings no other leader, a consumer asks again after
//! `retry.backoff.ms`; Kafka's asks again at once.
//! Uses: `effects`.

use std::sync::Arc;

use epochscope_vocabulary::event::EventKind;
use epochscope_vocabulary::rpc::{
    FetchPartition, FetchPartitionResponse, FetchRequest, FetchResponse, FetchedRecord, Fetcher,
    Request,
};
use epochscope_vocabulary::rule::RuleId;
use epochscope_vocabulary::{BrokerId, ErrorCode, EventId, Offset, RequestId, SortedMap};

use super::position::{FetchState, Position};
use super::{Consumer, ResetPolicy};
use crate::effects::{Channel, Context};

/// A fetch without an answer.
#[derive(Clone, Debug)]
pub(crate) struct FetchUnderWay {
    /// Whom it went to.
    pub(crate) to: BrokerId,
    /// What was asked for: an answer counts only if the consumer still stands there.
    asked: Vec<(u32, Offset)>,
}

/// What goes to one broker, and why.
struct Wanted {
    partitions: Vec<FetchPartition>,
    cause: EventId,
}

impl Consumer {
    /// Fetches from every broker that has something and owes no answer.
    pub(super) fn fetch(&mut self, cx: &mut Context<'_>) {
        let busy = self.load_of_brokers();
        for (to, wanted) in self.wanted(cx) {
            if busy.contains_key(&to) {
                continue;
            }
            let asked = wanted.partitions.iter();
            let asked = asked.map(|wish| (wish.partition.partition, wish.fetch_offset));
            let asked = asked.collect();
            cx.fx.because(wanted.cause);
            let request = Request::Fetch(Arc::new(FetchRequest {
                fetcher: Fetcher::Consumer { rack: self.rack.clone() },
                max_wait_ms: self.fetch_max_wait.0 / 1_000,
                partitions: wanted.partitions,
            }));
            let timeout = self.core.request_timeout;
            let id = cx.fx.send(to.into(), Channel::Data, request, timeout);
            self.fetches.insert(id, FetchUnderWay { to, asked });
        }
    }

    /// What can be fetched now, by broker.
    fn wanted(&mut self, cx: &Context<'_>) -> SortedMap<BrokerId, Wanted> {
        let now = cx.now();
        let mut by_broker: SortedMap<BrokerId, Wanted> = SortedMap::new();
        let known: Vec<u32> = self.partitions.keys().copied().collect();
        for partition in known {
            let (has_leader, at) =
                (self.has_leader(partition), self.core.metadata.partition(partition));
            let (Some(assigned), Some(at)) = (self.partitions.get_mut(&partition), at) else {
                continue;
            };
            let is_due = assigned.state == FetchState::Fetching && assigned.not_before <= now;
            let (true, true, Some(position), Some(to)) =
                (is_due, has_leader, assigned.position, assigned.read_replica(now))
            else {
                continue;
            };
            if !self.core.connections.is_ready(to, now) {
                continue;
            }
            let wanted = by_broker
                .entry(to)
                .or_insert_with(|| Wanted { partitions: Vec::new(), cause: assigned.cause });
            wanted.cause = wanted.cause.max(assigned.cause);
            wanted.partitions.push(FetchPartition {
                partition: at,
                fetch_offset: position.offset,
                current_leader_epoch: assigned.leader.map(|leader| leader.epoch),
                last_fetched_epoch: None,
                log_start_offset: Offset::ZERO,
            });
        }
        by_broker
    }

    /// An answer to a fetch, partition by partition.
    pub(super) fn on_fetched(
        &mut self,
        cx: &mut Context<'_>,
        request: RequestId,
        response: &FetchResponse,
    ) {
        let Some(fetch) = self.fetches.remove(&request) else {
            return;
        };
        let answer = cx.fx.cause();
        for partition in &response.partitions {
            let number = partition.partition.partition;
            let asked = fetch.asked.iter().find(|(asked, _)| *asked == number);
            if asked.is_some_and(|(_, offset)| self.stands_at(number, *offset)) {
                self.on_partition(cx, fetch.to, partition);
                cx.fx.because(answer);
            }
        }
    }

    /// A fetch was lost: no replica is preferred any more.
    pub(super) fn on_fetch_lost(&mut self, cx: &Context<'_>, request: RequestId) {
        let Some(fetch) = self.fetches.remove(&request) else {
            return;
        };
        for (partition, _) in fetch.asked {
            if let Some(assigned) = self.partitions.get_mut(&partition) {
                assigned.preferred = None;
                assigned.cause = cx.fx.cause();
            }
        }
    }

    fn stands_at(&self, partition: u32, offset: Offset) -> bool {
        self.partitions.get(&partition).is_some_and(|assigned| {
            let position = assigned.position.map(|position| position.offset);
            assigned.state == FetchState::Fetching && position == Some(offset)
        })
    }

    fn on_partition(
        &mut self,
        cx: &mut Context<'_>,
        from: BrokerId,
        answer: &FetchPartitionResponse,
    ) {
        let partition = answer.partition.partition;
        let cause = cx.fx.cause();
        if answer.error != ErrorCode::None {
            self.on_refused(cx, from, answer);
            return;
        }
        let until = cx.now() + self.metadata_max_age;
        if let Some(assigned) = self.partitions.get_mut(&partition) {
            assigned.cause = cause;
            if let Some(replica) = answer.preferred_read_replica {
                assigned.preferred = Some((replica, until));
            }
        }
        let limit = usize::try_from(self.poll.limit()).unwrap_or(usize::MAX);
        let records = &answer.records[..answer.records.len().min(limit)];
        if !records.is_empty() {
            self.read_records(cx, from, answer, records);
        }
    }

    fn read_records(
        &mut self,
        cx: &mut Context<'_>,
        from: BrokerId,
        answer: &FetchPartitionResponse,
        records: &[FetchedRecord],
    ) {
        let Some(assigned) = self.partitions.get_mut(&answer.partition.partition) else {
            return;
        };
        let count = u32::try_from(records.len()).unwrap_or(u32::MAX);
        let (Some(position), Some(last)) = (assigned.position, records.last()) else {
            return;
        };
        assigned.position = Some(Position {
            offset: position.offset.plus(u64::from(count)),
            epoch: Some(last.leader_epoch),
        });
        for record in records {
            self.read.insert(record.value, ());
        }
        self.read_count += u64::from(count);
        let kind = EventKind::Consumed {
            partition: answer.partition,
            offset: position.offset,
            values: records.iter().map(|record| record.value).collect(),
            from,
        };
        assigned.cause = cx.fx.record(RuleId::ConsumerVisibility, kind);
        self.count_polled(cx, count);
    }

    /// A fetch was refused: by the table of what each error says.
    fn on_refused(
        &mut self,
        cx: &mut Context<'_>,
        from: BrokerId,
        answer: &FetchPartitionResponse,
    ) {
        let (partition, error) = (answer.partition.partition, answer.error);
        self.core.count(error);
        let kind = EventKind::FetchRefused { partition: answer.partition, error, from };
        let arrival = cx.fx.cause();
        let refusal = cx.fx.record(refusal_rule(error), kind);
        let retry_at = cx.now() + self.core.retry.initial();
        let Some(assigned) = self.partitions.get_mut(&partition) else {
            return;
        };
        assigned.cause = refusal;
        let was_preferred = assigned.preferred.take().is_some();
        if error == ErrorCode::OffsetOutOfRange {
            let is_leader = assigned.leader.is_some_and(|leader| leader.broker == from);
            if is_leader || !was_preferred {
                self.lose_position(partition, refusal);
            }
            return;
        }
        assigned.not_before = retry_at;
        if error == ErrorCode::UnknownLeaderEpoch {
            return;
        }
        self.core.metadata.want(refusal);
        let may_hint =
            matches!(error, ErrorCode::NotLeaderOrFollower | ErrorCode::FencedLeaderEpoch);
        if let (Some(hint), true) = (answer.current_leader, may_hint) {
            cx.fx.because(arrival);
            self.core.metadata.hint(cx, answer.partition, hint);
        }
    }

    /// Whether the policy says where to begin anew.
    pub(super) const fn has_policy(&self) -> bool {
        matches!(self.policy, ResetPolicy::To(_))
    }
}

const fn refusal_rule(error: ErrorCode) -> RuleId {
    if matches!(error, ErrorCode::FencedLeaderEpoch | ErrorCode::UnknownLeaderEpoch) {
        RuleId::LeaderEpochFencing
    } else {
        RuleId::ConsumerVisibility
    }
}
