//! A trace as it was recorded from a real cluster, read from JSON.

use serde_json::Value;

use super::steps::{self, Act};
use crate::rule::fields::{Read, Wrong, list, number, text, unlike};

/// What was recorded.
pub(super) struct Trace {
    /// Its name.
    pub(super) id: String,
    /// What it shows.
    pub(super) title: String,
    /// The release of Kafka that ran.
    pub(super) release: String,
    /// Brokers with their racks.
    pub(super) brokers: Vec<(u32, Option<String>)>,
    /// Controllers.
    pub(super) controllers: Vec<u32>,
    /// The active controller at the start, if that was looked at.
    pub(super) active: Option<u32>,
    /// Level of `eligible.leader.replicas.version`.
    pub(super) elr_version: u64,
    /// Settings of brokers and controllers, with `broker.` or `controller.` before Kafka's name.
    pub(super) settings: Vec<(String, String)>,
    /// Replicas of each partition.
    pub(super) partitions: Vec<(u32, Vec<u32>)>,
    /// Settings of the topic.
    pub(super) topic_configs: Vec<(String, String)>,
    /// What was done.
    pub(super) steps: Vec<Step>,
    /// Reads at named moments.
    pub(super) reads: Vec<Reading>,
    /// Moments at which the topic was described, by time.
    pub(super) describes: Vec<(u64, String)>,
    /// Moments of looks at one log through a fault: name and broker.
    pub(super) watches: Vec<(String, u32)>,
    /// State of brokers by the recorded log: when, who, state.
    pub(super) registrations: Vec<(u64, u32, String)>,
    /// What came of it.
    pub(super) normalised: Value,
    /// What came of it in other runs: a section, and its other values.
    pub(super) others: Vec<(String, Vec<Value>)>,
}

/// One thing done.
pub(super) struct Step {
    /// When, as the driver counted: see [`steps::ends_at`].
    pub(super) at_ms: u64,
    /// What.
    pub(super) act: Act,
    /// What the driver got for it.
    pub(super) result: Value,
}

/// A read at a named moment.
pub(super) struct Reading {
    pub(super) at: String,
    pub(super) at_ms: u64,
    pub(super) via: String,
    pub(super) partition: u32,
    /// A consumer's position afterwards.
    pub(super) position: Option<u64>,
}

impl Trace {
    /// Reads a file's text.
    pub(super) fn read(bytes: &[u8]) -> Read<Self> {
        let all: Value = serde_json::from_slice(bytes).map_err(|error| {
            Wrong::new(format!("this is no JSON: {error}"), r#"{"id": ..., "steps": [...], ...}"#)
        })?;
        let topic = get(&all, "topic", Ok)?;
        let within_topic = |wrong: Wrong| wrong.within("topic");
        let trace = Self {
            id: get(&all, "id", text)?.to_owned(),
            title: get(&all, "title", text)?.to_owned(),
            release: get(&all, "release", text)?.to_owned(),
            brokers: get(&all, "brokers", |value| list(broker)(value))?,
            controllers: get(&all, "controllers", |value| list(number)(value))?,
            active: number(&all["controller_at_start"]).ok(),
            elr_version: all["features"][ELR].as_u64().unwrap_or(0),
            settings: get(&all, "settings", pairs)?,
            partitions: get(topic, "partitions", partitions).map_err(within_topic)?,
            topic_configs: get(topic, "configs", pairs).map_err(within_topic)?,
            steps: get(&all, "steps", |value| list(step)(value))?,
            reads: get(&all, "reads", |value| list(reading)(value))?,
            describes: get(&all, "describe", |value| list(described)(value))?,
            watches: get(&all, "log_watches", |value| list(watched)(value))?,
            registrations: get(&all, "changes", registrations)?,
            normalised: get(&all, "normalised", object)?.clone(),
            others: get(&all, "unstable", |value| list(unstable)(value))?,
        };
        Ok(trace)
    }

    /// The topic's name in the steps.
    pub(super) fn topic(&self) -> Read<&str> {
        let created = self.steps.iter().find_map(|step| match &step.act {
            Act::Create(topic) => Some(topic.as_str()),
            _ => None,
        });
        created.ok_or_else(|| {
            Wrong::new("nothing is created", "a step `create TOPIC`").within("steps")
        })
    }

    /// All values that a section of the outcome had in some run, the run shown first.
    pub(super) fn values_of<'a>(&'a self, section: &'a str) -> impl Iterator<Item = &'a Value> {
        let others = self.others.iter().filter(move |(name, _)| name == section);
        let others = others.flat_map(|(_, values)| values);
        std::iter::once(&self.normalised[section]).chain(others)
    }
}

const ELR: &str = "eligible.leader.replicas.version";

/// A field that has to be there.
fn get<'a, T>(object: &'a Value, name: &str, read: impl FnOnce(&'a Value) -> Read<T>) -> Read<T> {
    let Some(value) = object.get(name) else {
        let expected = "a trace with all its fields";
        return Err(Wrong::new("this field is missing", expected).within(name));
    };
    read(value).map_err(|wrong| wrong.within(name))
}

fn object(value: &Value) -> Read<&Value> {
    if value.is_object() { Ok(value) } else { Err(unlike(value, "an object")) }
}

fn broker(value: &Value) -> Read<(u32, Option<String>)> {
    let rack = value.get("rack").and_then(Value::as_str).map(str::to_owned);
    Ok((get(value, "id", number)?, rack))
}

/// Names with plain values.
fn pairs(value: &Value) -> Read<Vec<(String, String)>> {
    let fields = value.as_object().ok_or_else(|| unlike(value, "an object"))?;
    let plain = fields.iter().filter(|(_, value)| !value.is_object());
    Ok(plain.map(|(name, value)| (name.clone(), plain_text(value))).collect())
}

fn plain_text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn partitions(value: &Value) -> Read<Vec<(u32, Vec<u32>)>> {
    let fields = value.as_object().ok_or_else(|| unlike(value, "an object"))?;
    let read = |(name, value): (&String, &Value)| {
        let wrong = || Wrong::new(format!("`{name}` is no partition"), "a partition's number");
        let replicas = list(number)(value).map_err(|wrong| wrong.within(name))?;
        Ok((name.parse().map_err(|_| wrong())?, replicas))
    };
    let mut found: Vec<_> = fields.iter().map(read).collect::<Read<_>>()?;
    found.sort_by_key(|(partition, _)| *partition);
    Ok(found)
}

fn step(value: &Value) -> Read<Step> {
    let act = get(value, "do", |done| steps::read(text(done)?))?;
    let result = value.get("result").cloned().unwrap_or(Value::Null);
    Ok(Step { at_ms: get(value, "at_ms", number)?, act, result })
}

fn reading(value: &Value) -> Read<Reading> {
    Ok(Reading {
        at: get(value, "at", text)?.to_owned(),
        at_ms: get(value, "at_ms", number)?,
        via: get(value, "via", text)?.to_owned(),
        partition: get(value, "partition", number)?,
        position: value.get("position").and_then(Value::as_u64),
    })
}

fn described(value: &Value) -> Read<(u64, String)> {
    Ok((get(value, "at_ms", number)?, get(value, "at", text)?.to_owned()))
}

fn watched(value: &Value) -> Read<(String, u32)> {
    Ok((get(value, "at", text)?.to_owned(), get(value, "broker", number)?))
}

fn registrations(value: &Value) -> Read<Vec<(u64, u32, String)>> {
    let changes = list(Ok)(value)?;
    let states = changes.into_iter().filter_map(|change| {
        let state = change.get("state")?.as_str()?.to_owned();
        let broker = number(change.get("broker")?).ok()?;
        Some((change.get("at_ms")?.as_u64()?, broker, state))
    });
    Ok(states.collect())
}

fn unstable(value: &Value) -> Read<(String, Vec<Value>)> {
    let other = |other| get(other, "value", Ok).cloned();
    Ok((get(value, "section", text)?.to_owned(), get(value, "others", |value| list(other)(value))?))
}
