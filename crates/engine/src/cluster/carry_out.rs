//! Carrying out what a handler has asked for.

use epochscope_vocabulary::command::MessageHalf;
use epochscope_vocabulary::event::EventKind;
use epochscope_vocabulary::rpc::{Acks, Request, Response};
use epochscope_vocabulary::rule::RuleId;
use epochscope_vocabulary::{EventId, NodeId, RequestId, SimDuration, SimTime};

use super::lanes::lane_of_message;
use super::{Cluster, Due};
use crate::effects::{Channel, ConnectionId, Effect, Timer};
use crate::network::Verdict;
use crate::network::connections::Unanswered;
use crate::network::message::{Body, Message};
use crate::process::Setting;

/// A request as a handler gave it to be sent.
struct Outgoing {
    id: RequestId,
    to: NodeId,
    channel: Channel,
    request: Request,
    timeout: SimDuration,
    cause: EventId,
}

impl Cluster {
    /// Timers are due to `latest`: the last thing that the node did, or what it was called for.
    pub(super) fn carry_out(&mut self, node: NodeId, effects: Vec<Effect>, latest: EventId) {
        for effect in effects {
            match effect {
                Effect::Send { id, to, channel, request, timeout, cause } => {
                    let outgoing = Outgoing { id, to, channel, request, timeout, cause };
                    self.send_request(node, outgoing);
                }
                Effect::Respond { id, response, cause } => self.respond(id, response, cause),
                Effect::CloseConnectionOf(id) => self.close_by_server(id),
                Effect::Disconnect(to, channel) => {
                    if let Some(id) = self.network.connections.find(node, to, channel) {
                        self.close_by_client(id);
                    }
                }
                Effect::SetTimer(Timer::DelayedFetch(id), at)
                    if self.begin_to_idle(node, id, at) => {}
                Effect::SetTimer(timer, at) => self.set_timer(node, timer, at, latest),
                Effect::CancelTimer(timer) => self.cancel_timer(node, timer),
                Effect::Exit => self.exit(node),
                Effect::Halt => self.halt(node),
            }
        }
    }

    pub(super) fn set_timer(&mut self, node: NodeId, timer: Timer, at: SimTime, cause: EventId) {
        if !self.processes.get(&node).is_some_and(crate::process::Process::is_alive) {
            return;
        }
        let lane = self.lane_of_timer(timer);
        let sequence = self.queue.push_in(lane, at, Due::Timer(node, timer));
        let process = self.processes.get_mut(&node);
        let setting = Setting { at, sequence, cause };
        if let Some(void) = process.and_then(|one| one.set_timer(timer, setting)) {
            self.queue.cancel(void.sequence);
        }
    }

    pub(super) fn cancel_timer(&mut self, node: NodeId, timer: Timer) {
        let process = self.processes.get_mut(&node);
        if let Some(void) = process.and_then(|one| one.cancel_timer(timer)) {
            self.queue.cancel(void.sequence);
        }
    }

    fn send_request(&mut self, from: NodeId, outgoing: Outgoing) {
        let Outgoing { id, to, channel, request, timeout, cause } = outgoing;
        let connection = self.network.connections.open(from, to, channel);
        let api_key = request.api_key();
        let deadline = self.now + timeout;
        let unanswered = Unanswered { request: id, api_key, sent_at: self.now, deadline, cause };
        self.network.connections.sent(connection);
        if expects_answer(&request)
            && self.network.connections.expect_answer(connection, unanswered)
        {
            self.set_timer(from, Timer::ConnectionTimeout(connection), deadline, cause);
        }
        let message = Message {
            connection,
            channel,
            request: id,
            api_key: Some(api_key),
            from,
            to,
            sent_at: self.now,
            cause,
            body: Body::Request(request),
        };
        self.transmit(message);
    }

    /// Puts a message on its way: in the order of its connection.
    pub(super) fn transmit(&mut self, message: Message) {
        let way = message.way();
        match self.network.verdict(way) {
            Verdict::StandStill => self.network.park(message),
            Verdict::DeliverAfter(span) => {
                let now = self.now;
                let at = match self.network.connections.get_mut(message.connection) {
                    Some(connection) => connection.arrival(way.direction, now, span),
                    None => now + span,
                };
                self.queue.push_in(lane_of_message(&message), at, Due::Arrive(message));
            }
        }
    }

    fn respond(&mut self, id: RequestId, response: Option<Response>, cause: EventId) {
        let Some((connection, next)) = self.network.connections.end_work(id) else {
            return;
        };
        if let Some(next) = next {
            self.queue.push(self.now, Due::Read(next));
        }
        if let Some(response) = response {
            self.send_response(connection, id, response, cause);
        }
    }

    fn send_response(
        &mut self,
        connection: ConnectionId,
        id: RequestId,
        response: Response,
        cause: EventId,
    ) {
        let Some(found) = self.network.connections.get(connection) else {
            return;
        };
        if !found.client_open {
            return;
        }
        let (from, to, channel) = (found.server, found.client, found.channel);
        let api_key = response.api_key();
        self.network.connections.sent(connection);
        let kind = EventKind::ResponseSent { request: id, api_key, to };
        let cause = self.say_of(Some(from), RuleId::Transport, kind, &[cause]);
        let message = Message {
            connection,
            channel,
            request: id,
            api_key: Some(api_key),
            from,
            to,
            sent_at: self.now,
            cause,
            body: Body::Response(response),
        };
        debug_assert_eq!(message.half(), Some(MessageHalf::Response));
        self.transmit(message);
    }
}

/// A produce with acks=0 is done with when it has left: `NetworkClient` waits for no answer.
fn expects_answer(request: &Request) -> bool {
    !matches!(request, Request::Produce(body) if body.acks == Acks::None)
}
