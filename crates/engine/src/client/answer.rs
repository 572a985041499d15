//! An answer to an administrator or to a raw request, as JSON and as text for people.
//!
//! The JSON has Kafka's field names in the order of Kafka's schemas; what Kafka writes as -1 is
//! left out, and an error is written by name.
//!
//! Uses: nothing.

use epochscope_vocabulary::rpc::{
    AlterPartitionResponse, CurrentLeader, FetchPartitionResponse, MetadataResponse,
    ProducePartitionResponse, Response, TopicMetadata,
};
use epochscope_vocabulary::{ErrorCode, Names, Offset, OffsetAndEpoch};

use super::json::Json;

/// What came of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum LastAnswer {
    /// A response.
    Response(Response),
    /// None, and the error that the client gives itself for it.
    Lost(ErrorCode),
}

impl LastAnswer {
    /// What went wrong, if anything did.
    pub(crate) fn error(&self) -> ErrorCode {
        match self {
            Self::Response(response) => response.error(),
            Self::Lost(error) => *error,
        }
    }

    /// As compact JSON.
    pub(crate) fn json(&self, names: &Names) -> String {
        match self {
            Self::Response(response) => json_of(response, names).to_string(),
            Self::Lost(error) => Json::object([("errorCode", code(*error))]).to_string(),
        }
    }

    /// As a person reads it, beside the error's name: what was asked for, or why not.
    pub(crate) fn text(&self, names: &Names) -> String {
        match self {
            Self::Response(response) => text_of(response, names),
            Self::Lost(_) => "no answer".to_owned(),
        }
    }
}

fn text_of(response: &Response, names: &Names) -> String {
    match response {
        Response::CreateTopics(r)
        | Response::DeleteTopics(r)
        | Response::CreatePartitions(r)
        | Response::UnregisterBroker(r)
        | Response::UpdateFeatures(r)
        | Response::IncrementalAlterConfigs(r) => {
            r.message.as_deref().unwrap_or_default().to_owned()
        }
        Response::ElectLeaders(r) | Response::AlterPartitionReassignments(r) => {
            let parts = r.partitions.iter();
            let parts =
                parts.map(|(topic, partition, error)| format!("{topic}-{partition} {error}"));
            parts.collect::<Vec<_>>().join(", ")
        }
        Response::DescribeTopicPartitions(r) => r.text.to_string(),
        Response::DeleteRecords(r) => {
            let name = names.partition_name(r.partition);
            r.low_watermark.map_or(name.clone(), |low| format!("{name} low_watermark={low}"))
        }
        Response::ListOffsets(r) => {
            let name = names.partition_name(r.partition);
            r.offset.map_or(name.clone(), |offset| format!("{name} offset={offset}"))
        }
        Response::Produce(_)
        | Response::Fetch(_)
        | Response::MetadataFetch(_)
        | Response::Metadata(_)
        | Response::OffsetForLeaderEpoch(_)
        | Response::InitProducerId(_)
        | Response::AlterPartition(_)
        | Response::AssignReplicasToDirs(_)
        | Response::BrokerRegistration(_)
        | Response::BrokerHeartbeat(_)
        | Response::Vote(_)
        | Response::BeginQuorumEpoch(_)
        | Response::EndQuorumEpoch(_) => json_of(response, names).to_string(),
    }
}

fn json_of(response: &Response, names: &Names) -> Json {
    match response {
        Response::Produce(r) => list("responses", &r.partitions, |part| produced(part, names)),
        Response::Fetch(r) => list("responses", &r.partitions, |part| fetched(part, names)),
        Response::MetadataFetch(r) => Json::object([
            ("errorCode", code(r.error)),
            ("leaderEpoch", r.quorum_epoch.0.into()),
            ("leaderId", r.leader.map(|leader| leader.0).into()),
            ("highWatermark", r.high_watermark.0.into()),
        ]),
        Response::DeleteRecords(r) => Json::object([
            ("partition", names.partition_name(r.partition).into()),
            ("errorCode", code(r.error)),
            ("lowWatermark", r.low_watermark.map(|offset| offset.0).into()),
        ]),
        Response::ListOffsets(r) => Json::object([
            ("partition", names.partition_name(r.partition).into()),
            ("errorCode", code(r.error)),
            ("offset", r.offset.map(|offset| offset.0).into()),
            ("leaderEpoch", r.leader_epoch.map(|epoch| epoch.0).into()),
        ]),
        Response::Metadata(r) => metadata(r, names),
        Response::OffsetForLeaderEpoch(r) => Json::object([
            ("errorCode", code(r.error)),
            ("partition", names.partition_name(r.partition).into()),
            ("leaderEpoch", r.end.map(|end| end.epoch.0).into()),
            ("endOffset", r.end.map(|end| end.offset.0).into()),
        ]),
        Response::InitProducerId(r) => Json::object([
            ("errorCode", code(r.error)),
            ("producerId", r.producer_id.map(|id| id.0).into()),
        ]),
        Response::CreateTopics(r)
        | Response::DeleteTopics(r)
        | Response::CreatePartitions(r)
        | Response::UnregisterBroker(r)
        | Response::UpdateFeatures(r)
        | Response::IncrementalAlterConfigs(r) => Json::object([
            ("errorCode", code(r.error)),
            ("errorMessage", r.message.as_deref().into()),
        ]),
        Response::ElectLeaders(r) | Response::AlterPartitionReassignments(r) => {
            let results = r.partitions.iter().map(|(topic, partition, error)| {
                Json::object([
                    ("partition", format!("{topic}-{partition}").into()),
                    ("errorCode", code(*error)),
                ])
            });
            Json::object([
                ("errorCode", code(r.error)),
                ("replicaElectionResults", Json::list(results)),
            ])
        }
        Response::DescribeTopicPartitions(r) => {
            Json::object([("errorCode", code(r.error)), ("text", r.text.to_string().into())])
        }
        Response::AlterPartition(r) => altered(r, names),
        Response::AssignReplicasToDirs(r) => Json::object([("errorCode", code(r.error))]),
        Response::BrokerRegistration(r) => Json::object([
            ("errorCode", code(r.error)),
            ("brokerEpoch", r.broker_epoch.map(|epoch| epoch.0).into()),
        ]),
        Response::Vote(_) | Response::BeginQuorumEpoch(_) | Response::EndQuorumEpoch(_) => {
            Json::object([("errorCode", code(response.error()))])
        }
        Response::BrokerHeartbeat(r) => {
            Json::object([("errorCode", code(r.error)), ("isCaughtUp", Json::Bool(r.caught_up))])
        }
    }
}

fn produced(part: &ProducePartitionResponse, names: &Names) -> Json {
    Json::object([
        ("partition", names.partition_name(part.partition).into()),
        ("errorCode", code(part.error)),
        ("baseOffset", part.base_offset.map(|offset| offset.0).into()),
        ("currentLeader", leader(part.current_leader)),
    ])
}

fn fetched(part: &FetchPartitionResponse, names: &Names) -> Json {
    let records = part.records.iter().map(|record| {
        Json::object([
            ("value", names.value_text(record.value).to_owned().into()),
            ("leaderEpoch", record.leader_epoch.0.into()),
        ])
    });
    let replica = part.preferred_read_replica.map(|broker| broker.0);
    // With an error, Kafka writes -1 for both.
    let known = |offset: Offset| (part.error == ErrorCode::None).then_some(offset.0);
    Json::object([
        ("partition", names.partition_name(part.partition).into()),
        ("errorCode", code(part.error)),
        ("highWatermark", known(part.high_watermark).into()),
        ("logStartOffset", known(part.log_start_offset).into()),
        ("divergingEpoch", epoch_end(part.diverging_epoch)),
        ("currentLeader", leader(part.current_leader)),
        ("preferredReadReplica", replica.into()),
        ("records", Json::list(records)),
    ])
}

fn metadata(response: &MetadataResponse, names: &Names) -> Json {
    let brokers = response.brokers.iter().map(|broker| broker.0.into());
    let topics = response.topics.iter().map(|topic| one_topic(topic, names));
    Json::object([("brokers", Json::list(brokers)), ("topics", Json::list(topics))])
}

fn one_topic(topic: &TopicMetadata, names: &Names) -> Json {
    let partitions = topic.partitions.iter().map(|partition| {
        Json::object([
            ("errorCode", code(partition.error)),
            ("partition", names.partition_name(partition.partition).into()),
            ("leaderId", partition.leader.map(|leader| leader.0).into()),
            ("leaderEpoch", partition.leader_epoch.0.into()),
        ])
    });
    Json::object([
        ("errorCode", code(topic.error)),
        ("name", topic.name.to_string().into()),
        ("partitions", Json::list(partitions)),
    ])
}

fn altered(response: &AlterPartitionResponse, names: &Names) -> Json {
    let partitions = response.partitions.iter().map(|part| {
        let name = names.partition_name(part.partition).into();
        match &part.result {
            Err(error) => Json::object([("partition", name), ("errorCode", code(*error))]),
            Ok(state) => {
                let isr = state.isr.iter().map(|broker| broker.0.into());
                Json::object([
                    ("partition", name),
                    ("errorCode", code(ErrorCode::None)),
                    ("leaderId", state.leader.map(|leader| leader.0).into()),
                    ("leaderEpoch", state.leader_epoch.0.into()),
                    ("isr", Json::list(isr)),
                    ("partitionEpoch", state.partition_epoch.0.into()),
                ])
            }
        }
    });
    Json::object([("errorCode", code(response.error)), ("partitions", Json::list(partitions))])
}

fn list<T>(name: &'static str, items: &[T], json: impl Fn(&T) -> Json) -> Json {
    Json::object([(name, Json::list(items.iter().map(json)))])
}

fn code(error: ErrorCode) -> Json {
    error.name().to_owned().into()
}

fn leader(leader: Option<CurrentLeader>) -> Json {
    leader.map_or(Json::Absent, |leader| {
        Json::object([
            ("leaderId", leader.leader.0.into()),
            ("leaderEpoch", leader.leader_epoch.0.into()),
        ])
    })
}

fn epoch_end(end: Option<OffsetAndEpoch>) -> Json {
    end.map_or(Json::Absent, |end| {
        Json::object([("epoch", end.epoch.0.into()), ("endOffset", end.offset.0.into())])
    })
}
