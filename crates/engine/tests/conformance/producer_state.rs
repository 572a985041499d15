//! `UnifiedLog` with `ProducerStateManager`: what is a repeat, what is a gap.

use epochscope_engine::log::{
    FetchedDataCheck, FollowerAppend, LeaderAppend, LogRecord, ReplicatedLog,
};
use epochscope_vocabulary::rpc::{BatchSequence, RecordSequence};
use epochscope_vocabulary::{ErrorCode, LeaderEpoch, ProducerEpoch, ProducerId, ValueId};
use serde_json::{Value, json};

use crate::log::{appended, increment_log_start};
use crate::recorded::{check, error, number, offset, steps, text};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[test]
fn producer_state_answers_as_kafka() {
    check("producer_state", 147, |input| {
        steps(input, &mut ReplicatedLog::new(), |log, event| {
            let result = apply(log, event);
            json!({ "result": result, "state": state(log) })
        })
    });
}

fn apply(log: &mut ReplicatedLog, event: &Value) -> Value {
    match text(&event["op"]) {
        "produce" => produce(log, event),
        "replicate" => replicate(log, event),
        "truncate_to" => json!({ "truncated": log.truncate_to(offset(&event["offset"])) }),
        "update_high_watermark" => {
            json!({ "high_watermark": log.update_high_watermark(offset(&event["offset"])).0 })
        }
        "increment_log_start" => increment_log_start(log, &event["offset"]),
        op => panic!("unknown operation {op}"),
    }
}

fn batch(event: &Value) -> BatchSequence {
    BatchSequence {
        producer_id: ProducerId(number(&event["producer_id"])),
        producer_epoch: ProducerEpoch(number(&event["producer_epoch"])),
        base_sequence: number(&event["first_sequence"]),
    }
}

fn produce(log: &mut ReplicatedLog, event: &Value) -> Value {
    let values = vec![ValueId(0); number(&event["count"])];
    match log.append_as_leader(&values, Some(batch(event)), LeaderEpoch(0)) {
        Ok(LeaderAppend::Appended(batch)) => appended(batch),
        Ok(LeaderAppend::Duplicate(stored)) => json!({
            "outcome": "duplicate",
            "base_offset": stored.first_offset.0,
            "last_offset": stored.last_offset.0,
        }),
        Err(ErrorCode::InvalidProducerEpoch) => error("InvalidProducerEpochException"),
        Err(ErrorCode::OutOfOrderSequenceNumber) => error("OutOfOrderSequenceException"),
        Err(other) => panic!("{other} is no answer to a sequence"),
    }
}

fn replicate(log: &mut ReplicatedLog, event: &Value) -> Value {
    let (batch, count) = (batch(event), number(&event["count"]));
    let record = |index| LogRecord {
        value: ValueId(0),
        leader_epoch: LeaderEpoch(0),
        sequence: Some(RecordSequence { batch, index, count }),
    };
    let records: Vec<LogRecord> = (0..count).map(record).collect();
    match log.append_as_follower(log.log_end_offset(), &records, FetchedDataCheck::Unchecked) {
        Ok(FollowerAppend::Appended(batch)) => appended(batch),
        other => panic!("records at the log's end gave {other:?}"),
    }
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
