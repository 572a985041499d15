//! Followers' long polls that go round without news: worked out instead of carried out.
//!
//! A follower that has everything asks, waits `replica.fetch.wait.max.ms` at its leader, is told
//! nothing new, and asks again. A hundred brokers make twenty thousand such rounds a second. As
//! long as neither end changes, a round differs from the one before only in its times, and those
//! follow from the link. So a poll that begins to wait while both ends are at rest gets no entry in
//! the queue. It *idles*, and whatever may end that comes here first:
//!
//! * before a node acts, its idle polls catch up with the moment: a poll that waits at the leader
//!   then goes on idling, one that would be on its way is put there;
//! * after it has acted, polls that it has news for are given their clock back;
//! * before a process stands still or ends, and before a link or a hold changes, so are all others.
//!
//! A run with idle polls has the same events at the same times as one without, but for the sendings
//! of the rounds themselves. That needs an order of what is due at one moment that does not depend
//! on when it was put into the queue ([`lanes`](super::lanes)).
//!
//! Uses: everything.

use std::sync::Arc;

use epochscope_vocabulary::command::MessageHalf;
use epochscope_vocabulary::event::EventKind;
use epochscope_vocabulary::rpc::{ApiKey, Request, Response};
use epochscope_vocabulary::{
    BrokerId, Event, NodeId, RequestId, SimTime, SortedMap, TopicPartition,
};

use super::lanes::{lane_of_message, lane_of_rounds};
use super::{Cluster, Due};
use crate::broker::purgatory::DelayedFetch;
use crate::broker::replica_manager::ReplicaManager;
use crate::effects::{Channel, Timer};
use crate::network::connections::Direction;
use crate::network::idle_poll::{IdlePoll, Ways, Whereabouts};
use crate::network::message::{Body, Message};
use crate::observe::ProcessStatus;
use crate::queue::Lane;

/// All idle polls, by leader and follower.
#[derive(Clone, Debug, Default)]
pub(super) struct IdlePolls {
    of_leader: SortedMap<BrokerId, SortedMap<BrokerId, IdlePoll>>,
    /// How many there are.
    count: u32,
    /// Before this moment none has waited long enough.
    earliest: SimTime,
    mode: Mode,
}

impl IdlePolls {
    fn insert(&mut self, poll: IdlePoll) {
        self.earliest =
            if self.count == 0 { poll.until() } else { self.earliest.min(poll.until()) };
        let polls = self.of_leader.entry(poll.leader).or_default();
        if polls.insert(poll.follower, poll).is_none() {
            self.count += 1;
        }
    }

    fn remove(&mut self, poll: &IdlePoll) {
        let polls = self.of_leader.get_mut(&poll.leader);
        if polls.and_then(|polls| polls.remove(&poll.follower)).is_some() {
            self.count -= 1;
        }
    }

    fn all(&self) -> impl Iterator<Item = &IdlePoll> {
        self.of_leader.values().flat_map(SortedMap::values)
    }

    /// Looks anew for the moment before which none has waited long enough.
    fn find_earliest(&mut self) {
        self.earliest = self.all().map(IdlePoll::until).min().unwrap_or(SimTime::ZERO);
    }
}

/// Whether polls may idle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Mode {
    #[default]
    WorkedOut,
    CarriedOut,
}

/// What of a broker an event of its own may have changed, as far as its polls are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Touched {
    Nothing,
    /// The log of a partition, or its high watermark.
    LogOf(TopicPartition),
    Anything,
}

#[expect(clippy::wildcard_enum_match_arm, reason = "what is not known to be harmless is not")]
fn touched_by(event: &Event) -> Touched {
    match event.kind {
        EventKind::RequestSent { .. } | EventKind::ResponseSent { .. } => Touched::Nothing,
        EventKind::Appended { partition, .. }
        | EventKind::Replicated { partition, .. }
        | EventKind::DuplicateAnswered { partition, .. }
        | EventKind::ProduceDelayed { partition, .. }
        | EventKind::HighWatermarkAdvanced { partition, .. }
        | EventKind::FollowerHighWatermark { partition, .. } => Touched::LogOf(partition),
        _ => Touched::Anything,
    }
}

impl Cluster {
    /// Carries every round of every poll out from now on: for comparing.
    pub fn carry_idle_polls_out(&mut self) {
        self.idle_polls.mode = Mode::CarriedOut;
        self.wake_all();
    }

    /// A fetch begins to wait at its leader: true if it idles from now on, so needs no clock.
    pub(super) fn begin_to_idle(&mut self, leader: NodeId, id: RequestId, until: SimTime) -> bool {
        let Some(poll) = self.idle_poll(leader, id, until) else {
            return false;
        };
        self.cancel_timer(poll.follower.into(), Timer::ConnectionTimeout(poll.connection));
        self.idle_polls.insert(poll);
        true
    }

    /// The poll, if both its ends, its link and its connection are at rest.
    fn idle_poll(&self, leader: NodeId, id: RequestId, until: SimTime) -> Option<IdlePoll> {
        let connection_id = self.network.connections.connection_of(id)?;
        let connection = self.network.connections.get(connection_id)?;
        let NodeId::Broker(leader) = leader else { return None };
        let NodeId::Broker(follower) = connection.client else { return None };
        let [asked] = connection.unanswered.as_slices().0 else { return None };
        let at_rest = self.idle_polls.mode == Mode::WorkedOut
            && connection.channel == Channel::ReplicaFetcher
            && connection.client_open
            && connection.server_open
            && connection.travelling == 0
            && connection.backlog.is_empty()
            && asked.request == id
            && !self.network.holds.any()
            && !self.network.is_disturbed(connection.client, connection.server)
            && self.is_running(leader)
            && self.is_running(follower);
        let waiting = self.replicas_of(leader)?.waiting_fetch(id)?;
        let poll = IdlePoll {
            leader,
            follower,
            connection: connection_id,
            request: id,
            wait: until.since(self.now),
            timeout: asked.deadline.since(asked.sent_at),
            cause: waiting.cause,
            asked_at: asked.sent_at,
            since: self.now,
        };
        (at_rest && self.leader_has_no_news(&poll) && self.follower_asks_again(&poll))
            .then_some(poll)
    }

    fn is_running(&self, broker: BrokerId) -> bool {
        self.status(NodeId::Broker(broker)) == ProcessStatus::Running
    }

    fn leader_has_no_news(&self, poll: &IdlePoll) -> bool {
        let leader = self.replicas_of(poll.leader);
        leader
            .zip(self.waiting_of(poll))
            .is_some_and(|(leader, waiting)| leader.would_tell_nothing(&waiting.request))
    }

    fn follower_asks_again(&self, poll: &IdlePoll) -> bool {
        let follower = self.replicas_of(poll.follower);
        follower.zip(self.waiting_of(poll)).is_some_and(|(follower, waiting)| {
            follower.would_ask_again(poll.leader, &waiting.request)
        })
    }

    fn replicas_of(&self, broker: BrokerId) -> Option<&ReplicaManager> {
        Some(&self.nodes.brokers.get(&broker)?.running()?.replicas)
    }

    /// The poll's fetch, if it waits at its leader.
    fn waiting_of(&self, poll: &IdlePoll) -> Option<&DelayedFetch> {
        self.replicas_of(poll.leader)?.waiting_fetch(poll.request)
    }

    /// Idle polls of which this node is an end.
    fn idle_polls_of(&self, node: NodeId) -> impl Iterator<Item = &IdlePoll> {
        let broker = match node {
            NodeId::Broker(broker) => Some(broker),
            NodeId::Controller(_) | NodeId::Client(_) => None,
        };
        let of_leader = &self.idle_polls.of_leader;
        let led = broker.and_then(|id| of_leader.get(&id));
        let followed = broker.map(|id| of_leader.values().filter_map(move |all| all.get(&id)));
        led.into_iter().flat_map(SortedMap::values).chain(followed.into_iter().flatten())
    }

    fn ways_of(&self, poll: &IdlePoll) -> Option<Ways> {
        let way = |direction| self.network.quiet_way(poll.connection, direction);
        Some(Ways { there: way(Direction::ToServer)?, back: way(Direction::ToClient)? })
    }

    /// Before a node acts: its idle polls are where they would be by now.
    pub(super) fn catch_up_idle_polls(&mut self, node: NodeId) {
        let reached = self.reached;
        if self.idle_polls.count == 0 || reached.0 < self.idle_polls.earliest {
            return;
        }
        let happened = |poll: &IdlePoll, at| (at, lane_of_rounds(poll.connection)) < reached;
        let late = self.idle_polls_of(node).filter(|poll| happened(poll, poll.until()));
        let late: Vec<IdlePoll> = late.copied().collect();
        if late.is_empty() {
            return;
        }
        for mut poll in late {
            let Some(mut ways) = self.ways_of(&poll) else { continue };
            let asleep = poll;
            let whereabouts = poll.go_on(&mut ways, |at| happened(&asleep, at));
            self.network.keep_quiet_way(poll.connection, Direction::ToServer, ways.there);
            self.network.keep_quiet_way(poll.connection, Direction::ToClient, ways.back);
            self.note_rounds(&poll);
            match whereabouts {
                Whereabouts::Waiting => {
                    self.idle_polls.insert(poll);
                }
                Whereabouts::Between { half, sent_at, arrives_at } => {
                    self.put_on_its_way(&poll, half, sent_at, arrives_at);
                }
            }
        }
        self.idle_polls.find_earliest();
    }

    /// Lets both ends know of the rounds that a poll has made meanwhile.
    fn note_rounds(&mut self, poll: &IdlePoll) {
        if let Some(connection) = self.network.connections.get_mut(poll.connection)
            && let Some(asked) = connection.unanswered.front_mut()
        {
            asked.sent_at = poll.asked_at;
            asked.deadline = poll.asked_at + poll.timeout;
        }
        if let Some(leader) = self.nodes.brokers.get_mut(&poll.leader) {
            leader.fetch_went_round(poll.request, poll.since, poll.until());
        }
    }

    /// A poll is between its ends.
    fn put_on_its_way(
        &mut self,
        poll: &IdlePoll,
        half: MessageHalf,
        sent_at: SimTime,
        arrives_at: SimTime,
    ) {
        let Some(message) = self.message_of(poll, half, sent_at) else {
            return;
        };
        self.idle_polls.remove(poll);
        self.set_timeout_of(poll);
        self.network.connections.end_work(poll.request);
        self.network.connections.sent(poll.connection);
        if let Some(leader) = self.nodes.brokers.get_mut(&poll.leader) {
            leader.forget_waiting_fetch(poll.request);
        }
        self.queue.push_in(lane_of_message(&message), arrives_at, Due::Arrive(message));
    }

    fn message_of(&self, poll: &IdlePoll, half: MessageHalf, sent_at: SimTime) -> Option<Message> {
        let replicas = self.replicas_of(poll.leader)?;
        let asked = &replicas.waiting_fetch(poll.request)?.request;
        let (leader, follower) = (NodeId::Broker(poll.leader), NodeId::Broker(poll.follower));
        let (from, to, body) = match half {
            MessageHalf::Request => {
                (follower, leader, Body::Request(Request::Fetch(asked.clone())))
            }
            MessageHalf::Response => {
                let nothing = Arc::new(replicas.nothing_new(asked));
                (leader, follower, Body::Response(Response::Fetch(nothing)))
            }
        };
        Some(Message {
            connection: poll.connection,
            channel: Channel::ReplicaFetcher,
            request: poll.request,
            api_key: Some(ApiKey::Fetch),
            from,
            to,
            sent_at,
            cause: poll.cause,
            body,
        })
    }

    /// After a node has acted: polls for which it has news get their clocks back.
    pub(super) fn wake_polls_with_news(&mut self, node: NodeId, events: &[Event]) {
        if self.idle_polls.count == 0 {
            return;
        }
        let touched: Vec<Touched> =
            events.iter().map(touched_by).filter(|one| *one != Touched::Nothing).collect();
        if touched.is_empty() {
            return;
        }
        let has_news = |poll: &&IdlePoll| {
            touched.iter().any(|one| self.may_concern(poll, *one))
                && !if node == NodeId::Broker(poll.leader) {
                    self.leader_has_no_news(poll)
                } else {
                    self.follower_asks_again(poll)
                }
        };
        for poll in self.idle_polls_of(node).filter(has_news).copied().collect::<Vec<_>>() {
            self.wake(&poll);
        }
    }

    fn may_concern(&self, poll: &IdlePoll, touched: Touched) -> bool {
        match touched {
            Touched::Nothing => false,
            Touched::LogOf(partition) => {
                let waiting = self.waiting_of(poll);
                waiting.is_none_or(|waiting| waiting.offset_in(partition).is_some())
            }
            Touched::Anything => true,
        }
    }

    /// Before this process stands still or ends.
    pub(super) fn wake_polls_of(&mut self, node: NodeId) {
        self.catch_up_idle_polls(node);
        for poll in self.idle_polls_of(node).copied().collect::<Vec<_>>() {
            self.wake(&poll);
        }
    }

    /// Before something happens to links.
    pub(super) fn wake_all(&mut self) {
        let leaders: Vec<BrokerId> = self.idle_polls.of_leader.keys().copied().collect();
        for leader in leaders {
            self.wake_polls_of(leader.into());
        }
    }

    /// A poll that waits gets its clocks back.
    fn wake(&mut self, poll: &IdlePoll) {
        self.idle_polls.remove(poll);
        self.set_timeout_of(poll);
        if self.waiting_of(poll).is_some() {
            let timer = Timer::DelayedFetch(poll.request);
            self.set_timer(poll.leader.into(), timer, poll.until(), poll.cause);
        }
    }

    fn set_timeout_of(&mut self, poll: &IdlePoll) {
        let timer = Timer::ConnectionTimeout(poll.connection);
        let deadline = poll.asked_at + poll.timeout;
        self.set_timer(poll.follower.into(), timer, deadline, poll.cause);
    }

    /// Where the idle polls are at a moment up to which nothing else is due: what is on its way,
    /// with its arrival.
    pub(super) fn idle_polls_between(&self, at: SimTime) -> Vec<(Message, SimTime)> {
        let polls = self.idle_polls.all();
        polls
            .filter_map(|poll| match self.idle_poll_at(poll, at)?.1 {
                Whereabouts::Waiting => None,
                Whereabouts::Between { half, sent_at, arrives_at } => {
                    Some((self.message_of(poll, half, sent_at)?, arrives_at))
                }
            })
            .collect()
    }

    /// Since when a fetch waits at its leader and until when, if it idles; none within if it is on
    /// its way.
    pub(super) fn idle_wait(
        &self,
        leader: BrokerId,
        id: RequestId,
    ) -> Option<Option<(SimTime, SimTime)>> {
        let polls = self.idle_polls.of_leader.get(&leader)?;
        let poll = polls.values().find(|poll| poll.request == id)?;
        let (poll, whereabouts) = self.idle_poll_at(poll, self.now)?;
        Some(match whereabouts {
            Whereabouts::Waiting => Some((poll.since, poll.until())),
            Whereabouts::Between { .. } => None,
        })
    }

    fn idle_poll_at(&self, poll: &IdlePoll, at: SimTime) -> Option<(IdlePoll, Whereabouts)> {
        let reached = self.reached.max((at, if at > self.now { Lane::LAST } else { Lane::FIRST }));
        let lane = lane_of_rounds(poll.connection);
        let (mut poll, mut ways) = (*poll, self.ways_of(poll)?);
        let whereabouts = poll.go_on(&mut ways, |at| (at, lane) < reached);
        Some((poll, whereabouts))
    }
}
