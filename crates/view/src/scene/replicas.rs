//! Broker cards: role, log cells, ghosts, and where a log leaves the leader's.
//!
//! Uses: `scene`, `reading`, `narration`.

use std::sync::Arc;

use epochscope_engine::log::ReplicatedLog;
use epochscope_engine::observe::{
    BrokerObservation, ProcessStatus, ReplicaObservation, ReplicaRole, WaitingRequest, Wants,
};
use epochscope_vocabulary::{BrokerId, Names, Offset, ValueId};

use super::{
    BrokerCard, Cell, Chip, Ghost, Promise, Reading, Replica, Role, Rows, Waiting, WantedText,
};
use crate::narration;
use crate::trace::History;

/// How many offsets below the highest log end a scene has cells for.
pub(crate) const WINDOW: u64 = 64;

/// Ghosts further than this behind the log's end are left out.
const MOST_GHOSTS: u64 = 6;

/// How a chip looks, whatever its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChipMark {
    /// It leads: filled.
    Leads,
    /// It believes so and does not: dashed, in the colour of what is wrong.
    Stale,
    /// It is in sync: outlined.
    InSync,
    /// It is not, or it is down: dashed.
    Out,
}

impl Chip {
    /// How it looks.
    #[must_use]
    pub const fn mark(&self) -> ChipMark {
        match (self.role, self.in_isr) {
            (Role::StaleLeader, _) => ChipMark::Stale,
            (Role::Leader, _) => ChipMark::Leads,
            (Role::Follower(_) | Role::Leaderless, true) => ChipMark::InSync,
            (Role::Crashed | Role::Stopped | Role::Offline, _) | (_, false) => ChipMark::Out,
        }
    }
}

/// The offsets that cells are made for.
pub(crate) fn rows(reading: &Reading, history: &History) -> Rows {
    let replicas = reading.replicas.iter();
    let end = replicas.clone().map(|replica| replica.log.log_end_offset()).max();
    let start = replicas.map(|replica| replica.log.log_start_offset()).min();
    let end = end.unwrap_or_default();
    let first = Offset(end.0.saturating_sub(WINDOW)).max(start.unwrap_or_default()).min(end);
    let differences = reading.replicas.iter().filter_map(|replica| {
        let from = differs_from(reading, replica)?;
        Some((from, replica.log.log_end_offset()))
    });
    let diverged = differences.reduce(|one, other| (one.0.min(other.0), one.1.max(other.1)));
    let cut = reading.shown.into_iter().flat_map(|shown| {
        reading.replicas.iter().flat_map(move |one| history.cut_from(one.broker, shown))
    });
    let ghosts = cut.map(|(offset, _)| offset).filter(|offset| *offset < end.plus(MOST_GHOSTS));
    Rows { first, end, last: ghosts.fold(end, Offset::max), diverged }
}

/// The brokers rack by rack, racks in the order in which they first appear.
pub(crate) fn cards(reading: &Reading, history: &History, rows: Rows) -> Vec<BrokerCard> {
    let mut racks: Vec<&Option<Arc<str>>> = Vec::new();
    for broker in &reading.brokers {
        if !racks.contains(&&broker.rack) {
            racks.push(&broker.rack);
        }
    }
    let in_rack = |rack| reading.brokers.iter().filter(move |broker| &broker.rack == rack);
    racks.into_iter().flat_map(in_rack).map(|broker| card(reading, history, rows, broker)).collect()
}

fn card(
    reading: &Reading,
    history: &History,
    rows: Rows,
    broker: &BrokerObservation,
) -> BrokerCard {
    let replica = reading.replica(broker.id);
    BrokerCard {
        id: broker.id,
        rack: broker.rack.clone(),
        process: broker.process,
        registration: broker.registration,
        since: history.since(broker.id),
        metadata_offset: broker.metadata_offset,
        inbox: broker.inbox,
        cut_off: super::cuts::cut_off(reading, broker.id.into()),
        others: others(reading, broker),
        replica: replica.map(|seen| {
            let ghosts = ghosts(reading, history, broker.id, rows);
            let leading = reading.leader_replica();
            let proposed = leading.and_then(|leading| leading.proposed_isr.as_deref());
            let part = reading.partition().map(|one| narration::part(one, proposed, broker.id));
            Arc::new(Replica {
                role: role(broker.process, seen),
                leader_epoch: seen.leader_epoch,
                part: part.unwrap_or_default(),
                directory: seen.directory.clone(),
                cells: cells(reading, seen, rows),
                ghosts,
                high_watermark: seen.high_watermark,
                log_end_offset: seen.log.log_end_offset(),
                differs_from: differs_from(reading, seen),
                own_isr: seen.isr.clone(),
                waiting: waiting(&reading.names, &seen.waiting),
            })
        }),
    }
}

/// The broker's replicas of other partitions.
fn others(reading: &Reading, broker: &BrokerObservation) -> Vec<Chip> {
    let chip = |replica: &ReplicaObservation| {
        let state = reading.partitions.iter().find(|p| p.partition == replica.partition)?;
        Some(Chip {
            partition: replica.partition,
            name: state.name.as_str().into(),
            role: role(broker.process, replica),
            leader_epoch: replica.leader_epoch,
            in_isr: state.isr.contains(&broker.id),
            high_watermark: replica.high_watermark,
            log_end_offset: replica.log.log_end_offset(),
        })
    };
    reading.others.iter().filter(|replica| replica.broker == broker.id).filter_map(chip).collect()
}

/// What a replica's badge says.
pub(crate) fn role(process: ProcessStatus, replica: &ReplicaObservation) -> Role {
    match (process, replica.role) {
        (ProcessStatus::Killed, _) => Role::Crashed,
        (ProcessStatus::Stopped, _) => Role::Stopped,
        (_, ReplicaRole::Offline) => Role::Offline,
        (_, ReplicaRole::Leader) if replica.is_stale_leader => Role::StaleLeader,
        (_, ReplicaRole::Leader) => Role::Leader,
        (_, ReplicaRole::Follower(leader)) => Role::Follower(leader),
        (_, ReplicaRole::Leaderless) => Role::Leaderless,
    }
}

fn cells(reading: &Reading, replica: &ReplicaObservation, rows: Rows) -> Vec<Cell> {
    let differs_from = differs_from(reading, replica);
    let records = replica.log.records(rows.first, rows.end);
    let cell = |(offset, record): (Offset, &epochscope_engine::log::LogRecord)| Cell {
        offset,
        value: record.value,
        text: reading.names.value_text(record.value).into(),
        epoch: record.leader_epoch,
        is_committed: offset < replica.high_watermark,
        promise: promise(reading, replica, record.value),
        differs: differs_from.is_some_and(|from| offset >= from),
    };
    records.map(cell).collect()
}

/// A promise is shown where it was made: at a replica that believes it leads.
fn promise(reading: &Reading, replica: &ReplicaObservation, value: ValueId) -> Promise {
    if replica.role != ReplicaRole::Leader {
        return Promise::None;
    }
    let waits = replica.waiting.iter().any(|request| match &request.wants {
        Wants::HighWatermark { values, .. } => values.contains(&value),
        Wants::Record(_) | Wants::CommittedRecord(_) => false,
    });
    match (waits, reading.is_acknowledged(value)) {
        (true, _) => Promise::Waiting,
        (false, true) => Promise::Acknowledged,
        (false, false) => Promise::None,
    }
}

/// The first offset at which this replica holds another record than the committed leader's, or one
/// that the leader has not got.
fn differs_from(reading: &Reading, replica: &ReplicaObservation) -> Option<Offset> {
    let leader = reading.leader_replica()?;
    (leader.broker != replica.broker).then(|| first_difference(&replica.log, &leader.log))?
}

fn first_difference(log: &ReplicatedLog, leader: &ReplicatedLog) -> Option<Offset> {
    let end = log.log_end_offset();
    let start = log.log_start_offset().max(leader.log_start_offset());
    let window = start.max(Offset(end.0.saturating_sub(4 * WINDOW)));
    let differs = |(offset, record): &(Offset, &epochscope_engine::log::LogRecord)| {
        leader.record(*offset).is_none_or(|other| {
            (other.value, other.leader_epoch) != (record.value, record.leader_epoch)
        })
    };
    log.records(window, end).find(differs).map(|(offset, _)| offset)
}

fn ghosts(reading: &Reading, history: &History, broker: BrokerId, rows: Rows) -> Vec<Ghost> {
    let Some(partition) = reading.shown else { return Vec::new() };
    let cut = history.cut_from(broker, partition);
    let visible = cut.filter(|(offset, _)| (rows.first..=rows.last).contains(offset));
    let ghost = |(offset, value): (Offset, ValueId)| Ghost {
        offset,
        value,
        text: reading.names.value_text(value).into(),
        promise_broken: reading.is_promise_broken(value),
    };
    visible.map(ghost).collect()
}

fn waiting(names: &Names, requests: &[WaitingRequest]) -> Vec<Waiting> {
    let text = |request: &WaitingRequest| Waiting {
        from: names.node_name(request.from).into(),
        wants: match &request.wants {
            Wants::HighWatermark { required, values } => {
                let texts: Vec<&str> = values.iter().map(|v| names.value_text(*v)).collect();
                WantedText::HighWatermark(*required, texts.join(", ").into())
            }
            Wants::Record(offset) => WantedText::Record(*offset),
            Wants::CommittedRecord(offset) => WantedText::CommittedRecord(*offset),
        },
    };
    requests.iter().map(text).collect()
}

/// Whether a broker is down, and with it all that it held in memory.
pub(crate) const fn is_down(process: ProcessStatus) -> bool {
    matches!(process, ProcessStatus::Killed | ProcessStatus::Stopped)
}
