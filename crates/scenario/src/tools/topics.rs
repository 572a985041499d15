//! `kafka-topics.sh`.
//!
//! Source: Kafka `TopicCommand`.

use epochscope_vocabulary::ErrorCode;
use epochscope_vocabulary::rpc::{AdminResponse, Request};

use super::exceptions::{message, timeout_exception};
use super::{Told, lines};

const COLLISIONS: &str = "WARNING: Due to limitations in metric names, topics with a period ('.') \
    or underscore ('_') could collide. To avoid issues it is best to use either, but not both.";

/// `--create`.
pub(super) fn created(topic: &str, answer: &AdminResponse) -> String {
    let warning = topic.contains(['.', '_']).then(|| COLLISIONS.to_owned());
    let result = match answer.error {
        ErrorCode::None => format!("Created topic {topic}."),
        _ => refused(answer),
    };
    lines(warning.into_iter().chain([result]))
}

/// `--delete`: what succeeds prints nothing.
pub(super) fn deleted(topic: &str, answer: &AdminResponse) -> String {
    of_existing(topic, answer)
}

/// `--alter --partitions`: what succeeds prints nothing.
pub(super) fn increased(topic: &str, answer: &AdminResponse) -> String {
    of_existing(topic, answer)
}

/// Whatever was not answered. Without a broker the tool cannot even list the topics first; without
/// a controller a description fails at its last request.
pub(super) fn unanswered(told: &Told<'_>) -> String {
    let is_nobody_there = told.call.answer == Err(ErrorCode::NetworkException);
    let error = match &told.call.request {
        Request::CreateTopics(_) => told.timeout("createTopics"),
        _ if is_nobody_there => told.timeout("listTopics"),
        Request::DeleteTopics(_) => told.timeout("deleteTopics"),
        Request::CreatePartitions(_) => told.timeout("createPartitions"),
        _ => {
            let cause = timeout_exception(&told.timeout("listPartitionReassignments"));
            format!("java.util.concurrent.ExecutionException: {cause}")
        }
    };
    lines([failed(&error)])
}

/// The tool looks first whether there is such a topic.
fn of_existing(topic: &str, answer: &AdminResponse) -> String {
    match answer.error {
        ErrorCode::None => String::new(),
        ErrorCode::UnknownTopicOrPartition => {
            lines([failed(&format!("Topic '{topic}' does not exist as expected"))])
        }
        _ => lines([refused(answer)]),
    }
}

fn refused(answer: &AdminResponse) -> String {
    failed(&message(answer.error, answer.message.as_deref()))
}

fn failed(why: &str) -> String {
    format!("Error while executing topic command : {why}")
}
