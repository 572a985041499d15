//! Assignments as `kafka-reassign-partitions.sh` writes and takes them: what `--generate` prints,
//! the current and the proposed, or a file for `--reassignment-json-file` alone.
//!
//! Source: Kafka `ReassignPartitionsCommand`.

use std::collections::BTreeMap;

use epochscope_engine::describe::PartitionDescription;
use epochscope_vocabulary::BrokerId;
use epochscope_whatif::cluster::{Cluster, Partition, Topic};
use epochscope_whatif::describe::MOST_REPLICAS;
use epochscope_whatif::mistake::{Mistake, Note};
use epochscope_whatif::moves::Plan;
use serde::{Deserialize, Serialize};

/// What a plan says.
#[derive(Debug)]
pub(super) struct PlanFile {
    /// The assignment that comes first.
    pub(super) current: Vec<Topic>,
    /// It with what comes second in its place.
    pub(super) proposed: Option<Vec<Topic>>,
    /// What should be known of it.
    pub(super) notes: Vec<Note>,
}

#[derive(Deserialize, Serialize)]
struct Assignments {
    /// Files that do not say it are of the earliest.
    #[serde(default = "earliest")]
    version: i64,
    partitions: Vec<Assignment>,
}

#[derive(Deserialize, Serialize)]
struct Assignment {
    topic: String,
    partition: u32,
    replicas: Vec<u32>,
}

const fn earliest() -> i64 {
    1
}

const HEADINGS: [&str; 2] =
    ["Current partition replica assignment", "Proposed partition reassignment configuration"];

/// What was expected of a whole text.
const A_PLAN: &str =
    r#"`{"version":1,"partitions":[{"topic":"orders","partition":0,"replicas":[1,2,3]}]}`"#;

/// Whether a text is a plan, and no description.
pub(super) fn is_plan(text: &str) -> bool {
    let mut lines = text.trim_start_matches('\u{feff}').lines().map(str::trim);
    lines.any(|line| line.starts_with('{') || HEADINGS.contains(&line))
        && !text.lines().any(|line| line.trim_start().starts_with("Topic:"))
}

/// Reads a text.
pub(super) fn read(text: &str) -> Result<PlanFile, Vec<Mistake>> {
    let mut rest = text;
    let mut read = Vec::new();
    let mut line = 1;
    while let Some(begin) = rest.find('{') {
        line += lines_in(&rest[..begin]);
        rest = &rest[begin..];
        let (assignments, used) = one(rest, line)?;
        read.push((line, topics(&assignments, line)?));
        line += lines_in(&rest[..used]);
        rest = &rest[used..];
    }
    let mut read = read.into_iter();
    let (Some((_, current)), proposed, None) = (read.next(), read.next(), read.next()) else {
        let expected = format!("{A_PLAN}, once or twice");
        return Err(vec![Mistake::new(line, "this is no assignment, nor two", expected)]);
    };
    let text =
        "a plan tells of no leaders: every replica is taken as in sync, the first as leading";
    let notes = vec![Note { line: 1, text: text.to_owned() }];
    let proposed = proposed.map(|(_, proposed)| replaced(&current, proposed));
    Ok(PlanFile { current, proposed, notes })
}

/// Reads a text that says what is wanted, once.
pub(super) fn read_wanted(text: &str) -> Result<(usize, Vec<Topic>), Vec<Mistake>> {
    let refuse = |line, message: &str| Err(vec![Mistake::new(line, message, A_PLAN)]);
    let Some(begin) = text.find('{') else {
        return refuse(1, "there is no assignment in this file");
    };
    let line = 1 + lines_in(&text[..begin]);
    let (assignments, used) = one(&text[begin..], line)?;
    let rest = &text[begin + used..];
    if let Some(at) = rest.find(|c: char| !c.is_whitespace()) {
        let line = line + lines_in(&text[begin..begin + used + at]);
        return refuse(line, "something follows the assignment");
    }
    Ok((line, topics(&assignments, line)?))
}

/// The object at the start of a text, and where it ends.
fn one(text: &str, line: usize) -> Result<(Assignments, usize), Vec<Mistake>> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<Assignments>();
    match values.next() {
        Some(Ok(assignments)) if assignments.version == 1 => {
            Ok((assignments, values.byte_offset()))
        }
        Some(Ok(assignments)) => {
            let message = format!("version {} is unknown", assignments.version);
            Err(vec![Mistake::new(line, message, "version 1, the only one there is")])
        }
        Some(Err(error)) => {
            let what = error.to_string();
            let what = what.split(" at line ").next().unwrap_or_default();
            let message = format!("column {}: {what}", error.column());
            Err(vec![Mistake::new(line + error.line().saturating_sub(1), message, A_PLAN)])
        }
        None => Err(vec![Mistake::new(line, "nothing is assigned here", A_PLAN)]),
    }
}

fn lines_in(text: &str) -> usize {
    text.bytes().filter(|byte| *byte == b'\n').count()
}

fn topics(assignments: &Assignments, line: usize) -> Result<Vec<Topic>, Vec<Mistake>> {
    let mut all: BTreeMap<&str, BTreeMap<u32, Vec<BrokerId>>> = BTreeMap::new();
    let mut mistakes = Vec::new();
    for (at, assignment) in assignments.partitions.iter().enumerate() {
        let Assignment { topic, partition, replicas } = assignment;
        let mut wrong = |message: String, expected: &str| {
            mistakes.push(Mistake::new(line, format!("partitions[{at}]: {message}"), expected));
        };
        if replicas.is_empty() || replicas.len() > MOST_REPLICAS {
            wrong(format!("{} replicas", replicas.len()), "from 1 to 64");
        }
        if (1..replicas.len()).any(|at| replicas[..at].contains(&replicas[at])) {
            wrong("a broker stands twice in `replicas`".to_owned(), "each once");
        }
        if replicas.iter().any(|id| *id > i32::MAX.unsigned_abs()) {
            wrong("a broker's number is too high".to_owned(), "at most 2147483647");
        }
        let replicas = replicas.iter().copied().map(BrokerId).collect();
        if all.entry(topic).or_default().insert(*partition, replicas).is_some() {
            wrong(format!("{topic}-{partition} stands here a second time"), "each once");
        }
    }
    if assignments.partitions.is_empty() {
        mistakes.push(Mistake::new(line, "no partition is assigned here", A_PLAN));
    }
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    let topic = |(name, partitions): (&str, BTreeMap<u32, Vec<BrokerId>>)| Topic {
        name: name.to_owned(),
        configs: Vec::new(),
        partitions: partitions.into_iter().map(partition).collect(),
    };
    Ok(all.into_iter().map(topic).collect())
}

fn partition((number, replicas): (u32, Vec<BrokerId>)) -> Partition {
    let state = PartitionDescription {
        leader: replicas.first().copied(),
        isr: replicas.clone(),
        replicas,
        reassignment: None,
        elr: None,
        last_known_elr: None,
    };
    Partition { number, state }
}

/// What is proposed, and for the rest what is so already.
fn replaced(current: &[Topic], proposed: Vec<Topic>) -> Vec<Topic> {
    let mut all: BTreeMap<String, BTreeMap<u32, Partition>> = BTreeMap::new();
    for topic in current.iter().cloned().chain(proposed) {
        let numbered = topic.partitions.into_iter().map(|it| (it.number, it));
        all.entry(topic.name).or_default().extend(numbered);
    }
    let topic = |(name, partitions): (String, BTreeMap<u32, Partition>)| Topic {
        name,
        configs: Vec::new(),
        partitions: partitions.into_values().collect(),
    };
    all.into_iter().map(topic).collect()
}

/// Moves as a file for `--reassignment-json-file`.
pub(super) fn written(cluster: &Cluster, plan: &Plan) -> String {
    let assignment = |it: &epochscope_whatif::moves::Move| {
        let topic = &cluster.topics[it.place.topic];
        Assignment {
            topic: topic.name.clone(),
            partition: topic.partitions[it.place.partition].number,
            replicas: it.to.iter().map(|id| id.0).collect(),
        }
    };
    let partitions = plan.moves.iter().map(assignment).collect();
    // Numbers and texts always have a form in JSON.
    serde_json::to_string(&Assignments { version: 1, partitions }).unwrap_or_default() + "\n"
}
