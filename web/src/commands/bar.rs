//! The bar of the chosen thing: which it is, and what is done with it most.

use std::rc::Rc;

use epochscope_view::orders::{Order, Thing};
use web_sys::HtmlSelectElement;
use yew::{Callback, Event, Html, TargetCast};

use super::{Speak, open, opener};
use crate::app::Msg;
use crate::element::{Element, On, el, group};
use crate::icons::Icon;
use crate::part::{Own, Part};

/// What the bar shows.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ActionBar {
    /// All things.
    pub(crate) things: Rc<[Thing]>,
    /// The chosen one.
    pub(crate) chosen: Thing,
    /// What is done with it most.
    pub(crate) orders: Rc<[Order]>,
    /// Where messages go.
    pub(crate) send: Callback<Msg>,
}

/// The bar.
impl Part for ActionBar {
    fn draw(&self, _own: &Own) -> Html {
        draw(self)
    }
}

fn draw(props: &ActionBar) -> Html {
    let ActionBar { things, chosen, orders, send } = props;
    let choose = {
        let things = things.clone();
        send.reform(move |event: Event| {
            let index = event.target_unchecked_into::<HtmlSelectElement>().selected_index();
            let index = usize::try_from(index).unwrap_or_default();
            Msg::Speak(Speak::Choose(things[index.min(things.len() - 1)].clone()))
        })
    };
    let option = |thing: &Thing| {
        el("option")
            .key(thing.title())
            .maybe("selected", (thing == chosen).then_some(""))
            .text(thing.title())
    };
    let select = el("select").on(On::Change, choose).all(things.iter().map(option));
    el("div.doings role=group aria-label='What can be done'")
        .with(el("label").with(el("span.hidden").text("Selected")).with(select))
        .with(group().all(orders.iter().map(|order| button(order, chosen, send))))
        .with(opener(chosen, "square", send))
        .html()
}

fn button(order: &Order, chosen: &Thing, send: &Callback<Msg>) -> Element {
    let verb = order.line.split(' ').next();
    // One button for what makes it go on or not, so that the focus stays on it.
    let is_switch = matches!(verb, Some("pause" | "resume" | "start"));
    let key = if is_switch { "switch".to_owned() } else { order.label.clone() };
    let icon = match verb {
        Some("pause") => Some(Icon::Pause),
        Some("resume") => Some(Icon::Resume),
        Some("kill") => Some(Icon::Kill),
        Some("stop") => Some(Icon::Stop),
        Some("start") => Some(Icon::Play),
        Some("cut") => Some(Icon::Cut),
        _ => None,
    };
    let said = order.said(&[]);
    let button = el("button type=button")
        .key(key)
        .attr("aria-label", order.name.clone())
        .maybe("aria-disabled", order.blocked.is_some().then_some("true"))
        .attr("title", order.blocked.clone().unwrap_or_else(|| said.clone()))
        .with(icon.map(Icon::draw))
        .text(order.label.clone());
    match order.fields.is_empty() {
        true if order.blocked.is_some() => button,
        true => button.click(send, Msg::Say(said)),
        false => button.on(On::Click, open(chosen, Some(order.line.clone()), send)),
    }
}
