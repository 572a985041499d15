//! What there is to show of a stretch of a run.
//!
//! Uses: `rank`.

use std::sync::Arc;

use epochscope_vocabulary::event::Causes;
use epochscope_vocabulary::{EventId, NodeId, SimTime};

use super::rank::Rank;
use crate::scene::{MessageKey, Tone};
use crate::timeline;

/// A stretch of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stretch {
    /// Its beginning.
    pub from: SimTime,
    /// Its end.
    pub to: SimTime,
    /// Who may have a column: clients, brokers, controllers.
    pub nodes: Vec<Node>,
    /// Requests and responses, in order of their sending.
    pub sendings: Vec<Sending>,
    /// What happened at a node or to all of them.
    pub marks: Vec<Mark>,
    /// Who believed to lead when.
    pub bands: Vec<timeline::Band>,
    /// Spans in which two did.
    pub split_brain: Vec<(SimTime, SimTime)>,
    /// What led to each event of the stretch, in order of the events.
    pub(crate) causes: Vec<(EventId, Causes)>,
}

/// Somebody with a life line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Who.
    pub id: NodeId,
    /// Under which name.
    pub name: Arc<str>,
    /// What it is, in few words.
    pub about: Arc<str>,
    /// Whether it has a column even if nothing happens to it.
    pub is_at_home: bool,
}

/// A request or response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sending {
    /// Which.
    pub key: MessageKey,
    /// The event of its sending.
    pub event: EventId,
    /// What it says.
    pub label: Arc<str>,
    /// Its sender.
    pub from: NodeId,
    /// Its receiver.
    pub to: NodeId,
    /// When it left.
    pub sent_at: SimTime,
    /// What became of it.
    pub ended: Ended,
    /// What it meant.
    pub sense: Sense,
    /// How much it matters.
    pub(crate) rank: Rank,
}

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// It arrived then, or is to.
    Arrived(SimTime),
    /// It was thrown away at that moment, or never left the cut link.
    Lost(SimTime),
}

/// What a message meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sense {
    /// Records, and what else the nodes ask each other.
    Data,
    /// Metadata.
    Metadata,
    /// A refusal, or a promise that was broken.
    Bad,
    /// Where logs part.
    Diverged,
    /// A promise that was kept.
    Kept,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Which event.
    pub event: EventId,
    /// When.
    pub at: SimTime,
    /// To whom; none: to the network, or to all.
    pub node: Option<NodeId>,
    /// In very few words.
    pub label: Arc<str>,
    /// How it bears on the story.
    pub tone: Tone,
    /// How much it matters.
    pub(crate) rank: Rank,
}
