//! Where the outcome of a run is none that was recorded.

use serde::Serialize;
use serde_json::Value;

use super::run::Ran;
use super::steps::Act;
use super::trace::Trace;
use crate::compare;
use crate::compare::Place;

/// A section of the outcome that differs.
#[derive(Serialize)]
pub(crate) struct Section {
    /// Its name.
    pub(crate) section: String,
    /// Where in it, compared with the recorded run that is nearest.
    pub(crate) places: Vec<Place>,
}

/// All sections that differ.
pub(super) fn differences(trace: &Trace, ran: &Ran, got: &[(&str, Value)]) -> Vec<Section> {
    let mut found = Vec::new();
    if let Some(stopped) = &ran.stopped {
        let got = Some(Value::String(stopped.clone()));
        let place = Place { place: "run".to_owned(), expected: None, got };
        found.push(Section { section: "run".to_owned(), places: vec![place] });
    }
    found.extend(steps(trace, ran));
    // An older recording may lack a section.
    for (section, got) in got.iter().filter(|(name, _)| trace.normalised.get(name).is_some()) {
        let mut got = with_sorted_sets(got);
        let mut recorded: Vec<Value> = trace.values_of(section).map(with_sorted_sets).collect();
        if *section == "order" && recorded.len() > 1 {
            got = with_failovers_as_one(got);
            recorded = recorded.into_iter().map(with_failovers_as_one).collect();
        }
        let agrees = match *section {
            "log_watches" => recorded.iter().any(|recorded| was_seen(recorded, &got)),
            "order" => recorded.contains(&got) || is_in_common_order(&recorded, &got),
            _ => recorded.contains(&got),
        };
        if agrees {
            continue;
        }
        let places = recorded.iter().map(|recorded| places(section, recorded, &got));
        let nearest = places.min_by_key(Vec::len).unwrap_or_default();
        found.push(Section { section: (*section).to_owned(), places: nearest });
    }
    found
}

pub(super) fn places(section: &str, recorded: &Value, got: &Value) -> Vec<Place> {
    let mut places = compare::places(recorded, got, section);
    if let (Some(recorded), Some(ours)) = (recorded.as_array(), got.as_array())
        && recorded.len() != ours.len()
    {
        // Lists of other lengths: from the first member that differs.
        let same = recorded.iter().zip(ours).take_while(|(one, other)| one == other).count();
        let tail = |list: &[Value]| Some(Value::Array(list[same..].to_vec()));
        let place = format!("{section}[{same}..]");
        places = vec![Place { place, expected: tail(recorded), got: tail(ours) }];
    }
    places
}

/// ISR and ELR are sets.
fn with_sorted_sets(value: &Value) -> Value {
    match value {
        Value::Array(members) => members.iter().map(with_sorted_sets).collect(),
        Value::Object(fields) => {
            let fields = fields.iter().map(|(name, value)| {
                let mut value = with_sorted_sets(value);
                if let ("isr" | "elr" | "last_known_elr", Value::Array(members)) =
                    (name.as_str(), &mut value)
                {
                    members.sort_by_key(Value::as_i64);
                }
                (name.clone(), value)
            });
            let mut sorted: Vec<(String, Value)> = fields.collect();
            sorted.sort_by(|(one, _), (other, _)| one.cmp(other));
            Value::Object(sorted.into_iter().collect())
        }
        plain => plain.clone(),
    }
}

/// Where recorded runs differ, it is also chance how many controllers follow one upon another.
fn with_failovers_as_one(order: Value) -> Value {
    let Value::Array(mut entries) = order else { return order };
    entries.dedup_by(|one, other| one.get("new_controller").is_some() && one == other);
    Value::Array(entries)
}

/// A log was read every millisecond, so that contents of a shorter life may have been missed.
fn was_seen(recorded: &Value, got: &Value) -> bool {
    let (Some(recorded), Some(got)) = (recorded.as_array(), got.as_array()) else { return false };
    recorded.len() == got.len()
        && recorded.iter().zip(got).all(|(recorded, got)| {
            let mut states = got["states"].as_array().into_iter().flatten();
            let seen = recorded["states"].as_array().into_iter().flatten();
            recorded["at"] == got["at"]
                && seen.into_iter().all(|state| states.by_ref().any(|ours| ours == state))
        })
}

/// Where recorded runs had other orders, only what all of them have in common is Kafka's promise;
/// among changes of several partitions even that is chance: requests hold them in hash order.
fn is_in_common_order(recorded: &[Value], got: &Value) -> bool {
    let Some(ours) = got.as_array().filter(|_| recorded.len() > 1) else { return false };
    let lists: Vec<&Vec<Value>> = recorded.iter().filter_map(Value::as_array).collect();
    let place = |list: &[Value], entry: &Value, nth: usize| {
        list.iter().enumerate().filter(|(_, one)| *one == entry).nth(nth).map(|(at, _)| at)
    };
    // Equal entries are told apart by their turn.
    let named: Vec<(&Value, usize)> = ours
        .iter()
        .enumerate()
        .map(|(at, entry)| (entry, ours[..at].iter().filter(|one| *one == entry).count()))
        .collect();
    let has_all = |list: &&&Vec<Value>| {
        list.len() == ours.len()
            && named.iter().all(|(entry, nth)| place(list, entry, *nth).is_some())
    };
    let alike: Vec<&&Vec<Value>> = lists.iter().filter(has_all).collect();
    if alike.is_empty() {
        return false;
    }
    let are_of_two_partitions = |one: &Value, other: &Value| {
        let partition = |entry: &Value| entry.get("partition").cloned();
        partition(one).zip(partition(other)).is_some_and(|(one, other)| one != other)
    };
    let is_turned = |one: &(&Value, usize), other: &(&Value, usize)| {
        if are_of_two_partitions(one.0, other.0) {
            return false;
        }
        let known = lists
            .iter()
            .filter_map(|list| Some(place(list, one.0, one.1)? > place(list, other.0, other.1)?));
        let turned: Vec<bool> = known.collect();
        !turned.is_empty() && turned.iter().all(|turned| *turned)
    };
    !named
        .iter()
        .enumerate()
        .any(|(at, one)| named[at + 1..].iter().any(|other| is_turned(one, other)))
}

/// What steps gave, where that can be compared.
fn steps(trace: &Trace, ran: &Ran) -> Option<Section> {
    let order_varies = trace.others.iter().any(|(section, _)| section == "order");
    let mut places = Vec::new();
    for (number, got) in &ran.answers {
        let step = &trace.steps[*number];
        let wrong = match &step.act {
            Act::State => {
                let recorded = step.result.as_object().into_iter().flatten();
                !order_varies
                    && recorded.into_iter().any(|(name, value)| {
                        let sorted = |value: &Value| {
                            let mut list = value.as_array().cloned().unwrap_or_default();
                            list.sort_by_key(Value::as_i64);
                            list
                        };
                        match value {
                            Value::Array(_) => sorted(value) != sorted(&got[name.as_str()]),
                            plain => *plain != got[name.as_str()],
                        }
                    })
            }
            Act::Elect { .. } => match step.result["code"].as_str() {
                Some(code) => got["code"] != code,
                None => (step.result["exit"] == 0) != (got["code"] == "NONE"),
            },
            Act::ListOffsets { .. } => {
                step.result.get("error").is_some() == (got["code"] == "NONE")
            }
            _ => false,
        };
        if wrong {
            places.push(Place {
                place: format!("steps[{number}]"),
                expected: Some(step.result.clone()),
                got: Some(got.clone()),
            });
        }
    }
    (!places.is_empty()).then(|| Section { section: "steps".to_owned(), places })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn state(partition: u32, epoch: u32) -> Value {
        json!({ "partition": partition, "partition_epoch": epoch })
    }

    #[test]
    fn only_what_all_recorded_runs_have_in_common_is_asked_of_an_order() {
        let broker = json!({ "broker": 1, "state": "fenced" });
        let (first, second) = (state(0, 0), state(0, 1));
        let other = state(1, 0);
        let recorded =
            [json!([first, second, broker, other]), json!([first, broker, second, other])];
        // The fence record may come before or after; two partitions have no order.
        assert!(!is_in_common_order(&recorded, &json!([other, first, broker, second])));
        assert!(is_in_common_order(&recorded, &json!([first, broker, other, second])));
        assert!(!is_in_common_order(&recorded, &json!([second, first, broker, other])));
        assert!(!is_in_common_order(&recorded, &json!([first, second, broker])));
        assert!(!is_in_common_order(&recorded[..1], &json!([first, broker, second, other])));
    }

    #[test]
    fn a_content_of_a_short_life_may_have_been_missed() {
        let watch = |states: Value| json!([{ "at": "it resumes", "states": states }]);
        let ours = watch(json!([["a"], ["a", "z"], ["a"], ["a", "b"]]));
        assert!(was_seen(&watch(json!([["a", "z"], ["a"], ["a", "b"]])), &ours));
        assert!(!was_seen(&watch(json!([["a", "b"], ["a"]])), &ours));
        assert!(!was_seen(&watch(json!([["z"]])), &ours));
    }
}
