//! What a handler may ask for: send, answer, set or cancel a timer, say that something happened.
//!
//! A handler changes its own node and fills these buffers; the cluster carries them out afterwards.
//! So no handler touches the network, the queue or another node, and a test can compare the whole
//! list of what a handler asked for.
//!
//! Uses: `metadata`, `release`, `releases`, `rng`.

use epochscope_vocabulary::event::{Causes, EventKind};
use epochscope_vocabulary::rpc::{Request, Response};
use epochscope_vocabulary::rule::RuleId;
use epochscope_vocabulary::{
    BrokerId, DirectoryId, Event, EventId, NodeId, RequestId, SimDuration, SimTime,
};

/// Which of the connections between two nodes a request uses: each is first in, first out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Channel {
    /// A client's produces and fetches, and its administrative requests.
    Data,
    /// A client's metadata requests, which Kafka's client sends to whichever node is least loaded.
    Metadata,
    /// A follower's fetches (`ReplicaFetcherThread`).
    ReplicaFetcher,
    /// Registration and heartbeats (`NodeToControllerChannelManager` "heartbeat").
    Heartbeat,
    /// ISR changes (`NodeToControllerChannelManager` "alter-partition").
    AlterPartition,
    /// Where replicas lie (`NodeToControllerChannelManager` "directory-assignments").
    DirectoryAssignments,
    /// Administrative requests passed on to the controller ("forwarding").
    Forwarding,
    /// Fetches of the metadata log, and votes (`KafkaNetworkChannel`).
    Raft,
}

/// What a node has set its clock for. Setting a timer again moves it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Timer {
    /// Transport: the oldest unanswered request of a connection may have timed out.
    ConnectionTimeout(ConnectionId),
    /// Broker: send the next heartbeat or registration.
    Heartbeat,
    /// Broker: stop trying to register.
    RegistrationDeadline,
    /// Broker: the services of a starting process have started.
    InstallPublishers,
    /// Broker or controller: ask the quorum again.
    MetadataFetchRetry,
    /// Broker: pass requests on to the controller that did not reach it.
    Forward,
    /// Broker: fetch again from this leader after a back-off.
    ReplicaFetch(BrokerId),
    /// Broker: a waiting fetch has waited long enough.
    DelayedFetch(RequestId),
    /// Broker: a waiting produce has waited long enough.
    DelayedProduce(RequestId),
    /// Broker: a waiting deletion of records has waited long enough.
    DelayedDeleteRecords(RequestId),
    /// Broker: look for followers that lag (`isr-expiration`).
    IsrExpiration,
    /// Broker: write the high-watermark checkpoint.
    HighWatermarkCheckpoint,
    /// Broker: send ISR changes again after an error.
    AlterPartitionRetry,
    /// Broker: tell the controller where replicas lie.
    AssignReplicas,
    /// Broker: stop, since the controller could not be told of a failed log directory.
    DirectoryFailureDeadline(DirectoryId),
    /// Broker or controller: end without leave, or without a successor.
    ControlledShutdownDeadline,
    /// Controller: write what has gathered (`controller.quorum.append.linger.ms`).
    AppendLinger,
    /// Controller: a waiting fetch of the metadata log has waited long enough.
    DelayedMetadataFetch(RequestId),
    /// Controller: the fetch or election time-out of its state in the quorum.
    QuorumElection,
    /// Controller: no majority has fetched from this leader for too long.
    CheckQuorum,
    /// Controller: say again who leads to voters that do not fetch.
    BeginQuorumEpoch,
    /// Controller: look for a broker whose session is over (`maybeFenceStaleBroker`).
    StaleBrokers,
    /// Controller: write a no-op record.
    NoOpRecord,
    /// Controller: give preferred leaders their partitions back.
    LeaderBalance,
    /// Controller: look at leaderless partitions that may be led uncleanly.
    UncleanElection,
    /// Client: something waits for this moment; the client looks what.
    Wake,
    /// Client: send the next record of a load.
    Load,
    /// Client: a told poll ends.
    PollEnd,
}

/// One opening of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId(pub u64);

/// Why a request will never be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disconnect {
    /// The other end is gone, or refuses to talk.
    Reset,
    /// No answer in time: this end has closed the connection.
    TimedOut,
}

/// One thing asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Send a request.
    Send {
        /// Its number, which the answer will carry.
        id: RequestId,
        /// To whom.
        to: NodeId,
        /// On which connection.
        channel: Channel,
        /// What.
        request: Request,
        /// How long the sender waits before it closes the connection.
        timeout: SimDuration,
        /// Why.
        cause: EventId,
    },
    /// Answer a request. None: it needs no answer (acks=0), but the next one may be read now.
    Respond {
        /// Which request.
        id: RequestId,
        /// What.
        response: Option<Response>,
        /// Why.
        cause: EventId,
    },
    /// Close the connection on which this request came, without an answer.
    CloseConnectionOf(RequestId),
    /// Close this node's own connection to another, giving up what is in flight on it.
    Disconnect(NodeId, Channel),
    /// Set or move a timer.
    SetTimer(Timer, SimTime),
    /// Forget a timer.
    CancelTimer(Timer),
    /// The process ends itself at once, as if it were killed.
    Halt,
    /// The process ends by itself: a controlled shutdown is through, or a start failed.
    Exit,
}

/// The buffers of one handler call.
#[derive(Clone, Debug)]
pub struct Effects {
    /// The present moment.
    pub now: SimTime,
    node: NodeId,
    /// What this handler call is due to, until the handler names something closer.
    cause: EventId,
    next_event: u64,
    next_request: u64,
    list: Vec<Effect>,
    events: Vec<Event>,
}

impl Effects {
    /// Empty buffers for a call of a handler of `node` at `now`, due to `cause`.
    #[must_use]
    pub const fn new(now: SimTime, node: NodeId, cause: EventId, counters: Counters) -> Self {
        Self {
            now,
            node,
            cause,
            next_event: counters.next_event,
            next_request: counters.next_request,
            list: Vec::new(),
            events: Vec::new(),
        }
    }

    /// What the present work is due to.
    #[must_use]
    pub const fn cause(&self) -> EventId {
        self.cause
    }

    /// What follows in this call is due to `cause`.
    pub const fn because(&mut self, cause: EventId) {
        self.cause = cause;
    }

    /// Says that something happened here, by `rule`.
    pub fn record(&mut self, rule: RuleId, kind: EventKind) -> EventId {
        self.record_with(rule, kind, &[])
    }

    /// As [`Effects::record`], with further causes beside the present one.
    pub fn record_with(&mut self, rule: RuleId, kind: EventKind, also: &[EventId]) -> EventId {
        let id = EventId(self.next_event);
        self.next_event += 1;
        let mut causes = Causes::one(self.cause);
        for cause in also {
            causes.add(*cause);
        }
        let node = Some(self.node);
        self.events.push(Event { id, at: self.now, node, causes, rule, kind });
        id
    }

    /// Sends a request; gives back the number that its answer will carry.
    pub fn send(
        &mut self,
        to: NodeId,
        channel: Channel,
        request: Request,
        timeout: SimDuration,
    ) -> RequestId {
        let id = RequestId(self.next_request);
        self.next_request += 1;
        let api_key = request.api_key();
        let cause =
            self.record(RuleId::Transport, EventKind::RequestSent { request: id, api_key, to });
        self.list.push(Effect::Send { id, to, channel, request, timeout, cause });
        id
    }

    /// Answers a request.
    pub fn respond(&mut self, id: RequestId, response: Response) {
        self.list.push(Effect::Respond { id, response: Some(response), cause: self.cause });
    }

    /// Lets the next request of the connection be read: this one gets no answer (acks=0).
    pub fn no_response(&mut self, id: RequestId) {
        self.list.push(Effect::Respond { id, response: None, cause: self.cause });
    }

    /// Closes the connection on which this request came: acks=0's only way to hear of an error.
    pub fn close_connection_of(&mut self, id: RequestId) {
        self.list.push(Effect::CloseConnectionOf(id));
    }

    /// Closes this node's own connection to another.
    pub fn disconnect(&mut self, to: NodeId, channel: Channel) {
        self.list.push(Effect::Disconnect(to, channel));
    }

    /// Sets or moves a timer to go off after a span.
    pub fn set_timer(&mut self, timer: Timer, after: SimDuration) {
        self.list.push(Effect::SetTimer(timer, self.now + after));
    }

    /// Sets or moves a timer to go off at a moment.
    pub fn set_timer_at(&mut self, timer: Timer, at: SimTime) {
        self.list.push(Effect::SetTimer(timer, at.max(self.now)));
    }

    /// Forgets a timer.
    pub fn cancel_timer(&mut self, timer: Timer) {
        self.list.push(Effect::CancelTimer(timer));
    }

    /// Ends the process after this call.
    pub fn exit(&mut self) {
        self.list.push(Effect::Exit);
    }

    /// Ends the process at once after this call.
    pub fn halt(&mut self) {
        self.list.push(Effect::Halt);
    }

    /// What was asked for and what happened, and the counters to go on with.
    #[must_use]
    pub fn finish(self) -> (Vec<Effect>, Vec<Event>, Counters) {
        let counters = Counters { next_event: self.next_event, next_request: self.next_request };
        (self.list, self.events, counters)
    }
}

/// How many events and requests there have been.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// The next event's number.
    pub next_event: u64,
    /// The next request's number.
    pub next_request: u64,
}

/// What a handler is given beside its own state.
#[derive(Debug)]
pub struct Context<'a> {
    /// What it may ask for. `fx.now` is the present moment.
    pub fx: &'a mut Effects,
    /// The rules of the cluster's release and features.
    pub rules: &'a crate::release::Rules,
    /// Which release each process is of.
    pub releases: &'a crate::releases::Releases,
    /// Texts behind numbers. A controller adds the topics that it creates.
    pub names: &'a mut epochscope_vocabulary::Names,
    /// Random draws, a stream for each purpose.
    pub streams: &'a mut crate::rng::Streams,
    /// Metadata images that brokers share.
    pub images: &'a mut crate::metadata::SharedImages,
}

impl Context<'_> {
    /// The present moment.
    #[must_use]
    pub const fn now(&self) -> SimTime {
        self.fx.now
    }
}
