//! The menu of a thing, and the small form for what an order asks.

use std::rc::Rc;

use epochscope_view::orders::{Field, Order};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlInputElement, HtmlSelectElement, KeyboardEvent, MouseEvent};
use yew::{Callback, Event, Html, InputEvent, NodeRef, SubmitEvent, TargetCast};

use super::{OpenMenu, Speak, choosing, window_size};
use crate::app::Msg;
use crate::dialog::Dialog;
use crate::element::{Element, On, el, group};
use crate::part::{Own, Part, keyed, part};

/// Narrower windows have sheets at their bottom instead.
const NARROW: i32 = 600;
/// The width of a menu.
const WIDTH: i32 = 360;
/// What is left free around it.
const MARGIN: i32 = 8;

/// The menu, in a dialog over the page, with the reason why the last statement was refused.
pub(crate) fn menu(menu: &OpenMenu, refused: Option<&String>, send: &Callback<Msg>) -> Html {
    part(Dialog {
        class: "menu",
        label: menu.thing.title(),
        content: placed(menu, refused, send),
        closed: Msg::Speak(Speak::Close),
        send: send.clone(),
    })
}

/// The menu beside what was pressed. SVG takes its place as numbers, without a style.
fn placed(menu: &OpenMenu, refused: Option<&String>, send: &Callback<Msg>) -> Html {
    let (width, height) = window_size();
    let is_above = menu.anchor.bottom > height * 3 / 5;
    let (x, y, wide, high, class) = if width < NARROW {
        (0, 0, width, height, "hang behind from-below")
    } else {
        let x = menu.anchor.x.min(width - WIDTH - MARGIN).max(MARGIN);
        match is_above {
            true => (x, MARGIN, WIDTH, menu.anchor.top - 2 * MARGIN, "hang behind from-below"),
            false => {
                let y = menu.anchor.bottom + MARGIN / 2;
                (x, y, WIDTH, height - y - MARGIN, "hang behind")
            }
        }
    };
    let list = List {
        orders: menu.orders.clone(),
        first: menu.first.clone(),
        title: menu.thing.title(),
        refused: refused.cloned(),
        send: send.clone(),
    };
    let hanging = el("div xmlns=http://www.w3.org/1999/xhtml").class(class).with(part(list));
    let place = el("foreignObject")
        .number("x", x)
        .number("y", y)
        .number("width", wide)
        .number("height", high)
        .with(hanging);
    el("svg.behind").number("width", width).number("height", height).with(place).html()
}

/// The orders, or the form of one of them.
#[derive(Clone, Debug, PartialEq)]
struct List {
    orders: Rc<[Order]>,
    first: Option<String>,
    title: String,
    refused: Option<String>,
    send: Callback<Msg>,
}

/// Nothing was chosen yet, and nothing is asked any more.
const NEW: i64 = -1;
const BACK: i64 = -2;

impl Part for List {
    fn draw(&self, own: &Own) -> Html {
        let first = || {
            let line = self.first.as_ref()?;
            self.orders.iter().position(|one| one.line == *line)
        };
        let asking = match *own.number {
            NEW => first(),
            number => usize::try_from(number).ok(),
        };
        let choose = {
            let (asking, orders) = (own.number.clone(), self.orders.clone());
            let send = self.send.clone();
            Callback::from(move |at: usize| match orders.get(at) {
                Some(order) if order.blocked.is_some() => {}
                Some(order) if order.fields.is_empty() => send.emit(Msg::Say(order.said(&[]))),
                _ => asking.set(i64::try_from(at).unwrap_or(BACK)),
            })
        };
        let back = own.number.clone();
        let back = Callback::from(move |_| back.set(BACK));
        // Another key for what is asked: the keyboard is led into what is new.
        let key = asking.map_or(0, |at| u32::try_from(at).unwrap_or_default() + 1);
        let order = asking.and_then(|at| self.orders.get(at).cloned());
        keyed(Some(key), Panel { all: self.clone(), order, choose, back })
    }
}

/// What stands in the menu at present.
#[derive(Clone, Debug, PartialEq)]
struct Panel {
    all: List,
    order: Option<Order>,
    choose: Callback<usize>,
    back: Callback<MouseEvent>,
}

impl Part for Panel {
    fn draw(&self, own: &Own) -> Html {
        let (back, send) = (self.back.clone(), self.all.send.clone());
        let content = match self.order.clone() {
            Some(order) => part(Form { order, back, send }),
            None => list(&self.all, &own.node, &self.choose),
        };
        let refused = self.all.refused.clone();
        let refused = refused.map(|refused| el("p.bad role=alert").text(refused));
        el("div.panel").node(&own.node).with(content).with(refused).html()
    }

    fn drawn(&self, own: &Own) {
        focus(&own.node, 0);
    }
}

fn list(props: &List, place: &NodeRef, choose: &Callback<usize>) -> Html {
    let orders: Vec<(usize, &Order)> = props.orders.iter().enumerate().collect();
    let groups = orders.chunk_by(|(_, one), (_, next)| one.group == next.group);
    let groups = groups.map(|orders| {
        let name = orders.first().map_or("", |(_, order)| order.group);
        el("div role=group")
            .key(name)
            .attr("aria-label", name)
            .with(el("span.group aria-hidden=true").text(name))
            .all(orders.iter().map(|(at, order)| item(*at, order, choose)))
    });
    let place = place.clone();
    let keys = Callback::from(move |event: KeyboardEvent| {
        if move_on(&place, &event) {
            event.prevent_default();
        }
    });
    let menu = el("div.orders role=menu")
        .attr("aria-label", props.title.clone())
        .on(On::KeyDown, keys)
        .all(groups);
    group().with(el("h2 aria-hidden=true").text(props.title.clone())).with(menu).html()
}

fn item(at: usize, order: &Order, choose: &Callback<usize>) -> Element {
    let is_blocked = order.blocked.is_some();
    let key = (!order.key.is_empty()).then(|| el("kbd aria-hidden=true").text(order.key));
    let note = order.blocked.clone().unwrap_or_else(|| order.said(&[]));
    let note = (is_blocked || order.fields.is_empty()).then(|| el("code").text(note));
    el("button type=button role=menuitem")
        .attr("tabindex", if at == 0 { "0" } else { "-1" })
        .attr("data-key", order.key)
        .maybe("aria-disabled", is_blocked.then_some("true"))
        .on(On::Click, choosing(at, choose))
        .with(el("span.label").text(order.label.clone()))
        .with(key)
        .with(note)
}

/// What the keyboard can come to: items, or the controls of the form.
fn stops(place: &NodeRef) -> Vec<HtmlElement> {
    let found = place
        .cast::<web_sys::Element>()
        .and_then(|place| place.query_selector_all("[role=menuitem], input, select, .main").ok());
    let Some(found) = found else { return Vec::new() };
    let all = (0..found.length()).filter_map(|at| found.item(at));
    all.filter_map(|node| node.dyn_into().ok()).collect()
}

fn focus(place: &NodeRef, at: usize) {
    if let Some(stop) = stops(place).get(at) {
        let _ = stop.focus();
    }
}

/// Arrows, Home, End and letters. True when the key meant something.
fn move_on(place: &NodeRef, event: &KeyboardEvent) -> bool {
    let all = stops(place);
    let has_focus = |stop: &HtmlElement| matches!(stop.matches(":focus"), Ok(true));
    let now = all.iter().position(has_focus).unwrap_or(0);
    let (count, key) = (all.len().max(1), event.key());
    let next = match key.as_str() {
        "ArrowDown" => Some((now + 1) % count),
        "ArrowUp" => Some((now + count - 1) % count),
        "Home" => Some(0),
        "End" => Some(count - 1),
        letter if letter.chars().count() == 1 && letter != " " && !event.ctrl_key() => {
            let letter = letter.to_ascii_lowercase();
            let after = |(at, _): &(usize, &HtmlElement)| (*at + count - now - 1) % count;
            let is_key = |(_, stop): &(usize, &HtmlElement)| {
                stop.get_attribute("data-key").is_some_and(|key| key == letter)
            };
            let begins = |(_, stop): &(usize, &HtmlElement)| {
                stop.text_content()
                    .is_some_and(|text| text.to_ascii_lowercase().starts_with(&letter))
            };
            if let Some((_, stop)) = all.iter().enumerate().find(is_key) {
                stop.click();
                return true;
            }
            all.iter().enumerate().filter(begins).min_by_key(after).map(|(at, _)| at)
        }
        _ => return false,
    };
    if let Some(stop) = next.and_then(|next| all.get(next)) {
        let _ = stop.focus();
    }
    true
}

/// What an order asks, with the statement as it becomes.
#[derive(Clone, Debug, PartialEq)]
struct Form {
    order: Order,
    back: Callback<MouseEvent>,
    send: Callback<Msg>,
}

impl Part for Form {
    fn draw(&self, own: &Own) -> Html {
        form(self, own)
    }
}

/// Stands between the values that were written.
const BETWEEN: char = '\u{1f}';

fn form(props: &Form, own: &Own) -> Html {
    let order = &props.order;
    let values: Vec<String> = if own.text.is_empty() {
        order.fields.iter().map(|one| one.value.clone()).collect()
    } else {
        own.text.split(BETWEEN).map(str::to_owned).collect()
    };
    let set = {
        let (written, values) = (own.text.clone(), values.clone());
        Callback::from(move |(at, value): (usize, String)| {
            let mut new = values.clone();
            if let Some(old) = new.get_mut(at) {
                *old = value.replace(BETWEEN, "");
            }
            // An end of its own: one empty value is not nothing written.
            new.push(String::new());
            written.set(new.join(&String::from(BETWEEN)));
        })
    };
    let line = order.said(&values[..order.fields.len().min(values.len())]);
    let say = {
        let (send, line) = (props.send.clone(), line.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            send.emit(Msg::Say(line.clone()));
        })
    };
    let field = |(at, one): (usize, &Field)| {
        let set = set.reform(move |value| (at, value));
        el("label").key(at).with(el("span").text(one.label)).with(control(one, &values[at], &set))
    };
    let buttons = el("div.line")
        .with(el("button type=button").on(On::Click, props.back.clone()).text("Back"))
        .with(el("span.spring"))
        .with(el("button.main type=submit").text("Do it"));
    el("form.asks")
        .attr("aria-label", order.name.clone())
        .on(On::Submit, say)
        .with(el("h2").text(order.label.trim_end_matches('…').to_owned()))
        .with(group().all(order.fields.iter().enumerate().map(field)))
        .with(el("code.line-said").text(line))
        .with(buttons)
        .html()
}

fn control(field: &Field, value: &str, set: &Callback<String>) -> Element {
    if field.choices.is_empty() {
        let typed = set
            .reform(|event: InputEvent| event.target_unchecked_into::<HtmlInputElement>().value());
        return el("input type=text spellcheck=false autocomplete=off autocapitalize=off")
            .value(value.to_owned().into())
            .on(On::Input, typed);
    }
    let chosen =
        set.reform(|event: Event| event.target_unchecked_into::<HtmlSelectElement>().value());
    let option = |(word, label): &(String, String)| {
        el("option")
            .key(word.clone())
            .attr("value", word.clone())
            .maybe("selected", (word == value).then_some(""))
            .text(label.clone())
    };
    el("select").on(On::Change, chosen).all(field.choices.iter().map(option))
}
