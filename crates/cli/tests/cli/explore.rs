//! `explore`: what it prints, when it finds something and when it does not.

use std::fs;

use serde_json::Value;

use crate::program::{Folder, run, run_with};

const SET_UP: &str = "\
epochscope 1
brokers 1..3
topic orders replicas=1,2,3 min.insync.replicas=2
producer shop topic=orders

";

#[test]
fn nothing_found_is_fine_and_says_what_happened() {
    let options = ["explore", "-", "--seeds", "5", "--faults", "kill,stop"];
    let ended = run_with(&options, SET_UP.as_bytes());
    assert_eq!((ended.status, ended.err.as_str()), (0, ""), "{}", ended.out);
    assert!(ended.out.starts_with("<stdin>: 5 seeds from 1, "), "{}", ended.out);
    assert!(ended.out.contains("  isr-expanded  ") && ended.out.ends_with("nothing found\n"));
    let again = run_with(&[&options[..], &["--jobs", "1"]].concat(), SET_UP.as_bytes());
    assert_eq!(again.out, ended.out);
}

#[test]
fn a_run_that_breaks_a_check_is_written_short_and_breaks_it_again() {
    let folder = Folder::new("explore");
    let text = format!("{SET_UP}always leader orders-0 = 1\nrun for=1s\n");
    let file = folder.file("mine.scenario", text.as_bytes());
    let found = file.replace("mine.scenario", "found");
    let options = ["explore", &file, "--seeds", "20", "--json", "--out", &found];
    let ended = run(&options);
    assert_eq!((ended.status, ended.err.as_str()), (1, ""));
    let report: Value = serde_json::from_str(&ended.out).expect("an object");
    assert_eq!(report["schema"], "epochscope.explore/1");
    assert_eq!(report["seeds"], 20);
    assert!(report["sometimes"]["isr-expanded"].is_u64());
    let first = &report["found"][0];
    assert_eq!((&first["kind"], &first["name"]), (&"check".into(), &"line:6".into()));
    assert!(first["steps"].as_u64() < first["steps_before"].as_u64(), "{first}");
    let path = first["file"].as_str().expect("a file");
    assert_eq!(fs::read_to_string(path).ok().as_deref(), first["scenario"].as_str());
    assert_eq!(run(&["run", path]).status, 1);
    assert_eq!(run(&["fmt", "--check", path]).status, 0);
}

#[test]
fn what_cannot_be_explored_is_bad_input() {
    let ended = run_with(&["explore", "-", "--faults", "kil"], SET_UP.as_bytes());
    assert_eq!(ended.status, 2);
    assert!(ended.err.contains("`kil` is no kind of fault: write kill, power-loss"));
    let broken = format!("{SET_UP}expect leader orders-0 = 2\n");
    let ended = run_with(&["explore", "-"], broken.as_bytes());
    assert_eq!((ended.status, ended.out.as_str()), (2, ""));
    assert!(ended.err.contains("the set-up fails by itself"), "{}", ended.err);
}
