//! The marks on the time bar: bands, frames, ticks, numbers.

use epochscope_view::layout::Rect;
use epochscope_view::layout::timebar::{PlacedTick, Scale, ticks};
use epochscope_view::narration::moment;
use epochscope_view::palette::{epoch_class, epoch_letter};
use epochscope_view::scene::{Fork, Tone};
use epochscope_view::timeline::{Acts, Band, Tick, Timeline};
use epochscope_vocabulary::{BrokerId, SimTime};

use crate::element::{Element, el, group};
use crate::inspector::tone;
use crate::svg;

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
pub(super) fn hatching() -> Element {
    let pattern = |class: &'static str| {
        el("pattern width=5 height=5 patternUnits=userSpaceOnUse patternTransform=rotate(45)")
            .key(class)
            .attr("id", format!("hatch-{class}"))
            .class(class)
            .with(el("rect.gap width=5 height=5"))
            .with(el("rect.stripe width=1.5 height=5"))
    };
    el("defs").all(["epoch-a", "epoch-b", "epoch-c", "epoch-d"].map(pattern))
}

/// Who believed to lead.
pub(super) fn lanes(
    timeline: &Timeline,
    leaders: &[BrokerId],
    scale: Scale,
    lanes: Lanes,
) -> Element {
    let lane = |(index, broker): (usize, &BrokerId)| {
        let y = lanes.top + lanes.step * i32::try_from(index).unwrap_or_default();
        let seen = |band: &&Band| band.to > scale.from && band.from < scale.to;
        let bands = timeline.bands.iter().filter(|band| band.broker == *broker).filter(seen);
        let name = || svg::text("lane", 24, y + 12, format!("Broker {broker} leads"));
        el("g")
            .key(broker.0)
            .with(lanes.has_words.then(name))
            .with(group().all(bands.map(|band| span(band, y, scale, lanes))))
    };
    group().all(leaders.iter().enumerate().map(lane))
}

fn span(band: &Band, y: i32, scale: Scale, lanes: Lanes) -> Element {
    let (from, to) = (scale.x(band.from), scale.x(band.to));
    let (width, height) = ((to - from).max(2), lanes.height);
    let colour = epoch_class(band.epoch);
    let (class, fill, text) = match band.acts {
        Acts::Paused => ("paused", Some(format!("url(#hatch-{colour})")), "paused".to_owned()),
        Acts::Running => {
            ("acts", None, format!("{}  epoch {}", epoch_letter(band.epoch), band.epoch))
        }
    };
    let title = format!("{text}, {} to {}", moment(band.from), moment(band.to));
    let plate = Rect { x: from + 4, y: y + 1, width: 54, height: height - 2 };
    let words = || match band.acts {
        Acts::Paused => svg::plated("plate", plate, 3, text.into()),
        Acts::Running => svg::text("", from + 8, y + 12, text),
    };
    svg::titled("g.band", title)
        .key(band.from.0)
        .class(colour)
        .class(class)
        .with(svg::rect("", Rect { x: from, y, width, height }, 3).maybe("fill", fill))
        .with((lanes.has_words && width > 76).then(words))
}

/// A frame around each span in which two led at once, with its name where there is room.
pub(super) fn split_brain(timeline: &Timeline, scale: Scale, lanes: Lanes, end: i32) -> Element {
    let seen = |span: &&(SimTime, SimTime)| span.1 >= scale.from && span.0 <= scale.to;
    let frame = |&(from, to): &(SimTime, SimTime)| {
        let (x, right) = (scale.x(from), scale.x(to));
        let width = (right - x).max(3) + 2;
        let span = moment(SimTime(to.since(from).0));
        let name = format!("Split brain: two lead for {span} s");
        let around = Rect { x: x - 1, y: lanes.top - 3, width, height: end - lanes.top + 4 };
        let plate = Rect { x: x + width + 4, y: lanes.top + 1, width: 226, height: 14 };
        let fits = lanes.has_words && x + width + 230 < scale.left + scale.width;
        svg::titled("g.split", name.clone())
            .key(from.0)
            .with(svg::rect("", around, 3))
            .with(fits.then(|| svg::plated("plate", plate, 0, name.into())))
    };
    group().all(timeline.split_brain.iter().filter(seen).map(frame))
}

/// What happened, in two rows.
pub(super) fn events(timeline: &Timeline, scale: Scale, y: i32) -> Element {
    let ticks = ticks(&timeline.ticks, scale, 2);
    group()
        .with(svg::text("lane", 24, y + 11, "Events"))
        .with(group().all(ticks.iter().map(|placed| tick(placed, y))))
}

/// What producers were told: a dot, or a ring with a cross if that is true no more.
pub(super) fn answers(timeline: &Timeline, scale: Scale, y: i32) -> Element {
    let told = |placed: &PlacedTick| {
        let x = placed.x;
        let (what, radius, cross) = match placed.tone {
            Tone::Bad => {
                let cross = format!("M{} {}l5 5m0-5l-5 5", x - 2, y + 5);
                ("was told it is written, and it is lost", 5, Some(svg::path("", cross)))
            }
            Tone::Plain | Tone::Good | Tone::Meta | Tone::Diverged => ("written", 4, None),
        };
        let label = |label: i32| svg::text("", label + 4, y + 11, placed.label.to_string());
        svg::titled("g.answer", format!("{} {}: {what}", moment(placed.at), placed.label))
            .key(format!("{} {}", placed.at, placed.label))
            .class(tone(placed.tone))
            .with(svg::circle(x, y + 7, radius))
            .with(cross)
            .with(placed.label_x.map(label))
    };
    let answers = ticks(&timeline.answers, scale, 1);
    group()
        .with(svg::text("lane", 24, y + 11, "Acked writes"))
        .with(group().all(answers.iter().map(told)))
}

/// The scenario's markers, as flags on the whole run.
pub(super) fn markers(timeline: &Timeline, scale: Scale, end: i32) -> Element {
    let flag = |(at, name): &(SimTime, std::sync::Arc<str>)| {
        let x = scale.x(*at);
        svg::titled("g.marker", format!("{} {name}", moment(*at)))
            .key(format!("{at} {name}"))
            .with(svg::path("", format!("M{x} {end}V2h7l-2 3 2 3h-7")))
    };
    group().all(timeline.markers.iter().map(flag))
}

/// What is not told before a question is answered.
pub(super) fn veil(timeline: &Timeline, scale: Scale, place: Rect) -> Option<Element> {
    let from = timeline.veil.filter(|from| *from < scale.to)?;
    let x = scale.x(from);
    let place = Rect { x, width: scale.left + scale.width - x, ..place };
    let fits = place.width > 260 && place.height > 40;
    let words = "hidden until you have answered";
    let (left, middle) = (x + place.width / 2 - 90, place.y + place.height / 2);
    let veil = svg::titled("g.veil", words)
        .with(svg::rect("", place, 0))
        .with(fits.then(|| svg::text("", left, middle, words)));
    Some(veil)
}

/// The futures: each a line from where it left another, the one shown thicker.
pub(super) fn tree(forks: &[Fork], scale: Scale, top: i32, step: i32) -> Option<Element> {
    if forks.len() < 2 {
        return None;
    }
    let row = |index: usize| top + 3 + step * i32::try_from(index).unwrap_or_default();
    let shown = forks.iter().take(super::MOST_FORKS);
    let branch = |(index, fork): (usize, &Fork)| {
        let (x, y) = (scale.x(fork.from), row(index));
        let from = row(fork.parent.unwrap_or(index).min(super::MOST_FORKS - 1));
        let end = scale.left + scale.width;
        let way = format!("M{x} {from}V{y}H{end}");
        let title = fork.order.as_deref().unwrap_or("as scripted").to_owned();
        svg::titled("g.fork", title)
            .key(fork.branch)
            .class(fork.is_open.then_some("open"))
            .with(svg::path("", way))
    };
    Some(el("g").all(shown.enumerate().map(branch)))
}

/// The moment under the pointer, and what happened there.
pub(super) fn hover(timeline: &Timeline, hover: super::Hover, height: i32) -> Element {
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
    el("g.hover")
        .with(svg::line("", (x, 2), (x, height - 20)))
        .with(svg::rect("", plate, 9))
        .with(svg::text("", left + 7, height - 7, words))
}

fn tick(placed: &PlacedTick, y: i32) -> Element {
    let x = placed.x;
    let y = y + 14 * i32::try_from(placed.row).unwrap_or_default();
    let length = if placed.label_x.is_some() { 12 } else { 4 };
    let label = |x: i32| svg::text("", x, y + 10, placed.label.to_string());
    let name = format!("{} {}", moment(placed.at), placed.label);
    svg::titled("g.event", name)
        .key(format!("{} {}", placed.at, placed.label))
        .class(tone(placed.tone))
        .with(svg::line("", (x, y), (x, y + length)))
        .with(placed.label_x.map(label))
}

/// Round numbers below a part of the bar, with as many decimals as it takes to tell them apart.
pub(super) fn axis(scale: Scale, y: i32) -> Element {
    let marks = scale.marks(90);
    let whole_seconds = marks.iter().all(|at| at.0.is_multiple_of(1_000_000));
    let mark = |at: &SimTime| {
        let text = if whole_seconds { format!("{} s", at.0 / 1_000_000) } else { moment(*at) };
        svg::text("axis-mark", scale.x(*at), y, text)
    };
    group().all(marks.iter().map(mark))
}
