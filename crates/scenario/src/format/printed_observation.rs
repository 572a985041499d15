//! Observations as text.
//!
//! Uses: `printed`.

use epochscope_vocabulary::rpc::ApiKey;

use super::lexer::quote;
use super::printed::{joined, node, partition};
use crate::observations::ObservedKind;
use crate::script::{Comparison, EventAbout, Observation, Operator, Subject, Value, Viewer};

/// An observation as it is written after `expect`.
pub(crate) fn observation(observation: &Observation) -> String {
    let group =
        |group: &Vec<Comparison>| group.iter().map(comparison).collect::<Vec<_>>().join(" and ");
    observation.any_of.iter().map(group).collect::<Vec<_>>().join(" or ")
}

/// What a comparison looks at: its name and subject.
pub(crate) fn observed(comparison: &Comparison) -> String {
    format!("{}{}", comparison.name.row().text, subject(&comparison.subject))
}

fn comparison(comparison: &Comparison) -> String {
    let row = comparison.name.row();
    let observed = observed(comparison);
    let is_bare = row.value == ObservedKind::Bool
        && comparison.operator == Operator::Equal
        && comparison.value == Value::Bool(true);
    match is_bare {
        true => observed,
        false => format!("{observed} {} {}", comparison.operator.text(), value(&comparison.value)),
    }
}

/// With a blank before it, or nothing.
fn subject(subject: &Subject) -> String {
    match subject {
        Subject::Cluster => String::new(),
        Subject::Partition(name) => format!(" {}", partition(name)),
        Subject::Replica(name, at) => format!(" {}@{}", partition(name), viewer(*at)),
        Subject::FollowerOf(name, at, follower) => {
            format!(" {}@{} {follower}", partition(name), viewer(*at))
        }
        Subject::Node(selector) => format!(" {}", node(selector)),
        Subject::Client(name) => format!(" {name}"),
        Subject::ClientValue(name, text) => format!(" {name} {}", quote(text)),
        Subject::ClientPartition(name, at) => format!(" {name} {}", partition(at)),
        Subject::ClientError(name, code) => format!(" {name} {code}"),
        Subject::Value(text) => format!(" {}", quote(text)),
        Subject::Metric(name, None) => format!(" {}", quote(name)),
        Subject::Metric(name, Some(selector)) => format!(" {} {}", quote(name), node(selector)),
        Subject::ApiKey(key) => format!(" {}", key.map_or("*", ApiKey::name)),
        Subject::Event(kind, None) => format!(" {kind}"),
        Subject::Event(kind, Some(EventAbout::Partition(name))) => {
            format!(" {kind} {}", partition(name))
        }
        Subject::Event(kind, Some(EventAbout::Node(selector))) => {
            format!(" {kind} {}", node(selector))
        }
    }
}

fn viewer(viewer: Viewer) -> u32 {
    match viewer {
        Viewer::Broker(id) | Viewer::Controller(id) => id,
    }
}

fn value(value: &Value) -> String {
    match value {
        Value::None => "none".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Bool(value) => value.to_string(),
        Value::Word(word) => word.to_string(),
        Value::Numbers(numbers) => joined(numbers),
        Value::Words(words) => joined(words),
        Value::Text(text) => quote(text),
    }
}
