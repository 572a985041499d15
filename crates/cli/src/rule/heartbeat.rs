//! `BrokerHeartbeatManager` and `BrokerHeartbeatTracker`.

use epochscope_engine::controller::broker_heartbeat_manager::{
    BrokerHeartbeat, BrokerHeartbeatManager, BrokerHeartbeatTracker, Leaderships, Wishes,
};
use epochscope_engine::controller::striped_replica_placer::Fencing;
use epochscope_vocabulary::rpc::BrokerControlState;
use epochscope_vocabulary::{BrokerEpoch, BrokerId, SimDuration, SimTime};
use serde_json::{Value, json};

use super::answers::{error, ids, offset_or_minus_one, steps};
use super::case::Case;
use super::fields::{
    Fields, Read, broker, flag, millis, number, offset, offset_or_none, unknown_op,
};

const OPS: &[&str] = &[
    "advance",
    "register",
    "touch",
    "fence",
    "remove",
    "controlled_shutdown_offset",
    "contact",
    "has_valid_session",
    "remove_expired",
    "next_state",
];

pub(super) fn answer(case: &Case) -> Read<Value> {
    case.ask(|input| {
        let session_timeout = input.get("session_timeout_ms", span)?;
        let mut controller = Controller {
            manager: BrokerHeartbeatManager::new(),
            tracker: BrokerHeartbeatTracker::new(session_timeout),
            now: input.get("start_ms", millis)?,
        };
        steps(input, &mut controller, |controller, op, event| {
            let result = controller.apply(op, event)?;
            let mut out = controller.state();
            out["result"] = result;
            Ok(out)
        })
    })
}

struct Controller {
    manager: BrokerHeartbeatManager,
    tracker: BrokerHeartbeatTracker,
    now: SimTime,
}

impl Controller {
    fn apply(&mut self, op: &str, event: &mut Fields<'_>) -> Read<Value> {
        match op {
            "advance" => self.now += event.get("ms", span)?,
            "register" => {
                self.manager.register(event.get("broker", broker)?, event.get("fenced", fencing)?);
            }
            "fence" => self.manager.fence(event.get("broker", broker)?),
            "remove" => self.manager.remove(event.get("broker", broker)?),
            "touch" => return self.touch(event),
            "controlled_shutdown_offset" => return self.set_controlled_shutdown_offset(event),
            "next_state" => return self.next_state(event),
            _ => return self.apply_to_sessions(op, event),
        }
        Ok(json!({}))
    }

    /// That a broker is unknown, or fenced, is for the caller to see first: ours would panic.
    fn touch(&mut self, event: &mut Fields<'_>) -> Read<Value> {
        let id = event.get("broker", broker)?;
        let fencing = event.get("fenced", fencing)?;
        let metadata_offset = event.get("metadata_offset", offset_or_none)?;
        if self.manager.broker(id).is_none() {
            return Ok(error("IllegalStateException"));
        }
        self.manager.touch(id, fencing, metadata_offset);
        Ok(json!({}))
    }

    fn set_controlled_shutdown_offset(&mut self, event: &mut Fields<'_>) -> Read<Value> {
        let id = event.get("broker", broker)?;
        let offset = event.get("offset", offset)?;
        Ok(match self.manager.broker(id).map(|known| known.fencing) {
            None => error("IllegalStateException"),
            Some(Fencing::Fenced) => error("RuntimeException"),
            Some(Fencing::Unfenced) => {
                self.manager.maybe_update_controlled_shutdown_offset(id, offset);
                json!({})
            }
        })
    }

    fn next_state(&self, event: &mut Fields<'_>) -> Read<Value> {
        let heartbeat = heartbeat(event)?;
        let Some(known) = self.manager.broker(heartbeat.broker) else {
            return Ok(error("IllegalStateException"));
        };
        let next = self.manager.calculate_next_broker_state(&heartbeat);
        Ok(json!({ "current": name(known.state()), "next": name(next) }))
    }

    fn apply_to_sessions(&mut self, op: &str, event: &mut Fields<'_>) -> Read<Value> {
        match op {
            "contact" => {
                let (id, epoch) = session(event)?;
                self.tracker.touch(id, epoch, self.now);
                Ok(json!({}))
            }
            "has_valid_session" => {
                let (id, epoch) = session(event)?;
                Ok(json!({ "valid": self.tracker.has_valid_session(id, epoch, self.now) }))
            }
            "remove_expired" => {
                let mut expired = Vec::new();
                while let Some((id, epoch)) = self.tracker.maybe_remove_expired(self.now) {
                    expired.push(json!({ "broker": id.0, "broker_epoch": epoch.0 }));
                }
                Ok(json!({ "expired": expired }))
            }
            op => unknown_op(op, OPS),
        }
    }

    fn state(&self) -> Value {
        let brokers = self.manager.brokers().map(|(id, state)| {
            json!({
                "broker": id.0,
                "state": name(state.state()),
                "fenced": state.fencing == Fencing::Fenced,
                "metadata_offset": offset_or_minus_one(state.metadata_offset),
                "controlled_shutdown_offset": state.controlled_shutdown_offset.map(|o| o.0),
            })
        });
        let usable: Vec<BrokerId> = self.manager.usable_brokers().map(|(id, _)| id).collect();
        json!({
            "brokers": brokers.collect::<Value>(),
            "lowest_active_offset":
                self.manager.lowest_active_offset().map(offset_or_minus_one),
            "usable": ids(&usable),
        })
    }
}

fn session(event: &mut Fields<'_>) -> Read<(BrokerId, BrokerEpoch)> {
    let id = event.get("broker", broker)?;
    Ok((id, BrokerEpoch(event.get("broker_epoch", number)?)))
}

fn heartbeat(event: &mut Fields<'_>) -> Read<BrokerHeartbeat> {
    Ok(BrokerHeartbeat {
        broker: event.get("broker", broker)?,
        wishes: Wishes {
            want_fence: event.get("want_fence", flag)?,
            want_shut_down: event.get("want_shut_down", flag)?,
        },
        current_metadata_offset: event.get("current_metadata_offset", offset_or_none)?,
        register_record_offset: event.get("register_record_offset", offset)?,
        leaderships: if event.get("has_leaderships", flag)? {
            Leaderships::Some
        } else {
            Leaderships::None
        },
    })
}

/// A length of time in ms.
fn span(value: &Value) -> Read<SimDuration> {
    Ok(SimDuration(millis(value)?.0))
}

/// How a flag says it.
pub(super) fn fencing(value: &Value) -> Read<Fencing> {
    Ok(if flag(value)? { Fencing::Fenced } else { Fencing::Unfenced })
}

const fn name(state: BrokerControlState) -> &'static str {
    match state {
        BrokerControlState::Fenced => "FENCED",
        BrokerControlState::Unfenced => "UNFENCED",
        BrokerControlState::ControlledShutdown => "CONTROLLED_SHUTDOWN",
        BrokerControlState::ShutdownNow => "SHUTDOWN_NOW",
    }
}
