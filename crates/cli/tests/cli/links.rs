//! `link` and `open`: there and back, and what is said of a link that is none.

use serde_json::Value;

use crate::program::{run, run_with};

const ZOMBIE: &str = "scenarios/zombie-leader.scenario";

fn link(more: &[&str]) -> String {
    let ended = run(&[&["link", ZOMBIE], more].concat());
    assert_eq!((ended.status, ended.err.as_str()), (0, ""));
    ended.out.trim_end().to_owned()
}

#[test]
fn a_link_to_a_shipped_scenario_is_a_few_letters() {
    let address = link(&["--at", "32s", "--base", "https://example.org/kafka#"]);
    assert!(address.starts_with("https://example.org/kafka#e1"), "{address}");
    assert!(address.len() < 60, "{address}");
    let opened = run(&["open", &address]);
    assert_eq!((opened.status, opened.err.as_str()), (0, "link: it shows 32.000\n"));
    let file = std::fs::read_to_string(crate::program::root().join(ZOMBIE)).expect("the file");
    let script = file.lines().filter(|line| !line.starts_with('|')).map(|line| format!("{line}\n"));
    assert_eq!(opened.out, script.collect::<String>());
}

#[test]
fn what_was_done_beside_the_script_travels_with_it() {
    let address = link(&["--act", "@25s kill 3", "--act", "@+2s start 3", "--at", "40s"]);
    let opened = run(&["open", &address]);
    assert_eq!((opened.status, opened.err.as_str()), (0, ""));
    assert!(opened.out.contains("@25s kill 3\n@27s start 3\n"), "{}", opened.out);
    // The script with everything in it is a scenario of its own that runs the same.
    let first = run_with(&["state", "-", "--at", "40s", "--json"], opened.out.as_bytes());
    assert_eq!(first.status, 0, "{}", first.err);
    let shown = run(&["open", &address, "--json"]);
    let json: Value = serde_json::from_str(&shown.out).expect("JSON");
    assert_eq!(json["scenario"], "zombie-leader");
    assert_eq!(json["moment_us"], 40_000_000);
    assert_eq!(json["acts"][1], serde_json::json!({ "at_us": 27_000_000, "text": "start 3" }));
    assert_eq!(json["differences"], serde_json::json!([]));
}

#[test]
fn a_link_that_is_none_or_not_whole_is_refused() {
    let address = link(&[]);
    let more = ["A", "AA", "AAAA", "B"].map(|letters| format!("{address}{letters}"));
    for longer in &more {
        let ended = run(&["open", longer]);
        assert_eq!((ended.status, ended.out.as_str()), (2, ""), "{longer}");
        assert!(ended.err.contains("letters of this link are missing or changed"), "{}", ended.err);
    }
    for (bad, says) in [
        ("hello", "this is no link of Epochscope"),
        ("#e7abc", "this link is of form `e7`"),
        (&address[..address.len() - 2], "letters of this link are missing or changed"),
    ] {
        let ended = run(&["open", bad]);
        assert_eq!((ended.status, ended.out.as_str()), (2, ""), "{bad}");
        assert!(
            ended.err.starts_with("link: error: ") && ended.err.contains(says),
            "{}",
            ended.err
        );
    }
}

#[test]
fn what_cannot_be_done_is_no_part_of_a_link() {
    for (act, says) in [
        ("@1s paus 1", "did you mean `pause`?"),
        ("@1s run for=2s", "only what is said to the cluster"),
        ("@1s kill 9", "there is no"),
        ("@1s resume 1", "cannot resume broker 1"),
        ("", "`--act \"\"`: there is no statement"),
        ("# later", "there is no statement"),
    ] {
        let ended = run(&["link", ZOMBIE, "--act", act]);
        assert_eq!((ended.status, ended.out.as_str()), (2, ""), "{act}");
        assert!(ended.err.contains(says), "{act}: {}", ended.err);
    }
    let ended = run(&["link", ZOMBIE, "--act", "@2s pause 1", "--act", "@1s kill 2"]);
    assert!(ended.err.contains("it is 2.000 already"), "{}", ended.err);
}
