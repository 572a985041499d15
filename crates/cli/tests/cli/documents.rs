//! `docs/state.md` and `docs/command-line.md` say what the program does.

use std::collections::BTreeSet;
use std::{env, fs};

use serde_json::Value;

use crate::program::{root, run, run_with};

/// The text of a page of the documentation.
fn page(name: &str) -> String {
    fs::read_to_string(root().join("docs").join(name)).expect("the page is there")
}

/// What stands in back-quotes in the first column of the tables.
fn documented(page: &str) -> Vec<&str> {
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `"));
    rows.filter_map(|row| row.split('`').next()).collect()
}

/// The text between the fences of this kind.
fn fenced<'a>(page: &'a str, kind: &str) -> &'a str {
    let (_, rest) = page.split_once(&format!("```{kind}\n")).expect("the fence is there");
    rest.split_once("```").expect("the fence ends").0
}

/// Documented keys right below this path, in their order.
fn keys_below<'a>(documented: &[&'a str], path: &str) -> Vec<&'a str> {
    let start = if path.is_empty() { String::new() } else { format!("{path}.") };
    let below = documented.iter().filter_map(|key| key.strip_prefix(&start));
    below.filter(|key| !key.contains('.')).map(|key| key.trim_end_matches("[]")).collect()
}

/// Holds every object against the page; gives back the paths of objects that there were.
fn hold(value: &Value, path: &str, documented: &[&str], seen: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            let keys: Vec<&String> = fields.keys().collect();
            assert_eq!(keys, keys_below(documented, path), "below `{path}`");
            seen.insert(path.to_owned());
            for (key, value) in fields {
                let below = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                hold(value, &below, documented, seen);
            }
        }
        Value::Array(items) => {
            items.iter().for_each(|item| hold(item, &format!("{path}[]"), documented, seen));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// What the page's example prints.
fn example(page: &str) -> String {
    let ended = run_with(&["state", "-", "--json"], fenced(page, "scenario").as_bytes());
    assert_eq!((ended.status, ended.err.as_str()), (0, ""));
    ended.out
}

#[test]
fn the_state_s_example_is_what_is_printed() {
    let page = page("state.md");
    let (written, real) = (fenced(&page, "json"), example(&page));
    if written != real && env::var_os("UPDATE_EXPECT").is_some() {
        let (old, new) = (format!("```json\n{written}```"), format!("```json\n{real}```"));
        let path = root().join("docs/state.md");
        fs::write(path, page.replace(&old, &new)).expect("the page can be written");
        return;
    }
    assert_eq!(written, real, "UPDATE_EXPECT=1 rewrites the page");
}

#[test]
fn every_key_of_the_state_is_documented_in_its_order() {
    let page = page("state.md");
    let documented = documented(&page);
    let mut seen = BTreeSet::new();
    hold(&serde_json::from_str(&example(&page)).expect("JSON"), "", &documented, &mut seen);
    let is_object = |path: &&str| !keys_below(&documented, path).is_empty();
    let mut objects: BTreeSet<&str> = documented.iter().copied().filter(is_object).collect();
    objects.insert("");
    // The example shows each kind of object once at least.
    assert_eq!(seen.iter().map(String::as_str).collect::<BTreeSet<_>>(), objects);
    for at in ["0s", "marker:pause", "31s", "end"] {
        let ended = run(&["state", "scenarios/zombie-leader.scenario", "--json", "--at", at]);
        let value: Value = serde_json::from_str(&ended.out).expect("JSON");
        assert_eq!(value["schema"], "epochscope.state/1");
        hold(&value, "", &documented, &mut seen);
    }
}

#[test]
fn every_key_of_an_event_line_is_documented_in_its_order() {
    let page = page("command-line.md");
    let section = page.split("## `run`").nth(1).and_then(|rest| rest.split("\n## ").next());
    let documented = documented(section.expect("the section is there"));
    let ended = run(&["run", "scenarios/zombie-leader.scenario", "--format", "jsonl", "--all"]);
    for line in ended.out.lines() {
        let value: Value = serde_json::from_str(line).expect("it is JSON");
        let keys: Vec<&String> = value.as_object().expect("an object").keys().collect();
        assert_eq!(keys, documented);
    }
}
