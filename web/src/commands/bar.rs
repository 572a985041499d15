//! The bar of the chosen thing: which it is, and what is done with it most.

use std::rc::Rc;

use epochscope_view::orders::{Order, Thing};
use web_sys::HtmlSelectElement;
use yew::{Callback, Event, Html, Properties, TargetCast, component, html};

use super::{Speak, open, opener};
use crate::app::Msg;
use crate::icons::Icon;

/// What the bar shows.
#[derive(Clone, Debug, PartialEq, Properties)]
pub(crate) struct BarProps {
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
#[component]
pub(crate) fn ActionBar(props: &BarProps) -> Html {
    let BarProps { things, chosen, orders, send } = props;
    let choose = {
        let things = things.clone();
        send.reform(move |event: Event| {
            let index = event.target_unchecked_into::<HtmlSelectElement>().selected_index();
            let index = usize::try_from(index).unwrap_or_default();
            Msg::Speak(Speak::Choose(things[index.min(things.len() - 1)].clone()))
        })
    };
    html! {
        <div class="doings" role="group" aria-label="What can be done">
            <label>
                <span class="hidden">{ "Selected" }</span>
                <select onchange={choose}>
                    for thing in things.iter() {
                        <option key={thing.title()} selected={thing == chosen}>
                            { thing.title() }
                        </option>
                    }
                </select>
            </label>
            for order in orders.iter() {
                { button(order, chosen, send) }
            }
            { opener(chosen, "square", send) }
        </div>
    }
}

fn button(order: &Order, chosen: &Thing, send: &Callback<Msg>) -> Html {
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
    let does = match order.fields.is_empty() {
        true if order.blocked.is_some() => Callback::noop(),
        true => {
            let line = order.said(&[]);
            send.reform(move |_| Msg::Say(line.clone()))
        }
        false => open(chosen, Some(order.line.clone()), send),
    };
    html! {
        <button {key} type="button" aria-label={order.name.clone()}
            aria-disabled={order.blocked.is_some().then_some("true")}
            title={order.blocked.clone().unwrap_or_else(|| order.said(&[]))} onclick={does}>
            if let Some(icon) = icon { { icon.draw() } }
            { &order.label }
        </button>
    }
}
