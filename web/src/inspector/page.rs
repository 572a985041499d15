//! Any page of the inspector: its inputs, then its sections. The only code that draws them.

use epochscope_view::inspector::{
    Ask, Body, Cell, Control, Jump, Link, Page, Row, RowState, Section, Table,
};
use epochscope_view::narration::moment;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::{Callback, Event, InputEvent, MouseEvent, TargetCast};

use super::focus;
use crate::app::Msg;
use crate::element::{Element, On, el, group};

/// Texts of so many bytes stay on one line.
const SHORT: usize = 12;

/// The page.
pub(super) fn draw(page: &Page, send: &Callback<Msg>) -> Element {
    let controls = (!page.controls.is_empty()).then(|| {
        el("div.controls role=search").all(page.controls.iter().map(|one| control(one, send)))
    });
    group().with(controls).all(page.sections.iter().map(|one| section(one, send)))
}

fn control(control: &Control, send: &Callback<Msg>) -> Element {
    let (slot, label) = (control.slot, control.label);
    if control.options.is_empty() {
        let typed = send.reform(move |event: InputEvent| {
            let value = event.target_unchecked_into::<HtmlInputElement>().value();
            Msg::Ask(Ask::Input(slot, value))
        });
        return el("input type=search autocomplete=off")
            .key(label)
            .attr("aria-label", label)
            .attr("placeholder", label)
            .value(control.value.clone().into())
            .on(On::Input, typed);
    }
    // The first option stands for no choice, so nothing is kept for it.
    let chosen = control.options.iter().position(|option| *option == control.value);
    let chosen = chosen.unwrap_or_default();
    let choose = send.reform(move |event: Event| {
        let select = event.target_unchecked_into::<HtmlSelectElement>();
        let is_first = select.selected_index() == 0;
        Msg::Ask(Ask::Input(slot, if is_first { String::new() } else { select.value() }))
    });
    let option = |(index, option): (usize, &String)| {
        el("option")
            .key(option.clone())
            .attr("value", option.clone())
            .maybe("selected", (index == chosen).then_some(""))
            .text(option.clone())
    };
    el("select")
        .key(label)
        .attr("aria-label", label)
        .on(On::Change, choose)
        .all(control.options.iter().enumerate().map(option))
}

fn section(section: &Section, send: &Callback<Msg>) -> Element {
    let body = match &section.body {
        Body::Note(text) => el("p.note").text(text.clone()),
        Body::Text(text) => el("pre.described").text(text.clone()),
        Body::Table(one) => table(one, send),
        Body::Chain(links) => el("ol.chain").all(links.iter().map(|one| link(one, send))),
    };
    let heading = &section.heading;
    if heading.is_empty() {
        return body;
    }
    el("section")
        .key(heading.clone())
        .attr("aria-label", heading.clone())
        .with(el("h2").text(heading.clone()))
        .with(body)
}

fn table(table: &Table, send: &Callback<Msg>) -> Element {
    let has_names = table.columns.iter().any(|name| !name.is_empty());
    let has_why = table.rows.iter().any(|row| row.why.is_some());
    let head = has_names.then(|| {
        let names = table.columns.iter().copied().chain(has_why.then_some(""));
        el("thead").with(el("tr").all(names.map(column)))
    });
    let rows = table.rows.iter().enumerate().map(|(index, one)| row(index, one, send));
    el("table.rows").with(head).with(el("tbody").all(rows))
}

fn column(name: &'static str) -> Element {
    if name.is_empty() { el("td") } else { el("th scope=col").text(name) }
}

fn row(index: usize, row: &Row, send: &Callback<Msg>) -> Element {
    let (state, current) = match row.state {
        RowState::Plain => (None, None),
        RowState::Present => (Some("present"), Some("true")),
        RowState::Later => (Some("later"), None),
    };
    let key = match row.why {
        Some(Jump::Why(event)) => event.0,
        _ => index as u64,
    };
    let why = row.why.map(|jump| el("td").with(go(jump, "why", send).text("why?")));
    el("tr")
        .key(key)
        .class(state)
        .class(row.tone)
        .maybe("aria-current", current)
        .all(row.cells.iter().map(|one| cell(one, send)))
        .with(why)
}

fn cell(cell: &Cell, send: &Callback<Msg>) -> Element {
    let text = cell.text.clone();
    let place = el("td").class(cell.tone).class((text.len() <= SHORT).then_some("short"));
    match cell.jump {
        Some(jump) => place.with(go(jump, "go", send).text(text)),
        None => place.text(text),
    }
}

/// A button that leads somewhere. On another page the focus goes to that page.
fn go(jump: Jump, class: &'static str, send: &Callback<Msg>) -> Element {
    let send = send.clone();
    let follow = Callback::from(move |_: MouseEvent| {
        if !matches!(jump, Jump::Moment(_) | Jump::Compare(_)) {
            focus("inspected");
        }
        send.emit(Msg::Ask(Ask::Jump(jump)));
    });
    el("button type=button").class(class).on(On::Click, follow)
}

fn link(link: &Link, send: &Callback<Msg>) -> Element {
    let sentence = go(Jump::Moment(link.event), "go", send).text(link.sentence.clone());
    let set_off = (!link.set_off.is_empty()).then(|| el("p.set-off").text(link.set_off.clone()));
    let rule = (!link.rule.is_empty()).then(|| {
        let source = el("span.source").text(link.source.clone());
        el("p").text(link.rule).text(" ").with(source)
    });
    let settings = link.settings.iter().map(|one| el("code").text(one.clone()));
    el("li")
        .key(link.event.0)
        .class(link.tone)
        .with(el("span.moment").text(moment(link.at)))
        .with(el("div").with(sentence).with(set_off).with(rule).all(settings))
}
