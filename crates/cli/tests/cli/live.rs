//! `conform` with traces of real clusters.

use std::fs;

use epochscope_scenario::library::shipped;
use expect_test::{expect, expect_file};
use serde_json::{Value, json};

use crate::program::{Folder, root, run, run_with};

/// The names of all recorded traces.
fn recorded() -> Vec<String> {
    let files = fs::read_dir(root().join("conformance/live-kraft")).expect("there are traces");
    let names = files.map(|file| file.expect("a file").file_name().into_string().expect("a name"));
    let mut names: Vec<String> =
        names.filter_map(|name| name.strip_suffix(".json").map(str::to_owned)).collect();
    names.sort();
    names
}

fn file(id: &str) -> String {
    format!("conformance/live-kraft/{id}.json")
}

fn text(id: &str) -> String {
    fs::read_to_string(root().join(file(id))).expect("a trace")
}

#[test]
fn every_trace_ends_as_it_did_on_a_real_cluster() {
    let all = recorded();
    assert_eq!(all.len(), 56);
    let files: Vec<String> = all.iter().map(|id| file(id)).collect();
    let names = ["conform", "--json"].into_iter().chain(files.iter().map(String::as_str));
    let ended = run(&names.collect::<Vec<_>>());
    let report: Value = serde_json::from_str(&ended.out).expect("JSON");
    for id in &all {
        let told =
            report["traces"].as_array().expect("a list").iter().find(|one| one["id"] == **id);
        let agrees = told.is_some_and(|told| told["agrees"] == true);
        let sections = told.map(|told| told["differences"].to_string()).unwrap_or_default();
        assert!(agrees, "{id}: {sections}");
    }
}

#[test]
fn every_trace_stands_there_as_a_scenario() {
    for id in &recorded() {
        let ended = run(&["conform", "--scenario", &file(id)]);
        assert_eq!((ended.status, ended.err.as_str()), (0, ""), "{id}");
        expect_file![root().join(format!("scenarios/live/{id}.scenario"))].assert_eq(&ended.out);
        let path = format!("scenarios/live/{id}.scenario");
        assert_eq!(run(&["fmt", "--check", &path]).out, "", "{id}");
    }
}

/// `UPDATE_EXPECT=1` writes the page anew.
#[test]
fn the_page_of_recordings_tells_each_of_them() {
    let files: Vec<String> = recorded().iter().map(|id| file(id)).collect();
    let words = ["conform", "--document"].into_iter().chain(files.iter().map(String::as_str));
    let ended = run(&words.collect::<Vec<_>>());
    assert_eq!((ended.status, ended.err.as_str()), (0, ""));
    expect_file![root().join("docs/recorded.md")].assert_eq(&ended.out);
}

/// A story that says it was recorded does what was done, and ends as it ended.
#[test]
fn stories_that_were_recorded_end_as_they_did_on_a_real_cluster() {
    let told = shipped().into_iter().filter_map(|story| Some((story.name, story.recorded?)));
    for (name, id) in told {
        let story = format!("scenarios/{name}.scenario");
        let ended = run(&["conform", "--story", &story, &file(id)]);
        let agreed = format!("{id}  agreed\ntraces: 1 of 1 agreed\n");
        assert_eq!((ended.out, ended.err.as_str()), (agreed, ""), "{name}");
    }
}

#[test]
fn a_story_that_does_something_else_is_none_of_a_trace() {
    let folder = Folder::new("trace-story");
    let whole = fs::read_to_string(root().join("scenarios/live/K8b.scenario")).expect("a text");
    for (from, to, expected) in [
        ("kill 9", "", "K8b  agreed\ntraces: 1 of 1 agreed\n"),
        ("stop 1", "say It goes.\nstop 1\nexpect broker 1 != killed", "agreed"),
        ("stop 1", "kill 1", "`kill 1` is not what was done"),
        ("brokers  1", "brokers  9 1", "is not how the cluster was set up"),
        ("list-offsets", "# list-offsets", "not what was done\n  expected list-offsets"),
    ] {
        let path = folder.file("K8b.scenario", whole.replace(from, to).as_bytes());
        let ended = run(&["conform", "--story", &path, &file("K8b")]);
        let told = format!("{}{}", ended.out, ended.err);
        assert!(told.contains(expected), "{told}");
    }
}

#[test]
fn a_difference_is_told_by_its_section_and_place() {
    let mut trace: Value = serde_json::from_str(&text("K8b")).expect("JSON");
    trace["normalised"]["fates"]["a1"]["offset"] = json!(7);
    trace["normalised"]["final_state"]["0"]["leader_epoch"] = json!(3);
    let folder = Folder::new("trace-difference");
    let path = folder.file("K8b.json", trace.to_string().as_bytes());
    let ended = run(&["conform", &path, &file("K1")]);
    assert_eq!((ended.status, ended.err.as_str()), (1, ""));
    expect![[r#"
        K8b  differs: final_state, fates
          final_state.0.leader_epoch
            expected  3
            got       2
          fates.a1.offset
            expected  7
            got       0
        K1   agreed
        traces: 1 of 2 agreed
    "#]]
    .assert_eq(&ended.out);
}

#[test]
fn a_value_of_another_recorded_run_agrees_too() {
    let mut trace: Value = serde_json::from_str(&text("K8b")).expect("JSON");
    let other = json!({ "run": 2, "value": trace["normalised"]["fates"] });
    trace["normalised"]["fates"]["a1"]["offset"] = json!(7);
    trace["unstable"] = json!([{ "section": "fates", "agree": "2 of 3", "others": [other] }]);
    let ended = run_with(&["conform", "-"], trace.to_string().as_bytes());
    assert_eq!((ended.status, ended.err.as_str()), (0, ""));
}

#[test]
fn a_file_that_is_no_trace_is_told_and_the_others_are_counted() {
    let folder = Folder::new("trace-mistakes");
    let whole: Value = serde_json::from_str(&text("K1")).expect("JSON");
    let mut lacking = whole.clone();
    lacking.as_object_mut().expect("an object").remove("normalised");
    let mut unknown = whole.clone();
    unknown["steps"][3]["do"] = json!("explode 1");
    let mut odd = whole;
    odd["brokers"][1]["id"] = json!("two");
    let paths = [
        folder.file("broken.json", b"{\"id\": 1,"),
        folder.file("lacking.json", lacking.to_string().as_bytes()),
        folder.file("unknown.json", unknown.to_string().as_bytes()),
        folder.file("odd.json", odd.to_string().as_bytes()),
    ];
    let mut words = vec!["conform"];
    words.extend(paths.iter().map(String::as_str));
    let whole = file("K1");
    words.push(&whole);
    let ended = run(&words);
    assert_eq!(ended.status, 2);
    let folder = folder.0.to_str().expect("a path").to_owned() + "/";
    expect![[r#"
        broken.json: error: this is no JSON: EOF while parsing a value at line 1 column 9
          expected {"id": ..., "steps": [...], ...}
        lacking.json: error: normalised: this field is missing
          expected a trace with all its fields
        unknown.json: error: steps[3].do: there is no step `explode`
          expected one of create, delete, kill, pause, resume, stop, start, wipe, cut, heal, produce, request, consume, consumer, poll, list-offsets, describe, elect, kafka-leader-election, alter, reassign, await, look at logs, log of broker, state, leaders, run, fail log dir, repair log dir
        odd.json: error: brokers[1].id: "two" cannot stand here
          expected a whole number from 0 to 4294967295
    "#]].assert_eq(&ended.err.replace(&folder, ""));
    expect![[r#"
        K1  agreed
        traces: 1 of 1 agreed
    "#]]
    .assert_eq(&ended.out);
}
