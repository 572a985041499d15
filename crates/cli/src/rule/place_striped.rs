//! `StripedReplicaPlacer`, draw by draw.

use std::sync::Arc;

use epochscope_engine::controller::striped_replica_placer::{UsableBroker, place};
use epochscope_engine::java_random::RandomSource;
use serde_json::{Value, json};

use super::answers::{error, ids};
use super::case::Case;
use super::fields::{
    Read, Wrong, broker, count, fields, flag, list, nullable, number, signed, text,
};
use super::heartbeat::fencing;

pub(super) fn answer(case: &Case) -> Read<Value> {
    case.ask(|input| {
        let brokers = input.get("brokers", list(usable))?;
        // We compute this order; it is told for readers.
        input.get("rack_init_order", list(|rack| nullable(text)(rack)))?;
        let mut random = input.get("random", random)?;
        let call = |call| {
            fields(call, |call| {
                call.get("start_partition", signed)?;
                let partitions = call.get("num_partitions", count)?;
                let factor = call.get("replication_factor", number)?;
                Ok(match place(&brokers, partitions, factor, &mut random) {
                    Ok(assignments) => {
                        let lists = assignments.iter().map(|replicas| ids(replicas));
                        json!({ "assignments": lists.collect::<Value>() })
                    }
                    Err(_) => error("InvalidReplicationFactorException"),
                })
            })
        };
        let results = input.get("calls", list(call))?;
        Ok(json!({ "results": results }))
    })
}

fn usable(value: &Value) -> Read<UsableBroker> {
    fields(value, |of| {
        Ok(UsableBroker {
            id: of.get("id", broker)?,
            rack: of.get("rack", nullable(text))?.map(Arc::from),
            fencing: of.get("fenced", fencing)?,
        })
    })
}

/// One of the two random sources that were recorded with.
pub(super) fn random(value: &Value) -> Read<RandomSource> {
    fields(value, |random| {
        let seed = random.maybe("java_seed", number)?;
        let mock = random.maybe("mock", flag)?;
        match (seed, mock) {
            (Some(seed), None) => Ok(RandomSource::java(seed)),
            (None, Some(true)) => Ok(RandomSource::mock()),
            _ => Err(Wrong::new(
                "this names no random source",
                r#"{"java_seed": N} or {"mock": true}"#,
            )),
        }
    })
}
