//! Any page of the inspector: its inputs, then its sections. The only code that draws them.

use epochscope_view::inspector::{
    Ask, Body, Cell, Control, Jump, Link, Page, Row, RowState, Section, Table,
};
use epochscope_view::narration::moment;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::virtual_dom::{Key, VTag, VText};
use yew::{Callback, Event, Html, InputEvent, TargetCast, html};

use super::focus;

/// Texts of so many bytes stay on one line.
const SHORT: usize = 12;

/// The page.
pub(super) fn draw(page: &Page, ask: &Callback<Ask>) -> Html {
    html! {
        <>
            if !page.controls.is_empty() {
                <div class="controls" role="search">
                    { for page.controls.iter().map(|one| control(one, ask)) }
                </div>
            }
            { for page.sections.iter().map(|one| section(one, ask)) }
        </>
    }
}

fn control(control: &Control, ask: &Callback<Ask>) -> Html {
    let (slot, label) = (control.slot, control.label);
    if control.options.is_empty() {
        let typed = ask.reform(move |event: InputEvent| {
            Ask::Input(slot, event.target_unchecked_into::<HtmlInputElement>().value())
        });
        return html! {
            <input key={label} type="search" aria-label={label} placeholder={label}
                autocomplete="off" value={control.value.clone()} oninput={typed} />
        };
    }
    // The first option stands for no choice, so nothing is kept for it.
    let chosen = control.options.iter().position(|option| *option == control.value);
    let chosen = chosen.unwrap_or_default();
    let choose = ask.reform(move |event: Event| {
        let select = event.target_unchecked_into::<HtmlSelectElement>();
        let is_first = select.selected_index() == 0;
        Ask::Input(slot, if is_first { String::new() } else { select.value() })
    });
    html! {
        <select key={label} aria-label={label} onchange={choose}>
            for (index, option) in control.options.iter().enumerate() {
                <option key={option.clone()} value={option.clone()}
                    selected={index == chosen}>{ option }</option>
            }
        </select>
    }
}

/// An element, drawn by one function for all of them: each `html!` would be code of its own.
fn tag(name: &'static str, class: &str, children: Vec<Html>) -> VTag {
    let mut tag = VTag::new(name);
    if !class.is_empty() {
        tag.add_attribute("class", class.to_owned());
    }
    tag.add_children(children);
    tag
}

fn words(text: &str) -> Html {
    VText::new(text.to_owned()).into()
}

fn section(section: &Section, ask: &Callback<Ask>) -> Html {
    let body = match &section.body {
        Body::Note(text) => tag("p", "note", vec![words(text)]),
        Body::Text(text) => tag("pre", "described", vec![words(text)]),
        Body::Table(one) => table(one, ask),
        Body::Chain(links) => tag("ol", "chain", links.iter().map(|one| link(one, ask)).collect()),
    };
    if section.heading.is_empty() {
        return body.into();
    }
    let heading = tag("h2", "", vec![words(&section.heading)]);
    let mut section_tag = tag("section", "", vec![heading.into(), body.into()]);
    section_tag.add_attribute("aria-label", section.heading.clone());
    section_tag.key = Some(Key::from(&*section.heading));
    section_tag.into()
}

fn table(table: &Table, ask: &Callback<Ask>) -> VTag {
    let mut parts = Vec::new();
    if table.columns.iter().any(|name| !name.is_empty()) {
        let mut cells: Vec<Html> = table.columns.iter().map(|name| column(name)).collect();
        if table.rows.iter().any(|row| row.why.is_some()) {
            cells.push(column(""));
        }
        let row = tag("tr", "", cells);
        parts.push(tag("thead", "", vec![row.into()]).into());
    }
    let rows = table.rows.iter().enumerate().map(|(index, one)| row(index, one, ask)).collect();
    parts.push(tag("tbody", "", rows).into());
    tag("table", "rows", parts)
}

fn column(name: &str) -> Html {
    if name.is_empty() {
        return tag("td", "", Vec::new()).into();
    }
    let mut column = tag("th", "", vec![words(name)]);
    column.add_attribute("scope", "col");
    column.into()
}

fn row(index: usize, row: &Row, ask: &Callback<Ask>) -> Html {
    let state = match row.state {
        RowState::Plain => "",
        RowState::Present => "present",
        RowState::Later => "later",
    };
    let mut cells: Vec<Html> = Vec::with_capacity(row.cells.len() + 1);
    for cell in &row.cells {
        let short = if cell.text.len() <= SHORT { "short" } else { "" };
        cells.push(tag("td", &format!("{} {short}", cell.tone), vec![text(cell, ask)]).into());
    }
    if let Some(jump) = row.why {
        cells.push(tag("td", "", vec![go(jump, "why", "why?", ask)]).into());
    }
    let mut line = tag("tr", &format!("{state} {}", row.tone), cells);
    if row.state == RowState::Present {
        line.add_attribute("aria-current", "true");
    }
    line.key = Some(Key::from(match row.why {
        Some(Jump::Why(event)) => event.0,
        _ => index as u64,
    }));
    line.into()
}

fn text(cell: &Cell, ask: &Callback<Ask>) -> Html {
    match cell.jump {
        Some(jump) => go(jump, "go", &cell.text, ask),
        None => words(&cell.text),
    }
}

/// A button that leads somewhere. On another page the focus goes to that page.
fn go(jump: Jump, class: &'static str, text: &str, ask: &Callback<Ask>) -> Html {
    let ask = ask.clone();
    let follow = move |_| {
        if !matches!(jump, Jump::Moment(_)) {
            focus("inspected");
        }
        ask.emit(Ask::Jump(jump));
    };
    html! { <button type="button" {class} onclick={follow}>{ text }</button> }
}

fn link(link: &Link, ask: &Callback<Ask>) -> Html {
    let mut told = vec![go(Jump::Moment(link.event), "go", &link.sentence, ask)];
    if !link.set_off.is_empty() {
        told.push(tag("p", "set-off", vec![words(&link.set_off)]).into());
    }
    if !link.rule.is_empty() {
        let source = tag("span", "source", vec![words(&link.source)]);
        told.push(tag("p", "", vec![words(link.rule), words(" "), source.into()]).into());
    }
    told.extend(link.settings.iter().map(|one| Html::from(tag("code", "", vec![words(one)]))));
    let at = tag("span", "moment", vec![words(&moment(link.at))]);
    let mut item = tag("li", link.tone, vec![at.into(), tag("div", "", told).into()]);
    item.key = Some(Key::from(link.event.0));
    item.into()
}
