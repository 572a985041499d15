//! The same run everywhere: digests of whole traces, quiet events too, equal natively and as wasm.
//!
//! The table was written by a native run (`UPDATE_EXPECT=1`) and is compared in both worlds.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use std::fmt::Write as _;

use epochscope_scenario::format::parse;
use epochscope_scenario::goal::Goal;
use epochscope_scenario::library::{find, shipped};
use epochscope_scenario::run::{Told, run, run_to};
use epochscope_scenario::script::Scenario;
use epochscope_vocabulary::SimDuration;
use epochscope_vocabulary::cluster_spec::NetworkSpec;

fn scenario(text: &str) -> Scenario {
    parse(text.as_bytes()).expect("a shipped scenario").scenario
}

fn digests_of_shipped() -> String {
    let mut lines = String::new();
    for shipped in shipped() {
        let report = run(&scenario(shipped.text())).expect(shipped.name);
        let _ = writeln!(lines, "{:016x} {}", report.digest, shipped.name);
    }
    lines
}

/// The zombie leader with 200 other seeds, on links that jitter.
fn digests_of_seeds() -> String {
    let mut lines = String::new();
    let mut one = scenario(find("zombie-leader").expect("it is shipped").text());
    let jitter = Some(SimDuration::from_ms(2));
    one.cluster.network.push(NetworkSpec { between: None, latency: None, jitter });
    for seed in 1..=200 {
        one.cluster.seed = seed;
        let report = run(&one).expect("it runs with any seed");
        let _ = writeln!(lines, "{:016x} seed {seed}", report.digest);
    }
    lines
}

#[test]
fn every_run_is_the_golden_one() {
    let found = digests_of_shipped() + &digests_of_seeds();
    #[cfg(not(target_arch = "wasm32"))]
    expect_test::expect_file!["golden.txt"].assert_eq(&found);
    #[cfg(target_arch = "wasm32")]
    assert_eq!(found, include_str!("golden.txt"));
}

#[test]
fn two_runs_of_one_scenario_are_equal() {
    let one = scenario(find("zombie-leader").expect("it is shipped").text());
    let (first, second) = (run(&one).expect("it runs"), run(&one).expect("it runs"));
    assert_eq!(first.digest, second.digest);
    assert_eq!(first.text, second.text);
}

#[test]
fn a_run_is_told_as_it_is_made_and_nothing_is_kept() {
    let one = scenario(find("zombie-leader").expect("it is shipped").text());
    let (mut text, mut longest, mut told_before_the_end) = (String::new(), 0, 0);
    let report = run_to(&one, Goal::end(), |told| match told {
        Told::Text(piece) => {
            text.push_str(piece);
            longest = longest.max(piece.len());
        }
        Told::Event(..) => told_before_the_end = text.len(),
    });
    let report = report.expect("it runs");
    assert_eq!((text.as_str(), report.text.as_str()), (&*run(&one).expect("it runs").text, ""));
    assert!(longest < 1_000 && told_before_the_end > text.len() / 2);
}
