//! Lanes of the queue: what is due on a connection of a follower to its leader has its own.
//!
//! All other things that are due at one moment happen in the order in which they were put in. For
//! these it must not matter when that was, because an idle poll's are put in late or never
//! ([`idle_polls`](super::idle_polls)).
//!
//! Uses: everything.

use super::Cluster;
use crate::effects::{Channel, ConnectionId, Timer};
use crate::network::connections::Direction;
use crate::network::message::Message;
use crate::queue::Lane;

/// What can be due on such a connection, in the order in which it happens at one moment.
#[derive(Clone, Copy, Debug)]
enum Item {
    Request,
    EndOfWait,
    Response,
    Timeout,
}

const fn lane_of(connection: ConnectionId, item: Item) -> Lane {
    let place = match item {
        Item::Request => 0,
        Item::EndOfWait => 1,
        Item::Response => 2,
        Item::Timeout => 3,
    };
    Lane(1 + 4 * connection.0 + place)
}

/// Where the rounds of an idle poll stand among what is due at one moment.
pub(super) const fn lane_of_rounds(connection: ConnectionId) -> Lane {
    lane_of(connection, Item::Request)
}

/// The lane in which a message arrives.
pub(super) fn lane_of_message(message: &Message) -> Lane {
    if message.channel != Channel::ReplicaFetcher {
        return Lane::FIRST;
    }
    match message.way().direction {
        Direction::ToServer => lane_of(message.connection, Item::Request),
        Direction::ToClient => lane_of(message.connection, Item::Response),
    }
}

impl Cluster {
    /// The lane in which a timer goes off.
    pub(super) fn lane_of_timer(&self, timer: Timer) -> Lane {
        let connections = &self.network.connections;
        let (connection, item) = if let Timer::DelayedFetch(id) = timer {
            (connections.connection_of(id), Item::EndOfWait)
        } else if let Timer::ConnectionTimeout(id) = timer {
            (Some(id), Item::Timeout)
        } else {
            return Lane::FIRST;
        };
        let follows = |id: &ConnectionId| {
            connections.get(*id).is_some_and(|one| one.channel == Channel::ReplicaFetcher)
        };
        connection.filter(follows).map_or(Lane::FIRST, |id| lane_of(id, item))
    }
}
