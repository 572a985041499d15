//! `UnifiedLog`: offsets, high watermark, truncation and epochs.

use epochscope_engine::log::{
    AppendedBatch, FetchedDataCheck, FollowerAppend, LeaderAppend, LogRecord, ReplicatedLog,
};
use epochscope_vocabulary::{LeaderEpoch, Offset, ValueId};
use serde_json::{Value, json};

use super::answers::{error, steps};
use super::case::Case;
use super::epoch_cache::entries;
use super::fields::{
    Fields, Read, count, number, number_or_none, offset, offset_or_none, signed, unknown_op,
};

const OPS: &[&str] = &[
    "become_leader",
    "append_leader",
    "append_follower",
    "truncate_to",
    "truncate_fully_and_start_at",
    "update_high_watermark",
    "maybe_increment_high_watermark",
    "increment_log_start",
    "end_offset_for_epoch",
];

pub(super) fn answer(case: &Case) -> Read<Value> {
    case.ask(|input| {
        steps(input, &mut ReplicatedLog::new(), |log, op, event| {
            let result = apply(log, op, event)?;
            Ok(json!({ "result": result, "state": state(log) }))
        })
    })
}

fn apply(log: &mut ReplicatedLog, op: &str, event: &mut Fields<'_>) -> Read<Value> {
    Ok(match op {
        "become_leader" => {
            log.assign_epoch(LeaderEpoch(event.get("epoch", number)?));
            json!({})
        }
        "append_leader" => append_leader(log, event)?,
        "append_follower" => append_follower(log, event)?,
        "truncate_to" => match event.get("offset", offset_or_none)? {
            Some(target) => json!({ "truncated": log.truncate_to(target) }),
            None => error("IllegalArgumentException"),
        },
        "truncate_fully_and_start_at" => {
            log.truncate_fully_and_start_at(event.get("offset", offset)?);
            json!({})
        }
        "update_high_watermark" => update_high_watermark(log, event)?,
        "maybe_increment_high_watermark" => {
            let told = event.get("offset", offset)?;
            // Beyond the end is a bug of the caller, here as in Kafka.
            if told > log.log_end_offset() {
                error("IllegalArgumentException")
            } else {
                json!({ "advanced": log.maybe_increment_high_watermark(told) })
            }
        }
        "increment_log_start" => increment_log_start(log, event)?,
        "end_offset_for_epoch" => {
            let asked = event.get("epoch", number_or_none)?.map(LeaderEpoch);
            asked.and_then(|epoch| log.end_offset_for_epoch(epoch)).map_or(
                json!({ "found": false }),
                |end| json!({ "found": true, "epoch": end.epoch.0, "end_offset": end.offset.0 }),
            )
        }
        op => return unknown_op(op, OPS),
    })
}

pub(super) fn update_high_watermark(
    log: &mut ReplicatedLog,
    event: &mut Fields<'_>,
) -> Read<Value> {
    // One below 0 is clamped like one below the log's start.
    let told = event.get("offset", offset_or_none)?.unwrap_or(Offset::ZERO);
    Ok(json!({ "high_watermark": log.update_high_watermark(told).0 }))
}

pub(super) fn increment_log_start(log: &mut ReplicatedLog, event: &mut Fields<'_>) -> Read<Value> {
    Ok(match log.maybe_increment_log_start_offset(event.get("offset", offset)?) {
        Ok(changed) => json!({ "changed": changed }),
        Err(_) => error("OffsetOutOfRangeException"),
    })
}

fn append_leader(log: &mut ReplicatedLog, event: &mut Fields<'_>) -> Read<Value> {
    let epoch = LeaderEpoch(event.get("epoch", number)?);
    let values: Vec<ValueId> = (0..event.get("count", count)?).map(|_| ValueId(0)).collect();
    Ok(match log.append_as_leader(&values, None, epoch) {
        Ok(LeaderAppend::Appended(batch)) => offsets(batch),
        other => panic!("a batch without sequence gave {other:?}"),
    })
}

fn append_follower(log: &mut ReplicatedLog, event: &mut Fields<'_>) -> Read<Value> {
    let count = event.get("count", count)?;
    let record = LogRecord {
        value: ValueId(0),
        leader_epoch: LeaderEpoch(event.get("batch_epoch", number)?),
        sequence: None,
    };
    let current = LeaderEpoch(event.get("leader_epoch", number)?);
    let base_offset = event.get("base_offset", signed)?;
    let Ok(base) = u64::try_from(base_offset) else {
        let last_end = base_offset.saturating_add(i64::from(count));
        return Ok(append_below_zero(last_end, record.leader_epoch > current));
    };
    let records: Vec<LogRecord> = (0..count).map(|_| record).collect();
    let check = FetchedDataCheck::NotAbove(current);
    Ok(match log.append_as_follower(Offset(base), &records, check) {
        Ok(FollowerAppend::Appended(batch)) => appended(batch),
        Ok(FollowerAppend::Dropped) => json!({ "outcome": "dropped" }),
        Err(_) => error("UnexpectedAppendOffsetException"),
    })
}

/// A batch at a negative offset is not a value of our types. Kafka drops it or throws, and changes
/// nothing.
fn append_below_zero(end: i64, is_dropped: bool) -> Value {
    if is_dropped {
        json!({ "outcome": "dropped" })
    } else if end <= 0 {
        error("OffsetsOutOfOrderException")
    } else {
        error("IllegalArgumentException")
    }
}

pub(super) fn appended(batch: AppendedBatch) -> Value {
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
