//! The start page: what this is, the stories with pictures of what really happens in them, and the
//! reader's own cluster.

use std::sync::Arc;

use epochscope_view::layout::Detail;
use epochscope_view::narration::moment;
use epochscope_view::palette::{epoch_class, epoch_letter};
use epochscope_view::scene::{BrokerCard, Cell, Promise, Role, Scene};
use epochscope_view::session::{BuiltIn, TextError};
use yew::{Callback, Html, classes, html};

use crate::app::Msg;
use crate::catalogue::FEATURED;
use crate::editor::OwnText;
use crate::icons::Icon;
use crate::part::{Own, Part, part};
use crate::stage::badge;

/// What the start page shows.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Start {
    /// The shipped scenarios.
    pub(crate) scenarios: Vec<BuiltIn>,
    /// A moment of each of the featured ones, as far as they have been worked out.
    pub(crate) previews: Vec<Arc<Scene>>,
    /// What is wrong with the reader's text.
    pub(crate) errors: Vec<TextError>,
    /// Why something could not be opened.
    pub(crate) refusal: Option<String>,
    /// Where messages go.
    pub(crate) send: Callback<Msg>,
}

/// The page below the header.
impl Part for Start {
    fn draw(&self, _own: &Own) -> Html {
        draw(self)
    }
}

fn draw(props: &Start) -> Html {
    let Start { scenarios, previews, errors, refusal, send } = props;
    let known = |name: &str| scenarios.iter().find(|known| known.name == name);
    let featured = FEATURED.iter().enumerate().filter_map(|(index, featured)| {
        Some(feature(known(featured.name)?, previews.get(index), send))
    });
    let others = scenarios.iter().filter(|one| FEATURED.iter().all(|known| known.name != one.name));
    let (text, errors) = (String::new(), errors.clone());
    let own_text = OwnText { text, errors, send: send.clone() };
    html! {
        <main class="start" data-stage="drawn">
            if let Some(refusal) = refusal {
                <p class="refusal" role="alert">{ refusal }</p>
            }
            <div class="lead">
                <h1>{ "See what Kafka does when brokers fail" }</h1>
                <p>
                    { "A deterministic simulator of replication and leader election, with Kafka's \
                       own rules. Break something, go back, change one thing, compare." }
                </p>
            </div>
            <section class="features" aria-label="Stories">{ for featured }</section>
            <div class="more">
                <section aria-labelledby="own-cluster">
                    <h2 id="own-cluster">{ "Your own cluster" }</h2>
                    <div class="line">
                        <button type="button" onclick={send.reform(|_| Msg::OpenEmpty)}>
                            { Icon::Plus.draw() }{ "Empty cluster" }
                        </button>
                        { crate::files::picker(send) }
                        <span class="note">{ "Stays in this tab. Nothing is uploaded." }</span>
                    </div>
                    { part(own_text) }
                </section>
                <section aria-labelledby="all-stories">
                    <h2 id="all-stories">{ "More stories" }</h2>
                    <ul class="stories">{ for others.map(|known| story(known, send)) }</ul>
                </section>
            </div>
        </main>
    }
}

fn open(name: &'static str, send: &Callback<Msg>) -> Callback<yew::MouseEvent> {
    send.reform(move |_| Msg::Open(name.to_owned()))
}

fn story(known: &BuiltIn, send: &Callback<Msg>) -> Html {
    html! {
        <li key={known.name}>
            <button type="button" class="link" onclick={open(known.name, send)}>
                { known.title.clone() }
            </button>
            <p>{ known.about.clone() }</p>
        </li>
    }
}

fn feature(known: &BuiltIn, preview: Option<&Arc<Scene>>, send: &Callback<Msg>) -> Html {
    let length = preview.map(|scene| {
        let end = scene.timeline.end.0 / 1_000_000;
        format!("{} brokers, {end} s; here {} s", scene.brokers.len(), moment(scene.at))
    });
    html! {
        <article class="feature" key={known.name}>
            <div class="preview" aria-hidden="true">
                if let Some(scene) = preview {
                    { for scene.brokers.iter().map(|broker| mini(scene, broker)) }
                }
            </div>
            <h2>{ known.title.clone() }</h2>
            <p>{ known.about.clone() }</p>
            <div class="line">
                <button type="button" class="main" onclick={open(known.name, send)}
                    aria-label={format!("Watch: {}", known.title)}>
                    { Icon::Play.draw() }{ "Watch" }
                </button>
                <span class="note">{ length }</span>
            </div>
        </article>
    }
}

/// As many of the last rows as a small card has.
const ROWS: u64 = 3;

fn mini(scene: &Scene, broker: &BrokerCard) -> Html {
    let Some(replica) = &broker.replica else { return Html::default() };
    let from = scene.rows.last.0.saturating_sub(ROWS);
    let state = match replica.role {
        Role::StaleLeader => "stale",
        Role::Crashed | Role::Stopped => "down",
        _ => "up",
    };
    let cells = replica.cells.iter().filter(|cell| cell.offset.0 >= from);
    html! {
        <div class={classes!("mini", state)} key={broker.id.0}>
            <b>{ format!("broker {}", broker.id) }</b>
            <div class="line">{ badge(replica, Detail::Brief) }</div>
            { for cells.map(small_cell) }
        </div>
    }
}

fn small_cell(cell: &Cell) -> Html {
    let fill = if cell.is_committed { "committed" } else { "hollow" };
    html! {
        <span class={classes!("mini-cell", epoch_class(cell.epoch), fill)}>
            <i>{ epoch_letter(cell.epoch) }</i>{ cell.text.to_string() }
            if cell.promise == Promise::Acknowledged { { Icon::Tick.draw() } }
        </span>
    }
}
