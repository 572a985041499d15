//! What has happened and what will, by kind, node, partition and words: a window around the moment.
//!
//! Uses: `inspector`, `lookup`, `narration`, `why`.

use epochscope_vocabulary::event::{EventKind, Topic};
use epochscope_vocabulary::{Event, Names};

use super::lookup::values_of;
use super::query::SEARCH;
use super::why::event_row;
use super::{Control, Page, RowState, Section, Sight, fact};
use crate::narration;

/// As many events are searched at one look: the rest at the next ones.
const LOOK: usize = 20_000;
/// As many events before the moment and after it are listed.
const PAST: usize = 150;
const FUTURE: usize = 50;

const GROUP: usize = 1;
const NODE: usize = 2;
const PARTITION: usize = 3;

const GROUPS: [&str; 10] = [
    "Orders",
    "Faults",
    "Quorum",
    "Leadership",
    "ISR",
    "Metadata",
    "Truncation",
    "Replication",
    "Clients",
    "Invariants",
];

/// Events that a search has found so far, by their places in the trace of one branch.
#[derive(Debug, Default)]
pub(crate) struct Found {
    wanted: Option<Wanted>,
    read: usize,
    places: Vec<usize>,
    /// There are events that the last look did not come to.
    pub(crate) is_behind: bool,
}

/// What is searched for.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Wanted {
    branch: usize,
    inputs: [String; 4],
}

impl Wanted {
    fn is_everything(&self) -> bool {
        self.inputs.iter().all(String::is_empty)
    }

    fn fits(&self, event: &Event, names: &Names) -> bool {
        let [search, group, node, partition] = &self.inputs;
        let is_node = || event.node.is_some_and(|id| names.node_name(id) == *node);
        let is_partition =
            || event.kind.partition().is_some_and(|id| names.partition_name(id) == *partition);
        (group.is_empty() || group_of(&event.kind) == group)
            && (node.is_empty() || is_node())
            && (partition.is_empty() || is_partition())
            && (search.is_empty() || is_told_of(event, names, search))
    }
}

/// Whether these words stand in an event's sentence, or are a record that it only counts.
fn is_told_of(event: &Event, names: &Names, wanted: &str) -> bool {
    let values = values_of(&event.kind).iter();
    let is_called = |text: &str| text.to_ascii_lowercase() == wanted;
    sentence(event, names).to_ascii_lowercase().contains(wanted)
        || values.map(|value| names.value_text(*value)).any(is_called)
}

pub(super) fn page(sight: Sight<'_>, found: &mut Found) -> Page {
    let inputs = [SEARCH, GROUP, NODE, PARTITION].map(|slot| sight.query.input(slot));
    let mut wanted =
        Wanted { branch: sight.player.open_branch(), inputs: inputs.map(str::to_owned) };
    wanted.inputs[SEARCH] = wanted.inputs[SEARCH].to_ascii_lowercase();
    let (past, future) = window(sight, found, wanted);
    let several = several_partitions(sight);
    let line = |place: &usize| line(sight, &sight.player.whole_trace()[*place].event, several);
    let mut up_to_now: Vec<_> = past.iter().rev().map(line).collect();
    if let Some(first) = up_to_now.first_mut() {
        first.state = RowState::Present;
    }
    let mut sections = Vec::new();
    if up_to_now.is_empty() {
        sections.push(Section::note("Up to now", "Nothing of the kind has happened."));
    } else {
        sections.push(Section::table("Up to now", COLUMNS, up_to_now));
    }
    if !future.is_empty() {
        let to_come = future.iter().map(line).collect();
        sections.push(Section::table("To come", COLUMNS, to_come));
    }
    if found.is_behind {
        sections.push(Section::note("", "Still searching."));
    }
    sections.extend(failed_checks(sight));
    Page { controls: controls(sight), sections }
}

const COLUMNS: &[&str] = &["", ""];

/// The last events, without those of other partitions.
pub(super) fn recent(sight: Sight<'_>, most: usize) -> Section {
    let is_meant = |event: &&Event| {
        let of = event.kind.partition();
        of.is_none() || sight.shown.is_none() || of == sight.shown
    };
    let past = sight.past().iter().rev().map(|one| &*one.event).filter(is_meant).take(most);
    let mut rows: Vec<_> = past.map(|event| line(sight, event, false)).collect();
    match rows.first_mut() {
        Some(first) => first.state = RowState::Present,
        None => return Section::note("Events", "Nothing has happened yet."),
    }
    Section::table("Events", COLUMNS, rows)
}

/// Places in the trace before the moment and after it.
fn window(sight: Sight<'_>, found: &mut Found, wanted: Wanted) -> (Vec<usize>, Vec<usize>) {
    let (now, trace) = (sight.past().len(), sight.known());
    if wanted.is_everything() {
        let past = now.saturating_sub(PAST)..now;
        return (past.collect(), (now..trace.len().min(now + FUTURE)).collect());
    }
    if found.wanted.as_ref() != Some(&wanted) || found.read > trace.len() {
        *found = Found::default();
    }
    let names = sight.player.names();
    let read = found.read;
    found.read = trace.len().min(read + LOOK);
    for (place, one) in trace[..found.read].iter().enumerate().skip(read) {
        if wanted.fits(&one.event, names) {
            found.places.push(place);
        }
    }
    found.is_behind = found.read < trace.len();
    found.wanted = Some(wanted);
    let passed = found.places.partition_point(|place| *place < now);
    let (past, future) = found.places.split_at(passed);
    let future = &future[..future.len().min(FUTURE)];
    (past[past.len().saturating_sub(PAST)..].to_vec(), future.to_vec())
}

fn line(sight: Sight<'_>, event: &Event, several: bool) -> super::Row {
    let mut line = event_row(sight, event);
    if let (Some(partition), true) = (event.kind.partition(), several) {
        let name = sight.partition_name(partition);
        let text = &mut line.cells[1].text;
        if !text.contains(&name) {
            text.push_str(&format!(" · {name}"));
        }
    }
    line
}

fn several_partitions(sight: Sight<'_>) -> bool {
    sight.cluster().image().topics().map(|topic| topic.partitions.len()).sum::<usize>() > 1
}

fn sentence(event: &Event, names: &Names) -> String {
    narration::sentence(event, names)
}

fn controls(sight: Sight<'_>) -> Vec<Control> {
    let choice = |slot, label, all: &str, options: Vec<String>| Control {
        slot,
        label,
        value: sight.query.input(slot).to_owned(),
        options: std::iter::once(all.to_owned()).chain(options).collect(),
    };
    let cluster = sight.cluster();
    let brokers = cluster.brokers().into_iter().map(|broker| broker.id.into());
    let controllers = cluster.controllers().into_iter().map(|one| one.id.into());
    let clients = cluster.clients().into_iter().map(|client| client.id.into());
    let nodes = brokers.chain(controllers).chain(clients).map(|node| sight.node_name(node));
    let partitions = cluster.partitions().take(MOST_CHOICES).map(|one| one.name);
    let groups = GROUPS.iter().map(|group| (*group).to_owned());
    vec![
        search(sight, "Search events"),
        choice(GROUP, "Kind", "all kinds", groups.collect()),
        choice(NODE, "Node", "all nodes", nodes.collect()),
        choice(PARTITION, "Partition", "all partitions", partitions.collect()),
    ]
}

/// More partitions than this are found by typing.
const MOST_CHOICES: usize = 200;

/// A page's field to type into.
pub(super) fn search(sight: Sight<'_>, label: &'static str) -> Control {
    let value = sight.query.input(SEARCH).to_owned();
    Control { slot: SEARCH, label, value, options: Vec::new() }
}

fn group_of(kind: &EventKind) -> &'static str {
    if matches!(kind, EventKind::CommandGiven { .. } | EventKind::StepSkipped { .. }) {
        return "Orders";
    }
    match kind.topic() {
        Topic::Process | Topic::Network => "Faults",
        Topic::Quorum => "Quorum",
        Topic::Leadership => "Leadership",
        Topic::Isr => "ISR",
        Topic::Metadata | Topic::MetadataLog => "Metadata",
        Topic::Truncation => "Truncation",
        Topic::Append | Topic::HighWatermark | Topic::Disk => "Replication",
        Topic::Ack | Topic::Read | Topic::Admin | Topic::Rpc => "Clients",
        Topic::Invariant => "Invariants",
    }
}

fn failed_checks(sight: Sight<'_>) -> Option<Section> {
    let line = |failure: &epochscope_scenario::checks::Failure| {
        fact(&format!("line {}", failure.line), failure.found.clone(), "bad")
    };
    let rows: Vec<_> = sight.player.failures().map(line).collect();
    (!rows.is_empty()).then(|| Section::table("Checks that failed", COLUMNS, rows))
}
