//! A broker's card: who it is, what it takes itself to be, its log and what waits at it.

use std::sync::Arc;

use epochscope_view::layout::{Column, Detail, Rect, RowGrid};
use epochscope_view::narration as words;
use epochscope_view::orders::{Thing, ThingKind};
use epochscope_view::palette::{epoch_class, epoch_letter};
use epochscope_view::scene::{BrokerCard, ProcessStatus, Replica, Role, WantedText};
use yew::{Callback, Html, Properties, classes, component, html};

use super::{html_at, log};
use crate::app::Msg;
use crate::commands::{Speak, opener};
use crate::icons::Icon;
use crate::svg;

/// One broker in one column.
#[derive(Clone, Debug, PartialEq, Properties)]
pub(crate) struct CardProps {
    /// Who.
    pub(crate) broker: Arc<BrokerCard>,
    /// Where.
    pub(crate) column: Column,
    /// Rows of offsets.
    pub(crate) rows: RowGrid,
    /// Whether it is the chosen one.
    pub(crate) is_chosen: bool,
    /// Where messages go.
    pub(crate) send: Callback<Msg>,
}

/// The card.
#[component]
pub(crate) fn Card(props: &CardProps) -> Html {
    let CardProps { broker, column, rows, .. } = props;
    let replica = broker.replica.as_deref();
    let state = match replica.map(|replica| replica.role) {
        Some(Role::StaleLeader) => "stale",
        Some(Role::Crashed | Role::Stopped) => "down",
        _ if is_down(broker.process) => "down",
        _ => "up",
    };
    let paused = (broker.process == ProcessStatus::Paused).then_some("paused");
    let detail = match column.detail {
        Detail::Full => "full",
        Detail::Medium => "medium",
        Detail::Brief => "brief",
    };
    let chosen = props.is_chosen.then_some("chosen");
    let this = thing(broker);
    let choose = props.send.reform(move |_| Msg::Speak(Speak::Choose(this.clone())));
    html! {
        <g class={classes!("broker", state, paused, detail, chosen)} role="group" onclick={choose}
            aria-label={format!("Broker {}", broker.id)}>
            { svg::rect("card", column.card, 9) }
            if props.is_chosen { { svg::rect("ring", column.card, 9) } }
            { head(props) }
            if let Some(replica) = replica {
                { log::draw(replica, column, *rows) }
            }
            { foot(props) }
        </g>
    }
}

fn head(props: &CardProps) -> Html {
    let CardProps { broker, column, rows, .. } = props;
    let card = column.card;
    let place = Rect { height: rows.top - card.y - 4, ..card };
    let (state, tone) = words::process(broker);
    let state = html! {
        <span class={classes!("state", tone)} title={words::process_since(broker)}>{ state }</span>
    };
    let own_line = column.detail == Detail::Medium;
    let content = html! {
        <>
            <div class="line">
                <h3>{ format!("broker {}", broker.id) }</h3>
                if !own_line { { state.clone() } }
                if column.detail != Detail::Brief { { buttons(props) } }
            </div>
            if own_line { <div class="line low">{ state }</div> }
            if let Some(replica) = &broker.replica {
                <div class="line">{ badge(replica, column.detail) }</div>
                <p class="hidden">{ words::replica(broker, replica) }</p>
            } else {
                <div class="line"><span class="note">{ "no replica here" }</span></div>
            }
        </>
    };
    html_at(place, "card-head", content)
}

/// What the replica takes itself to be.
pub(crate) fn badge(replica: &Replica, detail: Detail) -> Html {
    let (text, class) = match (replica.role, detail) {
        (Role::Leader, _) => ("Leader", "leader"),
        (Role::StaleLeader, Detail::Full | Detail::Medium) => ("Stale leader", "stale"),
        (Role::StaleLeader, Detail::Brief) => ("Stale", "stale"),
        (Role::Follower(_), _) => ("Follower", "follower"),
        (Role::Leaderless, _) => ("Leaderless", "follower"),
        (Role::Crashed, _) => ("Crashed", "off"),
        (Role::Stopped, _) => ("Stopped", "off"),
    };
    let epoch = replica.leader_epoch;
    let says_isr = match detail {
        Detail::Full => true,
        Detail::Medium => replica.role != Role::StaleLeader,
        Detail::Brief => false,
    };
    html! {
        <>
            <span class={classes!("badge", class)}>{ text }</span>
            <span class={classes!("letter", epoch_class(epoch))}
                title={format!("leader epoch {epoch}")}>{ epoch_letter(epoch) }</span>
            if detail == Detail::Full && replica.role != Role::StaleLeader {
                <span class="note">{ format!("epoch {epoch}") }</span>
            }
            if says_isr {
                <span class={classes!("isr", (!replica.in_isr).then_some("out"))}>
                    { if replica.in_isr { "in ISR" } else { "not in ISR" } }
                </span>
            }
        </>
    }
}

fn thing(broker: &BrokerCard) -> Thing {
    Thing::new(ThingKind::Broker, broker.id.to_string())
}

/// The menu of what can be done with the broker.
fn buttons(props: &CardProps) -> Html {
    html! { <span class="acts">{ opener(&thing(&props.broker), "square", &props.send) }</span> }
}

fn foot(props: &CardProps) -> Html {
    let CardProps { broker, column, rows, .. } = props;
    let card = column.card;
    let top = rows.top + rows.count * rows.step + 6;
    let place =
        Rect { x: card.x + 8, y: top, width: card.width - 16, height: card.bottom() - top - 10 };
    match column.detail {
        Detail::Brief => html_at(place, "card-acts", buttons(props)),
        Detail::Full | Detail::Medium => html_at(place, "card-foot", waiting(broker)),
    }
}

/// What waits at a replica: produces first, since somebody waits for them.
fn waiting(broker: &BrokerCard) -> Html {
    let inbox = broker.inbox > 0;
    let requests = broker.replica.as_ref().map_or(&[][..], |replica| &replica.waiting);
    let produce = requests.iter().find_map(|request| match &request.wants {
        WantedText::HighWatermark(required, records) => Some((required, records)),
        WantedText::Record(_) | WantedText::CommittedRecord(_) => None,
    });
    if let Some((required, records)) = produce {
        return html! {
            <div class="purgatory">
                <p class="what">{ Icon::Clock.draw() }{ format!("Waiting: {records}") }</p>
                <p>{ format!("acks=all needs HW {required}") }</p>
            </div>
        };
    }
    html! {
        <>
            if inbox {
                <p class="inbox">{ format!("{} in its inbox, unread", broker.inbox) }</p>
            }
            <p>{ words::purgatory(requests) }</p>
        </>
    }
}

const fn is_down(process: ProcessStatus) -> bool {
    matches!(process, ProcessStatus::Killed | ProcessStatus::Stopped)
}
