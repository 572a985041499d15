//! The lanes of what the controller has decided: who is in sync, whether acks=all is taken.

use epochscope_view::layout::Rect;
use epochscope_view::layout::timebar::Scale;
use epochscope_view::narration::moment;
use epochscope_view::timeline::{IsrSpan, Timeline, WriteSpan, Writes};
use epochscope_vocabulary::{BrokerId, SimTime};

use crate::element::{Element, group};
use crate::svg;

/// From one replica's line to the next.
const STEP: i32 = 5;

/// A line for each replica, where it is in sync.
pub(super) fn isr(timeline: &Timeline, scale: Scale, y: i32) -> Element {
    let brokers = timeline.ever_in_sync();
    let middle = y + STEP * i32::try_from(brokers.len()).unwrap_or_default() / 2 + 4;
    let seen = timeline.isr.iter().filter(|span| is_seen(span.from, span.to, scale));
    group()
        .with(svg::text("lane", 24, middle, "In-sync replicas"))
        .with(group().all(seen.map(|span| in_sync(span, &brokers, scale, y))))
}

fn in_sync(span: &IsrSpan, brokers: &[BrokerId], scale: Scale, y: i32) -> Element {
    let isr: Vec<String> = span.isr.iter().map(ToString::to_string).collect();
    let (from, to) = (scale.x(span.from), scale.x(span.to));
    let line = |(index, broker): (usize, &BrokerId)| {
        let y = y + STEP * i32::try_from(index).unwrap_or_default();
        let class = if span.isr.contains(broker) { "in" } else { "out" };
        svg::rect(class, Rect { x: from, y, width: (to - from).max(2), height: 3 }, 1)
    };
    let (begun, ended) = (moment(span.from), moment(span.to));
    svg::titled("g.isr-span", format!("ISR {}, {begun} to {ended}", isr.join(",")))
        .key(span.from.0)
        .with(group().all(brokers.iter().enumerate().map(line)))
}

/// Whether a write with acks=all is taken, and why not.
pub(super) fn writes(timeline: &Timeline, scale: Scale, y: i32) -> Element {
    let seen = timeline.writes.iter().filter(|span| is_seen(span.from, span.to, scale));
    group()
        .with(svg::text("lane", 24, y + 9, "Writes, acks=all"))
        .with(group().all(seen.map(|span| fared(span, scale, y))))
}

fn fared(span: &WriteSpan, scale: Scale, y: i32) -> Element {
    let (class, words) = match span.writes {
        Writes::Taken => ("taken", "taken"),
        Writes::TooFewInSync => ("refused", "refused: too few in sync"),
        Writes::Silent => ("refused", "no answer from the leader"),
        Writes::NoLeader => ("refused", "no leader"),
    };
    let (from, to) = (scale.x(span.from), scale.x(span.to));
    let width = (to - from).max(2);
    let (begun, ended) = (moment(span.from), moment(span.to));
    let letters = i32::try_from(words.len()).unwrap_or_default() * 7;
    let says_why = span.writes != Writes::Taken && width > letters + 12;
    let plate = Rect { x: from + 4, y: y - 1, width: letters, height: 14 };
    svg::titled("g.write-span", format!("{words}, {begun} to {ended}"))
        .key(span.from.0)
        .class(class)
        .with(svg::rect("", Rect { x: from, y: y + 2, width, height: 8 }, 2))
        .with(says_why.then(|| svg::plated("plate", plate, 3, words.into())))
}

fn is_seen(from: SimTime, to: SimTime, scale: Scale) -> bool {
    to > scale.from && from < scale.to
}
