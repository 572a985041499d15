//! A node's part in the metadata quorum: its state, its copy of the log, whom it asks next.
//!
//! Controllers vote; brokers observe: they follow whoever leads, and know of nothing but what they
//! fetch. Whatever happens to a node, it then looks once whom it has to ask: the leader for
//! records, the voters for their votes. One request is out to each peer at a time.
//!
//! Source: Kafka `KafkaRaftClient`, `KafkaRaftLog`.
//! Uses: `effects`, `metadata`, `release`, `rng`.

use std::sync::Arc;

use epochscope_vocabulary::config::{ConfigKey, Settings};
use epochscope_vocabulary::event::{EventKind, QuorumRole};
use epochscope_vocabulary::metadata_record::MetadataRecord;
use epochscope_vocabulary::rpc::{BeginQuorumEpochRequest, Request};
use epochscope_vocabulary::rule::RuleId;
use epochscope_vocabulary::{ControllerId, EventId, NodeId, Offset, QuorumEpoch, SimDuration};

use super::fetch_purgatory::FetchPurgatory;
use super::leader::{HighWatermarkUpdate, LeaderState};
use super::quorum_state::{ElectionState, Fetched, Role, role_at_start};
use super::request_manager::RequestManager;
use super::voter_set::VoterSet;
use crate::effects::{Context, Timer};
use crate::metadata::{MetadataEntry, MetadataImage, MetadataLog};
use crate::release::MetadataFetchWait;
use crate::rng::Purpose;

/// How long a fetch of the metadata log waits for news at most, in milliseconds.
pub const MAX_FETCH_WAIT_MS: u64 = 500;
/// How long a leader that is told to stop waits for a successor.
const SHUTDOWN_TIMEOUT: SimDuration = SimDuration::from_secs(5);

/// What survives a node's process.
#[derive(Clone, Debug, Default)]
pub struct RaftDisk {
    /// Its epoch and its vote.
    pub election: ElectionState,
    /// The metadata log, flushed as it is written.
    pub log: MetadataLog,
    /// How often it has drawn a random number.
    pub draws: u64,
}

/// Whether it was told to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shutdown {
    NotAsked,
    Graceful,
}

/// Who takes part.
#[derive(Clone, Debug)]
pub struct Member {
    /// Which node it is.
    pub node: NodeId,
    /// Who votes.
    pub voters: VoterSet,
    /// server.properties.
    pub settings: Settings,
}

/// A voter, or an observer.
#[derive(Clone, Debug)]
pub struct RaftClient {
    node: NodeId,
    pub(super) voters: VoterSet,
    pub(super) settings: Settings,
    pub(super) election: ElectionState,
    pub(super) role: Role,
    pub(super) log: MetadataLog,
    pub(super) committed: Arc<MetadataImage>,
    pub(super) high_watermark: Option<Offset>,
    pub(super) fetches: FetchPurgatory,
    pub(super) requests: RequestManager,
    /// What was written and is not committed yet: an offset and an event for each cause of it.
    uncommitted: Vec<(Offset, EventId)>,
    /// Counts random draws, so that each is another.
    draws: u64,
    /// Elections lost in a row (before 4.0).
    pub(super) lost_elections: u32,
    shutdown: Shutdown,
}

impl RaftClient {
    /// A member at time 0: all of `log` is committed and known to everybody, and `leader` leads.
    #[must_use]
    pub fn running(
        member: Member,
        leader: ControllerId,
        log: MetadataLog,
        image: Arc<MetadataImage>,
    ) -> Self {
        let epoch = log.last_epoch();
        let end = log.end_offset();
        let election = ElectionState { epoch, leader: Some(leader), voted: None };
        let role = if member.node == NodeId::Controller(leader) {
            Role::Leader(LeaderState::caught_up(epoch, end, &member.voters))
        } else {
            Role::Follower(Fetched::FromLeader)
        };
        let client = Self::starting(member, RaftDisk::default());
        Self { election, role, log, committed: image, high_watermark: Some(end), ..client }
    }

    /// A member whose process starts with this disk; how far the log is committed, it must learn.
    #[must_use]
    pub fn starting(member: Member, disk: RaftDisk) -> Self {
        let RaftDisk { election, log, draws } = disk;
        let Member { node, voters, settings } = member;
        Self {
            node,
            role: role_at_start(node, &election, &voters),
            voters,
            settings,
            election,
            log,
            committed: Arc::default(),
            high_watermark: None,
            fetches: FetchPurgatory::default(),
            requests: RequestManager::default(),
            uncommitted: Vec::new(),
            draws,
            lost_elections: 0,
            shutdown: Shutdown::NotAsked,
        }
    }

    /// Its number as a voter; an observer has none.
    #[must_use]
    pub fn voter_id(&self) -> Option<ControllerId> {
        match self.node {
            NodeId::Controller(id) if self.voters.contains(id) => Some(id),
            NodeId::Controller(_) | NodeId::Broker(_) | NodeId::Client(_) => None,
        }
    }

    /// Its log and its image, to be broken by a test.
    #[cfg(test)]
    pub(crate) const fn doctor(&mut self) -> (&mut MetadataLog, &mut Arc<MetadataImage>) {
        (&mut self.log, &mut self.committed)
    }

    /// Who votes.
    #[must_use]
    pub const fn voters(&self) -> &VoterSet {
        &self.voters
    }

    /// What the process leaves behind.
    #[must_use]
    pub fn into_disk(self) -> RaftDisk {
        RaftDisk { election: self.election, log: self.log, draws: self.draws }
    }

    /// Its epoch.
    #[must_use]
    pub const fn epoch(&self) -> QuorumEpoch {
        self.election.epoch
    }

    /// Who leads its epoch, if it knows.
    #[must_use]
    pub const fn leader(&self) -> Option<ControllerId> {
        self.election.leader
    }

    /// What it is.
    #[must_use]
    pub const fn role(&self) -> QuorumRole {
        self.role.kind(&self.election)
    }

    /// What it knows as the leader, if it is.
    #[must_use]
    pub const fn leading(&self) -> Option<&LeaderState> {
        match &self.role {
            Role::Leader(state) => Some(state),
            Role::Unattached
            | Role::Prospective(_)
            | Role::Candidate(..)
            | Role::Follower(_)
            | Role::Resigned(_) => None,
        }
    }

    /// Its copy of the log.
    #[must_use]
    pub const fn log(&self) -> &MetadataLog {
        &self.log
    }

    /// The cluster as of the high watermark that it knows.
    #[must_use]
    pub const fn committed(&self) -> &Arc<MetadataImage> {
        &self.committed
    }

    /// How far it knows the log committed.
    #[must_use]
    pub const fn high_watermark(&self) -> Option<Offset> {
        self.high_watermark
    }

    /// The clocks of a voter that has long run, or whose process starts.
    pub fn begin(&mut self, cx: &mut Context<'_>) {
        let votes_alone = self.voter_id().is_some() && self.voters.is_single();
        match &self.role {
            Role::Leader(_) => self.begin_leading_clocks(cx),
            Role::Follower(_) => self.reset_fetch_timeout(cx),
            Role::Unattached | Role::Resigned(_) if votes_alone => self.become_candidate(cx),
            Role::Candidate(election, _) if election.is_vote_granted() => self.become_leader(cx),
            Role::Unattached | Role::Prospective(_) | Role::Candidate(..) | Role::Resigned(_) => {
                self.reset_election_timeout(cx)
            }
        }
        self.poll(cx);
    }

    /// SIGTERM: a leader resigns and waits for a successor, anybody else ends.
    pub fn begin_shutdown(&mut self, cx: &mut Context<'_>) {
        self.shutdown = Shutdown::Graceful;
        if self.leading().is_some() && !self.voters.is_single() {
            self.resign(cx);
        }
        cx.fx.set_timer(Timer::ControlledShutdownDeadline, SHUTDOWN_TIMEOUT);
        self.maybe_complete_shutdown(cx);
    }

    /// Ends the process once another leads.
    pub(super) fn maybe_complete_shutdown(&self, cx: &mut Context<'_>) {
        let another_leads = self.leader().is_some() && self.leader() != self.voter_id();
        if self.shutdown == Shutdown::Graceful && (another_leads || self.voters.is_single()) {
            cx.fx.exit();
        }
    }

    /// The fetch or election time-out of its present state.
    pub fn on_timeout(&mut self, cx: &mut Context<'_>) {
        match (&self.role, self.shutdown) {
            (Role::Leader(_), _) | (_, Shutdown::Graceful) => {}
            (Role::Resigned(_), Shutdown::NotAsked) => self.leave_resignation(cx),
            (Role::Follower(_), Shutdown::NotAsked) if self.voter_id().is_none() => {
                self.role = Role::Follower(Fetched::TooLongAgo);
            }
            (Role::Unattached | Role::Follower(_), Shutdown::NotAsked) => self.begin_election(cx),
            (Role::Prospective(_), Shutdown::NotAsked) => self.lose_pre_vote(cx),
            (Role::Candidate(_, candidacy), Shutdown::NotAsked) => {
                let candidacy = *candidacy;
                self.on_candidate_timeout(cx, candidacy);
            }
        }
        self.poll(cx);
    }

    /// Gives up the lead: no majority has fetched for 1.5 times the fetch time-out, or the
    /// controller cannot go on.
    pub fn resign(&mut self, cx: &mut Context<'_>) {
        self.become_resigned(cx);
        self.poll(cx);
    }

    /// Time to say again who leads to those who do not fetch.
    pub fn send_begin_quorum_epoch(&mut self, cx: &mut Context<'_>) {
        let (Role::Leader(state), Some(leader)) = (&self.role, self.voter_id()) else { return };
        let span = self.begin_quorum_span();
        let request = BeginQuorumEpochRequest { leader, leader_epoch: self.epoch() };
        for voter in state.silent(leader, cx.now(), span) {
            if self.requests.is_ready(voter, cx.now()) {
                self.send(cx, voter, Request::BeginQuorumEpoch(Arc::new(request)));
            }
        }
        cx.fx.set_timer(Timer::BeginQuorumEpoch, span);
    }

    /// Writes records at the end of the log, as the leader.
    pub fn append(&mut self, cx: &mut Context<'_>, records: Vec<(MetadataRecord, Written)>) {
        let mut entries: Vec<MetadataEntry> = Vec::new();
        let mut last_cause = None;
        for (record, Written { rule, cause }) in records {
            let count = u64::try_from(entries.len()).unwrap_or(u64::MAX);
            let offset = self.log.end_offset().plus(count);
            cx.fx.because(cause);
            let shared = Arc::new(record.clone());
            let appended = cx.fx.record(rule, EventKind::RecordAppended { offset, record: shared });
            if last_cause != Some(cause) {
                last_cause = Some(cause);
                self.uncommitted.push((offset, appended));
            }
            entries.push((self.epoch(), record));
        }
        self.log.append(entries.into());
        if let Some((_, first)) = self.uncommitted.first() {
            cx.fx.because(*first);
        }
        // First the high watermark, so that with a single voter the answers tell of it already.
        if let Some(id) = self.voter_id() {
            self.update_end_offset(cx, id, self.log.end_offset());
        }
        for (id, request) in self.fetches.take_behind(self.log.end_offset()) {
            self.answer_fetch(cx, id, &request);
        }
    }

    /// A voter has the log up to here.
    pub(super) fn update_end_offset(
        &mut self,
        cx: &mut Context<'_>,
        voter: ControllerId,
        end: Offset,
    ) {
        let Role::Leader(state) = &mut self.role else { return };
        if state.update_end_offset(voter, end) == HighWatermarkUpdate::Unchanged {
            return;
        }
        let Some(high_watermark) = state.high_watermark() else { return };
        self.record_commit(cx, high_watermark);
        self.advance_committed(cx, high_watermark);
        match cx.rules.metadata_fetch_wait {
            MetadataFetchWait::ForRecords => {}
            MetadataFetchWait::ForHighWatermark => {
                for (id, request) in self.fetches.take_all() {
                    self.answer_fetch(cx, id, &request);
                }
            }
        }
    }

    /// The log is known to be committed up to here.
    pub(super) fn advance_committed(&mut self, cx: &mut Context<'_>, high_watermark: Offset) {
        self.high_watermark = self.high_watermark.max(Some(high_watermark));
        let from = self.committed.end_offset();
        if high_watermark > from {
            let records = self.log.slice(from, high_watermark);
            self.committed = cx.images.advance(&self.committed, from, &records, high_watermark);
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

    pub(super) fn forget_uncommitted(&mut self) {
        self.uncommitted.clear();
    }

    /// A number below `bound`.
    pub(super) fn draw(&mut self, cx: &Context<'_>, bound: u64) -> u64 {
        self.draws += 1;
        let purpose = Purpose::Quorum { node: self.node, draw: self.draws };
        cx.streams.stream(purpose).below(bound)
    }

    pub(super) fn begin_quorum_span(&self) -> SimDuration {
        SimDuration(self.settings.span(ConfigKey::ControllerQuorumFetchTimeoutMs).0 / 2)
    }
}

/// Why a record is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// The rule that decided it.
    pub rule: RuleId,
    /// What led to it.
    pub cause: EventId,
}
