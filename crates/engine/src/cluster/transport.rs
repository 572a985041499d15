//! Connections that break: by a time-out, by their server, or with a process.

use epochscope_vocabulary::event::EventKind;
use epochscope_vocabulary::rule::RuleId;
use epochscope_vocabulary::{EventId, NodeId, RequestId};

use super::Cluster;
use super::nodes::Node;
use crate::effects::{ConnectionId, Disconnect, Timer};
use crate::network::connections::Unanswered;
use crate::network::message::{Body, Message};

impl Cluster {
    /// The oldest request of a connection may have waited too long: then its sender closes it.
    pub(super) fn on_connection_timeout(&mut self, node: NodeId, id: ConnectionId, cause: EventId) {
        let Some(deadline) = self.network.connections.next_deadline(id) else {
            return;
        };
        if deadline > self.now {
            self.set_timer(node, Timer::ConnectionTimeout(id), deadline, cause);
            return;
        }
        let Some(to) = self.network.connections.get(id).map(|one| one.server) else {
            return;
        };
        let given_up = self.close_by_client(id);
        self.tell_disconnected(node, to, &given_up, Disconnect::TimedOut);
    }

    /// Tells a node that requests of its will not be answered.
    fn tell_disconnected(
        &mut self,
        node: NodeId,
        to: NodeId,
        given_up: &[Unanswered],
        why: Disconnect,
    ) {
        for one in given_up {
            let (request, api_key) = (one.request, one.api_key);
            let kind = match why {
                Disconnect::TimedOut => EventKind::RequestTimedOut { request, api_key, to },
                Disconnect::Reset => EventKind::Disconnected { request, api_key, to },
            };
            let cause = self.say_of(Some(node), RuleId::Transport, kind, &[one.cause]);
            self.call(node, cause, |nodes, cx| match nodes.get_mut(node) {
                Some(Node::Broker(broker)) => broker.on_disconnect(cx, to, (request, api_key)),
                Some(Node::Controller(controller)) => controller.on_disconnect(cx, to, request),
                Some(Node::Client(client)) => client.on_disconnect(cx, to, request, why),
                None => {}
            });
        }
    }

    /// The client closes its end. If no byte of it has arrived yet, none ever will.
    pub(super) fn close_by_client(&mut self, id: ConnectionId) -> Vec<Unanswered> {
        let Some(connection) = self.network.connections.get(id) else {
            return Vec::new();
        };
        let (client, established) = (connection.client, connection.established);
        let given_up = self.network.connections.close_client(id);
        self.cancel_timer(client, Timer::ConnectionTimeout(id));
        if !established {
            for message in self.network.discard_parked(|message| message.connection == id) {
                self.network.connections.travelled(message.connection);
            }
        }
        given_up
    }

    /// The server closes its end: the client is told by a reset.
    pub(super) fn close_by_server(&mut self, request: RequestId) {
        let Some(id) = self.network.connections.connection_of(request) else {
            return;
        };
        self.network.connections.close_server(id);
        self.send_reset(id);
    }

    pub(super) fn send_reset(&mut self, id: ConnectionId) {
        let cause = self.latest_event();
        let Some(connection) = self.network.connections.get(id) else {
            return;
        };
        if !connection.client_open {
            return;
        }
        let message = Message {
            connection: id,
            channel: connection.channel,
            request: RequestId(u64::MAX),
            api_key: None,
            from: connection.server,
            to: connection.client,
            sent_at: self.now,
            cause,
            body: Body::Reset,
        };
        self.network.connections.sent(id);
        self.transmit(message);
    }

    /// A reset has arrived: what was unanswered stays so.
    pub(super) fn on_reset(&mut self, message: &Message) {
        let given_up = self.close_by_client(message.connection);
        if given_up.is_empty() {
            self.tell_idle_connection_lost(message);
        }
        self.tell_disconnected(message.to, message.from, &given_up, Disconnect::Reset);
    }

    /// A client learns even by a connection on which it waits for nothing that its other end is
    /// gone. What brokers and controllers do does not depend on it.
    fn tell_idle_connection_lost(&mut self, reset: &Message) {
        let (node, from) = (reset.to, reset.from);
        self.call(node, reset.cause, |nodes, cx| {
            if let Some(Node::Client(client)) = nodes.get_mut(node) {
                client.on_idle_connection_lost(cx, from);
            }
        });
    }

    /// All connections of a process that is gone: its ends close, and the others are told.
    pub(super) fn break_connections(&mut self, node: NodeId) {
        let of_node: Vec<_> = self
            .network
            .connections
            .iter()
            .filter(|(_, one)| one.client == node || one.server == node)
            .map(|(id, one)| (id, one.server == node))
            .collect();
        for (id, serves) in of_node {
            if serves {
                self.network.connections.close_server(id);
                self.send_reset(id);
            } else {
                self.close_by_client(id);
            }
        }
    }

    /// Sets or forgets the time-out of a connection after an answer.
    pub(super) fn refresh_timeout(&mut self, id: ConnectionId) {
        let Some(client) = self.network.connections.get(id).map(|one| one.client) else {
            return;
        };
        if self.network.connections.next_deadline(id).is_none() {
            self.cancel_timer(client, Timer::ConnectionTimeout(id));
        }
    }
}
