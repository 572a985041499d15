//! A trace's scenario carried out, with all that the recording looked at.

use std::sync::Arc;

use epochscope_engine::Cluster;
use epochscope_engine::log::ReplicatedLog;
use epochscope_scenario::execution::Execution;
use epochscope_vocabulary::event::EventKind;
use epochscope_vocabulary::{BrokerId, Event, Offset, TopicPartition};
use serde_json::{Value, json};

use super::scenario::{Look, Plan};
use super::trace::Trace;
use crate::rule::fields::{Read, Wrong};

/// A run, and what was seen of it.
pub(super) struct Ran {
    /// The state at its end.
    pub(super) execution: Execution,
    /// In the form of the trace's `reads`, `log_snapshots`, `log_watches` and `describe`.
    pub(super) reads: Vec<Value>,
    pub(super) snapshots: Vec<Value>,
    pub(super) watches: Vec<Value>,
    pub(super) describes: Vec<Value>,
    /// What steps gave: the step's number and the answer.
    pub(super) answers: Vec<(usize, Value)>,
    /// The statement that could not be carried out, and why.
    pub(super) stopped: Option<String>,
}

/// Carries the scenario out.
pub(super) fn run(trace: &Trace, plan: &Plan) -> Read<Ran> {
    let execution = Execution::new(Arc::new(plan.scenario.clone())).map_err(|rejected| {
        Wrong::new(format!("the cluster cannot be built: {}", rejected.reason), "another cluster")
    })?;
    let mut run = Run {
        trace,
        plan,
        consumed: Vec::new(),
        watched: Vec::new(),
        ran: Ran {
            execution,
            reads: Vec::new(),
            snapshots: Vec::new(),
            watches: Vec::new(),
            describes: Vec::new(),
            answers: Vec::new(),
            stopped: None,
        },
    };
    let mut looks = plan.looks.iter().peekable();
    loop {
        while let Some((_, look)) =
            looks.next_if(|(after, _)| *after <= run.ran.execution.step_index())
        {
            run.look(look);
        }
        let Some(unit) = run.ran.execution.advance() else { break };
        run.see(&unit.events);
        if let Some(failure) = unit.failures.first() {
            run.ran.stopped.get_or_insert(failure.found.clone());
        }
    }
    if let Some(stopped) = run.ran.execution.stopped() {
        let step = run.plan.scenario.steps.get(stopped.step);
        let line = step.map_or(String::new(), epochscope_scenario::format::print_step);
        run.ran.stopped = Some(format!("{line}: {}", stopped.reason));
    }
    Ok(run.ran)
}

struct Run<'a> {
    trace: &'a Trace,
    plan: &'a Plan,
    /// What consumers have read: offset, epoch, value.
    consumed: Vec<(String, u32, [Value; 3])>,
    /// Logs that are looked at all the time, with each content in order.
    watched: Vec<(u32, Vec<Value>)>,
    ran: Ran,
}

impl Run<'_> {
    fn cluster(&self) -> &Cluster {
        self.ran.execution.cluster()
    }

    fn see(&mut self, events: &[Event]) {
        let mut read = Vec::new();
        for event in events {
            if let EventKind::Consumed { partition, offset, values, from } = &event.kind {
                let cluster = self.cluster();
                let client = event.node.map(|node| cluster.names().node_name(node));
                let log = cluster.log(*from, *partition);
                for (place, value) in (0..).zip(values.iter()) {
                    let at = offset.plus(place);
                    let epoch =
                        log.and_then(|log| log.record(at)).map(|record| record.leader_epoch.0);
                    let value = cluster.names().value_text(*value);
                    read.push((
                        client.clone().unwrap_or_default(),
                        partition.partition,
                        [json!(at.0), json!(epoch), json!(value)],
                    ));
                }
            }
        }
        self.consumed.append(&mut read);
        for at in 0..self.watched.len() {
            let now = self.log_values(self.watched[at].0, 0);
            let states = &mut self.watched[at].1;
            if states.last() != Some(&now) {
                states.push(now);
            }
        }
    }

    fn look(&mut self, look: &Look) {
        match look {
            Look::Read { reading, client, from } => self.read(*reading, client, *from),
            Look::Logs(name) => {
                let logs = logs(self.cluster(), self.plan, values_of);
                self.ran.snapshots.push(json!({ "at": name, "logs": logs }));
            }
            Look::Describe(name) => {
                let partitions = self.cluster().partitions();
                let own = partitions.filter(|one| self.is_own(one.partition));
                let admin: Vec<Value> = own
                    .map(|one| {
                        json!({
                            "elr": ids(&one.elr),
                            "isr": ids(&one.isr),
                            "last_known_elr": ids(&one.last_known_elr),
                            "leader": leader(one.leader),
                            "partition": one.partition.partition,
                            "replicas": ids(&one.replicas),
                        })
                    })
                    .collect();
                let admin = if admin.is_empty() { Value::Null } else { Value::Array(admin) };
                self.ran.describes.push(json!({ "admin": admin, "at": name }));
            }
            Look::WatchFrom(broker) => {
                let first = self.log_values(*broker, 0);
                self.watched.push((*broker, vec![first]));
            }
            Look::WatchTo { name, broker } => {
                let at = self.watched.iter().position(|(watched, _)| watched == broker);
                let states = at.map(|at| self.watched.remove(at).1).unwrap_or_default();
                self.ran.watches.push(json!({ "at": name, "broker": broker, "states": states }));
            }
            Look::Answer(step) => {
                let answer = self.answer(*step);
                self.ran.answers.push((*step, answer));
            }
        }
    }

    fn is_own(&self, partition: TopicPartition) -> bool {
        self.cluster().find_partition(&self.plan.topic, partition.partition) == Some(partition)
    }

    fn log_values(&self, broker: u32, partition: u32) -> Value {
        let cluster = self.cluster();
        let id = cluster.find_partition(&self.plan.topic, partition);
        let log = id.and_then(|id| cluster.log(BrokerId(broker), id));
        log.map_or(Value::Array(Vec::new()), |log| values_of(log, cluster))
    }

    fn read(&mut self, reading: usize, client: &str, from: u64) {
        let Some(recorded) = self.trace.reads.get(reading) else { return };
        let mut found = json!({ "at": recorded.at, "partition": recorded.partition });
        if recorded.via.starts_with("consumer") {
            let own = self
                .consumed
                .iter()
                .filter(|(name, partition, _)| name == client && *partition == recorded.partition);
            let records: Vec<Value> = own.map(|(_, _, record)| json!(record)).collect();
            let reader = self.cluster().client(client);
            let position = reader.and_then(|client| client.position(recorded.partition));
            found["position"] = json!(position.unwrap_or_default().0);
            if !records.is_empty() {
                let preferred = reader.and_then(|one| one.read_replica(recorded.partition));
                let text = preferred.map_or("-1".to_owned(), |broker| broker.to_string());
                found["preferred_read_replica"] = json!(text);
            }
            found["records"] = Value::Array(records);
        } else {
            let answer = response(self.cluster(), client);
            let part = &answer["responses"][0];
            let code = part["errorCode"].as_str().or(answer["errorCode"].as_str());
            found["code"] = json!(code.unwrap_or("NONE"));
            found["hw"] = json!(part["highWatermark"].as_i64().unwrap_or(-1));
            if let Some(preferred) = part["preferredReadReplica"].as_i64() {
                found["preferred_read_replica"] = json!(preferred);
            }
            let records = part["records"].as_array().into_iter().flatten();
            found["records"] = (from..)
                .zip(records)
                .map(|(offset, record)| json!([offset, record["leaderEpoch"], record["value"]]))
                .collect();
        }
        found["via"] = json!(recorded.via);
        self.ran.reads.push(found);
    }

    fn answer(&self, step: usize) -> Value {
        let cluster = self.cluster();
        let recorded = &self.trace.steps[step];
        if let super::steps::Act::State = recorded.act {
            let partition = cluster.find_partition(&self.plan.topic, 0);
            return partition.and_then(|id| cluster.partition(id)).map_or(Value::Null, |one| {
                json!({
                    "leader": leader(one.leader),
                    "isr": ids(&one.isr),
                    "elr": ids(&one.elr),
                    "last_known_elr": ids(&one.last_known_elr),
                    "leader_epoch": one.leader_epoch.0,
                    "partition_epoch": one.partition_epoch.0,
                    "recovery_state": one.leader_recovery_state.word().to_uppercase(),
                })
            });
        }
        let result = cluster.last_result("admin");
        use epochscope_engine::client::ClientResult;
        let code = match result {
            None | Some(ClientResult::Nothing | ClientResult::Pending) => "pending",
            Some(ClientResult::Acked) => "NONE",
            Some(ClientResult::Failed(code) | ClientResult::Answered(code)) => code.name(),
        };
        json!({ "code": code })
    }
}

/// The last answer to a sender of raw requests.
pub(super) fn response(cluster: &Cluster, sender: &str) -> Value {
    let answer = cluster.client(sender).and_then(|one| one.last_response_json(cluster.names()));
    answer.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or(Value::Null)
}

/// `{broker: {partition: what}}` of all replicas of the topic.
pub(super) fn logs(
    cluster: &Cluster,
    plan: &Plan,
    what: impl Fn(&ReplicatedLog, &Cluster) -> Value,
) -> Value {
    let mut all = serde_json::Map::new();
    for broker in cluster.brokers() {
        let mut own = serde_json::Map::new();
        for partition in 0.. {
            let Some(id) = cluster.find_partition(&plan.topic, partition) else { break };
            if let Some(log) = cluster.log(broker.id, id) {
                own.insert(partition.to_string(), what(log, cluster));
            }
        }
        if !own.is_empty() {
            all.insert(broker.id.to_string(), Value::Object(own));
        }
    }
    Value::Object(all)
}

/// A log as a list of epochs and values.
pub(super) fn values_of(log: &ReplicatedLog, cluster: &Cluster) -> Value {
    let records = log.records(log.log_start_offset(), log.log_end_offset());
    let values = records.map(|(_, record): (Offset, _)| {
        json!([record.leader_epoch.0, cluster.names().value_text(record.value)])
    });
    values.collect()
}

pub(super) fn ids(brokers: &[BrokerId]) -> Value {
    brokers.iter().map(|broker| json!(broker.0)).collect()
}

/// A leader as Kafka writes it.
pub(super) fn leader(broker: Option<BrokerId>) -> Value {
    broker.map_or(json!(-1), |broker| json!(broker.0))
}
