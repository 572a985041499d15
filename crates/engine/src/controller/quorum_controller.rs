//! The active controller: it decides at once, writes a little later, and answers when committed.
//!
//! It becomes active when the log is committed up to a record of its own epoch: then it replays all
//! of it, and decides. When it leads no longer, its state is thrown away with all that was not
//! committed, and whoever waits is told that it is not the controller.
//!
//! Records change the state the moment they are decided; they gather for the append linger, go
//! into the log together, and are committed when a majority of the voters has fetched them. Only
//! then do the answers leave, those of operations that wrote nothing too.
//!
//! Source: Kafka `QuorumController` (`ControllerWriteEvent`), `KafkaRaftClient`; KIP-631, KIP-595.
//! Uses: `effects`, `java_random`, `quorum`, `release`.

use epochscope_vocabulary::config::{ConfigKey, Settings};
use epochscope_vocabulary::event::EventKind;
use epochscope_vocabulary::metadata_record::MetadataRecord;
use epochscope_vocabulary::rpc::Response;
use epochscope_vocabulary::rule::RuleId;
use epochscope_vocabulary::{
    BrokerId, ErrorCode, Offset, ProducerId, QuorumEpoch, RequestId, SimTime, SortedMap,
};

use super::Format;
use super::controller_result::OperationError;
use super::deferred_event_queue::DeferredEventQueue;
use super::feature_control::METADATA_VERSION;
use super::metrics_publisher::MetricsPublisher;
use super::not_controller::not_controller;
use super::record_rules::rule_of;
use super::replay::ControllerState;
use super::striped_replica_placer::Fencing;
use crate::effects::{Context, Timer};
use crate::java_random::RandomSource;
use crate::quorum::batch_accumulator::{BatchAccumulator, Lingering, PreparedRecord};
use crate::quorum::raft_client::{RaftClient, Written};
use crate::release::Rules;

/// The quorum epoch in which every run begins.
pub const FIRST_EPOCH: QuorumEpoch = QuorumEpoch(1);

/// Whether it decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Claim {
    Inactive,
    Active(QuorumEpoch),
}

/// Whether a balancing of leaders is planned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Balance {
    NotPlanned,
    Planned,
}

/// A running controller.
#[derive(Clone, Debug)]
pub(super) struct QuorumController {
    pub(super) raft: RaftClient,
    claim: Claim,
    /// All decided so far; empty while it is not active.
    pub(super) state: ControllerState,
    seed_for_placement: u64,
    pub(super) random: RandomSource,
    /// The producer ids that each broker may still give out: the next one and the end of its block.
    pub(super) producer_ids: SortedMap<BrokerId, (ProducerId, ProducerId)>,
    pub(super) metrics: MetricsPublisher,
    accumulator: BatchAccumulator,
    deferred: DeferredEventQueue,
    /// What it was formatted with; of account while the log is empty.
    pub(super) format: Format,
    /// Of account before 4.0 only.
    pub(super) balance: Balance,
}

impl QuorumController {
    /// A controller whose process starts, with what its voter knows.
    pub(super) fn new(
        raft: RaftClient,
        settings: Settings,
        rules: Rules,
        seed_for_placement: u64,
    ) -> Self {
        Self {
            metrics: MetricsPublisher::new(raft.committed()),
            raft,
            claim: Claim::Inactive,
            state: ControllerState::new(settings, rules),
            seed_for_placement,
            random: RandomSource::java(seed_for_placement),
            producer_ids: SortedMap::new(),
            accumulator: BatchAccumulator::default(),
            deferred: DeferredEventQueue::default(),
            format: Format::from([]),
            balance: Balance::NotPlanned,
        }
    }

    /// The active controller of time 0: it has long decided.
    pub(super) fn long_active(mut self) -> Self {
        self.replay_all(SimTime::ZERO);
        let end = self.state.next_write_offset();
        let known: Vec<_> =
            self.state.image.brokers().map(|(id, broker)| (id, broker.is_fenced())).collect();
        for (broker, _) in known.iter().filter(|(_, fenced)| !fenced) {
            let last = Offset(end.0.saturating_sub(1));
            self.state.heartbeats.touch(*broker, Fencing::Unfenced, Some(last));
        }
        self.claim = Claim::Active(self.raft.epoch());
        self
    }

    /// Whether it decides now.
    pub(super) const fn is_active(&self) -> bool {
        matches!(self.claim, Claim::Active(_))
    }

    /// After anything that its voter has done: is it the controller, and what is committed?
    pub(super) fn follow_raft(&mut self, cx: &mut Context<'_>) {
        let leads = self.raft.leading().is_some();
        match self.claim {
            Claim::Active(epoch) if !leads || epoch != self.raft.epoch() => {
                self.renounce(cx, epoch);
            }
            Claim::Active(_) | Claim::Inactive => {}
        }
        if !ControllerState::knows_all_of(self.raft.committed(), cx.rules) {
            let error = ErrorCode::UnsupportedVersion;
            cx.fx.record(RuleId::FeatureUpdate, EventKind::Halted { error });
            return cx.fx.exit();
        }
        let may_decide = self.raft.leading().is_some_and(|state| state.has_committed_its_start());
        if may_decide && self.claim == Claim::Inactive {
            self.claim(cx);
        }
        self.metrics.publish(self.raft.committed(), cx.rules.elr_election);
        let high_watermark = self.raft.high_watermark().unwrap_or_default();
        while let Some((id, response)) = self.deferred.next_completed(high_watermark) {
            cx.fx.respond(id, response);
        }
    }

    fn replay_all(&mut self, now: SimTime) {
        let committed = self.raft.committed().end_offset();
        for (epoch, record) in self.raft.log().slice(Offset::ZERO, committed).iter() {
            self.state.replay(*epoch, record);
        }
        self.state.activate(now);
    }

    fn claim(&mut self, cx: &mut Context<'_>) {
        let epoch = self.raft.epoch();
        self.claim = Claim::Active(epoch);
        self.random = RandomSource::java(self.seed_for_placement ^ u64::from(epoch.0));
        self.replay_all(cx.now());
        let kind = EventKind::ControllerClaimed { epoch };
        let event = cx.fx.record(RuleId::ControllerActivation, kind);
        cx.fx.because(event);
        if self.state.image.feature(METADATA_VERSION) == 0 {
            self.write(cx, RuleId::ControllerActivation, self.format.to_vec(), None);
        }
        self.begin_tasks(cx);
    }

    /// An operation came to nothing. If its own state contradicts itself, it had better not decide.
    pub(super) fn on_error(&mut self, cx: &mut Context<'_>, why: &OperationError) {
        match why {
            OperationError::Refused(..) => {}
            OperationError::Fault(_) => self.raft.resign(cx),
        }
    }

    fn renounce(&mut self, cx: &mut Context<'_>, epoch: QuorumEpoch) {
        self.claim = Claim::Inactive;
        self.state = ControllerState::new(self.state.settings.clone(), self.state.rules);
        self.producer_ids = SortedMap::new();
        self.accumulator.drain();
        self.balance = Balance::NotPlanned;
        cx.fx.cancel_timer(Timer::AppendLinger);
        Self::end_tasks(cx);
        let kind = EventKind::ControllerRenounced { epoch };
        let event = cx.fx.record(RuleId::ControllerActivation, kind);
        cx.fx.because(event);
        for (id, response) in self.deferred.take_all() {
            match not_controller(response.api_key()) {
                Some(refusal) => cx.fx.respond(id, refusal),
                None => cx.fx.close_connection_of(id),
            }
        }
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
            self.state.replay(self.raft.epoch(), &record);
            prepared.push(PreparedRecord { record, rule, cause });
        }
        if !prepared.is_empty() && self.accumulator.prepare_append(prepared) == Lingering::Begins {
            let linger = self.state.settings.span(ConfigKey::ControllerQuorumAppendLingerMs);
            cx.fx.set_timer(Timer::AppendLinger, linger);
        }
        self.balance_later(cx);
        let Some((id, response)) = reply else { return };
        let end = self.state.next_write_offset();
        if self.raft.high_watermark() >= Some(end) {
            cx.fx.respond(id, response);
        } else {
            self.deferred.add(end, id, response);
        }
    }

    /// Writes what has gathered.
    pub(super) fn append(&mut self, cx: &mut Context<'_>) {
        let written =
            |one: PreparedRecord| (one.record, Written { rule: one.rule, cause: one.cause });
        let records = self.accumulator.drain().into_iter().map(written).collect();
        self.raft.append(cx, records);
    }
}
