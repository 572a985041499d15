//! `rule` and `conform`: the rules against answers recorded from Apache Kafka.

use expect_test::{Expect, expect};
use serde_json::{Value, json};

use crate::program::{Ended, Folder, run, run_with};

/// A question whose recorded answer is right.
const RIGHT: &str = concat!(
    r#"{"id":"right","kind":"reassignment","in":{"step":"complete","replicas":[1,2,3],"#,
    r#""removing":[1],"adding":[3],"target_isr":[1,2,3]},"#,
    r#""out":{"completed":true,"replicas":[2,3],"isr":[2,3]}}"#,
);
/// One whose recorded answer Kafka would not give.
const WRONG: &str = concat!(
    r#"{"id":"wrong","kind":"epoch_cache","in":{"events":["#,
    r#"{"op":"assign","epoch":1,"start_offset":5},{"op":"latest"}]},"#,
    r#""out":{"steps":[{"entries":[[1,5]]},"#,
    r#"{"result":{"found":true,"epoch":1,"start_offset":6},"entries":[[1,5]]}]}}"#,
);
/// One that is no question.
const BROKEN: &str =
    r#"{"id":"broken","kind":"reassignment","in":{"step":"complete","replicas":[1,"2"],"#;

fn conform(options: &[&str], name: &str, lines: &[&str]) -> Ended {
    let folder = Folder::new(name);
    let path = folder.file("some.jsonl", lines.join("\n").as_bytes());
    let mut ended = run(&[&["conform", &path][..], options].concat());
    ended.out = ended.out.replace(&path, "some.jsonl");
    ended.err = ended.err.replace(&path, "some.jsonl");
    ended
}

fn recorded(kind: &str) -> String {
    format!("conformance/rules/{kind}.jsonl")
}

#[test]
fn every_recorded_question_is_answered_as_by_kafka() {
    let files = [
        "elect_kraft",
        "elect_zk",
        "epoch_cache",
        "heartbeat",
        "log",
        "partition_describe",
        "place_striped",
        "place_zk",
        "producer_state",
        "reassignment",
        "replica_selector",
        "replica_state",
        "replication_control",
    ];
    let files: Vec<String> = files.iter().map(|kind| recorded(kind)).collect();
    let names = files.iter().map(String::as_str);
    let ended = run(&std::iter::once("conform").chain(names).collect::<Vec<_>>());
    assert_eq!(ended.err, "");
    expect![[r#"
        kind                  cases  agreed
        elect_kraft             864     864
        elect_zk                298     298
        epoch_cache             173     173
        heartbeat                65      65
        log                      94      94
        partition_describe       35      35
        place_striped           195     195
        place_zk                154     154
        producer_state          147     147
        reassignment            179     179
        replica_selector         75      75
        replica_state            91      91
        replication_control     167     167
        all                    2537    2537
    "#]]
    .assert_eq(&ended.out);
    assert_eq!(ended.status, 0);
}

#[test]
fn a_difference_is_shown_where_it_is() {
    let ended = conform(&[], "difference", &[RIGHT, WRONG]);
    assert_eq!((ended.status, ended.err.as_str()), (1, ""));
    expect![[r#"
        wrong (some.jsonl:2)
          step 1: {"op":"latest"}
          out.steps[1].result.start_offset
            expected  6
            got       5

        kind           cases  agreed
        epoch_cache        1       0
        reassignment       1       1
        all                2       1
    "#]]
    .assert_eq(&ended.out);
}

/// Lines that only look like questions.
#[test]
fn what_is_no_question_is_told_by_its_place() {
    let produce = concat!(
        r#""kind":"producer_state","in":{"events":[{"op":"OP","producer_id":1,"#,
        r#""producer_epoch":0,"first_sequence":0,"count":0}]}}"#,
    );
    let lines = [
        r#"{"id":"a","kind":"elect_kraft"}"#.to_owned(),
        r#"{"id":"b","kind":"elect_kraft","in":null}"#.to_owned(),
        r#"{"id":"c","kind":"elect_kraft","in":{},"in":{"a":1}}"#.to_owned(),
        r#"{"id":"d","kind":"reassignment","in":{"replicas":[1],"replicas":[2]}}"#.to_owned(),
        format!(r#"{{"id":"e",{}"#, produce.replace("OP", "replicate")),
        format!(r#"{{"id":"f",{}"#, produce.replace("OP", "produce")),
    ];
    let ended = run_with(&["rule"], lines.join("\n").as_bytes());
    assert_eq!((ended.status, ended.out.as_str()), (2, ""));
    expect![[r#"
        <stdin>:1: error: in: this field is missing
          expected an object
        <stdin>:2: error: in: null cannot stand here
          expected an object
        <stdin>:3: error: column 43: `in` stands twice in one object
          expected each field of an object once
        <stdin>:4: error: column 63: `replicas` stands twice in one object
          expected each field of an object once
        <stdin>:5: error: in.events[0].count: 0 cannot stand here
          expected a whole number from 1 to 1000000
        <stdin>:6: error: in.events[0].count: 0 cannot stand here
          expected a whole number from 1 to 1000000
    "#]]
    .assert_eq(&ended.err);
}

#[test]
fn a_broken_line_is_told_and_the_others_are_counted() {
    let ended = conform(&[], "broken", &[RIGHT, BROKEN, "", WRONG]);
    assert_eq!(ended.status, 2);
    expect![[r#"
        some.jsonl:2: error: column 80: this is no JSON: EOF while parsing a value
          expected {"id": ..., "kind": ..., "in": {...}} in one line
    "#]]
    .assert_eq(&ended.err);
    expect![[r#"
        wrong (some.jsonl:4)
          step 1: {"op":"latest"}
          out.steps[1].result.start_offset
            expected  6
            got       5

        kind           cases  agreed
        epoch_cache        1       0
        reassignment       1       1
        all                2       1
    "#]]
    .assert_eq(&ended.out);
}

#[test]
fn a_program_reads_the_same_as_json() {
    let ended = conform(&["--json"], "json", &[RIGHT, BROKEN, WRONG]);
    assert_eq!(ended.status, 2);
    let report: Value = serde_json::from_str(&ended.out).expect("JSON");
    expect![[r#"
        {
          "kinds": [
            {
              "kind": "epoch_cache",
              "cases": 1,
              "agreed": 0
            },
            {
              "kind": "reassignment",
              "cases": 1,
              "agreed": 1
            }
          ],
          "differences": [
            {
              "file": "some.jsonl",
              "line": 3,
              "id": "wrong",
              "kind": "epoch_cache",
              "step": 1,
              "asked": {
                "op": "latest"
              },
              "places": [
                {
                  "place": "out.steps[1].result.start_offset",
                  "expected": 6,
                  "got": 5
                }
              ]
            }
          ],
          "traces": [],
          "bad": [
            {
              "file": "some.jsonl",
              "line": 2,
              "message": "column 80: this is no JSON: EOF while parsing a value",
              "expected": "{\"id\": ..., \"kind\": ..., \"in\": {...}} in one line"
            }
          ]
        }"#]]
    .assert_eq(&serde_json::to_string_pretty(&report).expect("it has a form"));
}

#[test]
fn a_question_without_kafkas_answer_cannot_be_compared() {
    let alone = RIGHT.split(r#","out""#).next().map(|line| format!("{line}}}")).expect("a line");
    let ended = conform(&[], "alone", &[&alone]);
    assert_eq!(ended.status, 2);
    expect![[r#"
        some.jsonl:1: error: out: this field is missing
          expected Kafka's answer
    "#]]
    .assert_eq(&ended.err);
}

#[test]
fn rule_answers_each_question() {
    let input = format!("{RIGHT}\n\n{WRONG}\n");
    let ended = run_with(&["rule"], input.as_bytes());
    assert_eq!((ended.status, ended.err.as_str()), (0, ""));
    expect![[r#"
        {"id":"right","out":{"completed":true,"replicas":[2,3],"isr":[2,3]}}
        {"id":"wrong","out":{"steps":[{"entries":[[1,5]]},{"result":{"found":true,"epoch":1,"start_offset":5},"entries":[[1,5]]}]}}
    "#]].assert_eq(&ended.out);
}

/// The question of a case with something changed, as `rule` refuses it.
fn refused(kind: &str, change: impl Fn(&mut Value), expected: Expect) {
    let text = std::fs::read_to_string(crate::program::root().join(recorded(kind)));
    let text = text.expect("the recorded cases are there");
    let first = text.lines().next().expect("there is a case");
    let mut case: Value = serde_json::from_str(first).expect("a case is JSON");
    case.as_object_mut().expect("an object").remove("out");
    change(&mut case);
    let input = format!("{first}\n{case}\n{first}\n");
    let ended = run_with(&["rule"], input.as_bytes());
    assert_eq!((ended.status, ended.out.lines().count()), (2, 2), "{}", ended.err);
    expected.assert_eq(&ended.err);
}

#[test]
fn a_kind_that_there_is_not() {
    refused(
        "reassignment",
        |case| case["kind"] = json!("reasignment"),
        expect![[r#"
            <stdin>:2: error: kind: `reasignment` is not known here
              expected one of elect_kraft, elect_zk, epoch_cache, heartbeat, log, partition_describe, place_ideal, place_striped, place_zk, producer_state, reassignment, replica_selector, replica_state, replication_control
        "#]],
    );
}

/// Kafka's texts of errors count here: whoever places with its tools reads them.
#[test]
fn placements_are_refused_in_kafkas_words() {
    let path = crate::program::root().join(recorded("place_zk"));
    let text = std::fs::read_to_string(path).expect("the recorded cases are there");
    let ended = run_with(&["rule"], text.as_bytes());
    assert_eq!((ended.status, ended.err.as_str()), (0, ""));
    let read = |line: &str| serde_json::from_str::<Value>(line).expect("JSON")["out"].clone();
    assert_eq!(text.lines().count(), ended.out.lines().count());
    for (asked, answered) in text.lines().zip(ended.out.lines()) {
        assert_eq!(read(asked), read(answered), "{asked}");
    }
}

#[test]
fn a_placement_from_drawn_starts_and_as_documented() {
    let broker = |id: u32| json!({ "id": id, "rack": null });
    let brokers: Vec<Value> = (0..5).map(broker).collect();
    let zk = json!({ "id": "drawn", "kind": "place_zk", "in": {
        "brokers": brokers, "rack_aware_mode": "safe", "num_partitions": 3,
        "replication_factor": 3, "fixed_start_index": -1, "start_partition_id": -1,
        "random": { "java_seed": 42 },
    }});
    let ideal = json!({ "id": "ideal", "kind": "place_ideal", "in": {
        "brokers": [0, 1, 2], "num_partitions": 2, "replication_factor": 2,
        "start_partition_id": 2,
    }});
    let ended = run_with(&["rule"], format!("{zk}\n{ideal}\n").as_bytes());
    assert_eq!((ended.status, ended.err.as_str()), (0, ""));
    expect![[r#"
        {"id":"drawn","out":{"assignments":[{"partition":0,"replicas":[0,4,1]},{"partition":1,"replicas":[1,0,2]},{"partition":2,"replicas":[2,1,3]}]}}
        {"id":"ideal","out":{"assignments":[{"partition":2,"replicas":[2,0]},{"partition":3,"replicas":[0,1]}]}}
    "#]].assert_eq(&ended.out);
}

#[test]
fn a_field_that_there_is_not() {
    refused(
        "reassignment",
        |case| case["in"]["colour"] = json!(7),
        expect![[r#"
            <stdin>:2: error: in.colour: there is no such field
              expected one of step, current, target, name, family
        "#]],
    );
}

#[test]
fn a_field_that_is_missing() {
    let change =
        |case: &mut Value| drop(case["in"]["events"][0].as_object_mut().unwrap().remove("op"));
    refused(
        "log",
        change,
        expect![[r#"
        <stdin>:2: error: in.events[0].op: this field is missing
          expected a text
    "#]],
    );
}

#[test]
fn a_value_of_another_type() {
    refused(
        "elect_kraft",
        |case| case["in"]["partition"]["isr"] = json!([1, "x"]),
        expect![[r#"
        <stdin>:2: error: in.partition.isr[1]: "x" cannot stand here
          expected a whole number from 0 to 4294967295
    "#]],
    );
}

#[test]
fn a_word_that_means_nothing() {
    refused(
        "elect_kraft",
        |case| case["in"]["election"] = json!("CLEAN"),
        expect![[r#"
        <stdin>:2: error: in.election: "CLEAN" cannot stand here
          expected one of PREFERRED, ONLINE, UNCLEAN
    "#]],
    );
}

#[test]
fn an_operation_that_there_is_not() {
    refused(
        "heartbeat",
        |case| case["in"]["events"][0] = json!({"op": "sleep"}),
        expect![[r#"
        <stdin>:2: error: in.events[0].op: `sleep` is not known here
          expected one of advance, register, touch, fence, remove, controlled_shutdown_offset, contact, has_valid_session, remove_expired, next_state
    "#]],
    );
}

#[test]
fn a_line_that_is_no_text() {
    let ended = run_with(&["rule"], b"{\"id\": \"caf\xe9\"}\n");
    assert_eq!((ended.status, ended.out.as_str()), (2, ""));
    expect![[r#"
        <stdin>:1: error: column 12: this is no UTF-8 text
          expected a line of JSON
    "#]]
    .assert_eq(&ended.err);
}
