//! `RackAwareReplicaSelector`.

use epochscope_engine::broker::partition::replica_selector::{ReplicaView, select_replica};
use epochscope_vocabulary::SimDuration;
use serde_json::{Value, json};

use super::case::Case;
use super::fields::{Read, broker, fields, list, millis, nullable, offset, text};

pub(super) fn answer(case: &Case) -> Read<Value> {
    case.ask(|input| {
        // A client whose rack is the empty text has none.
        let rack = input.get("client_rack", nullable(text))?.filter(|rack| !rack.is_empty());
        let leader = input.get("leader", broker)?;
        let replicas = input.get("replicas", list(replica))?;
        Ok(json!({ "selected": select_replica(rack, leader, &replicas).0 }))
    })
}

fn replica(value: &Value) -> Read<ReplicaView<'_>> {
    fields(value, |replica| {
        Ok(ReplicaView {
            broker: replica.get("broker", broker)?,
            rack: replica.get("rack", nullable(text))?,
            log_end_offset: replica.get("log_end_offset", offset)?,
            time_since_last_caught_up: SimDuration(
                replica.get("time_since_last_caught_up_ms", millis)?.0,
            ),
        })
    })
}
