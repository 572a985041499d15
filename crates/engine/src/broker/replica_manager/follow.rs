//! Fetch at the asking side: a follower appends what its leader has, or cuts what it has not.
//!
//! Source: Kafka `AbstractFetcherThread.processFetchRequest`; KIP-595, KAFKA-18723.
//! Uses: `effects`, `log`, `metrics`, `release`.

use std::sync::Arc;

use epochscope_vocabulary::event::EventKind;
use epochscope_vocabulary::rpc::{
    FetchPartition, FetchPartitionResponse, FetchRequest, FetchResponse, Fetcher, Request,
};
use epochscope_vocabulary::rule::RuleId;
use epochscope_vocabulary::{
    BrokerId, ErrorCode, LeaderEpoch, Offset, OffsetAndEpoch, RequestId, SortedSet, TopicPartition,
    ValueId,
};

use super::ReplicaManager;
use super::delete_records::begin_log_at;
use crate::broker::partition::replica::Partition;
use crate::broker::partition::truncation::{
    FollowerLog, LeaderEpochEnd, OffsetTruncationState, offset_truncation_state,
};
use crate::broker::replica_fetcher::Progress;
use crate::effects::{Channel, Context, Timer};
use crate::log::{FetchedDataCheck, FollowerAppend, LogRecord};
use crate::metrics::meters::bytes_of;
use crate::release::OutdatedFetch;

impl ReplicaManager {
    /// Begins to fetch these partitions from their leaders, and no longer fetches what it leads.
    pub(super) fn follow_leaders(
        &mut self,
        cx: &mut Context<'_>,
        anew: &SortedSet<TopicPartition>,
    ) {
        let mut touched: SortedSet<BrokerId> = SortedSet::new();
        let led: Vec<_> = self
            .partitions
            .values()
            .filter(|one| one.leading().is_some())
            .map(|one| one.id)
            .collect();
        for id in led {
            self.stop_fetching(id);
        }
        for id in anew {
            self.stop_fetching(*id);
            let Some(partition) = self.partitions.get(id) else { continue };
            let (epoch, leader) = (partition.leader_epoch, partition.leader);
            // Fenced or not does not matter, but a leader that is not registered has no address.
            let Some(leader) = leader.filter(|id| self.image.broker(*id).is_some()) else {
                continue;
            };
            self.fetchers.entry(leader).or_default().add(*id, epoch);
            touched.insert(leader);
        }
        self.drop_idle_fetchers(cx);
        for leader in touched {
            self.send_fetch(cx, leader);
        }
    }

    pub(super) fn drop_idle_fetchers(&mut self, cx: &mut Context<'_>) {
        let idle: Vec<_> = self
            .fetchers
            .iter()
            .filter(|(_, fetcher)| fetcher.is_idle())
            .map(|(leader, _)| *leader)
            .collect();
        for leader in idle {
            self.fetchers.remove(&leader);
            cx.fx.cancel_timer(Timer::ReplicaFetch(leader));
            cx.fx.disconnect(leader.into(), Channel::ReplicaFetcher);
        }
    }

    /// Asks a leader for what comes next, unless a request is out.
    pub fn send_fetch(&mut self, cx: &mut Context<'_>, leader: BrokerId) {
        let Some(fetcher) = self.fetchers.get_mut(&leader).filter(|one| !one.is_waiting()) else {
            return;
        };
        let due = fetcher.due(cx.now());
        if due.is_empty() {
            if let Some(at) = fetcher.next_due() {
                cx.fx.set_timer_at(Timer::ReplicaFetch(leader), at);
            }
            return;
        }
        let partitions: Vec<_> = due
            .into_iter()
            .filter_map(|(id, epoch)| Some(fetch_of(self.partitions.get(&id)?, epoch)))
            .collect();
        let fetcher = self.as_fetcher();
        let max_wait_ms = self.fetch_wait_ms();
        let request = Arc::new(FetchRequest { fetcher, max_wait_ms, partitions });
        let timeout = self.config.replica_socket_timeout;
        let id = cx.fx.send(
            leader.into(),
            Channel::ReplicaFetcher,
            Request::Fetch(request.clone()),
            timeout,
        );
        if let Some(fetcher) = self.fetchers.get_mut(&leader) {
            fetcher.sent(id, request);
        }
    }

    pub(super) const fn as_fetcher(&self) -> Fetcher {
        Fetcher::Replica { broker: self.me, broker_epoch: self.broker_epoch }
    }

    pub(super) fn fetch_wait_ms(&self) -> u64 {
        self.config.replica_fetch_wait_max.0 / 1_000
    }

    /// The connection to a leader is broken: all its partitions wait a while.
    pub fn on_fetch_failed(&mut self, cx: &mut Context<'_>, leader: BrokerId, id: RequestId) {
        let until = cx.now() + self.config.replica_fetch_backoff;
        let Some(fetcher) = self.fetchers.get_mut(&leader) else {
            return;
        };
        if fetcher.answered(id).is_some() {
            fetcher.delay_all(until);
            cx.fx.set_timer_at(Timer::ReplicaFetch(leader), until);
        }
    }

    /// A leader has answered.
    pub fn on_fetched(
        &mut self,
        cx: &mut Context<'_>,
        leader: BrokerId,
        id: RequestId,
        response: &FetchResponse,
    ) {
        let Some(request) = self.fetchers.get_mut(&leader).and_then(|one| one.answered(id)) else {
            return;
        };
        let answered = cx.fx.cause();
        let mut changed = answered;
        for (asked, answer) in request.partitions.iter().zip(&response.partitions) {
            cx.fx.because(answered);
            self.on_fetched_partition(cx, leader, asked, answer);
            changed = changed.max(cx.fx.cause());
        }
        // The next fetch tells the leader what has changed.
        cx.fx.because(changed);
        self.send_fetch(cx, leader);
    }

    fn on_fetched_partition(
        &mut self,
        cx: &mut Context<'_>,
        leader: BrokerId,
        asked: &FetchPartition,
        answer: &FetchPartitionResponse,
    ) {
        let id = asked.partition;
        let state = self.fetchers.get(&leader).and_then(|fetcher| fetcher.state(id));
        let Some(partition) = self.partitions.get(&id) else {
            return;
        };
        // An answer to what was asked in an older epoch, or before a truncation, says nothing now.
        let current = state
            .is_some_and(|state| Some(state.leader_epoch) == asked.current_leader_epoch)
            && partition.log.log_end_offset() == asked.fetch_offset
            && partition.leading().is_none();
        if !current {
            return;
        }
        match (answer.error, answer.diverging_epoch) {
            (ErrorCode::None, Some(end)) => self.truncate_to_leader(cx, id, end),
            (ErrorCode::None, None) => self.append_fetched(cx, leader, id, answer),
            (ErrorCode::FencedLeaderEpoch, _) => {
                self.set_progress(leader, id, Progress::Failed);
            }
            (ErrorCode::OffsetOutOfRange, _) => {
                let own_end = partition.log.log_end_offset();
                if answer.log_start_offset > own_end {
                    self.restart_log_at(id, answer.log_start_offset);
                } else {
                    self.delay(cx, leader, id);
                }
            }
            (_, _) => self.delay(cx, leader, id),
        }
    }

    fn delay(&mut self, cx: &Context<'_>, leader: BrokerId, id: TopicPartition) {
        let until = cx.now() + self.config.replica_fetch_backoff;
        self.set_progress(leader, id, Progress::DelayedUntil(until));
    }

    fn set_progress(&mut self, leader: BrokerId, id: TopicPartition, progress: Progress) {
        if let Some(fetcher) = self.fetchers.get_mut(&leader) {
            fetcher.set_progress(id, progress);
        }
    }

    fn restart_log_at(&mut self, id: TopicPartition, start: Offset) {
        if let Some(partition) = self.partitions.get_mut(&id) {
            partition.log.truncate_fully_and_start_at(start);
        }
    }

    fn append_fetched(
        &mut self,
        cx: &mut Context<'_>,
        leader: BrokerId,
        id: TopicPartition,
        answer: &FetchPartitionResponse,
    ) {
        let Some(partition) = self.partitions.get_mut(&id) else {
            return;
        };
        let log = &mut partition.log;
        let check = match cx.rules.outdated_fetch {
            OutdatedFetch::Written => FetchedDataCheck::Unchecked,
            OutdatedFetch::Dropped => FetchedDataCheck::NotAbove(partition.leader_epoch),
        };
        let base = log.log_end_offset();
        let appended = log.append_as_follower(base, &answer.records, check);
        let before = log.high_watermark();
        let after = log.update_high_watermark(answer.high_watermark);
        let lag = answer.high_watermark.0.saturating_sub(log.log_end_offset().0);
        if let Some(fetcher) = self.fetchers.get_mut(&leader) {
            fetcher.set_lag(id, lag);
        }
        if let Ok(FollowerAppend::Appended(written)) = appended {
            let copied = answer.records.iter().map(|record| record.value);
            self.meters.replication_bytes_in += bytes_of(cx.names, copied);
            let values = values_of(log.records(written.base_offset, written.end_offset));
            let offset = written.base_offset;
            let kind = EventKind::Replicated { partition: id, offset, values, leader };
            let event = cx.fx.record(RuleId::ReplicaFetch, kind);
            cx.fx.because(event);
        }
        if before != after {
            let kind = EventKind::FollowerHighWatermark { partition: id, from: before, to: after };
            let copied = cx.fx.cause();
            let event = cx.fx.record(RuleId::FollowerHighWatermark, kind);
            cx.fx.because(event);
            self.complete_fetches(cx, id);
            // What the next fetch tells the leader is what was copied.
            cx.fx.because(copied);
        }
        if let Some(partition) = self.partitions.get_mut(&id) {
            let begun = begin_log_at(cx, id, &mut partition.log, answer.log_start_offset);
            debug_assert!(begun.is_ok(), "what a leader gave up is committed here too");
        }
    }

    fn truncate_to_leader(
        &mut self,
        cx: &mut Context<'_>,
        id: TopicPartition,
        end: OffsetAndEpoch,
    ) {
        let Some(partition) = self.partitions.get_mut(&id) else {
            return;
        };
        let log = &mut partition.log;
        let from = log.log_end_offset();
        let own = FollowerLog { log_end_offset: from, high_watermark: log.high_watermark() };
        let target =
            match offset_truncation_state(LeaderEpochEnd::OffsetAndEpoch(end), own, |epoch| {
                log.end_offset_for_epoch(epoch)
            }) {
                OffsetTruncationState::Completed(target)
                | OffsetTruncationState::AskAgain(target) => target,
            };
        let values = values_of(log.records(target, from));
        if log.truncate_to(target) {
            let kind = EventKind::Truncated { partition: id, from, to: target, values };
            let event = cx.fx.record(RuleId::Truncation, kind);
            cx.fx.because(event);
        }
    }
}

/// What is asked of the leader about a partition as it is now.
pub(super) fn fetch_of(partition: &Partition, leader_epoch: LeaderEpoch) -> FetchPartition {
    FetchPartition {
        partition: partition.id,
        fetch_offset: partition.log.log_end_offset(),
        current_leader_epoch: Some(leader_epoch),
        last_fetched_epoch: partition.log.latest_epoch(),
        log_start_offset: partition.log.log_start_offset(),
    }
}

fn values_of<'a>(records: impl Iterator<Item = (Offset, &'a LogRecord)>) -> Arc<[ValueId]> {
    records.map(|(_, record)| record.value).collect::<Vec<_>>().into()
}
