//! From what was watched of a run to what there is to show of it.
//!
//! Uses: `rank`, `stretch`, `narration`, `scene`, `timeline`.

use std::sync::Arc;

use epochscope_engine::observe::Transit;
use epochscope_scenario::player::watch::{Journey, Watched};
use epochscope_vocabulary::command::ClientKind;
use epochscope_vocabulary::rpc::ApiKey;
use epochscope_vocabulary::{Event, EventId, EventKind, Names, NodeId, TopicPartition, ValueId};

use super::rank::{self, Rank, Ranks};
use super::stretch::{Ended, Mark, Node, Sending, Sense, Stretch};
use crate::narration::{self, Kept};
use crate::scene::{MessageKey, Scene};

/// What surrounds that which was watched.
pub(crate) struct Around<'a> {
    /// The moment shown, for its nodes and its time line.
    pub(crate) scene: &'a Scene,
    /// The texts behind the numbers.
    pub(crate) names: &'a Names,
    /// Whether a record is lost at the end of what is known.
    pub(crate) is_lost: &'a dyn Fn(ValueId) -> bool,
}

/// What there is to show.
pub(crate) fn stretch(watched: &Watched, around: &Around<'_>) -> Stretch {
    let shown = around.scene.partition.as_ref().map(|partition| partition.partition);
    let mut ranks = Ranks::new(&watched.events, shown);
    let story = Story { watched, around, shown };
    story.lift_requests(&mut ranks);
    let timeline = &around.scene.timeline;
    let (from, to) = (watched.from, watched.until);
    Stretch {
        from,
        to,
        nodes: nodes(around, shown),
        sendings: watched.journeys.iter().map(|one| story.sending(one, &ranks)).collect(),
        marks: watched.events.iter().filter_map(|event| story.mark(event, &ranks)).collect(),
        bands: timeline.bands.iter().filter(|b| b.to > from && b.from < to).cloned().collect(),
        split_brain: timeline
            .split_brain
            .iter()
            .filter(|span| span.1 > from && span.0 < to)
            .copied()
            .collect(),
        causes: rank::causes(&watched.events),
    }
}

struct Story<'a> {
    watched: &'a Watched,
    around: &'a Around<'a>,
    shown: Option<TopicPartition>,
}

impl Story<'_> {
    /// A request matters nearly as much as its answer.
    fn lift_requests(&self, ranks: &mut Ranks) {
        let journeys = &self.watched.journeys;
        for answer in journeys.iter().filter(|one| one.message.is_response) {
            let rank = ranks.get(answer.message.cause).saturating_sub(1);
            let request = answer.message.request;
            let asked = journeys
                .iter()
                .find(|one| one.message.request == request && !one.message.is_response);
            if let Some(asked) = asked
                && ranks.get(asked.message.cause) < rank
            {
                ranks.set(asked.message.cause, rank);
            }
        }
    }

    fn sending(&self, journey: &Journey, ranks: &Ranks) -> Sending {
        let message = &journey.message;
        let (sense, words) = self.sense(journey);
        let label: Arc<str> = match (words, message.api_key, message.is_response) {
            (Some(words), ..) => words.into(),
            (None, ApiKey::Produce, false) => format!("Produce {}", message.label).into(),
            (None, ..) => message.label.as_str().into(),
        };
        let ended = match (journey.lost_at, journey.arrives_at) {
            (Some(at), _) => Ended::Lost(at),
            (None, Some(at)) => Ended::Arrived(at),
            (None, None) => match message.transit {
                Transit::Arriving(at) => Ended::Arrived(at),
                Transit::Cut | Transit::Held | Transit::Inbox => Ended::Lost(message.sent_at),
            },
        };
        Sending {
            key: MessageKey { request: message.request, is_response: message.is_response },
            event: message.cause,
            label,
            from: message.from,
            to: message.to,
            sent_at: message.sent_at,
            ended,
            sense,
            rank: ranks.get(message.cause),
        }
    }

    /// What a message meant by what it led to, with words of its own for a promise.
    fn sense(&self, journey: &Journey) -> (Sense, Option<String>) {
        let message = &journey.message;
        for event in self.caused_by(message.cause) {
            if let EventKind::Acknowledged { values, .. } = &event.kind {
                let is_lost = values.iter().any(|value| (self.around.is_lost)(*value));
                let kept = if is_lost { Kept::No } else { Kept::Yes };
                let sense = if is_lost { Sense::Bad } else { Sense::Kept };
                return (sense, Some(narration::promise(values, self.around.names, kept)));
            }
            let is_refusal = matches!(
                event.kind,
                EventKind::ProduceRetried { .. }
                    | EventKind::ProduceFailed { .. }
                    | EventKind::FetchRefused { .. }
                    | EventKind::IsrRefused { .. }
            );
            if is_refusal {
                return (Sense::Bad, None);
            }
            if matches!(event.kind, EventKind::Truncated { .. }) {
                return (Sense::Diverged, None);
            }
        }
        let is_metadata = message.is_metadata || message.api_key == ApiKey::AlterPartition;
        (if is_metadata { Sense::Metadata } else { Sense::Data }, None)
    }

    fn caused_by(&self, sending: EventId) -> impl Iterator<Item = &Event> {
        let events = &self.watched.events;
        let after = events.partition_point(|event| event.id <= sending);
        let is_of = move |event: &&Event| event.causes.iter().any(|cause| cause == sending);
        events[after..].iter().filter(is_of)
    }

    fn mark(&self, event: &Event, ranks: &Ranks) -> Option<Mark> {
        let is_elsewhere = event.kind.partition().is_some_and(|of| Some(of) != self.shown);
        if is_elsewhere {
            return None;
        }
        let rank: Rank = ranks.get(event.id);
        let label = narration::mark(event, self.around.names)?;
        let tone = narration::tone(&event.kind);
        let (event, at, node) = (event.id, event.at, event.node);
        Some(Mark { event, at, node, label: label.into(), tone, rank })
    }
}

/// Clients, brokers and controllers, in the order of their columns.
fn nodes(around: &Around<'_>, shown: Option<TopicPartition>) -> Vec<Node> {
    let scene = around.scene;
    let node = |id: NodeId, about: &str, is_at_home| {
        let name = around.names.node_name(id).into();
        Node { id, name, about: about.into(), is_at_home }
    };
    let mut nodes = Vec::new();
    for client in &scene.clients {
        let about = match client.kind {
            ClientKind::Producer => format!("producer, {}", client.about),
            ClientKind::Consumer => "consumer".to_owned(),
        };
        let about = about.split(", idempotent").next().unwrap_or_default();
        nodes.push(node(client.id.into(), about, false));
    }
    for broker in &scene.brokers {
        let is_at_home = broker.replica.is_some() && shown.is_some();
        nodes.push(node(broker.id.into(), broker.rack.as_deref().unwrap_or(""), is_at_home));
    }
    for controller in &scene.quorum.controllers {
        let about = controller.role;
        nodes.push(node(controller.id.into(), about, controller.is_active));
    }
    nodes
}
