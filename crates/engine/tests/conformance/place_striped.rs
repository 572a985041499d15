//! `StripedReplicaPlacer`, draw by draw.

use std::sync::Arc;

use epochscope_engine::controller::striped_replica_placer::{Fencing, UsableBroker, place};
use epochscope_engine::java_random::RandomSource;
use serde_json::{Value, json};

use crate::recorded::{broker, check, error, flag, ids, list, number};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[test]
fn replicas_are_placed_as_by_kafka() {
    check("place_striped", 195, |input| {
        let brokers: Vec<UsableBroker> = list(&input["brokers"]).iter().map(usable).collect();
        let mut random = random(&input["random"]);
        let results = list(&input["calls"]).iter().map(|call| {
            let partitions = number(&call["num_partitions"]);
            let factor = number(&call["replication_factor"]);
            match place(&brokers, partitions, factor, &mut random) {
                Ok(assignments) => {
                    let lists = assignments.iter().map(|replicas| ids(replicas));
                    json!({ "assignments": lists.collect::<Value>() })
                }
                Err(_) => error("InvalidReplicationFactorException"),
            }
        });
        json!({ "results": results.collect::<Value>() })
    });
}

fn usable(value: &Value) -> UsableBroker {
    UsableBroker {
        id: broker(&value["id"]),
        rack: value["rack"].as_str().map(Arc::from),
        fencing: if flag(&value["fenced"]) { Fencing::Fenced } else { Fencing::Unfenced },
    }
}

fn random(value: &Value) -> RandomSource {
    match value["java_seed"].as_u64() {
        Some(seed) => RandomSource::java(seed),
        None => RandomSource::mock(),
    }
}
