//! The time bar: who believed to lead when, what happened, and the playhead to drag.
//!
//! Above the whole run, thin; below the part of it around the playhead, magnified, since what
//! matters takes milliseconds in a run of minutes. Narrow and low pages show the whole run only.

mod committed;
mod marks;

use std::sync::Arc;

use epochscope_view::layout::Rect;
use epochscope_view::layout::timebar::Scale;
use epochscope_view::narration::moment;
use epochscope_view::scene::Fork;
use epochscope_view::session::Action;
use epochscope_view::timeline::Timeline;
use epochscope_vocabulary::{BrokerId, SimTime};
use web_sys::PointerEvent;
use yew::{Callback, Html, NodeRef, UseStateSetter};

use crate::app::Msg;
use crate::element::{Element, On, el, group};
use crate::part::{Own, Part};
use crate::svg;
use marks::Lanes;

/// What the bar shows.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TimeBar {
    /// The run.
    pub(crate) timeline: Arc<Timeline>,
    /// Its futures.
    pub(crate) forks: Arc<[Fork]>,
    /// The moment shown.
    pub(crate) at: SimTime,
    /// The part of the run to magnify.
    pub(crate) lens: (SimTime, SimTime),
    /// The width and height of the page.
    pub(crate) page: (i32, i32),
    /// Where messages go.
    pub(crate) send: Callback<Msg>,
}

/// Where moments are on the two parts of the bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Scales {
    /// Of the whole run.
    pub(crate) whole: Scale,
    /// Of its magnified part.
    pub(crate) lens: Scale,
}

/// Pages narrower than this have no labels beside the lanes and no magnified part.
const NARROW: i32 = 600;
/// And so it is with lower ones: the stage needs the room.
const LOW: i32 = 560;

const fn is_small((width, height): (i32, i32)) -> bool {
    width < NARROW || height < LOW
}

impl Scales {
    /// For a run until `end`, a part to magnify and a page's width and height.
    pub(crate) fn new(end: SimTime, lens: (SimTime, SimTime), page: (i32, i32)) -> Self {
        let (left, right) = if is_small(page) { (14, 14) } else { (132, 24) };
        let scale = |from: SimTime, to: SimTime| Scale {
            from,
            to,
            left,
            width: (page.0 - left - right).max(100),
        };
        Self { whole: scale(SimTime::ZERO, end), lens: scale(lens.0, lens.1) }
    }
}

/// Where the parts of the bar begin and end, from above.
#[derive(Clone, Copy, Debug)]
struct Heights {
    /// Where the tree of futures begins.
    tree_top: i32,
    /// Where the whole run's part ends.
    whole_end: i32,
    /// Where the magnified part begins.
    lens_top: i32,
    /// Where its lane of the ISR begins.
    isr: i32,
    /// Where its lane of writes begins.
    writes: i32,
    /// The end of it all.
    end: i32,
}

impl Heights {
    fn new(timeline: &Timeline, leaders: usize, forks: usize, page: (i32, i32)) -> Self {
        // A lane without a leader is a lane, also where no partition is shown.
        let leaders = count(leaders.max(1));
        let tree_top = 6 + leaders * 11;
        let tree = if forks > 1 { count(forks.min(MOST_FORKS)) * FORK + 4 } else { 0 };
        let whole_end = tree_top + tree;
        if is_small(page) {
            let end = whole_end + 14;
            return Self { tree_top, whole_end, lens_top: i32::MAX, isr: end, writes: end, end };
        }
        let lens_top = whole_end + 26;
        let answers = lens_top + leaders * 20;
        let isr = answers + 18;
        let writes = isr + 5 * count(timeline.ever_in_sync().len().max(1)) + 8;
        Self { tree_top, whole_end, lens_top, isr, writes, end: writes + 70 }
    }

    const fn answers(self) -> i32 {
        self.isr - 18
    }
}

/// From one future to the next in the tree.
const FORK: i32 = 7;
/// As many futures as the tree shows; the list beside the steps has all.
const MOST_FORKS: usize = 6;

fn count(things: usize) -> i32 {
    i32::try_from(things).unwrap_or(i32::MAX)
}

/// The bar.
impl Part for TimeBar {
    fn draw(&self, own: &Own) -> Html {
        draw(self, own)
    }
}

fn draw(props: &TimeBar, own: &Own) -> Html {
    let TimeBar { timeline, forks, at, lens, page, send } = props;
    let width = page.0;
    let scales = Scales::new(timeline.end, *lens, *page);
    let leaders = timeline.ever_led();
    let heights = Heights::new(timeline, leaders.len(), forks.len(), *page);
    let height = heights.end;
    let hovered = own.number.setter();
    let leave = Callback::from(move |_: PointerEvent| hovered.set(-1));
    let follow = pointer(send, &own.node, scales, heights.lens_top, own.number.setter());
    let has_lens = heights.lens_top < height;
    let hover = Hover::of_number(*own.number, scales);
    let shape = "svg.time role=slider tabindex=0 aria-label=Moment aria-valuemin=0";
    let bar = svg::picture(shape, width, height)
        .node(&own.node)
        .attr("aria-valuemax", (timeline.end.0 / 1_000).to_string())
        .attr("aria-valuenow", (at.0 / 1_000).to_string())
        .attr("aria-valuetext", format!("{} seconds of {}", moment(*at), moment(timeline.end)))
        .on(On::PointerDown, follow.clone())
        .on(On::PointerMove, follow)
        .on(On::PointerLeave, leave)
        .with(marks::hatching())
        .with(svg::rect("ground", Rect { x: 0, y: 0, width, height }, 0))
        .with(whole(timeline, &leaders, scales, heights))
        .with(marks::tree(forks, scales.whole, heights.tree_top, FORK))
        .with(has_lens.then(|| magnified(timeline, &leaders, scales, heights)))
        .with(hover.map(|hover| marks::hover(timeline, hover, height)));
    el("div.bar").with(bar).html()
}

/// The whole run.
fn whole(timeline: &Timeline, leaders: &[BrokerId], scales: Scales, heights: Heights) -> Element {
    let scale = scales.whole;
    let end = heights.whole_end;
    let lanes = Lanes { top: 6, step: 11, height: 8, has_words: false };
    let veil = Rect { x: 0, y: 2, width: 0, height: end - 2 };
    let has_lens = heights.lens_top < heights.end;
    let lens = || {
        let (from, to) = (scale.x(scales.lens.from), scale.x(scales.lens.to));
        let place = Rect { x: from - 1, y: 2, width: (to - from).max(4) + 2, height: end };
        let span = format!("0 to {} s", timeline.end.0.div_ceil(1_000_000));
        group()
            .with(svg::text("lane", 24, 16, span))
            .with(marks::axis(scale, end + 14))
            .with(svg::rect("lens", place, 3))
    };
    let playhead = el("g.playhead data-playhead= transform='translate(0 0)'")
        .with(svg::line("", (0, 2), (0, end + 2)))
        .with(svg::circle(0, end + 2, if has_lens { 5 } else { 8 }));
    group()
        .with(marks::lanes(timeline, leaders, scale, lanes))
        .with(marks::split_brain(timeline, scale, lanes, heights.tree_top))
        .with(marks::markers(timeline, scale, end))
        .with(marks::veil(timeline, scale, veil))
        .with(has_lens.then(lens))
        .with(playhead)
}

/// The part of it around the playhead.
fn magnified(
    timeline: &Timeline,
    leaders: &[BrokerId],
    scales: Scales,
    heights: Heights,
) -> Element {
    let scale = scales.lens;
    let Heights { lens_top, isr, writes, end, .. } = heights;
    let lanes = Lanes { top: lens_top, step: 20, height: 16, has_words: true };
    let veil = Rect { x: 0, y: lens_top, width: 0, height: end - 20 - lens_top };
    let line = svg::line("", (0, lens_top - 4), (0, end - 18));
    let playhead = el("g.playhead data-lens-playhead= transform='translate(0 0)'").with(line);
    group()
        .with(marks::lanes(timeline, leaders, scale, lanes))
        .with(marks::answers(timeline, scale, heights.answers()))
        .with(committed::isr(timeline, scale, isr))
        .with(committed::writes(timeline, scale, writes))
        .with(marks::events(timeline, scale, writes + 16))
        .with(marks::split_brain(timeline, scale, lanes, heights.answers() - 2))
        .with(marks::veil(timeline, scale, veil))
        .with(marks::axis(scale, end - 6))
        .with(playhead)
}

/// A press moves the playhead; so does moving on while pressed. Without a press the moment under
/// the pointer is told.
fn pointer(
    send: &Callback<Msg>,
    bar: &NodeRef,
    scales: Scales,
    lens_top: i32,
    hovered: UseStateSetter<i64>,
) -> Callback<PointerEvent> {
    let (send, bar) = (send.clone(), bar.clone());
    Callback::from(move |event: PointerEvent| {
        let pressed = event.buttons() & 1 == 1;
        // Yew listens at the body: the event's current target is not the bar.
        let Some(bar) = bar.cast::<web_sys::Element>() else { return };
        let place = bar.get_bounding_client_rect();
        #[expect(clippy::cast_possible_truncation, reason = "pixels of a page")]
        let (x, y) =
            (event.client_x() - place.left() as i32, event.client_y() - place.top() as i32);
        let scale = if y >= lens_top - 6 { scales.lens } else { scales.whole };
        if pressed {
            let _ = bar.set_pointer_capture(event.pointer_id());
            send.emit(Msg::Act(Action::Seek(scale.moment(x))));
        }
        let is_inside = (scale.left..=scale.left + scale.width).contains(&x);
        let is_lens = i64::from(y >= lens_top - 6);
        hovered.set(if is_inside && !pressed { 2 * i64::from(x) + is_lens } else { -1 });
    })
}

/// The place under the pointer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hover {
    /// How far from the left.
    x: i32,
    /// On which part.
    scale: Scale,
}

impl Hover {
    /// From the number that the bar keeps: twice the pixels, one more on the magnified part.
    fn of_number(number: i64, scales: Scales) -> Option<Self> {
        let scale = if number % 2 == 0 { scales.whole } else { scales.lens };
        (number >= 0).then(|| Self { x: i32::try_from(number / 2).unwrap_or_default(), scale })
    }
}
