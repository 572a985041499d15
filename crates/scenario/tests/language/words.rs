//! Scenarios made at random: all of them are meant to be good.

use proptest::prelude::*;

fn pick(words: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::sample::select(words).prop_map(str::to_owned)
}

fn blanks() -> impl Strategy<Value = String> {
    pick(&[" ", "  ", "\t", "   "])
}

fn span() -> impl Strategy<Value = String> {
    (1u32..2_000, pick(&["us", "ms"])).prop_map(|(number, unit)| format!("{number}{unit}"))
}

/// A line of the header that may stand several times.
fn header_line() -> impl Strategy<Value = String> {
    let config = pick(&["brokers ", "controllers ", "broker=2 ", ""]);
    prop_oneof![
        (config, 1u32..9, any::<bool>()).prop_map(|(target, replicas, unclean)| {
            format!(
                "config {target}unclean.leader.election.enable={unclean} \
                 min.insync.replicas={replicas}"
            )
        }),
        (config_names(), span(), span()).prop_map(|((a, b), latency, jitter)| {
            format!("network {a} {b} jitter={jitter} latency={latency}")
        }),
        span().prop_map(|latency| format!("network latency={latency}")),
        Just("config log.dirs=\"/d 1\" num.partitions=3".to_owned()),
    ]
}

fn config_names() -> impl Strategy<Value = (String, String)> {
    let end = || pick(&["a", "b", "rack:a", "1", "1,2", "brokers", "checkout", "controllers"]);
    (end(), end())
}

fn nodes() -> impl Strategy<Value = String> {
    pick(&["1", "2,3", "1..3", "rack:a", "brokers"])
}

fn observation() -> impl Strategy<Value = String> {
    let one = pick(&[
        "leader orders-0 = 1",
        "leader orders-0@101 = none",
        "isr orders-1@2 includes 1,2",
        "lost \"a b\"",
        "acked \"x\\\"y\" = false",
        "result checkout in acked,NOT_ENOUGH_REPLICAS",
        "log orders-0@1 = \"a.0 b.0\"",
        "held * > 0",
        "event became-leader orders-0 >= 1",
        "follower-offset orders-0@1 2 = none",
        "violated excludes HwBounds",
        "active-controller = 101",
    ]);
    prop::collection::vec((one, pick(&["and", "or"])), 1..4).prop_map(|parts| {
        let mut text = String::new();
        for (at, (part, joint)) in parts.iter().enumerate() {
            if at > 0 {
                text.push_str(&format!(" {joint} "));
            }
            text.push_str(part);
        }
        text
    })
}

fn statement() -> impl Strategy<Value = String> {
    prop_oneof![
        (span(), pick(&["", " show=ack", " show=metadata,rpc"]))
            .prop_map(|(span, show)| format!("run{show} for={span}")),
        (observation(), span()).prop_map(|(what, span)| format!("run until {what} within={span}")),
        (pick(&["kill", "stop", "start", "resume", "flush", "checkpoint", "wipe"]), nodes())
            .prop_map(|(verb, nodes)| format!("{verb} {nodes}")),
        (nodes(), span()).prop_map(|(nodes, span)| format!("pause for={span} {nodes}")),
        (pick(&["cut", "heal"]), nodes(), pick(&["", " to 101", " controllers", " to checkout"]))
            .prop_map(|(verb, nodes, to)| format!("{verb} {nodes}{to}")),
        (nodes(), nodes(), span()).prop_map(|(a, b, by)| format!("delay {a} to {b} by={by}")),
        (
            pick(&["hold", "release", "discard"]),
            pick(&["Fetch", "*", "AlterPartition"]),
            pick(&["", " response=true", " from=1 to=controller", " topic=orders"])
        )
            .prop_map(|(verb, kind, pairs)| format!("{verb} {kind}{pairs}")),
        pick(&[
            "alter topic orders min.insync.replicas= segment.ms=7",
            "alter broker 2 via=1 unclean.leader.election.enable=true",
            "elect preferred orders-0 via=controller",
            "describe",
            "load checkout rate=5/s for=1s",
            "refresh billing",
            "seek billing orders-1 offset=7",
            "request Fetch orders-0 offset=0 to=2 as=probe",
            "say A text # with no comment",
            "focus topic:orders",
            "view map",
            "heal",
        ]),
        (1u32..5, pick(&["", " key=k", " metadata=stale", " key=\"a b\""]))
            .prop_map(|(count, pairs)| format!("produce checkout{pairs} records={count}")),
        (pick(&["expect", "always", "never"]), observation())
            .prop_map(|(verb, what)| format!("{verb} {what}")),
        "[a-z?]{1,8}".prop_map(|text| {
            format!(
                "ask {text}\n# Above.\noption \"{text}\" because=\"x\" correct=true\noption \"no\""
            )
        }),
    ]
}

fn step() -> impl Strategy<Value = String> {
    let before = pick(&["", "", "", "@+1ms ", "only 4.1 ", "only 3.9..4.1 @+2ms "]);
    let above =
        pick(&["", "", "\n", "# A comment\n", "#\n\n\n", "| 1.000 trace\n", "\n\n# One\n# Two\n"]);
    (above, before, blanks(), statement()).prop_map(|(above, before, blanks, statement)| {
        format!("{above}{blanks}{before}{statement}\n")
    })
}

/// The text of a whole scenario.
pub(crate) fn scenario_text() -> impl Strategy<Value = String> {
    let header = prop::collection::vec(header_line(), 0..4);
    let steps = prop::collection::vec(step(), 0..12);
    let title =
        pick(&["", "title A  title # whole\n", "about x\n# Seed.\nseed 9\n", "seed 1 # said\n"]);
    let controllers = pick(&["controllers 101..103", "controllers 101 103 102 active=102"]);
    (header, title, controllers, steps).prop_map(|(header, title, controllers, steps)| {
        let mut text = format!("epochscope 1\n{title}{controllers}\n");
        for line in header {
            text.push_str(&format!("{line}\n"));
        }
        text.push_str(
            "topic orders replicas=1,2,3;2,3,1 # two\nbrokers 1@a 2@a 3@b\n\
             producer checkout topic=orders acks=-1\nconsumer billing topic=orders\n",
        );
        text.extend(steps);
        text
    })
}
