//! The space-time view: nodes side by side, time downwards.
//!
//! The diagram takes part in the order of tabs; the arrows up and down move among its messages and
//! marks, Enter follows a request or goes to a moment, and Escape follows nothing any more.

use std::sync::Arc;

use epochscope_view::narration;
use epochscope_view::picture::{self, LEGEND};
use epochscope_view::session::Action;
use epochscope_view::spacetime::Diagram;
use epochscope_vocabulary::{RequestId, SimTime};
use wasm_bindgen::JsCast;
use web_sys::{Element as Node, KeyboardEvent, MouseEvent, SvgElement};
use yew::{Callback, Event, Html, TargetCast};

use crate::app::Msg;
use crate::element::{Element, On, el, group};
use crate::part::{Own, Part};
use crate::picture::draw;

/// What the view shows.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SpaceTime {
    /// The diagram; none while it is worked out.
    pub(crate) diagram: Option<Arc<Diagram>>,
    /// The request that is followed.
    pub(crate) follow: Option<RequestId>,
    /// Where messages go.
    pub(crate) send: Callback<Msg>,
}

/// The view.
impl Part for SpaceTime {
    fn draw(&self, _own: &Own) -> Html {
        let room = el("div.scroll data-room= data-stage=drawn");
        let view = el("div.spacetime");
        let Some(diagram) = &self.diagram else {
            let wait = el("p.note role=status").text("Working out who said what");
            return view.with(room.with(wait)).html();
        };
        view.with(room.with(self.content(diagram))).with(self.foot(diagram)).html()
    }
}

impl SpaceTime {
    fn content(&self, diagram: &Arc<Diagram>) -> Element {
        let drawn = picture::spacetime(diagram);
        let hear = {
            let (view, diagram) = (self.clone(), diagram.clone());
            Callback::from(move |event: Event| view.hear(&event, &diagram))
        };
        let shapes = el("div.diagram tabindex=0 role=group")
            .attr("aria-label", "Requests and events, time running down")
            .on(On::Click, hear.clone())
            .on(On::KeyDown, hear)
            .with(el("p.hidden").text(drawn.about.clone()))
            .with(draw(&drawn, self.follow));
        group().with(draw(&picture::names(diagram), None).class("names")).with(shapes)
    }

    fn foot(&self, diagram: &Diagram) -> Element {
        let (idle, others) = diagram.left_out;
        let meaning =
            |(colour, words): (&'static str, &'static str)| el("li").class(colour).text(words);
        let all = || {
            el("button type=button").click(&self.send, Msg::Follow(None)).text("Show all requests")
        };
        el("div.meaning")
            .with(el("ul aria-label=Colours").all(LEGEND.into_iter().map(meaning)))
            .with(el("p").text(narration::left_out(idle, others)))
            .with(self.follow.map(|_| all()))
    }

    /// A press or a key in the diagram.
    fn hear(&self, event: &Event, diagram: &Diagram) {
        let Some(target) = event.target_dyn_into::<Node>() else { return };
        let asked = msg_of(&target, self.follow);
        let Some(event) = event.dyn_ref::<KeyboardEvent>() else {
            let there = || Msg::Act(Action::Seek(diagram.axis.moment(height_in(&target, event))));
            return self.send.emit(asked.unwrap_or_else(there));
        };
        match (event.key().as_str(), asked) {
            (way @ ("ArrowDown" | "ArrowUp"), _) => go(&target, way),
            ("Enter" | " ", Some(asked)) => self.send.emit(asked),
            ("Escape", _) => self.send.emit(Msg::Follow(None)),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    }
}

/// What a press of an element asks for.
fn msg_of(element: &Node, follow: Option<RequestId>) -> Option<Msg> {
    let button = element.closest("[data-at]").ok().flatten()?;
    Some(match number(&button, "data-request").map(RequestId) {
        Some(request) => Msg::Follow((Some(request) != follow).then_some(request)),
        None => Msg::Act(Action::Seek(SimTime(number(&button, "data-at")?))),
    })
}

fn number(button: &Node, name: &str) -> Option<u64> {
    button.get_attribute(name)?.parse().ok()
}

/// How far down in the picture a press is.
fn height_in(target: &Node, press: &Event) -> i32 {
    let picture = target.closest("svg").ok().flatten();
    let top = picture.map_or(0.0, |picture| picture.get_bounding_client_rect().top());
    #[expect(clippy::cast_possible_truncation, reason = "pixels of a page")]
    let top = top as i32;
    press.unchecked_ref::<MouseEvent>().client_y() - top
}

/// Moves the focus to the next button in order of time, or the one before.
fn go(from: &Node, way: &str) {
    let Some(diagram) = from.closest(".diagram").ok().flatten() else { return };
    let Ok(all) = diagram.query_selector_all("[data-at]") else { return };
    let button = |index| all.get(index)?.dyn_into::<SvgElement>().ok();
    let place = |index| {
        let one = button(index)?;
        Some((number(&one, "data-at")?, index))
    };
    let places = || (0..all.length()).filter_map(place);
    let here = places().find(|(_, index)| button(*index).is_some_and(|one| *one == *from));
    let next = match way {
        "ArrowDown" => places().filter(|there| Some(*there) > here).min(),
        _ => places().filter(|there| here.is_none_or(|here| *there < here)).max(),
    };
    if let Some(next) = next.and_then(|(_, index)| button(index)) {
        let _ = next.focus();
    }
}
