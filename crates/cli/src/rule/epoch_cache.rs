//! `LeaderEpochFileCache`.

use epochscope_engine::log::{EpochEntry, LeaderEpochFileCache};
use epochscope_vocabulary::{LeaderEpoch, Offset};
use serde_json::{Value, json};

use super::answers::{error, steps};
use super::case::Case;
use super::fields::{Fields, Read, number_or_none, offset_or_none, unknown_op};

const OPS: &[&str] = &[
    "assign",
    "truncate_from_end",
    "truncate_from_start",
    "clear",
    "end_offset_for",
    "epoch_for_offset",
    "previous_epoch",
    "previous_of_latest",
    "next_epoch",
    "latest",
    "earliest",
    "entries_in_range",
];

pub(super) fn answer(case: &Case) -> Read<Value> {
    case.ask(|input| {
        steps(input, &mut LeaderEpochFileCache::default(), |cache, op, event| {
            let changed = change(cache, op, event)?;
            let result = match changed {
                Changed::Nothing => Some(query(cache, op, event)?),
                Changed::Entries => None,
                Changed::Refused => Some(error("IllegalArgumentException")),
            };
            let entries = entries(cache.entries());
            Ok(match result {
                None => json!({ "entries": entries }),
                Some(result) => json!({ "result": result, "entries": entries }),
            })
        })
    })
}

/// What an operation did to the cache.
enum Changed {
    /// Nothing: it is a query.
    Nothing,
    /// It was carried out.
    Entries,
    /// Nothing: Kafka throws.
    Refused,
}

/// A negative epoch or offset is not a value of our types: as an argument it asks for nothing.
fn change(cache: &mut LeaderEpochFileCache, op: &str, event: &mut Fields<'_>) -> Read<Changed> {
    match op {
        "assign" => match (epoch(event)?, event.get("start_offset", offset_or_none)?) {
            (Some(epoch), Some(start)) => cache.assign(epoch, start),
            _ => return Ok(Changed::Refused),
        },
        "truncate_from_end" => {
            if let Some(end) = event.get("end_offset", offset_or_none)? {
                cache.truncate_from_end(end);
            }
        }
        "truncate_from_start" => {
            if let Some(start) = event.get("start_offset", offset_or_none)? {
                cache.truncate_from_start(start);
            }
        }
        "clear" => cache.clear(),
        _ => return Ok(Changed::Nothing),
    }
    Ok(Changed::Entries)
}

fn query(cache: &LeaderEpochFileCache, op: &str, event: &mut Fields<'_>) -> Read<Value> {
    Ok(match op {
        "end_offset_for" => {
            let log_end = event.get("log_end_offset", offset_or_none)?;
            let asked = epoch(event)?.zip(log_end);
            let end = asked.and_then(|(epoch, end)| cache.end_offset_for(epoch, end));
            end.map_or(
                json!({ "epoch": -1, "end_offset": -1 }),
                |end| json!({ "epoch": end.epoch.0, "end_offset": end.offset.0 }),
            )
        }
        "epoch_for_offset" => {
            let offset = event.get("offset", offset_or_none)?;
            found(offset.and_then(|offset| cache.epoch_for_offset(offset)))
        }
        "previous_epoch" => found(epoch(event)?.and_then(|epoch| cache.previous_epoch(epoch))),
        "next_epoch" => {
            let earliest = || cache.earliest_entry().map(|entry| entry.epoch);
            found(epoch(event)?.map_or_else(earliest, |epoch| cache.next_epoch(epoch)))
        }
        "previous_of_latest" => found(cache.previous_of_latest()),
        "latest" => found_entry(cache.latest_entry()),
        "earliest" => found_entry(cache.earliest_entry()),
        "entries_in_range" => {
            let start = event.get("start_offset", offset_or_none)?.unwrap_or(Offset::ZERO);
            let end = event.get("end_offset", offset_or_none)?.unwrap_or(Offset::ZERO);
            json!({ "entries": entries(&cache.entries_in_range(start, end)) })
        }
        op => return unknown_op(op, OPS),
    })
}

fn epoch(event: &mut Fields<'_>) -> Read<Option<LeaderEpoch>> {
    Ok(event.get("epoch", number_or_none)?.map(LeaderEpoch))
}

/// Pairs of epoch and start offset.
pub(super) fn entries(entries: &[EpochEntry]) -> Value {
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
