//! `UnifiedLog` with `ProducerStateManager`: what is a repeat, what is a gap.

use epochscope_engine::log::{
    FetchedDataCheck, FollowerAppend, LeaderAppend, LogRecord, ReplicatedLog,
};
use epochscope_vocabulary::rpc::{BatchSequence, RecordSequence};
use epochscope_vocabulary::{ErrorCode, LeaderEpoch, ProducerEpoch, ProducerId, ValueId};
use serde_json::{Value, json};

use super::answers::{error, steps};
use super::case::Case;
use super::fields::{Fields, Read, number, offset, records, unknown_op};
use super::log::{appended, increment_log_start, update_high_watermark};

const OPS: &[&str] =
    &["produce", "replicate", "truncate_to", "update_high_watermark", "increment_log_start"];

pub(super) fn answer(case: &Case) -> Read<Value> {
    case.ask(|input| {
        steps(input, &mut ReplicatedLog::new(), |log, op, event| {
            let result = match op {
                "produce" => produce(log, event)?,
                "replicate" => replicate(log, event)?,
                "truncate_to" => {
                    json!({ "truncated": log.truncate_to(event.get("offset", offset)?) })
                }
                "update_high_watermark" => update_high_watermark(log, event)?,
                "increment_log_start" => increment_log_start(log, event)?,
                op => return unknown_op(op, OPS),
            };
            Ok(json!({ "result": result, "state": state(log) }))
        })
    })
}

fn batch(event: &mut Fields<'_>) -> Read<BatchSequence> {
    Ok(BatchSequence {
        producer_id: ProducerId(event.get("producer_id", number)?),
        producer_epoch: ProducerEpoch(event.get("producer_epoch", number)?),
        base_sequence: event.get("first_sequence", number)?,
    })
}

fn produce(log: &mut ReplicatedLog, event: &mut Fields<'_>) -> Read<Value> {
    let values: Vec<ValueId> = (0..event.get("count", records)?).map(|_| ValueId(0)).collect();
    Ok(match log.append_as_leader(&values, Some(batch(event)?), LeaderEpoch(0)) {
        Ok(LeaderAppend::Appended(batch)) => appended(batch),
        Ok(LeaderAppend::Duplicate(stored)) => json!({
            "outcome": "duplicate",
            "base_offset": stored.first_offset.0,
            "last_offset": stored.last_offset.0,
        }),
        Err(ErrorCode::InvalidProducerEpoch) => error("InvalidProducerEpochException"),
        Err(ErrorCode::OutOfOrderSequenceNumber) => error("OutOfOrderSequenceException"),
        Err(other) => panic!("{other} is no answer to a sequence"),
    })
}

fn replicate(log: &mut ReplicatedLog, event: &mut Fields<'_>) -> Read<Value> {
    let (batch, count) = (batch(event)?, event.get("count", records)?);
    let record = |index| LogRecord {
        value: ValueId(0),
        leader_epoch: LeaderEpoch(0),
        sequence: Some(RecordSequence { batch, index, count }),
    };
    let records: Vec<LogRecord> = (0..count).map(record).collect();
    let end = log.log_end_offset();
    Ok(match log.append_as_follower(end, &records, FetchedDataCheck::Unchecked) {
        Ok(FollowerAppend::Appended(batch)) => appended(batch),
        other => panic!("records at the log's end gave {other:?}"),
    })
}

fn state(log: &ReplicatedLog) -> Value {
    let producers = log.producers().entries().iter().map(|entry| {
        let batches = entry.batches().map(|batch| {
            json!({
                "first_sequence": batch.first_sequence,
                "last_sequence": batch.last_sequence,
                "first_offset": batch.first_offset.0,
                "last_offset": batch.last_offset.0,
            })
        });
        json!({
            "producer_id": entry.producer_id.0,
            "producer_epoch": entry.producer_epoch.0,
            "batches": batches.collect::<Value>(),
        })
    });
    json!({
        "log_start_offset": log.log_start_offset().0,
        "log_end_offset": log.log_end_offset().0,
        "high_watermark": log.high_watermark().0,
        "producers": producers.collect::<Value>(),
    })
}
