//! `ReplicationControlManager` with `ClusterControlManager`, `ConfigurationControlManager` and
//! `FeatureControlManager`: whole lives of a controller, operation by operation.

mod brokers;
mod configs;
mod partitions;
mod state;
mod topics;

use std::collections::BTreeMap;

use epochscope_engine::controller::controller_result::{ControllerResult, OperationError};
use epochscope_engine::controller::feature_control::{
    ELIGIBLE_LEADER_REPLICAS_VERSION, METADATA_VERSION,
};
use epochscope_engine::controller::replay::ControllerState;
use epochscope_engine::controller::replication_control::Remaining;
use epochscope_engine::java_random::RandomSource;
use epochscope_engine::release::Release;
use epochscope_vocabulary::config::{ConfigKey, ConfigValue, Settings};
use epochscope_vocabulary::metadata_record::{ConfigResource, MetadataRecord};
use epochscope_vocabulary::{BrokerId, Names, Offset, QuorumEpoch, SimTime};
use serde_json::{Map, Value, json};

use self::brokers::Labels;
use super::answers::{error, steps};
use super::case::Case;
use super::fields::{Fields, Read, count, fields, flag, unknown_op};
use super::metadata_version::metadata_version;
use super::place_striped::random;

const OPS: &[&str] = &[
    "register_broker",
    "heartbeat",
    "expire_session",
    "unregister_broker",
    "create_topic",
    "create_partitions",
    "delete_topic",
    "alter_partition",
    "elect_leaders",
    "balance_leaders",
    "elect_unclean_leaderless",
    "alter_reassignments",
    "list_reassignments",
    "alter_config",
    "update_elr_feature",
    "assign_dirs",
];

pub(super) fn answer(case: &Case) -> Read<Value> {
    case.ask(|input| {
        let mut controller = input.get("setup", Controller::new)?;
        steps(input, &mut controller, Controller::step)
    })
}

/// A controller, and what the recordings name by labels.
struct Controller {
    state: ControllerState,
    names: Names,
    random: RandomSource,
    now: SimTime,
    incarnations: Labels,
    directories: Labels,
}

/// What an operation comes to.
type Answer = Result<ControllerResult<Map<String, Value>>, OperationError>;

/// What stands in the log before the first event.
struct Setup {
    metadata_version: u16,
    elr: bool,
    next_offset: u32,
}

impl Controller {
    fn new(setup: &Value) -> Read<Self> {
        fields(setup, |setup| {
            let mut settings = setup.get("static_config", configs::static_settings)?;
            for (name, key) in [
                ("default_replication_factor", ConfigKey::DefaultReplicationFactor),
                ("default_num_partitions", ConfigKey::NumPartitions),
            ] {
                let number = i64::from(setup.get(name, count)?);
                settings.0.insert(key, ConfigValue::Number(number));
            }
            let mut controller = Self {
                state: ControllerState::new(settings.clone(), Release::V4_1.rules()),
                names: Names::default(),
                random: setup.get("random", random)?,
                now: SimTime::ZERO,
                incarnations: Labels::default(),
                directories: Labels::default(),
            };
            let beginning = Setup {
                metadata_version: setup.get("metadata_version", metadata_version)?,
                elr: setup.get("elr", flag)?,
                next_offset: setup.get("next_offset", count)?,
            };
            controller.format(&beginning, &settings);
            Ok(controller)
        })
    }

    fn format(&mut self, setup: &Setup, settings: &Settings) {
        let level = |feature: &str, level| MetadataRecord::FeatureLevelRecord {
            feature: feature.into(),
            level,
        };
        let mut records = vec![level(METADATA_VERSION, setup.metadata_version)];
        if setup.elr {
            let key = ConfigKey::MinInsyncReplicas;
            let value = self.state.image().effective_config_at(BrokerId(0), key, settings);
            records.push(level(ELIGIBLE_LEADER_REPLICAS_VERSION, 1));
            let resource = ConfigResource::Cluster;
            records.push(MetadataRecord::ConfigRecord { resource, key, value: Some(value) });
        }
        self.replay(&records);
        while self.state.next_write_offset() < Offset(u64::from(setup.next_offset)) {
            self.replay(&[MetadataRecord::NoOpRecord]);
        }
    }

    fn replay(&mut self, records: &[MetadataRecord]) {
        for record in records {
            self.state.replay(QuorumEpoch(1), record);
        }
    }

    fn step(&mut self, op: &str, event: &mut Fields<'_>) -> Read<Value> {
        let before = self.state.image().clone();
        let brokers_before = state::brokers(&self.state);
        let mut written = Vec::new();
        let result = match self.apply(op, event, &mut written)? {
            Ok(mut fields) => {
                fields.entry("error").or_insert(json!("NONE"));
                Value::Object(fields)
            }
            Err(OperationError::Refused(code, _)) => error(code.name()),
            Err(OperationError::Fault(_)) => error("RuntimeException"),
        };
        let mut step = json!({
            "result": result,
            "records": counts(&written),
            "next_offset": self.state.next_write_offset().0,
            "changed": state::changed(self.state.image(), &before, &self.directories),
        });
        state::add_broker_changes(&state::brokers(&self.state), &brokers_before, &mut step);
        let image = self.state.image();
        if configs::all(&before) != configs::all(image) {
            step["all_configs"] = configs::all(image);
        }
        let removed = state::removed(image, &before);
        if !removed.is_empty() {
            step["removed"] = removed.into();
        }
        Ok(step)
    }

    /// Carries an operation out, and applies its records at once.
    fn apply(
        &mut self,
        op: &str,
        event: &mut Fields<'_>,
        written: &mut Vec<MetadataRecord>,
    ) -> Read<Result<Map<String, Value>, OperationError>> {
        if op == "expire_session" {
            return self.expire_session(event, written);
        }
        let answer = match op {
            "register_broker" => self.register(event)?,
            "heartbeat" => return self.heartbeat(event, written),
            "unregister_broker" => self.unregister(event)?,
            "assign_dirs" => self.assign_dirs(event)?,
            "create_topic" => self.create_topic(event)?,
            "create_partitions" => self.create_partitions(event)?,
            "delete_topic" => self.delete_topic(event)?,
            "alter_partition" => self.alter_partition(event)?,
            "elect_leaders" => Ok(self.elect_leaders(event)?),
            "balance_leaders" => Ok(remaining(self.state.balance_partition_leaders())),
            "elect_unclean_leaderless" => Ok(remaining(self.state.elect_unclean_leaders())),
            "alter_reassignments" => Ok(self.alter_reassignments(event)?),
            "list_reassignments" => Ok(self.list_reassignments()),
            "alter_config" => self.alter_config(event)?,
            "update_elr_feature" => self.update_elr_feature(event)?,
            other => return unknown_op(other, OPS),
        };
        Ok(answer.map(|result| self.write(result, written)))
    }

    fn write<T>(&mut self, result: ControllerResult<T>, written: &mut Vec<MetadataRecord>) -> T {
        self.replay(&result.records);
        written.extend(result.records);
        result.reply
    }
}

fn remaining(result: ControllerResult<Remaining>) -> ControllerResult<Map<String, Value>> {
    let reply = object(json!({ "more": result.reply == Remaining::More }));
    ControllerResult { records: result.records, reply }
}

/// An operation that has nothing to tell.
fn done<T>(result: ControllerResult<T>) -> ControllerResult<Map<String, Value>> {
    ControllerResult { records: result.records, reply: Map::new() }
}

fn object(value: Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}

fn counts(records: &[MetadataRecord]) -> Value {
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    for record in records {
        *counts.entry(record.name().trim_end_matches("Record")).or_default() += 1;
    }
    json!(counts)
}
