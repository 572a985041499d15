//! Producers and consumers: what each believes and what it was told.

use epochscope_view::layout::Layout;
use epochscope_view::narration as words;
use epochscope_view::orders::{Thing, ThingKind};
use epochscope_view::scene::{ClientCard, Scene};
use yew::{Callback, Html, classes, html};

use super::html_at;
use crate::app::Msg;
use crate::commands::opener;
use crate::svg;

/// All clients of the picture.
pub(super) fn draw(scene: &Scene, layout: &Layout, send: &Callback<Msg>) -> Html {
    let place = |client: &ClientCard| {
        layout.clients.iter().find(|(id, _)| *id == client.id).map(|(_, place)| *place)
    };
    let cards = scene.clients.iter().filter_map(|client| {
        let rect = place(client)?;
        Some(html! {
            <g key={client.id.0}>
                { svg::rect("card", rect, 8) }
                { html_at(rect, "client", content(client, send)) }
            </g>
        })
    });
    cards.collect()
}

/// Two lines about a client.
pub(super) fn content(client: &ClientCard, send: &Callback<Msg>) -> Html {
    let thing = Thing::new(ThingKind::Client, client.name.clone());
    let (belief, tone) = words::belief(client);
    let (told, told_tone) = words::told(client);
    html! {
        <>
            <p class="line"><b>{ &client.name }</b><span class="note">{ &client.about }</span>
                <span class="acts">{ opener(&thing, "square", send) }</span></p>
            <p class={classes!("state", tone)} title={belief.clone()}>{ &belief }</p>
            <p class={classes!("state", told_tone)} title={told.clone()}>{ &told }</p>
        </>
    }
}
