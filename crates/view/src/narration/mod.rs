//! Events as English sentences: the only code with prose.
//!
//! A sentence has a subject, who did it, and a predicate, what they did; lists show the two apart.
//!
//! Uses: its folder, `palette`.

mod cards;
mod causes;
pub(crate) mod map;
mod marks;
mod quorum;
mod tones;

pub(crate) use cards::part;
pub use cards::{
    belief, card, chip, cut_off, moment, part_in_short, process, process_since, purgatory, readers,
    replica, told,
};
pub(crate) use causes::property;
pub use causes::{arrived, fate, fate_of, lacks, ordered, remedy, timer};
pub use map::next_check;
pub(crate) use marks::{Kept, promise, quiet, split_brain};
use marks::{directory, emptied};
pub use marks::{left_out, mark, span};
pub use tones::{tone, tone_class};

use epochscope_vocabulary::event::{Excuse, IsrChange, Leadership};
use epochscope_vocabulary::metadata_record::{MetadataRecord, RegistrationState};
use epochscope_vocabulary::{
    BrokerId, ErrorCode, Event, EventKind, LeaderEpoch, Names, NodeId, Offset, SimTime,
    TopicPartition, ValueId,
};

use crate::palette::epoch_letter;

/// An event as one sentence.
#[must_use]
pub fn sentence(event: &Event, names: &Names) -> String {
    format!("{} {}.", subject(event, names), predicate(event, names))
}

/// Who did it: a node by its name, else the network, the checker or an order.
#[must_use]
pub fn subject(event: &Event, names: &Names) -> String {
    match (event.node, &event.kind) {
        (_, EventKind::CommandGiven { .. } | EventKind::StepSkipped { .. }) => "Order".to_owned(),
        (_, EventKind::InvariantViolated { .. }) => "Check".to_owned(),
        (Some(node @ (NodeId::Broker(_) | NodeId::Controller(_))), _) => {
            let name = names.node_name(node);
            let (first, rest) = name.split_at(1);
            format!("{}{rest}", first.to_ascii_uppercase())
        }
        (Some(client @ NodeId::Client(_)), _) => names.node_name(client),
        (None, _) => "Network".to_owned(),
    }
}

/// What they did, as the end of a sentence without its full stop.
#[must_use]
pub fn predicate(event: &Event, names: &Names) -> String {
    use EventKind as K;
    let w = Words { names };
    match &event.kind {
        K::CommandGiven { text } => format!("given: {text}"),
        K::Killed {} => "dies at once".to_owned(),
        K::Stopped {} => "has shut down and ends".to_owned(),
        K::ShuttingDown {} => "is told to stop and asks the controller for leave".to_owned(),
        K::Started {} => "starts".to_owned(),
        K::Paused {} => "stands still; its connections stay open".to_owned(),
        K::Resumed {} => "wakes and works through its inbox".to_owned(),
        K::Wiped { dir } => emptied(dir.as_deref()),
        K::DirectoryFailed { dir } | K::DirectoryRepaired { dir } => directory(&event.kind, dir),
        K::TailLost { partition: p, values, .. } => w.lost_with_process(*p, values),
        K::Halted { error } => format!("gives up and ends itself: {error}"),
        K::FaultBegan { text } => format!("fault begins: {text}"),
        K::Healed { text } => format!("is whole again: {text}"),
        K::Held { api_key, from, .. } => format!("holds {api_key} of {} back", w.node(*from)),
        K::Released { api_key, from, .. } => format!("lets {api_key} of {} go on", w.node(*from)),
        K::Discarded { api_key, from, .. } => format!("loses {api_key} of {}", w.node(*from)),
        K::RequestTimedOut { api_key, to, .. } => w.gave_up(api_key.name(), *to),
        K::Disconnected { api_key, to, .. } => w.disconnected(api_key.name(), *to),
        K::RequestSent { api_key, to, .. } => format!("sends {api_key} to {}", w.node(*to)),
        K::ResponseSent { api_key, to, .. } => format!("answers {api_key} of {}", w.node(*to)),
        K::SessionExpired { broker, last_contact } => w.silence(*broker, event.at, *last_contact),
        K::RegistrationRefused { broker: b, error } => format!("refuses broker {b}: {error}"),
        K::RecordAppended { offset, record } => w.decided(*offset, record),
        K::MetadataCommitted { high_watermark: end } => format!("commits metadata up to {end}"),
        K::MetadataApplied { from, to } => format!("has read metadata {}", range(*from, *to)),
        K::QuorumStateChanged { role, epoch, leader } => quorum::state(*role, *epoch, *leader),
        K::VoteGranted { nominee, epoch, kind } => quorum::vote("", *nominee, *epoch, *kind),
        K::VoteRefused { nominee, epoch, kind } => quorum::vote("not ", *nominee, *epoch, *kind),
        K::MetadataTruncated { from, to } => quorum::truncated(*from, *to),
        K::ControllerClaimed { epoch } => format!("is the active controller, in epoch {epoch}"),
        K::ControllerRenounced { .. } => quorum::renounced(),
        K::BecameLeader { partition: p, leader_epoch: e, start_offset: o } => w.leads(*p, *e, *o),
        K::BecameFollower { partition: p, leader_epoch: e, leader } => w.follows(*p, *e, *leader),
        K::ReplicaDeleted { partition } => format!("deletes its replica of {}", w.p(*partition)),
        K::ReplicaOffline { partition } => format!("serves {} no more", w.p(*partition)),
        K::IsrProposed { change, replicas, .. } => asks_isr(*change, replicas),
        K::IsrChanged { isr, .. } => format!("counts {} in sync", brokers(isr)),
        K::IsrRefused { error, .. } => format!("may not change the ISR: {error}"),
        K::Appended { values, offset: o, leader_epoch: e, leadership: l, .. } => {
            w.wrote(values, *o, *e, *l)
        }
        K::Replicated { values, leader, .. } => w.copied(values, *leader),
        K::DuplicateAnswered { values, .. } => w.had_already(values),
        K::ProduceDelayed { required, .. } => format!("keeps a produce waiting for HW {required}"),
        K::HighWatermarkAdvanced { from, to, .. } => format!("moves HW from {from} to {to}"),
        K::FollowerHighWatermark { to, .. } => format!("learns that HW is {to}"),
        K::Checkpointed {} => "writes its HW checkpoint".to_owned(),
        K::Flushed {} => "flushes its logs to disk".to_owned(),
        K::Diverged { follower, end, .. } => parts_at(*follower, end.offset),
        K::RecordsDeleted { values, .. } => format!("deletes {}", w.records(values)),
        K::Truncated { values, .. } => format!("truncates {}", w.records(values)),
        K::ProduceSent { to, values, attempt, .. } => w.sends(*to, values, *attempt),
        K::Acknowledged { offset: None, values, .. } => w.takes_as_written(values),
        K::Acknowledged { values, .. } => format!("is told: {} written", w.records(values)),
        K::ProduceRetried { error, values, .. } => w.refused(*error, values, "and will try again"),
        K::ProduceFailed { error, values, .. } => w.refused(*error, values, "and gives up"),
        K::ClientMetadata { leader, leader_epoch, .. } => heard(*leader, *leader_epoch),
        K::Consumed { values, from, .. } => w.read(values, *from),
        K::FetchRefused { error, from, .. } => format!("may not read from broker {from}: {error}"),
        K::PositionReset { offset, .. } => format!("goes on reading at offset {offset}"),
        K::LogTruncationDetected { position, end, .. } => w.lost_ground(*position, *end),
        K::Answered { api_key, error, .. } => format!("gets the answer to {api_key}: {error}"),
        K::InvariantViolated { name, excuse, text } => violated(name, *excuse, text),
        K::StepSkipped { text, reason } => format!("left out: {text} ({reason})"),
    }
}

struct Words<'a> {
    names: &'a Names,
}

impl Words<'_> {
    fn p(&self, partition: TopicPartition) -> String {
        self.names.partition_name(partition)
    }

    fn node(&self, node: NodeId) -> String {
        self.names.node_name(node)
    }

    /// Up to three records by their texts, else the first, the last and how many.
    fn records(&self, values: &[ValueId]) -> String {
        let text = |value: &ValueId| self.names.value_text(*value).to_owned();
        match values {
            [first, _, _, .., last] => {
                format!("{} to {} ({} records)", text(first), text(last), values.len())
            }
            _ => list(&values.iter().map(text).collect::<Vec<_>>()),
        }
    }

    fn takes_as_written(&self, values: &[ValueId]) -> String {
        format!("asked for no answer and takes {} as written", self.records(values))
    }

    fn lost_with_process(&self, partition: TopicPartition, values: &[ValueId]) -> String {
        format!("loses the tail of {}: {}", self.p(partition), self.records(values))
    }

    fn gave_up(&self, api: &str, to: NodeId) -> String {
        format!("waits no longer for {} to answer {api}", self.node(to))
    }

    fn disconnected(&self, api: &str, to: NodeId) -> String {
        format!("loses its connection to {} under a {api}", self.node(to))
    }

    fn silence(&self, broker: BrokerId, now: SimTime, last_contact: SimTime) -> String {
        let silent_ms = now.since(last_contact).0 / 1_000;
        let (seconds, rest) = (silent_ms / 1_000, silent_ms % 1_000);
        format!("has not heard from broker {broker} for {seconds}.{rest:03} s: its session ends")
    }

    fn decided(&self, offset: Offset, record: &MetadataRecord) -> String {
        let what = match record {
            MetadataRecord::BrokerRegistrationChangeRecord { broker, state, .. } => match state {
                RegistrationState::Fenced => format!("broker {broker} is fenced"),
                RegistrationState::Unfenced => format!("broker {broker} may serve"),
                RegistrationState::ControlledShutdown => format!("broker {broker} may shut down"),
            },
            MetadataRecord::PartitionChangeRecord(change) => {
                let leader = change.leader.map(|leader| match leader {
                    Some(leader) => format!("leader {leader}"),
                    None => "no leader".to_owned(),
                });
                let all = change.replicas.as_ref();
                let all = all.map(|all| format!("replicas {}", numbers(all)));
                let isr = change.isr.as_ref().map(|isr| format!("ISR {}", numbers(isr)));
                let elr = change.elr.as_ref().map(|elr| format!("ELR {}", numbers(elr)));
                let parts: Vec<String> = [leader, all, isr, elr].into_iter().flatten().collect();
                format!("{}: {}", self.p(change.partition), parts.join(", "))
            }
            MetadataRecord::PartitionRecord(new) => format!("{} is made", self.p(new.partition)),
            MetadataRecord::RegisterBrokerRecord { broker, .. } => {
                format!("broker {broker} registers")
            }
            MetadataRecord::UnregisterBrokerRecord { broker, .. } => {
                format!("broker {broker} is taken off the list")
            }
            MetadataRecord::FeatureLevelRecord { feature, level } => {
                format!("{feature} is {level}")
            }
            MetadataRecord::LeaderChange { .. }
            | MetadataRecord::BrokerLogDirsRecord { .. }
            | MetadataRecord::TopicRecord { .. }
            | MetadataRecord::RemoveTopicRecord { .. }
            | MetadataRecord::ConfigRecord { .. }
            | MetadataRecord::ClearElrRecord { .. }
            | MetadataRecord::ProducerIdsRecord { .. }
            | MetadataRecord::NoOpRecord => record.name().to_owned(),
        };
        format!("writes metadata {offset}: {what}")
    }

    fn leads(&self, partition: TopicPartition, epoch: LeaderEpoch, start: Offset) -> String {
        let letter = epoch_letter(epoch);
        format!("leads {} in epoch {epoch} ({letter}), from offset {start}", self.p(partition))
    }

    fn follows(
        &self,
        partition: TopicPartition,
        epoch: LeaderEpoch,
        leader: Option<BrokerId>,
    ) -> String {
        let name = self.p(partition);
        match leader {
            Some(leader) => format!("follows broker {leader} for {name}, epoch {epoch}"),
            None => format!("knows that {name} has no leader, epoch {epoch}"),
        }
    }

    fn wrote(
        &self,
        values: &[ValueId],
        offset: Offset,
        epoch: LeaderEpoch,
        leadership: Leadership,
    ) -> String {
        let records = self.records(values);
        let doubt = match leadership {
            Leadership::True => "",
            Leadership::Presumed => ", though it leads no more",
        };
        format!("writes {records} at {} {offset}{doubt}", epoch_letter(epoch))
    }

    fn copied(&self, values: &[ValueId], leader: BrokerId) -> String {
        format!("copies {} from broker {leader}", self.records(values))
    }

    fn had_already(&self, values: &[ValueId]) -> String {
        format!("has {} already and does not write it again", self.records(values))
    }

    fn sends(&self, to: BrokerId, values: &[ValueId], attempt: u32) -> String {
        let again = if attempt == 0 { "" } else { " again" };
        format!("sends {} to broker {to}{again}", self.records(values))
    }

    fn refused(&self, error: ErrorCode, values: &[ValueId], end: &str) -> String {
        format!("is refused {} {end}: {error}", self.records(values))
    }

    fn read(&self, values: &[ValueId], from: BrokerId) -> String {
        format!("reads {} from broker {from}", self.records(values))
    }

    fn lost_ground(&self, position: Offset, end: Offset) -> String {
        format!("stood at offset {position}, but the log it has read ends at {end}")
    }
}

fn heard(leader: Option<BrokerId>, epoch: LeaderEpoch) -> String {
    match leader {
        Some(leader) => format!("learns that broker {leader} leads, epoch {epoch}"),
        None => format!("learns that nobody leads, epoch {epoch}"),
    }
}

fn parts_at(follower: BrokerId, end: Offset) -> String {
    format!("tells broker {follower} that their logs part at offset {end}")
}

fn asks_isr(change: IsrChange, replicas: &[BrokerId]) -> String {
    match change {
        IsrChange::Expand => format!("asks to add {} to the ISR", brokers(replicas)),
        IsrChange::Shrink => format!("asks to take {} out of the ISR", brokers(replicas)),
    }
}

fn violated(name: &str, excuse: Excuse, text: &str) -> String {
    match excuse {
        Excuse::None => format!("{name} is broken: {text}"),
        Excuse::SetUp => format!("{name} is broken, as this set-up allows: {text}"),
    }
}

/// Offsets from one to another, both included: `71 to 95`.
fn range(from: Offset, end: Offset) -> String {
    let last = end.0.saturating_sub(1);
    if from.0 >= last { last.to_string() } else { format!("{from} to {last}") }
}

fn numbers(ids: &[BrokerId]) -> String {
    joined(ids, "none")
}

/// Broker ids with commas; other words if there are none.
pub(crate) fn joined(ids: &[BrokerId], none: &str) -> String {
    if ids.is_empty() {
        return none.to_owned();
    }
    ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

/// `broker 1`, `brokers 1 and 2`, `brokers 1, 2 and 3`, `nobody`.
fn brokers(ids: &[BrokerId]) -> String {
    match ids {
        [] => "nobody".to_owned(),
        [only] => format!("broker {only}"),
        _ => format!("brokers {}", list(&ids.iter().map(ToString::to_string).collect::<Vec<_>>())),
    }
}

/// `a`, `a and b`, `a, b and c`.
fn list(words: &[String]) -> String {
    match words {
        [] => "nothing".to_owned(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
