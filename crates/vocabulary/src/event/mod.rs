//! Everything that can happen, as past facts, each with its causes and its one trace line.
//!
//! An event names things by number; [`Event::line`] needs the run's [`Names`] to print it. Quiet
//! events (messages sent, time-outs that change nothing) link causes together and are not printed
//! unless somebody asks for their class.

mod kind;
mod line;
mod macros;
mod records;
mod topic;

pub use kind::EventKind;
pub use records::record_text;
pub use topic::{Excuse, IsrChange, Leadership, QuorumRole, Topic};

use crate::ids::{EventId, NodeId, TopicPartition};
use crate::metadata_record::MetadataRecord;
use crate::names::Names;
use crate::rule::RuleId;
use crate::time::SimTime;

/// Up to four causes, the direct one first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Causes([Option<EventId>; 4]);

impl Causes {
    /// One cause.
    #[must_use]
    pub const fn one(cause: EventId) -> Self {
        Self([Some(cause), None, None, None])
    }

    /// Adds a cause, unless it is there or four are.
    pub fn add(&mut self, cause: EventId) {
        if self.0.contains(&Some(cause)) {
            return;
        }
        if let Some(free) = self.0.iter_mut().find(|slot| slot.is_none()) {
            *free = Some(cause);
        }
    }

    /// The causes.
    pub fn iter(&self) -> impl Iterator<Item = EventId> + '_ {
        self.0.iter().flatten().copied()
    }
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its number in the run.
    pub id: EventId,
    /// When.
    pub at: SimTime,
    /// At which node; none for the network, the checker and the user.
    pub node: Option<NodeId>,
    /// What led to it.
    pub causes: Causes,
    /// The rule that decided it.
    pub rule: RuleId,
    /// What.
    pub kind: EventKind,
}

impl EventKind {
    /// The class: what `run show=` keeps it by.
    #[must_use]
    pub fn topic(&self) -> Topic {
        match self {
            Self::RecordAppended { record, .. }
                if matches!(**record, MetadataRecord::NoOpRecord) =>
            {
                Topic::MetadataLog
            }
            kind => kind.topic_of_kind(),
        }
    }

    /// Whether the trace leaves it out unless its class is asked for.
    #[must_use]
    pub fn is_quiet(&self) -> bool {
        match self {
            Self::RequestSent { .. }
            | Self::ResponseSent { .. }
            | Self::MetadataCommitted { .. }
            | Self::MetadataApplied { .. }
            | Self::Checkpointed {} => true,
            Self::RecordAppended { record, .. } => matches!(**record, MetadataRecord::NoOpRecord),
            // Whoever cannot reach a controller tries again many times a second.
            Self::Disconnected { to, .. } => matches!(to, NodeId::Controller(_)),
            _ => false,
        }
    }
}

impl EventKind {
    /// The partition that it is about, if it is about one.
    #[must_use]
    pub fn partition(&self) -> Option<TopicPartition> {
        match self {
            Self::TailLost { partition, .. }
            | Self::BecameLeader { partition, .. }
            | Self::BecameFollower { partition, .. }
            | Self::ReplicaDeleted { partition }
            | Self::ReplicaOffline { partition }
            | Self::RecordsDeleted { partition, .. }
            | Self::IsrProposed { partition, .. }
            | Self::IsrChanged { partition, .. }
            | Self::IsrRefused { partition, .. }
            | Self::Appended { partition, .. }
            | Self::Replicated { partition, .. }
            | Self::DuplicateAnswered { partition, .. }
            | Self::ProduceDelayed { partition, .. }
            | Self::HighWatermarkAdvanced { partition, .. }
            | Self::FollowerHighWatermark { partition, .. }
            | Self::Diverged { partition, .. }
            | Self::Truncated { partition, .. }
            | Self::ProduceSent { partition, .. }
            | Self::Acknowledged { partition, .. }
            | Self::ProduceRetried { partition, .. }
            | Self::ClientMetadata { partition, .. }
            | Self::Consumed { partition, .. }
            | Self::FetchRefused { partition, .. }
            | Self::PositionReset { partition, .. }
            | Self::LogTruncationDetected { partition, .. } => Some(*partition),
            Self::ProduceFailed { partition, .. } => *partition,
            Self::RecordAppended { record, .. } => match &**record {
                MetadataRecord::PartitionRecord(record) => Some(record.partition),
                MetadataRecord::PartitionChangeRecord(change) => Some(change.partition),
                _ => None,
            },
            _ => None,
        }
    }
}

impl Event {
    /// The event's line in a trace: time, node, kind, details.
    #[must_use]
    pub fn line(&self, names: &Names) -> String {
        let node = self.node.map_or_else(|| "!".to_owned(), |node| names.node_name(node));
        let at = self.at.to_string();
        let kind = self.kind.slug().replace('-', " ");
        let mut line = format!("{at:>10}  {node:<15} {kind:<18} ");
        line.push_str(&self.details(names));
        line.truncate(line.trim_end().len());
        line
    }

    /// What a tool of Kafka's prints for the answer that this event is: lines of their own.
    #[must_use]
    pub fn printed(&self) -> Option<&str> {
        match &self.kind {
            EventKind::Answered { text, .. } if !text.is_empty() => Some(text),
            _ => None,
        }
    }

    /// What stands behind the kind in the event's line.
    #[must_use]
    pub fn details(&self, names: &Names) -> String {
        let mut text = String::new();
        self.kind.write_details(names, &mut text);
        text
    }
}
