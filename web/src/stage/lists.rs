//! The compact form's lists: what the full picture shows around the cards.

use std::sync::Arc;

use epochscope_view::scene::{ClientCard, Message, MetadataLag, Quorum, Transit};
use epochscope_vocabulary::SimTime;
use yew::{Callback, Html, classes, html};

use crate::app::Msg;

use super::{clients as client_cards, quorum};

/// The controllers in one line.
pub(super) fn quorum_line(state: &Quorum) -> Html {
    let active = state.controllers.iter().find(|controller| controller.is_active);
    let behind = state.brokers.iter().filter(|(_, _, lag)| *lag == MetadataLag::Behind);
    html! {
        <p class="quorum-line">
            <span>
                if let Some(active) = active {
                    <b>{ active.id.0 }</b>
                    { format!(" active, metadata at {}", quorum::last(active.log_end_offset)) }
                } else {
                    { "no active controller" }
                }
            </span>
            for (id, offset, _) in behind {
                <span key={id.0} class="behind">
                    { format!("broker {id} at {}", quorum::last(*offset)) }
                </span>
            }
        </p>
    }
}

/// Messages on their way.
pub(super) fn messages(all: &[Arc<Message>], now: SimTime) -> Html {
    let item = |message: &Arc<Message>| {
        let class = message.is_metadata.then_some("metadata");
        html! {
            <li key={crate::frame::message_id(message)} {class}>
                <code>{ &message.label }</code>
                <span>{ &message.ends }</span>
                <span class="when">{ when(message, now) }</span>
            </li>
        }
    };
    html! {
        <div class="on-their-way" role="group" aria-label="Messages on their way">
            <h2>{ "On their way" }</h2>
            if all.is_empty() { <p class="note">{ "No message is on its way." }</p> }
            <ul>{ for all.iter().map(item) }</ul>
        </div>
    }
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
pub(super) fn clients(all: &[Arc<ClientCard>], send: &Callback<Msg>) -> Html {
    html! {
        <div class="clients" role="group" aria-label="Clients">
            <h2>{ "Clients" }</h2>
            <ul>
                for client in all {
                    <li key={client.id.0} class={classes!("client")}>
                        { client_cards::content(client, send) }
                    </li>
                }
            </ul>
        </div>
    }
}
