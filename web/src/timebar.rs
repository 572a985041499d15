//! The time bar: who believed to lead when, what happened, and the playhead to drag.
//!
//! Above the whole run, thin; below the part of it around the playhead, magnified, since what
//! matters takes milliseconds in a run of minutes. Narrow pages show the whole run only.

mod marks;

use std::sync::Arc;

use epochscope_view::layout::Rect;
use epochscope_view::layout::timebar::Scale;
use epochscope_view::narration::moment;
use epochscope_view::timeline::Timeline;
use epochscope_vocabulary::{BrokerId, SimTime};
use web_sys::{Element, PointerEvent};
use yew::{Callback, Html, NodeRef, Properties, component, html, use_node_ref};

use crate::app::Msg;
use crate::svg::{self, px};
use marks::Lanes;

/// What the bar shows.
#[derive(Clone, Debug, PartialEq, Properties)]
pub(crate) struct TimeBarProps {
    /// The run.
    pub(crate) timeline: Arc<Timeline>,
    /// The moment shown.
    pub(crate) at: SimTime,
    /// The part of the run to magnify.
    pub(crate) lens: (SimTime, SimTime),
    /// The width of the page.
    pub(crate) width: i32,
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

impl Scales {
    /// For a run until `end`, a part to magnify and a page's width.
    pub(crate) fn new(end: SimTime, lens: (SimTime, SimTime), width: i32) -> Self {
        let (left, right) = if width < NARROW { (14, 14) } else { (132, 24) };
        let scale = |from: SimTime, to: SimTime| Scale {
            from,
            to,
            left,
            width: (width - left - right).max(100),
        };
        Self { whole: scale(SimTime::ZERO, end), lens: scale(lens.0, lens.1) }
    }
}

/// Where the parts of the bar begin and end, from above.
#[derive(Clone, Copy, Debug)]
struct Heights {
    /// Where the whole run's lanes end.
    whole_end: i32,
    /// Where the magnified part begins.
    lens_top: i32,
    /// Where its lanes end.
    lanes_end: i32,
    /// The end of it all.
    end: i32,
}

impl Heights {
    fn new(lanes: usize, width: i32) -> Self {
        let lanes = i32::try_from(lanes).unwrap_or_default();
        let whole_end = 6 + lanes * 11;
        if width < NARROW {
            return Self {
                whole_end,
                lens_top: i32::MAX,
                lanes_end: whole_end,
                end: whole_end + 14,
            };
        }
        let lens_top = whole_end + 26;
        let lanes_end = lens_top + lanes * 20;
        Self { whole_end, lens_top, lanes_end, end: lanes_end + 54 }
    }
}

/// The bar.
#[component]
pub(crate) fn TimeBar(props: &TimeBarProps) -> Html {
    let TimeBarProps { timeline, at, lens, width, send } = props;
    let width = *width;
    let scales = Scales::new(timeline.end, *lens, width);
    let leaders = leaders(timeline);
    let heights = Heights::new(leaders.len(), width);
    let bar = use_node_ref();
    let drag = drag(send, &bar, scales, heights.lens_top);
    let height = heights.end;
    html! {
        <div class="bar">
            <svg ref={bar} class="time" width={px(width)} height={px(height)}
                viewBox={format!("0 0 {width} {height}")}
                role="slider" tabindex="0" aria-label="Moment" aria-valuemin="0"
                aria-valuemax={(timeline.end.0 / 1_000).to_string()}
                aria-valuenow={(at.0 / 1_000).to_string()}
                aria-valuetext={format!("{} seconds of {}", moment(*at), moment(timeline.end))}
                onpointerdown={drag.clone()} onpointermove={drag}>
                { marks::hatching() }
                { svg::rect("ground", Rect { x: 0, y: 0, width, height }, 0) }
                { whole(timeline, &leaders, scales, heights) }
                if heights.lens_top < height {
                    { magnified(timeline, &leaders, scales, heights) }
                }
            </svg>
        </div>
    }
}

/// The brokers that ever believed to lead, in order.
fn leaders(timeline: &Timeline) -> Vec<BrokerId> {
    let mut leaders: Vec<BrokerId> = Vec::new();
    for band in &timeline.bands {
        if let Err(index) = leaders.binary_search(&band.broker) {
            leaders.insert(index, band.broker);
        }
    }
    leaders
}

/// The whole run.
fn whole(timeline: &Timeline, leaders: &[BrokerId], scales: Scales, heights: Heights) -> Html {
    let scale = scales.whole;
    let has_lens = heights.lens_top < heights.end;
    let (from, to) = (scale.x(scales.lens.from), scale.x(scales.lens.to));
    let lanes = Lanes { top: 6, step: 11, height: 8, has_words: false };
    let end = heights.whole_end;
    let whole_span = format!("0 to {} s", timeline.end.0.div_ceil(1_000_000));
    let lens = Rect { x: from - 1, y: 2, width: (to - from).max(4) + 2, height: end };
    html! {
        <>
            { marks::lanes(timeline, leaders, scale, lanes) }
            { marks::split_brain(timeline, scale, lanes, end) }
            if has_lens {
                { svg::text("lane", 24, 16, whole_span) }
                { marks::axis(scale, end + 14) }
                { svg::rect("lens", lens, 3) }
            }
            <g data-playhead="" transform="translate(0 0)" class="playhead">
                { svg::line("", (0, 2), (0, end + 2)) }
                <circle cx="0" cy={px(end + 2)} r={px(if has_lens { 5 } else { 8 })} />
            </g>
        </>
    }
}

/// The part of it around the playhead.
fn magnified(timeline: &Timeline, leaders: &[BrokerId], scales: Scales, heights: Heights) -> Html {
    let scale = scales.lens;
    let Heights { lens_top, lanes_end, end, .. } = heights;
    let lanes = Lanes { top: lens_top, step: 20, height: 16, has_words: true };
    html! {
        <>
            { marks::lanes(timeline, leaders, scale, lanes) }
            { marks::events(timeline, scale, lanes_end + 4) }
            { marks::split_brain(timeline, scale, lanes, lanes_end) }
            { marks::axis(scale, end - 6) }
            <g data-lens-playhead="" transform="translate(0 0)" class="playhead">
                { svg::line("", (0, lens_top - 4), (0, end - 18)) }
            </g>
        </>
    }
}

/// A press moves the playhead; so does moving on while pressed.
fn drag(
    send: &Callback<Msg>,
    bar: &NodeRef,
    scales: Scales,
    lens_top: i32,
) -> Callback<PointerEvent> {
    let (send, bar) = (send.clone(), bar.clone());
    Callback::from(move |event: PointerEvent| {
        let pressed = event.buttons() & 1 == 1;
        // Yew listens at the body: the event's current target is not the bar.
        let (true, Some(bar)) = (pressed, bar.cast::<Element>()) else { return };
        let _ = bar.set_pointer_capture(event.pointer_id());
        let place = bar.get_bounding_client_rect();
        #[expect(clippy::cast_possible_truncation, reason = "pixels of a page")]
        let (x, y) =
            (event.client_x() - place.left() as i32, event.client_y() - place.top() as i32);
        let scale = if y >= lens_top - 6 { scales.lens } else { scales.whole };
        send.emit(Msg::Seek(scale.moment(x)));
    })
}
