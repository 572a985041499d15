//! A trace for readers: what was done, what came of it on Kafka, and what comes of it here.

use epochscope_scenario::library::Shipped;
use serde_json::{Map, Value};

use super::Tried;
use super::difference::places;
use super::trace::Trace;
use crate::compare::Place;

/// Where the recordings and our scenarios lie, seen from the documentation.
const TRACES: &str = "../conformance/live-kraft";
const SCENARIOS: &str = "../scenarios";
/// Of topics with more partitions, states are told of the first.
const PARTITIONS: usize = 1;
/// So many places of another recorded run's outcome are told.
const PLACES: usize = 6;
/// Longer values are cut.
const LETTERS: usize = 120;

/// What opens the document.
pub(crate) const HEAD: &str = "\
# Recorded on Apache Kafka 4.1.1, and here

Real clusters of unmodified Kafka were put through these stories: brokers killed by SIGKILL, frozen by SIGSTOP, stopped, their
disks emptied, their links cut. [How they were recorded](../conformance/README.md) stands with the recordings. The simulator
does the same, step by step, and its outcome is compared: every state of every partition in the order of the metadata log,
the fate of each record, what consumers read, each broker's log. `epochscope conform conformance/live-kraft/*.json` repeats
the comparison; `epochscope conform --document` writes this page, and a test holds it to what is written here.

An ISR is a set here, as it is for elections. *p3 e1* is partition epoch 3, leader epoch 1. Where one and the same story
ended in two ways on Kafka itself, the other way is told: there, an outcome here is the same if it is one of those seen.
";

/// One trace.
pub(super) fn section(trace: &Trace, raw: &Value, tried: &Tried, stories: &[Shipped]) -> String {
    let id = &trace.id;
    let mut text = format!("\n## {id}\n\n{}.\n\n{}\n", capital(&trace.title), verdict(raw, tried));
    for Shipped { name, title, .. } in stories {
        text.push_str(&format!("Told as a story: [{title}]({SCENARIOS}/{name}.scenario).\n"));
    }
    text.push_str(&format!(
        "In the sources: [recording]({TRACES}/{id}.json), \
         [as a scenario]({SCENARIOS}/live/{id}.scenario).\n\n"
    ));
    text.push_str(&format!("{}\n\n", done(raw)));
    let got = |name: &str| tried.got.iter().find(|(known, _)| *known == name);
    let got = |name: &str| got(name).map_or(&Value::Null, |(_, value)| value);
    let states = "partitions_isr_as_sets";
    text.push_str(&partitions(&tried.plan.topic, &trace.normalised[states], got(states)));
    let others: Vec<&Value> = trace.values_of("fates").skip(1).collect();
    text.push_str(&fates(&trace.normalised["fates"], got("fates"), &others));
    text.push_str(&variants(trace, raw));
    text
}

fn capital(title: &str) -> String {
    let mut letters = title.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

fn verdict(raw: &Value, tried: &Tried) -> String {
    let runs = format!("Kafka ran it {} times.", raw["runs"]);
    if tried.differences.is_empty() {
        return format!("**Same outcome.** {runs}");
    }
    let sections: Vec<&str> = tried.differences.iter().map(|one| one.section.as_str()).collect();
    format!("**Another outcome** in {}: not modelled yet. {runs}", sections.join(", "))
}

/// What the driver did; waits and looks are left out.
fn done(raw: &Value) -> String {
    let steps = raw["steps"].as_array().into_iter().flatten();
    let lines = steps.filter_map(|step| step["do"].as_str()).filter_map(told);
    format!("Done: {}.", lines.collect::<Vec<_>>().join(", "))
}

fn told(step: &str) -> Option<String> {
    let verb = step.split_whitespace().next()?;
    let is_look = matches!(
        verb,
        "await" | "run" | "look" | "log" | "state" | "leaders" | "controllers" | "describe"
    );
    if is_look || step.contains("(sent, not awaited)") {
        return None;
    }
    let is_told = |word: &&str| {
        !word.contains('=')
            || ["acks=", "values=", "to=", "min."].iter().any(|own| word.starts_with(own))
    };
    let words: Vec<&str> = step.split_whitespace().filter(is_told).collect();
    Some(format!("`{}`", words.join(" ")))
}

fn partitions(topic: &str, recorded: &Value, ours: &Value) -> String {
    let empty = Map::new();
    let recorded = recorded.as_object().unwrap_or(&empty);
    let mut text = String::new();
    for (number, states) in recorded.iter().take(PARTITIONS) {
        text.push_str(&format!("| `{topic}-{number}` | Kafka | here |\n| --- | --- | --- |\n"));
        let (theirs, ours) = (states.as_array(), ours[number].as_array());
        let count = theirs.map_or(0, Vec::len).max(ours.map_or(0, Vec::len));
        let at = |list: Option<&Vec<Value>>, index: usize| {
            list.and_then(|list| list.get(index)).map_or("-".to_owned(), state)
        };
        for index in 0..count {
            let (theirs, ours) = (at(theirs, index), at(ours, index));
            let ours = if theirs == ours { "the same" } else { &ours };
            text.push_str(&format!("| {} | {theirs} | {ours} |\n", index + 1));
        }
        text.push('\n');
    }
    let others = recorded.len().saturating_sub(PARTITIONS);
    if others > 0 {
        text.push_str(&format!("{others} more partitions are compared in the same way.\n\n"));
    }
    text
}

fn state(state: &Value) -> String {
    let leader = match state["leader"].as_i64() {
        Some(leader) if leader >= 0 => format!("leader {leader}"),
        _ => "no leader".to_owned(),
    };
    let epochs = format!("p{} e{}", state["partition_epoch"], state["leader_epoch"]);
    let mut text = format!("{epochs}, {leader}, ISR {}", numbers(&state["isr"]));
    for (name, label) in [
        ("elr", "ELR"),
        ("last_known_elr", "last known leader"),
        ("adding", "adding"),
        ("removing", "removing"),
    ] {
        if state[name].as_array().is_some_and(|list| !list.is_empty()) {
            text.push_str(&format!(", {label} {}", numbers(&state[name])));
        }
    }
    if state["recovery_state"] == "RECOVERING" {
        text.push_str(", RECOVERING");
    }
    text
}

fn numbers(list: &Value) -> String {
    let mut all: Vec<u64> =
        list.as_array().into_iter().flatten().filter_map(Value::as_u64).collect();
    all.sort_unstable();
    let all: Vec<String> = all.iter().map(ToString::to_string).collect();
    if all.is_empty() { "empty".to_owned() } else { all.join(",") }
}

fn fates(recorded: &Value, ours: &Value, others: &[&Value]) -> String {
    let Some(fates) = recorded.as_object().filter(|fates| !fates.is_empty()) else {
        return String::new();
    };
    let mut text = "| Record | acks | Kafka | here |\n| --- | --- | --- | --- |\n".to_owned();
    for (value, theirs) in fates {
        let acks =
            theirs["acks"].as_str().map_or_else(|| theirs["acks"].to_string(), str::to_owned);
        let (kafka, here) = (fate(theirs), fate(&ours[value]));
        let was_seen = others.iter().any(|other| fate(&other[value]) == here);
        let here = match (kafka == here, was_seen) {
            (true, _) => "the same".to_owned(),
            (false, true) => format!("{here}; as in another run of Kafka's"),
            (false, false) => here,
        };
        text.push_str(&format!("| `{value}` | {acks} | {kafka} | {here} |\n"));
    }
    text + "\n"
}

fn fate(fate: &Value) -> String {
    let told = match (fate["acked"] == true, fate["error"].as_str(), fate["offset"].as_u64()) {
        (true, _, Some(offset)) => format!("acknowledged at {offset}"),
        (true, ..) => "acknowledged".to_owned(),
        (false, Some(error), _) => error.to_owned(),
        (false, None, _) => "no answer".to_owned(),
    };
    let became = match (fate["lost"] == true, fate["duplicated"] == true, &fate["readable"]) {
        (true, ..) => "**lost**",
        (_, true, _) => "**twice**",
        (_, _, Value::Bool(true)) => "readable",
        _ if fate["read_then_gone"] == true => "read once, then gone",
        _ => "not there",
    };
    format!("{told}, {became}")
}

/// Where Kafka's own runs were not alike.
fn variants(trace: &Trace, raw: &Value) -> String {
    let mut text = String::new();
    for unstable in raw["unstable"].as_array().into_iter().flatten() {
        let (Some(section), Some(agree)) =
            (unstable["section"].as_str(), unstable["agree"].as_str())
        else {
            continue;
        };
        // The states of partitions are there once in Kafka's order, once as sets.
        if section == "partitions" || trace.normalised.get(section).is_none() {
            continue;
        }
        text.push_str(&format!("* Kafka's own runs varied in `{section}`: {agree} were alike.\n"));
        for other in unstable["others"].as_array().into_iter().flatten() {
            if let (Some(theirs), Some(others)) =
                (trace.normalised[section].as_array(), other["value"].as_array())
                && matches!(section, "order" | "brokers" | "log_watches")
            {
                let same = theirs.iter().zip(others).take_while(|(one, other)| one == other);
                let from = same.count() + 1;
                text.push_str(&format!("  * from entry {from} on, in another run otherwise\n"));
                continue;
            }
            let places = places(section, &trace.normalised[section], &other["value"]);
            for Place { place, expected, got } in places.iter().take(PLACES) {
                let (expected, got) = (short(expected.as_ref()), short(got.as_ref()));
                text.push_str(&format!("  * `{place}`: {expected}, in another run {got}\n"));
            }
            if let Some(more) = places.len().checked_sub(PLACES + 1) {
                text.push_str(&format!("  * and {} places more\n", more + 1));
            }
        }
    }
    if text.is_empty() { text } else { text + "\n" }
}

fn short(value: Option<&Value>) -> String {
    let Some(value) = value else { return "nothing".to_owned() };
    let text = value.to_string();
    if text.chars().count() <= LETTERS {
        return format!("`{text}`");
    }
    format!("`{} …`", text.chars().take(LETTERS).collect::<String>())
}
