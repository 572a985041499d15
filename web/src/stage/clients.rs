//! Producers and consumers: what each believes and what it was told.

use std::sync::Arc;

use epochscope_view::layout::Layout;
use epochscope_view::narration as words;
use epochscope_view::orders::{Thing, ThingKind};
use epochscope_view::scene::{ClientCard, Scene};
use yew::Callback;

use super::html_at;
use crate::app::Msg;
use crate::commands::opener;
use crate::element::{Element, el, group};
use crate::svg;

/// All clients of the picture.
pub(super) fn draw(scene: &Scene, layout: &Layout, send: &Callback<Msg>) -> Element {
    let card = |client: &Arc<ClientCard>| {
        let (_, place) = layout.clients.iter().find(|(id, _)| *id == client.id)?;
        let content = el("div.client").with(content(client, send));
        let card = el("g").key(client.id.0);
        Some(card.with(svg::rect("card", *place, 8)).with(html_at(*place, content)))
    };
    el("g").all(scene.clients.iter().filter_map(card))
}

/// Two lines about a client.
pub(super) fn content(client: &ClientCard, send: &Callback<Msg>) -> Element {
    let thing = Thing::new(ThingKind::Client, client.name.clone());
    let line = el("p.line")
        .with(el("b").text(client.name.to_string()))
        .with(el("span.note").text(client.about.clone()))
        .with(el("span.acts").with(opener(&thing, "square", send)));
    group().with(line).with(state(words::belief(client))).with(state(words::told(client)))
}

fn state((words, tone): (String, &'static str)) -> Element {
    el("p.state").class(tone).attr("title", words.clone()).text(words)
}
