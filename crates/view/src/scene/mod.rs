//! What there is to see at one moment, as plain data: no coordinates, no colours, no markup.
//!
//! A scene shows one partition on all brokers. Its parts are shared values: a part that has not
//! changed since the last scene is the same value, so that a painter need not look inside.
//!
//! Uses: its folder, `timeline`.

mod beside;
pub(crate) mod build;
mod clients;
mod controllers;
mod cuts;
mod messages;
mod reading;
pub(crate) mod replicas;
mod told;

#[cfg(test)]
mod tests;

pub(crate) use controllers::standing;
pub use epochscope_engine::observe::{ProcessStatus, Transit};
pub use reading::Reading;
pub use replicas::ChipMark;
pub use told::{Choice, Fork, Question, Sentence, StepLine, StepProgress, Tone, Verdict};

use std::sync::Arc;

use epochscope_vocabulary::command::ClientKind;
use epochscope_vocabulary::metadata_record::RegistrationState;
use epochscope_vocabulary::{
    BrokerId, ClientId, ControllerId, EventId, LeaderEpoch, NodeId, Offset, QuorumEpoch, RequestId,
    SimTime, TopicPartition, ValueId,
};

use crate::timeline::Timeline;

/// In larger clusters the brokers that have nothing to do with the partition shown are left out of
/// the picture.
pub(crate) const MOST_WITH_BYSTANDERS: usize = 12;

/// One moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scene {
    /// When.
    pub at: SimTime,
    /// The controllers and the metadata log.
    pub quorum: Arc<Quorum>,
    /// The partition shown, as the controller has committed it; none while there is no topic.
    pub partition: Option<Arc<PartitionState>>,
    /// The first partitions and the one shown, by name.
    pub choices: Arc<[(TopicPartition, Arc<str>)]>,
    /// The brokers, rack by rack, each rack's in order of number.
    pub brokers: Vec<Arc<BrokerCard>>,
    /// The offsets that cells are given for.
    pub rows: Rows,
    /// Producers and consumers.
    pub clients: Vec<Arc<ClientCard>>,
    /// Requests and responses that are somewhere between two nodes.
    pub messages: Vec<Arc<Message>>,
    /// Who led when, and what happened.
    pub timeline: Arc<Timeline>,
    /// What happened lately, in words, the latest last.
    pub recent: Arc<[Sentence]>,
    /// The scenario's steps, each done or not.
    pub steps: Arc<[StepLine]>,
    /// The last caption said.
    pub caption: Option<Arc<str>>,
    /// What was asked, if nothing was said since.
    pub question: Option<Arc<Question>>,
    /// The futures of this run, the script's own first.
    pub forks: Arc<[Fork]>,
}

impl Scene {
    /// The brokers to draw.
    #[must_use]
    pub fn on_stage(&self) -> Vec<&Arc<BrokerCard>> {
        let is_small = self.brokers.len() <= MOST_WITH_BYSTANDERS;
        self.brokers.iter().filter(|one| is_small || !self.is_bystander(one)).collect()
    }

    /// Whether a broker is not to hold a replica of the partition shown.
    #[must_use]
    pub fn is_bystander(&self, broker: &BrokerCard) -> bool {
        let assigned = |state: &Arc<PartitionState>| state.replicas.contains(&broker.id);
        broker.replica.is_none() && !self.partition.as_ref().is_none_or(assigned)
    }
}

/// The controllers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quorum {
    /// Each of them.
    pub controllers: Vec<ControllerCard>,
    /// How far the metadata log is committed, by the active controller: an exclusive end.
    pub committed: Option<Offset>,
    /// How far each broker has applied it, and whether that is all.
    pub brokers: Vec<(BrokerId, Offset, MetadataLag)>,
}

/// A controller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ControllerCard {
    /// Which.
    pub id: ControllerId,
    /// What it is: `active`, `crashed`, or its state in the quorum under Kafka's name.
    pub role: &'static str,
    /// Whether it is the active one.
    pub is_active: bool,
    /// Its epoch in the quorum.
    pub quorum_epoch: QuorumEpoch,
    /// The end of its metadata log.
    pub log_end_offset: Offset,
    /// Whom cut links keep it from, in words; empty if none.
    pub cut_off: String,
}

/// Whether a broker has applied all committed metadata.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetadataLag {
    /// It has.
    UpToDate,
    /// It lacks some.
    Behind,
    /// It is down.
    Down,
}

/// A partition as the controller has committed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartitionState {
    /// Which.
    pub partition: TopicPartition,
    /// Its name.
    pub name: Arc<str>,
    /// The leader.
    pub leader: Option<BrokerId>,
    /// Its epoch.
    pub leader_epoch: LeaderEpoch,
    /// Assigned replicas.
    pub replicas: Vec<BrokerId>,
    /// In-sync replicas.
    pub isr: Vec<BrokerId>,
    /// Eligible leader replicas.
    pub elr: Vec<BrokerId>,
    /// The effective `min.insync.replicas`.
    pub min_insync_replicas: u32,
    /// Brokers that run and believe they lead it.
    pub acting_leaders: Vec<BrokerId>,
}

/// A broker with its replica of the partition shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokerCard {
    /// Which.
    pub id: BrokerId,
    /// Its rack.
    pub rack: Option<Arc<str>>,
    /// What its process does.
    pub process: ProcessStatus,
    /// What the controller has of it.
    pub registration: Option<RegistrationState>,
    /// Since when its process does that; none from the start on.
    pub since: Option<SimTime>,
    /// How much metadata it has applied: an exclusive end.
    pub metadata_offset: Offset,
    /// Messages in the inbox of a paused process.
    pub inbox: u32,
    /// Whom cut links keep it from, in words; empty if none.
    pub cut_off: String,
    /// Its replica, if it has one.
    pub replica: Option<Arc<Replica>>,
    /// Its replicas of the first other partitions, in a few letters each.
    pub others: Vec<Chip>,
}

/// A replica in a few letters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chip {
    /// Of which partition.
    pub partition: TopicPartition,
    /// Its name.
    pub name: Arc<str>,
    /// Its badge.
    pub role: Role,
    /// The leader epoch it knows.
    pub leader_epoch: LeaderEpoch,
    /// Whether the controller counts it in sync.
    pub in_isr: bool,
    /// The first offset it does not know to be committed.
    pub high_watermark: Offset,
    /// The offset of its next record.
    pub log_end_offset: Offset,
}

/// What a replica's badge says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It leads, and the controller agrees.
    Leader,
    /// It believes it leads, and the controller does not.
    StaleLeader,
    /// It follows that broker.
    Follower(BrokerId),
    /// It knows that there is no leader.
    Leaderless,
    /// Its process died.
    Crashed,
    /// Its process was stopped.
    Stopped,
    /// Its process runs, but the log directory that it lies in has failed.
    Offline,
}

/// One replica of the partition shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replica {
    /// Its badge.
    pub role: Role,
    /// The leader epoch it knows.
    pub leader_epoch: LeaderEpoch,
    /// What part it has in the partition, `in ISR` or another, with the class of its tone.
    pub part: (&'static str, &'static str),
    /// The log directory that it lies in, where its broker has several.
    pub directory: Option<Arc<str>>,
    /// Its records within the scene's rows, in order of offset.
    pub cells: Vec<Cell>,
    /// Records that were cut from it.
    pub ghosts: Vec<Ghost>,
    /// The first offset it does not know to be committed.
    pub high_watermark: Offset,
    /// The offset of its next record.
    pub log_end_offset: Offset,
    /// From where on its log differs from the leader's.
    pub differs_from: Option<Offset>,
    /// The ISR that it holds, if it believes it leads.
    pub own_isr: Vec<BrokerId>,
    /// Requests that wait here.
    pub waiting: Vec<Waiting>,
}

/// A record in a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Where it stands.
    pub offset: Offset,
    /// Which record.
    pub value: ValueId,
    /// Its text.
    pub text: Arc<str>,
    /// The epoch of the leader that wrote it.
    pub epoch: LeaderEpoch,
    /// Whether it is below this replica's own high watermark.
    pub is_committed: bool,
    /// What its client was told.
    pub promise: Promise,
    /// Whether the leader has another record, or none, at this offset.
    pub differs: bool,
}

/// What a record's client was told of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Promise {
    /// Nothing that this replica has to do with.
    None,
    /// That it is written.
    Acknowledged,
    /// Nothing yet: its request waits at this replica.
    Waiting,
}

/// A record that was here and is no more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ghost {
    /// Where it stood.
    pub offset: Offset,
    /// Which record.
    pub value: ValueId,
    /// Its text.
    pub text: Arc<str>,
    /// Whether its client was told that it is written, and it is nowhere now.
    pub promise_broken: bool,
}

/// A request in a replica's purgatory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Who sent it.
    pub from: Arc<str>,
    /// What it waits for.
    pub wants: WantedText,
}

/// What a waiting request waits for, with the texts of its records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WantedText {
    /// The high watermark, for these records.
    HighWatermark(Offset, Arc<str>),
    /// A record at this offset.
    Record(Offset),
    /// A committed record at this offset.
    CommittedRecord(Offset),
}

/// The offsets a scene has cells for, and where the logs part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    /// The first offset.
    pub first: Offset,
    /// The exclusive end: the highest log end offset of all replicas.
    pub end: Offset,
    /// The last row worth showing: that of the next record, or of the last ghost behind it.
    pub last: Offset,
    /// The offsets at which some replica differs from the leader: first and exclusive end.
    pub diverged: Option<(Offset, Offset)>,
}

/// A producer or consumer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientCard {
    /// Which.
    pub id: ClientId,
    /// Its name.
    pub name: Arc<str>,
    /// What it does.
    pub kind: ClientKind,
    /// What it is, in few words: `acks=1`, `consumer, read up to 9`.
    pub about: String,
    /// Whom it takes for the leader.
    pub belief: Belief,
    /// What it was told last, if anything.
    pub told: Option<Told>,
}

/// Whom a client takes for the leader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Belief {
    /// It knows nothing yet.
    Nothing,
    /// It knows that there is no leader.
    NoLeader,
    /// This broker in this epoch, and so it is.
    Current(BrokerId, LeaderEpoch),
    /// This broker in this epoch, and that is over.
    Outdated(BrokerId, LeaderEpoch),
}

/// What a producer was told last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// About which record.
    pub value: Arc<str>,
    /// What.
    pub what: ToldWhat,
}

/// The answer itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToldWhat {
    /// No answer yet.
    Waiting,
    /// Written.
    Acknowledged,
    /// Given up with this error.
    Failed(&'static str),
}

/// Which half of which request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MessageKey {
    /// The request, or the one answered.
    pub request: RequestId,
    /// Whether it is the answer.
    pub is_response: bool,
}

/// A request or response between two nodes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Which.
    pub key: MessageKey,
    /// What it says, in few words.
    pub label: Arc<str>,
    /// Whether it carries metadata.
    pub is_metadata: bool,
    /// Its sender.
    pub from: NodeId,
    /// Its receiver.
    pub to: NodeId,
    /// Sender and receiver in words: `billing to broker 1`.
    pub ends: Arc<str>,
    /// When it left.
    pub sent_at: SimTime,
    /// Where it is.
    pub transit: Transit,
    /// The event of its sending.
    pub cause: EventId,
    /// Which of the parallel lanes it keeps to for all its life.
    pub lane: u32,
}
