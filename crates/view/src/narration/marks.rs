//! Events in so few words that they fit beside a line: `truncates order-10`.
//!
//! Uses: `narration`.

use epochscope_vocabulary::metadata_record::MetadataRecord;
use epochscope_vocabulary::{Event, EventKind, Names, SimDuration, ValueId};

use super::{Words, numbers};

/// The words of a mark; none for what a band or an arrow shows, and for what happens all the time.
#[must_use]
pub fn mark(event: &Event, names: &Names) -> Option<String> {
    use EventKind as K;
    let words = Words { names };
    let text = match &event.kind {
        K::Killed {} => "crashes".to_owned(),
        K::Stopped {} => "stops".to_owned(),
        K::ShuttingDown {} => "shuts down".to_owned(),
        K::Started {} => "starts".to_owned(),
        K::Paused {} => "pauses".to_owned(),
        K::Resumed {} => "wakes".to_owned(),
        K::Wiped { dir: None } => "disk emptied".to_owned(),
        K::Wiped { dir: Some(dir) } => format!("{dir} emptied"),
        K::DirectoryFailed { dir } => format!("{dir} fails"),
        K::DirectoryRepaired { dir } => format!("{dir} repaired"),
        K::TailLost { values, .. } => format!("loses {}", words.records(values)),
        K::Halted { error } | K::RegistrationRefused { error, .. } => error.to_string(),
        K::FaultBegan { text } => text.to_string(),
        K::Healed { text } => format!("healed: {text}"),
        K::Held { api_key, .. } => format!("{api_key} held"),
        K::RequestTimedOut { api_key, .. } => format!("{api_key} timed out"),
        K::SessionExpired { broker, .. } => format!("fences {broker}"),
        K::RecordAppended { record, .. } => decided(record)?,
        K::QuorumStateChanged { role, epoch, .. } => format!("{}, epoch {epoch}", role.word()),
        K::VoteGranted { nominee, .. } => format!("yes to {nominee}"),
        K::VoteRefused { nominee, .. } => format!("no to {nominee}"),
        K::MetadataTruncated { to, .. } => format!("cut to {to}"),
        K::ControllerClaimed { .. } => "decides".to_owned(),
        K::ControllerRenounced { .. } => "decides no more".to_owned(),
        K::IsrChanged { isr, .. } => format!("ISR {}", numbers(isr)),
        K::IsrRefused { error, .. } => format!("ISR refused: {error}"),
        K::HighWatermarkAdvanced { to, .. } => format!("HW {to}"),
        K::RecordsDeleted { values, .. } => format!("deletes {}", words.records(values)),
        K::Truncated { values, .. } => format!("truncates {}", words.records(values)),
        K::ProduceFailed { values, .. } => format!("gives up {}", words.records(values)),
        K::LogTruncationDetected { end, .. } => format!("log ends at {end}"),
        K::InvariantViolated { name, .. } => (*name).to_owned(),
        K::CommandGiven { .. }
        | K::Released { .. }
        | K::Discarded { .. }
        | K::Disconnected { .. }
        | K::RequestSent { .. }
        | K::ResponseSent { .. }
        | K::MetadataCommitted { .. }
        | K::MetadataApplied { .. }
        | K::BecameLeader { .. }
        | K::BecameFollower { .. }
        | K::ReplicaDeleted { .. }
        | K::ReplicaOffline { .. }
        | K::IsrProposed { .. }
        | K::Appended { .. }
        | K::Replicated { .. }
        | K::DuplicateAnswered { .. }
        | K::ProduceDelayed { .. }
        | K::FollowerHighWatermark { .. }
        | K::Checkpointed {}
        | K::Flushed {}
        | K::Diverged { .. }
        | K::ProduceSent { .. }
        | K::Acknowledged { .. }
        | K::ProduceRetried { .. }
        | K::ClientMetadata { .. }
        | K::Consumed { .. }
        | K::FetchRefused { .. }
        | K::PositionReset { .. }
        | K::Answered { .. }
        | K::StepSkipped { .. } => return None,
    };
    Some(text)
}

pub(super) fn directory(kind: &EventKind, dir: &str) -> String {
    if matches!(kind, EventKind::DirectoryFailed { .. }) {
        format!("loses its log directory {dir}")
    } else {
        format!("will have its log directory {dir} again")
    }
}

pub(super) fn emptied(dir: Option<&str>) -> String {
    match dir {
        Some(dir) => format!("has its log directory {dir} emptied"),
        None => "has its disk emptied".to_owned(),
    }
}

fn decided(record: &MetadataRecord) -> Option<String> {
    let MetadataRecord::PartitionChangeRecord(change) = record else { return None };
    match (change.leader, &change.isr) {
        (Some(Some(leader)), _) => Some(format!("leader {leader}")),
        (Some(None), _) => Some("no leader".to_owned()),
        (None, Some(isr)) => Some(format!("ISR {}", numbers(isr))),
        (None, None) => None,
    }
}

/// What an answer to a produce promises, and what became of the promise.
#[must_use]
pub(crate) fn promise(values: &[ValueId], names: &Names, kept: Kept) -> String {
    let records = Words { names }.records(values);
    match kept {
        Kept::Yes => format!("{records} written"),
        Kept::No => format!("{records} written, lost later"),
    }
}

/// Whether a promise was kept as far as is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kept {
    /// It was.
    Yes,
    /// The record is lost.
    No,
}

/// A span in the unit that fits it: `7.4 s`, `25 ms`, `310 µs`.
#[must_use]
pub fn span(span: SimDuration) -> String {
    let tenths = |whole: u64, tenth: u64, unit: &str| match tenth {
        0 => format!("{whole} {unit}"),
        _ => format!("{whole}.{tenth} {unit}"),
    };
    match span.0 {
        0..1_000 => format!("{} µs", span.0),
        1_000..1_000_000 => tenths(span.0 / 1_000, span.0 % 1_000 / 100, "ms"),
        _ => tenths(span.0 / 1_000_000, span.0 % 1_000_000 / 100_000, "s"),
    }
}

/// Where two lead at once, and for how long.
#[must_use]
pub(crate) fn split_brain(lasting: SimDuration) -> String {
    format!("split brain, {}", span(lasting))
}

/// What stands at a break of the axis.
#[must_use]
pub(crate) fn quiet(lasting: SimDuration) -> String {
    format!("{} quiet", span(lasting))
}

/// What was left out of a picture; empty if nothing.
#[must_use]
pub fn left_out(idle: usize, others: usize) -> String {
    let count = |count: usize, what: &str| match count {
        0 => None,
        1 => Some(format!("1 message {what}")),
        _ => Some(format!("{count} messages {what}")),
    };
    let parts = [count(idle, "without news"), count(others, "that matter less")];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() { String::new() } else { format!("Left out: {}.", parts.join(", ")) }
}
