//! Who believed to lead when, and what happened, along the whole run: the time bar's data.
//!
//! A band begins when a broker starts to lead the partition shown and ends when it follows, or its
//! process ends. Where two bands of running brokers overlap, two brokers accepted writes at once.
//!
//! Uses: its folder, `narration`, `scene`.

mod committed;

pub use committed::{IsrSpan, WriteSpan, Writes};

use std::sync::Arc;

use epochscope_engine::observe::PartitionObservation;
use epochscope_vocabulary::{
    BrokerId, Event, EventKind, LeaderEpoch, Names, NodeId, SimTime, SortedSet, TopicPartition,
    ValueId,
};

use self::committed::Committed;
use crate::narration;
use crate::scene::Tone;

/// The time bar of one partition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timeline {
    /// The end of what is known of the run.
    pub end: SimTime,
    /// From when on nothing is told, since a question waits for its answer.
    pub veil: Option<SimTime>,
    /// Who believed to lead, in order of their beginning.
    pub bands: Vec<Band>,
    /// Spans in which two running brokers believed so.
    pub split_brain: Vec<(SimTime, SimTime)>,
    /// The controller's ISR.
    pub isr: Vec<IsrSpan>,
    /// Whether a write with acks=all was taken.
    pub writes: Vec<WriteSpan>,
    /// What producers were told: with a cross if the promise was broken later.
    pub answers: Vec<Tick>,
    /// The scenario's markers.
    pub markers: Vec<(SimTime, Arc<str>)>,
    /// What happened.
    pub ticks: Vec<Tick>,
}

impl Timeline {
    /// Every broker that ever believed to lead, in order.
    #[must_use]
    pub fn ever_led(&self) -> Vec<BrokerId> {
        let found: SortedSet<BrokerId> = self.bands.iter().map(|band| band.broker).collect();
        found.into_iter().collect()
    }

    /// Every broker that the lane of the ISR has a line for, in order.
    #[must_use]
    pub fn ever_in_sync(&self) -> Vec<BrokerId> {
        let found: SortedSet<BrokerId> =
            self.isr.iter().flat_map(|span| span.isr.iter().copied()).collect();
        found.into_iter().collect()
    }
}

/// A span in which one broker believed to lead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Band {
    /// Which.
    pub broker: BrokerId,
    /// In which epoch.
    pub epoch: LeaderEpoch,
    /// From when.
    pub from: SimTime,
    /// Until when.
    pub to: SimTime,
    /// Whether it could act.
    pub acts: Acts,
}

/// Whether a broker that believes to lead can act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acts {
    /// It runs.
    Running,
    /// Its process stands still.
    Paused,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tick {
    /// When.
    pub at: SimTime,
    /// How it bears on the story.
    pub tone: Tone,
    /// What, in few words.
    pub label: Arc<str>,
}

/// A broker's present state, as far as bands need it.
#[derive(Clone, Debug)]
struct Open {
    leads: Option<(LeaderEpoch, SimTime)>,
    acts: Acts,
}

/// Builds a timeline from a trace.
#[derive(Clone, Debug)]
pub(crate) struct TimelineBuilder {
    partition: TopicPartition,
    open: Vec<(BrokerId, Open)>,
    bands: Vec<Band>,
    committed: Committed,
    answers: Vec<Tick>,
    ticks: Vec<Tick>,
}

impl TimelineBuilder {
    /// For a partition that is as `start` says at the start, if it exists then.
    pub(crate) fn new(partition: TopicPartition, start: Option<&PartitionObservation>) -> Self {
        let leader = start.and_then(|start| Some((start.leader?, start.leader_epoch)));
        let leading = leader.map(|(broker, epoch)| {
            (broker, Open { leads: Some((epoch, SimTime::ZERO)), acts: Acts::Running })
        });
        Self {
            partition,
            open: leading.into_iter().collect(),
            bands: Vec::new(),
            committed: Committed::new(partition, start),
            answers: Vec::new(),
            ticks: Vec::new(),
        }
    }

    /// Takes in what a producer was told; `is_broken` says of a record whether it is true no more.
    pub(crate) fn take_answer(
        &mut self,
        event: &Event,
        names: &Names,
        is_broken: impl Fn(ValueId) -> bool,
    ) {
        let EventKind::Acknowledged { partition, values, .. } = &event.kind else { return };
        let Some(first) = values.first().filter(|_| *partition == self.partition) else { return };
        let text = names.value_text(*first);
        let label = match values.len() {
            1 => text.to_owned(),
            more => format!("{text} and {} more", more - 1),
        };
        let tone =
            if values.iter().any(|value| is_broken(*value)) { Tone::Bad } else { Tone::Good };
        self.answers.push(Tick { at: event.at, tone, label: label.into() });
    }

    /// Takes in the next event.
    pub(crate) fn take(&mut self, event: &Event, names: &Names) {
        if let Some(NodeId::Broker(broker)) = event.node {
            self.follow(broker, event);
        }
        self.committed.take(event);
        if let Some(label) = label(event, self.partition, names) {
            let tone = narration::tone(&event.kind);
            self.ticks.push(Tick { at: event.at, tone, label: label.into() });
        }
    }

    /// The timeline as it is if nothing more happens until `end`.
    pub(crate) fn timeline(self, end: SimTime) -> Timeline {
        let mut bands = self.bands;
        for (broker, open) in &self.open {
            if let Some((epoch, from)) = open.leads {
                insert(&mut bands, Band { broker: *broker, epoch, from, to: end, acts: open.acts });
            }
        }
        let split_brain = overlaps(&bands);
        let (isr, writes) = self.committed.spans(end);
        let (answers, ticks) = (self.answers, self.ticks);
        let none = Timeline::default();
        Timeline { end, bands, split_brain, isr, writes, answers, ticks, ..none }
    }

    fn follow(&mut self, broker: BrokerId, event: &Event) {
        use EventKind as K;
        let at = event.at;
        if let K::BecameLeader { partition, leader_epoch, .. } = &event.kind {
            if *partition == self.partition {
                let acts = self.close(broker, at);
                self.set(broker, Open { leads: Some((*leader_epoch, at)), acts });
            }
        } else if let K::BecameFollower { partition, .. }
        | K::ReplicaDeleted { partition }
        | K::ReplicaOffline { partition } = &event.kind
        {
            if *partition == self.partition {
                self.close(broker, at);
            }
        } else if matches!(
            event.kind,
            K::Killed {} | K::Halted { .. } | K::Stopped {} | K::Started {}
        ) {
            self.close(broker, at);
            self.set(broker, Open { leads: None, acts: Acts::Running });
        } else if matches!(event.kind, K::Paused {}) {
            self.turn(broker, at, Acts::Paused);
        } else if matches!(event.kind, K::Resumed {}) {
            self.turn(broker, at, Acts::Running);
        }
    }

    /// Ends the broker's band; answers whether it acts.
    fn close(&mut self, broker: BrokerId, at: SimTime) -> Acts {
        let Some(open) = self.open_mut(broker) else { return Acts::Running };
        let acts = open.acts;
        if let Some((epoch, from)) = open.leads.take() {
            insert(&mut self.bands, Band { broker, epoch, from, to: at, acts });
        }
        acts
    }

    fn open_mut(&mut self, broker: BrokerId) -> Option<&mut Open> {
        self.open.iter_mut().find(|(known, _)| *known == broker).map(|(_, open)| open)
    }

    fn set(&mut self, broker: BrokerId, state: Open) {
        match self.open_mut(broker) {
            Some(open) => *open = state,
            None => self.open.push((broker, state)),
        }
    }

    fn turn(&mut self, broker: BrokerId, at: SimTime, acts: Acts) {
        let open = self.open_mut(broker);
        let epoch = open.and_then(|open| open.leads).map(|(epoch, _)| epoch);
        self.close(broker, at);
        self.set(broker, Open { leads: epoch.map(|epoch| (epoch, at)), acts });
    }
}

/// Puts a band among those before it, in order of their beginning.
fn insert(bands: &mut Vec<Band>, band: Band) {
    let key = |band: &Band| (band.from, band.broker);
    let index = bands.partition_point(|known| key(known) <= key(&band));
    bands.insert(index, band);
}

fn overlaps(bands: &[Band]) -> Vec<(SimTime, SimTime)> {
    let running = || bands.iter().filter(|band| band.acts == Acts::Running);
    let mut found: Vec<(SimTime, SimTime)> = Vec::new();
    for one in running() {
        for other in running().filter(|other| other.broker > one.broker) {
            let (from, to) = (one.from.max(other.from), one.to.min(other.to));
            if from < to {
                let index = found.partition_point(|known| *known < (from, to));
                found.insert(index, (from, to));
            }
        }
    }
    found
}

/// The few words of a tick; none for what happens all the time.
fn label(event: &Event, shown: TopicPartition, names: &Names) -> Option<String> {
    let node = event.node.map(|node| match node {
        NodeId::Broker(id) => id.to_string(),
        NodeId::Controller(id) => id.to_string(),
        NodeId::Client(id) => names.client_name(id).to_owned(),
    });
    let who = node.unwrap_or_default();
    let kind = &event.kind;
    if let EventKind::CommandGiven { text } = kind {
        return Some(text.to_string());
    }
    if let EventKind::SessionExpired { broker, .. } = kind {
        return Some(format!("{broker} fenced"));
    }
    if let EventKind::BecameLeader { partition, leader_epoch, .. } = kind {
        return (*partition == shown).then(|| format!("{who} leads, epoch {leader_epoch}"));
    }
    if let EventKind::Truncated { partition, from, to, .. } = kind {
        let last = from.0.saturating_sub(1);
        let span = if to.0 == last { last.to_string() } else { format!("{to} to {last}") };
        return (*partition == shown).then(|| format!("{who} truncates {span}"));
    }
    if let EventKind::InvariantViolated { name, .. } = kind {
        return Some((*name).to_owned());
    }
    matches!(kind, EventKind::Resumed {}).then(|| format!("{who} wakes"))
}
