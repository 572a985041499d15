//! Connections: who is connected to whom, what is unanswered, and what may be read next.
//!
//! A connection is (client, server, channel) and an opening. Each way it is first in, first out.
//! The server reads one request at a time: the next one stays in its socket until the one before
//! is answered, so a produce that waits for its replicas holds up all behind it.
//!
//! A client that gives up closes its end: what it has sent is read all the same, only the answers
//! find nobody. A process that dies takes its ends with it, and the other side learns of it by a
//! reset, if the link carries one.
//!
//! Source: Kafka `NetworkClient`, `Selector`, `SocketServer` (muting of channels).
//! Uses: `effects`.

use std::collections::VecDeque;

use epochscope_vocabulary::rpc::ApiKey;
use epochscope_vocabulary::{EventId, NodeId, RequestId, SimDuration, SimTime, SortedMap};

use crate::effects::{Channel, ConnectionId};
use crate::network::Way;
use crate::network::message::Message;

/// A request that its sender waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unanswered {
    /// Which.
    pub request: RequestId,
    /// Its kind.
    pub api_key: ApiKey,
    /// When it was sent.
    pub sent_at: SimTime,
    /// When the sender gives up.
    pub deadline: SimTime,
    /// The event of its sending.
    pub cause: EventId,
}

/// One opening of a connection.
#[derive(Clone, Debug)]
pub struct Connection {
    /// Who sends requests.
    pub client: NodeId,
    /// Who answers.
    pub server: NodeId,
    /// Which of the connections between the two.
    pub channel: Channel,
    /// Whether the client still has its end.
    pub client_open: bool,
    /// Whether the server still has its end.
    pub server_open: bool,
    /// Whether the first bytes have arrived: before, a client that gives up takes them back.
    pub established: bool,
    /// What the client waits for, oldest first.
    pub unanswered: VecDeque<Unanswered>,
    /// The request that the server works on.
    pub busy: Option<RequestId>,
    /// Requests in the server's socket.
    pub backlog: VecDeque<Message>,
    /// When the last message to the server arrives.
    pub last_to_server: SimTime,
    /// When the last message to the client arrives.
    pub last_to_client: SimTime,
    /// Messages of this connection that are on their way, parked or held.
    pub travelling: u32,
}

/// All connections.
#[derive(Clone, Debug, Default)]
pub struct Connections {
    all: SortedMap<ConnectionId, Connection>,
    current: SortedMap<(NodeId, NodeId, Channel), ConnectionId>,
    /// Which connection a request that a server works on came by.
    working: SortedMap<RequestId, ConnectionId>,
    next: u64,
}

impl Connections {
    /// The open connection from one node to another, opened if there is none.
    pub fn open(&mut self, client: NodeId, server: NodeId, channel: Channel) -> ConnectionId {
        if let Some(id) = self.current.get(&(client, server, channel)) {
            return *id;
        }
        let id = ConnectionId(self.next);
        self.next += 1;
        self.current.insert((client, server, channel), id);
        self.all.insert(
            id,
            Connection {
                client,
                server,
                channel,
                client_open: true,
                server_open: true,
                established: false,
                unanswered: VecDeque::new(),
                busy: None,
                backlog: VecDeque::new(),
                last_to_server: SimTime::ZERO,
                last_to_client: SimTime::ZERO,
                travelling: 0,
            },
        );
        id
    }

    /// A connection, while anybody can still notice it.
    #[must_use]
    pub fn get(&self, id: ConnectionId) -> Option<&Connection> {
        self.all.get(&id)
    }

    /// A connection, to change it.
    pub fn get_mut(&mut self, id: ConnectionId) -> Option<&mut Connection> {
        self.all.get_mut(&id)
    }

    /// All connections.
    pub fn iter(&self) -> impl Iterator<Item = (ConnectionId, &Connection)> {
        self.all.iter().map(|(id, connection)| (*id, connection))
    }

    /// The open connection from one node to another, if there is one.
    #[must_use]
    pub fn find(&self, client: NodeId, server: NodeId, channel: Channel) -> Option<ConnectionId> {
        self.current.get(&(client, server, channel)).copied()
    }

    /// Notes a message that was just sent.
    pub fn sent(&mut self, id: ConnectionId) {
        if let Some(connection) = self.all.get_mut(&id) {
            connection.travelling += 1;
        }
    }

    /// Notes that a request just sent expects an answer. True when it is the only one that does:
    /// its time-out must be set.
    pub fn expect_answer(&mut self, id: ConnectionId, unanswered: Unanswered) -> bool {
        let Some(connection) = self.all.get_mut(&id) else {
            return false;
        };
        connection.unanswered.push_back(unanswered);
        connection.unanswered.len() == 1
    }

    /// The server begins to work on a request. False when it must stay in the socket.
    pub fn begin_work(&mut self, message: &Message) -> bool {
        let Some(connection) = self.all.get_mut(&message.connection) else {
            return false;
        };
        if connection.busy.is_some() {
            return false;
        }
        connection.busy = Some(message.request);
        self.working.insert(message.request, message.connection);
        true
    }

    /// The server is done with a request: the connection that it came by, and what can be read now.
    pub fn end_work(&mut self, request: RequestId) -> Option<(ConnectionId, Option<Message>)> {
        let id = self.working.remove(&request)?;
        let connection = self.all.get_mut(&id)?;
        connection.busy = None;
        Some((id, connection.backlog.pop_front()))
    }

    /// The connection that a request in work came by.
    #[must_use]
    pub fn connection_of(&self, request: RequestId) -> Option<ConnectionId> {
        self.working.get(&request).copied()
    }

    /// A response has arrived: what it answers, if the client still waits for it.
    pub fn answered(&mut self, id: ConnectionId, request: RequestId) -> Option<Unanswered> {
        let connection = self.all.get_mut(&id)?;
        let at = connection.unanswered.iter().position(|one| one.request == request)?;
        connection.unanswered.remove(at)
    }

    /// The client closes its end: what it waited for will never be answered.
    pub fn close_client(&mut self, id: ConnectionId) -> Vec<Unanswered> {
        let Some(connection) = self.all.get_mut(&id) else {
            return Vec::new();
        };
        connection.client_open = false;
        let key = (connection.client, connection.server, connection.channel);
        let given_up = connection.unanswered.drain(..).collect();
        if self.current.get(&key) == Some(&id) {
            self.current.remove(&key);
        }
        self.forget_if_done(id);
        given_up
    }

    /// The server's end is gone, with all that it had not answered.
    pub fn close_server(&mut self, id: ConnectionId) {
        let Some(connection) = self.all.get_mut(&id) else {
            return;
        };
        connection.server_open = false;
        connection.backlog.clear();
        if let Some(request) = connection.busy.take() {
            self.working.remove(&request);
        }
        self.forget_if_done(id);
    }

    /// A message of this connection has arrived or is gone.
    pub fn travelled(&mut self, id: ConnectionId) {
        if let Some(connection) = self.all.get_mut(&id) {
            connection.travelling = connection.travelling.saturating_sub(1);
        }
        self.forget_if_done(id);
    }

    /// When the client gives up what it waits for longest.
    #[must_use]
    pub fn next_deadline(&self, id: ConnectionId) -> Option<SimTime> {
        self.all.get(&id)?.unanswered.iter().map(|one| one.deadline).min()
    }

    fn forget_if_done(&mut self, id: ConnectionId) {
        let done = self.all.get(&id).is_some_and(|connection| {
            !connection.client_open
                && connection.travelling == 0
                && connection.busy.is_none()
                && connection.backlog.is_empty()
        });
        if done {
            self.all.remove(&id);
        }
    }
}

impl Connection {
    /// When a message sent now arrives, at the server or at the client; keeps the order.
    pub fn arrival(&mut self, direction: Direction, now: SimTime, span: SimDuration) -> SimTime {
        let at = super::arrival_after(now, span, self.last_arrival(direction));
        self.set_last_arrival(direction, at);
        at
    }

    /// When the last message so far arrives at the server, or at the client.
    #[must_use]
    pub const fn last_arrival(&self, direction: Direction) -> SimTime {
        match direction {
            Direction::ToServer => self.last_to_server,
            Direction::ToClient => self.last_to_client,
        }
    }

    /// Notes when the last message so far arrives.
    pub const fn set_last_arrival(&mut self, direction: Direction, at: SimTime) {
        match direction {
            Direction::ToServer => self.last_to_server = at,
            Direction::ToClient => self.last_to_client = at,
        }
    }

    /// One of its two ways.
    #[must_use]
    pub const fn way(&self, direction: Direction) -> Way {
        let (from, to) = match direction {
            Direction::ToServer => (self.client, self.server),
            Direction::ToClient => (self.server, self.client),
        };
        Way { from, to, channel: self.channel, direction }
    }
}

/// Which way of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    /// Requests.
    ToServer,
    /// Responses and resets.
    ToClient,
}
