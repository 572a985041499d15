//! The state of a broker, a replica or a client in words.
//!
//! Each text comes with the class of its tone: `ok`, `warn`, `bad`, `meta`, `off` or none.
//!
//! Uses: `palette`, `scene`.

use epochscope_engine::observe::PartitionObservation;
use epochscope_vocabulary::command::ClientKind;
use epochscope_vocabulary::metadata_record::RegistrationState;
use epochscope_vocabulary::{BrokerId, LeaderEpoch, Offset, SimTime};

use crate::palette::epoch_letter;
use crate::scene::{
    Belief, BrokerCard, Chip, ClientCard, MetadataLag, ProcessStatus, Promise, Quorum, Replica,
    Role, ToldWhat, WantedText,
};

/// A tone's class, empty for none.
type ToneClass = &'static str;

/// A moment in seconds, to the millisecond: `28.549`.
#[must_use]
pub fn moment(at: SimTime) -> String {
    let ms = at.0 / 1_000;
    format!("{}.{:03}", ms / 1_000, ms % 1_000)
}

/// What a broker's process does.
#[must_use]
pub fn process(broker: &BrokerCard) -> (&'static str, ToneClass) {
    let stale = broker.replica.as_ref().is_some_and(|replica| replica.role == Role::StaleLeader);
    match broker.process {
        ProcessStatus::Paused => ("paused", "warn"),
        ProcessStatus::Killed => ("crashed", "off"),
        ProcessStatus::Stopped => ("stopped", "off"),
        ProcessStatus::Running if stale => ("awake", "bad"),
        ProcessStatus::Running => match broker.registration {
            Some(RegistrationState::Unfenced) => ("running", "ok"),
            Some(RegistrationState::Fenced) => ("fenced", "warn"),
            Some(RegistrationState::ControlledShutdown) => ("stopping", "warn"),
            None => ("starting", "warn"),
        },
    }
}

/// The same with its beginning: `paused since 20.000 s`.
#[must_use]
pub fn process_since(broker: &BrokerCard) -> String {
    let (state, _) = process(broker);
    broker.since.map_or_else(|| state.to_owned(), |at| format!("{state} since {at} s"))
}

/// All that a card shows of a broker's replicas, for those who do not see the picture.
#[must_use]
pub fn card(broker: &BrokerCard) -> String {
    let mut text = match &broker.replica {
        Some(replica) => self::replica(broker, replica),
        None if broker.cut_off.is_empty() => String::new(),
        None => format!("Cut off: {}.", broker.cut_off),
    };
    if !broker.others.is_empty() {
        let chips: Vec<String> = broker.others.iter().map(chip).collect();
        text.push_str(&format!(" Other partitions here: {}", chips.join(" ")));
    }
    text
}

/// A replica in one paragraph, for those who do not see the picture.
#[must_use]
pub fn replica(broker: &BrokerCard, replica: &Replica) -> String {
    let ends = (replica.high_watermark, replica.log_end_offset);
    let mut text = standing(replica.role, replica.leader_epoch, replica.part.0, ends);
    if let Some(directory) = &replica.directory {
        text.push_str(&format!(" In log directory {directory}."));
    }
    if let Some(from) = replica.differs_from {
        text.push_str(&format!(" Differs from the leader's log from offset {from} on."));
    }
    if !broker.cut_off.is_empty() {
        text.push_str(&format!(" Cut off: {}.", broker.cut_off));
    }
    if broker.inbox > 0 {
        text.push_str(&format!(" {} messages wait in its inbox.", broker.inbox));
    }
    let newest = replica.cells.iter().rev().take(4).rev().map(|cell| {
        let told = match cell.promise {
            Promise::None => "",
            Promise::Acknowledged => ", acknowledged",
            Promise::Waiting => ", its client waits",
        };
        let letter = epoch_letter(cell.epoch);
        format!("{} {} of epoch {letter}{told}", cell.offset, cell.text)
    });
    let newest: Vec<String> = newest.collect();
    if !newest.is_empty() {
        text.push_str(&format!(" Newest records: {}.", newest.join("; ")));
    }
    text
}

/// Whom cut links keep a broker from.
#[must_use]
pub fn cut_off(broker: &BrokerCard) -> String {
    format!("cut off: {}", broker.cut_off)
}

/// A replica of another partition.
#[must_use]
pub fn chip(chip: &Chip) -> String {
    let ends = (chip.high_watermark, chip.log_end_offset);
    format!("{}: {}", chip.name, standing(chip.role, chip.leader_epoch, in_isr(chip), ends))
}

const fn in_isr(chip: &Chip) -> &'static str {
    if chip.in_isr { "in ISR" } else { "not in ISR" }
}

fn standing(role: Role, epoch: LeaderEpoch, part: &str, ends: (Offset, Offset)) -> String {
    let role = match role {
        Role::Leader => "Leader".to_owned(),
        Role::StaleLeader => "Stale leader: it believes it leads and does not".to_owned(),
        Role::Follower(leader) => format!("Follower of broker {leader}"),
        Role::Leaderless => "Knows of no leader".to_owned(),
        Role::Crashed => "Crashed; this is what its disk holds".to_owned(),
        Role::Stopped => "Stopped; this is what its disk holds".to_owned(),
        Role::Offline => "Offline: its log directory has failed".to_owned(),
    };
    let (hw, leo) = ends;
    format!("{role}. Leader epoch {epoch}, {part}. High watermark {hw}, log end offset {leo}.")
}

/// What part a broker has in a partition: in sync or not, on its way in or out. `proposed` is the
/// ISR that the leader has asked for.
#[must_use]
pub(crate) fn part(
    decided: &PartitionObservation,
    proposed: Option<&[BrokerId]>,
    id: BrokerId,
) -> (&'static str, ToneClass) {
    let asked = proposed.map(|proposed| proposed.contains(&id));
    match decided.isr.contains(&id) {
        true if asked == Some(false) => ("leaving ISR", "warn"),
        true if decided.removing.contains(&id) => ("in ISR, to go", ""),
        true => ("in ISR", ""),
        false if asked == Some(true) => ("joining ISR", "meta"),
        false if decided.elr.contains(&id) => ("in ELR", "meta"),
        false if decided.last_known_elr.contains(&id) => ("led last", "warn"),
        false if decided.adding.contains(&id) => ("to be added", "meta"),
        false => ("not in ISR", "warn"),
    }
}

/// The same in a word, for where there is little room.
#[must_use]
pub fn part_in_short(part: &str) -> &'static str {
    match part {
        "in ISR" => "ISR",
        "in ISR, to go" => "ISR −",
        "joining ISR" => "+ ISR",
        "leaving ISR" => "− ISR",
        "in ELR" => "ELR",
        "to be added" => "new",
        "led last" => "last",
        _ => "out",
    }
}

/// How far many brokers have read the controllers' decisions: who has not read all of them.
#[must_use]
pub fn readers(quorum: &Quorum) -> String {
    let who = |lag: MetadataLag| -> Vec<String> {
        let all = quorum.brokers.iter().filter(|(_, _, found)| *found == lag);
        all.map(|(id, _, _)| id.to_string()).collect()
    };
    let (current, all) = (who(MetadataLag::UpToDate).len(), quorum.brokers.len());
    let mut text = format!("{current} of {all} brokers are up to date");
    for (lag, name) in [(MetadataLag::Behind, "behind"), (MetadataLag::Down, "down")] {
        let ids = who(lag);
        if !ids.is_empty() {
            text.push_str(&format!("; {name}: {}", ids.join(", ")));
        }
    }
    text
}

/// What waits at a broker besides produces.
#[must_use]
pub fn purgatory(broker: &BrokerCard) -> String {
    let replica = broker.replica.as_deref();
    if let Some(replica) = replica.filter(|replica| replica.role == Role::Offline) {
        let path = replica.directory.as_deref().unwrap_or_default();
        return format!("Its log directory {path} has failed");
    }
    let requests = replica.map_or(&[][..], |replica| &replica.waiting);
    let fetches: Vec<&str> = requests
        .iter()
        .filter(|request| match request.wants {
            WantedText::Record(_) | WantedText::CommittedRecord(_) => true,
            WantedText::HighWatermark(..) => false,
        })
        .map(|request| &*request.from)
        .collect();
    match fetches.as_slice() {
        [] => "Nothing waits here".to_owned(),
        [only] => format!("A fetch waits: {only}"),
        several => format!("{} fetches wait: {}", several.len(), several.join(", ")),
    }
}

/// Whom a client takes for the leader.
#[must_use]
pub fn belief(client: &ClientCard) -> (String, ToneClass) {
    let verb = match client.kind {
        ClientKind::Producer => "writes to",
        ClientKind::Consumer => "reads from",
    };
    match client.belief {
        Belief::Nothing => ("knows no leader yet".to_owned(), ""),
        Belief::NoLeader => ("knows that nobody leads".to_owned(), "warn"),
        Belief::Current(broker, epoch) => (format!("{verb} broker {broker}, epoch {epoch}"), ""),
        Belief::Outdated(broker, _) => (format!("old metadata: {verb} {broker}"), "bad"),
    }
}

/// What a producer was told last; empty if nothing.
#[must_use]
pub fn told(client: &ClientCard) -> (String, ToneClass) {
    let Some(told) = &client.told else { return (String::new(), "") };
    let value = &told.value;
    match told.what {
        ToldWhat::Waiting => (format!("{value} unanswered"), "meta"),
        ToldWhat::Acknowledged => (format!("{value} written"), "ok"),
        ToldWhat::Failed(error) => (format!("{value}: {error}"), "bad"),
    }
}
