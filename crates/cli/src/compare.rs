//! Where two answers differ.

use serde::Serialize;
use serde_json::Value;

/// Where an answer of ours is not Kafka's.
pub(crate) struct Difference {
    /// The first step that differs, in an answer by steps: what comes after follows from it.
    pub(crate) step: Option<usize>,
    /// The places in it.
    pub(crate) places: Vec<Place>,
}

/// One place that differs.
#[derive(Serialize)]
pub(crate) struct Place {
    /// The way to it.
    pub(crate) place: String,
    /// What Kafka has there, if anything.
    pub(crate) expected: Option<Value>,
    /// What we have there, if anything.
    pub(crate) got: Option<Value>,
}

/// The difference between Kafka's answer and ours, if there is one. Errors are compared by their
/// names: the texts are Kafka's own.
pub(crate) fn difference(expected: &Value, got: &Value) -> Option<Difference> {
    let (expected, got) = (without_messages(expected), without_messages(got));
    let steps = expected["steps"].as_array().zip(got["steps"].as_array());
    let first = steps.and_then(|(expected, got)| {
        expected.iter().zip(got).position(|(expected, got)| expected != got)
    });
    let (expected, got, place) = match first {
        None => (&expected, &got, "out".to_owned()),
        Some(at) => (&expected["steps"][at], &got["steps"][at], format!("out.steps[{at}]")),
    };
    let mut places = Vec::new();
    find(Some(expected), Some(got), &place, &mut places);
    (!places.is_empty()).then_some(Difference { step: first, places })
}

/// All places in which two values differ, with the way to each from `place` on.
pub(crate) fn places(expected: &Value, got: &Value, place: &str) -> Vec<Place> {
    let mut places = Vec::new();
    find(Some(expected), Some(got), place, &mut places);
    places
}

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

/// Goes down into objects, and into lists as long as each other that hold such.
fn find(expected: Option<&Value>, got: Option<&Value>, place: &str, found: &mut Vec<Place>) {
    match (expected, got) {
        (one, other) if one == other => {}
        (Some(Value::Object(expected)), Some(Value::Object(got))) => {
            let more = got.keys().filter(|name| !expected.contains_key(*name));
            for name in expected.keys().chain(more) {
                find(expected.get(name), got.get(name), &format!("{place}.{name}"), found);
            }
        }
        (Some(Value::Array(expected)), Some(Value::Array(got)))
            if expected.len() == got.len() && expected.iter().any(|member| !is_plain(member)) =>
        {
            for (at, (expected, got)) in expected.iter().zip(got).enumerate() {
                find(Some(expected), Some(got), &format!("{place}[{at}]"), found);
            }
        }
        (expected, got) => found.push(Place {
            place: place.to_owned(),
            expected: expected.cloned(),
            got: got.cloned(),
        }),
    }
}

fn is_plain(value: &Value) -> bool {
    !value.is_object() && !value.is_array()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn places(expected: Value, got: Value) -> Vec<String> {
        let found = difference(&expected, &got).map_or(Vec::new(), |found| found.places);
        found.into_iter().map(|place| place.place).collect()
    }

    #[test]
    fn only_the_first_step_that_differs_is_told() {
        let steps = |second, third| json!({ "steps": [{ "a": 1 }, { "a": second }, third] });
        let found = difference(&steps(2, json!(3)), &steps(4, json!(5))).expect("it differs");
        assert_eq!((found.step, found.places.len()), (Some(1), 1));
        assert_eq!(found.places[0].place, "out.steps[1].a");
        assert!(difference(&steps(2, json!(3)), &steps(2, json!(3))).is_none());
    }

    #[test]
    fn the_texts_of_errors_are_not_compared() {
        let told = |text| json!({ "error": "X", "message": text });
        assert!(places(told("a"), told("b")).is_empty());
        assert_eq!(places(json!({ "message": "a" }), json!({ "message": "b" })), ["out.message"]);
    }

    #[test]
    fn a_field_too_many_and_a_step_too_few_differ() {
        assert_eq!(places(json!({}), json!({ "a": null })), ["out.a"]);
        assert_eq!(places(json!({ "steps": [1, 2] }), json!({ "steps": [1] })), ["out.steps"]);
        assert_eq!(places(json!({ "isr": [1, 2] }), json!({ "isr": [2, 1] })), ["out.isr"]);
    }
}
