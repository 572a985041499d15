//! One word or one pair's value, read as what its row says.
//!
//! Uses: `kinds`, `nodes`, `releases`, `world`.

use std::sync::Arc;

use epochscope_vocabulary::command::{ClientKind, Losing, NodeSelector, NodeSet, PartitionName};
use epochscope_vocabulary::event;
use epochscope_vocabulary::rpc::ApiKey;
use epochscope_vocabulary::{SimDuration, SimTime};

use super::errors::{Place, listed, shown};
use super::kinds::Kind;
use super::limits;
use super::world::Reader;
use crate::script::Focus;

/// A value that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Arg {
    Number(u64),
    Span(SimDuration),
    Time(SimTime),
    Switch(bool),
    Word(Arc<str>),
    Losing(Losing),
    Partition(PartitionName),
    Node(NodeSelector),
    Nodes(NodeSet),
    ReplicaLists(Vec<Vec<u32>>),
    ApiKey(Option<ApiKey>),
    EventTopics(Vec<event::Topic>),
    Focus(Focus),
}

/// Reads a plain word.
pub(crate) fn read(reader: &mut Reader, kind: Kind, word: &str, place: Place) -> Option<Arg> {
    match kind {
        Kind::Literal(literal) if literal == word => Some(Arg::Word(word.into())),
        Kind::Word(words) if words.contains(&word) => Some(Arg::Word(word.into())),
        Kind::Word(words) => {
            let message = format!("`{}` is not known here", shown(word));
            let otherwise = format!("write {}", listed(words.iter().copied()));
            let fix = reader.problems.did_you_mean(word, words.iter().copied(), otherwise);
            reader.fail(place, message, fix)
        }
        Kind::Span => Some(Arg::Span(read_span(reader, word, place)?)),
        Kind::TimeOrSettled => time_or_settled(reader, word, place),
        Kind::Rate => rate(reader, word, place),
        Kind::Percent => percent(reader, word, place),
        Kind::Number(low, high) => match whole_number(word) {
            Some(number) if (low..=high).contains(&number) => Some(Arg::Number(number)),
            _ => wrong(reader, kind, word, place),
        },
        Kind::Switch => match word {
            "true" => Some(Arg::Switch(true)),
            "false" => Some(Arg::Switch(false)),
            _ => wrong(reader, kind, word, place),
        },
        Kind::Losing => match (word, whole_number(word)) {
            ("nothing", _) => Some(Arg::Losing(Losing::Nothing)),
            ("unflushed", _) => Some(Arg::Losing(Losing::Unflushed)),
            (_, Some(records)) => Some(Arg::Losing(Losing::Last(records))),
            _ => wrong(reader, kind, word, place),
        },
        Kind::Text | Kind::FreeText => Some(Arg::Word(word.into())),
        Kind::Literal(_) | Kind::Quoted | Kind::Observation => wrong(reader, kind, word, place),
        _ => read_name(reader, kind, word, place),
    }
}

/// Reads what names something.
fn read_name(reader: &mut Reader, kind: Kind, word: &str, place: Place) -> Option<Arg> {
    match kind {
        Kind::NewName | Kind::Name => Some(Arg::Word(reader.name(word, place)?)),
        Kind::NewTopic => Some(Arg::Word(reader.topic_name(word, place)?)),
        Kind::Topic => Some(Arg::Word(reader.topic(word, place)?)),
        Kind::Producer => {
            Some(Arg::Word(reader.client(word, Some(ClientKind::Producer), place)?))
        }
        Kind::Consumer => {
            Some(Arg::Word(reader.client(word, Some(ClientKind::Consumer), place)?))
        }
        Kind::Client => Some(Arg::Word(reader.client(word, None, place)?)),
        Kind::Partition => Some(Arg::Partition(reader.partition(word, place)?)),
        Kind::Broker => {
            let id = reader.broker(word, place)?;
            Some(Arg::Node(NodeSelector::Number(id)))
        }
        Kind::Node => Some(Arg::Node(reader.node(word, place)?)),
        Kind::AnyNode => Some(Arg::Node(reader.any_node(word, place)?)),
        Kind::Nodes => Some(Arg::Nodes(reader.nodes(word, place)?)),
        Kind::Brokers => Some(Arg::Nodes(reader.brokers(word, place)?)),
        Kind::Processes => Some(Arg::Nodes(reader.processes(word, place)?)),
        Kind::NewBrokers | Kind::NewNodes | Kind::LinkEnd => Some(Arg::Word(word.into())),
        Kind::Directory => Some(Arg::Word(reader.directory(word, place)?)),
        Kind::Replicas => Some(Arg::ReplicaLists(vec![replica_list(reader, word, place)?])),
        Kind::ReplicaLists => Some(Arg::ReplicaLists(replica_lists(reader, word, place)?)),
        Kind::ApiKey => api_key(reader, word, place),
        Kind::EventTopics => event_topics(reader, word, place),
        Kind::Focus => focus(reader, word, place),
        _ => wrong(reader, kind, word, place),
    }
}

/// Notes that this is not what is wanted here.
pub(crate) fn wrong<T>(reader: &mut Reader, kind: Kind, word: &str, place: Place) -> Option<T> {
    let message = match word.is_empty() {
        true => "the value is missing".to_owned(),
        false => format!("`{}` cannot stand here", shown(word)),
    };
    reader.fail(place, message, format!("write {}", kind.wanted()))
}

/// Digits only, and not too many.
pub(crate) fn whole_number(word: &str) -> Option<u64> {
    let digits = !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit());
    if digits { word.parse().ok() } else { None }
}

/// A span as written: a whole number and a unit; none if it is not one.
pub fn span(word: &str) -> Option<SimDuration> {
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = word.split_at(digits);
    let micros = match unit {
        "us" => 1,
        "ms" => 1_000,
        "s" => 1_000_000,
        "m" => 60_000_000,
        "h" => 3_600_000_000,
        _ => return None,
    };
    whole_number(number)?.checked_mul(micros).map(SimDuration)
}

fn read_span(reader: &mut Reader, word: &str, place: Place) -> Option<SimDuration> {
    match span(word) {
        Some(span) if span <= limits::TIME => Some(span),
        Some(_) => {
            let message = format!("`{}` is more than {}", shown(word), limits::TIME);
            reader.fail(place, message, format!("write {} at most", limits::TIME))
        }
        None if whole_number(word).is_some() => {
            let message = format!("`{}` has no unit", shown(word));
            reader.fail(place, message, format!("did you mean `{word}s` or `{word}ms`?"))
        }
        None => wrong(reader, Kind::Span, word, place),
    }
}

/// A time since the start.
pub(crate) fn read_time(reader: &mut Reader, word: &str, place: Place) -> Option<SimTime> {
    read_span(reader, word, place).map(|span| SimTime::ZERO + span)
}

fn time_or_settled(reader: &mut Reader, word: &str, place: Place) -> Option<Arg> {
    match word {
        "settled" => Some(Arg::Word(word.into())),
        _ if word.starts_with(|c: char| c.is_ascii_digit()) => {
            read_time(reader, word, place).map(Arg::Time)
        }
        _ => wrong(reader, Kind::TimeOrSettled, word, place),
    }
}

fn rate(reader: &mut Reader, word: &str, place: Place) -> Option<Arg> {
    match word.strip_suffix("/s").and_then(whole_number) {
        Some(rate) if (1..=limits::RECORDS).contains(&rate) => Some(Arg::Number(rate)),
        Some(_) => {
            let fix = format!("write a rate from `1/s` to `{}/s`", limits::RECORDS);
            reader.fail(place, format!("`{}` is out of range", shown(word)), fix)
        }
        None => wrong(reader, Kind::Rate, word, place),
    }
}

fn percent(reader: &mut Reader, word: &str, place: Place) -> Option<Arg> {
    match word.strip_suffix('%').and_then(whole_number) {
        Some(percent) if percent <= 100 => Some(Arg::Number(percent)),
        _ => wrong(reader, Kind::Percent, word, place),
    }
}

fn replica_lists(reader: &mut Reader, word: &str, place: Place) -> Option<Vec<Vec<u32>>> {
    let mut lists = Vec::new();
    let mut at = 0;
    for list in word.split(';') {
        let list_place = place.part(at, at + list.len());
        lists.push(replica_list(reader, list, list_place)?);
        at += list.len() + 1;
    }
    Some(lists)
}

fn replica_list(reader: &mut Reader, list: &str, place: Place) -> Option<Vec<u32>> {
    let mut replicas = Vec::new();
    let mut seen = epochscope_vocabulary::SortedSet::new();
    let mut at = 0;
    for word in list.split(',') {
        let broker_place = place.part(at, at + word.len());
        let broker = reader.broker(word, broker_place)?;
        if !seen.insert(broker) {
            let message = format!("broker {broker} stands twice among these replicas");
            return reader.fail(broker_place, message, "name each broker once for each partition");
        }
        replicas.push(broker);
        at += word.len() + 1;
    }
    Some(replicas)
}

fn api_key(reader: &mut Reader, word: &str, place: Place) -> Option<Arg> {
    if word == "*" {
        return Some(Arg::ApiKey(None));
    }
    if let Some(key) = ApiKey::ALL.iter().find(|key| key.name() == word) {
        return Some(Arg::ApiKey(Some(*key)));
    }
    let names = ApiKey::ALL.iter().map(|key| key.name());
    let otherwise = format!("write `*` or {}", listed(names.clone()));
    let fix = reader.problems.did_you_mean(word, names, otherwise);
    reader.fail(place, format!("`{}` is no kind of request modelled here", shown(word)), fix)
}

fn event_topics(reader: &mut Reader, word: &str, place: Place) -> Option<Arg> {
    let mut topics = Vec::new();
    let mut at = 0;
    for part in word.split(',') {
        let part_place = place.part(at, at + part.len());
        at += part.len() + 1;
        let Some((topic, _)) = event::Topic::ALL.iter().find(|(_, text)| *text == part) else {
            let names = event::Topic::ALL.iter().map(|(_, text)| *text);
            let otherwise = format!("write some of {}", listed(names.clone()));
            let fix = reader.problems.did_you_mean(part, names, otherwise);
            let message = format!("`{}` is no class of events", shown(part));
            return reader.fail(part_place, message, fix);
        };
        if topics.contains(topic) {
            let message = format!("`{part}` stands here twice");
            return reader.fail(part_place, message, "leave one out");
        }
        topics.push(*topic);
    }
    Some(Arg::EventTopics(topics))
}

fn focus(reader: &mut Reader, word: &str, place: Place) -> Option<Arg> {
    if let Some(topic) = word.strip_prefix("topic:") {
        let topic = reader.topic(topic, place.part("topic:".len(), word.len()))?;
        return Some(Arg::Focus(Focus::Topic(topic)));
    }
    let is_node = whole_number(word).is_some()
        || word == "controller"
        || reader.world.clients.contains_key(word);
    if is_node {
        return Some(Arg::Focus(Focus::Node(reader.any_node(word, place)?)));
    }
    Some(Arg::Focus(Focus::Partition(reader.partition(word, place)?)))
}
