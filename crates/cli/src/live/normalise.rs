//! What came of a run, in the form in which recordings are compared.

use epochscope_engine::Cluster;
use epochscope_engine::metadata::partition_registration::PartitionRegistration;
use epochscope_engine::observe::ProduceResult;
use epochscope_vocabulary::metadata_record::{ConfigResource, MetadataRecord, RegistrationState};
use epochscope_vocabulary::{Offset, TopicId};
use serde_json::{Value, json};

use super::run::{self, Ran, ids, leader};
use super::scenario::{Plan, Sent};

/// All sections by name.
pub(super) fn sections(plan: &Plan, ran: &Ran) -> Vec<(&'static str, Value)> {
    let cluster = ran.execution.cluster();
    let log = History::of(cluster, plan);
    let brokers: Vec<Value> =
        log.order.iter().filter(|entry| entry.get("broker").is_some()).cloned().collect();
    let mut partitions = serde_json::Map::new();
    let mut finals = serde_json::Map::new();
    for (number, state) in log.states.iter().enumerate() {
        let own = log.order.iter().filter(|entry| entry["partition"] == json!(number));
        let own: Vec<Value> = own.filter(|entry| entry.get("isr").is_some()).cloned().collect();
        partitions.insert(number.to_string(), Value::Array(own));
        finals.insert(number.to_string(), final_state(state));
    }
    vec![
        ("order", Value::Array(log.order)),
        ("partitions_isr_as_sets", Value::Object(partitions)),
        ("brokers", Value::Array(brokers)),
        ("redundant_fence_records_of", json!(log.redundant)),
        ("final_state", Value::Object(finals)),
        ("fates", fates(plan, ran)),
        ("reads", Value::Array(ran.reads.clone())),
        ("log_snapshots", Value::Array(ran.snapshots.clone())),
        ("log_watches", Value::Array(ran.watches.clone())),
        (
            "final_logs",
            run::logs(cluster, plan, |log, cluster| {
                let epochs = log.leader_epochs().entries().iter();
                let epochs: Value =
                    epochs.map(|one| json!([one.epoch.0, one.start_offset.0])).collect();
                json!({
                    "epochs": epochs,
                    "hw": log.high_watermark().0,
                    "leo": log.log_end_offset().0,
                    "log": run::values_of(log, cluster),
                    "log_start": log.log_start_offset().0,
                })
            }),
        ),
        ("describe", Value::Array(ran.describes.clone())),
    ]
}

/// The metadata log from the creation of the topic on, as recordings tell it.
struct History {
    topic: TopicId,
    order: Vec<Value>,
    states: Vec<PartitionRegistration>,
    /// What was last written of each touched broker.
    brokers: Vec<(u32, RegistrationState)>,
    redundant: Vec<u32>,
}

impl History {
    fn of(cluster: &Cluster, plan: &Plan) -> Self {
        let log = cluster.metadata_log();
        let mut history = Self {
            topic: TopicId(u32::MAX),
            order: Vec::new(),
            states: Vec::new(),
            brokers: Vec::new(),
            redundant: Vec::new(),
        };
        let mut has_begun = false;
        let active = cluster.active_controller();
        let committed = cluster.controllers().into_iter().find(|one| Some(one.id) == active);
        let end = committed.map_or(log.end_offset(), |one| one.high_watermark);
        for offset in 0..end.0 {
            let Some((_, record)) = log.entry(Offset(offset)) else { break };
            if let MetadataRecord::TopicRecord { topic, name } = record
                && **name == *plan.topic
            {
                (history.topic, has_begun) = (*topic, true);
                history.states.clear();
            }
            if has_begun {
                history.see(record, plan);
            }
        }
        history.redundant.sort_unstable();
        history.redundant.dedup();
        history
    }

    fn see(&mut self, record: &MetadataRecord, plan: &Plan) {
        match record {
            MetadataRecord::LeaderChange { .. } => {
                self.order.push(json!({ "new_controller": true }));
            }
            MetadataRecord::PartitionRecord(created) if created.partition.topic == self.topic => {
                self.states.push(PartitionRegistration::new(created));
                self.tell_partition(created.partition.partition);
            }
            MetadataRecord::PartitionChangeRecord(change)
                if change.partition.topic == self.topic =>
            {
                let number = change.partition.partition;
                let Some(state) =
                    usize::try_from(number).ok().and_then(|at| self.states.get_mut(at))
                else {
                    return;
                };
                *state = state.merge(change);
                self.tell_partition(number);
            }
            MetadataRecord::ClearElrRecord { topic }
                if topic.is_none_or(|one| one == self.topic) =>
            {
                self.clear_elr();
                let data = match topic {
                    Some(_) => json!({ "topicName": plan.topic }),
                    None => json!({}),
                };
                self.order.push(json!({ "data": data, "record": "CLEAR_ELR_RECORD" }));
            }
            MetadataRecord::RemoveTopicRecord { topic } if *topic == self.topic => {
                self.order.push(json!({ "data": {}, "record": "REMOVE_TOPIC_RECORD" }));
            }
            MetadataRecord::ConfigRecord { resource: ConfigResource::Topic(name), key, value }
                if **name == *plan.topic =>
            {
                let value = value.as_ref().map(ToString::to_string);
                let data = json!({
                    "name": key.setting().name,
                    "resourceName": plan.topic,
                    "resourceType": 2,
                    "value": value,
                });
                self.order.push(json!({ "data": data, "record": "CONFIG_RECORD" }));
            }
            other => self.see_broker(other, plan),
        }
    }

    fn see_broker(&mut self, record: &MetadataRecord, plan: &Plan) {
        match record {
            MetadataRecord::RegisterBrokerRecord { broker, .. } => {
                self.tell_broker(plan, broker.0, "registered", RegistrationState::Fenced);
            }
            MetadataRecord::BrokerRegistrationChangeRecord { broker, state, .. } => {
                let is_again = self.brokers.contains(&(broker.0, *state));
                if is_again && *state == RegistrationState::Fenced {
                    if plan.touched.contains(&broker.0) {
                        self.redundant.push(broker.0);
                    }
                } else {
                    self.tell_broker(plan, broker.0, "registration change", *state);
                }
            }
            MetadataRecord::BrokerLogDirsRecord { broker, log_dirs, .. }
                if plan.touched.contains(&broker.0) =>
            {
                let online = log_dirs.len();
                let told = json!({ "broker": broker.0, "event": "log dirs", "online": online });
                self.order.push(told);
            }
            _ => {}
        }
    }

    fn clear_elr(&mut self) {
        for number in 0..self.states.len() {
            let state = &mut self.states[number];
            if !state.elr.is_empty() || !state.last_known_elr.is_empty() {
                (state.elr, state.last_known_elr) = (Vec::new(), Vec::new());
                state.partition_epoch.0 += 1;
                self.tell_partition(u32::try_from(number).unwrap_or(0));
            }
        }
    }

    fn tell_broker(&mut self, plan: &Plan, broker: u32, event: &str, state: RegistrationState) {
        self.brokers.retain(|(known, _)| *known != broker);
        self.brokers.push((broker, state));
        if plan.touched.contains(&broker) {
            let state = state.word().replace('-', "_");
            self.order.push(json!({ "broker": broker, "event": event, "state": state }));
        }
    }

    fn tell_partition(&mut self, number: u32) {
        let Some(state) = usize::try_from(number).ok().and_then(|at| self.states.get(at)) else {
            return;
        };
        let mut told = final_state(state);
        told["partition"] = json!(number);
        told["adding"] = ids(&state.adding);
        told["removing"] = ids(&state.removing);
        if !self.order.contains(&told) {
            self.order.push(told);
        }
    }
}

fn final_state(state: &PartitionRegistration) -> Value {
    json!({
        "elr": ids(&state.elr),
        "isr": ids(&state.isr),
        "last_known_elr": ids(&state.last_known_elr),
        "leader": leader(state.leader),
        "leader_epoch": state.leader_epoch.0,
        "partition_epoch": state.partition_epoch.0,
        "recovery_state": state.leader_recovery_state.word().to_uppercase(),
        "replicas": ids(&state.replicas),
    })
}

/// What became of each record.
fn fates(plan: &Plan, ran: &Ran) -> Value {
    let told = plan.sent.iter().map(|sent| (sent.value.clone(), fate(plan, ran, sent)));
    Value::Object(told.collect())
}

fn fate(plan: &Plan, ran: &Ran, sent: &Sent) -> Value {
    let cluster = ran.execution.cluster();
    let (acked, offset, error) = told(cluster, sent);
    let reads = || ran.reads.iter().filter(|read| read["partition"] == json!(sent.partition));
    let times = |read: &Value| {
        let records = read["records"].as_array().into_iter().flatten();
        records.filter(|record| record[2] == json!(sent.value)).count()
    };
    let at_end = reads().rfind(|read| read["at"] == "end").map_or(0, times);
    let was_read = reads().any(|read| times(read) > 0);
    let logs = run::logs(cluster, plan, run::values_of);
    let holds = |own: &Value| {
        let log = own[sent.partition.to_string()].as_array().into_iter().flatten();
        log.filter(|record| record[1] == json!(sent.value)).count()
    };
    let brokers = logs.as_object().into_iter().flatten();
    let on_brokers: Vec<u32> = brokers
        .filter(|(_, own)| holds(own) > 0)
        .filter_map(|(broker, _)| broker.parse().ok())
        .collect();
    let mut fate = json!({
        "acked": acked,
        "acks": sent.acks,
        "client": sent.label,
        "duplicated": at_end > 1,
        "lost": acked && at_end == 0,
        "on_brokers": on_brokers,
        "partition": sent.partition,
        "read_then_gone": was_read && at_end == 0,
        "readable": at_end > 0,
    });
    if let Some(offset) = offset {
        fate["offset"] = json!(offset.0);
    }
    if let Some(error) = error {
        fate["error"] = json!(error);
    }
    if at_end > 1 {
        fate["copies"] = json!(at_end);
    }
    fate
}

/// What a record's sender was told: acked, the offset, or the error.
fn told(cluster: &Cluster, sent: &Sent) -> (bool, Option<Offset>, Option<String>) {
    if sent.is_raw {
        let answer = run::response(cluster, &sent.client);
        let part = &answer["responses"][0];
        let code = part["errorCode"].as_str().or(answer["errorCode"].as_str());
        return match code {
            None | Some("NONE") if !answer.is_null() => {
                (true, part["baseOffset"].as_u64().map(Offset), None)
            }
            code => (false, None, code.map(str::to_owned)),
        };
    }
    let value = cluster.names().find_value(&sent.value);
    let client = cluster.client(&sent.client);
    match client.zip(value).and_then(|(client, value)| client.result_of(value)) {
        Some(ProduceResult::Acked(offset)) => (true, offset, None),
        Some(ProduceResult::Failed(code)) => (false, None, Some(code.name().to_owned())),
        Some(ProduceResult::Pending) | None => (false, None, None),
    }
}
