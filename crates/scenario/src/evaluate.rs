//! What an observation finds in a cluster, and whether it is what was written.
//!
//! Reading is in [`crate::observed`]; here is the comparing. A finding keeps the text of what was
//! found, so that a failed expectation can show it.

use epochscope_engine::Cluster;
use epochscope_vocabulary::event::EventKind;
use epochscope_vocabulary::metadata_record::{LeaderRecoveryState, MetadataRecord};
use epochscope_vocabulary::put_in_order;
use epochscope_vocabulary::{BrokerId, Event, NodeId, SortedMap, TopicPartition};

use crate::format::print_observed;
use crate::observations::ObservedKind;
use crate::observed::{Observed, observe};
use crate::script::{Comparison, Observation, Operator, Value};

/// How many events of each kind there have been, in all and about each node and partition.
#[derive(Clone, Debug, Default)]
pub struct Counted {
    all: SortedMap<&'static str, u64>,
    of_node: SortedMap<(&'static str, NodeId), u64>,
    of_partition: SortedMap<(&'static str, TopicPartition), u64>,
    unclean_elections: SortedMap<BrokerId, u64>,
}

impl Counted {
    /// Counts what has happened.
    pub fn count(&mut self, events: &[Event]) {
        for event in events {
            let slug = event.kind.slug();
            *self.all.entry(slug).or_default() += 1;
            if let Some(node) = event.node {
                *self.of_node.entry((slug, node)).or_default() += 1;
            }
            if let Some(partition) = event.kind.partition() {
                *self.of_partition.entry((slug, partition)).or_default() += 1;
            }
            if let Some(leader) = uncleanly_elected(event) {
                *self.unclean_elections.entry(leader).or_default() += 1;
            }
        }
    }

    /// Events of this kind.
    #[must_use]
    pub fn all(&self, slug: &str) -> u64 {
        self.all.get(slug).copied().unwrap_or(0)
    }

    /// Unclean elections: all, or those that made one broker the leader.
    #[must_use]
    pub fn unclean_elections(&self, leader: Option<BrokerId>) -> u64 {
        let elections = self.unclean_elections.iter();
        elections.filter(|(id, _)| leader.is_none_or(|leader| leader == **id)).map(|(_, n)| n).sum()
    }

    /// Events of this kind at a node.
    #[must_use]
    pub fn of_node(&self, slug: &str, node: NodeId) -> u64 {
        let found = self.of_node.iter().find(|((kind, one), _)| *kind == slug && *one == node);
        found.map_or(0, |(_, count)| *count)
    }

    /// Events of this kind about a partition.
    #[must_use]
    pub fn of_partition(&self, slug: &str, partition: TopicPartition) -> u64 {
        let counts = self.of_partition.iter();
        let found = counts.into_iter().find(|((kind, one), _)| *kind == slug && *one == partition);
        found.map_or(0, |(_, count)| *count)
    }
}

/// The leader that a metadata record elects uncleanly: it has yet to recover.
fn uncleanly_elected(event: &Event) -> Option<BrokerId> {
    let EventKind::RecordAppended { record, .. } = &event.kind else {
        return None;
    };
    let MetadataRecord::PartitionChangeRecord(change) = &**record else {
        return None;
    };
    match change.leader_recovery_state {
        Some(LeaderRecoveryState::Recovering) => change.leader.flatten(),
        Some(LeaderRecoveryState::Recovered) | None => None,
    }
}

/// What an observation has found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    holds: bool,
    found: Vec<String>,
}

impl Finding {
    /// Whether it is what was written.
    #[must_use]
    pub const fn holds(&self) -> bool {
        self.holds
    }

    /// What was found: each thing that was looked at, with its value.
    #[must_use]
    pub fn text(&self) -> String {
        self.found.join(", ")
    }

    /// What was found, if it is not what was written.
    #[must_use]
    pub fn refuted(self) -> Option<String> {
        if self.holds { None } else { Some(self.text()) }
    }
}

/// Looks whether an observation holds.
#[must_use]
pub fn evaluate(observation: &Observation, cluster: &Cluster, counted: &Counted) -> Finding {
    let mut found = Vec::new();
    let mut holds = false;
    for group in &observation.any_of {
        let mut all = true;
        for comparison in group {
            let observed = observe(comparison, cluster, counted);
            all &= compares(&observed, comparison);
            let text = format!("{} is {observed}", print_observed(comparison));
            if !found.contains(&text) {
                found.push(text);
            }
        }
        holds |= all;
    }
    Finding { holds, found }
}

fn compares(observed: &Observed, comparison: &Comparison) -> bool {
    let written = &comparison.value;
    match comparison.operator {
        Operator::Equal => equals(observed, written, comparison.name.row().value),
        Operator::NotEqual => !equals(observed, written, comparison.name.row().value),
        Operator::Less => ordered(observed, written, |one, other| one < other),
        Operator::AtMost => ordered(observed, written, |one, other| one <= other),
        Operator::Greater => ordered(observed, written, |one, other| one > other),
        Operator::AtLeast => ordered(observed, written, |one, other| one >= other),
        Operator::Includes => members(written).iter().all(|one| has(observed, one)),
        Operator::Excludes => !members(written).iter().any(|one| has(observed, one)),
        Operator::In => {
            let observed = observed.to_string();
            members(written).contains(&observed)
        }
    }
}

fn equals(observed: &Observed, written: &Value, kind: ObservedKind) -> bool {
    let (mut one, mut other) = (observed.members(), members(written));
    if matches!(kind, ObservedKind::NodeSet | ObservedKind::Invariants) {
        put_in_order(&mut one, |one, other| one < other);
        put_in_order(&mut other, |one, other| one < other);
    }
    one == other
}

fn ordered(observed: &Observed, written: &Value, test: impl Fn(u64, u64) -> bool) -> bool {
    match (observed, written) {
        (Observed::Number(one), Value::Number(other)) => test(*one, *other),
        _ => false,
    }
}

fn has(observed: &Observed, member: &str) -> bool {
    match observed {
        Observed::Text(text) => text.contains(member),
        Observed::None
        | Observed::Number(_)
        | Observed::Bool(_)
        | Observed::Word(_)
        | Observed::List(_) => observed.members().iter().any(|one| one == member),
    }
}

/// A written value as a list of texts; nothing is the empty list.
fn members(written: &Value) -> Vec<String> {
    match written {
        Value::None => Vec::new(),
        Value::Number(number) => vec![number.to_string()],
        Value::Bool(value) => vec![value.to_string()],
        Value::Word(word) | Value::Text(word) => vec![word.to_string()],
        Value::Numbers(numbers) => numbers.iter().map(ToString::to_string).collect(),
        Value::Words(words) => words.iter().map(ToString::to_string).collect(),
    }
}
