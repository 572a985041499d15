//! The exceptions that Kafka's clients make of errors, as they print themselves.
//!
//! Source: Kafka `Errors`, `KafkaAdminClient.Call`.

use epochscope_engine::client::FinishedCall;
use epochscope_vocabulary::{ErrorCode, SimTime};

/// Before each exception's own name.
const PACKAGE: &str = "org.apache.kafka.common.errors.";
/// `retry.backoff.ms`: when a call would have been tried again.
const BACKOFF_MS: u64 = 100;

/// An error's exception and the message that it has of itself.
fn exception(error: ErrorCode) -> (&'static str, &'static str) {
    let rows = EXCEPTIONS.iter().find(|(code, ..)| *code == error);
    rows.map_or(UNKNOWN, |(_, name, message)| (name, message))
}

const UNKNOWN: (&str, &str) = (
    "UnknownServerException",
    "The server experienced an unexpected error when processing the request.",
);

const EXCEPTIONS: &[(ErrorCode, &str, &str)] = &[
    (
        ErrorCode::UnknownTopicOrPartition,
        "UnknownTopicOrPartitionException",
        "This server does not host this topic-partition.",
    ),
    (ErrorCode::RequestTimedOut, "TimeoutException", "The request timed out."),
    (
        ErrorCode::InvalidTopicException,
        "InvalidTopicException",
        "The request attempted to perform an operation on an invalid topic.",
    ),
    (
        ErrorCode::UnsupportedVersion,
        "UnsupportedVersionException",
        "The version of API is not supported.",
    ),
    (ErrorCode::TopicAlreadyExists, "TopicExistsException", "Topic with this name already exists."),
    (
        ErrorCode::InvalidPartitions,
        "InvalidPartitionsException",
        "Number of partitions is below 1.",
    ),
    (
        ErrorCode::InvalidReplicationFactor,
        "InvalidReplicationFactorException",
        "Replication factor is below 1 or larger than the number of available brokers.",
    ),
    (
        ErrorCode::InvalidReplicaAssignment,
        "InvalidReplicaAssignmentException",
        "Replica assignment is invalid.",
    ),
    (ErrorCode::InvalidConfig, "InvalidConfigurationException", "Configuration is invalid."),
    (
        ErrorCode::InvalidUpdateVersion,
        "InvalidUpdateVersionException",
        "The given update version was invalid.",
    ),
    (
        ErrorCode::PreferredLeaderNotAvailable,
        "PreferredLeaderNotAvailableException",
        "The preferred leader was not available.",
    ),
    (
        ErrorCode::EligibleLeadersNotAvailable,
        "EligibleLeadersNotAvailableException",
        "Eligible topic partition leaders are not available.",
    ),
    (
        ErrorCode::NoReassignmentInProgress,
        "NoReassignmentInProgressException",
        "No partition reassignment is in progress.",
    ),
    (
        ErrorCode::BrokerIdNotRegistered,
        "BrokerIdNotRegisteredException",
        "The given broker ID was not registered.",
    ),
];

/// What the exception says: what the controller told, or the error's own words.
pub(super) fn message(error: ErrorCode, told: Option<&str>) -> String {
    told.unwrap_or(exception(error).1).to_owned()
}

/// The exception as it prints itself.
pub(super) fn throwable(error: ErrorCode, told: Option<&str>) -> String {
    format!("{PACKAGE}{}: {}", exception(error).0, message(error, told))
}

/// What a call says that was never answered.
pub(super) fn timed_out(call: &FinishedCall, at: SimTime, name: &str) -> String {
    if matches!(call.answer, Err(ErrorCode::NetworkException)) {
        return format!("Timed out waiting for a node assignment. Call: {name}");
    }
    let (now, tries) = (at.0 / 1_000, call.failures.max(1));
    let (deadline, next) = (call.deadline.0 / 1_000, now + BACKOFF_MS);
    format!(
        "Call(callName={name}, deadlineMs={deadline}, tries={tries}, nextAllowedTryMs={next}) \
         timed out at {now} after {tries} attempt(s)"
    )
}

/// The same as an exception that prints itself.
pub(super) fn timeout_exception(message: &str) -> String {
    format!("{PACKAGE}TimeoutException: {message}")
}
