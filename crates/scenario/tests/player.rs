//! Time travel: wherever the playhead comes from, a moment is the same moment.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use epochscope_scenario::acting::would_refuse;
use epochscope_scenario::format::parse;
use epochscope_scenario::library::find;
use epochscope_scenario::moment::Moment;
use epochscope_scenario::player::Player;
use epochscope_vocabulary::command::{Command, Losing, NodeSelector, NodeSet};
use epochscope_vocabulary::{BrokerId, EventId, SimTime, TopicId, TopicPartition};

const ORDERS: TopicPartition = TopicPartition { topic: TopicId(0), partition: 0 };

fn player(name: &str) -> Player {
    let text = find(name).expect("it is shipped").text();
    Player::new(parse(text.as_bytes()).expect("it parses").scenario).expect("it starts")
}

fn seconds(seconds: u64) -> SimTime {
    SimTime(seconds * 1_000_000)
}

/// What can be told apart of two states.
fn state(player: &Player) -> String {
    let cluster = player.cluster();
    format!(
        "{} {:?} {:?} {:?} {:?}",
        player.now(),
        player.playhead().units(),
        cluster.brokers(),
        cluster.partitions().collect::<Vec<_>>(),
        [1, 2, 3].map(|id| cluster.log(BrokerId(id), ORDERS).cloned()),
    )
}

fn kill(broker: u32) -> Command {
    Command::Kill(NodeSet(vec![NodeSelector::Number(broker)]), Losing::Nothing)
}

#[test]
fn a_moment_is_the_same_from_before_and_from_behind() {
    let mut straight = player("zombie-leader");
    straight.seek(seconds(29));
    let mut wandering = player("zombie-leader");
    for at in [60, 5, 33, 0, 31, 29] {
        wandering.seek(seconds(at));
    }
    assert_eq!(state(&straight), state(&wandering));
}

#[test]
fn stepping_back_undoes_stepping() {
    let mut player = player("zombie-leader");
    let mut states = vec![state(&player)];
    for _ in 0..40 {
        assert!(player.step_event());
        states.push(state(&player));
    }
    for expected in states.iter().rev().skip(1) {
        assert!(player.step_back());
        assert_eq!(*expected, state(&player));
    }
    assert!(!player.step_back(), "there is nothing before the beginning");
}

#[test]
fn each_step_forward_shows_at_least_one_event_more() {
    let mut player = player("acks-1-loss");
    let mut seen = 0;
    while player.step_event() {
        assert!(player.trace().len() > seen);
        seen = player.trace().len();
    }
    assert_eq!(player.trace().len(), player.whole_trace().len());
}

#[test]
fn statements_are_stepped_over_one_by_one() {
    let mut player = player("zombie-leader");
    let mut steps = 0;
    while player.step_statement() {
        steps += 1;
        assert_eq!(player.step_index(), steps);
    }
    assert_eq!(steps, player.scenario().steps.len());
}

#[test]
fn an_order_in_the_past_begins_a_branch_and_keeps_the_old_future() {
    let mut player = player("zombie-leader");
    player.seek(seconds(40));
    let old = state(&player);
    player.seek(seconds(25));
    player.act(seconds(25), kill(2), "kill 2").expect("broker 2 runs");
    player.seek(seconds(40));
    assert_eq!(player.branches().len(), 2);
    assert_ne!(old, state(&player));
    let forked = state(&player);

    player.open(0);
    player.seek(seconds(40));
    assert_eq!(old, state(&player));
    player.open(1);
    player.seek(seconds(10));
    player.seek(seconds(40));
    assert_eq!(forked, state(&player), "a branch is replayed as it was");
}

#[test]
fn an_order_that_cannot_be_obeyed_changes_nothing() {
    let mut player = player("zombie-leader");
    player.seek(seconds(5));
    let before = state(&player);
    let resume = Command::Resume(NodeSet(vec![NodeSelector::Number(1)]));
    let rejected = player.act(seconds(5), resume, "resume 1").expect_err("broker 1 is not paused");
    assert_eq!(rejected.reason, "cannot resume broker 1: it runs");
    assert_eq!(before, state(&player));
    assert_eq!(player.branches().len(), 1);
}

#[test]
fn moments_of_the_language_are_found() {
    let mut player = player("zombie-leader");
    for (moment, at) in [("marker:pause", "20.000"), ("31s", "31.000"), ("line:16", "20.000")] {
        let parsed: Moment = moment.parse().expect(moment);
        player.seek_moment(&parsed).expect(moment);
        assert_eq!(player.now().to_string(), at, "{moment}");
    }
    let missing: Moment = "marker:nowhere".parse().expect("a moment");
    assert_eq!(player.seek_moment(&missing), Err("there is no marker `nowhere`".to_owned()));
}

#[test]
fn every_event_is_found_again_by_its_number_quiet_ones_by_a_replay() {
    let mut player = player("zombie-leader");
    player.seek(seconds(25));
    player.act(seconds(25), kill(2), "kill 2").expect("broker 2 runs");
    while !player.run_ahead(u64::MAX) {}
    let ids: Vec<u64> = player.whole_trace().iter().map(|one| one.event.id.0).collect();
    assert!(ids.is_sorted(), "numbers grow");
    let last = *ids.last().expect("something happened");
    for id in (ids[0]..=last).step_by(7) {
        let found = player.events_up_to(EventId(id));
        assert!(found.iter().any(|event| event.id.0 == id), "{id}");
        let seen = player.event(EventId(id));
        assert_eq!(seen.is_some(), ids.contains(&id), "{id}");
    }
    assert!(player.events_up_to(EventId(last + 1_000_000)).is_empty());
    assert!(player.events_up_to(EventId(0)).is_empty(), "it was before the beginning");
}

#[test]
fn undoing_an_order_opens_the_future_without_it_and_makes_none_twice() {
    let mut player = player("zombie-leader");
    while !player.run_ahead(10_000) {}
    player.act(seconds(5), kill(3), "kill 3").expect("3 runs");
    player.act(seconds(6), kill(2), "kill 2").expect("2 runs");
    assert_eq!(player.branches().len(), 3);
    player.open_without(1);
    assert_eq!((player.open_branch(), player.acts().len()), (1, 1));
    assert!(player.now() <= seconds(6));
    player.open_without(0);
    assert_eq!((player.open_branch(), player.acts().len()), (0, 0));
    assert_eq!(player.branches().len(), 3);
    assert!(player.now() <= seconds(5));
    let units = player.branches()[2].acts[1].after + 1;
    player.open_at(2, units);
    assert_eq!(player.acts().len(), 2);
}

#[test]
fn without_the_first_of_two_orders_there_is_a_future_of_its_own() {
    let mut player = player("leader-crash");
    while !player.run_ahead(10_000) {}
    let end = player.end();
    player.act(end, kill(3), "kill 3").expect("3 runs");
    player.act(end, kill(2), "kill 2").expect("2 runs");
    // Given after the script's end, both stand on the script's own branch.
    assert_eq!(player.branches().len(), 1);
    player.open_without(1);
    assert_eq!((player.branches().len(), player.acts().len()), (2, 1));
}

#[test]
fn an_order_is_tried_also_while_more_is_due_at_the_same_moment() {
    let mut player = player("zombie-leader");
    let mut in_between = 0;
    for _ in 0..3_000 {
        player.advance(seconds(60), 1);
        let is_due = player.cluster().next_at() == Some(player.now());
        in_between += u32::from(is_due);
        assert_eq!(would_refuse(&player, player.now(), &kill(3)), None, "at {}", player.now());
    }
    assert!(in_between > 100, "{in_between}");
}
