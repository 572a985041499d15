//! `kafka-leader-election.sh`.
//!
//! Source: Kafka `LeaderElectionCommand`.

use std::sync::Arc;

use epochscope_engine::java_hash::{sort_as_java_hash_set, string_hash_code};
use epochscope_vocabulary::ErrorCode;
use epochscope_vocabulary::rpc::{ElectLeadersRequest, ElectionType, Response};

use super::exceptions::{message, throwable};
use super::{Told, lines};

type Result = (Arc<str>, u32, ErrorCode);

/// What became of it.
pub(super) fn elected(asked: &ElectLeadersRequest, told: &Told<'_>) -> String {
    let kind = match asked.election {
        ElectionType::Preferred => "PREFERRED",
        ElectionType::Unclean => "UNCLEAN",
    };
    match &told.call.answer {
        Ok(Response::ElectLeaders(answer)) if answer.partitions.is_empty() => match answer.error {
            ErrorCode::None | ErrorCode::ElectionNotNeeded => String::new(),
            error => lines([throwable(error, None)]),
        },
        Ok(Response::ElectLeaders(answer)) => results(kind, &answer.partitions, told),
        Ok(other) => lines([message(other.error(), None)]),
        // On standard output, and as the exception's message on standard error.
        Err(_) => lines(["Timeout waiting for election results"; 2]),
    }
}

fn results(kind: &str, results: &[Result], told: &Told<'_>) -> String {
    // The client has them in a hash map, and the tool makes hash sets of that.
    let all = in_hash_order(results.iter().collect());
    let of = |wanted: fn(ErrorCode) -> bool| {
        in_hash_order(all.iter().copied().filter(|(_, _, error)| wanted(*error)).collect())
    };
    let mut text = Vec::new();
    let done = of(|error| error == ErrorCode::None);
    if !done.is_empty() {
        let names = names(&done);
        text.push(format!(
            "Successfully completed leader election ({kind}) for partitions {names}"
        ));
    }
    let needless = of(|error| error == ErrorCode::ElectionNotNeeded);
    if !needless.is_empty() {
        let names = names(&needless);
        text.push(format!("Valid replica already elected for partitions {names}"));
    }
    let failed = of(|error| !matches!(error, ErrorCode::None | ErrorCode::ElectionNotNeeded));
    for (topic, partition, error) in &failed {
        let why = throwable(*error, unknown(topic, *partition, *error, told).as_deref());
        text.push(format!(
            "Error completing leader election ({kind}) for partition: {topic}-{partition}: {why}"
        ));
    }
    if !failed.is_empty() {
        text.push(format!("{} replica(s) could not be elected", failed.len()));
    }
    lines(text)
}

/// What the controller says beside its error, where it says something.
fn unknown(topic: &str, partition: u32, error: ErrorCode, told: &Told<'_>) -> Option<String> {
    (error == ErrorCode::UnknownTopicOrPartition).then(|| match told.image.topic_named(topic) {
        None => format!("No such topic as {topic}"),
        Some(_) => format!("No such partition as {topic}-{partition}"),
    })
}

fn names(partitions: &[&Result]) -> String {
    let names = partitions.iter().map(|(topic, partition, _)| format!("{topic}-{partition}"));
    names.collect::<Vec<_>>().join(", ")
}

fn in_hash_order(mut results: Vec<&Result>) -> Vec<&Result> {
    sort_as_java_hash_set(&mut results, |(topic, partition, _)| hash_code(topic, *partition));
    results
}

/// `TopicPartition.hashCode`.
fn hash_code(topic: &str, partition: u32) -> u32 {
    partition.wrapping_add(31).wrapping_mul(31).wrapping_add(string_hash_code(topic))
}
