//! The compact form's lists: what the full picture shows around the cards.

use std::sync::Arc;

use epochscope_view::inspector::Jump;
use epochscope_view::narration;
use epochscope_view::scene::{
    ClientCard, ControllerCard, Message, MetadataLag, Quorum, Scene, Transit,
};
use epochscope_vocabulary::SimTime;
use yew::Callback;

use super::{clients as client_cards, leads, quorum};
use crate::app::Msg;
use crate::element::{Element, el, group};
use crate::frame::message_id;

/// Of more brokers than this nobody is named who has read all.
const MOST_NAMED: usize = 4;

/// The controllers in one line.
pub(super) fn quorum_line(state: &Quorum) -> Element {
    let active = match state.controllers.iter().find(|controller| controller.is_active) {
        Some(active) => el("span").with(el("b").text(active.id.0.to_string())).text(format!(
            " active, epoch {}, metadata at {}",
            active.quorum_epoch,
            quorum::last(active.log_end_offset)
        )),
        None => el("span").text("no active controller"),
    };
    let is_many = state.brokers.len() > MOST_NAMED;
    let told = is_many.then(|| el("span").text(narration::readers(state)));
    let named = if is_many { &[][..] } else { &state.brokers };
    let behind = named.iter().filter(|(_, _, lag)| *lag == MetadataLag::Behind);
    let behind = behind.map(|(id, offset, _)| {
        let words = format!("broker {id} at {}", quorum::last(*offset));
        el("span.behind").key(id.0).text(words)
    });
    let is_told = |one: &&ControllerCard| {
        !one.cut_off.is_empty() || !(one.is_active || one.role == "follower")
    };
    let others = state.controllers.iter().filter(is_told);
    let others = others.map(|one| {
        let words = match one.cut_off.as_str() {
            "" => format!("{} {}", one.id, one.role),
            whom => format!("{} {}, cut off: {whom}", one.id, one.role),
        };
        el("span").key(one.id.0).text(words)
    });
    el("p.quorum-line").with(active).with(group().all(others)).with(told).with(group().all(behind))
}

/// Messages on their way.
pub(super) fn messages(scene: &Scene, asked: Option<Jump>, send: &Callback<Msg>) -> Element {
    let all = &scene.messages;
    let item = |message: &Arc<Message>| {
        let button = el("button.quiet type=button")
            .with(el("code").text(message.label.to_string()))
            .with(el("span").text(message.ends.to_string()))
            .with(el("span.when").text(when(message, scene.at)));
        el("li")
            .key(message_id(message))
            .class(message.is_metadata.then_some("metadata"))
            .with(leads(button, Jump::Why(message.cause), asked, send))
    };
    let none = || el("p.note").text("No message is on its way.");
    el("div.on-their-way role=group aria-label='Messages on their way'")
        .with(el("h2").text("On their way"))
        .with(all.is_empty().then(none))
        .with(el("ul").all(all.iter().map(item)))
}

fn when(message: &Message, now: SimTime) -> String {
    match message.transit {
        Transit::Arriving(at) => {
            let left = at.since(now).0;
            if left >= 1_000 { format!("{} ms", left / 1_000) } else { format!("{left} µs") }
        }
        Transit::Cut => "cut".to_owned(),
        Transit::Held => "held".to_owned(),
        Transit::Inbox => "inbox".to_owned(),
    }
}

/// Clients below each other.
pub(super) fn clients(all: &[Arc<ClientCard>], send: &Callback<Msg>) -> Element {
    let item = |client: &Arc<ClientCard>| {
        el("li.client").key(client.id.0).with(client_cards::content(client, send))
    };
    el("div.clients role=group aria-label=Clients")
        .with(el("h2").text("Clients"))
        .with(el("ul").all(all.iter().map(item)))
}
