//! What a voter answers, and what it makes of answers.
//!
//! Source: Kafka `KafkaRaftClient` (`handleVoteRequest`, `handleFetchRequest`,
//! `handleBeginQuorumEpochRequest`, `handleEndQuorumEpochRequest` and their responses).
//! Uses: `effects`, `release`.

use std::sync::Arc;

use epochscope_vocabulary::config::ConfigKey;
use epochscope_vocabulary::event::EventKind;
use epochscope_vocabulary::rpc::{
    BeginQuorumEpochRequest, EndQuorumEpochRequest, MetadataFetchRequest, MetadataFetchResponse,
    QuorumEpochResponse, Response, VoteKind, VoteRequest, VoteResponse,
};
use epochscope_vocabulary::rule::RuleId;
use epochscope_vocabulary::{
    ControllerId, ErrorCode, NodeId, Offset, QuorumEpoch, RequestId, SimDuration,
};

use super::epoch_election::Ballot;
use super::leader::CheckQuorum;
use super::quorum_state::{Candidacy, ElectionProtocol, Fetched, NomineeLog, Role, can_grant_vote};
use super::raft_client::RaftClient;
use crate::effects::{Context, Timer};
use crate::release::MetadataFetchWait;

/// Whether an answer's epoch and leader were all that mattered of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Common {
    Handled,
    GoOn,
}

impl RaftClient {
    /// A fetch of the metadata log. A voter's tells how far it has the log.
    pub fn on_fetch(
        &mut self,
        cx: &mut Context<'_>,
        from: NodeId,
        id: RequestId,
        request: &Arc<MetadataFetchRequest>,
    ) {
        let theirs = request.current_leader_epoch;
        let error = match theirs.cmp(&self.epoch()) {
            std::cmp::Ordering::Less => Some(ErrorCode::FencedLeaderEpoch),
            std::cmp::Ordering::Greater => Some(ErrorCode::UnknownLeaderEpoch),
            std::cmp::Ordering::Equal if self.leading().is_none() => {
                Some(ErrorCode::NotLeaderOrFollower)
            }
            std::cmp::Ordering::Equal => None,
        };
        if let Some(error) = error {
            return self.refuse_fetch(cx, id, error);
        }
        let diverges =
            self.log.diverging_epoch(request.fetch_offset, request.last_fetched_epoch).is_some();
        if let (NodeId::Controller(voter), false) = (from, diverges) {
            self.on_voter_fetch(cx, voter, request.fetch_offset);
        }
        let end = self.log.end_offset();
        let has_news = match cx.rules.metadata_fetch_wait {
            MetadataFetchWait::ForRecords => request.fetch_offset < end,
            MetadataFetchWait::ForHighWatermark => {
                self.leading().is_some_and(|state| state.has_news_for(request, end))
            }
        };
        if request.max_wait_ms == 0 || has_news || diverges {
            self.answer_fetch(cx, id, request);
        } else {
            self.fetches.park(id, request.clone());
            let wait = SimDuration::from_ms(request.max_wait_ms);
            cx.fx.set_timer(Timer::DelayedMetadataFetch(id), wait);
        }
    }

    fn on_voter_fetch(&mut self, cx: &mut Context<'_>, voter: ControllerId, end: Offset) {
        let Role::Leader(state) = &mut self.role else { return };
        if state.on_fetch(voter, cx.now()) == CheckQuorum::MajorityFetched {
            self.reset_check_quorum(cx);
        }
        self.update_end_offset(cx, voter, end);
    }

    /// A fetch has waited long enough.
    pub fn on_fetch_expired(&mut self, cx: &mut Context<'_>, id: RequestId) {
        if let Some(request) = self.fetches.take(id) {
            self.answer_fetch(cx, id, &request);
        }
    }

    pub(super) fn answer_fetch(
        &self,
        cx: &mut Context<'_>,
        id: RequestId,
        request: &MetadataFetchRequest,
    ) {
        let (from, end) = (request.fetch_offset, self.log.end_offset());
        let diverging_epoch = self.log.diverging_epoch(from, request.last_fetched_epoch);
        let records = if diverging_epoch.is_some() {
            Arc::new([]) as Arc<[_]>
        } else {
            self.log.slice(from, end)
        };
        cx.fx.cancel_timer(Timer::DelayedMetadataFetch(id));
        let high_watermark = self.leading().and_then(super::leader::LeaderState::high_watermark);
        let response = MetadataFetchResponse {
            diverging_epoch,
            high_watermark: high_watermark.unwrap_or_default(),
            base_offset: from,
            records,
            ..self.empty_fetch(ErrorCode::None)
        };
        cx.fx.respond(id, Response::MetadataFetch(Arc::new(response)));
    }

    pub(super) fn refuse_fetch(&self, cx: &mut Context<'_>, id: RequestId, error: ErrorCode) {
        cx.fx.respond(id, Response::MetadataFetch(Arc::new(self.empty_fetch(error))));
    }

    fn empty_fetch(&self, error: ErrorCode) -> MetadataFetchResponse {
        MetadataFetchResponse {
            error,
            quorum_epoch: self.epoch(),
            leader: self.leader(),
            high_watermark: Offset::ZERO,
            diverging_epoch: None,
            base_offset: Offset::ZERO,
            records: Arc::new([]),
        }
    }

    /// Somebody asks for its vote.
    pub fn on_vote(&mut self, cx: &mut Context<'_>, id: RequestId, request: &VoteRequest) {
        let (nominee, epoch, kind) = (request.replica, request.replica_epoch, request.kind);
        let error = match kind {
            _ if epoch < self.epoch() => ErrorCode::FencedLeaderEpoch,
            VoteKind::Standard if request.last_epoch >= epoch => ErrorCode::InvalidRequest,
            VoteKind::PreVote if request.last_epoch > epoch => ErrorCode::InvalidRequest,
            VoteKind::Standard | VoteKind::PreVote => ErrorCode::None,
        };
        if error != ErrorCode::None {
            return self.answer_vote(cx, id, error, Ballot::Rejected);
        }
        if epoch > self.epoch() {
            self.become_unattached(cx, epoch);
        }
        let mine = (self.log.last_epoch(), self.log.end_offset());
        let log = if (request.last_epoch, request.last_offset) >= mine {
            NomineeLog::UpToDate
        } else {
            NomineeLog::Behind
        };
        let grants = can_grant_vote(&self.election, &self.role, nominee, log, kind);
        if grants && kind == VoteKind::Standard {
            self.election.voted = Some(nominee);
        }
        let (ballot, said) = if grants {
            (Ballot::Granted, EventKind::VoteGranted { nominee, epoch, kind })
        } else {
            (Ballot::Rejected, EventKind::VoteRefused { nominee, epoch, kind })
        };
        let event = cx.fx.record(RuleId::QuorumElection, said);
        cx.fx.because(event);
        self.answer_vote(cx, id, ErrorCode::None, ballot);
        self.poll(cx);
    }

    fn answer_vote(&self, cx: &mut Context<'_>, id: RequestId, error: ErrorCode, ballot: Ballot) {
        let response = VoteResponse {
            error,
            quorum_epoch: self.epoch(),
            leader: self.leader(),
            vote_granted: ballot == Ballot::Granted,
        };
        cx.fx.respond(id, Response::Vote(Arc::new(response)));
    }

    /// Somebody says that it leads.
    pub fn on_begin_quorum_epoch(
        &mut self,
        cx: &mut Context<'_>,
        id: RequestId,
        request: &BeginQuorumEpochRequest,
    ) {
        let error = self.validate_voter_request(request.leader_epoch);
        if error == ErrorCode::None {
            self.maybe_transition(cx, request.leader_epoch, Some(request.leader));
        }
        let response = Response::BeginQuorumEpoch(Arc::new(self.epoch_response(error)));
        cx.fx.respond(id, response);
        self.poll(cx);
    }

    /// Its leader resigns: the preferred successor stands at once, the others a little later.
    pub fn on_end_quorum_epoch(
        &mut self,
        cx: &mut Context<'_>,
        id: RequestId,
        request: &EndQuorumEpochRequest,
    ) {
        let error = self.validate_voter_request(request.leader_epoch);
        if error == ErrorCode::None {
            self.maybe_transition(cx, request.leader_epoch, Some(request.leader));
            let follows = matches!(self.role, Role::Follower(_));
            if follows && self.leader() == Some(request.leader) {
                let most = self.settings.span(ConfigKey::ControllerQuorumElectionBackoffMaxMs);
                let after = end_epoch_backoff(self.voter_id(), &request.preferred_candidates, most);
                cx.fx.set_timer(Timer::QuorumElection, after);
            }
        }
        cx.fx.respond(id, Response::EndQuorumEpoch(Arc::new(self.epoch_response(error))));
        self.poll(cx);
    }

    fn validate_voter_request(&self, epoch: QuorumEpoch) -> ErrorCode {
        if epoch < self.epoch() { ErrorCode::FencedLeaderEpoch } else { ErrorCode::None }
    }

    const fn epoch_response(&self, error: ErrorCode) -> QuorumEpochResponse {
        QuorumEpochResponse { error, quorum_epoch: self.epoch(), leader: self.leader() }
    }

    /// A peer has answered.
    pub fn on_response(
        &mut self,
        cx: &mut Context<'_>,
        from: NodeId,
        id: RequestId,
        response: &Response,
    ) {
        let NodeId::Controller(voter) = from else { return };
        if !self.requests.on_done(voter, id) {
            return;
        }
        if let Response::MetadataFetch(body) = response {
            self.on_fetched(cx, voter, body);
        } else if let Response::Vote(body) = response {
            self.on_ballot(cx, voter, body);
        } else if let Response::EndQuorumEpoch(body) = response {
            let common = self.common(cx, body.error, body.quorum_epoch, body.leader);
            if let (Common::GoOn, Role::Resigned(unacked)) = (common, &mut self.role) {
                unacked.retain(|one| *one != voter);
            }
        } else if let Response::BeginQuorumEpoch(body) = response {
            self.common(cx, body.error, body.quorum_epoch, body.leader);
        }
        self.poll(cx);
    }

    /// What any answer tells: whether its sender is in a later epoch, or knows the leader.
    fn common(
        &mut self,
        cx: &mut Context<'_>,
        error: ErrorCode,
        epoch: QuorumEpoch,
        leader: Option<ControllerId>,
    ) -> Common {
        if epoch < self.epoch() || error == ErrorCode::UnknownLeaderEpoch {
            return Common::Handled;
        }
        let stale =
            error == ErrorCode::FencedLeaderEpoch || error == ErrorCode::NotLeaderOrFollower;
        if epoch > self.epoch() || stale {
            self.maybe_transition(cx, epoch, leader);
            return Common::Handled;
        }
        if leader.is_some() && self.leader().is_none() {
            self.maybe_transition(cx, epoch, leader);
        }
        if error == ErrorCode::None { Common::GoOn } else { Common::Handled }
    }

    fn on_fetched(
        &mut self,
        cx: &mut Context<'_>,
        voter: ControllerId,
        response: &MetadataFetchResponse,
    ) {
        let before = self.epoch();
        let common = self.common(cx, response.error, response.quorum_epoch, response.leader);
        let Role::Follower(fetched) = &mut self.role else {
            if self.epoch() == before {
                self.back_off(cx, voter);
            }
            return;
        };
        if common == Common::Handled {
            if self.epoch() == before && response.error != ErrorCode::None {
                self.back_off(cx, voter);
            }
            return;
        }
        *fetched = Fetched::FromLeader;
        match response.diverging_epoch {
            Some(end) => self.truncate(cx, end),
            None => {
                self.log.append(response.records.clone());
                let known = response.high_watermark.min(self.log.end_offset());
                self.advance_committed(cx, known);
            }
        }
        self.reset_fetch_timeout(cx);
    }

    /// What the leader does not have goes. What is committed can only be asked for if a majority
    /// has lost its disks: then Kafka's process gives up.
    fn truncate(&mut self, cx: &mut Context<'_>, diverging: (QuorumEpoch, Offset)) {
        let from = self.log.end_offset();
        let to = self.log.truncation_offset(diverging);
        if Some(to) < self.high_watermark {
            let error = ErrorCode::OffsetOutOfRange;
            cx.fx.record(RuleId::MetadataTruncation, EventKind::Halted { error });
            return cx.fx.exit();
        }
        self.log.truncate_to(to);
        let to = self.log.end_offset();
        cx.fx.record(RuleId::MetadataTruncation, EventKind::MetadataTruncated { from, to });
    }

    fn on_ballot(&mut self, cx: &mut Context<'_>, voter: ControllerId, response: &VoteResponse) {
        let common = self.common(cx, response.error, response.quorum_epoch, response.leader);
        if common == Common::Handled {
            return;
        }
        let ballot = if response.vote_granted { Ballot::Granted } else { Ballot::Rejected };
        let votes = match &mut self.role {
            Role::Prospective(votes) | Role::Candidate(votes, Candidacy::Open) => votes,
            Role::Unattached
            | Role::Candidate(_, Candidacy::BackingOff)
            | Role::Leader(_)
            | Role::Follower(_)
            | Role::Resigned(_) => return,
        };
        votes.record(voter, ballot);
        let (granted, rejected) = (votes.is_vote_granted(), votes.is_vote_rejected());
        match (&self.role, granted, rejected) {
            (Role::Prospective(_), true, _) => self.become_candidate(cx),
            (Role::Prospective(_), _, true) => self.lose_pre_vote(cx),
            (_, true, _) => self.become_leader(cx),
            (_, _, true) if cx.rules.quorum_election == ElectionProtocol::CandidateAtOnce => {
                self.back_off_candidacy(cx);
            }
            (_, _, _) => {}
        }
    }
}

/// How long a voter waits after its leader has resigned: nothing for the first of the preferred,
/// then twice as long for each (`strictExponentialElectionBackoffMs`).
fn end_epoch_backoff(
    id: Option<ControllerId>,
    preferred: &[ControllerId],
    most: SimDuration,
) -> SimDuration {
    let position = preferred.iter().position(|one| Some(*one) == id);
    match position {
        Some(0) => SimDuration::ZERO,
        Some(position) => {
            let base = (most.0 / 1_000) >> (preferred.len() - 1);
            SimDuration::from_ms(base << (position - 1)).min(most)
        }
        None => most,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_preferred_successor_stands_at_once() {
        let four: Vec<_> = (102..=105).map(ControllerId).collect();
        let wait = |id, list: &[ControllerId]| {
            end_epoch_backoff(Some(ControllerId(id)), list, SimDuration::from_ms(1_000)).0 / 1_000
        };
        assert_eq!([102, 103, 104, 105].map(|id| wait(id, &four)), [0, 125, 250, 500]);
        assert_eq!([102, 103].map(|id| wait(id, &four[..2])), [0, 500]);
        assert_eq!(wait(109, &four), 1_000);
    }
}
