//! What a word or a pair's value may be, by its kind.
//!
//! Uses: `kinds`, `world`.

use epochscope_vocabulary::command::ClientKind;
use epochscope_vocabulary::config::{Setting, ValueKind};
use epochscope_vocabulary::event;
use epochscope_vocabulary::rpc::ApiKey;

use super::Offer;
use crate::format::features::{METADATA_VERSION, METADATA_VERSIONS};
use crate::format::kinds::Kind;
use crate::format::lexer::quote;
use crate::format::releases::MODELLED;
use crate::format::world::World;

/// Partitions of one topic that are offered at once.
const PARTITIONS: usize = 20;

/// Offers what a word of this kind may be.
pub(super) fn offer(offer: &mut Offer, kind: Kind, label: &str, world: &World) {
    match kind {
        Kind::Literal(word) => {
            let about = if word == "to" { "one way" } else { "" };
            offer.add(word, about);
        }
        Kind::Word(words) => words.iter().for_each(|word| offer.add(*word, "")),
        Kind::Span => spans(offer, ""),
        Kind::TimeOrSettled => {
            offer.add("settled", "until nothing would change any more");
            spans(offer, "");
        }
        Kind::Rate => numbers(offer, &["1", "10", "100"], &[("/s", "records a second")]),
        Kind::Percent => numbers(offer, &["10", "50", "100"], &[("%", "of the messages")]),
        Kind::Switch => ["true", "false"].iter().for_each(|word| offer.add(*word, "")),
        Kind::Losing => {
            offer.add("nothing", "the page cache survives");
            offer.add("unflushed", "power loss: what is not flushed is gone");
        }
        Kind::Text if label == "RELEASE" || label == "kafka" => {
            MODELLED.iter().for_each(|release| offer.add(*release, "a release of Kafka"));
        }
        Kind::Text if label == METADATA_VERSION => {
            METADATA_VERSIONS.iter().for_each(|one| offer.add(*one, "a metadata version"));
        }
        Kind::Text if label == "1" => offer.add("1", "the language's version"),
        Kind::ApiKey => {
            ApiKey::ALL.iter().for_each(|key| offer.add(key.name(), "requests of this kind"));
            offer.add("*", "all kinds");
        }
        Kind::EventTopics => {
            let head = offer.head(&[',']).to_owned();
            for (_, topic) in event::Topic::ALL {
                listed(offer, &head, topic, "a class of events");
            }
        }
        Kind::Number(..)
        | Kind::NewName
        | Kind::NewTopic
        | Kind::NewBrokers
        | Kind::NewNodes
        | Kind::Text
        | Kind::Quoted
        | Kind::FreeText
        | Kind::Observation => {}
        _ => names(offer, kind, world),
    }
}

/// Offers what has a name here.
fn names(offer: &mut Offer, kind: Kind, world: &World) {
    match kind {
        Kind::Name => world.checks.iter().for_each(|name| offer.add(&**name, "a check")),
        Kind::Directory => {
            world.log_directories().iter().for_each(|path| offer.add(&**path, "a log directory"));
        }
        Kind::Producer => clients(offer, Some(ClientKind::Producer), "", world),
        Kind::Consumer => clients(offer, Some(ClientKind::Consumer), "", world),
        Kind::Client => clients(offer, None, "", world),
        Kind::Topic => world.topics.keys().for_each(|name| offer.add(&**name, "a topic")),
        Kind::Partition => partitions(offer, world),
        Kind::Broker => brokers(offer, "", world),
        Kind::Node | Kind::AnyNode => {
            brokers(offer, "", world);
            controllers(offer, "", world);
            offer.add("controller", "the active controller");
            if kind == Kind::AnyNode {
                clients(offer, None, "", world);
            }
        }
        Kind::Nodes | Kind::Brokers | Kind::Processes | Kind::LinkEnd => {
            node_list(offer, kind, world);
        }
        Kind::ReplicaLists | Kind::Replicas => {
            let head = offer.head(&[',', ';']).to_owned();
            brokers(offer, &head, world);
        }
        Kind::Focus => {
            partitions(offer, world);
            names(offer, Kind::AnyNode, world);
            for topic in world.topics.keys() {
                offer.add(format!("topic:{topic}"), "a topic");
            }
            records(offer, world);
        }
        _ => {}
    }
}

fn node_list(offer: &mut Offer, kind: Kind, world: &World) {
    let head = offer.head(&[',']).to_owned();
    if kind == Kind::LinkEnd {
        world.racks().for_each(|rack| offer.add(rack, "a rack"));
    }
    brokers(offer, &head, world);
    if kind != Kind::Brokers {
        controllers(offer, &head, world);
    }
    for rack in world.racks() {
        listed(offer, &head, &format!("rack:{rack}"), "the brokers of a rack");
    }
    listed(offer, &head, "brokers", "all brokers");
    if kind == Kind::Brokers {
        return;
    }
    listed(offer, &head, "controllers", "all controllers");
    listed(offer, &head, "controller", "the active controller");
    if kind == Kind::Processes {
        return;
    }
    listed(offer, &head, "clients", "all clients");
    clients(offer, None, &head, world);
}

/// One more word of a list, unless the list has it.
fn listed(offer: &mut Offer, head: &str, word: &str, about: &str) {
    if !head.split([',', ';']).any(|before| before == word) {
        offer.add(format!("{head}{word}"), about);
    }
}

/// Brokers, behind those of the list that are there.
pub(super) fn brokers(offer: &mut Offer, head: &str, world: &World) {
    let list = head.rsplit(';').next().unwrap_or_default();
    for (id, rack) in &world.brokers {
        let about = match rack {
            Some(rack) => format!("broker in {rack}"),
            None => "broker".to_owned(),
        };
        let id = id.to_string();
        if !list.split(',').any(|before| before == id) {
            offer.add(format!("{head}{id}"), about);
        }
    }
}

/// Controllers.
pub(super) fn controllers(offer: &mut Offer, head: &str, world: &World) {
    for id in &world.controllers {
        listed(offer, head, &id.to_string(), "controller");
    }
}

/// Clients of this kind, or of any.
pub(super) fn clients(offer: &mut Offer, kind: Option<ClientKind>, head: &str, world: &World) {
    let fitting = world.clients.iter().filter(|(_, one)| kind.is_none_or(|kind| kind == one.kind));
    for (name, facts) in fitting {
        let about = match facts.kind {
            ClientKind::Producer => "producer",
            ClientKind::Consumer => "consumer",
        };
        listed(offer, head, name, about);
    }
}

/// Partitions.
pub(super) fn partitions(offer: &mut Offer, world: &World) {
    partition_names(offer.typed, world).into_iter().for_each(|one| offer.add(one, "a partition"));
}

/// Partitions: some of each topic, the rest as their number is typed.
pub(super) fn partition_names(typed: &str, world: &World) -> Vec<String> {
    let mut names = Vec::new();
    for (topic, count) in &world.topics {
        let rest = typed.strip_prefix(&**topic).and_then(|rest| rest.strip_prefix('-'));
        let fits = |one: &u32| one.to_string().starts_with(rest.unwrap_or_default());
        let fitting = (0..count.unwrap_or(1)).filter(fits).take(PARTITIONS);
        names.extend(fitting.map(|partition| format!("{topic}-{partition}")));
    }
    names
}

/// Records with a text of their own.
pub(super) fn records(offer: &mut Offer, world: &World) {
    world.values.iter().for_each(|value| offer.add(quote(value), "a record"));
}

/// Spans of time: some usual ones, or what is typed with each unit.
pub(super) fn spans(offer: &mut Offer, head: &str) {
    let digits: String = after(offer, head).chars().take_while(char::is_ascii_digit).collect();
    if digits.is_empty() {
        for usual in ["1s", "5s", "10s", "30s", "100ms"] {
            offer.add(format!("{head}{usual}"), "a span of time");
        }
        return;
    }
    let units =
        [("s", "seconds"), ("ms", "milliseconds"), ("m", "minutes"), ("us", ""), ("h", "hours")];
    for (unit, about) in units {
        let about = if about.is_empty() { "microseconds" } else { about };
        offer.add(format!("{head}{digits}{unit}"), about);
    }
}

fn after<'a>(offer: &Offer<'a>, head: &str) -> &'a str {
    offer.typed.get(head.len()..).unwrap_or_default()
}

/// Some usual numbers, or what is typed, with their unit.
fn numbers(offer: &mut Offer, usual: &[&str], units: &[(&str, &str)]) {
    let digits: String = offer.typed.chars().take_while(char::is_ascii_digit).collect();
    for (unit, about) in units {
        match digits.is_empty() {
            true => usual.iter().for_each(|one| offer.add(format!("{one}{unit}"), *about)),
            false => offer.add(format!("{digits}{unit}"), *about),
        }
    }
}

/// Values of a setting of Kafka's.
pub(super) fn of_setting(offer: &mut Offer, setting: &Setting, default: Option<String>) {
    let is_default = |word: &str| default.as_deref() == Some(word);
    let mut add =
        |word: &str| offer.add(word, if is_default(word) { "Kafka's default" } else { "" });
    match setting.kind {
        ValueKind::Bool => ["true", "false"].into_iter().for_each(add),
        ValueKind::Acks => ["all", "1", "0"].into_iter().for_each(add),
        ValueKind::Word(words) => words.iter().for_each(|word| add(word)),
        ValueKind::Ms
        | ValueKind::Seconds
        | ValueKind::Bytes
        | ValueKind::Count
        | ValueKind::Text
        | ValueKind::Brokers => {
            if let Some(default) = &default {
                add(default);
            }
        }
    }
}
