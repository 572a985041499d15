//! Random schedules on the set-ups of `scenarios/explore`: nothing that they promise is broken, and
//! what happens only sometimes does happen.
//!
//! The first seed comes from the environment: `cargo xtask test` takes the commit's number, so that
//! every commit tries new ones. A failure prints its scenario, made short, and how to repeat it.

use std::num::NonZeroUsize;

use epochscope_scenario::explore::faults::FaultKinds;
use epochscope_scenario::explore::sometimes::Happened;
use epochscope_scenario::explore::sweep::{Sweep, sweep};
use epochscope_scenario::explore::{FailureKind, Found, Search};
use epochscope_scenario::format::{parse, print};
use epochscope_scenario::run::run;
use epochscope_scenario::script::Scenario;

const FIRST_SEED: &str = "EPOCHSCOPE_SEED";
const SEEDS: u64 = 200;

/// Each set-up with what may be done to it.
const SET_UPS: [(&str, &str); 4] = [
    ("three-brokers", "default"),
    ("five-brokers", "all"),
    ("without-elr", "all,-unclean"),
    ("two-directories", "all"),
];

fn set_up(name: &str) -> Scenario {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios/explore");
    let text = std::fs::read(format!("{folder}/{name}.scenario")).expect("a set-up");
    parse(&text).expect("a scenario").scenario
}

fn search(name: &str, faults: &str) -> Search {
    let kinds = FaultKinds::parse(faults).expect("kinds");
    Search::new(set_up(name), kinds).expect("a set-up that holds by itself")
}

fn first_seed() -> u64 {
    let given = std::env::var(FIRST_SEED).ok();
    given.and_then(|text| text.parse().ok()).unwrap_or(1)
}

fn assert_nothing_found(name: &str, faults: &str, sweep: &Sweep) {
    let Some((seed, found, more)) = sweep.ways().into_iter().next() else { return };
    let shrunk = found.clone().shrunk();
    panic!(
        "seed {seed} of {name} ({more} more fail so): {}: {}\n\
         epochscope explore scenarios/explore/{name}.scenario --faults={faults} --from {seed} \
         --seeds 1\n\n{}",
        shrunk.failure.kind,
        shrunk.failure.text,
        print(&shrunk.scenario())
    );
}

#[test]
fn no_schedule_breaks_a_promise_and_each_sometimes_happens() {
    let first = first_seed();
    let hands = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let mut happened = Happened::default();
    for (name, faults) in SET_UPS {
        let search = search(name, faults);
        let sweep = sweep(&search, first..first + SEEDS, hands, || {}).expect("it can be built");
        assert_nothing_found(name, faults, &sweep);
        happened.add(&sweep.happened);
    }
    let never: Vec<_> = happened.never().collect();
    assert_eq!(never, [], "from seed {first}");
}

#[test]
fn a_seed_makes_one_schedule_and_it_is_a_scenario() {
    for (name, faults) in SET_UPS {
        let search = search(name, faults);
        for seed in 1..=20 {
            let once = search.explore(seed).expect("it can be built");
            let again = search.explore(seed).expect("it can be built");
            assert_eq!((&once.script, once.events), (&again.script, again.events));
            let text = print(&once.script);
            let parsed = parse(text.as_bytes()).unwrap_or_else(|errors| {
                panic!("{name}, seed {seed}: {}\n{text}", errors[0].render(name))
            });
            assert_eq!(print(&parsed.scenario), text);
            let report = run(&parsed.scenario).expect("it can be built");
            assert_eq!(report.stopped, None, "{name}, seed {seed}");
        }
    }
}

/// Old releases lack some of what can be asked for: log directories that fail, a feature.
#[test]
fn what_a_release_lacks_is_not_drawn() {
    for (name, release) in [
        ("two-directories", "3.6"),
        ("three-brokers", "3.3"),
        ("three-brokers", "3.6"),
        ("three-brokers", "3.7"),
        ("three-brokers", "3.9"),
    ] {
        let text = print(&set_up(name)).replace("kafka    4.1", &format!("kafka    {release}"));
        let lines = text.lines().filter(|line| !line.contains("log.dirs"));
        let text = lines.collect::<Vec<_>>().join("\n") + "\n";
        let set_up = parse(text.as_bytes()).expect("a set-up").scenario;
        let kinds = FaultKinds::parse("all").expect("kinds");
        let search = Search::new(set_up, kinds).expect("a set-up that holds by itself");
        for seed in 1..=20 {
            let text = print(&search.explore(seed).expect("it can be built").script);
            let parsed = parse(text.as_bytes()).unwrap_or_else(|errors| {
                panic!("{name} on {release}, seed {seed}: {}", errors[0].render(name))
            });
            let report = run(&parsed.scenario).expect("it can be built");
            assert_eq!(report.stopped, None, "{name} on {release}, seed {seed}");
        }
    }
}

#[test]
fn seeds_make_other_schedules() {
    let search = search("three-brokers", "default");
    let scripts = [1, 2].map(|seed| search.explore(seed).expect("it can be built").script);
    assert_ne!(scripts[0].steps, scripts[1].steps);
}

/// A check of the set-up that many schedules break: a leader other than the first.
fn found_by_check() -> Found {
    let mut text = print(&set_up("three-brokers"));
    text.push_str("\nalways leader orders-0 = 1\nrun for=1s\n");
    let set_up = parse(text.as_bytes()).expect("a set-up").scenario;
    let kinds = FaultKinds::parse("default").expect("kinds");
    let search = Search::new(set_up, kinds).expect("a set-up that holds by itself");
    let found = (1..50).find_map(|seed| search.explore(seed).expect("it can be built").found);
    found.expect("some schedule moves the leadership")
}

#[test]
fn a_failing_run_is_made_short_and_fails_as_before() {
    let found = found_by_check();
    let (kind, length) = (found.failure.kind.clone(), found.length());
    assert!(matches!(kind, FailureKind::Check(_)));
    let shrunk = found.shrunk();
    assert_eq!(shrunk.failure.kind, kind);
    assert!(shrunk.length() <= 2 && shrunk.length() < length, "{}", print(&shrunk.scenario()));
    let text = print(&shrunk.scenario());
    let again = parse(text.as_bytes()).expect("a scenario").scenario;
    assert!(!run(&again).expect("it can be built").failures.is_empty(), "{text}");
}
