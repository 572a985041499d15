//! The map in words.
//!
//! Uses: `map`.

use epochscope_engine::metadata::partition_registration::PartitionRegistration;
use epochscope_vocabulary::{SimTime, TopicPartition};

use crate::map::{Harm, Loss, Preferred, Standing, Worst};

/// A replica: `orders-3: leads, preferred`.
pub(crate) fn chip(topic: &str, number: u32, how: (Standing, Preferred, Harm)) -> String {
    let (standing, preferred, harm) = how;
    let standing = match standing {
        Standing::Leads => "leads",
        Standing::InSync => "in the ISR",
        Standing::Out => "out of the ISR",
        Standing::Offline => "offline",
    };
    let preferred = match preferred {
        Preferred::No => "",
        Preferred::Leads | Preferred::Elsewhere => ", preferred",
    };
    let harm = match harm {
        Harm::None => "",
        Harm::BelowMinIsr => "; would fall below min ISR",
        Harm::Unclean => "; would be led uncleanly",
        Harm::Offline => "; would go offline",
    };
    format!("{topic}-{number}: {standing}{preferred}{harm}")
}

/// A partition in a line; how it is, from offline to in sync.
pub(crate) fn worst(
    topic: &str,
    partition: TopicPartition,
    state: &PartitionRegistration,
    rank: usize,
) -> Worst {
    let states = [
        ("offline", "bad"),
        ("below min ISR", "warn"),
        ("under-replicated", ""),
        ("in sync", "ok"),
    ];
    let leader = state.leader.map_or_else(|| "none".to_owned(), |leader| leader.to_string());
    let name = format!("{topic}-{}", partition.partition);
    let cells =
        [name, leader, super::joined(&state.replicas, ""), super::joined(&state.isr, "none")];
    Worst { partition, cells, state: states[rank] }
}

/// What a broker holds.
pub(crate) fn holding([leads, preferred, replicas, out]: [usize; 4]) -> String {
    let out = if out > 0 { format!(", {out} out of sync") } else { String::new() };
    format!("{leads} led, {preferred} preferred, {replicas} replicas{out}")
}

/// The cluster in numbers: each with its name and the class of its tone.
pub(crate) fn figures(
    (up, brokers): (usize, usize),
    partitions: usize,
    [offline, below, under, _]: [usize; 4],
    astray: usize,
) -> Vec<(usize, &'static str, &'static str)> {
    let tone = |count: usize, class: &'static str| if count > 0 { class } else { "" };
    vec![
        (brokers, "brokers", ""),
        (up, "up", tone(brokers - up, "warn")),
        (partitions, "partitions", ""),
        (offline, "offline", tone(offline, "bad")),
        (below, "below min ISR", tone(below, "warn")),
        (under, "under-replicated", ""),
        (astray, "not led by preferred", ""),
    ]
}

/// Preferred leaders that do not lead, and how many of them the next check sets right.
pub(crate) fn balance(astray: usize, after: Option<usize>) -> String {
    let told = format!("Led by another than the preferred leader, or by nobody: {astray}.");
    match after.filter(|_| astray > 0) {
        None => told,
        Some(after) => {
            let home = astray.saturating_sub(after);
            let wait = "their preferred leader is down or out of the ISR";
            format!("{told} The next check gives back {home}. Waiting, since {wait}: {after}.")
        }
    }
}

/// What a loss would do, beyond what is so now.
pub(crate) fn loss(loss: &Loss, now: [usize; 4]) -> String {
    let Some(after) = loss.counts else {
        let nobody = "no controller is active, or it would fail: nobody would decide anything";
        return format!("{}: {nobody}.", loss.name);
    };
    let more = |at: usize| after[at].saturating_sub(now[at]);
    let counts = [more(0), more(1), more(2), after[3]];
    let names = ["go offline", "fall below min ISR", "become under-replicated", "fail over"];
    let told = listed(counts, names);
    let told = if told.is_empty() { "nothing happens to any partition".to_owned() } else { told };
    format!("If {} goes: {told}.", loss.name)
}

/// The numbers that are not 0, with their names.
fn listed(counts: [usize; 4], names: [&'static str; 4]) -> String {
    let all = counts.into_iter().zip(names).filter(|(count, _)| *count > 0);
    let all: Vec<String> = all.map(|(count, name)| format!("{count} {name}")).collect();
    all.join(", ")
}

/// How long it is until leaders are balanced: `next check in 4:19`.
#[must_use]
pub fn next_check(now: SimTime, at: Option<SimTime>) -> String {
    match at {
        Some(at) => {
            let seconds = at.0.saturating_sub(now.0).div_ceil(1_000_000);
            format!("next check in {}:{:02}", seconds / 60, seconds % 60)
        }
        None => "no check is planned".to_owned(),
    }
}
