//! How much events and messages matter to the story: a message as much as what it led to.
//!
//! Uses: nothing.

use epochscope_vocabulary::event::Causes;
use epochscope_vocabulary::{Event, EventId, EventKind, TopicPartition};

/// From 0, which is never shown, to 5.
pub(crate) type Rank = u8;

/// An event's own.
fn own(event: &Event, shown: Option<TopicPartition>) -> Rank {
    let rank = if event.kind.is_quiet() { 0 } else { of_kind(&event.kind) };
    let is_elsewhere = event.kind.partition().is_some_and(|of| Some(of) != shown);
    if is_elsewhere { rank.min(2) } else { rank }
}

const fn of_kind(kind: &EventKind) -> Rank {
    use EventKind as K;
    match kind {
        K::SessionExpired { .. }
        | K::QuorumStateChanged { .. }
        | K::MetadataTruncated { .. }
        | K::ControllerClaimed { .. }
        | K::ControllerRenounced { .. }
        | K::BecameLeader { .. }
        | K::BecameFollower { .. }
        | K::Diverged { .. }
        | K::Truncated { .. }
        | K::TailLost { .. }
        | K::Acknowledged { .. }
        | K::ProduceRetried { .. }
        | K::ProduceFailed { .. }
        | K::FetchRefused { .. }
        | K::LogTruncationDetected { .. }
        | K::InvariantViolated { .. }
        | K::IsrRefused { .. } => 5,
        K::VoteGranted { .. }
        | K::VoteRefused { .. }
        | K::Killed {}
        | K::Stopped {}
        | K::ShuttingDown {}
        | K::Started {}
        | K::Paused {}
        | K::Resumed {}
        | K::Wiped { .. }
        | K::DirectoryFailed { .. }
        | K::DirectoryRepaired { .. }
        | K::FaultBegan { .. }
        | K::Healed { .. }
        | K::Halted { .. }
        | K::RegistrationRefused { .. }
        | K::RecordAppended { .. }
        | K::RequestTimedOut { .. }
        | K::Discarded { .. }
        | K::Held { .. }
        | K::Released { .. }
        | K::IsrProposed { .. }
        | K::IsrChanged { .. }
        | K::ProduceSent { .. }
        | K::Appended { .. } => 4,
        K::CommandGiven { .. }
        | K::Disconnected { .. }
        | K::Replicated { .. }
        | K::DuplicateAnswered { .. }
        | K::ProduceDelayed { .. }
        | K::HighWatermarkAdvanced { .. }
        | K::Consumed { .. }
        | K::PositionReset { .. }
        | K::Answered { .. }
        | K::RecordsDeleted { .. }
        | K::ReplicaDeleted { .. }
        | K::ReplicaOffline { .. } => 3,
        K::ClientMetadata { .. }
        | K::FollowerHighWatermark { .. }
        | K::Flushed {}
        | K::StepSkipped { .. } => 2,
        K::RequestSent { .. }
        | K::ResponseSent { .. }
        | K::MetadataCommitted { .. }
        | K::MetadataApplied { .. }
        | K::Checkpointed {} => 0,
    }
}

/// The events of a stretch, each as important as itself or what it led to without a message
/// between; those that send are as important as what the message led to or what it was sent for.
#[derive(Debug)]
pub(super) struct Ranks {
    of: Vec<(EventId, Rank)>,
}

impl Ranks {
    pub(super) fn new(events: &[Event], shown: Option<TopicPartition>) -> Self {
        let mut ranks =
            Self { of: events.iter().map(|event| (event.id, own(event, shown))).collect() };
        for event in events.iter().rev() {
            // A sending belongs to what it is sent for, not to what that was caused by.
            if !sends(&event.kind) {
                let rank = ranks.get(event.id);
                event.causes.iter().for_each(|cause| ranks.raise(cause, rank, events));
            }
        }
        for event in events.iter().filter(|event| sends(&event.kind)) {
            let causes = event.causes.iter();
            let told = |cause: &EventId| {
                find(events, *cause).is_some_and(|cause| {
                    matches!(cause.kind, EventKind::ProduceSent { .. } | EventKind::Diverged { .. })
                })
            };
            let rank = causes.filter(told).map(|cause| ranks.get(cause)).max().unwrap_or(0);
            ranks.set(event.id, rank.max(ranks.get(event.id)));
        }
        ranks
    }

    pub(super) fn get(&self, event: EventId) -> Rank {
        self.index(event).map_or(0, |index| self.of[index].1)
    }

    pub(super) fn set(&mut self, event: EventId, rank: Rank) {
        if let Some(index) = self.index(event) {
            self.of[index].1 = rank;
        }
    }

    /// Hands an event's rank to its cause, if that is a message or metadata read.
    fn raise(&mut self, cause: EventId, rank: Rank, events: &[Event]) {
        let passes = find(events, cause).is_some_and(|cause| {
            sends(&cause.kind) || matches!(cause.kind, EventKind::MetadataApplied { .. })
        });
        if passes {
            self.set(cause, rank.max(self.get(cause)));
        }
    }

    fn index(&self, event: EventId) -> Option<usize> {
        self.of.binary_search_by_key(&event, |(id, _)| *id).ok()
    }
}

pub(super) fn find(events: &[Event], id: EventId) -> Option<&Event> {
    let index = events.binary_search_by_key(&id, |event| event.id).ok()?;
    Some(&events[index])
}

pub(super) const fn sends(kind: &EventKind) -> bool {
    matches!(kind, EventKind::RequestSent { .. } | EventKind::ResponseSent { .. })
}

/// Events with their causes, to follow one request by.
pub(super) fn causes(events: &[Event]) -> Vec<(EventId, Causes)> {
    events.iter().map(|event| (event.id, event.causes)).collect()
}
