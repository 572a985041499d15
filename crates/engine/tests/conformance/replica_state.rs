//! `Replica` and `ReplicaState`: what a leader knows of a follower.

use epochscope_engine::broker::partition::replica_state::{
    FetchBrokerEpoch, FollowerFetch, Leadership, Membership, ReplicaState,
};
use epochscope_vocabulary::{BrokerEpoch, SimDuration, SimTime};
use serde_json::{Value, json};

use crate::recorded::{
    check_whole, error, flag, list, millis, number, offset, offset_or_minus_one, optional, text,
};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[test]
fn replica_state_answers_as_kafka() {
    check_whole("replica_state", 91, |case| {
        let known = optional(&case["in"]["initial_broker_epoch_in_metadata"]);
        let mut follower =
            Follower { state: ReplicaState::default(), in_metadata: known.map(BrokerEpoch) };
        let recorded = list(&case["out"]["steps"]);
        let events = list(&case["in"]["events"]).iter().zip(recorded);
        let steps = events.map(|(event, recorded)| {
            let error = apply(&mut follower, event);
            let mut out = state(&follower.state);
            if let Some(error) = error {
                out["result"] = error;
            }
            out["caught_up"] = caught_up(&follower.state, &recorded["caught_up"]);
            out
        });
        json!({ "steps": steps.collect::<Value>() })
    });
}

struct Follower {
    state: ReplicaState,
    in_metadata: Option<BrokerEpoch>,
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
fn caught_up(state: &ReplicaState, question: &Value) -> Value {
    let caught_up_time = Some(state.last_caught_up_time.unwrap_or(SimTime::ZERO));
    let value = ReplicaState { last_caught_up_time: caught_up_time, ..*state }.is_caught_up(
        offset(&question["leader_end_offset"]),
        millis(&question["now_ms"]),
        SimDuration::from_ms(number(&question["replica_lag_time_max_ms"])),
    );
    let mut answer = question.clone();
    answer["value"] = json!(value);
    answer
}

fn millis_or_zero(time: Option<SimTime>) -> Value {
    json!(time.map_or(0, |time| time.0 / 1_000))
}

fn apply(follower: &mut Follower, event: &Value) -> Option<Value> {
    let choose = |name: &str| flag(&event[name]);
    match text(&event["op"]) {
        "reset" => {
            let leadership =
                if choose("is_new_leader") { Leadership::New } else { Leadership::Continued };
            let membership = if choose("is_follower_in_sync") {
                Membership::InSync
            } else {
                Membership::OutOfSync
            };
            let leader_end = offset(&event["leader_end_offset"]);
            follower.state.reset(millis(&event["now_ms"]), leader_end, leadership, membership);
        }
        "fetch" => {
            let fetch = FollowerFetch {
                now: millis(&event["now_ms"]),
                fetch_offset: offset(&event["fetch_offset"]),
                log_start_offset: offset(&event["follower_log_start_offset"]),
                leader_end_offset: offset(&event["leader_end_offset"]),
                broker_epoch: optional(&event["broker_epoch"]).map(BrokerEpoch),
            };
            let updated = follower.state.update_fetch_state(&fetch, follower.in_metadata);
            return updated.is_err().then(|| error("NotLeaderOrFollowerException"));
        }
        "broker_epoch_in_metadata" => {
            follower.in_metadata = optional(&event["broker_epoch"]).map(BrokerEpoch);
        }
        op => panic!("unknown operation {op}"),
    }
    None
}
