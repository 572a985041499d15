//! The reader's own text, with what is wrong in it shown at its line.

use epochscope_view::session::TextError;
use web_sys::{HtmlDetailsElement, HtmlTextAreaElement};
use yew::{Callback, Event, Html, InputEvent, MouseEvent, NodeRef, TargetCast};

use crate::app::Msg;
use crate::draft;
use crate::element::{Element, On, el, group};
use crate::part::{Own, Part, part};

/// The text and its errors, folded away until it is wanted.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Editor(pub(crate) OwnText);

impl Part for Editor {
    fn draw(&self, own: &Own) -> Html {
        // Open until the reader closes it: what was run is often changed and run again.
        let toggle = {
            let open = own.number.clone();
            Callback::from(move |event: Event| {
                let details = event.target_dyn_into::<HtmlDetailsElement>();
                open.set(i64::from(details.is_some_and(|details| details.open())));
            })
        };
        el("details.editor")
            .maybe("open", (*own.number == 1).then_some(""))
            .on(On::Toggle, toggle)
            .with(el("summary").text("Your own text"))
            .with(part(self.0.clone()))
            .html()
    }
}

/// The text and its errors.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct OwnText {
    /// The text of the open scenario.
    pub(crate) text: String,
    /// What is wrong with the last text that was run.
    pub(crate) errors: Vec<TextError>,
    /// Where messages go.
    pub(crate) send: Callback<Msg>,
}

impl Part for OwnText {
    fn draw(&self, own: &Own) -> Html {
        let area = &own.node;
        let run = {
            let (area, send) = (area.clone(), self.send.clone());
            Callback::from(move |_: MouseEvent| {
                if let Some(area) = area.cast::<HtmlTextAreaElement>() {
                    send.emit(Msg::OpenText(area.value()));
                }
            })
        };
        let run = el("button.main type=button").on(On::Click, run).text("Run this text");
        let kept = draft::kept().filter(|kept| *kept != self.text);
        let bring_back = kept.map(|kept| bring_back(kept, area));
        let is_wrong = !self.errors.is_empty();
        group()
            .with(el("label.hidden for=own-text").text("Scenario text"))
            .with(is_wrong.then(|| complaints(&self.errors, area)))
            .with(self.field().node(area))
            .with(el("div.line").with(run).with(bring_back))
            .html()
    }
}

impl OwnText {
    /// The field to write in: another one for another text.
    fn field(&self) -> Element {
        let is_wrong = !self.errors.is_empty();
        el("textarea id=own-text rows=12 spellcheck=false autocomplete=off wrap=off \
            placeholder='Paste a scenario, or open the empty cluster and change it.'")
        .key(self.text.clone())
        .maybe("aria-invalid", is_wrong.then_some("true"))
        .maybe("aria-describedby", is_wrong.then_some("text-errors"))
        .first_value(&self.text)
        .on(On::Input, keep())
    }
}

/// Puts what was written before into the field again.
fn bring_back(kept: String, area: &NodeRef) -> Element {
    let area = area.clone();
    let bring = Callback::from(move |_: MouseEvent| {
        if let Some(area) = area.cast::<HtmlTextAreaElement>() {
            area.set_value(&kept);
            let _ = area.focus();
        }
    });
    el("button type=button").on(On::Click, bring).text("Bring back what you wrote")
}

/// Keeps what is written until it is run.
fn keep() -> Callback<InputEvent> {
    Callback::from(|event: InputEvent| {
        draft::keep(&event.target_unchecked_into::<HtmlTextAreaElement>().value());
    })
}

fn complaints(errors: &[TextError], area: &NodeRef) -> Element {
    let list = errors.iter().enumerate().map(|(index, error)| complaint(error, area).key(index));
    el("div id=text-errors role=alert")
        .with(el("p.count").text(counted(errors.len())))
        .with(el("ol.errors").all(list))
}

fn counted(errors: usize) -> String {
    if errors == 1 { "One error".to_owned() } else { format!("{errors} errors") }
}

fn complaint(error: &TextError, area: &NodeRef) -> Element {
    let (line, area) = (error.line, area.clone());
    let go = Callback::from(move |_: MouseEvent| {
        if let Some(area) = area.cast::<HtmlTextAreaElement>() {
            select_line(&area, line);
        }
    });
    let place = format!("Line {}, column {}", error.line, error.column);
    let excerpt = &error.excerpt;
    let fix = error.fix.clone();
    el("li")
        .with(el("button.link type=button").on(On::Click, go).text(place))
        .with(el("span.what").text(error.message.clone()))
        .with((!excerpt.is_empty()).then(|| el("pre tabindex=0").text(excerpt.clone())))
        .with(fix.map(|fix| el("span.fix").text(fix)))
}

/// Selects a line, counted from 1. The browser counts letters in UTF-16.
fn select_line(area: &HtmlTextAreaElement, line: u32) {
    let text = area.value();
    let before = usize::try_from(line.saturating_sub(1)).unwrap_or_default();
    let length = |text: &str| u32::try_from(text.encode_utf16().count()).unwrap_or(u32::MAX);
    let start: u32 = text.split_inclusive('\n').take(before).map(length).sum();
    let end = start + text.lines().nth(before).map_or(0, length);
    let _ = area.focus();
    let _ = area.set_selection_range(start, end);
}
