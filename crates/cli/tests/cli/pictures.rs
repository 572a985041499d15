//! `render`, and the pictures that stand for their scenarios.

use std::fs;

use crate::program::{Folder, root, run, run_with, scenario};

const ZOMBIE: &str = "scenarios/zombie-leader.scenario";

fn render(more: &[&str]) -> String {
    let ended = run(&[&["render", ZOMBIE, "--at", "32001ms"], more].concat());
    assert_eq!((ended.status, ended.err.as_str()), (0, ""));
    ended.out
}

/// The shipped scenario without its trace.
fn zombie() -> String {
    let text = fs::read_to_string(root().join(ZOMBIE)).expect("it is there");
    text.split_inclusive('\n').filter(|line| !line.starts_with('|')).collect()
}

#[test]
fn each_view_says_in_words_what_it_shows() {
    for (view, says) in [
        ("stage", "Stale leader: it believes it leads and does not. Leader epoch 0, not in ISR."),
        ("spacetime", "broker 1 32.000 to legacy 32.001: order-10 written, lost later"),
        ("lanes", "Two led at once from 32.000 to 32.002."),
    ] {
        for theme in ["light", "dark"] {
            let svg = render(&["--view", view, "--theme", theme]);
            assert!(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" "), "{view}");
            assert!(svg.ends_with("</svg>\n"), "{view}");
            let (_, desc) = svg.split_once("<desc>").expect("it has a description");
            let (desc, _) = desc.split_once("</desc>").expect("it ends");
            assert!(desc.contains(says), "{view}: {desc}");
        }
    }
}

#[test]
fn a_picture_is_the_same_each_time() {
    assert_eq!(render(&["--view", "spacetime"]), render(&["--view", "spacetime"]));
}

#[test]
fn a_picture_goes_where_it_is_told_and_stands_for_its_scenario() {
    let folder = Folder::new("pictures");
    let file = folder.0.join("zombie.svg");
    let file = file.to_str().expect("the path is text");
    assert_eq!(render(&["-o", file, "--base", "https://example.org/"]), "");
    let ran = run(&["run", file]);
    assert_eq!((ran.status, ran.out), (0, run(&["run", ZOMBIE]).out));
    let state = run(&["state", file, "--at", "20s"]);
    assert_eq!((state.status, state.out), (0, run(&["state", ZOMBIE, "--at", "20s"]).out));
    let opened = run(&["open", file]);
    assert_eq!((opened.status, opened.err.as_str()), (0, "link: it shows 32.001\n"));
    assert_eq!(opened.out, zombie());
    let svg = fs::read_to_string(file).expect("it was written");
    assert!(svg.contains("<link>https://example.org/#e1"), "{svg}");
    assert_eq!(run_with(&["render", "-", "--at", "32001ms"], svg.as_bytes()).status, 0);
}

#[test]
fn a_scenario_too_long_for_a_link_is_inside_all_the_same() {
    let folder = Folder::new("long-picture");
    let mut text = scenario("run for=1s\n");
    let comment: String = (0..3_000).map(|n| format!("# line {n} says {}\n", n * 7919)).collect();
    text.extend(comment.as_bytes());
    let file = folder.file("long.svg", b"");
    let ended = run_with(&["render", "-", "-o", &file], &text);
    assert_eq!((ended.status, ended.err.as_str()), (0, ""));
    let opened = run(&["open", &file]);
    assert_eq!((opened.status, opened.out.as_bytes()), (0, text.as_slice()));
}

#[test]
fn what_is_wrong_is_said_and_nothing_is_written() {
    let folder = Folder::new("no-pictures");
    let other = folder.file("other.svg", b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
    let damaged = folder.file("damaged.png", b"\x89PNG\r\n\x1a\nand no more");
    let nowhere = folder.0.join("no/such/folder/file.svg");
    let nowhere = nowhere.to_str().expect("the path is text");
    for (arguments, says) in [
        (&["render", ZOMBIE, "--view", "map"][..], "`--view map` is not there yet"),
        (&["render", ZOMBIE, "--view", "maps"], "invalid value 'maps'"),
        (&["render", ZOMBIE, "--width", "10"], "10 is not in 320..=4000"),
        (&["render", ZOMBIE, "--at", "marker:none"], "there is no marker `none`"),
        (&["render", ZOMBIE, "-o", nowhere], "it cannot be written"),
        (&["run", &other], "this picture holds no scenario"),
        (&["open", &other], "this picture holds no scenario"),
        (&["run", &damaged], "this picture holds no scenario"),
    ] {
        let ended = run(arguments);
        assert_eq!((ended.status, ended.out.as_str()), (2, ""), "{arguments:?}");
        assert!(ended.err.contains(says), "{arguments:?}: {}", ended.err);
    }
}
