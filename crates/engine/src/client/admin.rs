//! An administrator, and a sender of raw requests: one call each, until it has its answer.
//!
//! An administrator tries again, through another broker, what was lost or met the wrong node. A raw
//! request is sent once, to one node, and whatever comes of it is its answer.
//!
//! Source: Kafka `KafkaAdminClient` (`default.api.timeout.ms` 60 s).
//! Simplified: an administrator knows all brokers of the cluster and tries them in turn.
//! Uses: `effects`, `release`, `rng`.

use std::sync::Arc;

use epochscope_vocabulary::command::PartitionName;
use epochscope_vocabulary::event::EventKind;
use epochscope_vocabulary::rpc::{Acks, CurrentLeader, MetadataRequest, Request, Response};
use epochscope_vocabulary::rule::RuleId;
use epochscope_vocabulary::{
    BrokerId, ClientId, ErrorCode, EventId, NodeId, RequestId, SimDuration, SimTime, SortedMap,
    TopicPartition,
};

use super::answer::LastAnswer;
use super::asked::{Asked, leader_of};
use super::backoff::Backoff;
use super::core::lost_error;
use super::finished::{FinishedCall, FinishedCalls};
use super::{ClientResult, errors, raw_produce};
use crate::effects::{Channel, Context, Disconnect, Timer};
use crate::release::RetryBackoff;
use crate::rng::{Purpose, Stream};

const REQUEST_TIMEOUT: SimDuration = SimDuration::from_secs(30);
const CALL_TIMEOUT: SimDuration = SimDuration::from_secs(60);

/// A client that asks what it is told to ask.
#[derive(Clone, Debug)]
pub(crate) struct Admin {
    id: ClientId,
    brokers: Arc<[BrokerId]>,
    last_asked: Option<BrokerId>,
    calls: SortedMap<u64, Call>,
    next_call: u64,
    stream: Option<Stream>,
    errors: SortedMap<ErrorCode, u64>,
    result: ClientResult,
    last_answer: Option<LastAnswer>,
    finished: FinishedCalls,
    wake: Option<SimTime>,
}

/// One thing asked for that has no answer yet.
#[derive(Clone, Debug)]
struct Call {
    kind: CallKind,
    deadline: SimTime,
    attempts: u32,
    state: CallState,
    cause: EventId,
    /// What the last attempt met.
    last_error: ErrorCode,
}

#[derive(Clone, Debug)]
enum CallKind {
    /// Once, and whatever comes of it.
    Raw { to: BrokerId, request: Request },
    /// Until it has an answer, through this node if one was named.
    Retried { via: Option<NodeId>, request: Request },
    /// First who leads, then there.
    ToLeader {
        partition: PartitionName,
        asked: Asked,
        leader: Option<(TopicPartition, CurrentLeader)>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CallState {
    /// To be sent from this moment on.
    Waits(SimTime),
    /// Sent.
    Sent(RequestId),
}

/// `retry.backoff.ms`.
const PAUSE: SimDuration = SimDuration::from_ms(100);

impl Admin {
    /// One that has not asked anything.
    pub(crate) fn new(id: ClientId, brokers: &[BrokerId]) -> Self {
        Self {
            id,
            brokers: brokers.into(),
            last_asked: None,
            calls: SortedMap::new(),
            next_call: 0,
            stream: None,
            errors: SortedMap::new(),
            result: ClientResult::Nothing,
            last_answer: None,
            finished: FinishedCalls::default(),
            wake: None,
        }
    }

    /// Sends one request, once.
    pub(crate) fn raw(&mut self, cx: &mut Context<'_>, to: BrokerId, request: Request) {
        let is_unanswered =
            matches!(&request, Request::Produce(produce) if produce.acks == Acks::None);
        if is_unanswered {
            raw_produce::say_sent(cx, to, &request);
            cx.fx.send(to.into(), Channel::Data, request, REQUEST_TIMEOUT);
        } else {
            self.begin(cx, CallKind::Raw { to, request });
        }
    }

    /// Sends a request until it is answered.
    pub(crate) fn administer(
        &mut self,
        cx: &mut Context<'_>,
        via: Option<NodeId>,
        request: Request,
    ) {
        self.begin(cx, CallKind::Retried { via, request });
    }

    /// Asks a partition's leader.
    pub(crate) fn ask_leader(
        &mut self,
        cx: &mut Context<'_>,
        partition: &PartitionName,
        asked: Asked,
    ) {
        let kind = CallKind::ToLeader { partition: partition.clone(), asked, leader: None };
        self.begin(cx, kind);
    }

    /// An answer.
    pub(crate) fn on_response(
        &mut self,
        cx: &mut Context<'_>,
        request: RequestId,
        response: &Response,
    ) {
        let Some(number) = self.call_of(request) else {
            return;
        };
        let Some(call) = self.calls.get_mut(&number) else {
            return;
        };
        let error = response.error();
        match &mut call.kind {
            CallKind::Raw { .. } => self.finish(cx, number, LastAnswer::Response(response.clone())),
            CallKind::Retried { .. } if is_retriable(error) => self.try_again(cx, number, error),
            CallKind::Retried { .. } => {
                self.finish(cx, number, LastAnswer::Response(response.clone()));
            }
            CallKind::ToLeader { partition, leader, .. } => {
                if let Response::Metadata(metadata) = response {
                    *leader = leader_of(metadata, partition);
                    if leader.is_some() {
                        call.state = CallState::Waits(cx.now());
                        call.cause = cx.fx.cause();
                    } else {
                        self.try_again(cx, number, ErrorCode::LeaderNotAvailable);
                    }
                } else if errors::is_retriable(error) {
                    *leader = None;
                    self.try_again(cx, number, error);
                } else {
                    self.finish(cx, number, LastAnswer::Response(response.clone()));
                }
            }
        }
        self.go_on(cx);
    }

    /// A request was lost.
    pub(crate) fn on_disconnect(
        &mut self,
        cx: &mut Context<'_>,
        request: RequestId,
        why: Disconnect,
    ) {
        let Some(number) = self.call_of(request) else {
            return;
        };
        let error = lost_error(why);
        match self.calls.get_mut(&number).map(|call| &mut call.kind) {
            Some(CallKind::Raw { .. }) => self.finish(cx, number, LastAnswer::Lost(error)),
            Some(CallKind::Retried { .. }) => self.try_again(cx, number, error),
            Some(CallKind::ToLeader { leader, .. }) => {
                *leader = None;
                self.try_again(cx, number, error);
            }
            None => {}
        }
        self.go_on(cx);
    }

    /// Goes on after the alarm.
    pub(crate) fn on_wake(&mut self, cx: &mut Context<'_>) {
        self.wake = None;
        self.go_on(cx);
    }

    /// The last answer's error, or what it stands at.
    pub(crate) const fn result(&self) -> ClientResult {
        self.result
    }

    /// How many times it was given this error.
    pub(crate) fn error_count(&self, error: ErrorCode) -> u64 {
        self.errors.get(&error).copied().unwrap_or(0)
    }

    /// The last answer.
    pub(crate) const fn last_answer(&self) -> Option<&LastAnswer> {
        self.last_answer.as_ref()
    }

    /// Its last calls, in order of their ends.
    pub(crate) fn finished(&self) -> &[Option<FinishedCall>] {
        self.finished.all()
    }

    /// Whether every call has its answer.
    pub(crate) fn is_idle(&self) -> bool {
        self.calls.is_empty()
    }

    fn begin(&mut self, cx: &mut Context<'_>, kind: CallKind) {
        let call = Call {
            kind,
            deadline: cx.now() + CALL_TIMEOUT,
            attempts: 0,
            state: CallState::Waits(cx.now()),
            cause: cx.fx.cause(),
            last_error: ErrorCode::RequestTimedOut,
        };
        self.calls.insert(self.next_call, call);
        self.next_call += 1;
        self.result = ClientResult::Pending;
        self.go_on(cx);
    }

    /// Sends what is due, gives up what is too old, and sets the alarm.
    fn go_on(&mut self, cx: &mut Context<'_>) {
        let now = cx.now();
        let arrival = cx.fx.cause();
        let numbers: Vec<u64> = self.calls.keys().copied().collect();
        for number in numbers {
            let Some(call) = self.calls.get(&number) else {
                continue;
            };
            let CallState::Waits(from) = call.state else {
                continue;
            };
            cx.fx.because(call.cause);
            if call.deadline <= now {
                let error = call.last_error;
                self.finish(cx, number, LastAnswer::Lost(error));
            } else if from <= now {
                self.send(cx, number);
            }
        }
        cx.fx.because(arrival);
        self.set_alarm(cx);
    }

    fn send(&mut self, cx: &mut Context<'_>, number: u64) {
        let next = self.next_broker();
        let Some(call) = self.calls.get_mut(&number) else {
            return;
        };
        let any = next.map(NodeId::Broker);
        let (to, channel, request) = match &call.kind {
            CallKind::Raw { to, request } => (Some((*to).into()), Channel::Data, request.clone()),
            CallKind::Retried { via, request } => (via.or(any), Channel::Data, request.clone()),
            CallKind::ToLeader { asked, leader: Some((partition, leader)), .. } => {
                let request = asked.request(*partition, *leader);
                (Some(leader.leader.into()), Channel::Data, request)
            }
            CallKind::ToLeader { partition, leader: None, .. } => {
                let topics = vec![partition.topic.clone()];
                let request = Request::Metadata(Arc::new(MetadataRequest { topics }));
                (any, Channel::Metadata, request)
            }
        };
        let Some(to) = to else {
            call.state = CallState::Waits(call.deadline);
            return;
        };
        if any == Some(to) {
            self.last_asked = next;
        }
        if let CallKind::Raw { to, request } = &call.kind {
            raw_produce::say_sent(cx, *to, request);
        }
        let timeout = call.deadline.since(cx.now()).min(REQUEST_TIMEOUT);
        call.state = CallState::Sent(cx.fx.send(to, channel, request, timeout));
    }

    fn try_again(&mut self, cx: &Context<'_>, number: u64, error: ErrorCode) {
        self.count(error);
        let id = self.id;
        let stream = &mut self.stream;
        let stream = stream.get_or_insert_with(|| cx.streams.stream(Purpose::BackOff(id)));
        if let Some(call) = self.calls.get_mut(&number) {
            let backoff = match cx.rules.retry_backoff {
                RetryBackoff::Fixed => Backoff::new(PAUSE, PAUSE),
                RetryBackoff::Exponential => Backoff::new(PAUSE, SimDuration::from_secs(1)),
            };
            let from = cx.now() + backoff.after(call.attempts, stream);
            call.attempts = call.attempts.saturating_add(1);
            call.state = CallState::Waits(from.min(call.deadline));
            call.cause = cx.fx.cause();
            call.last_error = error;
        }
    }

    fn finish(&mut self, cx: &mut Context<'_>, number: u64, answer: LastAnswer) {
        let Some(call) = self.calls.remove(&number) else {
            return;
        };
        let error = answer.error();
        let (api_key, is_raw) = match &call.kind {
            CallKind::Raw { request, .. } => (request.api_key(), true),
            CallKind::Retried { request, .. } => (request.api_key(), false),
            CallKind::ToLeader { asked, .. } => (asked.api_key(), false),
        };
        let text = if is_raw { answer.json(cx.names) } else { answer.text(cx.names) };
        let kind = EventKind::Answered { client: self.id, api_key, error, text: text.into() };
        cx.fx.record(RuleId::Command, kind);
        if let (CallKind::Raw { request, .. }, LastAnswer::Response(response)) =
            (&call.kind, &answer)
        {
            raw_produce::say_acknowledged(cx, request, response);
        }
        self.count(error);
        self.result = ClientResult::Answered(error);
        let asked = match call.kind {
            CallKind::Retried { request, .. } => Some(request),
            CallKind::Raw { .. } | CallKind::ToLeader { .. } => None,
        };
        self.finished.note(asked, &answer, (call.attempts, call.deadline));
        self.last_answer = Some(answer);
    }

    fn set_alarm(&mut self, cx: &mut Context<'_>) {
        let moments = self.calls.values().filter_map(|call| match call.state {
            CallState::Waits(from) => Some(from),
            CallState::Sent(_) => None,
        });
        let next = moments.min();
        if next == self.wake {
            return;
        }
        self.wake = next;
        match next {
            Some(at) => cx.fx.set_timer_at(Timer::Wake, at),
            None => cx.fx.cancel_timer(Timer::Wake),
        }
    }

    fn call_of(&self, request: RequestId) -> Option<u64> {
        let mut calls = self.calls.iter();
        let call = calls.find(|(_, call)| call.state == CallState::Sent(request));
        call.map(|(number, _)| *number)
    }

    fn next_broker(&self) -> Option<BrokerId> {
        let last = self.brokers.iter().position(|broker| Some(*broker) == self.last_asked);
        let next = last.map_or(0, |at| at + 1);
        self.brokers.get(next).or_else(|| self.brokers.first()).copied()
    }

    fn count(&mut self, error: ErrorCode) {
        if error != ErrorCode::None {
            *self.errors.entry(error).or_default() += 1;
        }
    }
}

/// What an administrator tries again: an answer of a node that could not ask the controller, too.
const fn is_retriable(error: ErrorCode) -> bool {
    matches!(
        error,
        ErrorCode::NotController | ErrorCode::RequestTimedOut | ErrorCode::BrokerNotAvailable
    )
}
