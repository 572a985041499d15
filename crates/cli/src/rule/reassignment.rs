//! `PartitionReassignmentReplicas` and `PartitionReassignmentRevert`.

use epochscope_engine::controller::partition_reassignment::{
    PartitionReassignmentReplicas, Revert,
};
use serde_json::{Value, json};

use super::answers::{error, ids};
use super::case::Case;
use super::fields::{Fields, Read, brokers, text, unknown};

pub(super) fn answer(case: &Case) -> Read<Value> {
    case.ask(|input| match input.get("step", text)? {
        "start" => start(input),
        "complete" => complete(input),
        "revert" => revert(input),
        step => Err(unknown(step, &["start", "complete", "revert"]).within("step")),
    })
}

fn start(input: &mut Fields<'_>) -> Read<Value> {
    let (current, target) = (input.get("current", brokers)?, input.get("target", brokers)?);
    let reassignment = PartitionReassignmentReplicas::start(&current, &target);
    Ok(json!({
        "replicas": ids(&reassignment.replicas),
        "adding": ids(&reassignment.adding),
        "removing": ids(&reassignment.removing),
        "in_progress": reassignment.is_in_progress(),
    }))
}

fn complete(input: &mut Fields<'_>) -> Read<Value> {
    let isr = input.get("target_isr", brokers)?;
    Ok(match reassignment(input)?.maybe_complete(&isr) {
        None => json!({ "completed": false }),
        Some(completed) => json!({
            "completed": true,
            "replicas": ids(&completed.replicas),
            "isr": ids(&completed.isr),
        }),
    })
}

fn revert(input: &mut Fields<'_>) -> Read<Value> {
    let isr = input.get("isr", brokers)?;
    Ok(match reassignment(input)?.revert(&isr) {
        None => error("InvalidReplicaAssignmentException"),
        Some(reverted) => json!({
            "replicas": ids(&reverted.replicas),
            "isr": ids(&reverted.isr),
            "unclean": reverted.revert == Revert::Unclean,
        }),
    })
}

fn reassignment(input: &mut Fields<'_>) -> Read<PartitionReassignmentReplicas> {
    Ok(PartitionReassignmentReplicas {
        replicas: input.get("replicas", brokers)?,
        adding: input.get("adding", brokers)?,
        removing: input.get("removing", brokers)?,
    })
}
