//! `kafka-reassign-partitions.sh`, with `--execute --additional` or with `--cancel`.
//!
//! Source: Kafka `ReassignPartitionsCommand`.

use std::fmt::Display;

use epochscope_engine::metadata::MetadataImage;
use epochscope_vocabulary::rpc::{
    AlterPartitionReassignmentsRequest, ReassignablePartition, Response,
};
use epochscope_vocabulary::{BrokerId, ErrorCode, TopicPartition};

use super::exceptions::{message, timeout_exception};
use super::{Told, lines};

const NO_MOVES: &str = "None of the specified partition moves are active.";

/// What became of it. `before` is the cluster when a partition's reassignment was asked for.
pub(super) fn altered<'a>(
    asked: &AlterPartitionReassignmentsRequest,
    told: &Told<'a>,
    before: impl Fn(&str) -> &'a MetadataImage,
) -> String {
    let Some(wanted) = asked.partitions.first() else {
        return String::new();
    };
    let error = match &told.call.answer {
        Ok(Response::AlterPartitionReassignments(answer)) => {
            answer.partitions.first().map_or(answer.error, |(_, _, error)| *error)
        }
        Ok(other) => other.error(),
        Err(_) => {
            let cause = timeout_exception(&told.timeout("listPartitionReassignments"));
            return lines([format!("Error: {cause}")]);
        }
    };
    match &wanted.replicas {
        Some(_) => started(wanted, error, before(&name(wanted))),
        None => cancelled(wanted, error),
    }
}

/// The tool asks for the brokers and the partition first, and does not begin without them.
fn started(wanted: &ReassignablePartition, error: ErrorCode, before: &MetadataImage) -> String {
    let target = wanted.replicas.as_deref().unwrap_or_default();
    if let Some(unknown) = target.iter().find(|broker| before.broker(**broker).is_none()) {
        return lines([format!("Error: Unknown broker id {unknown}")]);
    }
    let name = name(wanted);
    let Some(current) = replicas(wanted, before) else {
        let what = format!("Unable to find partition: {name}");
        let cause = "org.apache.kafka.common.errors.UnknownTopicOrPartitionException";
        return lines([format!("Error: {cause}: {what}")]);
    };
    let json = format!(
        "{{\"version\":1,\"partitions\":[{{\"topic\":\"{}\",\"partition\":{},\"replicas\":[{}],\
         \"log_dirs\":[{}]}}]}}",
        wanted.topic,
        wanted.partition,
        comma_separated(current),
        comma_separated(current.iter().map(|_| "\"any\"")),
    );
    let current = format!(
        "Current partition replica assignment\n\n{json}\n\n\
         Save this to use as the --reassignment-json-file option during rollback"
    );
    let result = match error {
        ErrorCode::None => format!("Successfully started partition reassignment for {name}"),
        _ => format!("Error reassigning partition(s):\n{name}: {}", why(wanted, error)),
    };
    lines([current, result])
}

fn cancelled(wanted: &ReassignablePartition, error: ErrorCode) -> String {
    let name = name(wanted);
    let result = match error {
        ErrorCode::None => format!("Successfully cancelled partition reassignment for: {name}"),
        ErrorCode::NoReassignmentInProgress | ErrorCode::UnknownTopicOrPartition => {
            "None of the specified partition reassignments are active.".to_owned()
        }
        _ => {
            let why = why(wanted, error);
            return lines([format!("Error cancelling partition reassignment for:\n{name}: {why}")]);
        }
    };
    lines([result, NO_MOVES.to_owned()])
}

/// The controller's words.
fn why(wanted: &ReassignablePartition, error: ErrorCode) -> String {
    let (topic, partition) = (&wanted.topic, wanted.partition);
    let told = match (error, &wanted.replicas) {
        (ErrorCode::InvalidReplicaAssignment, None) => Some(format!(
            "Unable to revert partition assignment for {topic}:{partition} because it would \
             require an unclean leader election."
        )),
        (ErrorCode::UnknownTopicOrPartition, _) => {
            Some(format!("Unable to find a topic named {topic}."))
        }
        (_, _) => None,
    };
    message(error, told.as_deref())
}

fn name(wanted: &ReassignablePartition) -> String {
    format!("{}-{}", wanted.topic, wanted.partition)
}

fn replicas<'a>(
    wanted: &ReassignablePartition,
    image: &'a MetadataImage,
) -> Option<&'a [BrokerId]> {
    let topic = image.topic_id(&wanted.topic)?;
    let id = TopicPartition { topic, partition: wanted.partition };
    image.partition(id).map(|partition| &partition.replicas[..])
}

fn comma_separated<T: Display>(items: impl IntoIterator<Item = T>) -> String {
    let items: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
    items.join(",")
}
