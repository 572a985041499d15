//! Which peers of the quorum can be asked now: one request to each at a time, and a pause after a
//! failure.
//!
//! Source: Kafka `RequestManager`.
//! Uses: nothing.

use epochscope_vocabulary::{ControllerId, RequestId, SimTime, SortedMap};

/// What stands in the way of asking a peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Connection {
    /// A request is out.
    InFlight(RequestId),
    /// The last one failed.
    BackingOff(SimTime),
}

/// The peers that cannot be asked now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequestManager {
    busy: SortedMap<ControllerId, Connection>,
}

impl RequestManager {
    /// Whether a peer can be asked.
    #[must_use]
    pub fn is_ready(&self, peer: ControllerId, now: SimTime) -> bool {
        match self.busy.get(&peer) {
            None => true,
            Some(Connection::InFlight(_)) => false,
            Some(Connection::BackingOff(until)) => *until <= now,
        }
    }

    /// Whether a peer has just failed.
    #[must_use]
    pub fn is_backing_off(&self, peer: ControllerId, now: SimTime) -> bool {
        matches!(self.busy.get(&peer), Some(Connection::BackingOff(until)) if *until > now)
    }

    /// Whether an answer is awaited.
    #[must_use]
    pub fn has_any_in_flight(&self) -> bool {
        self.busy.values().any(|one| matches!(one, Connection::InFlight(_)))
    }

    /// When the next peer that backs off can be asked again.
    #[must_use]
    pub fn next_ready(&self, now: SimTime) -> Option<SimTime> {
        let ends = self.busy.values().filter_map(|one| match one {
            Connection::InFlight(_) => None,
            Connection::BackingOff(until) => (*until > now).then_some(*until),
        });
        ends.min()
    }

    /// A request has gone out.
    pub fn on_sent(&mut self, peer: ControllerId, id: RequestId) {
        self.busy.insert(peer, Connection::InFlight(id));
    }

    /// An answer has come, or is known not to. Whether it was still awaited.
    pub fn on_done(&mut self, peer: ControllerId, id: RequestId) -> bool {
        let awaited = self.busy.get(&peer) == Some(&Connection::InFlight(id));
        if awaited {
            self.busy.remove(&peer);
        }
        awaited
    }

    /// Leaves a peer alone until then.
    pub fn back_off(&mut self, peer: ControllerId, until: SimTime) {
        self.busy.insert(peer, Connection::BackingOff(until));
    }

    /// Forgets all: answers to what is out are no longer awaited.
    pub fn reset_all(&mut self) {
        self.busy = SortedMap::new();
    }
}
