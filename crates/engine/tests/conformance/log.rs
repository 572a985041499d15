//! `UnifiedLog`: offsets, high watermark, truncation and epochs.

use epochscope_engine::log::{
    AppendedBatch, FetchedDataCheck, FollowerAppend, LeaderAppend, LogRecord, ReplicatedLog,
};
use epochscope_vocabulary::{LeaderEpoch, Offset, ValueId};
use serde_json::{Value, json};

use crate::epoch_cache::entries;
use crate::recorded::{check, error, number, offset, optional, optional_offset, steps, text};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[test]
fn log_answers_as_kafka() {
    check("log", 94, |input| {
        steps(input, &mut ReplicatedLog::new(), |log, event| {
            let result = apply(log, event);
            json!({ "result": result, "state": state(log) })
        })
    });
}

fn apply(log: &mut ReplicatedLog, event: &Value) -> Value {
    let epoch = || LeaderEpoch(number(&event["epoch"]));
    let told = &event["offset"];
    match text(&event["op"]) {
        "become_leader" => {
            log.assign_epoch(epoch());
            json!({})
        }
        "append_leader" => {
            let values = vec![ValueId(0); number(&event["count"])];
            match log.append_as_leader(&values, None, epoch()) {
                Ok(LeaderAppend::Appended(batch)) => offsets(batch),
                other => panic!("a batch without sequence gave {other:?}"),
            }
        }
        "append_follower" => append_follower(log, event),
        "truncate_to" => match optional_offset(told) {
            Some(target) => json!({ "truncated": log.truncate_to(target) }),
            None => error("IllegalArgumentException"),
        },
        "truncate_fully_and_start_at" => {
            log.truncate_fully_and_start_at(offset(told));
            json!({})
        }
        "update_high_watermark" => {
            json!({ "high_watermark": log.update_high_watermark(offset(told)).0 })
        }
        "maybe_increment_high_watermark" => {
            // Beyond the end is a bug of the caller, here as in Kafka.
            if offset(told) > log.log_end_offset() {
                error("IllegalArgumentException")
            } else {
                json!({ "advanced": log.maybe_increment_high_watermark(offset(told)) })
            }
        }
        "increment_log_start" => increment_log_start(log, told),
        "end_offset_for_epoch" => {
            let asked = optional(&event["epoch"]).map(LeaderEpoch);
            asked.and_then(|epoch| log.end_offset_for_epoch(epoch)).map_or(
                json!({ "found": false }),
                |end| json!({ "found": true, "epoch": end.epoch.0, "end_offset": end.offset.0 }),
            )
        }
        op => panic!("unknown operation {op}"),
    }
}

pub(crate) fn increment_log_start(log: &mut ReplicatedLog, told: &Value) -> Value {
    match log.maybe_increment_log_start_offset(offset(told)) {
        Ok(changed) => json!({ "changed": changed }),
        Err(_) => error("OffsetOutOfRangeException"),
    }
}

fn append_follower(log: &mut ReplicatedLog, event: &Value) -> Value {
    let count: u32 = number(&event["count"]);
    let record = LogRecord {
        value: ValueId(0),
        leader_epoch: LeaderEpoch(number(&event["batch_epoch"])),
        sequence: None,
    };
    let current = LeaderEpoch(number(&event["leader_epoch"]));
    let check = FetchedDataCheck::NotAbove(current);
    let Some(base_offset) = optional(&event["base_offset"]).map(Offset) else {
        return append_below_zero(event, record.leader_epoch > current);
    };
    let records: Vec<LogRecord> = (0..count).map(|_| record).collect();
    match log.append_as_follower(base_offset, &records, check) {
        Ok(FollowerAppend::Appended(batch)) => appended(batch),
        Ok(FollowerAppend::Dropped) => json!({ "outcome": "dropped" }),
        Err(_) => error("UnexpectedAppendOffsetException"),
    }
}

/// A batch at a negative offset is not a value of our types. Kafka drops it or throws, and changes
/// nothing.
fn append_below_zero(event: &Value, is_dropped: bool) -> Value {
    let last_offset = event["base_offset"].as_i64().zip(event["count"].as_i64());
    if is_dropped {
        json!({ "outcome": "dropped" })
    } else if last_offset.is_some_and(|(base, count)| base + count <= 0) {
        error("OffsetsOutOfOrderException")
    } else {
        error("IllegalArgumentException")
    }
}

pub(crate) fn appended(batch: AppendedBatch) -> Value {
    let mut appended = offsets(batch);
    appended["outcome"] = json!("appended");
    appended
}

fn offsets(batch: AppendedBatch) -> Value {
    json!({ "base_offset": batch.base_offset.0, "last_offset": batch.end_offset.0 - 1 })
}

fn state(log: &ReplicatedLog) -> Value {
    json!({
        "log_start_offset": log.log_start_offset().0,
        "log_end_offset": log.log_end_offset().0,
        "high_watermark": log.high_watermark().0,
        "epochs": entries(log.leader_epochs().entries()),
    })
}
