//! The controllers and how far everybody has read their decisions.

use epochscope_view::layout::{Rect, readers_named};
use epochscope_view::narration;
use epochscope_view::orders::{Thing, ThingKind};
use epochscope_view::scene::{ControllerCard, MetadataLag, Quorum, Scene};
use epochscope_vocabulary::{BrokerId, Offset};
use yew::Callback;

use super::html_at;
use crate::app::Msg;
use crate::commands::open;
use crate::element::{Element, On, el, group};
use crate::icons::Icon;
use crate::svg;

/// The strip above the racks.
pub(super) fn draw(scene: &Scene, place: Rect, send: &Callback<Msg>) -> Element {
    let quorum = &scene.quorum;
    let title = el("div.quorum-title")
        .with(el("h2").text("Controller quorum"))
        .with(el("p").text(committed(quorum)));
    let content = el("div.quorum")
        .with(title)
        .with(el("ul.controllers").all(quorum.controllers.iter().map(|one| controller(one, send))))
        .with(readers(quorum, place));
    group().with(svg::rect("card", place, 10)).with(html_at(place, content))
}

/// How far each broker has read; of many, who has not read all.
fn readers(quorum: &Quorum, place: Rect) -> Element {
    if quorum.brokers.len() > readers_named(place, quorum.controllers.len()) {
        let words = narration::readers(quorum);
        return el("p.readers-told").attr("title", words.clone()).text(words);
    }
    el("ul.readers").all(quorum.brokers.iter().map(reader))
}

/// The last offset of what ends at `end`.
pub(super) fn last(end: Offset) -> String {
    end.0.checked_sub(1).map_or_else(|| "nothing".to_owned(), |last| last.to_string())
}

fn committed(quorum: &Quorum) -> String {
    match quorum.committed {
        Some(end) => format!("metadata committed to {}", last(end)),
        None => "no active controller".to_owned(),
    }
}

fn controller(card: &ControllerCard, send: &Callback<Msg>) -> Element {
    let id = card.id.0;
    let thing = Thing::new(ThingKind::Controller, id.to_string());
    let class = match (card.is_active, card.role) {
        (true, _) => "active",
        (false, "crashed" | "stopped") => "standby down",
        (false, _) => "standby",
    };
    let (role, epoch) = (card.role, card.quorum_epoch);
    let at = format!("at {}", last(card.log_end_offset));
    let cut = match card.cut_off.as_str() {
        "" => String::new(),
        whom => format!(", cut off: {whom}"),
    };
    let sign = (!cut.is_empty()).then(|| Icon::Cut.draw());
    let button = el("button.controller type=button aria-haspopup=dialog")
        .class(class)
        .attr(
            "aria-label",
            format!("Controller {id} {role} in epoch {epoch} {at}{cut}: what can be done"),
        )
        .attr("title", format!("Controller {id}{cut}: what can be done"))
        .on(On::Click, open(&thing, None, send))
        .with(
            el("b")
                .text(id.to_string())
                .with(el("small").text(format!(" e{epoch}")))
                .with(sign.map(|sign| el("i.diverged").with(sign))),
        )
        .with(el("span").text(role))
        .with(el("code").text(at));
    el("li").key(id).with(button)
}

fn reader((id, offset, lag): &(BrokerId, Offset, MetadataLag)) -> Element {
    let (class, what) = match lag {
        MetadataLag::UpToDate => ("current", format!("at {}", last(*offset))),
        MetadataLag::Behind => ("behind", format!("behind, at {}", last(*offset))),
        MetadataLag::Down => ("down", "down".to_owned()),
    };
    el("li").key(id.0).class(class).text(format!("broker {id} ")).with(el("code").text(what))
}
