//! The marks on the time bar: bands, frames, ticks, numbers.

use epochscope_view::layout::Rect;
use epochscope_view::layout::timebar::{PlacedTick, Scale, ticks};
use epochscope_view::narration::moment;
use epochscope_view::palette::{epoch_class, epoch_letter};
use epochscope_view::scene::{Fork, Tone};
use epochscope_view::timeline::{Acts, Band, Tick, Timeline};
use epochscope_vocabulary::{BrokerId, SimTime};
use yew::{Html, classes, html};

use crate::inspector::tone;
use crate::svg::{self, px};

/// Lanes below each other, one for each broker that ever believed to lead.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lanes {
    /// Where the first begins.
    pub(super) top: i32,
    /// From one to the next.
    pub(super) step: i32,
    /// How high a band is.
    pub(super) height: i32,
    /// Whether lanes and bands are named.
    pub(super) has_words: bool,
}

/// Stripes for those who believe and cannot act, one pattern for each colour.
pub(super) fn hatching() -> Html {
    let pattern = |class: &'static str| {
        html! {
            <pattern key={class} id={format!("hatch-{class}")} {class} width="5" height="5"
                patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                <rect class="gap" width="5" height="5" />
                <rect class="stripe" width="1.5" height="5" />
            </pattern>
        }
    };
    html! { <defs>{ for ["epoch-a", "epoch-b", "epoch-c", "epoch-d"].map(pattern) }</defs> }
}

/// Who believed to lead.
pub(super) fn lanes(timeline: &Timeline, leaders: &[BrokerId], scale: Scale, lanes: Lanes) -> Html {
    let lane = |(index, broker): (usize, &BrokerId)| {
        let y = lanes.top + lanes.step * i32::try_from(index).unwrap_or_default();
        let seen = |band: &&Band| band.to > scale.from && band.from < scale.to;
        let bands = timeline.bands.iter().filter(|band| band.broker == *broker).filter(seen);
        html! {
            <g key={broker.0}>
                if lanes.has_words {
                    { svg::text("lane", 24, y + 12, format!("Broker {broker} leads")) }
                }
                { for bands.map(|band| span(band, y, scale, lanes)) }
            </g>
        }
    };
    leaders.iter().enumerate().map(lane).collect()
}

fn span(band: &Band, y: i32, scale: Scale, lanes: Lanes) -> Html {
    let (from, to) = (scale.x(band.from), scale.x(band.to));
    let (width, height) = ((to - from).max(2), lanes.height);
    let is_paused = band.acts == Acts::Paused;
    let fill = is_paused.then(|| format!("url(#hatch-{})", epoch_class(band.epoch)));
    let text = if is_paused {
        "paused".to_owned()
    } else {
        format!("{}  epoch {}", epoch_letter(band.epoch), band.epoch)
    };
    let class = if is_paused { "paused" } else { "acts" };
    let plate = Rect { x: from + 4, y: y + 1, width: 54, height: height - 2 };
    html! {
        <g key={band.from.0} class={classes!("band", epoch_class(band.epoch), class)}>
            <title>{ format!("{text}, {} to {}", moment(band.from), moment(band.to)) }</title>
            <rect x={px(from)} y={px(y)} width={px(width)} height={px(height)} rx="3" {fill} />
            if lanes.has_words && width > 76 {
                if is_paused {
                    { svg::rect("plate", plate, 3) }
                }
                { svg::text("", from + 8, y + 12, text) }
            }
        </g>
    }
}

/// A frame around each span in which two led at once, with its name where there is room.
pub(super) fn split_brain(timeline: &Timeline, scale: Scale, lanes: Lanes, end: i32) -> Html {
    let seen = |span: &&(SimTime, SimTime)| span.1 >= scale.from && span.0 <= scale.to;
    let frame = |&(from, to): &(SimTime, SimTime)| {
        let (x, right) = (scale.x(from), scale.x(to));
        let width = (right - x).max(3) + 2;
        let span = moment(SimTime(to.since(from).0));
        let name = format!("Split brain: two lead for {span} s");
        let around = Rect { x: x - 1, y: lanes.top - 3, width, height: end - lanes.top + 4 };
        let plate = Rect { x: x + width + 4, y: lanes.top + 1, width: 226, height: 14 };
        let fits = lanes.has_words && x + width + 230 < scale.left + scale.width;
        html! {
            <g key={from.0} class="split">
                <title>{ &name }</title>
                { svg::rect("", around, 3) }
                if fits {
                    { svg::rect("plate", plate, 0) }
                    { svg::text("", x + width + 8, lanes.top + 12, name.clone()) }
                }
            </g>
        }
    };
    timeline.split_brain.iter().filter(seen).map(frame).collect()
}

/// What happened, in two rows.
pub(super) fn events(timeline: &Timeline, scale: Scale, y: i32) -> Html {
    html! {
        <>
            { svg::text("lane", 24, y + 11, "Events") }
            { for ticks(&timeline.ticks, scale, 2).iter().map(|placed| tick(placed, y)) }
        </>
    }
}

/// What producers were told: a dot, or a ring with a cross if that is true no more.
pub(super) fn answers(timeline: &Timeline, scale: Scale, y: i32) -> Html {
    let told = |placed: &PlacedTick| {
        let (x, is_broken) = (placed.x, placed.tone == Tone::Bad);
        let what = if is_broken { "was told it is written, and it is lost" } else { "written" };
        html! {
            <g key={format!("{} {}", placed.at, placed.label)}
                class={classes!("answer", tone(placed.tone))}>
                <title>{ format!("{} {}: {what}", moment(placed.at), placed.label) }</title>
                <circle cx={px(x)} cy={px(y + 7)} r={px(if is_broken { 5 } else { 4 })} />
                if is_broken {
                    { svg::path("", format!("M{} {}l5 5m0-5l-5 5", x - 2, y + 5)) }
                }
                if let Some(label) = placed.label_x {
                    { svg::text("", label + 4, y + 11, placed.label.to_string()) }
                }
            </g>
        }
    };
    html! {
        <>
            { svg::text("lane", 24, y + 11, "Acked writes") }
            { for ticks(&timeline.answers, scale, 1).iter().map(told) }
        </>
    }
}

/// The scenario's markers, as flags on the whole run.
pub(super) fn markers(timeline: &Timeline, scale: Scale, end: i32) -> Html {
    let flag = |(at, name): &(SimTime, std::sync::Arc<str>)| {
        let x = scale.x(*at);
        html! {
            <g key={format!("{at} {name}")} class="marker">
                <title>{ format!("{} {name}", moment(*at)) }</title>
                { svg::path("", format!("M{x} {end}V2h7l-2 3 2 3h-7")) }
            </g>
        }
    };
    timeline.markers.iter().map(flag).collect()
}

/// What is not told before a question is answered.
pub(super) fn veil(timeline: &Timeline, scale: Scale, place: Rect) -> Html {
    let Some(from) = timeline.veil.filter(|from| *from < scale.to) else { return Html::default() };
    let x = scale.x(from);
    let place = Rect { x, width: scale.left + scale.width - x, ..place };
    let words = "hidden until you have answered";
    html! {
        <g class="veil">
            <title>{ words }</title>
            { svg::rect("", place, 0) }
            if place.width > 260 && place.height > 40 {
                { svg::text("", x + place.width / 2 - 90, place.y + place.height / 2, words) }
            }
        </g>
    }
}

/// The futures: each a line from where it left another, the one shown thicker.
pub(super) fn tree(forks: &[Fork], scale: Scale, top: i32, step: i32) -> Html {
    if forks.len() < 2 {
        return Html::default();
    }
    let row = |index: usize| top + 3 + step * i32::try_from(index).unwrap_or_default();
    let shown = forks.iter().take(super::MOST_FORKS);
    let branch = |(index, fork): (usize, &Fork)| {
        let (x, y) = (scale.x(fork.from), row(index));
        let from = row(fork.parent.unwrap_or(index).min(super::MOST_FORKS - 1));
        let end = scale.left + scale.width;
        let way = format!("M{x} {from}V{y}H{end}");
        html! {
            <g key={fork.branch} class={if fork.is_open { "fork open" } else { "fork" }}>
                <title>{ fork.order.as_deref().unwrap_or("as scripted").to_owned() }</title>
                { svg::path("", way) }
            </g>
        }
    };
    html! { <g>{ for shown.enumerate().map(branch) }</g> }
}

/// The moment under the pointer, and what happened there.
pub(super) fn hover(timeline: &Timeline, hover: super::Hover, height: i32) -> Html {
    let super::Hover { x, scale } = hover;
    let at = scale.moment(x);
    let near = |tick: &&Tick| (scale.x(tick.at) - x).abs() <= 4 && tick.at <= scale.to;
    let inside = timeline.ticks.iter().filter(|tick| tick.at >= scale.from);
    let what = inside.filter(near).min_by_key(|tick| (scale.x(tick.at) - x).abs());
    let words = match what {
        Some(tick) => format!("{} s  {}", moment(tick.at), tick.label),
        None => format!("{} s", moment(at)),
    };
    let width = 7 * i32::try_from(words.chars().count()).unwrap_or_default() + 14;
    let left = (x - width / 2).clamp(4, (scale.left + scale.width - width).max(4));
    let plate = Rect { x: left, y: height - 20, width, height: 18 };
    html! {
        <g class="hover">
            { svg::line("", (x, 2), (x, height - 20)) }
            { svg::rect("", plate, 9) }
            { svg::text("", left + 7, height - 7, words) }
        </g>
    }
}

fn tick(placed: &PlacedTick, y: i32) -> Html {
    let x = placed.x;
    let y = y + 14 * i32::try_from(placed.row).unwrap_or_default();
    let length = if placed.label_x.is_some() { 12 } else { 4 };
    html! {
        <g key={format!("{} {}", placed.at, placed.label)}
            class={classes!("event", tone(placed.tone))}>
            <title>{ format!("{} {}", moment(placed.at), placed.label) }</title>
            { svg::line("", (x, y), (x, y + length)) }
            if let Some(x) = placed.label_x {
                { svg::text("", x, y + 10, placed.label.to_string()) }
            }
        </g>
    }
}

/// Round numbers below a part of the bar, with as many decimals as it takes to tell them apart.
pub(super) fn axis(scale: Scale, y: i32) -> Html {
    let marks = scale.marks(90);
    let whole_seconds = marks.iter().all(|at| at.0.is_multiple_of(1_000_000));
    let mark = |at: &SimTime| {
        let text = if whole_seconds { format!("{} s", at.0 / 1_000_000) } else { moment(*at) };
        svg::text("axis-mark", scale.x(*at), y, text)
    };
    marks.iter().map(mark).collect()
}
