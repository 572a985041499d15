//! Fetch at the answering side: what may be read, what it tells of the reader, and who waits.
//!
//! A follower's fetch says how far its log goes; that moves the high watermark and may bring it
//! into the ISR. The answer's own high watermark is from before, so a follower learns of a commit
//! one round trip late.
//!
//! Source: Kafka `ReplicaManager.fetchMessages`, `Partition.fetchRecords`, `DelayedFetch`.
//! Simplified: no byte limits; an answer carries at most 1,000 records of a partition.
//! Uses: `effects`, `log`, `metrics`.

use std::sync::Arc;

use epochscope_vocabulary::event::EventKind;
use epochscope_vocabulary::rpc::{
    FetchPartition, FetchPartitionResponse, FetchRequest, FetchResponse, FetchedRecord, Fetcher,
    Response,
};
use epochscope_vocabulary::rule::RuleId;
use epochscope_vocabulary::{
    BrokerEpoch, BrokerId, ErrorCode, NodeId, Offset, OffsetAndEpoch, RequestId, SimDuration,
    SimTime, TopicPartition,
};

use super::ReplicaManager;
use crate::broker::partition::replica::Partition;
use crate::broker::partition::replica_state::FollowerFetch;
use crate::broker::purgatory::DelayedFetch;
use crate::effects::{Context, Timer};
use crate::log::ReplicatedLog;
use crate::metrics::meters::bytes_of;

/// Records of one partition in one answer.
const MAX_RECORDS: u64 = 1_000;

/// Whether a read also counts as the follower's report of its progress.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reading {
    /// The request has just arrived.
    OnArrival,
    /// It has waited: its report was counted when it arrived.
    FromPurgatory,
}

impl ReplicaManager {
    /// Serves a fetch of a follower or a consumer, or lets it wait.
    pub fn on_fetch(
        &mut self,
        cx: &mut Context<'_>,
        from: NodeId,
        id: RequestId,
        request: &Arc<FetchRequest>,
    ) {
        let answer = self.read(cx, request, Reading::OnArrival);
        let nothing = answer.partitions.iter().all(tells_nothing);
        if nothing && request.max_wait_ms > 0 {
            let until = cx.now() + SimDuration::from_ms(request.max_wait_ms);
            let cause = cx.fx.cause();
            let request = request.clone();
            let waiting = DelayedFetch { from, since: cx.now(), until, cause, request };
            self.purgatory.fetches.insert(id, waiting);
            cx.fx.set_timer_at(Timer::DelayedFetch(id), until);
            // The fetch itself may have moved what it waits for.
            self.complete_fetch_if_ready(cx, id);
        } else {
            self.answer_fetch(cx, id, (&request.fetcher, answer));
        }
    }

    fn answer_fetch(
        &mut self,
        cx: &mut Context<'_>,
        id: RequestId,
        (fetcher, answer): (&Fetcher, FetchResponse),
    ) {
        let records = answer.partitions.iter().flat_map(|one| one.records.iter());
        let bytes = bytes_of(cx.names, records.map(|record| record.value));
        match fetcher {
            Fetcher::Replica { .. } => self.meters.replication_bytes_out += bytes,
            Fetcher::Consumer { .. } => self.meters.bytes_out += bytes,
        }
        cx.fx.respond(id, Response::Fetch(Arc::new(answer)));
    }

    /// A waiting fetch has waited long enough.
    pub fn on_delayed_fetch(&mut self, cx: &mut Context<'_>, id: RequestId) {
        if let Some(waiting) = self.purgatory.fetches.remove(&id) {
            let answer = self.read(cx, &waiting.request, Reading::FromPurgatory);
            self.answer_fetch(cx, id, (&waiting.request.fetcher, answer));
        }
    }

    /// A partition has changed: completes the fetches that this lets read, or refuses them.
    pub(super) fn complete_fetches(&mut self, cx: &mut Context<'_>, partition: TopicPartition) {
        for id in self.purgatory.fetches_of(partition) {
            self.complete_fetch_if_ready(cx, id);
        }
    }

    fn complete_fetch_if_ready(&mut self, cx: &mut Context<'_>, id: RequestId) {
        let Some(waiting) = self.purgatory.fetches.get(&id) else {
            return;
        };
        let request = waiting.request.clone();
        let ready =
            request.partitions.iter().any(|one| match self.readable(one, &request.fetcher) {
                Ok((_, end)) => end > one.fetch_offset,
                Err(_) => true,
            });
        if ready {
            cx.fx.cancel_timer(Timer::DelayedFetch(id));
            self.on_delayed_fetch(cx, id);
        }
    }

    fn read(
        &mut self,
        cx: &mut Context<'_>,
        request: &FetchRequest,
        reading: Reading,
    ) -> FetchResponse {
        let asked = cx.fx.cause();
        let mut told = asked;
        let mut partitions = Vec::with_capacity(request.partitions.len());
        for one in &request.partitions {
            cx.fx.because(asked);
            partitions.push(self.read_partition(cx, one, &request.fetcher, reading));
            told = told.max(cx.fx.cause());
        }
        // The answer is due to what it tells of, if it tells that logs part.
        cx.fx.because(told);
        FetchResponse { partitions }
    }

    fn read_partition(
        &mut self,
        cx: &mut Context<'_>,
        one: &FetchPartition,
        fetcher: &Fetcher,
        reading: Reading,
    ) -> FetchPartitionResponse {
        let mut answer = empty_answer(one.partition);
        let (partition, end) = match self.readable(one, fetcher) {
            Ok(found) => found,
            Err(error) => {
                answer.error = error;
                answer.current_leader = self.hint_for(one.partition, error);
                return answer;
            }
        };
        answer.high_watermark = partition.log.high_watermark();
        answer.log_start_offset = partition.log.log_start_offset();
        if let Fetcher::Consumer { rack } = fetcher {
            answer.preferred_read_replica = self.preferred_read_replica(cx.now(), one, rack);
            if answer.preferred_read_replica.is_some() {
                return answer;
            }
        }
        match divergence(partition, one) {
            Ok(None) => {}
            Ok(Some(end)) => {
                answer.diverging_epoch = Some(end);
                if reading == Reading::OnArrival {
                    say_diverged(cx, one, fetcher, end);
                }
                return answer;
            }
            Err(error) => {
                answer.error = error;
                return answer;
            }
        }
        let log = &partition.log;
        if one.fetch_offset < log.log_start_offset() || one.fetch_offset > log.log_end_offset() {
            answer.error = ErrorCode::OffsetOutOfRange;
            return answer;
        }
        let last = end_of_batch(log, one.fetch_offset.plus(MAX_RECORDS)).min(end);
        answer.records = log.records(one.fetch_offset, last).map(|(_, record)| *record).collect();
        if let (Fetcher::Replica { broker, broker_epoch }, Reading::OnArrival) = (fetcher, reading)
            && let Err(error) = self.count_fetch(cx, one, *broker, *broker_epoch)
        {
            return FetchPartitionResponse { error, ..empty_answer(one.partition) };
        }
        answer
    }

    /// The partition, if it may be read here, and how far.
    pub(super) fn readable(
        &self,
        one: &FetchPartition,
        fetcher: &Fetcher,
    ) -> Result<(&Partition, Offset), ErrorCode> {
        let partition =
            self.partitions.get(&one.partition).ok_or_else(|| self.not_hosted(one.partition))?;
        partition.check_leader_epoch(one.current_leader_epoch)?;
        match fetcher {
            Fetcher::Replica { broker, .. } => {
                if partition.leading().is_none() {
                    return Err(ErrorCode::NotLeaderOrFollower);
                }
                if !partition.replicas().contains(broker) {
                    return Err(ErrorCode::UnknownLeaderEpoch);
                }
                Ok((partition, partition.log.log_end_offset()))
            }
            // From 2.4 on a consumer may read from a follower too, below that one's own mark.
            Fetcher::Consumer { .. } if partition.leader.is_none() => {
                Err(ErrorCode::NotLeaderOrFollower)
            }
            Fetcher::Consumer { .. } => Ok((partition, partition.log.high_watermark())),
        }
    }

    /// Takes the fetch as the follower's report of its log end, with all that follows from it.
    fn count_fetch(
        &mut self,
        cx: &mut Context<'_>,
        one: &FetchPartition,
        follower: BrokerId,
        broker_epoch: Option<BrokerEpoch>,
    ) -> Result<(), ErrorCode> {
        self.note_fetch(cx.now(), one, follower, broker_epoch)?;
        self.maybe_expand_isr(cx, one.partition, follower);
        self.advance_high_watermark(cx, one.partition);
        self.complete_deletions(cx, one.partition);
        Ok(())
    }

    /// Notes how far a follower's log goes, as its fetch of one partition says it.
    pub(super) fn note_fetch(
        &mut self,
        now: SimTime,
        one: &FetchPartition,
        follower: BrokerId,
        broker_epoch: Option<BrokerEpoch>,
    ) -> Result<(), ErrorCode> {
        let peers = self.peers().clone();
        let Some(partition) = self.partitions.get_mut(&one.partition) else {
            return Err(ErrorCode::NotLeaderOrFollower);
        };
        let fetch = FollowerFetch {
            now,
            fetch_offset: one.fetch_offset,
            log_start_offset: one.log_start_offset,
            leader_end_offset: partition.log.log_end_offset(),
            broker_epoch,
        };
        partition.update_follower(follower, &fetch, &peers)
    }

    fn hint_for(
        &self,
        partition: TopicPartition,
        error: ErrorCode,
    ) -> Option<epochscope_vocabulary::rpc::CurrentLeader> {
        let hints = [ErrorCode::NotLeaderOrFollower, ErrorCode::FencedLeaderEpoch];
        if hints.contains(&error) { self.current_leader(partition) } else { None }
    }
}

pub(super) fn empty_answer(partition: TopicPartition) -> FetchPartitionResponse {
    FetchPartitionResponse {
        partition,
        error: ErrorCode::None,
        high_watermark: Offset::ZERO,
        log_start_offset: Offset::ZERO,
        diverging_epoch: None,
        preferred_read_replica: None,
        current_leader: None,
        records: Arc::<[FetchedRecord]>::from([]),
    }
}

/// `end`, or where the batch ends that it would tear: batches travel whole (KIP-98).
fn end_of_batch(log: &ReplicatedLog, end: Offset) -> Offset {
    let last = end.0.checked_sub(1).map(Offset);
    let torn = last.and_then(|last| log.records(last, end).next()?.1.sequence);
    torn.map_or(end, |place| end.plus(u64::from(place.count - 1 - place.index)))
}

fn tells_nothing(answer: &FetchPartitionResponse) -> bool {
    answer.error == ErrorCode::None
        && answer.diverging_epoch.is_none()
        && answer.preferred_read_replica.is_none()
        && answer.records.is_empty()
}

/// Where the reader's log leaves this one, if it does (KIP-595).
fn divergence(
    partition: &Partition,
    one: &FetchPartition,
) -> Result<Option<OffsetAndEpoch>, ErrorCode> {
    let Some(asked) = one.last_fetched_epoch else {
        return Ok(None);
    };
    let Some(end) = partition.log.end_offset_for_epoch(asked) else {
        return Err(ErrorCode::OffsetOutOfRange);
    };
    let diverges = end.epoch < asked || end.offset < one.fetch_offset;
    Ok(diverges.then_some(end))
}

fn say_diverged(
    cx: &mut Context<'_>,
    one: &FetchPartition,
    fetcher: &Fetcher,
    end: OffsetAndEpoch,
) {
    if let (Fetcher::Replica { broker, .. }, Some(last_fetched_epoch)) =
        (fetcher, one.last_fetched_epoch)
    {
        let kind = EventKind::Diverged {
            partition: one.partition,
            follower: *broker,
            fetch_offset: one.fetch_offset,
            last_fetched_epoch,
            end,
        };
        let event = cx.fx.record(RuleId::DivergingEpoch, kind);
        cx.fx.because(event);
    }
}
