//! The controllers and how far everybody has read their decisions.

use epochscope_view::layout::Rect;
use epochscope_view::orders::{Thing, ThingKind};
use epochscope_view::scene::{ControllerCard, MetadataLag, Quorum, Scene};
use yew::{Callback, Html, classes, html};

use super::html_at;
use crate::app::Msg;
use crate::commands::open;
use crate::svg;

/// The strip above the racks.
pub(super) fn draw(scene: &Scene, place: Rect, send: &Callback<Msg>) -> Html {
    let quorum = &scene.quorum;
    let content = html! {
        <>
            <div class="quorum-title">
                <h2>{ "Controller quorum" }</h2>
                <p>{ committed(quorum) }</p>
            </div>
            <ul class="controllers">{ for quorum.controllers.iter().map(|one| controller(one, send)) }</ul>
            <ul class="readers">{ for quorum.brokers.iter().map(reader) }</ul>
        </>
    };
    html! {
        <>
            { svg::rect("card", place, 10) }
            { html_at(place, "quorum", content) }
        </>
    }
}

/// The last offset of what ends at `end`.
pub(super) fn last(end: epochscope_vocabulary::Offset) -> String {
    end.0.checked_sub(1).map_or_else(|| "nothing".to_owned(), |last| last.to_string())
}

fn committed(quorum: &Quorum) -> String {
    match quorum.committed {
        Some(end) => format!("metadata committed to {}", last(end)),
        None => "no active controller".to_owned(),
    }
}

fn controller(card: &ControllerCard, send: &Callback<Msg>) -> Html {
    let thing = Thing::new(ThingKind::Controller, card.id.0.to_string());
    let (class, role) =
        if card.is_active { ("active", "active") } else { ("standby", card.quorum_role) };
    let at = format!("at {}", last(card.log_end_offset));
    html! {
        <li key={card.id.0}>
            <button type="button" class={classes!("controller", class)} aria-haspopup="dialog"
                aria-label={format!("Controller {} {role} {at}: what can be done", card.id.0)}
                title={format!("Controller {}: what can be done", card.id.0)}
                onclick={open(&thing, None, send)}>
                <b>{ card.id.0 }</b>
                <span>{ role }</span>
                <code>{ at }</code>
            </button>
        </li>
    }
}

fn reader(
    (id, offset, lag): &(
        epochscope_vocabulary::BrokerId,
        epochscope_vocabulary::Offset,
        MetadataLag,
    ),
) -> Html {
    let (class, what) = match lag {
        MetadataLag::UpToDate => ("current", format!("at {}", last(*offset))),
        MetadataLag::Behind => ("behind", format!("behind, at {}", last(*offset))),
        MetadataLag::Down => ("down", "down".to_owned()),
    };
    html! {
        <li key={id.0} {class}>{ format!("broker {id} ") }<code>{ what }</code></li>
    }
}
