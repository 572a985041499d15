//! Reading recorded cases, and comparing.

use std::fmt::Write as _;

use epochscope_vocabulary::{BrokerId, Offset, SimTime};
use serde_json::{Value, json};

/// Answers every case of a kind with `answer` and panics with the first differences, if there are
/// any. `cases` is how many there have to be.
pub(crate) fn check(kind: &str, cases: usize, answer: impl Fn(&Value) -> Value) {
    check_whole(kind, cases, |case| answer(&case["in"]));
}

/// As [`check`], for a kind whose `out` holds questions too.
pub(crate) fn check_whole(kind: &str, cases: usize, answer: impl Fn(&Value) -> Value) {
    let (mut checked, mut different) = (0, Vec::new());
    for line in file(kind).lines() {
        let case: Value = serde_json::from_str(line).expect("a case is a line of JSON");
        let expected = without_messages(&case["out"]);
        let found = answer(&case);
        if found != expected {
            different.push(difference(&case, &expected, &found));
        }
        checked += 1;
    }
    println!("{kind}: {} of {checked} recorded cases agree", checked - different.len());
    assert!(
        different.is_empty(),
        "{kind}: {} of {checked} differ\n{}",
        different.len(),
        different.iter().take(5).cloned().collect::<String>()
    );
    assert_eq!(checked, cases, "{kind}: number of recorded cases");
}

/// The recorded cases of a kind, one a line. They are part of the test itself, since the tests run
/// as wasm too, where there are no files.
fn file(kind: &str) -> &'static str {
    macro_rules! files {
        ($($name:literal),+) => {
            match kind {
                $($name => include_str!(
                    concat!("../../../../conformance/rules/", $name, ".jsonl")
                ),)+
                _ => panic!("no cases of {kind} are recorded"),
            }
        };
    }
    files!(
        "elect_kraft",
        "epoch_cache",
        "heartbeat",
        "log",
        "partition_describe",
        "place_striped",
        "producer_state",
        "reassignment",
        "replica_state"
    )
}

/// Answers a sequence of operations on one `state`, step by step.
pub(crate) fn steps<S>(
    input: &Value,
    state: &mut S,
    step: impl Fn(&mut S, &Value) -> Value,
) -> Value {
    let steps: Vec<Value> = list(&input["events"]).iter().map(|event| step(state, event)).collect();
    json!({ "steps": steps })
}

fn difference(case: &Value, expected: &Value, found: &Value) -> String {
    let mut text = format!("\n{}\n", case["id"]);
    let pairs = expected["steps"].as_array().zip(found["steps"].as_array());
    let first = pairs.and_then(|(expected, found)| {
        expected.iter().zip(found).position(|(expected, found)| expected != found)
    });
    let (given, expected, found) = match first {
        Some(step) => {
            (&case["in"]["events"][step], &expected["steps"][step], &found["steps"][step])
        }
        None => (&case["in"], expected, found),
    };
    let step = first.map_or(String::new(), |step| format!(" (step {step})"));
    let _ = write!(text, "  in{step}:  {given}\n  kafka: {expected}\n  ours:  {found}\n");
    text
}

/// Errors are compared by their names: the texts are Kafka's own.
fn without_messages(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let is_error = fields.contains_key("error");
            let kept = fields.iter().filter(|(name, _)| !(is_error && *name == "message"));
            kept.map(|(name, value)| (name.clone(), without_messages(value))).collect()
        }
        Value::Array(items) => items.iter().map(without_messages).collect(),
        plain => plain.clone(),
    }
}

pub(crate) fn error(name: &str) -> Value {
    json!({ "error": name })
}

pub(crate) fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap_or_else(|| panic!("{value} is no list"))
}

pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text"))
}

pub(crate) fn flag(value: &Value) -> bool {
    value.as_bool().unwrap_or_else(|| panic!("{value} is no flag"))
}

/// A number that cannot be negative.
pub(crate) fn number<N: TryFrom<u64>>(value: &Value) -> N {
    let number = value.as_u64().and_then(|number| N::try_from(number).ok());
    number.unwrap_or_else(|| panic!("{value} is out of range"))
}

/// A number where Kafka writes a negative one, mostly -1, for "none".
pub(crate) fn optional<N: TryFrom<u64>>(value: &Value) -> Option<N> {
    let is_negative = value.as_i64().is_some_and(i64::is_negative);
    (!value.is_null() && !is_negative).then(|| number(value))
}

pub(crate) fn offset(value: &Value) -> Offset {
    Offset(number(value))
}

pub(crate) fn optional_offset(value: &Value) -> Option<Offset> {
    optional(value).map(Offset)
}

pub(crate) fn offset_or_minus_one(offset: Option<Offset>) -> Value {
    offset.map_or(json!(-1), |offset| json!(offset.0))
}

pub(crate) fn millis(value: &Value) -> SimTime {
    SimTime(number::<u64>(value) * 1_000)
}

pub(crate) fn broker(value: &Value) -> BrokerId {
    BrokerId(number(value))
}

pub(crate) fn brokers(value: &Value) -> Vec<BrokerId> {
    list(value).iter().map(broker).collect()
}

pub(crate) fn ids(brokers: &[BrokerId]) -> Value {
    brokers.iter().map(|broker| broker.0).collect()
}
