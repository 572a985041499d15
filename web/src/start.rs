//! The start page: what this is, the stories with pictures of what really happens in them, and the
//! reader's own cluster.

use std::sync::Arc;

use epochscope_view::layout::Detail;
use epochscope_view::narration::moment;
use epochscope_view::palette::{epoch_class, epoch_letter};
use epochscope_view::scene::{BrokerCard, Cell, Promise, Role, Scene};
use epochscope_view::session::{BuiltIn, TextError};
use yew::{Callback, Html};

use crate::app::Msg;
use crate::catalogue::{FEATURED, families};
use crate::editor::OwnText;
use crate::element::{Element, el, group};
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
    let families = families(others).into_iter().map(|all| family(&all, send));
    let refused = refusal.clone().map(|refusal| el("p.refusal role=alert").text(refusal));
    let stories = el("section aria-labelledby=all-stories")
        .with(el("h2 id=all-stories").text("More stories"))
        .all(families);
    el("main.start data-stage=drawn")
        .with(refused)
        .with(lead())
        .with(el("section.features aria-label=Stories").all(featured))
        .with(el("div.more").with(own_cluster(errors, send)).with(stories))
        .html()
}

/// What this is.
fn lead() -> Element {
    let about = "A deterministic simulator of replication and leader election, with Kafka's own \
                 rules. Break something, go back, change one thing, compare.";
    el("div.lead")
        .with(el("h1").text("See what Kafka does when brokers fail"))
        .with(el("p").text(about))
}

/// What begins with nothing, a file or a text of the reader's.
fn own_cluster(errors: &[TextError], send: &Callback<Msg>) -> Element {
    let empty = el("button type=button")
        .click(send, Msg::OpenEmpty)
        .with(Icon::Plus.draw())
        .text("Empty cluster");
    let begin = el("div.line")
        .with(empty)
        .with(crate::files::picker(send))
        .with(el("span.note").text("Stays in this tab. Nothing is uploaded."));
    let (text, errors) = (String::new(), errors.to_vec());
    el("section aria-labelledby=own-cluster")
        .with(el("h2 id=own-cluster").text("Your own cluster"))
        .with(begin)
        .with(part(OwnText { text, errors, send: send.clone() }))
}

fn open(known: &BuiltIn) -> Msg {
    Msg::Open(known.name.to_owned())
}

/// Stories on one subject.
fn family(all: &[&BuiltIn], send: &Callback<Msg>) -> Element {
    let name = all.first().map_or("", |first| first.family);
    el("div.family")
        .key(name)
        .with(el("h3").text(name))
        .with(el("ul.stories").all(all.iter().map(|known| story(known, send))))
}

fn story(known: &BuiltIn, send: &Callback<Msg>) -> Element {
    el("li")
        .key(known.name)
        .with(el("button.link type=button").click(send, open(known)).text(known.title))
        .with(el("p").text(known.about))
        .with(known.recorded.map(|_| el("span.recorded").text("Recorded on Kafka 4.1.1")))
}

fn feature(known: &BuiltIn, preview: Option<&Arc<Scene>>, send: &Callback<Msg>) -> Element {
    let length = preview.map(|scene| {
        let end = scene.timeline.end.0 / 1_000_000;
        format!("{} brokers, {end} s long; pictured at {} s", scene.brokers.len(), moment(scene.at))
    });
    let brokers =
        preview.map(|scene| group().all(scene.brokers.iter().map(|broker| mini(scene, broker))));
    let watch = el("button.main type=button")
        .attr("aria-label", format!("Watch: {}", known.title))
        .click(send, Msg::Watch(known.name.to_owned()))
        .with(Icon::Play.draw())
        .text("Watch");
    el("article.feature")
        .key(known.name)
        .with(el("div.preview aria-hidden=true").with(brokers))
        .with(el("h2").text(known.title))
        .with(el("p").text(known.about))
        .with(el("div.line").with(watch).with(el("span.note").text(length.unwrap_or_default())))
}

/// As many of the last rows as a small card has.
const ROWS: u64 = 3;

fn mini(scene: &Scene, broker: &BrokerCard) -> Option<Element> {
    let replica = broker.replica.as_ref()?;
    let from = scene.rows.last.0.saturating_sub(ROWS);
    let state = match replica.role {
        Role::StaleLeader => "stale",
        Role::Crashed | Role::Stopped => "down",
        _ => "up",
    };
    let cells = replica.cells.iter().filter(|cell| cell.offset.0 >= from);
    let card = el("div.mini")
        .class(state)
        .key(broker.id.0)
        .with(el("b").text(format!("broker {}", broker.id)))
        .with(el("div.line").with(badge(replica, Detail::Brief)))
        .all(cells.map(small_cell));
    Some(card)
}

fn small_cell(cell: &Cell) -> Element {
    let fill = if cell.is_committed { "committed" } else { "hollow" };
    let is_acknowledged = cell.promise == Promise::Acknowledged;
    el("span.mini-cell")
        .class(epoch_class(cell.epoch))
        .class(fill)
        .with(el("i").text(epoch_letter(cell.epoch)))
        .text(cell.text.to_string())
        .with(is_acknowledged.then(|| Icon::Tick.draw()))
}
