//! What is said about input that is wrong: the place, the reason, the way out; and nothing else.

use expect_test::{Expect, expect};

use crate::program::{Folder, run, run_with, scenario};

/// Every command that reads a scenario refuses it in the same words and prints nothing.
fn refused(text: &[u8], expected: Expect) {
    for command in [&["run", "-"][..], &["state", "-", "--json"], &["describe", "-"], &["fmt", "-"]]
    {
        let ended = run_with(command, text);
        assert_eq!((ended.status, ended.out.as_str()), (2, ""), "{command:?}");
        if command[0] == "run" {
            expected.assert_eq(&ended.err);
        }
    }
}

#[test]
fn nothing_at_all() {
    refused(
        b"",
        expect![[r#"
        <stdin>:1:1: error: the scenario is empty
          begin with `epochscope 1`
    "#]],
    );
}

#[test]
fn a_file_of_another_kind() {
    refused(
        b"\x89HDF\r\n\x1a\n\x00\x00",
        expect![[r#"
        <stdin>:1:1: error: this is no UTF-8 text
          �HDF
          ^
          save the file as UTF-8 text
        <stdin>:1:1: error: the scenario is empty
          �HDF
          ^
          begin with `epochscope 1`
        <stdin>:2:1: error: a control character (code 26) is no text
          �
          ^
          take it out; `\n` in quotes is a new line
        <stdin>:3:1: error: a control character (code 0) is no text
          ��
          ^
          take it out; `\n` in quotes is a new line
    "#]],
    );
}

#[test]
fn a_language_of_another_version() {
    refused(
        b"epochscope 2\nbrokers 1\n",
        expect![[r#"
        <stdin>:1:12: error: version `2` of the language is not known
          epochscope 2
                     ^
          write `epochscope 1`
    "#]],
    );
}

#[test]
fn a_misspelt_setting() {
    let text = b"epochscope 1\nbrokers 1\ntopic orders partitions=1 min.insync.replica=2\n";
    refused(
        text,
        expect![[r#"
        <stdin>:3:27: error: `min.insync.replica` is not a topic setting
          topic orders partitions=1 min.insync.replica=2
                                    ^^^^^^^^^^^^^^^^^^
          did you mean `min.insync.replicas`?
    "#]],
    );
}

#[test]
fn a_broker_that_does_not_exist() {
    refused(
        &scenario("kill 7\n"),
        expect![[r#"
        <stdin>:7:6: error: there is no broker or controller 7
          kill 7
               ^
          brokers here: `1`
    "#]],
    );
}

#[test]
fn an_unknown_verb() {
    refused(
        &scenario("kil 1\n"),
        expect![[r#"
        <stdin>:7:1: error: there is no statement `kil`
          kil 1
          ^^^
          did you mean `kill`?
    "#]],
    );
}

#[test]
fn a_pair_that_is_written_twice() {
    refused(
        &scenario("produce shop records=1 records=2\n"),
        expect![[r#"
        <stdin>:7:24: error: `records` stands here twice
          produce shop records=1 records=2
                                 ^^^^^^^
          leave one of them out
    "#]],
    );
}

#[test]
fn a_quote_that_is_cut_off() {
    refused(
        &scenario("produce shop \"a\n"),
        expect![[r#"
        <stdin>:7:14: error: this quote is not closed
          produce shop "a
                       ^^
          put a `"` at its end
    "#]],
    );
}

#[test]
fn a_record_that_exists_already() {
    refused(
        &scenario("produce shop \"a\"\nproduce shop \"a\"\n"),
        expect![[r#"
        <stdin>:8:14: error: there is a record `a` already
          produce shop "a"
                       ^^^
          give each record a text of its own
    "#]],
    );
}

#[test]
fn a_release_that_is_not_modelled() {
    refused(
        b"epochscope 1\nkafka 0.11\nbrokers 1\n",
        expect![[r#"
            <stdin>:2:7: error: not yet: Kafka 0.11 is not modelled
              kafka 0.11
                    ^^^^
              modelled: `3.3`, `3.4`, `3.5`, `3.6`, `3.7`, `3.8`, `3.9`, `4.0.0`, `4.0`, `4.1.0`, `4.1`, `4.2` or `4.3`
        "#]],
    );
}

#[test]
fn something_that_comes_later() {
    refused(
        &scenario("expire 1\n"),
        expect![[r#"
            <stdin>:7:1: error: not yet: ZooKeeper sessions are not modelled
              expire 1
              ^^^^^^
              `pause` or `cut` the broker for longer than `broker.session.timeout.ms`
        "#]],
    );
}

#[test]
fn several_mistakes_are_told_together() {
    let text = scenario("kill 7\nrun until=never\nexpect leader orders-9 = 1\n");
    refused(
        &text,
        expect![[r#"
        <stdin>:7:6: error: there is no broker or controller 7
          kill 7
               ^
          brokers here: `1`
        <stdin>:8:11: error: `never` cannot stand here
          run until=never
                    ^^^^^
          write a time such as `31s`, or `settled`
        <stdin>:9:15: error: `orders` has no partition 9
          expect leader orders-9 = 1
                        ^^^^^^^^
          its partitions are 0 to 0
    "#]],
    );
}

#[test]
fn a_text_without_end() {
    let ended = run_with(&["check", "-"], &b"# and so on\n".repeat(400_000));
    assert_eq!(ended.status, 2);
    expect![[r#"
        <stdin>:1:1: error: the text has more than 4 MiB
          # and so on
          ^
          leave trace lines out, or split the scenario
    "#]]
    .assert_eq(&ended.err);
}

#[test]
fn files_that_cannot_be_read() {
    let folder = Folder::new("unreadable");
    let latin = folder.file("latin.scenario", b"epochscope 1\ntitle caf\xe9\nbrokers 1\n");
    let mut told = String::new();
    for file in ["no-such.scenario", "scenarios", &latin] {
        let ended = run(&["run", file]);
        assert_eq!((ended.status, ended.out.as_str()), (2, ""), "{file}");
        told.push_str(&ended.err.replace(&latin, "latin.scenario"));
    }
    expect![[r#"
        no-such.scenario: error: there is no such file
          check the path; `-` reads standard input
        scenarios: error: this is a directory
          name the file in it that you mean
        latin.scenario:2:10: error: this is no UTF-8 text
          title caf�
                   ^
          save the file as UTF-8 text
    "#]]
    .assert_eq(&told);
}

#[test]
fn moments_that_the_run_does_not_come_to() {
    let text = scenario("marker here\nproduce shop \"a\"\nrun for=1s\n");
    let mut told = String::new();
    for moment in ["2s", "0s.9", "500ms.1", "line:3", "marker:there"] {
        for command in ["state", "describe"] {
            let ended = run_with(&[command, "-", "--at", moment], &text);
            assert_eq!((ended.status, ended.out.as_str()), (2, ""), "{moment}");
        }
        let jsonl = ["run", "-", "--format", "jsonl", "--until", moment];
        let ended = run_with(&jsonl, &text);
        assert_eq!((ended.status, ended.out.as_str()), (2, ""), "{moment}");
        told.push_str(&ended.err);
    }
    expect![[r#"
        <stdin>: error: `--until 2s`: the run ends at 1s
          ask for a moment up to `1s`, or for `end`
        <stdin>: error: `--until 0s.9`: there is one event at 0s
          ask for `0s.1`
        <stdin>: error: `--until 500ms.1`: nothing happens at 500ms
          ask for `500ms`
        <stdin>: error: `--until line:3`: no step ends by line 3
          the first one is `line:7`
        <stdin>: error: `--until marker:there`: there is no marker `there`
          ask for `marker:here`
    "#]]
    .assert_eq(&told);
}

#[test]
fn options_that_make_no_sense() {
    let mut told = String::new();
    for options in [["--until", "31"], ["--kafka", "2.8.1"], ["--kafka", "9.9"], ["--seed", "-1"]] {
        let ended = run(&[&["run", "scenarios/zombie-leader.scenario"][..], &options].concat());
        assert_eq!((ended.status, ended.out.as_str()), (2, ""), "{options:?}");
        told.push_str(ended.err.lines().next().unwrap_or_default());
        told.push('\n');
    }
    expect![[r#"
        error: invalid value '31' for '--until <MOMENT>': `31` is no moment: write `31s`, `31s.4` (the fourth event at that time), `line:12`, `marker:NAME` or `end`
        error: invalid value '2.8.1' for '--kafka <RELEASE>': Kafka 2.8.1 is not modelled yet; modelled: 3.3, 3.4, 3.5, 3.6, 3.7, 3.8, 3.9, 4.0.0, 4.0, 4.1.0, 4.1, 4.2, 4.3
        error: invalid value '9.9' for '--kafka <RELEASE>': no release of Kafka known here; modelled: 3.3, 3.4, 3.5, 3.6, 3.7, 3.8, 3.9, 4.0.0, 4.0, 4.1.0, 4.1, 4.2, 4.3
        error: unexpected argument '-1' found
    "#]].assert_eq(&told);
}

#[test]
fn a_moment_behind_a_statement_that_cannot_be_obeyed() {
    let text = scenario("run for=1s\nstart 1\nrun for=1s\n");
    assert_eq!(run_with(&["state", "-", "--at", "500ms"], &text).status, 0);
    let ended = run_with(&["state", "-"], &text);
    assert_eq!((ended.status, ended.out.as_str()), (2, ""));
    expect![[r#"
        <stdin>:8:1: error: cannot start broker 1: it runs
          start 1
          ^^^^^^^
    "#]]
    .assert_eq(&ended.err);
}

/// Headers that are wrong, each with what is said of it.
#[test]
fn headers_that_no_cluster_begins_with() {
    let mut told = String::new();
    for lines in [
        "epochscope 2\n",
        "epochscope 1\nkafka 4.4\nbrokers 1\n",
        "epochscope 1\nkafka v4.1\nbrokers 1\n",
        "epochscope 1\nkafka 4.1.7\nbrokers 1\n",
        "epochscope 1\nkafka 3.9\nbrokers 1\nfeature metadata.version=4.0\n",
        "epochscope 1\nbrokers 1\nfeature metadata.version=5.0-IV1\n",
        "epochscope 1\nconfig default.replication.factor=5\nbrokers 1..3\ntopic t\n\
         topic u replicas=1\n",
        "epochscope 1\nbrokers 1..3\ntopic t\nproducer p topic=t bootstrap.servers=1,9\n",
        "epochscope 1\nbrokers 1..3\ntopic t\n\nconsumer c topic=t bootstrap.servers=100\n",
    ] {
        let ended = run_with(&["run", "-"], lines.as_bytes());
        assert_eq!((ended.status, ended.out.as_str()), (2, ""), "{lines}");
        told.push_str(&ended.err);
    }
    expect![[r#"
        <stdin>:1:12: error: version `2` of the language is not known
          epochscope 2
                     ^
          write `epochscope 1`
        <stdin>:2:7: error: `4.4` is no release of Kafka known here
          kafka 4.4
                ^^^
          modelled: `3.3`, `3.4`, `3.5`, `3.6`, `3.7`, `3.8`, `3.9`, `4.0.0`, `4.0`, `4.1.0`, `4.1`, `4.2` or `4.3`
        <stdin>:2:7: error: `v4.1` is no release of Kafka known here
          kafka v4.1
                ^^^^
          did you mean `4.1`?
        <stdin>:2:7: error: `4.1.7` is no release of Kafka known here
          kafka 4.1.7
                ^^^^^
          did you mean `4.1`?
        <stdin>:4:26: error: `4.0` is no metadata version known here
          feature metadata.version=4.0
                                   ^^^
          the last of 4.0 is `4.0-IV3`
        <stdin>:3:26: error: `5.0-IV1` is no metadata version known here
          feature metadata.version=5.0-IV1
                                   ^^^^^^^
          write one such as `4.1-IV1`
        <stdin>:4:1: error: `default.replication.factor=5` needs 5 brokers, and there are 3
          topic t
          ^^^^^^^
          add `replication-factor=3` or less, or lower the default
        <stdin>:4:20: error: there is no broker 9
          producer p topic=t bootstrap.servers=1,9
                             ^^^^^^^^^^^^^^^^^^^^^
          brokers here: `1`, `2` or `3`
        <stdin>:5:20: error: there is no broker 100
          consumer c topic=t bootstrap.servers=100
                             ^^^^^^^^^^^^^^^^^^^^^
          brokers here: `1`, `2` or `3`
    "#]].assert_eq(&told);
    let lines = "epochscope 1\nconfig broker=1 default.replication.factor=5\nbrokers 1\ntopic t\n";
    assert_eq!(run_with(&["run", "-"], lines.as_bytes()).status, 0);
}

const AT_ONCE: &str = "epochscope 1\nbrokers 1..3\ntopic t partitions=1 replicas=1,2,3\n\
    producer p topic=t request.timeout.ms=0 retry.backoff.ms=0 reconnect.backoff.ms=0\n\
    run for=1s\nproduce p records=1\n";

#[test]
fn a_moment_without_an_end() {
    let text = format!("{AT_ONCE}run for=5s\n");
    let told = run_with(&["state", "-"], text.as_bytes()).err;
    expect![[r#"
        <stdin>:7:1: error: time stands still at 1005ms: over and over `p request sent Metadata #100536 to broker 2`
          run for=5s
          ^^^^^^^^^^
          give `request.timeout.ms`, `retry.backoff.ms`, `reconnect.backoff.ms` more than 0 ms
    "#]]
    .assert_eq(&told);
    for command in [&["state", "-"][..], &["describe", "-"], &["link", "-", "--at", "end"]] {
        let ended = run_with(command, text.as_bytes());
        assert_eq!((ended.status, ended.out.as_str()), (2, ""), "{command:?}");
        assert_eq!(ended.err, told, "{command:?}");
    }
    let ended = run_with(&["run", "-"], text.as_bytes());
    assert_eq!(ended.status, 2);
    let last = ended.out.lines().next_back().unwrap_or_default();
    assert!(last.starts_with("| stopped (line 7): time stands still at 1005ms"), "{last}");
    let ended = run_with(&["explore", "-", "--seeds", "1"], text.as_bytes());
    assert_eq!((ended.status, ended.out.as_str()), (2, ""));
    assert!(ended.err.contains("the set-up fails by itself: time stands still"), "{}", ended.err);
}

#[test]
fn a_moment_without_an_end_before_the_cluster_rests() {
    let config = "config controller.quorum.request.timeout.ms=0 \
                  controller.quorum.retry.backoff.ms=0";
    let text = format!("epochscope 1\nbrokers 1\n{config}\nrun until=settled\n");
    let ended = run_with(&["run", "-"], text.as_bytes());
    assert_eq!(ended.status, 2);
    expect![[r#"
        <stdin>:4:1: error: time stands still at 0s: over and over `broker 1 request sent Fetch #100081 to controller 100`
          run until=settled
          ^^^^^^^^^^^^^^^^^
          give `controller.quorum.request.timeout.ms`, `controller.quorum.retry.backoff.ms` more than 0 ms
    "#]]
    .assert_eq(&ended.err);
}

#[test]
fn more_on_its_way_than_memory_holds() {
    let text = "epochscope 1\nbrokers 1\nconfig broker.heartbeat.interval.ms=1\n\
                network latency=24h\nrun for=24h\n";
    let ended = run_with(&["state", "-"], text.as_bytes());
    assert_eq!((ended.status, ended.out.as_str()), (2, ""));
    expect![[r#"
        <stdin>:5:1: error: more than a million messages are on their way at 49743666ms
          run for=24h
          ^^^^^^^^^^^
          let less be sent, or let it arrive sooner
    "#]]
    .assert_eq(&ended.err);
}
