//! Every record of the run: who sent it, what its producer was told, where it stands, its fate.
//!
//! Neighbours that share a fate, as the records of one batch do, share a row.
//!
//! Uses: `inspector`, `events`, `lookup`, `narration`, `palette`.

use epochscope_engine::observe::RecordFate;
use epochscope_vocabulary::event::EventKind;
use epochscope_vocabulary::rpc::Acks;
use epochscope_vocabulary::{BrokerId, LeaderEpoch, Offset, ValueId};

use super::events::search;
use super::query::SEARCH;
use super::{Control, Jump, Page, Panel, Row, Section, Sight, Tone};
use crate::narration;
use crate::palette::epoch_letter;

/// As many rows are listed, the latest records first.
const MOST_ROWS: usize = 150;
const FILTER: usize = 1;
const COLUMNS: &[&str] = &["record", "told", "written", "fate"];
const WIDE: &[&str] = &[
    "record",
    "producer",
    "acks",
    "partition",
    "sent",
    "client was told",
    "copies",
    "committed",
    "readable",
    "fate",
];

/// Whether a record is of a kind.
type Fits = fn(&RecordFate) -> bool;

/// What can be asked for, by name.
const FILTERS: [(&str, Fits); 7] = [
    ("lost after the ack", |fate| fate.lost && fate.acked_at.is_some()),
    ("lost", |fate| fate.lost),
    ("without an answer", |fate| fate.acked_at.is_none() && fate.failed.is_none()),
    ("given up", |fate| fate.failed.is_some()),
    ("written twice", |fate| fate.duplicated),
    ("not committed", |fate| !fate.committed),
    ("acks=1 or 0", |fate| fate.acks != Acks::All),
];

/// How a row is made.
type Line = fn(Sight<'_>, &Group, &[Place]) -> Row;

/// Neighbours with one fate.
struct Group {
    first: RecordFate,
    last: ValueId,
    count: u64,
}

pub(super) fn page(sight: Sight<'_>) -> Page {
    let fates = sight.cluster().fates();
    let wanted = sight.query.input(SEARCH).to_ascii_lowercase();
    let filter = FILTERS.iter().find(|(name, _)| *name == sight.query.input(FILTER));
    let fits = |fate: &&RecordFate| {
        filter.is_none_or(|(_, fits)| fits(fate))
            && (wanted.is_empty() || is_called(sight, fate, &wanted))
    };
    let mut groups: Vec<Group> = Vec::new();
    for fate in fates.iter().rev().filter(fits) {
        if let Some(group) = groups.last_mut()
            && is_alike(&group.first, fate)
        {
            group.first.value = fate.value;
            group.count += 1;
        } else if groups.len() == MOST_ROWS {
            break;
        } else {
            groups.push(Group { first: fate.clone(), last: fate.value, count: 1 });
        }
    }
    let is_wide = sight.query.panel == Panel::Ledger;
    let (columns, line) = if is_wide { (WIDE, wide_line as Line) } else { (COLUMNS, line as Line) };
    let places = places(sight, &groups).into_iter();
    let rows: Vec<Row> =
        groups.iter().zip(places).map(|(group, places)| line(sight, group, &places)).collect();
    let list = if rows.is_empty() {
        Section::note("Records", "There is no such record.")
    } else {
        Section::table("Records", columns, rows)
    };
    Page { controls: controls(sight), sections: vec![sums(&fates), list] }
}

fn controls(sight: Sight<'_>) -> Vec<Control> {
    let options = FILTERS.iter().map(|(name, _)| (*name).to_owned());
    vec![
        search(sight, "Search records"),
        Control {
            slot: FILTER,
            label: "Fate",
            value: sight.query.input(FILTER).to_owned(),
            options: std::iter::once("all records".to_owned()).chain(options).collect(),
        },
    ]
}

fn sums(fates: &[RecordFate]) -> Section {
    let count = |fits: Fits| fates.iter().filter(|fate| fits(fate)).count();
    let text = format!(
        "{} sent, {} acknowledged, {} acknowledged and lost, {} never written, {} written twice",
        fates.len(),
        count(|fate| fate.acked_at.is_some()),
        count(|fate| fate.lost && fate.acked_at.is_some()),
        count(|fate| fate.failed.is_some() && !fate.appended),
        count(|fate| fate.duplicated),
    );
    Section::note("Record ledger", text)
}

/// Whether a record, its producer or its partition is called so.
fn is_called(sight: Sight<'_>, fate: &RecordFate, wanted: &str) -> bool {
    let names = sight.player.names();
    let partition = fate.partition.map(|partition| names.partition_name(partition));
    names.value_text(fate.value).to_ascii_lowercase().contains(wanted)
        || names.client_name(fate.client).to_ascii_lowercase().contains(wanted)
        || partition.is_some_and(|name| name.to_ascii_lowercase().contains(wanted))
}

fn is_alike(one: &RecordFate, other: &RecordFate) -> bool {
    *one == RecordFate { value: one.value, ..other.clone() }
}

/// Where a leader wrote a record.
type Place = (LeaderEpoch, Offset);

/// Where leaders wrote the records of each group: epoch and first offset, the first writing first.
fn places(sight: Sight<'_>, groups: &[Group]) -> Vec<Vec<Place>> {
    let mut places = vec![Vec::new(); groups.len()];
    for event in sight.past().iter().map(|one| &*one.event) {
        let EventKind::Appended { offset, leader_epoch, values, .. } = &event.kind else {
            continue;
        };
        for (offset, value) in (offset.0..).zip(values.iter()) {
            let place = groups.binary_search_by(|group| value.cmp(&group.first.value));
            if let Ok(index) = place {
                places[index].push((*leader_epoch, Offset(offset)));
            }
        }
    }
    places
}

/// A row of the narrow page.
fn line(sight: Sight<'_>, group: &Group, places: &[Place]) -> Row {
    let fate = &group.first;
    let (producer, acks) = (producer(sight, fate), acks(fate));
    let mut row = Row::default();
    row.add(format!("{} of {producer}, acks={acks}", name(sight, group)), "");
    row.to(Jump::Record(fate.value));
    let (told, tone) = told(fate);
    row.add(told, tone);
    let written: Vec<String> = places.iter().map(|place| written(group, *place)).collect();
    row.add(if written.is_empty() { "–".to_owned() } else { written.join(", ") }, "");
    let (fate, tone) = what_became(fate, places);
    row.add(fate, tone);
    row
}

/// A row of the wide one.
fn wide_line(sight: Sight<'_>, group: &Group, places: &[Place]) -> Row {
    let fate = &group.first;
    let mut row = Row::default();
    row.add(name(sight, group), "").to(Jump::Record(fate.value));
    row.add(producer(sight, fate), "").add(acks(fate).to_owned(), "");
    row.add(fate.partition.map(|id| sight.partition_name(id)).unwrap_or_default(), "");
    row.add(narration::moment(fate.sent_at), "moment");
    let (told, tone) = told(fate);
    row.add(told, tone);
    let copies: Vec<String> = places
        .iter()
        .map(|place| match holders(sight, fate, place.1).as_str() {
            "" => format!("{}, held by nobody", written(group, *place)),
            brokers => format!("{} on {brokers}", written(group, *place)),
        })
        .collect();
    row.add(if copies.is_empty() { "nowhere".to_owned() } else { copies.join("; ") }, "");
    let yes = |is_so| if is_so { "yes" } else { "no" }.to_owned();
    row.add(yes(fate.committed), "").add(yes(fate.readable), "");
    let (fate, tone) = what_became(fate, places);
    row.add(fate, tone);
    row
}

fn name(sight: Sight<'_>, group: &Group) -> String {
    let mut name = sight.record(group.first.value);
    if group.count > 1 {
        name.push_str(&format!(" to {} ({})", sight.record(group.last), group.count));
    }
    name
}

fn producer(sight: Sight<'_>, fate: &RecordFate) -> String {
    sight.player.names().client_name(fate.client).to_owned()
}

pub(super) const fn acks(fate: &RecordFate) -> &'static str {
    match fate.acks {
        Acks::None => "0",
        Acks::Leader => "1",
        Acks::All => "all",
    }
}

/// What its producer was told.
pub(super) fn told(fate: &RecordFate) -> (String, Tone) {
    match (fate.acked_at, fate.failed) {
        (Some(at), _) => (narration::moment(at), "moment"),
        (None, Some(error)) => (error.name().to_owned(), "bad"),
        (None, None) => ("–".to_owned(), "meta"),
    }
}

/// Where a leader wrote a group: `a 9`, `a 0–9`.
fn written(group: &Group, (epoch, offset): Place) -> String {
    let letter = epoch_letter(epoch);
    match group.count {
        1 => format!("{letter} {offset}"),
        count => format!("{letter} {offset}–{}", offset.0 + count - 1),
    }
}

/// The brokers that hold a record at an offset now.
pub(super) fn holders(sight: Sight<'_>, fate: &RecordFate, offset: Offset) -> String {
    let Some(partition) = fate.partition else { return String::new() };
    let cluster = sight.cluster();
    let holds = |broker: &BrokerId| {
        let replica = cluster.replica(*broker, partition);
        let record = replica.as_ref().and_then(|replica| replica.log.record(offset));
        record.is_some_and(|record| record.value == fate.value)
    };
    let brokers = cluster.brokers().into_iter().map(|broker| broker.id).filter(holds);
    brokers.map(|broker| broker.to_string()).collect::<Vec<_>>().join(", ")
}

fn what_became(fate: &RecordFate, places: &[Place]) -> (String, Tone) {
    let (word, tone) = narration::fate(fate);
    let again = if word == "kept" && places.len() > 1 { ", after a retry" } else { "" };
    (format!("{word}{again}"), tone)
}
