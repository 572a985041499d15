//! Why: the causes of an event, the life of a record, what a waiting request waits for.
//!
//! Uses: `inspector`, `causes`, `ledger`, `lookup`, `narration`, `palette`, `waiting`.

pub(crate) use super::causes::Quiet;

use epochscope_engine::observe::RecordFate;
use epochscope_vocabulary::config::{ConfigKey, ConfigValue, DefaultValue, Scope};
use epochscope_vocabulary::event::EventKind;
use epochscope_vocabulary::rule::RuleId;
use epochscope_vocabulary::{ClientId, Event, EventId, NodeId, SimTime, TopicPartition, ValueId};

use super::causes::{Cause, SetOff, Walk};
use super::lookup::values_of;
use super::{Body, Jump, Link, Page, Row, RowState, Section, Sight, fact, ledger, waiting};
use crate::narration;
use crate::palette::epoch_letter;

/// The steps of a record's life that are listed.
const MOST_STEPS: usize = 40;

pub(super) fn page(sight: Sight<'_>, quiet: &mut Quiet) -> Page {
    let sections = match sight.query.subject {
        Some(Jump::Moment(event) | Jump::Why(event)) => of_event(sight, quiet, event),
        Some(Jump::Record(value)) => of_record(sight, quiet, value),
        Some(Jump::Request(broker, partition, request)) => {
            let (mut sections, began) = waiting::why_not_yet(sight, broker, partition, request);
            sections.extend(chain(sight, quiet, "What it came from", &began));
            sections
        }
        Some(Jump::Node(_) | Jump::Compare(_)) | None => match sight.past().last() {
            Some(last) => of_event(sight, quiet, last.event.id),
            None => Vec::new(),
        },
    };
    let nothing =
        || vec![Section::note("Why?", "Nothing has happened yet: ask about an event or a record.")];
    let sections = if sections.is_empty() { nothing() } else { sections };
    Page { controls: Vec::new(), sections }
}

fn of_event(sight: Sight<'_>, quiet: &mut Quiet, event: EventId) -> Vec<Section> {
    let is_known = sight.known().last().is_some_and(|last| event <= last.event.id);
    // The sending of a message is quiet: it is found again by a replay.
    let found = Walk::new(sight.player, quiet).find(event);
    let found = found.filter(|found| is_known || found.at <= sight.now);
    let Some(found) = found else { return Vec::new() };
    let heading = narration::sentence(&found, sight.player.names());
    chain(sight, quiet, heading.trim_end_matches('.'), &[event])
}

/// The chain of these events' causes, below its heading.
fn chain(sight: Sight<'_>, quiet: &mut Quiet, heading: &str, roots: &[EventId]) -> Vec<Section> {
    if roots.is_empty() {
        return Vec::new();
    }
    let (causes, is_cut) = Walk::new(sight.player, quiet).chain(roots);
    let links: Vec<Link> = causes.iter().map(|cause| link(sight, cause)).collect();
    let mut sections = vec![Section { heading: heading.to_owned(), body: Body::Chain(links) }];
    if is_cut {
        let text = "There are earlier causes: ask one of the last links.";
        sections.push(Section::note("", text));
    }
    sections
}

fn link(sight: Sight<'_>, cause: &Cause) -> Link {
    let (event, names) = (&cause.event, sight.player.names());
    let rule = event.rule.rule();
    let is_told = !matches!(event.rule, RuleId::Command | RuleId::Invariant);
    let source: Vec<&str> = [rule.kip.unwrap_or_default(), rule.class]
        .into_iter()
        .filter(|word| is_told && !word.is_empty())
        .collect();
    Link {
        event: event.id,
        at: event.at,
        sentence: narration::sentence(event, names),
        tone: narration::tone_class(narration::tone(&event.kind)),
        set_off: match &cause.set_off {
            SetOff::Order(order) => narration::ordered(order, event.at),
            SetOff::Message(message) => narration::arrived(message, names),
            SetOff::Timer(since) => narration::timer(*since),
            SetOff::AtOnce => String::new(),
            SetOff::Start => String::new(),
        },
        rule: match &event.kind {
            EventKind::InvariantViolated { name, .. } => narration::property(name),
            _ if is_told => rule.about,
            _ => "",
        },
        source: source.join(" · "),
        settings: rule.settings.iter().filter_map(|key| setting(sight, event, *key)).collect(),
    }
}

/// A setting with its value where the event happened.
fn setting(sight: Sight<'_>, event: &Event, key: ConfigKey) -> Option<String> {
    let scopes = key.setting().scopes;
    let value = if scopes.contains(&Scope::Producer) || scopes.contains(&Scope::Consumer) {
        of_client(sight, client_of(sight, event)?, key)
    } else {
        let (cluster, settings) = (sight.cluster(), sight.cluster().controller_settings());
        let image = cluster.image();
        match (event.kind.partition(), event.node) {
            (Some(TopicPartition { topic, .. }), _) if key.is_for_topics() => {
                image.effective_config_for_topic(topic, key, &settings)
            }
            (_, Some(NodeId::Broker(broker))) => image.effective_config_at(broker, key, &settings),
            (_, Some(NodeId::Controller(_) | NodeId::Client(_)) | None) => {
                settings.0.get(&key).cloned().unwrap_or_else(|| default_of(key))
            }
        }
    };
    Some(format!("{}={}", key.name(), printed(key, &value)))
}

/// The client whose settings bear on an event: its own, or that of the records it is about.
fn client_of(sight: Sight<'_>, event: &Event) -> Option<ClientId> {
    if let Some(NodeId::Client(client)) = event.node {
        return Some(client);
    }
    let value = values_of(&event.kind).first()?;
    sight.cluster().fate(*value).map(|fate| fate.client)
}

/// A client's setting as its line says, else Kafka's default.
pub(super) fn of_client(sight: Sight<'_>, client: ClientId, key: ConfigKey) -> ConfigValue {
    if key == ConfigKey::EnableIdempotence {
        // Other settings may switch it off.
        let observed = sight.cluster().clients().into_iter().find(|one| one.id == client);
        return ConfigValue::Bool(observed.is_some_and(|one| one.idempotent));
    }
    let name = sight.player.names().client_name(client);
    let spec = sight.cluster().spec().clients.iter().find(|spec| &*spec.name == name);
    let given = spec.and_then(|spec| spec.settings.0.get(&key).cloned());
    given.unwrap_or_else(|| default_of(key))
}

fn default_of(key: ConfigKey) -> ConfigValue {
    match key.setting().default {
        DefaultValue::Number(number) => ConfigValue::Number(number),
        DefaultValue::Bool(value) => ConfigValue::Bool(value),
        DefaultValue::Text(text) => ConfigValue::Text(text.into()),
        DefaultValue::Unset => ConfigValue::Text("".into()),
    }
}

pub(super) fn printed(key: ConfigKey, value: &ConfigValue) -> String {
    match (key, value) {
        (ConfigKey::Acks, ConfigValue::Number(-1)) => "all".to_owned(),
        (_, value) => value.to_string(),
    }
}

/// The life of a record, what it is due to, and what would have kept it.
fn of_record(sight: Sight<'_>, quiet: &mut Quiet, value: ValueId) -> Vec<Section> {
    let Some(fate) = sight.cluster().fate(value) else {
        // A link may name a record of another run.
        let is_known = value.0 < sight.player.names().value_count();
        let name = if is_known { sight.record(value) } else { "This record".to_owned() };
        return vec![Section::note(&name, "It has not been sent yet.")];
    };
    let mut life: Vec<&Event> = sight
        .past()
        .iter()
        .map(|one| &*one.event)
        .filter(|event| values_of(&event.kind).contains(&value))
        .collect();
    let roots = roots_of_record(sight, &life, value);
    let heading = narration::fate_of(&sight.record(value), &fate);
    let mut sections = vec![facts(sight, &fate, &life)];
    sections.extend(chain(sight, quiet, &heading, &roots));
    let partition = fate.partition.and_then(|partition| sight.cluster().partition(partition));
    let replicas = partition.as_ref().map_or(0, |partition| partition.replicas.len());
    let min = partition.map_or(1, |partition| partition.min_insync_replicas);
    if let Some((remedy, setting)) = narration::remedy(&fate, min, replicas) {
        sections.push(Section::note("What would have kept it", remedy));
        let mut row = Row::default();
        row.add(format!("Compare with {setting}"), "").to(Jump::Compare(setting));
        sections.push(Section::table("", &[""], vec![row]));
    }
    life.truncate(MOST_STEPS);
    let rows = life.into_iter().map(|event| event_row(sight, event)).collect();
    sections.push(Section::table("Its life", &["", ""], rows));
    sections
}

/// What became of a record: sent, told, written, committed, held, read, lost.
fn facts(sight: Sight<'_>, fate: &RecordFate, life: &[&Event]) -> Section {
    let when = |event: &Event| {
        let node = event.node.map(|node| sight.node_name(node)).unwrap_or_default();
        format!("{node}, {}", narration::moment(event.at))
    };
    let (mut written, mut read) = (Vec::new(), Vec::new());
    let mut held: Vec<String> = Vec::new();
    for event in life {
        if let EventKind::Appended { offset, leader_epoch, values, .. } = &event.kind {
            let index = values.iter().position(|one| *one == fate.value).unwrap_or_default();
            let offset = offset.plus(index as u64);
            let letter = epoch_letter(*leader_epoch);
            written.push(format!("{letter} {offset} by {}", when(event)));
            let brokers = ledger::holders(sight, fate, offset);
            if !brokers.is_empty() && !held.contains(&brokers) {
                held.push(brokers);
            }
        } else if let EventKind::Consumed { .. } = &event.kind {
            read.push(when(event));
        }
    }
    let some = |parts: Vec<String>, none: &str| match parts.is_empty() {
        true => none.to_owned(),
        false => parts.join("; "),
    };
    let partition = fate.partition.map(|id| sight.partition_name(id)).unwrap_or_default();
    let client = sight.player.names().client_name(fate.client);
    let acks = ledger::acks(fate);
    let sent = format!("{}, {client}, acks={acks}, {partition}", narration::moment(fate.sent_at));
    let (told, tone_of_told) = match ledger::told(fate) {
        (at, "moment") => (format!("written, {at}"), "ok"),
        (_, "meta") => ("nothing yet".to_owned(), "meta"),
        refused => refused,
    };
    let (word, tone) = narration::fate(fate);
    let yes = |is_so: bool| if is_so { "yes" } else { "no" }.to_owned();
    let rows = vec![
        fact("Fate", word.to_owned(), tone),
        fact("Sent", sent, ""),
        fact("Its client was told", told, tone_of_told),
        fact("Written", some(written, "nowhere"), ""),
        fact("Held now by brokers", some(held, "none"), ""),
        fact("Was committed", yes(fate.committed), ""),
        fact("Read by", some(read, "nobody"), ""),
    ];
    Section::table(sight.record(fate.value), &["", ""], rows)
}

/// What a record's fate is due to: what broke its promise, else its last event.
fn roots_of_record(sight: Sight<'_>, life: &[&Event], value: ValueId) -> Vec<EventId> {
    let text = format!("\"{}\"", sight.player.names().value_text(value));
    let broken = sight.past().iter().map(|one| &*one.event).find(|event| {
        matches!(&event.kind, EventKind::InvariantViolated { text: what, .. }
            if what.contains(&text))
    });
    let acked = life.iter().find(|event| matches!(event.kind, EventKind::Acknowledged { .. }));
    let cut = life.iter().rfind(|event| {
        matches!(event.kind, EventKind::Truncated { .. } | EventKind::TailLost { .. })
    });
    match (broken, cut, acked) {
        (Some(broken), _, _) => vec![broken.id],
        (None, Some(cut), Some(acked)) => vec![cut.id, acked.id],
        (None, None, Some(acked)) => vec![acked.id],
        (None, _, None) => life.last().map(|event| event.id).into_iter().collect(),
    }
}

/// An event as a row: when, and what as a sentence that leads there.
pub(super) fn event_row(sight: Sight<'_>, event: &Event) -> Row {
    let names = sight.player.names();
    let tone = narration::tone_class(narration::tone(&event.kind));
    let sentence = narration::sentence(event, names);
    let state = if is_later(sight, event.at, event.id) { RowState::Later } else { RowState::Plain };
    let mut row = Row { state, why: Some(Jump::Why(event.id)), ..Row::default() };
    row.add(narration::moment(event.at), "moment");
    row.add(sentence.trim_end_matches('.').to_owned(), tone).to(Jump::Moment(event.id));
    row
}

fn is_later(sight: Sight<'_>, at: SimTime, id: EventId) -> bool {
    at > sight.now || sight.past().last().is_none_or(|last| last.event.id < id)
}
