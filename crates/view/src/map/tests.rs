//! The map of small clusters, as text.

use std::fmt::Write;

use epochscope_vocabulary::SimTime;
use expect_test::{Expect, expect};

use super::{Chip, Detail, Harm, Map, Preferred, Query, Standing, labels};
use crate::session::{Action, Session};

/// Six brokers in three racks; `audit` keeps both its replicas in one of them.
const ZONES: &str = "epochscope 1
kafka 4.1
brokers 1@a 2@a 3@b 4@b 5@c 6@c
controllers 101 102 103
config min.insync.replicas=2
topic orders partitions=3 replicas=1,3,5;4,6,2;5,1,4
topic audit partitions=1 replicas=1,2
kill 5
run for=40s
";

fn session(text: &str) -> Session {
    let mut session = Session::open(text.as_bytes()).expect("it parses");
    while !session.look_ahead(1_000) {}
    session
}

fn at_end(text: &str) -> Session {
    let mut session = session(text);
    let end = session.end();
    session.dispatch(Action::Seek(end)).expect("seeking is never refused");
    session
}

fn query(filter: &str, loss: Option<usize>) -> Query {
    Query { filter: filter.to_owned(), loss }
}

/// A chip in a few signs: `[0*]` leads, ` 0 ` follows, `(0)` out of sync, `x0x` offline.
fn chip(chip: &Chip) -> String {
    let (open, close) = match chip.standing {
        Standing::Leads => ('[', ']'),
        Standing::InSync => (' ', ' '),
        Standing::Out => ('(', ')'),
        Standing::Offline => ('x', 'x'),
    };
    let star = match chip.preferred {
        Preferred::No => "",
        Preferred::Leads | Preferred::Elsewhere => "*",
    };
    let harm = match chip.harm {
        Harm::None => "",
        Harm::BelowMinIsr => "!",
        Harm::Unclean => "?",
        Harm::Offline => "!!",
    };
    format!("{open}{}{star}{close}{harm}", chip.label)
}

fn text(map: &Map) -> String {
    let figures: Vec<String> =
        map.figures.iter().map(|(n, name, _)| format!("{n} {name}")).collect();
    let mut text = format!("{}\n{}", figures.join(", "), replicas_text(map));
    for loss in &map.losses {
        let _ = writeln!(text, "{:<9} {:?}", loss.name, loss.counts.unwrap_or([99; 4]));
    }
    let _ = writeln!(text, "{}", map.balance);
    let _ = writeln!(text, "{}", map.told.as_deref().unwrap_or("-"));
    text
}

/// What the filter has a say in: the racks' chips, and the partitions that are named.
fn replicas_text(map: &Map) -> String {
    let mut text = String::new();
    for rack in &map.racks {
        let _ = writeln!(text, "{} {}", rack.name.as_deref().unwrap_or("-"), rack.about);
        for broker in &rack.brokers {
            let chips: Vec<String> = broker.chips.iter().map(chip).collect();
            let _ = writeln!(
                text,
                "  {} {:<8} {:<16} {}",
                broker.id,
                broker.state.0,
                chips.join(""),
                broker.about
            );
        }
    }
    for worst in &map.worst {
        let _ = writeln!(text, "{}: {}", worst.cells.join(" "), worst.state.0);
    }
    text
}

fn shows(session: &mut Session, query: &Query, expected: &Expect) {
    expected.assert_eq(&text(&session.map(query)));
}

#[test]
fn racks_hold_brokers_and_brokers_replicas() {
    shows(
        &mut at_end(ZONES),
        &Query::default(),
        &expect![[r#"
            6 brokers, 5 up, 4 partitions, 0 offline, 0 below min ISR, 2 under-replicated, 1 not led by preferred
            a leads 3 of 4
              1 running  [A0*][0*][2]     3 led, 2 preferred, 3 replicas
              2 running   A0  1           0 led, 0 preferred, 2 replicas
            b leads 1 of 4
              3 running   0               0 led, 0 preferred, 1 replicas
              4 running  [1*] 2           1 led, 1 preferred, 2 replicas
            c leads 0 of 4
              5 crashed  (0)(2*)          0 led, 1 preferred, 2 replicas, 2 out of sync
              6 running   1               0 led, 0 preferred, 1 replicas
            orders-0 1 1,3,5 1,3: under-replicated
            orders-2 1 5,1,4 1,4: under-replicated
            audit-0 1 1,2 1,2: in sync
            orders-1 4 4,6,2 4,6,2: in sync
            a         [1, 2, 4, 2]
            b         [0, 2, 3, 1]
            c         [0, 0, 3, 0]
            broker 1  [0, 3, 3, 3]
            broker 2  [0, 1, 4, 0]
            broker 3  [0, 1, 2, 0]
            broker 4  [0, 1, 3, 1]
            broker 5  [0, 0, 2, 0]
            broker 6  [0, 0, 3, 0]
            Led by another than the preferred leader, or by nobody: 1. The next check gives back 0. Waiting, since their preferred leader is down or out of the ISR: 1.
            -
        "#]],
    );
}

#[test]
fn pointing_at_a_rack_tells_what_would_be_without_it() {
    shows(
        &mut at_end(ZONES),
        &query("", Some(0)),
        &expect![[r#"
            6 brokers, 5 up, 4 partitions, 0 offline, 0 below min ISR, 2 under-replicated, 1 not led by preferred
            a leads 3 of 4
              1 running  [A0*]!![0*]![2]! 3 led, 2 preferred, 3 replicas
              2 running   A0 !! 1         0 led, 0 preferred, 2 replicas
            b leads 1 of 4
              3 running   0 !             0 led, 0 preferred, 1 replicas
              4 running  [1*] 2 !         1 led, 1 preferred, 2 replicas
            c leads 0 of 4
              5 crashed  (0)!(2*)!        0 led, 1 preferred, 2 replicas, 2 out of sync
              6 running   1               0 led, 0 preferred, 1 replicas
            orders-0 1 1,3,5 1,3: under-replicated
            orders-2 1 5,1,4 1,4: under-replicated
            audit-0 1 1,2 1,2: in sync
            orders-1 4 4,6,2 4,6,2: in sync
            a         [1, 2, 4, 2]
            b         [0, 2, 3, 1]
            c         [0, 0, 3, 0]
            broker 1  [0, 3, 3, 3]
            broker 2  [0, 1, 4, 0]
            broker 3  [0, 1, 2, 0]
            broker 4  [0, 1, 3, 1]
            broker 5  [0, 0, 2, 0]
            broker 6  [0, 0, 3, 0]
            Led by another than the preferred leader, or by nobody: 1. The next check gives back 0. Waiting, since their preferred leader is down or out of the ISR: 1.
            If a goes: 1 go offline, 2 fall below min ISR, 2 become under-replicated, 2 fail over.
        "#]],
    );
}

#[test]
fn the_filter_leaves_out_chips_and_no_figures() {
    let mut session = at_end(ZONES);
    let all = session.map(&Query::default());
    let some = session.map(&query("audit", None));
    assert_eq!((&some.figures, &some.losses), (&all.figures, &all.losses));
    assert_eq!((&some.balance, &some.told), (&all.balance, &all.told));
    expect![[r#"
        a leads 3 of 4
          1 running  [A0*]            3 led, 2 preferred, 3 replicas
          2 running   A0              0 led, 0 preferred, 2 replicas
        b leads 1 of 4
          3 running                   0 led, 0 preferred, 1 replicas
          4 running                   1 led, 1 preferred, 2 replicas
        c leads 0 of 4
          5 crashed                   0 led, 1 preferred, 2 replicas, 2 out of sync
          6 running                   0 led, 0 preferred, 1 replicas
        audit-0 1 1,2 1,2: in sync
    "#]]
    .assert_eq(&replicas_text(&some));
}

#[test]
fn what_is_foreseen_is_what_then_happens() {
    let foreseen = at_end(ZONES).map(&query("", Some(0)));
    let lost = format!("{ZONES}kill rack:a\nrun for=40s\n");
    let happened = at_end(&lost).map(&Query::default());
    let names = ["offline", "below min ISR", "under-replicated"];
    let figure = |name: &str| happened.figures.iter().find(|(_, known, _)| *known == name);
    let now = names.map(|name| figure(name).expect("a figure").0);
    let counts = foreseen.losses[0].counts.expect("it is worked out");
    assert_eq!(now, [counts[0], counts[1], counts[2]]);
    for (before, after) in foreseen.racks.iter().zip(&happened.racks).skip(1) {
        for (before, after) in before.brokers.iter().zip(&after.brokers) {
            for (before, after) in before.chips.iter().zip(&after.chips) {
                let is_lost = before.harm == Harm::Offline;
                assert_eq!(is_lost, after.standing == Standing::Offline, "{}", before.about);
            }
        }
    }
}

#[test]
fn many_replicas_become_squares_and_then_fields() {
    let detail = |topics: &str| {
        let text = format!("epochscope 1\nkafka 4.1\nbrokers 1 2 3\ncontrollers 101\n{topics}");
        let map = session(&text).map(&Query::default());
        let broker = &map.racks[0].brokers[0];
        (map.detail, broker.chips.len(), broker.field.iter().sum::<usize>(), map.each)
    };
    let one = |count: u32| format!("topic t partitions={count} replication-factor=3\n");
    assert_eq!(detail(&one(100)), (Detail::Chips, 100, 100, 1));
    assert_eq!(detail(&one(101)), (Detail::Squares, 101, 101, 1));
    assert_eq!(detail(&one(1_400)), (Detail::Field, 0, 1_400, 6));
}

#[test]
fn old_releases_ask_for_min_isr_as_it_is_set() {
    let below = |release: &str| {
        let text = format!(
            "epochscope 1\nkafka {release}\nbrokers 1..3\ncontrollers 101\n\
             topic t partitions=2 replication-factor=1 min.insync.replicas=2\n"
        );
        session(&text).map(&Query::default()).now[1]
    };
    assert_eq!((below("3.6"), below("3.7")), (2, 0));
}

#[test]
fn the_same_map_is_given_until_something_on_it_changes() {
    let mut session = at_end(ZONES);
    let first = session.map(&Query::default());
    assert!(std::sync::Arc::ptr_eq(&first, &session.map(&Query::default())));
    let filtered = session.map(&query("orders-1", None));
    assert_eq!(filtered.matches, (1, 4));
    session.dispatch(Action::Seek(SimTime::ZERO)).expect("seeking is never refused");
    assert_ne!(session.map(&query("orders-1", None)), filtered);
}

#[test]
fn topics_are_told_apart_by_as_few_letters_as_it_takes() {
    let letters = |names: &[(&str, usize)]| {
        let topics: Vec<_> = names.iter().map(|(name, count)| ((*name).into(), *count)).collect();
        labels::letters(&topics).join(" ")
    };
    assert_eq!(letters(&[("orders", 18)]), "");
    assert_eq!(letters(&[("audit", 3), ("orders", 18)]), "A ");
    assert_eq!(letters(&[("audit", 3), ("avro", 3), ("orders", 18)]), "AU AV ");
    assert_eq!(letters(&[("a", 1), ("b", 1), ("c", 1)]), " B C");
    assert_eq!(letters(&[("log-1", 1), ("log-10", 1), ("log-20", 2), ("x", 1)]), "A B  C");
    assert_eq!(letters(&[("2024-orders", 1), ("x", 9)]), "O ");
    let many: Vec<_> = (0..70).map(|number| (format!("t{number}").into(), 1)).collect();
    assert_eq!(labels::letters(&many)[26..29], ["Z", "AA", "AB"]);
}
