//! The time bar: who believed to lead when, what happened, and the playhead to drag.

use std::collections::BTreeSet;
use std::sync::Arc;

use epochscope_view::layout::timebar::{PlacedTick, Scale, ticks};
use epochscope_view::palette::{epoch_class, epoch_letter};
use epochscope_view::timeline::{Acts, Band, Timeline};
use epochscope_vocabulary::{BrokerId, SimTime};
use wasm_bindgen::JsCast;
use web_sys::{Element, PointerEvent};
use yew::{Callback, Html, Properties, classes, component, html};

use crate::app::Msg;
use crate::inspector::tone;
use crate::svg::px;

/// What the bar shows.
#[derive(Clone, Debug, PartialEq, Properties)]
pub(crate) struct TimeBarProps {
    /// The run.
    pub(crate) timeline: Arc<Timeline>,
    /// The moment shown.
    pub(crate) at: SimTime,
    /// The width of the page.
    pub(crate) width: i32,
    /// Where messages go.
    pub(crate) send: Callback<Msg>,
}

const LANE: i32 = 20;
const TOP: i32 = 8;

/// Where moments are on a bar in a page of this width.
pub(crate) fn scale(end: SimTime, width: i32) -> Scale {
    let (left, right) = if width < 600 { (14, 14) } else { (132, 24) };
    Scale { from: SimTime::ZERO, to: end, left, width: (width - left - right).max(100) }
}

/// The bar.
#[component]
pub(crate) fn TimeBar(props: &TimeBarProps) -> Html {
    let TimeBarProps { timeline, at, width, send } = props;
    let width = *width;
    let scale = scale(timeline.end, width);
    let narrow = width < 600;
    let lanes: Vec<BrokerId> =
        timeline.bands.iter().map(|b| b.broker).collect::<BTreeSet<_>>().into_iter().collect();
    let step = if narrow { 12 } else { LANE };
    let lanes_end = TOP + step * i32::try_from(lanes.len()).unwrap_or_default();
    let height = lanes_end + if narrow { 14 } else { 44 };
    html! {
        <div class="bar">
            <svg class="time" width={px(width)} height={px(height)} viewBox={format!("0 0 {width} {height}")}
                role="slider" tabindex="0" aria-label="Moment" aria-valuemin="0"
                aria-valuemax={(timeline.end.0 / 1_000).to_string()}
                aria-valuenow={(at.0 / 1_000).to_string()}
                aria-valuetext={format!("{at} seconds of {}", timeline.end)}
                onpointerdown={drag(send, scale)} onpointermove={drag(send, scale)}>
                { hatching() }
                <rect class="ground" x="0" y="0" width={px(width)} height={px(height)} />
                for (index, broker) in lanes.iter().enumerate() {
                    { lane(timeline, *broker, TOP + step * number(index), (scale, narrow)) }
                }
                { for timeline.split_brain.iter().map(|span| split(*span, scale, lanes_end)) }
                if !narrow { { events(timeline, scale, lanes_end) } }
                <g data-playhead="" transform="translate(0 0)" class="playhead">
                    <line x1="0" x2="0" y1="2" y2={px(height - if narrow { 2 } else { 16 })} />
                    <circle cx="0" cy={px(lanes_end + 2)} r={px(if narrow { 8 } else { 6 })} />
                </g>
            </svg>
        </div>
    }
}

fn number(index: usize) -> i32 {
    i32::try_from(index).unwrap_or_default()
}

/// A press moves the playhead; so does moving on while pressed.
fn drag(send: &Callback<Msg>, scale: Scale) -> Callback<PointerEvent> {
    let send = send.clone();
    Callback::from(move |event: PointerEvent| {
        let pressed = event.buttons() & 1 == 1;
        let target = event.current_target().and_then(|target| target.dyn_into::<Element>().ok());
        let (true, Some(bar)) = (pressed, target) else { return };
        let _ = bar.set_pointer_capture(event.pointer_id());
        #[expect(clippy::cast_possible_truncation, reason = "pixels of a page")]
        let x = event.client_x() - bar.get_bounding_client_rect().left() as i32;
        send.emit(Msg::Seek(scale.moment(x)));
    })
}

/// Stripes for those who believe and cannot act, one pattern for each colour.
fn hatching() -> Html {
    let pattern = |class: &'static str| {
        html! {
            <pattern key={class} id={format!("hatch-{class}")} {class} width="5" height="5"
                patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                <rect class="gap" width="5" height="5" /><rect class="stripe" width="1.5" height="5" />
            </pattern>
        }
    };
    html! { <defs>{ for ["epoch-a", "epoch-b", "epoch-c", "epoch-d"].map(pattern) }</defs> }
}

fn lane(timeline: &Timeline, broker: BrokerId, y: i32, (scale, narrow): (Scale, bool)) -> Html {
    let bands = timeline.bands.iter().filter(|band| band.broker == broker);
    html! {
        <g key={broker.0}>
            if !narrow {
                <text class="lane" x="24" y={px(y + 12)}>{ format!("Broker {broker} leads") }</text>
            }
            { for bands.map(|band| span(band, y, scale, narrow)) }
        </g>
    }
}

fn span(band: &Band, y: i32, scale: Scale, narrow: bool) -> Html {
    let (from, to) = (scale.x(band.from), scale.x(band.to));
    let (width, height) = ((to - from).max(2), if narrow { 9 } else { 15 });
    let (class, fill) = match band.acts {
        Acts::Running => ("acts", None),
        Acts::Paused => ("paused", Some(format!("url(#hatch-{})", epoch_class(band.epoch)))),
    };
    let text = match band.acts {
        Acts::Running => format!("{}  epoch {}", epoch_letter(band.epoch), band.epoch),
        Acts::Paused => "paused".to_owned(),
    };
    html! {
        <g key={band.from.0} class={classes!("band", epoch_class(band.epoch), class)}>
            <title>{ format!("{text}, {} to {}", band.from, band.to) }</title>
            <rect x={px(from)} y={px(y)} width={px(width)} height={px(height)} rx="3" {fill} />
            if width > 90 && !narrow {
                if band.acts == Acts::Paused {
                    <rect class="plate" x={px(from + 5)} y={px(y + 1)} width="52" height={px(height - 2)} rx="3" />
                }
                <text x={px(from + 8)} y={px(y + 11)}>{ text }</text>
            }
        </g>
    }
}

/// A frame around a span in which two led at once.
fn split((from, to): (SimTime, SimTime), scale: Scale, lanes_end: i32) -> Html {
    let (x, end) = (scale.x(from), scale.x(to));
    let width = (end - x).max(4);
    html! {
        <g key={from.0} class="split">
            <title>{ format!("Split brain, {from} to {to}") }</title>
            <rect x={px(x - 1)} y={px(TOP - 4)} width={px(width + 2)} height={px(lanes_end - TOP + 4)} rx="3" />
        </g>
    }
}

fn events(timeline: &Timeline, scale: Scale, lanes_end: i32) -> Html {
    let y = lanes_end + 6;
    let axis_y = lanes_end + 40;
    let mark = |at: SimTime| {
        html! {
            <text key={at.0} class="axis-mark" x={px(scale.x(at))} y={px(axis_y)}>
                { format!("{} s", at.0 / 1_000_000) }
            </text>
        }
    };
    html! {
        <>
            <text class="lane" x="24" y={px(y + 10)}>{ "Events" }</text>
            { for ticks(timeline, scale).iter().map(|placed| tick(placed, y)) }
            { for scale.marks(90).into_iter().filter(|at| at.0 % 1_000_000 == 0).map(mark) }
        </>
    }
}

fn tick(placed: &PlacedTick, y: i32) -> Html {
    html! {
        <g key={format!("{} {}", placed.x, placed.label)} class={classes!("event", tone(placed.tone))}>
            <title>{ &placed.label }</title>
            <line x1={px(placed.x)} x2={px(placed.x)} y1={px(y)}
                y2={px(y + if placed.label_x.is_some() { 12 } else { 5 })} />
            if let Some(x) = placed.label_x { <text x={px(x)} y={px(y + 13)}>{ &placed.label }</text> }
        </g>
    }
}
