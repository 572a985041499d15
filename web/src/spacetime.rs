//! The space-time view: nodes side by side, time downwards.
//!
//! One of its messages and marks takes part in the order of tabs; the arrows up and down move among
//! them, Enter follows a request or goes to a moment, and Escape follows nothing any more.

use std::sync::Arc;

use epochscope_view::layout::Point;
use epochscope_view::narration;
use epochscope_view::picture::{self, LEGEND};
use epochscope_view::spacetime::Diagram;
use epochscope_vocabulary::{RequestId, SimTime, put_in_order};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, SvgElement};
use yew::{
    Callback, Html, KeyboardEvent, MouseEvent, NodeRef, Properties, component, html,
    use_effect_with, use_node_ref,
};

use crate::app::Msg;
use crate::picture::draw;

/// What the view shows.
#[derive(Clone, Debug, PartialEq, Properties)]
pub(crate) struct SpaceTimeProps {
    /// The diagram; none while it is worked out.
    pub(crate) diagram: Option<Arc<Diagram>>,
    /// The request that is followed.
    pub(crate) follow: Option<RequestId>,
    /// Where messages go.
    pub(crate) send: Callback<Msg>,
}

/// The view.
#[component]
pub(crate) fn SpaceTime(props: &SpaceTimeProps) -> Html {
    let SpaceTimeProps { diagram, follow, send } = props;
    let room = use_node_ref();
    let playhead = diagram.as_ref().and_then(|diagram| diagram.at.1);
    let shown = room.clone();
    use_effect_with(playhead, move |playhead| keep_in_sight(&shown, *playhead));
    let content = match diagram {
        Some(diagram) => content(diagram, *follow, send),
        None => html! { <p class="note" role="status">{ "Working out who said what" }</p> },
    };
    html! {
        <div class="spacetime">
            <div class="scroll" ref={room} data-room="" data-stage="drawn">{ content }</div>
            if let Some(diagram) = diagram { { foot(diagram, *follow, send) } }
        </div>
    }
}

fn content(diagram: &Arc<Diagram>, follow: Option<RequestId>, send: &Callback<Msg>) -> Html {
    let drawn = picture::spacetime(diagram);
    let press = {
        let (send, diagram) = (send.clone(), diagram.clone());
        Callback::from(move |event: MouseEvent| {
            let Some(target) = event.target().and_then(|one| one.dyn_into::<Element>().ok()) else {
                return;
            };
            match msg_of(&target, follow) {
                Some(msg) => send.emit(msg),
                None => send.emit(Msg::Seek(diagram.axis.moment(place_in(&target, &event).y))),
            }
        })
    };
    let keys = {
        let send = send.clone();
        Callback::from(move |event: KeyboardEvent| on_key(&event, follow, &send))
    };
    html! {
        <>
            { draw(&picture::names(diagram), "names", None) }
            <div class="diagram" tabindex="0" role="group" onclick={press} onkeydown={keys}
                aria-label="Requests and events, time running down" >
                <p class="hidden">{ drawn.about.clone() }</p>
                { draw(&drawn, "shapes", follow) }
            </div>
        </>
    }
}

fn foot(diagram: &Diagram, follow: Option<RequestId>, send: &Callback<Msg>) -> Html {
    let (idle, others) = diagram.left_out;
    let meaning = |(colour, words): &(&'static str, &'static str)| {
        html! { <li key={*colour} class={*colour}>{ *words }</li> }
    };
    html! {
        <div class="meaning">
            <ul aria-label="Colours">{ for LEGEND.iter().map(meaning) }</ul>
            <p>{ narration::left_out(idle, others) }</p>
            if follow.is_some() {
                <button type="button" onclick={send.reform(|_| Msg::Follow(None))}>
                    { "Show all requests" }
                </button>
            }
        </div>
    }
}

/// What a press of an element asks for.
fn msg_of(element: &Element, follow: Option<RequestId>) -> Option<Msg> {
    let button = element.closest("[data-at]").ok().flatten()?;
    let number = |name: &str| button.get_attribute(name)?.parse::<u64>().ok();
    Some(match number("data-request").map(RequestId) {
        Some(request) => Msg::Follow((Some(request) != follow).then_some(request)),
        None => Msg::Seek(SimTime(number("data-at")?)),
    })
}

/// Where a press is in the picture.
fn place_in(target: &Element, event: &MouseEvent) -> Point {
    let picture = target.closest("svg").ok().flatten();
    let top = picture.map_or(0.0, |picture| picture.get_bounding_client_rect().top());
    #[expect(clippy::cast_possible_truncation, reason = "pixels of a page")]
    let y = event.client_y() - top as i32;
    Point { x: event.client_x(), y }
}

fn on_key(event: &KeyboardEvent, follow: Option<RequestId>, send: &Callback<Msg>) {
    let Some(target) = event.target().and_then(|one| one.dyn_into::<Element>().ok()) else {
        return;
    };
    match event.key().as_str() {
        "ArrowDown" => go(&target, Way::On),
        "ArrowUp" => go(&target, Way::Back),
        "Enter" | " " => match msg_of(&target, follow) {
            Some(msg) => send.emit(msg),
            None => return,
        },
        "Escape" => send.emit(Msg::Follow(None)),
        _ => return,
    }
    event.prevent_default();
    event.stop_propagation();
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    On,
    Back,
}

/// Moves the focus to the next button in order of time, or the one before.
fn go(from: &Element, way: Way) {
    let Some(diagram) = from.closest(".diagram").ok().flatten() else { return };
    let Ok(all) = diagram.query_selector_all("[data-at]") else { return };
    let buttons = (0..all.length()).filter_map(|index| all.get(index)?.dyn_into::<Element>().ok());
    let at = |one: &Element| {
        one.get_attribute("data-at").and_then(|at| at.parse::<u64>().ok()).unwrap_or_default()
    };
    let mut buttons: Vec<(u64, Element)> = buttons.map(|one| (at(&one), one)).collect();
    put_in_order(&mut buttons, |(one, _), (other, _)| one < other);
    let here = buttons.iter().position(|(_, one)| one == from);
    let next = match (here, way) {
        (None, Way::On) => 0,
        (None, Way::Back) => buttons.len().saturating_sub(1),
        (Some(here), Way::On) => here + 1,
        (Some(here), Way::Back) => here.saturating_sub(1),
    };
    if let Some((_, next)) = buttons.get(next)
        && let Some(next) = next.dyn_ref::<SvgElement>()
    {
        let _ = next.focus();
    }
}

/// Scrolls so that the moment shown is seen.
fn keep_in_sight(room: &NodeRef, playhead: Option<i32>) {
    let (Some(room), Some(y)) = (room.cast::<HtmlElement>(), playhead) else { return };
    const MARGIN: i32 = 90;
    let (top, height) = (room.scroll_top(), room.client_height());
    if y < top + MARGIN {
        room.set_scroll_top(y - MARGIN);
    } else if y + MARGIN > top + height {
        room.set_scroll_top(y + MARGIN - height);
    }
}
