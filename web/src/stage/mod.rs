//! The stage: one SVG with controllers, racks, cards, messages and clients, and beside it the axis
//! of offsets, which stays when the picture scrolls sideways.
//!
//! Text that wraps, truncates or is pressed is HTML in a `foreignObject`; marks are SVG.

mod axis;
mod card;
mod cells;
mod clients;
mod lists;
mod log;
mod messages;
mod quorum;

use std::sync::Arc;

use epochscope_view::inspector::{Ask, Jump};
use epochscope_view::layout::{Column, Form, Layout, RackBand, Rect, RowGrid};
use epochscope_view::orders::{Thing, ThingKind};
use epochscope_view::scene::{BrokerCard, Scene};
use epochscope_view::session::Action;
use epochscope_vocabulary::{Offset, TopicPartition};
use web_sys::HtmlSelectElement;
use yew::{Callback, Event, Html, TargetCast};

use crate::app::Msg;
use crate::commands::opener;
use crate::element::{Element, On, el, group};
use crate::part::{Own, Part, keyed};
use crate::svg;
use card::Card;
pub(crate) use card::badge;

/// The namespace of HTML inside SVG.
const XHTML: &str = "http://www.w3.org/1999/xhtml";

/// What the stage shows.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Stage {
    /// What.
    pub(crate) scene: Arc<Scene>,
    /// Where.
    pub(crate) layout: Arc<Layout>,
    /// Whether messages are drawn.
    pub(crate) flights: Flights,
    /// The chosen thing.
    pub(crate) chosen: Option<Thing>,
    /// What the inspector is asked about.
    pub(crate) asked: Option<Jump>,
    /// Offsets at which another run, shown beside this one, differs.
    pub(crate) marked: Vec<Offset>,
    /// Where messages go.
    pub(crate) send: Callback<Msg>,
}

/// Whether messages are drawn: not while time passes too fast to follow them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flights {
    /// They are.
    Shown,
    /// They would only flicker.
    Hidden,
}

/// The stage.
impl Part for Stage {
    fn draw(&self, _own: &Own) -> Html {
        draw(self)
    }
}

fn draw(props: &Stage) -> Html {
    let Stage { scene, layout, send, flights, asked, .. } = props;
    let (form, is_compact) = match layout.form {
        Form::Full => ("full", false),
        Form::Compact => ("compact", true),
    };
    let fast = (*flights == Flights::Hidden).then_some("fast");
    let sheet = el("div.sheet tabindex=0 role=group aria-label='Brokers and their logs'")
        .with(axis::draw(scene, layout))
        .with(picture(props));
    let lists = || {
        group()
            .with(lists::messages(scene, *asked, send))
            .with(lists::clients(&scene.clients, send))
    };
    group()
        .with(choice(scene, send))
        .with(is_compact.then(|| lists::quorum_line(&scene.quorum)))
        .with(el("div data-room= data-stage=drawn").class(form).class(fast).with(sheet))
        .with(is_compact.then(lists))
        .html()
}

/// The picture: a group for each list, since beside a list that changes keys are in vain.
fn picture(props: &Stage) -> Element {
    let Stage { scene, layout, send, marked, asked, .. } = props;
    let tag = |route| messages::tag(scene, route, *asked, send);
    svg::picture("svg.picture", layout.width, layout.height)
        .with(el("g").all(layout.racks.iter().map(|one| rack(one, send))))
        .with(bands(layout, marked))
        .with(el("g").all(layout.routes.iter().map(messages::way)))
        .with(el("g").with(layout.quorum.map(|place| quorum::draw(scene, place, send))))
        .with(cards(props))
        .with(clients::draw(scene, layout, send))
        .with(el("g").all(layout.routes.iter().map(tag)))
}

fn cards(props: &Stage) -> Element {
    let Stage { scene, layout, send, .. } = props;
    let is_chosen = |broker: &BrokerCard| {
        let chosen = props.chosen.as_ref().filter(|chosen| chosen.kind == ThingKind::Broker);
        chosen.is_some_and(|chosen| *chosen.name == broker.id.to_string())
    };
    let card = |(column, broker): (&Column, &Arc<BrokerCard>)| {
        keyed(
            Some(column.broker.0),
            Card {
                broker: Arc::clone(broker),
                column: column.clone(),
                is_chosen: is_chosen(broker),
                asked: props.asked,
                rows: layout.rows,
                send: send.clone(),
            },
        )
    };
    el("g").all(layout.columns.iter().zip(scene.on_stage()).map(card))
}

/// The rows that another run has otherwise.
fn bands(layout: &Layout, marked: &[Offset]) -> Element {
    let RowGrid { step, .. } = layout.rows;
    let band = |offset: &Offset| {
        let y = layout.rows.y(*offset)?;
        Some(svg::rect("row-band", Rect { x: 0, y, width: layout.width, height: step }, 0))
    };
    el("g").all(marked.iter().filter_map(band))
}

fn rack(rack: &RackBand, send: &Callback<Msg>) -> Element {
    let Rect { x, y, width, .. } = rack.place;
    let named = rack.name.as_ref().map(|name| {
        let menu = opener(&Thing::new(ThingKind::Rack, name.clone()), "quiet", send);
        let place = Rect { x: x + width - 40, y: y + 1, width: 36, height: 24 };
        group()
            .with(svg::text("rack-name", x + 14, y + 18, name.to_string()))
            .with(html_at(place, el("div.rack-acts").with(menu)))
    });
    el("g").key(format!("rack {x}")).with(svg::rect("rack", rack.place, 12)).with(named)
}

/// As many partitions as have a button each.
const MOST_BUTTONS: usize = 6;

/// Which partition to show, where there is a choice.
fn choice(scene: &Scene, send: &Callback<Msg>) -> Option<Element> {
    let shown = scene.partition.as_ref().map(|partition| partition.partition);
    match scene.choices.len() {
        0 | 1 => None,
        2..=MOST_BUTTONS => {
            let button = |(partition, name): &(TopicPartition, Arc<str>)| {
                el("button type=button")
                    .key(&**name)
                    .attr("aria-pressed", if shown == Some(*partition) { "true" } else { "false" })
                    .click(send, Msg::Act(Action::Show(*partition)))
                    .text(name.to_string())
            };
            let buttons = el("div.segments role=group aria-label=Partition");
            let buttons = buttons.all(scene.choices.iter().map(button));
            Some(el("div.choice").with(buttons).with(menu(scene, send)).with(left_out(scene)))
        }
        _ => Some(select(scene, shown, send)),
    }
}

/// How many brokers are drawn, where that is not all of them.
fn left_out(scene: &Scene) -> Option<Element> {
    let (drawn, all) = (scene.on_stage().len(), scene.brokers.len());
    let words = format!("on {drawn} of {all} brokers; all are on the map");
    (drawn < all).then(|| el("span.meta").text(words))
}

fn select(scene: &Scene, shown: Option<TopicPartition>, send: &Callback<Msg>) -> Element {
    let choices = scene.choices.clone();
    let choose = send.reform(move |event: Event| {
        let chosen = event.target_unchecked_into::<HtmlSelectElement>().selected_index();
        let chosen = usize::try_from(chosen).unwrap_or_default();
        let partition = choices[chosen.min(choices.len() - 1)].0;
        Msg::Act(Action::Show(partition))
    });
    let option = |(partition, name): &(TopicPartition, Arc<str>)| {
        let selected = (shown == Some(*partition)).then_some("");
        el("option").key(&**name).maybe("selected", selected).text(name.to_string())
    };
    let select = el("select").on(On::Change, choose).all(scene.choices.iter().map(option));
    let label = el("label").with(el("span").text("Partition ")).with(select);
    el("div.choice").with(label).with(menu(scene, send)).with(left_out(scene))
}

/// The menu of the partition shown.
fn menu(scene: &Scene, send: &Callback<Msg>) -> Option<Html> {
    let shown = scene.partition.as_ref()?;
    Some(opener(&Thing::new(ThingKind::Partition, shown.name.clone()), "square", send))
}

/// Something that leads to why it is so, marked while that is shown.
fn leads(mark: Element, to: Jump, asked: Option<Jump>, send: &Callback<Msg>) -> Element {
    let class = if asked == Some(to) { "leads asked" } else { "leads" };
    mark.class(class).click(send, Msg::Ask(Ask::Jump(to)))
}

/// A place in the picture for an element of HTML.
fn html_at(place: Rect, content: Element) -> Element {
    svg::at("foreignObject", place).with(content.attr("xmlns", XHTML))
}
