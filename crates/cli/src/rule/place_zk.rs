//! `AdminUtils.assignReplicasToBrokers`, and the rule that Kafka's documents draw in its place.

use std::sync::Arc;

use epochscope_engine::zookeeper::admin_utils::{
    BrokerMetadata, PlacementError, RackAwareMode, Start, Wanted, assign_replicas_to_brokers,
    broker_metadatas,
};
use epochscope_engine::zookeeper::documented_placement::place_as_documented;
use epochscope_vocabulary::BrokerId;
use serde_json::{Value, json};

use super::answers::ids;
use super::case::Case;
use super::fields::{
    Fields, Read, Wrong, broker, brokers, choice, count, fields, list, nullable, number_or_none,
    text,
};
use super::place_striped::random;

pub(super) fn answer(case: &Case) -> Read<Value> {
    case.ask(|input| {
        let brokers = input.get("brokers", list(metadata))?;
        let mode = input.get("rack_aware_mode", choice(MODES))?;
        let wanted = wanted(input)?;
        let mut random = input.maybe("random", random)?;
        let start = match (input.get("fixed_start_index", number_or_none)?, &mut random) {
            (Some(index), _) => Start::Fixed(index),
            (None, Some(random)) => Start::Random(random),
            (None, None) => {
                let expected = r#""random", to draw the start from, or a fixed_start_index from 0"#;
                return Err(Wrong::new("the start is to be drawn, and from nothing", expected));
            }
        };
        let placed = broker_metadatas(&brokers, mode)
            .and_then(|brokers| assign_replicas_to_brokers(&brokers, wanted, start));
        Ok(told(wanted, placed))
    })
}

/// `place_ideal`: nothing was recorded for it, since Kafka never does it.
pub(super) fn ideal(case: &Case) -> Read<Value> {
    case.ask(|input| {
        let brokers = input.get("brokers", brokers)?;
        let wanted = wanted(input)?;
        Ok(told(wanted, place_as_documented(&brokers, wanted)))
    })
}

const MODES: &[(&str, RackAwareMode)] = &[
    ("enforced", RackAwareMode::Enforced),
    ("safe", RackAwareMode::Safe),
    ("disabled", RackAwareMode::Disabled),
];

fn metadata(value: &Value) -> Read<BrokerMetadata> {
    fields(value, |of| {
        Ok(BrokerMetadata {
            id: of.get("id", broker)?,
            rack: of.get("rack", nullable(text))?.map(Arc::from),
        })
    })
}

/// Kafka refuses fewer than none as it refuses none.
fn wanted(input: &mut Fields<'_>) -> Read<Wanted> {
    let none_or =
        |value| if number_or_none::<u32>(value)?.is_none() { Ok(0) } else { count(value) };
    Ok(Wanted {
        partitions: input.get("num_partitions", none_or)?,
        replication_factor: input
            .get("replication_factor", |value| Ok(number_or_none(value)?.unwrap_or(0)))?,
        start_partition_id: input
            .get("start_partition_id", |value| Ok(number_or_none(value)?.unwrap_or(0)))?,
    })
}

fn told(wanted: Wanted, placed: Result<Vec<Vec<BrokerId>>, PlacementError>) -> Value {
    match placed {
        Ok(lists) => {
            let numbered = (wanted.start_partition_id..).zip(&lists);
            let partitions = numbered.map(|(partition, replicas)| {
                let replicas = ids(replicas);
                json!({ "partition": partition, "replicas": replicas })
            });
            json!({ "assignments": partitions.collect::<Value>() })
        }
        Err(error) => json!({ "error": exception(error), "message": error.to_string() }),
    }
}

/// The class that Kafka throws.
const fn exception(error: PlacementError) -> &'static str {
    match error {
        PlacementError::NoPartitions => "InvalidPartitionsException",
        PlacementError::NoReplicas | PlacementError::TooFewBrokers { .. } => {
            "InvalidReplicationFactorException"
        }
        PlacementError::RackMissing => "AdminOperationException",
    }
}
