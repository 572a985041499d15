//! Putting answers into the words of the recordings.

use epochscope_vocabulary::metadata_record::LeaderRecoveryState;
use epochscope_vocabulary::{BrokerId, Offset};
use serde_json::{Value, json};

use super::fields::{Fields, Read, fields, list, text};

/// Answers a sequence of operations on one `state`, step by step.
pub(super) fn steps<S>(
    input: &mut Fields<'_>,
    state: &mut S,
    step: impl Fn(&mut S, &str, &mut Fields<'_>) -> Read<Value>,
) -> Read<Value> {
    let answer = |event| {
        fields(event, |event| {
            let op = event.get("op", text)?;
            step(state, op, event)
        })
    };
    let steps = input.get("events", list(answer))?;
    Ok(json!({ "steps": steps }))
}

/// An error is told by its name: the texts are Kafka's own.
pub(super) fn error(name: &str) -> Value {
    json!({ "error": name })
}

pub(super) fn ids(brokers: &[BrokerId]) -> Value {
    brokers.iter().map(|broker| broker.0).collect()
}

pub(super) fn leader_id(leader: Option<BrokerId>) -> Value {
    leader.map_or(json!(-1), |broker| json!(broker.0))
}

pub(super) fn offset_or_minus_one(offset: Option<Offset>) -> Value {
    offset.map_or(json!(-1), |offset| json!(offset.0))
}

pub(super) const fn recovery_name(state: LeaderRecoveryState) -> &'static str {
    match state {
        LeaderRecoveryState::Recovered => "RECOVERED",
        LeaderRecoveryState::Recovering => "RECOVERING",
    }
}
