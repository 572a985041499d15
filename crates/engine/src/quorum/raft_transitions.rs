//! How a voter gets from one state of the quorum to another.
//!
//! Each transition forgets what was asked in the former state, says what it is now, and sets the
//! time-out of the new state. An election time-out that already runs goes on from state to state,
//! as long as no leader is known.
//!
//! Source: Kafka `QuorumState` (its `transitionTo…` methods), `KafkaRaftClient`.
//! Simplified: a controller notices its fetch time-out up to 49 ms late, as drawn from the seed:
//! followers of one leader would else all stand for election at the same microsecond.
//! Uses: `effects`, `release`.

use epochscope_vocabulary::config::ConfigKey;
use epochscope_vocabulary::event::EventKind;
use epochscope_vocabulary::metadata_record::MetadataRecord;
use epochscope_vocabulary::rule::RuleId;
use epochscope_vocabulary::{ControllerId, ErrorCode, QuorumEpoch, SimDuration};

use super::epoch_election::EpochElection;
use super::leader::LeaderState;
use super::quorum_state::{Candidacy, ElectionProtocol, ElectionState, Fetched, Role};
use super::raft_client::{RaftClient, Written};
use crate::effects::{Context, Timer};
use crate::release::CheckQuorumTimer;

/// By how much less than this a follower notices its fetch time-out late, in milliseconds.
const LATE_BY_MS: u64 = 50;
/// What a lost election is waited out in, before it is capped (before 4.0).
const RETRY_BACKOFF_BASE_MS: u64 = 100;

impl RaftClient {
    /// Learns of an epoch, and perhaps of its leader.
    pub(super) fn maybe_transition(
        &mut self,
        cx: &mut Context<'_>,
        epoch: QuorumEpoch,
        leader: Option<ControllerId>,
    ) {
        let is_news = epoch > self.epoch();
        match leader.filter(|leader| Some(*leader) != self.voter_id()) {
            Some(leader) if is_news || (epoch == self.epoch() && self.leader().is_none()) => {
                self.become_follower(cx, epoch, leader);
            }
            None if is_news => self.become_unattached(cx, epoch),
            Some(_) | None => {}
        }
    }

    /// Follows a leader.
    pub(super) fn become_follower(
        &mut self,
        cx: &mut Context<'_>,
        epoch: QuorumEpoch,
        leader: ControllerId,
    ) {
        let voted = self.election.voted.filter(|_| epoch == self.epoch());
        let election = ElectionState { epoch, leader: Some(leader), voted };
        self.transition(cx, election, Role::Follower(Fetched::NotYet), RuleId::QuorumElection);
        self.reset_fetch_timeout(cx);
        self.maybe_complete_shutdown(cx);
    }

    /// Knows of nobody to follow in this epoch.
    pub(super) fn become_unattached(&mut self, cx: &mut Context<'_>, epoch: QuorumEpoch) {
        let is_same = epoch == self.epoch();
        let (leader, voted) =
            if is_same { (self.election.leader, self.election.voted) } else { (None, None) };
        let clock_runs = match &self.role {
            Role::Unattached | Role::Candidate(..) | Role::Resigned(_) => true,
            Role::Prospective(election) => !election.is_vote_rejected(),
            Role::Leader(_) | Role::Follower(_) => false,
        };
        let election = ElectionState { epoch, leader, voted };
        self.transition(cx, election, Role::Unattached, RuleId::QuorumElection);
        if !clock_runs {
            self.reset_election_timeout(cx);
        }
    }

    /// Wants to lead: by asking first, or (before 4.0) by making an epoch at once.
    pub(super) fn begin_election(&mut self, cx: &mut Context<'_>) {
        match cx.rules.quorum_election {
            ElectionProtocol::PreVote => self.become_prospective(cx),
            ElectionProtocol::CandidateAtOnce => self.become_candidate(cx),
        }
    }

    fn become_prospective(&mut self, cx: &mut Context<'_>) {
        let Some(id) = self.voter_id() else { return };
        let votes = EpochElection::of(id, &self.voters);
        let is_granted = votes.is_vote_granted();
        let leader = self.election.leader.filter(|leader| *leader != id);
        let election = ElectionState { leader, ..self.election };
        self.transition(cx, election, Role::Prospective(votes), RuleId::PreVote);
        self.reset_election_timeout(cx);
        if is_granted {
            self.become_candidate(cx);
        }
    }

    /// Nobody would have it: back to the leader that it knows, or to nobody. Who was not told so
    /// in time tries again at once.
    pub(super) fn lose_pre_vote(&mut self, cx: &mut Context<'_>) {
        match (&self.role, self.leader()) {
            (_, Some(leader)) => self.become_follower(cx, self.epoch(), leader),
            (Role::Prospective(votes), None) if !votes.is_vote_rejected() => {
                self.become_unattached(cx, self.epoch());
                cx.fx.set_timer(Timer::QuorumElection, SimDuration::ZERO);
            }
            (_, None) => self.become_unattached(cx, self.epoch()),
        }
    }

    pub(super) fn become_candidate(&mut self, cx: &mut Context<'_>) {
        let Some(id) = self.voter_id() else { return };
        let votes = EpochElection::of(id, &self.voters);
        let is_granted = votes.is_vote_granted();
        let epoch = QuorumEpoch(self.epoch().0 + 1);
        let election = ElectionState { epoch, leader: None, voted: Some(id) };
        self.transition(
            cx,
            election,
            Role::Candidate(votes, Candidacy::Open),
            RuleId::QuorumElection,
        );
        self.reset_election_timeout(cx);
        if is_granted {
            self.become_leader(cx);
        }
    }

    pub(super) fn on_candidate_timeout(&mut self, cx: &mut Context<'_>, candidacy: Candidacy) {
        match (cx.rules.quorum_election, candidacy) {
            (ElectionProtocol::PreVote, _) => self.become_prospective(cx),
            (ElectionProtocol::CandidateAtOnce, Candidacy::Open) => self.back_off_candidacy(cx),
            (ElectionProtocol::CandidateAtOnce, Candidacy::BackingOff) => self.become_candidate(cx),
        }
    }

    /// Before 4.0: waits a while that grows with each lost election.
    pub(super) fn back_off_candidacy(&mut self, cx: &mut Context<'_>) {
        let Role::Candidate(_, candidacy) = &mut self.role else { return };
        *candidacy = Candidacy::BackingOff;
        self.lost_elections = (self.lost_elections + 1).min(21);
        let most = self.settings.span(ConfigKey::ControllerQuorumElectionBackoffMaxMs);
        let drawn = self.draw(cx, 1 << self.lost_elections);
        let backoff = SimDuration::from_ms(RETRY_BACKOFF_BASE_MS * drawn).min(most);
        cx.fx.set_timer(Timer::QuorumElection, backoff);
    }

    /// A majority has voted for it: it begins its epoch with a record that says so.
    pub(super) fn become_leader(&mut self, cx: &mut Context<'_>) {
        let Some(id) = self.voter_id() else { return };
        let epoch = self.epoch();
        let state = LeaderState::new(epoch, self.log.end_offset(), &self.voters);
        let election = ElectionState { leader: Some(id), ..self.election };
        self.transition(cx, election, Role::Leader(state), RuleId::QuorumElection);
        cx.fx.cancel_timer(Timer::QuorumElection);
        let record = MetadataRecord::LeaderChange { leader: id, quorum_epoch: epoch };
        let written = Written { rule: RuleId::QuorumElection, cause: cx.fx.cause() };
        self.append(cx, vec![(record, written)]);
        self.begin_leading_clocks(cx);
        self.send_begin_quorum_epoch(cx);
    }

    pub(super) fn begin_leading_clocks(&mut self, cx: &mut Context<'_>) {
        if self.voters.is_single() {
            return;
        }
        self.reset_check_quorum(cx);
        cx.fx.set_timer(Timer::BeginQuorumEpoch, self.begin_quorum_span());
    }

    /// A majority must fetch within 1.5 times the fetch time-out from now on (since 3.7).
    pub(super) fn reset_check_quorum(&self, cx: &mut Context<'_>) {
        match cx.rules.check_quorum {
            CheckQuorumTimer::Absent => return,
            CheckQuorumTimer::Runs => {}
        }
        let span = self.settings.span(ConfigKey::ControllerQuorumFetchTimeoutMs).0;
        cx.fx.set_timer(Timer::CheckQuorum, SimDuration(span + span / 2));
    }

    pub(super) fn become_resigned(&mut self, cx: &mut Context<'_>) {
        let (Some(leading), Some(id)) = (self.leading(), self.voter_id()) else { return };
        let successors = leading.preferred_successors(id);
        self.transition(cx, self.election, Role::Resigned(successors), RuleId::CheckQuorum);
        self.reset_election_timeout(cx);
    }

    /// It must not follow itself: the next epoch is without a leader, unless it stands for it.
    pub(super) fn leave_resignation(&mut self, cx: &mut Context<'_>) {
        match cx.rules.quorum_election {
            ElectionProtocol::PreVote => {
                self.become_unattached(cx, QuorumEpoch(self.epoch().0 + 1));
                cx.fx.set_timer(Timer::QuorumElection, SimDuration::ZERO);
            }
            ElectionProtocol::CandidateAtOnce => self.become_candidate(cx),
        }
    }

    fn transition(
        &mut self,
        cx: &mut Context<'_>,
        election: ElectionState,
        role: Role,
        rule: RuleId,
    ) {
        let led = self.leading().is_some();
        self.election = election;
        self.role = role;
        self.requests.reset_all();
        let (epoch, leader) = (election.epoch, election.leader);
        if self.voter_id().is_some() {
            let kind = EventKind::QuorumStateChanged { role: self.role(), epoch, leader };
            let event = cx.fx.record(rule, kind);
            cx.fx.because(event);
        }
        if led {
            self.stop_leading(cx);
        }
        if leader.is_some() {
            self.lost_elections = 0;
        }
    }

    fn stop_leading(&mut self, cx: &mut Context<'_>) {
        cx.fx.cancel_timer(Timer::CheckQuorum);
        cx.fx.cancel_timer(Timer::BeginQuorumEpoch);
        self.forget_uncommitted();
        for (id, _) in self.fetches.take_all() {
            cx.fx.cancel_timer(Timer::DelayedMetadataFetch(id));
            self.refuse_fetch(cx, id, ErrorCode::NotLeaderOrFollower);
        }
    }

    pub(super) fn reset_fetch_timeout(&mut self, cx: &mut Context<'_>) {
        let span = self.settings.span(ConfigKey::ControllerQuorumFetchTimeoutMs);
        let late = if self.voter_id().is_some() { self.draw(cx, LATE_BY_MS) } else { 0 };
        cx.fx.set_timer(Timer::QuorumElection, span + SimDuration::from_ms(late));
    }

    /// The base and up to as much again, so that not all stand at once.
    pub(super) fn reset_election_timeout(&mut self, cx: &mut Context<'_>) {
        if self.voter_id().is_none() {
            return;
        }
        let base = self.settings.span(ConfigKey::ControllerQuorumElectionTimeoutMs);
        let ms = base.0 / 1_000;
        let extra = if ms == 0 { 0 } else { self.draw(cx, ms) };
        cx.fx.set_timer(Timer::QuorumElection, base + SimDuration::from_ms(extra));
    }
}
