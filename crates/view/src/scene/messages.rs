//! Requests and responses on their way, each in a lane of its own.
//!
//! A message keeps its lane for all its life, so that it never jumps; a new one takes the lowest
//! lane that nobody uses in the same gap of the picture.
//!
//! Uses: `scene`, `reading`.

use std::sync::Arc;

use epochscope_engine::observe::{MessageObservation, Transit};
use epochscope_vocabulary::{NodeId, SimTime};

use super::{Message, MessageKey, Reading};

/// The gap of the picture that a message crosses; lanes are counted in each of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gap {
    /// Between the controllers and this broker.
    Above(u32),
    /// Between brokers and clients.
    Below,
}

/// The messages to show, those already in `before` in their old lanes.
pub(crate) fn messages(reading: &Reading, before: &[Arc<Message>]) -> Vec<Arc<Message>> {
    let shown: Vec<(Gap, &MessageObservation)> = reading
        .messages
        .iter()
        .filter(|message| message.transit != Transit::Inbox)
        .filter_map(|message| Some((gap(message.from, message.to)?, message)))
        .collect();
    let lane_before = |message: &MessageObservation| {
        before.iter().find(|known| known.key == key(message)).map(|known| known.lane)
    };
    let mut taken: Vec<(Gap, u32)> =
        shown.iter().filter_map(|(gap, message)| Some((*gap, lane_before(message)?))).collect();
    let mut result = Vec::with_capacity(shown.len());
    for (gap, message) in shown {
        let lane = lane_before(message).unwrap_or_else(|| {
            let free = (0..).find(|lane| !taken.contains(&(gap, *lane))).unwrap_or_default();
            taken.push((gap, free));
            free
        });
        let new = message_in(reading, message, lane);
        let old = before.iter().find(|known| ***known == new);
        result.push(old.cloned().unwrap_or_else(|| Arc::new(new)));
    }
    result
}

fn key(message: &MessageObservation) -> MessageKey {
    MessageKey { request: message.request, is_response: message.is_response }
}

/// Where a message is drawn; none where there is no room for it: among controllers.
fn gap(from: NodeId, to: NodeId) -> Option<Gap> {
    match (from, to) {
        (NodeId::Controller(_), NodeId::Broker(broker))
        | (NodeId::Broker(broker), NodeId::Controller(_)) => Some(Gap::Above(broker.0)),
        (NodeId::Broker(_) | NodeId::Client(_), NodeId::Broker(_))
        | (NodeId::Broker(_), NodeId::Client(_)) => Some(Gap::Below),
        (NodeId::Controller(_), NodeId::Controller(_) | NodeId::Client(_))
        | (NodeId::Client(_), NodeId::Controller(_) | NodeId::Client(_)) => None,
    }
}

fn message_in(reading: &Reading, message: &MessageObservation, lane: u32) -> Message {
    let (from, to) = (message.from, message.to);
    let ends = format!("{} to {}", reading.names.node_name(from), reading.names.node_name(to));
    Message {
        key: key(message),
        label: message.label.as_str().into(),
        is_metadata: message.is_metadata,
        from,
        to,
        ends: ends.into(),
        sent_at: message.sent_at,
        transit: message.transit,
        cause: message.cause,
        lane,
    }
}

impl Message {
    /// How much of its way it has behind it at `now`, in thousandths.
    ///
    /// On a cut link it stands still on the way; what is held stands at its receiver's door.
    #[must_use]
    pub fn progress(&self, now: SimTime) -> i32 {
        match self.transit {
            Transit::Arriving(at) => {
                let whole = at.since(self.sent_at).0.max(1);
                let done = now.since(self.sent_at).0.min(whole);
                i32::try_from(done * 1000 / whole).unwrap_or(1000)
            }
            Transit::Cut => 400,
            Transit::Held | Transit::Inbox => 1000,
        }
    }
}
