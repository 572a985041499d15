//! What may stand next in an observation.
//!
//! Uses: `observations`, `values`.

use epochscope_engine::invariant::INVARIANTS;
use epochscope_engine::metrics::{METRICS, MetricRow};
use epochscope_vocabulary::ErrorCode;
use epochscope_vocabulary::event::EventKind;

use super::{Offer, values};
use crate::format::kinds::Kind;
use crate::format::world::World;
use crate::observations::{
    OBSERVATIONS, ObservationName, ObservationRow, ObservedKind, SubjectKind,
};
use crate::script::Operator;

/// A word of a subject.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Kind(Kind),
    /// `orders-0@1`
    Replica,
    /// That, or the partition alone.
    MaybeReplica,
    Controller,
    Record,
    Sender,
    ErrorCode,
    Metric,
    EventKind,
    EventAbout,
}

/// The words of a subject, and how many of them are needed.
fn parts(kind: SubjectKind) -> (&'static [Part], usize) {
    use Part::{Controller, EventAbout, MaybeReplica, Record, Replica, Sender};
    match kind {
        SubjectKind::Cluster => (&[], 0),
        SubjectKind::Partition => (&[Part::Kind(Kind::Partition)], 1),
        SubjectKind::PartitionOrReplica => (&[MaybeReplica], 1),
        SubjectKind::Replica => (&[Replica], 1),
        SubjectKind::ReplicaFollower => (&[Replica, Part::Kind(Kind::Broker)], 2),
        SubjectKind::Broker => (&[Part::Kind(Kind::Broker)], 1),
        SubjectKind::Node => (&[Part::Kind(Kind::Node)], 1),
        SubjectKind::Controller => (&[Controller], 1),
        SubjectKind::ClientMaybeValue => (&[Sender, Record], 1),
        SubjectKind::ClientValue => (&[Sender, Record], 2),
        SubjectKind::ClientPartition => {
            (&[Part::Kind(Kind::Client), Part::Kind(Kind::Partition)], 2)
        }
        SubjectKind::ClientError => (&[Part::Kind(Kind::Client), Part::ErrorCode], 2),
        SubjectKind::Sender => (&[Sender], 1),
        SubjectKind::Value => (&[Record], 1),
        SubjectKind::MaybePartition => (&[Part::Kind(Kind::Partition)], 0),
        SubjectKind::MaybeBroker => (&[Part::Kind(Kind::Broker)], 0),
        SubjectKind::Metric => (&[Part::Metric, Part::Kind(Kind::Node)], 1),
        SubjectKind::ApiKey => (&[Part::Kind(Kind::ApiKey)], 1),
        SubjectKind::Event => (&[Part::EventKind, EventAbout], 1),
    }
}

fn is_joint(word: &str) -> bool {
    word == "and" || word == "or"
}

fn operator(word: &str) -> Option<Operator> {
    Operator::ALL.iter().find(|(_, text)| *text == word).map(|(operator, _)| *operator)
}

/// Offers what may stand after these words of an observation.
pub(super) fn offer(offer: &mut Offer, words: &[&str], world: &World) {
    let last = words.iter().rposition(|word| is_joint(word)).map_or(0, |at| at + 1);
    let [name, after @ ..] = &words[last..] else {
        OBSERVATIONS.iter().for_each(|row| offer.add(row.text, row.about));
        return;
    };
    let Some(row) = ObservationName::named(name).map(ObservationName::row) else { return };
    let compared = after.iter().position(|word| operator(word).is_some());
    match compared.map(|at| (operator(after[at]), &after[at + 1..])) {
        None => subject(offer, row, after.len(), world),
        Some((Some(operator), [])) => value(offer, row, operator, world),
        Some((_, [_])) => joints(offer),
        Some(_) => {}
    }
}

fn joints(offer: &mut Offer) {
    offer.add("and", "both hold");
    offer.add("or", "one of them holds");
}

fn subject(offer: &mut Offer, row: &ObservationRow, given: usize, world: &World) {
    let (parts, needed) = parts(row.subject);
    if let Some(next) = parts.get(given) {
        part(offer, *next, world);
    }
    if (needed..=parts.len()).contains(&given) {
        for operator in row.value.operators() {
            offer.add(operator.text(), row.value.wanted());
        }
        if row.value == ObservedKind::Bool {
            joints(offer);
        }
    }
}

fn part(offer: &mut Offer, part: Part, world: &World) {
    match part {
        Part::Kind(kind) => values::offer(offer, kind, "", world),
        Part::Replica => replicas(offer, world, &[]),
        Part::MaybeReplica => {
            values::partitions(offer, world);
            let controllers: Vec<u32> = world.controllers.iter().copied().collect();
            replicas(offer, world, &controllers);
        }
        Part::Controller => {
            values::controllers(offer, "", world);
            offer.add("controller", "the active controller");
        }
        Part::Record => values::records(offer, world),
        Part::Sender => {
            values::clients(offer, None, "", world);
            offer.add("admin", "the administrator");
            offer.add("raw", "requests sent by hand");
            world.senders.iter().for_each(|name| offer.add(&**name, "requests sent by hand"));
        }
        Part::Metric => metrics(offer, world),
        Part::ErrorCode => error_codes(offer),
        Part::EventKind => {
            EventKind::ALL.iter().for_each(|(slug, _)| offer.add(*slug, "a kind of event"));
        }
        Part::EventAbout => {
            values::partitions(offer, world);
            values::offer(offer, Kind::AnyNode, "", world);
        }
    }
}

/// Partitions as brokers have them, and as these controllers do.
fn replicas(offer: &mut Offer, world: &World, controllers: &[u32]) {
    let Some((partition, _)) = offer.typed.split_once('@') else {
        for partition in values::partition_names(offer.typed, world) {
            for broker in world.brokers.keys() {
                offer.add(format!("{partition}@{broker}"), "as this broker has it");
            }
        }
        return;
    };
    for broker in world.brokers.keys() {
        offer.add(format!("{partition}@{broker}"), "as this broker has it");
    }
    for controller in controllers {
        offer.add(format!("{partition}@{controller}"), "as this controller has it");
    }
}

/// Metrics by their short names and by their JMX names; those of replicas with each partition.
fn metrics(offer: &mut Offer, world: &World) {
    let partitions = values::partition_names("", world);
    let names: [fn(&MetricRow) -> String; 2] = [MetricRow::short_name, MetricRow::jmx_name];
    for (name, row) in names.iter().flat_map(|name| METRICS.iter().map(move |row| (name, row))) {
        let name = name(row);
        if !row.is_of_a_replica() {
            offer.add(format!("\"{name}\""), row.about);
            continue;
        }
        for (topic, partition) in partitions.iter().filter_map(|one| one.rsplit_once('-')) {
            let of = format!("\"{name},topic={topic},partition={partition}\"");
            offer.add(of, row.about);
        }
    }
}

fn error_codes(offer: &mut Offer) {
    ErrorCode::ALL.iter().for_each(|code| offer.add(code.name(), "an error of Kafka's"));
}

fn value(offer: &mut Offer, row: &ObservationRow, operator: Operator, world: &World) {
    let is_equality = matches!(operator, Operator::Equal | Operator::NotEqual);
    let head = offer.head(&[',']).to_owned();
    match row.value {
        ObservedKind::Bool => ["true", "false"].iter().for_each(|word| offer.add(*word, "")),
        ObservedKind::Word(words) => {
            words.iter().for_each(|word| offer.add(format!("{head}{word}"), ""));
        }
        ObservedKind::Result => {
            offer.add("acked", "told that it is written");
            offer.add("pending", "no answer yet");
            error_codes(offer);
        }
        ObservedKind::Invariants => {
            for row in INVARIANTS {
                offer.add(format!("{head}{}", row.name), row.about);
            }
        }
        ObservedKind::NodeList | ObservedKind::NodeSet if row.subject == SubjectKind::Cluster => {
            values::controllers(offer, &head, world);
        }
        ObservedKind::MaybeBroker | ObservedKind::NodeList | ObservedKind::NodeSet => {
            values::brokers(offer, &head, world);
        }
        ObservedKind::Number | ObservedKind::MaybeNumber | ObservedKind::Text => {}
    }
    let may_be_none = matches!(
        row.value,
        ObservedKind::MaybeNumber
            | ObservedKind::MaybeBroker
            | ObservedKind::NodeList
            | ObservedKind::NodeSet
            | ObservedKind::Invariants
    );
    if is_equality && may_be_none && head.is_empty() {
        offer.add("none", "nothing");
    }
}
