//! `LeaderEpochFileCache`.

use epochscope_engine::log::{EpochEntry, LeaderEpochFileCache};
use epochscope_vocabulary::{LeaderEpoch, Offset};
use serde_json::{Value, json};

use crate::recorded::{check, error, optional, optional_offset, steps, text};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[test]
fn epoch_cache_answers_as_kafka() {
    check("epoch_cache", 173, |input| steps(input, &mut LeaderEpochFileCache::default(), step));
}

fn step(cache: &mut LeaderEpochFileCache, event: &Value) -> Value {
    let result = apply(cache, event);
    let entries = entries(cache.entries());
    match result {
        None => json!({ "entries": entries }),
        Some(result) => json!({ "result": result, "entries": entries }),
    }
}

/// A negative epoch or offset is not a value of our types: as an argument it asks for nothing.
fn apply(cache: &mut LeaderEpochFileCache, event: &Value) -> Option<Value> {
    let epoch = optional(&event["epoch"]).map(LeaderEpoch);
    let start = optional_offset(&event["start_offset"]);
    let end = optional_offset(&event["end_offset"]);
    match text(&event["op"]) {
        "assign" => match (epoch, start) {
            (Some(epoch), Some(start)) => cache.assign(epoch, start),
            _ => return Some(error("IllegalArgumentException")),
        },
        "truncate_from_end" => {
            if let Some(end) = end {
                cache.truncate_from_end(end);
            }
        }
        "truncate_from_start" => {
            if let Some(start) = start {
                cache.truncate_from_start(start);
            }
        }
        "clear" => cache.clear(),
        "end_offset_for" => {
            let log_end = optional_offset(&event["log_end_offset"]);
            let end = epoch.zip(log_end).and_then(|(epoch, end)| cache.end_offset_for(epoch, end));
            return Some(end.map_or(
                json!({ "epoch": -1, "end_offset": -1 }),
                |end| json!({ "epoch": end.epoch.0, "end_offset": end.offset.0 }),
            ));
        }
        "epoch_for_offset" => {
            let offset = optional_offset(&event["offset"]);
            return Some(found(offset.and_then(|offset| cache.epoch_for_offset(offset))));
        }
        "previous_epoch" => {
            return Some(found(epoch.and_then(|epoch| cache.previous_epoch(epoch))));
        }
        "next_epoch" => {
            let next = epoch.map_or(cache.earliest_entry().map(|entry| entry.epoch), |epoch| {
                cache.next_epoch(epoch)
            });
            return Some(found(next));
        }
        "previous_of_latest" => return Some(found(cache.previous_of_latest())),
        "latest" => return Some(found_entry(cache.latest_entry())),
        "earliest" => return Some(found_entry(cache.earliest_entry())),
        "entries_in_range" => {
            let (start, end) = (start.unwrap_or(Offset::ZERO), end.unwrap_or(Offset::ZERO));
            return Some(json!({ "entries": entries(&cache.entries_in_range(start, end)) }));
        }
        op => panic!("unknown operation {op}"),
    }
    None
}

pub(crate) fn entries(entries: &[EpochEntry]) -> Value {
    entries.iter().map(|entry| json!([entry.epoch.0, entry.start_offset.0])).collect()
}

fn found(epoch: Option<LeaderEpoch>) -> Value {
    epoch.map_or(json!({ "found": false }), |epoch| json!({ "found": true, "epoch": epoch.0 }))
}

fn found_entry(entry: Option<EpochEntry>) -> Value {
    entry.map_or(json!({ "found": false }), |entry| {
        json!({ "found": true, "epoch": entry.epoch.0, "start_offset": entry.start_offset.0 })
    })
}
