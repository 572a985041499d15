//! Holding the cluster against its properties after every event that can break one.
//!
//! The ledger reads every event. Then the properties that it can break are looked at, for its
//! partition only; what most events are, messages on their way, ends at one `match`. Logs are seen
//! as they are after the whole step, which changes one node.

mod control;
mod leadership;
mod losses;
mod properties;
mod quorum;
mod reports;
mod standing;
#[cfg(test)]
mod tests;
mod windows;
mod writes;

use std::sync::Arc;

use epochscope_vocabulary::config::Settings;
use epochscope_vocabulary::event::EventKind;
use epochscope_vocabulary::{
    BrokerId, Event, EventId, Names, NodeId, SortedSet, TopicPartition, ValueId,
};

use self::reports::Report;
use self::standing::Standing;
use super::{Cluster, Nodes};
use crate::invariant::agreement::unmatched_logs;
use crate::invariant::{Checkers, Violated};
use crate::ledger::Ledger;
use crate::metadata::MetadataImage;
use crate::releases::Releases;

/// One look at what has happened.
struct Round<'a> {
    nodes: &'a Nodes,
    image: &'a Arc<MetadataImage>,
    settings: &'a Settings,
    names: &'a Names,
    releases: &'a Releases,
    ledger: &'a mut Ledger,
    checkers: &'a mut Checkers,
    /// Records that this round has said to be in no log any more.
    gone: SortedSet<ValueId>,
    reports: Vec<Report>,
}

/// Where and by what something happened to a partition.
#[derive(Clone, Copy)]
struct Place {
    partition: TopicPartition,
    /// None for what did not happen at a broker.
    broker: Option<BrokerId>,
    cause: EventId,
}

impl Cluster {
    /// Lets the ledger and the checkers see what happened; gives back what it broke.
    pub(super) fn check(&mut self, events: &[Event]) -> Vec<Event> {
        if events.is_empty() {
            return Vec::new();
        }
        let settings = match self.checkers.settings.take() {
            Some(settings) => settings,
            None => Arc::new(self.controller_settings()),
        };
        let mut round = Round {
            nodes: &self.nodes,
            image: &self.decided,
            settings: &settings,
            names: &self.names,
            releases: &self.releases,
            ledger: &mut self.ledger,
            checkers: &mut self.checkers,
            gone: SortedSet::new(),
            reports: Vec::new(),
        };
        round.note_lost_disks(events);
        for event in events {
            round.ledger.on_event(event);
            round.on_event(event);
        }
        let reports = round.reports;
        self.checkers.settings = Some(settings);
        for report in reports {
            self.say_violated(report);
        }
        std::mem::take(&mut self.events)
    }

    /// Properties broken so far.
    #[must_use]
    pub const fn violated(&self) -> &Violated {
        self.checkers.violated()
    }

    /// Whether two replicas hold different records below both high watermarks; a dead broker's are
    /// those of its disk.
    #[must_use]
    pub fn diverged(&self, partition: TopicPartition) -> bool {
        let standing = Standing::of(&self.nodes, self.committed_image(), partition);
        standing.is_some_and(|standing| {
            unmatched_logs(&standing.all_logs(), self.checkers.lineage(partition)).is_some()
        })
    }
}

impl Round<'_> {
    #[expect(clippy::wildcard_enum_match_arm, reason = "`breaks_nothing` sorts the rest")]
    fn on_event(&mut self, event: &Event) {
        use EventKind as K;
        let broker = broker_of(event);
        let cause = event.id;
        let place = |partition: &TopicPartition| Place { partition: *partition, broker, cause };
        match &event.kind {
            K::Appended { partition, offset, values, .. } => {
                self.appended(place(partition), *offset, values);
            }
            K::Replicated { partition, offset, .. } => self.written(place(partition), *offset),
            K::HighWatermarkAdvanced { partition, from, to, .. } => {
                self.high_watermark_moved(place(partition), *from, *to);
            }
            K::FollowerHighWatermark { partition, .. } => self.followed_on(place(partition)),
            K::Truncated { partition, values, .. } => self.cut(place(partition), values),
            K::TailLost { partition, values, .. } => self.disk_lost(place(partition), values),
            K::Wiped { .. } => self.wiped(broker, cause),
            K::ReplicaDeleted { partition } => self.deleted(place(partition)),
            K::BecameLeader { partition, leader_epoch, .. } => {
                self.led(place(partition), *leader_epoch);
            }
            K::BecameFollower { partition, leader_epoch, .. } => {
                self.followed(place(partition), *leader_epoch);
            }
            K::IsrProposed { partition, isr, .. } => self.isr_proposed(place(partition), isr),
            K::IsrChanged { partition, .. } | K::IsrRefused { partition, .. } => {
                self.isr_changed(place(partition))
            }
            K::Acknowledged { partition, values, .. } => {
                self.acknowledged(place(partition), values);
            }
            K::Consumed { partition, offset, values, .. } => {
                self.read(place(partition), *offset, values);
            }
            K::MetadataCommitted { high_watermark } => {
                self.metadata_committed(event.node, *high_watermark, cause);
                self.decided(cause);
            }
            K::QuorumStateChanged { role, epoch, .. } => {
                self.quorum_state_changed(event.node, (*role, *epoch), cause);
            }
            K::MetadataApplied { from, .. } => self.applied(broker, *from, cause),
            kind => debug_assert!(breaks_nothing(kind), "{kind:?}"),
        }
    }
}

/// The broker at which something happened.
fn broker_of(event: &Event) -> Option<BrokerId> {
    match event.node {
        Some(NodeId::Broker(id)) => Some(id),
        Some(NodeId::Controller(_) | NodeId::Client(_)) | None => None,
    }
}

/// Events after which no property needs a look. A new kind of event must be sorted in here or
/// above.
fn breaks_nothing(kind: &EventKind) -> bool {
    use EventKind as K;
    match kind {
        K::CommandGiven { .. }
        | K::Killed {}
        | K::Stopped {}
        | K::ShuttingDown {}
        | K::Started {}
        | K::Paused {}
        | K::Resumed {}
        | K::Halted { .. }
        | K::DirectoryFailed { .. }
        | K::DirectoryRepaired { .. }
        | K::ReplicaOffline { .. }
        | K::FaultBegan { .. }
        | K::Healed { .. }
        | K::Held { .. }
        | K::Released { .. }
        | K::Discarded { .. }
        | K::RequestTimedOut { .. }
        | K::Disconnected { .. }
        | K::RequestSent { .. }
        | K::ResponseSent { .. }
        | K::SessionExpired { .. }
        | K::RegistrationRefused { .. }
        | K::RecordAppended { .. }
        | K::VoteGranted { .. }
        | K::VoteRefused { .. }
        | K::MetadataTruncated { .. }
        | K::ControllerClaimed { .. }
        | K::ControllerRenounced { .. }
        | K::DuplicateAnswered { .. }
        | K::ProduceDelayed { .. }
        | K::Checkpointed {}
        | K::Flushed {}
        | K::RecordsDeleted { .. }
        | K::Diverged { .. }
        | K::ProduceSent { .. }
        | K::ProduceRetried { .. }
        | K::ProduceFailed { .. }
        | K::ClientMetadata { .. }
        | K::FetchRefused { .. }
        | K::PositionReset { .. }
        | K::LogTruncationDetected { .. }
        | K::Answered { .. }
        | K::InvariantViolated { .. }
        | K::StepSkipped { .. } => true,
        K::TailLost { .. }
        | K::Wiped { .. }
        | K::MetadataCommitted { .. }
        | K::QuorumStateChanged { .. }
        | K::MetadataApplied { .. }
        | K::BecameLeader { .. }
        | K::BecameFollower { .. }
        | K::ReplicaDeleted { .. }
        | K::IsrProposed { .. }
        | K::IsrChanged { .. }
        | K::IsrRefused { .. }
        | K::Appended { .. }
        | K::Replicated { .. }
        | K::HighWatermarkAdvanced { .. }
        | K::FollowerHighWatermark { .. }
        | K::Truncated { .. }
        | K::Acknowledged { .. }
        | K::Consumed { .. } => false,
    }
}
