//! The state as a short table for people: who runs, who leads, how far each log goes.

use std::fmt::Display;

use epochscope_vocabulary::SimTime;

use super::schema::{PartitionState, ReplicaState, State};

/// The whole table.
pub(super) fn table(state: &State) -> String {
    let mut text = format!("{} at {}\n", title(state), SimTime(state.at_us));
    text.push_str(&controllers(state));
    text.push_str(&brokers(state));
    text.push_str(&partitions(&state.partitions));
    text.push_str(&clients(state));
    text.push_str(&summary(state));
    text
}

fn title(state: &State) -> &str {
    state.scenario.title.as_deref().unwrap_or("The cluster")
}

fn controllers(state: &State) -> String {
    let mut rows = vec![row(["CONTROLLER", "ROLE", "EPOCH", "LEO", "HW"])];
    rows.extend(state.controllers.iter().map(|one| {
        vec![
            one.id.to_string(),
            one.quorum_role.to_owned(),
            one.quorum_epoch.to_string(),
            one.log_end_offset.to_string(),
            one.high_watermark.to_string(),
        ]
    }));
    aligned(&rows)
}

fn brokers(state: &State) -> String {
    let mut rows =
        vec![row(["BROKER", "RACK", "PROCESS", "REGISTRATION", "EPOCH", "METADATA", "INBOX"])];
    rows.extend(state.brokers.iter().map(|one| {
        vec![
            one.id.to_string(),
            one.rack.clone().unwrap_or_else(|| "-".to_owned()),
            one.process.to_owned(),
            one.registration.to_owned(),
            or_dash(one.broker_epoch),
            one.metadata_offset.to_string(),
            one.inbox.to_string(),
        ]
    }));
    aligned(&rows)
}

fn partitions(partitions: &[PartitionState]) -> String {
    let mut rows =
        vec![row(["PARTITION", "AS SEEN BY", "ROLE", "LEADER", "EPOCH", "ISR", "LEO", "HW"])];
    for one in partitions {
        let decided = &one.controller;
        rows.push(vec![
            one.name.clone(),
            "controller".to_owned(),
            "-".to_owned(),
            decided.leader.map_or_else(|| "none".to_owned(), |leader| leader.to_string()),
            decided.leader_epoch.to_string(),
            list(&decided.isr),
            "-".to_owned(),
            "-".to_owned(),
        ]);
        rows.extend(one.replicas.iter().map(replica));
    }
    aligned(&rows)
}

fn replica(one: &ReplicaState) -> Vec<String> {
    let leads = one.role == "leader";
    vec![
        String::new(),
        format!("broker {}", one.broker),
        if one.stale_leader { "stale leader".to_owned() } else { one.role.to_owned() },
        or_dash(if leads { Some(one.broker) } else { one.follows }),
        one.leader_epoch.to_string(),
        if leads { list(&one.isr) } else { "-".to_owned() },
        one.log_end_offset.to_string(),
        one.high_watermark.to_string(),
    ]
}

fn clients(state: &State) -> String {
    if state.clients.is_empty() {
        return String::new();
    }
    let mut rows = vec![row(["CLIENT", "KIND", "ACKS", "BELIEVES", "LAST RESULT", "READ"])];
    rows.extend(state.clients.iter().map(|one| {
        let believes = one.leaders.iter().map(|believed| {
            let leader = or_dash(believed.leader);
            format!("{}={leader} epoch {}", believed.partition, believed.leader_epoch)
        });
        let result = one.results.last().map(|last| format!("{} {}", last.value, last.result));
        vec![
            one.name.clone(),
            one.kind.to_owned(),
            one.acks.unwrap_or("-").to_owned(),
            shortened(&believes.collect::<Vec<_>>()),
            result.unwrap_or_else(|| "-".to_owned()),
            one.read_count.to_string(),
        ]
    }));
    aligned(&rows)
}

fn summary(state: &State) -> String {
    let records = &state.records;
    let acked = records.iter().filter(|one| one.acked_at_us.is_some()).count();
    let lost: Vec<&str> = records.iter().filter(|one| one.lost).map(|one| &*one.value).collect();
    let mut text = format!(
        "\nrecords: {} sent, {acked} acknowledged, {} committed, {} lost",
        records.len(),
        records.iter().filter(|one| one.committed).count(),
        lost.len(),
    );
    if !lost.is_empty() {
        text.push_str(&format!(" ({})", shortened(&lost)));
    }
    let requests = state.in_flight.iter().filter(|one| one.half == "request").count();
    let responses = state.in_flight.len() - requests;
    text.push_str(&format!("\nin flight: requests {requests}, responses {responses}\n"));
    if !state.violated.is_empty() {
        text.push_str(&format!("violated: {}\n", state.violated.join(", ")));
    }
    text
}

fn row<const N: usize>(cells: [&str; N]) -> Vec<String> {
    cells.iter().map(ToString::to_string).collect()
}

fn list(ids: &[u32]) -> String {
    let texts: Vec<String> = ids.iter().map(ToString::to_string).collect();
    if texts.is_empty() { "none".to_owned() } else { texts.join(",") }
}

fn or_dash(value: Option<impl Display>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| value.to_string())
}

/// The first five, and how many more there are.
fn shortened(texts: &[impl AsRef<str>]) -> String {
    let shown: Vec<&str> = texts.iter().take(5).map(AsRef::as_ref).collect();
    match texts.len() - shown.len() {
        0 if shown.is_empty() => "-".to_owned(),
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// An empty line, then the rows in columns as wide as their widest cell.
fn aligned(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut text = "\n".to_owned();
    for row in rows {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        text.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
        text.push('\n');
    }
    text
}
