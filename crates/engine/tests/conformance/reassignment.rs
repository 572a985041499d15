//! `PartitionReassignmentReplicas` and `PartitionReassignmentRevert`.

use epochscope_engine::controller::partition_reassignment::{
    PartitionReassignmentReplicas, Revert,
};
use serde_json::{Value, json};

use crate::recorded::{brokers, check, ids, text};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[test]
fn reassignments_begin_end_and_turn_back_as_in_kafka() {
    check("reassignment", 179, |input| match text(&input["step"]) {
        "start" => start(input),
        "complete" => complete(input),
        "revert" => revert(input),
        step => panic!("unknown step {step}"),
    });
}

fn start(input: &Value) -> Value {
    let (current, target) = (brokers(&input["current"]), brokers(&input["target"]));
    let reassignment = PartitionReassignmentReplicas::start(&current, &target);
    json!({
        "replicas": ids(&reassignment.replicas),
        "adding": ids(&reassignment.adding),
        "removing": ids(&reassignment.removing),
        "in_progress": reassignment.is_in_progress(),
    })
}

fn complete(input: &Value) -> Value {
    match reassignment(input).maybe_complete(&brokers(&input["target_isr"])) {
        None => json!({ "completed": false }),
        Some(completed) => json!({
            "completed": true,
            "replicas": ids(&completed.replicas),
            "isr": ids(&completed.isr),
        }),
    }
}

fn revert(input: &Value) -> Value {
    match reassignment(input).revert(&brokers(&input["isr"])) {
        None => crate::recorded::error("InvalidReplicaAssignmentException"),
        Some(reverted) => json!({
            "replicas": ids(&reverted.replicas),
            "isr": ids(&reverted.isr),
            "unclean": reverted.revert == Revert::Unclean,
        }),
    }
}

fn reassignment(input: &Value) -> PartitionReassignmentReplicas {
    PartitionReassignmentReplicas {
        replicas: brokers(&input["replicas"]),
        adding: brokers(&input["adding"]),
        removing: brokers(&input["removing"]),
    }
}
