//! A run whose idle long polls are worked out is the run in which each of them is carried out.
//!
//! Compared is everything that happens, with its moment and its order, except the sending of
//! requests and answers and the numbers of requests: of these the one run has fewer.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use std::fmt::Write as _;
use std::sync::Arc;

use epochscope_scenario::execution::Execution;
use epochscope_scenario::format::parse;
use epochscope_scenario::library;
use epochscope_scenario::script::Scenario;
use epochscope_vocabulary::event::Topic;
use epochscope_vocabulary::{Event, Names};
use proptest::prelude::*;

/// What a run is made of, a line for each thing that happens, and how many units it takes.
fn told(mut execution: Execution) -> (String, u64) {
    let mut text = String::new();
    while let Some(unit) = execution.advance() {
        for event in &unit.events {
            if let Some(line) = line_of(event, execution.cluster().names()) {
                let _ = writeln!(text, "{line}");
            }
        }
    }
    (text, execution.units())
}

fn line_of(event: &Event, names: &Names) -> Option<String> {
    let at = event.at;
    match event.kind.topic() {
        Topic::Rpc => None,
        // These name a request by its number.
        Topic::Network => Some(format!("{at} {:?} {}", event.node, event.kind.slug())),
        _ => Some(event.line(names)),
    }
}

fn both_ways(scenario: Scenario) -> ((String, u64), (String, u64)) {
    let start = Execution::new(Arc::new(scenario)).expect("the cluster can be built");
    let carried_out = start.clone().carrying_idle_polls_out();
    (told(start), told(carried_out))
}

/// Where two runs part: the last line that they share and the first in which they differ.
fn parting(one: &str, other: &str) -> Option<String> {
    let mut shared = "the start";
    let mut lines = (one.lines(), other.lines());
    loop {
        match (lines.0.next(), lines.1.next()) {
            (None, None) => return None,
            (one, other) if one == other => shared = one.unwrap_or_default(),
            (one, other) => {
                return Some(format!(
                    "after  {shared}\nworked out  {one:?}\ncarried out {other:?}"
                ));
            }
        }
    }
}

fn read(text: &str) -> Scenario {
    parse(text.as_bytes()).unwrap_or_else(|errors| panic!("{errors:?}\n{text}")).scenario
}

#[test]
fn shipped_scenarios_go_the_same_way() {
    for shipped in library::shipped() {
        let ((worked_out, _), (carried_out, _)) = both_ways(read(shipped.text()));
        assert_eq!(parting(&worked_out, &carried_out), None, "{}", shipped.name);
    }
}

#[test]
fn a_cluster_at_rest_has_little_to_do() {
    let text = "epochscope 1\nbrokers 1..9\ncontrollers 101..103\n\
        topic orders partitions=36 replication-factor=3\nrun for=10m\n";
    let ((_, worked_out), (_, carried_out)) = both_ways(read(text));
    assert!(worked_out * 3 < carried_out, "{worked_out} units against {carried_out}");
}

/// Steps of a script that each can be obeyed, or are passed over, at any time.
fn steps() -> impl Strategy<Value = Vec<String>> {
    let broker = 1..=4_u32;
    let pause = (broker.clone(), 1..45_u32).prop_map(|(id, s)| format!("pause {id} for={s}s"));
    let crash = (broker.clone(), 1..40_u32)
        .prop_map(|(id, s)| format!("kill {id}\nrun for={s}s\nstart {id}"));
    let restart = (broker.clone(), 1..20_u32)
        .prop_map(|(id, s)| format!("stop {id}\nrun for={s}s\nkill {id}\nstart {id}"));
    let cut = (broker.clone(), broker.clone(), 1..40_u32)
        .prop_filter("two brokers", |(one, other, _)| one != other)
        .prop_map(|(one, other, s)| format!("cut {one} {other}\nrun for={s}s\nheal {one} {other}"));
    let slow = (broker.clone(), 1..3_000_u32, 1..20_u32)
        .prop_map(|(id, ms, s)| format!("slow {id} by={ms}ms\nrun for={s}s\nheal {id}"));
    let lossy = (broker.clone(), broker.clone(), 1..99_u32, 1..9_u32)
        .prop_filter("two brokers", |(one, other, ..)| one != other)
        .prop_map(|(one, other, percent, s)| {
            format!("drop {one} to {other} rate={percent}%\nrun for={s}s\nheal {one} to {other}")
        });
    let hold = (broker, 1..9_u32)
        .prop_map(|(id, s)| format!("hold Fetch from={id}\nrun for={s}s\nrelease Fetch from={id}"));
    let produce = (prop_oneof!["safe", "fast"], 1..5_u32)
        .prop_map(|(client, count)| format!("produce {client} records={count}"));
    let load =
        (1..40_u32, 1..9_u32).prop_map(|(rate, s)| format!("load safe rate={rate}/s for={s}s"));
    let config = (200..900_u32)
        .prop_map(|ms| format!("alter topic orders min.insync.replicas={}", 1 + ms % 2));
    let run = (1..4_000_000_u32).prop_map(|us| format!("run for={us}us"));
    let step =
        prop_oneof![pause, crash, restart, cut, slow, lossy, hold, produce, load, config, run];
    let pair = (step, 1..20_000_u32).prop_map(|(step, ms)| format!("{step}\nrun for={ms}ms"));
    proptest::collection::vec(pair, 1..8)
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: if cfg!(target_arch = "wasm32") { 8 } else { 48 },
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_run_goes_the_same_way(
        seed in 0..1_000_u32,
        latency in prop_oneof![Just("0ms"), Just("1ms"), Just("700us")],
        jitter in prop_oneof![Just("0ms"), Just("1500us")],
        steps in steps(),
    ) {
        let text = format!(
            "epochscope 1\nseed {seed}\nbrokers 1..4\ncontrollers 101..103\n\
            network latency={latency} jitter={jitter}\n\
            topic orders partitions=5 replication-factor=3 min.insync.replicas=2\n\
            producer safe topic=orders acks=all\nproducer fast topic=orders acks=1\n\
            consumer reader topic=orders\n{}\nrun for=40s\n",
            steps.join("\n"),
        );
        let ((worked_out, _), (carried_out, _)) = both_ways(read(&text));
        prop_assert_eq!(parting(&worked_out, &carried_out), None, "{}", text);
    }
}
