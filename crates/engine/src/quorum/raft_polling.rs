//! Whom a member of the quorum asks, and for what: once after whatever has happened to it.
//!
//! Source: Kafka `KafkaRaftClient` (its `poll…` and `maybeSend…` methods).
//! Simplified: a voter that answers a fetch but does not lead is left alone for the retry back-off;
//! Kafka asks it again at once.
//! Uses: `effects`.

use std::sync::Arc;

use epochscope_vocabulary::config::ConfigKey;
use epochscope_vocabulary::rpc::{
    EndQuorumEpochRequest, MetadataFetchRequest, Request, VoteKind, VoteRequest,
};
use epochscope_vocabulary::{ControllerId, NodeId, RequestId};

use super::epoch_election::EpochElection;
use super::quorum_state::{Candidacy, Fetched, Role};
use super::raft_client::{MAX_FETCH_WAIT_MS, RaftClient};
use crate::effects::{Channel, Context, Timer};

impl RaftClient {
    /// Asks whom the present state has to ask, as far as they can be asked now.
    pub fn poll(&mut self, cx: &mut Context<'_>) {
        match &self.role {
            Role::Leader(_) => return,
            Role::Follower(_) => self.fetch_from_best(cx),
            Role::Unattached => self.fetch_from_any(cx),
            Role::Prospective(election) => {
                let election = election.clone();
                self.ask_for_votes(cx, &election, VoteKind::PreVote);
            }
            Role::Candidate(election, Candidacy::Open) => {
                let election = election.clone();
                self.ask_for_votes(cx, &election, VoteKind::Standard);
            }
            Role::Candidate(_, Candidacy::BackingOff) => {}
            Role::Resigned(unacked) => {
                let unacked = unacked.clone();
                self.tell_of_resignation(cx, &unacked);
            }
        }
        if let Some(at) = self.requests.next_ready(cx.now()) {
            cx.fx.set_timer_at(Timer::MetadataFetchRetry, at);
        }
    }

    fn fetch_from_best(&mut self, cx: &mut Context<'_>) {
        let Some(leader) = self.leader() else { return };
        let is_silent = matches!(self.role, Role::Follower(Fetched::TooLongAgo));
        if is_silent || self.requests.is_backing_off(leader, cx.now()) {
            self.fetch_from_any(cx);
        } else if !self.requests.has_any_in_flight() {
            self.fetch_from(cx, leader);
        }
    }

    /// A fetch is also how one learns who leads: any voter may be asked.
    fn fetch_from_any(&mut self, cx: &mut Context<'_>) {
        if self.requests.has_any_in_flight() {
            return;
        }
        let me = self.voter_id();
        let is_ready =
            |voter: &ControllerId| Some(*voter) != me && self.requests.is_ready(*voter, cx.now());
        let ready: Vec<ControllerId> = self.voters.iter().filter(is_ready).collect();
        let Ok(count @ 1..) = u64::try_from(ready.len()) else { return };
        let drawn = usize::try_from(self.draw(cx, count)).unwrap_or_default();
        if let Some(voter) = ready.get(drawn) {
            self.fetch_from(cx, *voter);
        }
    }

    fn fetch_from(&mut self, cx: &mut Context<'_>, voter: ControllerId) {
        let request = MetadataFetchRequest {
            current_leader_epoch: self.epoch(),
            fetch_offset: self.log.end_offset(),
            last_fetched_epoch: self.log.last_epoch(),
            high_watermark: self.high_watermark,
            max_wait_ms: MAX_FETCH_WAIT_MS,
        };
        self.send(cx, voter, Request::MetadataFetch(Arc::new(request)));
    }

    fn ask_for_votes(&mut self, cx: &mut Context<'_>, election: &EpochElection, kind: VoteKind) {
        let Some(replica) = self.voter_id().filter(|_| !election.is_vote_rejected()) else {
            return;
        };
        let request = VoteRequest {
            replica,
            replica_epoch: self.epoch(),
            last_epoch: self.log.last_epoch(),
            last_offset: self.log.end_offset(),
            kind,
        };
        for voter in election.unrecorded() {
            if self.requests.is_ready(voter, cx.now()) {
                self.send(cx, voter, Request::Vote(Arc::new(request)));
            }
        }
    }

    fn tell_of_resignation(&mut self, cx: &mut Context<'_>, unacked: &[ControllerId]) {
        let Some(leader) = self.voter_id() else { return };
        let request = Arc::new(EndQuorumEpochRequest {
            leader,
            leader_epoch: self.epoch(),
            preferred_candidates: unacked.to_vec(),
        });
        for voter in unacked {
            if self.requests.is_ready(*voter, cx.now()) {
                self.send(cx, *voter, Request::EndQuorumEpoch(request.clone()));
            }
        }
    }

    pub(super) fn send(&mut self, cx: &mut Context<'_>, voter: ControllerId, request: Request) {
        let timeout = self.settings.span(ConfigKey::ControllerQuorumRequestTimeoutMs);
        let id = cx.fx.send(NodeId::Controller(voter), Channel::Raft, request, timeout);
        self.requests.on_sent(voter, id);
    }

    /// A request of its own will not be answered.
    pub fn on_disconnect(&mut self, cx: &mut Context<'_>, to: NodeId, id: RequestId) {
        let NodeId::Controller(voter) = to else { return };
        if self.requests.on_done(voter, id) {
            self.back_off(cx, voter);
            self.poll(cx);
        }
    }

    pub(super) fn back_off(&mut self, cx: &Context<'_>, voter: ControllerId) {
        let backoff = self.settings.span(ConfigKey::ControllerQuorumRetryBackoffMs);
        self.requests.back_off(voter, cx.now() + backoff);
    }
}
