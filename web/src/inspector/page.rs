//! Any page of the inspector: its inputs, then its sections. The only code that draws them.

use epochscope_view::inspector::{
    Ask, Body, Cell, Control, Jump, Link, Page, Row, RowState, Section, Table,
};
use epochscope_view::narration::moment;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::{AttrValue, Callback, Event, Html, InputEvent, TargetCast, classes, html};

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

fn section(section: &Section, ask: &Callback<Ask>) -> Html {
    let heading = AttrValue::from(section.heading.clone());
    let body = match &section.body {
        Body::Note(text) => html! { <p class="note">{ text }</p> },
        Body::Text(text) => html! { <pre class="described">{ text }</pre> },
        Body::Table(one) => table(one, ask),
        Body::Chain(links) => html! {
            <ol class="chain">{ for links.iter().map(|one| link(one, ask)) }</ol>
        },
    };
    if heading.is_empty() {
        return body;
    }
    html! {
        <section key={&*section.heading} aria-label={heading.clone()}>
            <h2>{ heading }</h2>
            { body }
        </section>
    }
}

fn table(table: &Table, ask: &Callback<Ask>) -> Html {
    let named = table.columns.iter().any(|name| !name.is_empty());
    html! {
        <table class="rows">
            if named {
                <thead>
                    <tr>
                        for name in table.columns {
                            if name.is_empty() { <td /> } else { <th scope="col">{ name }</th> }
                        }
                        if table.rows.iter().any(|row| row.why.is_some()) { <td /> }
                    </tr>
                </thead>
            }
            <tbody>
                { for table.rows.iter().enumerate().map(|(index, one)| row(index, one, ask)) }
            </tbody>
        </table>
    }
}

fn row(index: usize, row: &Row, ask: &Callback<Ask>) -> Html {
    let state = match row.state {
        RowState::Plain => "",
        RowState::Present => "present",
        RowState::Later => "later",
    };
    let content = |cell: &Cell| {
        let short = (cell.text.len() <= SHORT).then_some("short");
        html! { <td class={classes!(cell.tone, short)}>{ text(cell, ask) }</td> }
    };
    let key = match row.why {
        Some(Jump::Why(event)) => event.0,
        _ => index as u64,
    };
    html! {
        <tr {key} class={classes!(state, row.tone)}
            aria-current={(row.state == RowState::Present).then_some("true")}>
            { for row.cells.iter().map(content) }
            if let Some(jump) = row.why { <td>{ go(jump, "why", "why?", ask) }</td> }
        </tr>
    }
}

fn text(cell: &Cell, ask: &Callback<Ask>) -> Html {
    match cell.jump {
        Some(jump) => go(jump, "go", &cell.text, ask),
        None => html! { &cell.text },
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
    html! {
        <li key={link.event.0} class={link.tone}>
            <span class="moment">{ moment(link.at) }</span>
            <div>
                { go(Jump::Moment(link.event), "go", &link.sentence, ask) }
                if !link.set_off.is_empty() { <p class="set-off">{ &link.set_off }</p> }
                if !link.rule.is_empty() {
                    <p>{ link.rule }{ " " }<span class="source">{ &link.source }</span></p>
                }
                for setting in &link.settings { <code key={setting.clone()}>{ setting }</code> }
            </div>
        </li>
    }
}
