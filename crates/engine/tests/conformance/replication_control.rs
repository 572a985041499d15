//! `ReplicationControlManager` with `ClusterControlManager` and `ConfigurationControlManager`:
//! whole lives of a controller, operation by operation.
//!
//! A sequence is followed up to the first operation that is not modelled: reassignments, added
//! partitions, directories, changed features. Directories are left out of the comparison.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use epochscope_engine::controller::broker_heartbeat_manager::Wishes;
use epochscope_engine::controller::controller_result::{ControllerResult, OperationError};
use epochscope_engine::controller::feature_control::{
    ELIGIBLE_LEADER_REPLICAS_VERSION, METADATA_VERSION,
};
use epochscope_engine::controller::replay::ControllerState;
use epochscope_engine::controller::replication_control::Remaining;
use epochscope_engine::controller::topic_control::CreatableTopic;
use epochscope_engine::java_random::RandomSource;
use epochscope_engine::metadata::partition_registration::PartitionRegistration;
use epochscope_engine::metadata::{MetadataImage, Shutdown};
use epochscope_vocabulary::config::{ConfigKey, ConfigValue, SETTINGS, Settings};
use epochscope_vocabulary::metadata_record::{ConfigResource, LeaderRecoveryState, MetadataRecord};
use epochscope_vocabulary::rpc::{
    AlterPartitionData, AlterPartitionRequest, BrokerControlState, BrokerHeartbeatRequest,
    BrokerRegistrationRequest, ElectLeadersRequest, ElectionType, IncrementalAlterConfigsRequest,
    IsrMember, Wish,
};
use epochscope_vocabulary::{
    BrokerEpoch, BrokerId, LeaderEpoch, Names, PartitionEpoch, QuorumEpoch, SimDuration, SimTime,
    TopicId, TopicPartition,
};
use serde_json::{Map, Value, json};

use crate::recorded::{broker, brokers, flag, ids, list, number, optional, optional_offset, text};

const SEQUENCES: usize = 167;
/// Sequences followed to their ends, and steps compared in all.
const WHOLE: usize = 70;
const STEPS: usize = 3_390;

#[test]
fn controllers_decide_as_by_kafka() {
    let path = "../../conformance/rules/replication_control.jsonl";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let recorded = std::fs::read_to_string(path).expect("the recorded cases are there");
    let (mut sequences, mut whole, mut steps) = (0, 0, 0);
    let mut different = Vec::new();
    for line in recorded.lines() {
        let case: Value = serde_json::from_str(line).expect("a case is a line of JSON");
        sequences += 1;
        match follow(&case) {
            Ok(Followed { steps: followed, to_the_end }) => {
                steps += followed;
                whole += usize::from(to_the_end);
            }
            Err(difference) => different.push(difference),
        }
    }
    println!("replication_control: {whole} of {sequences} whole sequences, {steps} steps agree");
    assert!(
        different.is_empty(),
        "{} sequences differ\n{}",
        different.len(),
        different.iter().take(5).cloned().collect::<Vec<_>>().join("\n")
    );
    assert_eq!((sequences, whole, steps), (SEQUENCES, WHOLE, STEPS));
}

struct Followed {
    steps: usize,
    to_the_end: bool,
}

fn follow(case: &Value) -> Result<Followed, String> {
    let mut controller = Controller::new(&case["in"]["setup"]);
    let pairs = list(&case["in"]["events"]).iter().zip(list(&case["out"]["steps"]));
    let mut steps = 0;
    for (event, recorded) in pairs {
        if !controller.understands(event) {
            return Ok(Followed { steps, to_the_end: false });
        }
        // Kafka refuses an epoch below zero; ours cannot be said.
        if event["leader_epoch"] == json!(-1) || event["partition_epoch"] == json!(-1) {
            assert_eq!(recorded["records"], json!({}));
            continue;
        }
        let (expected, found) = (comparable(recorded), controller.step(event));
        if expected != found {
            return Err(format!(
                "{} {} step {steps}\n  in:    {event}\n  kafka: {expected}\n  ours:  {found}",
                case["id"], case["in"]["name"]
            ));
        }
        steps += 1;
    }
    Ok(Followed { steps, to_the_end: true })
}

fn comparable(step: &Value) -> Value {
    let mut step = step.clone();
    for partition in step["changed"].as_array_mut().expect("a list") {
        partition.as_object_mut().expect("a state").remove("directories");
    }
    step["result"].as_object_mut().expect("a result").remove("message");
    step
}

struct Controller {
    state: ControllerState,
    names: Names,
    random: RandomSource,
    now: SimTime,
    incarnations: BTreeMap<String, u32>,
    directories: BTreeMap<BrokerId, Value>,
}

type Answer = Result<ControllerResult<Map<String, Value>>, OperationError>;

impl Controller {
    fn new(setup: &Value) -> Self {
        let given = setup["static_config"].as_object().expect("settings");
        let pairs = given.iter().map(|(name, value)| {
            let key = key_of(name).expect("a modelled setting");
            (key, value_of(key, text(value)))
        });
        let settings = [
            (ConfigKey::DefaultReplicationFactor, &setup["default_replication_factor"]),
            (ConfigKey::NumPartitions, &setup["default_num_partitions"]),
        ];
        let settings =
            settings.map(|(key, value)| (key, ConfigValue::Number(number::<u32>(value).into())));
        let settings = Settings(pairs.chain(settings).collect());
        let random = &setup["random"];
        let mut controller = Self {
            state: ControllerState::new(settings),
            names: Names::default(),
            random: random["java_seed"]
                .as_u64()
                .map_or_else(RandomSource::mock, RandomSource::java),
            now: SimTime::ZERO,
            incarnations: BTreeMap::new(),
            directories: BTreeMap::new(),
        };
        controller.format(setup);
        controller
    }

    /// What stands in the log before the first event.
    fn format(&mut self, setup: &Value) {
        let level = |feature: &str, level| MetadataRecord::FeatureLevelRecord {
            feature: feature.into(),
            level,
        };
        let mut records = vec![level(METADATA_VERSION, metadata_version(setup))];
        if flag(&setup["elr"]) {
            let key = ConfigKey::MinInsyncReplicas;
            let value = self.state.image().effective_config_at(
                BrokerId(0),
                key,
                &settings_of(&setup["static_config"]),
            );
            records.push(level(ELIGIBLE_LEADER_REPLICAS_VERSION, 1));
            records.push(MetadataRecord::ConfigRecord {
                resource: ConfigResource::Cluster,
                key,
                value: Some(value),
            });
        }
        let first: usize = number(&setup["next_offset"]);
        records.resize(first, MetadataRecord::NoOpRecord);
        self.replay(&records);
    }

    fn replay(&mut self, records: &[MetadataRecord]) {
        for record in records {
            self.state.replay(QuorumEpoch(1), record);
        }
    }

    fn understands(&mut self, event: &Value) -> bool {
        let is_known = |name: &Value| key_of(text(name)).is_some();
        match text(&event["op"]) {
            "register_broker" => {
                let known = self.directories.entry(broker(&event["broker"]));
                let directories = &event["log_dirs"];
                *known.or_insert_with(|| directories.clone()) == *directories
            }
            "heartbeat" => event.get("offline_log_dirs").is_none(),
            "create_topic" => event["configs"]
                .as_object()
                .expect("settings")
                .keys()
                .all(|name| is_known(&json!(name))),
            "alter_config" => is_known(&event["key"]),
            "expire_session"
            | "unregister_broker"
            | "delete_topic"
            | "alter_partition"
            | "elect_leaders"
            | "balance_leaders"
            | "elect_unclean_leaderless" => true,
            _ => false,
        }
    }

    fn step(&mut self, event: &Value) -> Value {
        let before = self.state.image().clone();
        let heartbeats_before = self.broker_states();
        let mut written = Vec::new();
        let result = match self.apply(event, &mut written) {
            Ok(mut fields) => {
                fields.entry("error").or_insert(json!("NONE"));
                Value::Object(fields)
            }
            Err(OperationError::Refused(error, _)) => json!({ "error": error.name() }),
            Err(OperationError::Fault(_)) => json!({ "error": "RuntimeException" }),
        };
        let mut step = json!({
            "result": result,
            "records": counts(&written),
            "next_offset": self.state.next_write_offset().0,
            "changed": self.changed(&before),
        });
        self.add_broker_changes(&heartbeats_before, &mut step);
        let image = self.state.image();
        if configs(&before) != configs(image) {
            step["all_configs"] = configs(image);
        }
        let removed = before.topics_by_name().filter(|topic| image.topic(topic.id).is_none());
        let removed: Vec<Value> = removed
            .flat_map(|topic| {
                let partitions = 0..topic.partitions.len();
                partitions.map(|partition| json!({"topic": &*topic.name, "partition": partition}))
            })
            .collect();
        if !removed.is_empty() {
            step["removed"] = removed.into();
        }
        step
    }

    fn apply(
        &mut self,
        event: &Value,
        written: &mut Vec<MetadataRecord>,
    ) -> Result<Map<String, Value>, OperationError> {
        let op = text(&event["op"]);
        if op == "expire_session" {
            return self.expire_session(event, written);
        }
        let shutting_down = |fields: &Map<String, Value>| {
            fields.get("in_controlled_shutdown") == Some(&json!(true))
        };
        let ControllerResult { records, reply } = match op {
            "register_broker" => self.register(event),
            "heartbeat" => self.heartbeat(event),
            "unregister_broker" => self.state.unregister_broker(broker(&event["broker"])).map(done),
            "create_topic" => self.create_topic(event),
            "delete_topic" => {
                let topic = self.state.image().topic_id(text(&event["topic"]));
                self.state.delete_topic(topic.unwrap_or(UNKNOWN)).map(done)
            }
            "alter_partition" => self.alter_partition(event),
            "elect_leaders" => Ok(self.elect_leaders(event)),
            "balance_leaders" => Ok(remaining(self.state.balance_partition_leaders())),
            "elect_unclean_leaderless" => Ok(remaining(self.state.elect_unclean_leaders())),
            "alter_config" => self.alter_config(event),
            other => panic!("unknown operation {other}"),
        }?;
        self.replay(&records);
        if op == "heartbeat" && shutting_down(&reply) {
            let state = BrokerControlState::ControlledShutdown;
            self.state.on_heartbeat_written(broker(&event["broker"]), state);
        }
        written.extend(records);
        Ok(reply)
    }

    fn register(&mut self, event: &Value) -> Answer {
        let broker = broker(&event["broker"]);
        let known = self.state.image().broker(broker).map(|known| known.broker_epoch);
        self.pass_a_session();
        if let (true, Some(epoch)) = (flag(&event["session_valid"]), known) {
            self.state.track_heartbeat(broker, epoch, self.now);
        }
        let next = u32::try_from(self.incarnations.len()).expect("few incarnations");
        let label = text(&event["incarnation"]).to_owned();
        let incarnation = *self.incarnations.entry(label).or_insert(next);
        let rack = event["rack"].as_str().map(Into::into);
        // Before version 3 a broker cannot say how it went down, and counts as clean.
        let says = number::<u16>(&event["request_version"]) >= 3;
        let previous = optional::<u64>(&event["previous_broker_epoch"]).map(BrokerEpoch);
        let previous_broker_epoch = if says { previous } else { known };
        let request =
            BrokerRegistrationRequest { broker, incarnation, rack, previous_broker_epoch };
        let result = self.state.register_broker(&request, self.now)?;
        Ok(ControllerResult {
            records: result.records,
            reply: fields(json!({ "broker_epoch": result.reply.0 })),
        })
    }

    fn pass_a_session(&mut self) {
        self.now += SimDuration::from_secs(10);
    }

    fn heartbeat(&mut self, event: &Value) -> Answer {
        let request = BrokerHeartbeatRequest {
            broker: broker(&event["broker"]),
            broker_epoch: broker_epoch(event),
            current_metadata_offset: optional_offset(&event["current_metadata_offset"]),
            wish: Wish::Fence,
        };
        let wishes = Wishes {
            want_fence: flag(&event["want_fence"]),
            want_shut_down: flag(&event["want_shut_down"]),
        };
        let result = self.state.process_broker_heartbeat(&request, wishes)?;
        let state = result.reply.state;
        let is = |other| state == other;
        let reply = fields(json!({
            "is_caught_up": result.reply.caught_up,
            "is_fenced":
                is(BrokerControlState::Fenced) || is(BrokerControlState::ShutdownNow),
            "in_controlled_shutdown": is(BrokerControlState::ControlledShutdown),
            "should_shut_down": is(BrokerControlState::ShutdownNow),
        }));
        Ok(ControllerResult { records: result.records, reply })
    }

    /// Only this broker's session is over; the task runs until it finds none.
    fn expire_session(
        &mut self,
        event: &Value,
        written: &mut Vec<MetadataRecord>,
    ) -> Result<Map<String, Value>, OperationError> {
        let expired = broker(&event["broker"]);
        let epochs: Vec<_> =
            self.state.image().brokers().map(|(id, known)| (id, known.broker_epoch)).collect();
        for (id, epoch) in epochs.iter().filter(|(id, _)| *id == expired) {
            self.state.track_heartbeat(*id, *epoch, self.now);
        }
        self.pass_a_session();
        for (id, epoch) in epochs.iter().filter(|(id, _)| *id != expired) {
            self.state.track_heartbeat(*id, *epoch, self.now);
        }
        while let Some(over) = self.state.next_expired_session(self.now) {
            let fenced = self.state.fence_stale_broker(over.broker, over.broker_epoch)?;
            let records = fenced.unwrap_or_default();
            self.replay(&records);
            written.extend(records);
        }
        Ok(Map::new())
    }

    fn create_topic(&mut self, event: &Value) -> Answer {
        let configs = event["configs"].as_object().expect("settings").iter();
        let configs = configs.map(|(name, value)| {
            let key = key_of(name).expect("a modelled setting");
            (key, value_of(key, text(value)))
        });
        let signed = |value: &Value| value.as_i64().expect("a number");
        let topic = CreatableTopic {
            name: text(&event["topic"]).into(),
            num_partitions: signed(&event["num_partitions"]),
            replication_factor: signed(&event["replication_factor"]),
            assignments: event["assignments"]
                .as_array()
                .map_or_else(Vec::new, |lists| lists.iter().map(brokers).collect()),
            configs: configs.collect(),
        };
        self.state.create_topic(&topic, &mut self.random, &mut self.names).map(done)
    }

    fn partition(&self, event: &Value) -> TopicPartition {
        let topic = self.state.image().topic_id(text(&event["topic"])).unwrap_or(UNKNOWN);
        TopicPartition { topic, partition: number(&event["partition"]) }
    }

    fn alter_partition(&self, event: &Value) -> Answer {
        let members = list(&event["new_isr"]).iter().map(|member| IsrMember {
            broker: broker(&member["broker"]),
            broker_epoch: optional::<u64>(&member["broker_epoch"])
                .filter(|_| number::<u16>(&event["request_version"]) >= 3)
                .map(BrokerEpoch),
        });
        let data = AlterPartitionData {
            partition: self.partition(event),
            leader_epoch: LeaderEpoch(number(&event["leader_epoch"])),
            partition_epoch: PartitionEpoch(number(&event["partition_epoch"])),
            new_isr: members.collect(),
            leader_recovery_state: match text(&event["leader_recovery_state"]) {
                "RECOVERING" => LeaderRecoveryState::Recovering,
                _ => LeaderRecoveryState::Recovered,
            },
        };
        let request = AlterPartitionRequest {
            broker: broker(&event["broker"]),
            broker_epoch: broker_epoch(event),
            partitions: vec![data],
        };
        let ControllerResult { records, reply } = self.state.alter_partition(&request)?;
        let reply = match &reply[0].result {
            Ok(state) => json!({
                "leader": state.leader.map_or(-1, |leader| i64::from(leader.0)),
                "leader_epoch": state.leader_epoch.0,
                "isr": ids(&state.isr),
                "leader_recovery_state": recovery(state.leader_recovery_state),
                "partition_epoch": state.partition_epoch.0,
            }),
            Err(error) => json!({ "error": error.name() }),
        };
        Ok(ControllerResult { records, reply: fields(reply) })
    }

    fn elect_leaders(&self, event: &Value) -> ControllerResult<Map<String, Value>> {
        let named = |partitions: &Vec<Value>| {
            let pair = |at: &Value| (text(&at["topic"]).into(), number(&at["partition"]));
            partitions.iter().map(pair).collect()
        };
        let result = self.state.elect_leaders(&ElectLeadersRequest {
            election: match text(&event["type"]) {
                "PREFERRED" => ElectionType::Preferred,
                _ => ElectionType::Unclean,
            },
            partitions: event["partitions"].as_array().map(named),
        });
        let mut partitions = result.reply;
        partitions.sort();
        let partitions = partitions.iter().map(|(topic, partition, error)| {
            json!({"topic": &**topic, "partition": partition, "error": error.name()})
        });
        let reply = fields(json!({ "partitions": partitions.collect::<Vec<_>>() }));
        ControllerResult { records: result.records, reply }
    }

    fn alter_config(&self, event: &Value) -> Answer {
        let key = key_of(text(&event["key"])).expect("a modelled setting");
        let name = text(&event["name"]);
        let request = IncrementalAlterConfigsRequest {
            resource: match text(&event["resource"]) {
                "topic" => ConfigResource::Topic(name.into()),
                "cluster" => ConfigResource::Cluster,
                _ => ConfigResource::Broker(BrokerId(name.parse().expect("a broker"))),
            },
            changes: vec![(key, event["value"].as_str().map(|value| value_of(key, value)))],
        };
        self.state.alter_configs(&request).map(done)
    }

    fn changed(&self, before: &MetadataImage) -> Value {
        let image = self.state.image();
        let mut states = Vec::new();
        for id in image.changed_partitions(before) {
            let (Some(topic), Some(partition)) = (image.topic(id.topic), image.partition(id))
            else {
                continue;
            };
            if before.partition(id) != Some(partition) {
                states.push((topic.name.clone(), id.partition, partition.clone()));
            }
        }
        states.sort_by_key(|(name, partition, _)| (name.clone(), *partition));
        states.iter().map(|(name, index, state)| partition_state(name, *index, state)).collect()
    }

    fn broker_states(&self) -> BTreeMap<BrokerId, Value> {
        let image = self.state.image();
        let states = image.brokers().map(|(id, known)| {
            let shutdown = self.state.controlled_shutdown_offset(id);
            let state = json!({
                "id": id.0,
                "broker_epoch": known.broker_epoch.0,
                "rack": known.rack.as_deref(),
                "fenced": known.is_fenced(),
                "in_controlled_shutdown": known.shutdown == Shutdown::Begun,
                "controlled_shutdown_offset": shutdown.map(|offset| offset.0),
            });
            (id, state)
        });
        states.collect()
    }

    fn add_broker_changes(&self, before: &BTreeMap<BrokerId, Value>, step: &mut Value) {
        let after = self.broker_states();
        let changed: Vec<Value> = after
            .iter()
            .filter(|(id, state)| before.get(id) != Some(state))
            .map(|(_, state)| state.clone())
            .collect();
        let removed: Vec<u32> =
            before.keys().filter(|id| !after.contains_key(id)).map(|id| id.0).collect();
        if !changed.is_empty() {
            step["brokers_changed"] = changed.into();
        }
        if !removed.is_empty() {
            step["brokers_removed"] = removed.into();
        }
    }
}

const UNKNOWN: TopicId = TopicId(u32::MAX);

/// An epoch that cannot be said is as stale as any other.
fn broker_epoch(event: &Value) -> BrokerEpoch {
    BrokerEpoch(optional(&event["broker_epoch"]).unwrap_or(u64::MAX))
}

fn done<T>(result: ControllerResult<T>) -> ControllerResult<Map<String, Value>> {
    ControllerResult { records: result.records, reply: Map::new() }
}

fn remaining(result: ControllerResult<Remaining>) -> ControllerResult<Map<String, Value>> {
    let reply = fields(json!({ "more": result.reply == Remaining::More }));
    ControllerResult { records: result.records, reply }
}

fn fields(value: Value) -> Map<String, Value> {
    value.as_object().cloned().expect("fields")
}

fn counts(records: &[MetadataRecord]) -> Value {
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    for record in records {
        *counts.entry(record.name().trim_end_matches("Record")).or_default() += 1;
    }
    json!(counts)
}

fn partition_state(topic: &Arc<str>, index: u32, state: &PartitionRegistration) -> Value {
    json!({
        "topic": &**topic,
        "partition": index,
        "replicas": ids(&state.replicas),
        "isr": ids(&state.isr),
        "elr": ids(&state.elr),
        "last_known_elr": ids(&state.last_known_elr),
        "removing": ids(&state.removing),
        "adding": ids(&state.adding),
        "leader": state.leader.map_or(-1, |leader| i64::from(leader.0)),
        "leader_recovery_state": recovery(state.leader_recovery_state),
        "leader_epoch": state.leader_epoch.0,
        "partition_epoch": state.partition_epoch.0,
    })
}

fn recovery(state: LeaderRecoveryState) -> &'static str {
    match state {
        LeaderRecoveryState::Recovered => "RECOVERED",
        LeaderRecoveryState::Recovering => "RECOVERING",
    }
}

fn configs(image: &MetadataImage) -> Value {
    let brokers = image.brokers().map(|(id, _)| ConfigResource::Broker(id));
    let topics = image.topics_by_name().map(|topic| ConfigResource::Topic(topic.name.clone()));
    let mut all = Vec::new();
    for resource in std::iter::once(ConfigResource::Cluster).chain(brokers).chain(topics) {
        let configs: BTreeMap<&str, String> =
            image.configs(&resource).map(|(key, value)| (key.name(), value.to_string())).collect();
        let (kind, name) = match &resource {
            ConfigResource::Cluster => ("cluster", String::new()),
            ConfigResource::Broker(id) => ("broker", id.to_string()),
            ConfigResource::Topic(name) => ("topic", name.to_string()),
        };
        if !configs.is_empty() {
            all.push(json!({"resource": kind, "name": name, "configs": configs}));
        }
    }
    all.sort_by_key(|entry| entry["name"].to_string());
    all.into()
}

fn key_of(name: &str) -> Option<ConfigKey> {
    SETTINGS.iter().find(|row| row.name == name).map(|row| row.key)
}

fn value_of(key: ConfigKey, text: &str) -> ConfigValue {
    if key == ConfigKey::UncleanLeaderElectionEnable {
        ConfigValue::Bool(text == "true")
    } else {
        ConfigValue::Number(text.parse().expect("a number"))
    }
}

fn settings_of(static_config: &Value) -> Settings {
    let given = static_config.as_object().expect("settings").iter();
    let pairs = given.map(|(name, value)| {
        let key = key_of(name).expect("a modelled setting");
        (key, value_of(key, text(value)))
    });
    Settings(pairs.collect())
}

fn metadata_version(setup: &Value) -> u16 {
    match text(&setup["metadata_version"]) {
        "3.3-IV3" => 7,
        "3.5-IV2" => 11,
        "3.6-IV2" => 14,
        "3.9-IV0" => 21,
        "4.1-IV1" => 27,
        other => panic!("unknown metadata version {other}"),
    }
}
