//! `Replica` and `ReplicaState`: what a leader knows of a follower.
//!
//! Whether the follower is caught up was asked at times of the recorder's own, which stand in the
//! recorded answers only. Where no answer is told, nothing is asked.

use epochscope_engine::broker::partition::replica_state::{
    FetchBrokerEpoch, FollowerFetch, Leadership, Membership, ReplicaState,
};
use epochscope_vocabulary::{BrokerEpoch, SimDuration, SimTime};
use serde_json::{Value, json};

use super::answers::{error, offset_or_minus_one, steps};
use super::case::Case;
use super::fields::{
    Fields, Read, fields, flag, millis, nullable, number_or_none, offset, unknown_op,
};

const OPS: &[&str] = &["reset", "fetch", "broker_epoch_in_metadata"];

pub(super) fn answer(case: &Case) -> Read<Value> {
    case.ask(|input| {
        let in_metadata =
            input.get("initial_broker_epoch_in_metadata", nullable(number_or_none))?;
        let mut follower = Follower {
            state: ReplicaState::default(),
            in_metadata: in_metadata.flatten().map(BrokerEpoch),
            steps: 0,
        };
        steps(input, &mut follower, |follower, op, event| {
            let error = apply(follower, op, event)?;
            let mut out = state(&follower.state);
            if let Some(error) = error {
                out["result"] = error;
            }
            let recorded = case.out.as_ref().map(|out| &out["steps"][follower.steps]["caught_up"]);
            if let Some(question) = recorded.filter(|question| !question.is_null()) {
                let place = format!("out.steps[{}].caught_up", follower.steps);
                out["caught_up"] =
                    caught_up(&follower.state, question).map_err(|wrong| wrong.within(&place))?;
            }
            follower.steps += 1;
            Ok(out)
        })
    })
}

struct Follower {
    state: ReplicaState,
    in_metadata: Option<BrokerEpoch>,
    /// How many operations it has been through.
    steps: usize,
}

fn state(state: &ReplicaState) -> Value {
    json!({
        "log_end_offset": offset_or_minus_one(state.log_end_offset),
        "log_start_offset": offset_or_minus_one(state.log_start_offset),
        "last_fetch_leader_log_end_offset":
            offset_or_minus_one(state.last_fetch_leader_log_end_offset),
        "last_fetch_time_ms": millis_or_zero(state.last_fetch_time),
        "last_caught_up_time_ms": millis_or_zero(state.last_caught_up_time),
        "broker_epoch": match state.broker_epoch {
            FetchBrokerEpoch::NotFetched => Value::Null,
            FetchBrokerEpoch::Unregistered => json!(-1),
            FetchBrokerEpoch::Registered(epoch) => json!(epoch.0),
        },
    })
}

/// Kafka writes 0 for "never", and the recorded clock starts near 0, where that is not long ago.
/// Ours knows "never"; here it has to answer as if it did not.
fn caught_up(state: &ReplicaState, question: &Value) -> Read<Value> {
    fields(question, |question| {
        let caught_up_time = Some(state.last_caught_up_time.unwrap_or(SimTime::ZERO));
        let leader_end = question.get("leader_end_offset", offset)?;
        let now = question.get("now_ms", millis)?;
        let lag = question.get("replica_lag_time_max_ms", millis)?;
        question.maybe("value", flag)?;
        let value = ReplicaState { last_caught_up_time: caught_up_time, ..*state }.is_caught_up(
            leader_end,
            now,
            SimDuration(lag.0),
        );
        Ok(json!({
            "leader_end_offset": leader_end.0,
            "now_ms": now.0 / 1_000,
            "replica_lag_time_max_ms": lag.0 / 1_000,
            "value": value,
        }))
    })
}

fn millis_or_zero(time: Option<SimTime>) -> Value {
    json!(time.map_or(0, |time| time.0 / 1_000))
}

fn apply(follower: &mut Follower, op: &str, event: &mut Fields<'_>) -> Read<Option<Value>> {
    match op {
        "reset" => reset(&mut follower.state, event)?,
        "fetch" => {
            let fetch = FollowerFetch {
                now: event.get("now_ms", millis)?,
                fetch_offset: event.get("fetch_offset", offset)?,
                log_start_offset: event.get("follower_log_start_offset", offset)?,
                leader_end_offset: event.get("leader_end_offset", offset)?,
                broker_epoch: event.get("broker_epoch", number_or_none)?.map(BrokerEpoch),
            };
            let updated = follower.state.update_fetch_state(&fetch, follower.in_metadata);
            return Ok(updated.is_err().then(|| error("NotLeaderOrFollowerException")));
        }
        "broker_epoch_in_metadata" => {
            let epoch = event.get("broker_epoch", nullable(number_or_none))?;
            follower.in_metadata = epoch.flatten().map(BrokerEpoch);
        }
        op => return unknown_op(op, OPS),
    }
    Ok(None)
}

fn reset(state: &mut ReplicaState, event: &mut Fields<'_>) -> Read<()> {
    let leadership =
        if event.get("is_new_leader", flag)? { Leadership::New } else { Leadership::Continued };
    let membership = if event.get("is_follower_in_sync", flag)? {
        Membership::InSync
    } else {
        Membership::OutOfSync
    };
    let now = event.get("now_ms", millis)?;
    state.reset(now, event.get("leader_end_offset", offset)?, leadership, membership);
    Ok(())
}
