//! Requests and responses: a line for the way, a pointed tag for the message.
//!
//! A tag is drawn around 0,0; the frame moves it.

use epochscope_view::inspector::Jump;
use epochscope_view::layout::{Heading, Route};
use epochscope_view::scene::{Message, Scene, Transit};
use yew::Callback;

use super::leads;
use crate::app::Msg;
use crate::element::{Element, el};
use crate::frame::message_id;
use crate::svg;

/// The line that a message goes along.
pub(super) fn way(route: &Route) -> Element {
    let corners: Vec<String> =
        route.points.iter().map(|point| format!("{} {}", point.x, point.y)).collect();
    el("g")
        .key(format!("way {} {}", route.key.request.0, route.key.is_response))
        .with(svg::path("way", format!("M{}", corners.join("L"))))
}

/// The tag.
pub(super) fn tag(
    scene: &Scene,
    route: &Route,
    asked: Option<Jump>,
    send: &Callback<Msg>,
) -> Option<Element> {
    let message = scene.messages.iter().find(|message| message.key == route.key)?;
    let id = message_id(message);
    let title = format!("{}, {}", message.label, message.ends);
    let tag = svg::titled("g.tag transform='translate(0 0)'", title);
    let tag = leads(tag, Jump::Why(message.cause), asked, send)
        .key(id.as_str())
        .attr("data-message", id)
        .class(message.is_metadata.then_some("metadata"))
        .class(stuck(message))
        .with(svg::path("", outline(route)))
        .with(el("text y=4").text(route.label.clone()));
    Some(tag)
}

/// Why a message does not move on, as a class.
const fn stuck(message: &Message) -> Option<&'static str> {
    match message.transit {
        Transit::Arriving(_) | Transit::Inbox => None,
        Transit::Cut => Some("cut"),
        Transit::Held => Some("held"),
    }
}

/// A box 20 high with a point on the side it is headed for.
fn outline(route: &Route) -> String {
    let half = route.tag_width / 2;
    match route.heading {
        Heading::Left => format!("M{half}-10H-{half}l-6 10 6 10H{half}z"),
        Heading::Right => format!("M-{half}-10H{half}l6 10-6 10H-{half}z"),
        Heading::Up => format!("M-{half}-10H-6l6-6 6 6H{half}V10H-{half}z"),
        Heading::Down => format!("M-{half}-10H{half}V10H6l-6 6-6-6H-{half}z"),
    }
}
