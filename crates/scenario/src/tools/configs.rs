//! `kafka-configs.sh --alter`.
//!
//! Source: Kafka `ConfigCommand`.

use epochscope_vocabulary::ErrorCode;
use epochscope_vocabulary::metadata_record::ConfigResource;
use epochscope_vocabulary::rpc::IncrementalAlterConfigsRequest;

use super::exceptions::{throwable, timeout_exception};
use super::{Told, lines};

/// What became of it.
pub(super) fn altered(asked: &IncrementalAlterConfigsRequest, told: &Told<'_>) -> String {
    let cause = match &told.call.answer {
        Ok(response) if response.error() == ErrorCode::None => return lines([completed(asked)]),
        Ok(response) => throwable(response.error(), told.message()),
        Err(_) => timeout_exception(&told.timeout("incrementalAlterConfigs")),
    };
    lines([
        format!("Error while executing config command with args '{}'", arguments(asked)),
        format!("java.util.concurrent.ExecutionException: {cause}"),
    ])
}

fn completed(asked: &IncrementalAlterConfigsRequest) -> String {
    match &asked.resource {
        ConfigResource::Topic(topic) => format!("Completed updating config for topic {topic}."),
        ConfigResource::Broker(broker) => format!("Completed updating config for broker {broker}."),
        ConfigResource::Cluster => {
            "Completed updating default config for brokers in the cluster.".to_owned()
        }
    }
}

/// The command line that asks for the same.
fn arguments(asked: &IncrementalAlterConfigsRequest) -> String {
    let mut line = "--bootstrap-server localhost:9092 --alter".to_owned();
    line.push_str(&match &asked.resource {
        ConfigResource::Topic(topic) => format!(" --entity-type topics --entity-name {topic}"),
        ConfigResource::Broker(broker) => format!(" --entity-type brokers --entity-name {broker}"),
        ConfigResource::Cluster => " --entity-type brokers --entity-default".to_owned(),
    });
    let changes = asked.changes.iter();
    let added = changes
        .clone()
        .filter_map(|(key, value)| value.as_ref().map(|value| format!("{}={value}", key.name())));
    let deleted = changes.filter(|(_, value)| value.is_none());
    let deleted = deleted.map(|(key, _)| key.name().to_owned());
    for (option, list) in
        [("--add-config", added.collect::<Vec<_>>()), ("--delete-config", deleted.collect())]
    {
        if !list.is_empty() {
            line.push_str(&format!(" {option} {}", list.join(",")));
        }
    }
    line
}
