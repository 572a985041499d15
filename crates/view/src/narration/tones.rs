//! How events bear on the story.
//!
//! Uses: `scene`.

use epochscope_vocabulary::event::EventKind;

use crate::scene::Tone;

/// How an event bears on the story.
#[must_use]
pub const fn tone(kind: &EventKind) -> Tone {
    use EventKind as K;
    match kind {
        K::Killed {}
        | K::Paused {}
        | K::Wiped { .. }
        | K::DirectoryFailed { .. }
        | K::ReplicaOffline { .. }
        | K::TailLost { .. }
        | K::Halted { .. }
        | K::FaultBegan { .. }
        | K::Discarded { .. }
        | K::RequestTimedOut { .. }
        | K::Disconnected { .. }
        | K::RegistrationRefused { .. }
        | K::IsrRefused { .. }
        | K::ProduceRetried { .. }
        | K::ProduceFailed { .. }
        | K::FetchRefused { .. }
        | K::InvariantViolated { .. }
        | K::StepSkipped { .. } => Tone::Bad,
        K::Acknowledged { .. } => Tone::Good,
        K::SessionExpired { .. }
        | K::RecordAppended { .. }
        | K::MetadataCommitted { .. }
        | K::MetadataApplied { .. }
        | K::QuorumStateChanged { .. }
        | K::VoteGranted { .. }
        | K::VoteRefused { .. }
        | K::ControllerClaimed { .. }
        | K::ControllerRenounced { .. }
        | K::BecameLeader { .. }
        | K::BecameFollower { .. }
        | K::ClientMetadata { .. } => Tone::Meta,
        K::Diverged { .. }
        | K::Truncated { .. }
        | K::MetadataTruncated { .. }
        | K::LogTruncationDetected { .. } => Tone::Diverged,
        K::CommandGiven { .. }
        | K::Stopped {}
        | K::ShuttingDown {}
        | K::Started {}
        | K::Resumed {}
        | K::Healed { .. }
        | K::Held { .. }
        | K::Released { .. }
        | K::RequestSent { .. }
        | K::ResponseSent { .. }
        | K::DirectoryRepaired { .. }
        | K::ReplicaDeleted { .. }
        | K::IsrProposed { .. }
        | K::IsrChanged { .. }
        | K::Appended { .. }
        | K::Replicated { .. }
        | K::DuplicateAnswered { .. }
        | K::ProduceDelayed { .. }
        | K::HighWatermarkAdvanced { .. }
        | K::FollowerHighWatermark { .. }
        | K::Checkpointed {}
        | K::Flushed {}
        | K::RecordsDeleted { .. }
        | K::ProduceSent { .. }
        | K::Consumed { .. }
        | K::PositionReset { .. }
        | K::Answered { .. } => Tone::Plain,
    }
}

/// A tone's class, empty for the plain one.
#[must_use]
pub const fn tone_class(tone: Tone) -> &'static str {
    match tone {
        Tone::Plain => "",
        Tone::Bad => "bad",
        Tone::Good => "ok",
        Tone::Meta => "meta",
        Tone::Diverged => "diverged",
    }
}
