//! `BrokerHeartbeatManager` and `BrokerHeartbeatTracker`.

use epochscope_engine::controller::broker_heartbeat_manager::{
    BrokerHeartbeat, BrokerHeartbeatManager, BrokerHeartbeatTracker, Leaderships, Wishes,
};
use epochscope_engine::controller::striped_replica_placer::Fencing;
use epochscope_vocabulary::rpc::BrokerControlState;
use epochscope_vocabulary::{BrokerEpoch, BrokerId, SimDuration, SimTime};
use serde_json::{Value, json};

use crate::recorded::{
    broker, check, error, flag, ids, millis, number, offset, offset_or_minus_one, optional_offset,
    steps, text,
};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[test]
fn brokers_are_fenced_and_let_go_as_by_kafka() {
    check("heartbeat", 65, |input| {
        let session_timeout = SimDuration::from_ms(number(&input["session_timeout_ms"]));
        let mut controller = Controller {
            manager: BrokerHeartbeatManager::new(),
            tracker: BrokerHeartbeatTracker::new(session_timeout),
            now: millis(&input["start_ms"]),
        };
        steps(input, &mut controller, |controller, event| {
            let result = controller.apply(event);
            let mut out = controller.state();
            out["result"] = result;
            out
        })
    });
}

struct Controller {
    manager: BrokerHeartbeatManager,
    tracker: BrokerHeartbeatTracker,
    now: SimTime,
}

impl Controller {
    fn apply(&mut self, event: &Value) -> Value {
        let op = text(&event["op"]);
        let id = || broker(&event["broker"]);
        match op {
            "advance" => {
                self.now += SimDuration::from_ms(number(&event["ms"]));
                json!({})
            }
            "register" => {
                self.manager.register(id(), fencing(&event["fenced"]));
                json!({})
            }
            "fence" => {
                self.manager.fence(id());
                json!({})
            }
            "remove" => {
                self.manager.remove(id());
                json!({})
            }
            "touch" | "controlled_shutdown_offset" | "next_state" => {
                self.apply_to_registered(op, id(), event)
            }
            _ => self.apply_to_sessions(op, event),
        }
    }

    /// That a broker is unknown, or fenced, is for the caller to see first: ours would panic.
    fn apply_to_registered(&mut self, op: &str, id: BrokerId, event: &Value) -> Value {
        let Some(known) = self.manager.broker(id) else {
            return error("IllegalStateException");
        };
        match op {
            "touch" => {
                let metadata_offset = optional_offset(&event["metadata_offset"]);
                self.manager.touch(id, fencing(&event["fenced"]), metadata_offset);
                json!({})
            }
            "controlled_shutdown_offset" if known.fencing == Fencing::Fenced => {
                error("RuntimeException")
            }
            "controlled_shutdown_offset" => {
                let offset = offset(&event["offset"]);
                self.manager.maybe_update_controlled_shutdown_offset(id, offset);
                json!({})
            }
            _ => {
                let next = self.manager.calculate_next_broker_state(&heartbeat(id, event));
                json!({ "current": name(known.state()), "next": name(next) })
            }
        }
    }

    fn apply_to_sessions(&mut self, op: &str, event: &Value) -> Value {
        let session = || (broker(&event["broker"]), BrokerEpoch(number(&event["broker_epoch"])));
        match op {
            "contact" => {
                let (id, epoch) = session();
                self.tracker.touch(id, epoch, self.now);
                json!({})
            }
            "has_valid_session" => {
                let (id, epoch) = session();
                json!({ "valid": self.tracker.has_valid_session(id, epoch, self.now) })
            }
            "remove_expired" => {
                let mut expired = Vec::new();
                while let Some((id, epoch)) = self.tracker.maybe_remove_expired(self.now) {
                    expired.push(json!({ "broker": id.0, "broker_epoch": epoch.0 }));
                }
                json!({ "expired": expired })
            }
            op => panic!("unknown operation {op}"),
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

fn heartbeat(id: BrokerId, event: &Value) -> BrokerHeartbeat {
    BrokerHeartbeat {
        broker: id,
        wishes: Wishes {
            want_fence: flag(&event["want_fence"]),
            want_shut_down: flag(&event["want_shut_down"]),
        },
        current_metadata_offset: optional_offset(&event["current_metadata_offset"]),
        register_record_offset: offset(&event["register_record_offset"]),
        leaderships: if flag(&event["has_leaderships"]) {
            Leaderships::Some
        } else {
            Leaderships::None
        },
    }
}

fn fencing(value: &Value) -> Fencing {
    if flag(value) { Fencing::Fenced } else { Fencing::Unfenced }
}

fn name(state: BrokerControlState) -> &'static str {
    match state {
        BrokerControlState::Fenced => "FENCED",
        BrokerControlState::Unfenced => "UNFENCED",
        BrokerControlState::ControlledShutdown => "CONTROLLED_SHUTDOWN",
        BrokerControlState::ShutdownNow => "SHUTDOWN_NOW",
    }
}
