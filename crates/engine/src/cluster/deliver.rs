//! A message arrives: past cuts, holds and inboxes, to the node that it is for.

use epochscope_vocabulary::event::EventKind;
use epochscope_vocabulary::rpc::{Request, Response};
use epochscope_vocabulary::rule::RuleId;
use epochscope_vocabulary::{NodeId, RequestId};

use super::Cluster;
use super::nodes::Node;
use crate::network::message::{Body, Message};
use crate::observe::ProcessStatus;

impl Cluster {
    /// A message has come to the end of its link.
    pub(super) fn arrive(&mut self, message: Message) {
        let taken_back = self
            .network
            .connections
            .get(message.connection)
            .is_none_or(|one| !one.client_open && !one.established);
        if taken_back {
            self.network.connections.travelled(message.connection);
            return;
        }
        if self.network.is_cut(message.from, message.to) {
            self.network.park(message);
            return;
        }
        let (request, api_key, from) = (message.request, message.api_key, message.from);
        let (to, cause) = (message.to, message.cause);
        match self.network.holds.keep(message) {
            Some(message) => self.receive(message),
            None => {
                if let Some(api_key) = api_key {
                    let kind = EventKind::Held { request, api_key, from };
                    self.say_of(Some(to), RuleId::Command, kind, &[cause]);
                }
            }
        }
    }

    /// A message is at its receiver's door, with nothing in its way.
    pub(super) fn receive(&mut self, message: Message) {
        let status = self.processes.get(&message.to).map(crate::process::Process::status);
        match status {
            Some(ProcessStatus::Running) => {
                self.establish(&message);
                self.network.connections.travelled(message.connection);
                self.hand_over(message);
            }
            Some(ProcessStatus::Paused) => {
                self.establish(&message);
                self.network.connections.travelled(message.connection);
                if let Some(process) = self.processes.get_mut(&message.to) {
                    process.keep(message);
                }
            }
            Some(ProcessStatus::Stopped | ProcessStatus::Killed) | None => {
                self.network.connections.travelled(message.connection);
                self.refuse(&message);
            }
        }
    }

    /// A message in a socket is read, if the process still runs.
    pub(super) fn read(&mut self, message: Message) {
        match self.processes.get_mut(&message.to) {
            Some(process) if process.status() == ProcessStatus::Paused => process.keep(message),
            Some(process) if process.is_alive() => self.hand_over(message),
            Some(_) | None => self.refuse(&message),
        }
    }

    fn establish(&mut self, message: &Message) {
        if let Some(connection) = self.network.connections.get_mut(message.connection) {
            connection.established = true;
        }
    }

    /// Nobody is there, or nobody who knows this connection: TCP answers with a reset.
    fn refuse(&mut self, message: &Message) {
        match message.body {
            Body::Request(_) => {
                self.network.connections.close_server(message.connection);
                self.send_reset(message.connection);
            }
            Body::Response(_) | Body::Reset => {}
        }
    }

    /// Gives a message to the node that it is for.
    pub(super) fn hand_over(&mut self, message: Message) {
        match &message.body {
            Body::Request(request) => {
                let request = request.clone();
                self.hand_over_request(message, &request);
            }
            Body::Response(response) => {
                let response = response.clone();
                self.hand_over_response(&message, &response);
            }
            Body::Reset => self.on_reset(&message),
        }
    }

    fn hand_over_request(&mut self, message: Message, request: &Request) {
        let known = self
            .network
            .connections
            .get(message.connection)
            .is_some_and(|connection| connection.server_open);
        if !known || !self.port_is_open(message.to) {
            self.refuse(&message);
            return;
        }
        if !self.network.connections.begin_work(&message) {
            if let Some(connection) = self.network.connections.get_mut(message.connection) {
                connection.backlog.push_back(message);
            }
            return;
        }
        let (node, from, id) = (message.to, message.from, message.request);
        self.call(node, message.cause, |nodes, cx| match nodes.get_mut(node) {
            Some(Node::Broker(broker)) => broker.on_request(cx, from, id, request),
            Some(Node::Controller(controller)) => controller.on_request(cx, from, id, request),
            Some(Node::Client(_)) | None => {}
        });
    }

    /// A broker opens its port when it is unfenced for the first time.
    fn port_is_open(&self, node: NodeId) -> bool {
        match node {
            NodeId::Broker(id) => {
                self.nodes.brokers.get(&id).is_some_and(crate::broker::Broker::accepts_requests)
            }
            NodeId::Controller(_) | NodeId::Client(_) => true,
        }
    }

    fn hand_over_response(&mut self, message: &Message, response: &Response) {
        let still_open = self
            .network
            .connections
            .get(message.connection)
            .is_some_and(|connection| connection.client_open);
        let id: RequestId = message.request;
        if !still_open || self.network.connections.answered(message.connection, id).is_none() {
            return;
        }
        self.refresh_timeout(message.connection);
        let (node, from) = (message.to, message.from);
        self.call(node, message.cause, |nodes, cx| match nodes.get_mut(node) {
            Some(Node::Broker(broker)) => broker.on_response(cx, from, id, response),
            Some(Node::Controller(controller)) => controller.on_response(cx, from, id, response),
            Some(Node::Client(client)) => client.on_response(cx, from, id, response),
            None => {}
        });
    }
}
