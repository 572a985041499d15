//! The active controller: it decides at once, writes a little later, and answers when committed.
//!
//! Records change the state the moment they are decided; they gather for the append linger, go
//! into the log together, and are committed when a majority of the voters has fetched them. Only
//! then do the answers leave, those of operations that wrote nothing too.
//!
//! Source: Kafka `QuorumController` (`ControllerWriteEvent`), `KafkaRaftClient`; KIP-631, KIP-595.
//! Simplified: a contradiction in its state fails one request, where Kafka's renounces.
//! Uses: `effects`, `java_random`, `metadata`, `quorum`.

use std::sync::Arc;

use epochscope_vocabulary::config::{ConfigKey, Settings};
use epochscope_vocabulary::event::EventKind;
use epochscope_vocabulary::metadata_record::MetadataRecord;
use epochscope_vocabulary::rpc::{MetadataFetchRequest, MetadataFetchResponse, Response};
use epochscope_vocabulary::rule::RuleId;
use epochscope_vocabulary::{
    BrokerId, ControllerId, ErrorCode, EventId, NodeId, Offset, ProducerId, QuorumEpoch, RequestId,
    SimDuration, SimTime, SortedMap,
};

use super::deferred_event_queue::DeferredEventQueue;
use super::record_rules::rule_of;
use super::replay::ControllerState;
use super::striped_replica_placer::Fencing;
use crate::effects::{Context, Timer};
use crate::java_random::RandomSource;
use crate::metadata::{MetadataImage, MetadataLog};
use crate::quorum::batch_accumulator::{BatchAccumulator, Lingering, PreparedRecord};
use crate::quorum::fetch_purgatory::FetchPurgatory;
use crate::quorum::leader::{HighWatermarkUpdate, LeaderState};
use crate::quorum::voter_set::VoterSet;

/// The quorum epoch in which every run begins.
pub(super) const FIRST_EPOCH: QuorumEpoch = QuorumEpoch(1);

/// A controller that leads the quorum.
#[derive(Clone, Debug)]
pub(super) struct QuorumController {
    id: ControllerId,
    pub(super) state: ControllerState,
    pub(super) random: RandomSource,
    /// The producer ids that each broker may still give out: the next one and the end of its block.
    pub(super) producer_ids: SortedMap<BrokerId, (ProducerId, ProducerId)>,
    quorum: LeaderState,
    log: MetadataLog,
    committed: Arc<MetadataImage>,
    accumulator: BatchAccumulator,
    fetches: FetchPurgatory,
    deferred: DeferredEventQueue,
    /// What was written and is not committed yet: an offset and an event for each cause of it.
    uncommitted: Vec<(Offset, EventId)>,
}

impl QuorumController {
    /// An active controller at time 0: all of `bootstrap` is committed and known to all.
    pub(super) fn new(
        id: ControllerId,
        voters: &VoterSet,
        settings: Settings,
        random: RandomSource,
        bootstrap: &[MetadataRecord],
    ) -> Self {
        let mut state = ControllerState::new(settings);
        for record in bootstrap {
            state.replay(FIRST_EPOCH, record);
        }
        state.activate(SimTime::ZERO);
        let end = state.next_write_offset();
        let known: Vec<_> =
            state.image.brokers().map(|(id, broker)| (id, broker.is_fenced())).collect();
        for (broker, _) in known.iter().filter(|(_, fenced)| !fenced) {
            let last = Offset(end.0.saturating_sub(1));
            state.heartbeats.touch(*broker, Fencing::Unfenced, Some(last));
        }
        let mut log = MetadataLog::default();
        log.append(bootstrap.iter().map(|record| (FIRST_EPOCH, record.clone())).collect());
        Self {
            id,
            random,
            producer_ids: SortedMap::new(),
            quorum: LeaderState::caught_up(FIRST_EPOCH, end, voters),
            log,
            committed: Arc::new(state.image.clone()),
            accumulator: BatchAccumulator::default(),
            fetches: FetchPurgatory::default(),
            deferred: DeferredEventQueue::default(),
            uncommitted: Vec::new(),
            state,
        }
    }

    pub(super) const fn epoch(&self) -> QuorumEpoch {
        self.quorum.epoch()
    }

    pub(super) const fn log(&self) -> &MetadataLog {
        &self.log
    }

    pub(super) const fn committed(&self) -> &Arc<MetadataImage> {
        &self.committed
    }

    /// What a write operation does with its records and its answer.
    pub(super) fn write(
        &mut self,
        cx: &mut Context<'_>,
        rule: RuleId,
        records: Vec<MetadataRecord>,
        reply: Option<(RequestId, Response)>,
    ) {
        let cause = cx.fx.cause();
        let mut prepared = Vec::new();
        for record in records {
            let rule = rule_of(&self.state.image, &record, rule);
            self.state.replay(self.quorum.epoch(), &record);
            prepared.push(PreparedRecord { record, rule, cause });
        }
        if !prepared.is_empty() && self.accumulator.prepare_append(prepared) == Lingering::Begins {
            let linger = self.state.settings.span(ConfigKey::ControllerQuorumAppendLingerMs);
            cx.fx.set_timer(Timer::AppendLinger, linger);
        }
        let Some((id, response)) = reply else { return };
        let end = self.state.next_write_offset();
        if self.quorum.high_watermark() >= Some(end) {
            cx.fx.respond(id, response);
        } else {
            self.deferred.add(end, id, response);
        }
    }

    /// Writes what has gathered.
    pub(super) fn append(&mut self, cx: &mut Context<'_>) {
        let mut entries = Vec::new();
        let mut last_cause = None;
        for PreparedRecord { record, rule, cause } in self.accumulator.drain() {
            let count = u64::try_from(entries.len()).unwrap_or(u64::MAX);
            let offset = self.log.end_offset().plus(count);
            cx.fx.because(cause);
            let shared = Arc::new(record.clone());
            let appended = cx.fx.record(rule, EventKind::RecordAppended { offset, record: shared });
            if last_cause != Some(cause) {
                last_cause = Some(cause);
                self.uncommitted.push((offset, appended));
            }
            entries.push((self.quorum.epoch(), record));
        }
        self.log.append(entries.into());
        if let Some((_, first)) = self.uncommitted.first() {
            cx.fx.because(*first);
        }
        // First the high watermark, so that with a single voter the answers tell of it already.
        self.update_end_offset(cx, self.id);
        for (id, request) in self.fetches.take_behind(self.log.end_offset()) {
            self.answer_fetch(cx, id, &request);
        }
    }

    /// A fetch of the metadata log. A voter's tells how far it has the log.
    pub(super) fn on_metadata_fetch(
        &mut self,
        cx: &mut Context<'_>,
        from: NodeId,
        id: RequestId,
        request: &Arc<MetadataFetchRequest>,
    ) {
        if let Err(error) = self.quorum.check_epoch(request) {
            let refusal = refused_fetch(error, self.quorum.epoch(), Some(self.id));
            return cx.fx.respond(id, refusal);
        }
        if let NodeId::Controller(voter) = from {
            let update = self.quorum.update_end_offset(voter, request.fetch_offset);
            self.on_high_watermark_update(cx, update);
        }
        if request.max_wait_ms == 0 || self.quorum.has_news_for(request, self.log.end_offset()) {
            self.answer_fetch(cx, id, request);
        } else {
            self.fetches.park(id, request.clone());
            let wait = SimDuration::from_ms(request.max_wait_ms);
            cx.fx.set_timer(Timer::DelayedMetadataFetch(id), wait);
        }
    }

    /// A fetch has waited long enough.
    pub(super) fn on_fetch_expired(&mut self, cx: &mut Context<'_>, id: RequestId) {
        if let Some(request) = self.fetches.take(id) {
            self.answer_fetch(cx, id, &request);
        }
    }

    fn update_end_offset(&mut self, cx: &mut Context<'_>, voter: ControllerId) {
        let update = self.quorum.update_end_offset(voter, self.log.end_offset());
        self.on_high_watermark_update(cx, update);
    }

    fn on_high_watermark_update(&mut self, cx: &mut Context<'_>, update: HighWatermarkUpdate) {
        let (HighWatermarkUpdate::Advanced, Some(high_watermark)) =
            (update, self.quorum.high_watermark())
        else {
            return;
        };
        self.record_commit(cx, high_watermark);
        let from = self.committed.end_offset();
        let records = self.log.slice(from, high_watermark);
        self.committed = cx.images.advance(&self.committed, from, &records, high_watermark);
        for (id, request) in self.fetches.take_all() {
            self.answer_fetch(cx, id, &request);
        }
        while let Some((id, response)) = self.deferred.next_completed(high_watermark) {
            cx.fx.respond(id, response);
        }
    }

    /// A commit is due to the records first of all, and to the fetch that told of a majority.
    fn record_commit(&mut self, cx: &mut Context<'_>, high_watermark: Offset) {
        let still_open = self.uncommitted.partition_point(|(offset, _)| *offset < high_watermark);
        let mut causes: Vec<EventId> =
            self.uncommitted.drain(..still_open).map(|(_, event)| event).collect();
        causes.truncate(3);
        let trigger = cx.fx.cause();
        if let Some(first) = causes.first() {
            cx.fx.because(*first);
        }
        causes.push(trigger);
        let kind = EventKind::MetadataCommitted { high_watermark };
        let committed = cx.fx.record_with(RuleId::MetadataCommit, kind, &causes);
        cx.fx.because(committed);
    }

    fn answer_fetch(&self, cx: &mut Context<'_>, id: RequestId, request: &MetadataFetchRequest) {
        let end = self.log.end_offset();
        let response = MetadataFetchResponse {
            error: ErrorCode::None,
            quorum_epoch: self.quorum.epoch(),
            leader: Some(self.id),
            high_watermark: self.quorum.high_watermark().unwrap_or(Offset::ZERO),
            base_offset: request.fetch_offset,
            records: self.log.slice(request.fetch_offset, end),
        };
        cx.fx.cancel_timer(Timer::DelayedMetadataFetch(id));
        cx.fx.respond(id, Response::MetadataFetch(Arc::new(response)));
    }
}

/// The answer to a fetch that is not of this epoch, or not for this node.
pub(super) fn refused_fetch(
    error: ErrorCode,
    quorum_epoch: QuorumEpoch,
    leader: Option<ControllerId>,
) -> Response {
    Response::MetadataFetch(Arc::new(MetadataFetchResponse {
        error,
        quorum_epoch,
        leader,
        high_watermark: Offset::ZERO,
        base_offset: Offset::ZERO,
        records: Arc::new([]),
    }))
}
