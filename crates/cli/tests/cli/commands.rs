//! Each command, when all is well and when something is not.

use std::fs;
use std::process::{Command, Stdio};

use expect_test::expect;
use serde_json::Value;

use crate::program::{Folder, root, run, run_with, scenario};

#[test]
fn the_zombie_leader_and_its_twin_hold_by_their_own_lines() {
    for name in ["zombie-leader", "zombie-leader-acks-all"] {
        let ended = run(&["run", &format!("scenarios/{name}.scenario")]);
        assert_eq!((ended.status, ended.err.as_str()), (0, ""), "{name}:\n{}", ended.out);
        assert!(ended.out.contains("broker 1        became follower"), "{name}:\n{}", ended.out);
    }
}

#[test]
fn run_prints_a_script_that_runs_again_to_the_same_text() {
    let first = run(&["run", "scenarios/zombie-leader.scenario"]);
    let again = run_with(&["run", "-"], first.out.as_bytes());
    assert_eq!(again.out, first.out);
    assert_eq!(run_with(&["fmt", "-"], first.out.as_bytes()).out, first.out);
}

#[test]
fn a_records_text_cannot_write_statements_into_the_trace() {
    let text = scenario("produce shop \"a\\nkill 1 # \"\nrun for=1s\nexpect broker 1 = running\n");
    let first = run_with(&["run", "-"], &text);
    assert_eq!((first.status, first.err.as_str()), (0, ""));
    assert_eq!(run_with(&["run", "-"], first.out.as_bytes()).out, first.out);
}

#[test]
fn a_failed_expectation_shows_what_was_found() {
    let text = scenario("produce shop \"a\"\nrun for=1s\nexpect log orders-0@1 = \"b.0\"\n");
    let ended = run_with(&["run", "-"], &text);
    assert_eq!(ended.status, 1);
    expect![[r#"
        <stdin>:9:1: error: this does not hold: log orders-0@1 is "a.0"
          expect log orders-0@1 = "b.0"
          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    "#]]
    .assert_eq(&ended.err);
    assert!(ended.out.contains("| failed (line 9): "), "{}", ended.out);
    let jsonl = run_with(&["run", "-", "--format", "jsonl"], &text);
    assert_eq!((jsonl.status, jsonl.err), (1, ended.err));
}

#[test]
fn a_statement_that_cannot_be_obeyed_ends_the_run_there() {
    let ended = run_with(&["run", "-"], &scenario("run for=1s\nstart 1\nrun for=1s\n"));
    assert_eq!(ended.status, 2);
    expect![[r#"
        <stdin>:8:1: error: cannot start broker 1: it runs
          start 1
          ^^^^^^^
    "#]]
    .assert_eq(&ended.err);
    assert!(ended.out.contains("start 1\n| stopped (line 8): "), "{}", ended.out);
}

#[test]
fn run_stops_at_a_moment() {
    let text = scenario("marker before\nproduce shop \"a\"\nrun for=1s\nproduce shop \"b\"\n");
    for (until, last) in [
        ("0s", "produce shop \"a\""),
        ("marker:before", "marker before"),
        ("line:8", "produce shop \"a\""),
        ("end", "produce shop \"b\""),
    ] {
        let ended = run_with(&["run", "-", "--until", until], &text);
        let mut statements = ended.out.lines().filter(|line| !line.starts_with('|'));
        assert_eq!(statements.next_back(), Some(last), "{until}:\n{}{}", ended.out, ended.err);
    }
}

#[test]
fn another_seed_is_another_run_and_is_written_into_it() {
    let file = "scenarios/zombie-leader.scenario";
    let [seven, eight] = ["7", "8"].map(|seed| run(&["run", file, "--seed", seed]).out);
    assert!(seven.contains("\nseed     7\n") && eight.contains("\nseed     8\n"));
    assert_ne!(seven.replace("seed     7", "seed     8"), eight);
}

#[test]
fn jsonl_is_one_object_a_line() {
    let file = "scenarios/zombie-leader.scenario";
    let some = run(&["run", file, "--format", "jsonl", "--until", "21s"]);
    let all = run(&["run", file, "--format", "jsonl", "--all"]);
    let ids = |text: &str| -> Vec<u64> {
        let values = text.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
        values.map(|value| value["id"].as_u64().expect("a number")).collect()
    };
    let (some, all) = (ids(&some.out), ids(&all.out));
    assert!(all.windows(2).all(|pair| pair[1] == pair[0] + 1));
    assert!(!some.is_empty() && some.len() < all.len() / 2 && some.is_sorted());
}

#[test]
fn describe_prints_what_kafka_s_tool_would() {
    let file = "scenarios/zombie-leader.scenario";
    let before = run(&["describe", file, "--at", "marker:pause"]);
    let after = run(&["describe", file, "--at", "31s", "--topic", "orders"]);
    expect![[r#"
        Topic: orders	TopicId: V_Fyk1KrUgniZqLZju4VHw	PartitionCount: 1	ReplicationFactor: 3	Configs: min.insync.replicas=2
        	Topic: orders	Partition: 0	Leader: 1	Replicas: 1,2,3	Isr: 1,2,3	Elr: 	LastKnownElr: 
        Topic: orders	TopicId: V_Fyk1KrUgniZqLZju4VHw	PartitionCount: 1	ReplicationFactor: 3	Configs: min.insync.replicas=2
        	Topic: orders	Partition: 0	Leader: 2	Replicas: 1,2,3	Isr: 2,3	Elr: 	LastKnownElr: 
    "#]]
    .assert_eq(&(before.out + &after.out));
    let missing = run(&["describe", file, "--topic", "order"]);
    assert_eq!(missing.status, 2);
    expect![[r#"
        scenarios/zombie-leader.scenario: error: there is no topic `order` at this moment
          there are: orders
    "#]]
    .assert_eq(&missing.err);
}

#[test]
fn state_is_a_short_table_for_people() {
    let text = b"epochscope 1\ntitle One of two is silent\nbrokers 1@a 2@b\n\
                 topic orders partitions=1 replicas=1,2\nproducer shop topic=orders acks=1\n\
                 produce shop records=3\nrun for=1s\ncut 2\nproduce shop \"late\"\nrun for=2s\n";
    let ended = run_with(&["state", "-"], text);
    expect![[r#"
        One of two is silent at 3.000

        CONTROLLER  ROLE    EPOCH  LEO  HW
        100         leader  1      19   19

        BROKER  RACK  PROCESS  REGISTRATION  EPOCH  METADATA  INBOX
        1       a     running  unfenced      6      19        0
        2       b     running  unfenced      7      15        0

        PARTITION  AS SEEN BY  ROLE      LEADER  EPOCH  ISR  LEO  HW
        orders-0   controller  -         1       0      1,2  -    -
                   broker 1    leader    1       0      1,2  4    3
                   broker 2    follower  1       0      -    3    3

        CLIENT  KIND      ACKS  BELIEVES            LAST RESULT  READ
        shop    producer  1     orders-0=1 epoch 0  late acked   0

        records: 4 sent, 4 acknowledged, 3 committed, 0 lost
        in flight: requests 1, responses 2
    "#]]
    .assert_eq(&(ended.out + &ended.err));
}

#[test]
fn fmt_writes_in_place_and_keeps_the_trace() {
    let folder = Folder::new("fmt");
    let text = "epochscope 1\nkafka 4.1\nbrokers   1\n# why\nrun   for=1000ms\n  | 0.1 x\n| y\n\n\n\
                say   so   # not a comment\n";
    let untidy = folder.file("untidy.scenario", text.as_bytes());
    let check = run(&["fmt", "--check", &untidy, "scenarios/zombie-leader.scenario"]);
    assert_eq!((check.status, check.out), (1, format!("{untidy}\n")));
    assert_eq!(fs::read_to_string(&untidy).expect("it is there"), text);
    let ended = run(&["fmt", &untidy]);
    assert_eq!((ended.status, ended.out, ended.err), (0, String::new(), String::new()));
    let tidy = fs::read_to_string(&untidy).expect("it is there");
    expect![[r#"
        epochscope 1
        kafka    4.1
        brokers  1

        # why
        run for=1s
        | 0.1 x
        | y

        say so   # not a comment
    "#]]
    .assert_eq(&tidy);
    assert_eq!(run(&["fmt", "--check", &untidy]).status, 0);
    assert_eq!(run_with(&["fmt", "-"], text.as_bytes()).out, tidy);
}

#[test]
fn fmt_writes_no_file_if_one_of_them_is_broken() {
    let folder = Folder::new("fmt-broken");
    let untidy = folder.file("untidy.scenario", b"epochscope 1\nbrokers   1\n");
    let broken = folder.file("broken.scenario", b"epochscope 1\nbroker 1\n");
    let ended = run(&["fmt", &untidy, &broken]);
    assert_eq!(ended.status, 2, "{}", ended.err);
    let after = fs::read_to_string(&untidy).expect("it is there");
    assert_eq!(after, "epochscope 1\nbrokers   1\n");
}

#[test]
fn check_reports_all_files() {
    assert_eq!(run(&["check", "scenarios/zombie-leader.scenario"]).status, 0);
    let text =
        b"epochscope 1\nbrokers 1\nconfig log.cleaner.threads=2\nconfig min.insync.replica=1\n";
    let ended = run_with(&["check", "no-such-file", "-"], text);
    assert_eq!((ended.status, ended.out.as_str()), (2, ""));
    expect![[r#"
        <stdin>:3:8: warning: `log.cleaner.threads` is not modelled: it has no effect here
          config log.cleaner.threads=2
                 ^^^^^^^^^^^^^^^^^^^
          leave it out, or keep it as a note
        no-such-file: error: there is no such file
          check the path; `-` reads standard input
        <stdin>:4:8: error: `min.insync.replica` is not a server setting
          config min.insync.replica=1
                 ^^^^^^^^^^^^^^^^^^
          did you mean `min.insync.replicas`?
    "#]]
    .assert_eq(&ended.err);
    let json = run_with(&["check", "-", "--json"], text);
    assert_eq!(json.status, 2);
    expect![[r#"
        {"file":"<stdin>","line":3,"column":8,"length":19,"severity":"warning","message":"`log.cleaner.threads` is not modelled: it has no effect here","fix":"leave it out, or keep it as a note"}
        {"file":"<stdin>","line":4,"column":8,"length":18,"severity":"error","message":"`min.insync.replica` is not a server setting","fix":"did you mean `min.insync.replicas`?"}
    "#]]
    .assert_eq(&json.out);
}

#[test]
fn help_explains_the_program_each_command_and_the_language() {
    let whole = run(&["help"]);
    assert_eq!(whole.status, 0);
    for name in ["run", "state", "describe", "render", "fmt", "check", "help", "completions"] {
        assert!(whole.out.contains(&format!("\n  {name} ")), "{name}");
        let ended = run(&["help", name]);
        assert!(ended.out.contains(&format!("Usage: epochscope {name} ")), "{}", ended.out);
    }
    assert!(run(&["help", "language"]).out.starts_with("# The scenario language"));
    let unknown = run(&["help", "me"]);
    assert_eq!(unknown.status, 2);
    expect![[r#"
        epochscope: error: there is no help on `me`
          there is on: language, rules, metrics, run, list, state, describe, link, open, render, fmt, check, rule, conform, explore, place, whatif, help, completions
    "#]]
    .assert_eq(&unknown.err);
}

#[test]
fn the_version_and_completions() {
    assert_eq!(run(&["--version"]).out, format!("epochscope {}\n", env!("CARGO_PKG_VERSION")));
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let ended = run(&["completions", shell]);
        assert_eq!(ended.status, 0);
        assert!(ended.out.contains("describe") && ended.out.contains("epochscope"), "{shell}");
    }
}

#[test]
fn no_colours_where_no_terminal_is() {
    let text = scenario("expect log orders-0@1 = \"b.0\"\n");
    let ended = run_with(&["run", "-"], &text);
    assert!(!ended.out.contains('\u{1b}') && !ended.err.contains('\u{1b}'));
}

#[test]
fn a_reader_that_goes_away_is_no_accident() {
    for arguments in [
        &["run", "scenarios/zombie-leader.scenario", "--format", "jsonl", "--all"][..],
        &["help", "language"],
        &["completions", "bash"],
    ] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_epochscope"))
            .args(arguments)
            .current_dir(root())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("the program ends");
        let err = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!((output.status.code(), err.as_str()), (Some(0), ""), "{arguments:?}");
    }
}

#[test]
fn shipped_scenarios_are_listed_and_run_by_name() {
    let ended = run(&["list"]);
    assert_eq!((ended.status, ended.err.as_str()), (0, ""));
    assert!(ended.out.contains("\n  empty-disk"), "{}", ended.out);
    let recorded = "Recorded on Apache Kafka 4.1.1: same outcome (docs/recorded.md#k11c)\n";
    assert!(ended.out.contains(recorded), "{}", ended.out);
    let ended = run(&["run", "empty-disk", "--until", "1s"]);
    assert_eq!((ended.status, ended.err.as_str()), (0, recorded));
    let ended = run(&["run", "zombie-leader", "--until", "1s"]);
    assert_eq!((ended.status, ended.err.as_str()), (0, ""));
    let all: serde_json::Value = serde_json::from_str(&run(&["list", "--json"]).out).expect("JSON");
    let keys: Vec<&String> = all[0].as_object().expect("an object").keys().collect();
    assert_eq!(keys, ["name", "family", "title", "about", "recorded"]);
}
