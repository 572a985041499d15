//! What a stretch of a run shows of its messages.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use epochscope_scenario::format::parse;
use epochscope_scenario::library::find;
use epochscope_scenario::player::Player;
use epochscope_scenario::player::watch::{Watched, Watching};
use epochscope_vocabulary::command::{Command, Losing, NodeSelector, NodeSet};
use epochscope_vocabulary::{BrokerId, EventKind, SimTime};
use expect_test::expect;

fn ms(ms: u64) -> SimTime {
    SimTime(ms * 1_000)
}

fn zombie() -> Player {
    let text = find("zombie-leader").expect("it is shipped").text();
    let mut player =
        Player::new(parse(text.as_bytes()).expect("it parses").scenario).expect("it starts");
    while !player.run_ahead(10_000) {}
    player
}

fn watched(player: &Player, from: SimTime, to: SimTime, budget: u64) -> Watched {
    let mut watching = Watching::new(player, from, to);
    while !watching.advance(player, budget) {}
    watching.finish()
}

fn told(player: &Player, watched: &Watched) -> String {
    let names = player.names();
    let line = |journey: &epochscope_scenario::player::watch::Journey| {
        let message = &journey.message;
        let (from, to) = (names.node_name(message.from), names.node_name(message.to));
        let arrives = journey.arrives_at.map_or("never".to_owned(), |at| at.to_string());
        format!("{} -> {arrives}  {from} to {to}: {}\n", message.sent_at, message.label)
    };
    watched.journeys.iter().map(line).collect()
}

#[test]
fn each_message_has_its_sending_its_arrival_and_its_words() {
    let player = zombie();
    let seen = watched(&player, ms(31_999), ms(32_002), 1_000);
    assert_eq!(seen.until, ms(32_002));
    expect![[r#"
        32.000 -> 32.001  broker 1 to controller 101: Metadata from 58
        32.000 -> 32.001  broker 1 to legacy: written at 10
        32.000 -> 32.001  broker 1 to billing: nothing new, HW 10
        32.000 -> 32.001  broker 1 to controller 101: BrokerHeartbeat
        32.001 -> 32.002  controller 101 to broker 1: Metadata 58 to 82
        32.001 -> 32.002  billing to broker 1: Fetch 10, epoch 0
        32.002 -> 32.003  broker 1 to checkout: NOT_LEADER_OR_FOLLOWER
        32.002 -> 32.003  broker 1 to controller 101: Metadata from 83
        32.002 -> 32.003  broker 1 to broker 2: Fetch 12, epoch 1
        32.002 -> 32.003  broker 1 to billing: FENCED_LEADER_EPOCH
    "#]]
    .assert_eq(&told(&player, &seen));
}

#[test]
fn the_budget_changes_nothing() {
    let player = zombie();
    let whole = watched(&player, ms(27_000), ms(32_010), 1_000_000);
    let slow = watched(&player, ms(27_000), ms(32_010), 1);
    assert_eq!((whole.journeys, whole.events), (slow.journeys, slow.events));
}

#[test]
fn it_ends_where_the_run_is_not_known_further() {
    let player = zombie();
    let seen = watched(&player, ms(32_000), ms(900_000), 1_000);
    assert!(seen.until < ms(60_000), "{}", seen.until);
    let nothing = watched(&player, ms(900_000), ms(900_001), 1_000);
    assert!(nothing.journeys.is_empty());
}

#[test]
fn another_branch_has_other_messages_and_ends_the_watching_of_the_first() {
    let mut player = zombie();
    let mut first = Watching::new(&player, ms(19_000), ms(33_000));
    assert!(!first.advance(&player, 1));
    let kill = Command::Kill(NodeSet(vec![NodeSelector::Number(3)]), Losing::Nothing);
    player.act(ms(19_500), kill, "kill 3").expect("it runs");
    while !player.run_ahead(10_000) {}
    assert!(first.advance(&player, 1_000_000));
    assert!(first.finish().until < ms(33_000));
    let seen = watched(&player, ms(19_000), ms(33_000), 1_000);
    let third = BrokerId(3).into();
    assert!(seen.events.iter().any(|event| matches!(event.kind, EventKind::Killed {})));
    let late = seen.journeys.iter().filter(|one| one.message.sent_at > ms(20_000));
    assert!(late.clone().count() > 10);
    assert!(late.clone().all(|one| one.message.from != third));
}
