//! The command palette: one line that speaks the language, and finds scenarios, views and settings.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement, KeyboardEvent};
use yew::{Callback, Html, InputEvent, NodeRef, TargetCast};

use super::{Speak, choosing};
use crate::app::Msg;
use crate::dialog::Dialog;
use crate::element::{self, On, el};
use crate::part::{Own, Part, part};

/// What a row does.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Does {
    /// Writes this line, with the cursor behind so many bytes.
    Write(String, usize),
    /// Sends this.
    Send(Msg),
}

/// A row to choose.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Row {
    /// What it is.
    pub(crate) title: String,
    /// What it means.
    pub(crate) about: String,
    /// What it does.
    pub(crate) does: Does,
}

/// What is told under the line.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Note {
    /// Its look: `bad` for what is wrong.
    pub(crate) tone: &'static str,
    /// What is so.
    pub(crate) text: String,
    /// What to write instead.
    pub(crate) fix: String,
}

/// The line, with the rows to choose from.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Line {
    /// What is typed.
    pub(crate) line: String,
    /// The rows.
    pub(crate) rows: Rc<[Row]>,
    /// What is told under the line.
    pub(crate) note: Note,
    /// Whether the line can be said as it is.
    pub(crate) is_whole: bool,
    /// What was said before, the last first.
    pub(crate) recent: Rc<[String]>,
    /// Where messages go.
    pub(crate) send: Callback<Msg>,
}

/// The palette.
pub(crate) fn palette(label: &str, line: Line) -> Html {
    let send = line.send.clone();
    let content = el("div.behind").with(part(line)).html();
    let closed = Msg::Speak(Speak::Close);
    part(Dialog { class: "palette", label: label.to_owned(), content, closed, send })
}

impl Part for Line {
    fn draw(&self, own: &Own) -> Html {
        // Nothing typed, nothing meant.
        let is_meant = !self.is_whole && !self.rows.is_empty() && !self.line.is_empty();
        let first = is_meant.then_some(0);
        let chosen = usize::try_from(*own.number).ok();
        let active = chosen.or(first).filter(|row| *row < self.rows.len());
        let typed = {
            let (chosen, send) = (own.number.clone(), self.send.clone());
            Callback::from(move |event: InputEvent| {
                chosen.set(NONE);
                send.emit(typed(&event.target_unchecked_into()));
            })
        };
        let pick = picking(self, own);
        let typing = Typing { props: self.clone(), own: own.clone(), active, pick: pick.clone() };
        let keys = Callback::from(move |event: KeyboardEvent| {
            if typing.key(&event) {
                event.prevent_default();
            }
        });
        let field = field(self, active).node(&own.node).on(On::Input, typed).on(On::KeyDown, keys);
        let said = el("div.said")
            .with(el("span.mark aria-hidden=true").text("›"))
            .with(field)
            .with(el("kbd aria-hidden=true").text("Esc"));
        let rows = rows(&self.rows, active, &pick);
        el("div.panel").with(said).with(note(&self.note)).with(rows).html()
    }
}

/// No row was come to by the arrows.
const NONE: i64 = -1;

/// The field, without what it hears.
fn field(props: &Line, active: Option<usize>) -> element::Element {
    let is_bad = props.note.tone == "bad";
    el("input type=text role=combobox aria-label=Command aria-controls=commands \
        aria-autocomplete=list aria-describedby=command-note spellcheck=false autocomplete=off \
        autocapitalize=off placeholder='kill 1, cut 1 2,3, produce …'")
    .value(props.line.clone().into())
    .attr("aria-expanded", if props.rows.is_empty() { "false" } else { "true" })
    .maybe("aria-activedescendant", active.map(row_id))
    .maybe("aria-invalid", is_bad.then_some("true"))
}

fn note(note: &Note) -> element::Element {
    let fix = (!note.fix.is_empty()).then(|| el("span").text(note.fix.clone()));
    el("p.told-of id=command-note role=status").class(note.tone).text(note.text.clone()).with(fix)
}

/// What choosing a row does.
fn picking(props: &Line, own: &Own) -> Callback<usize> {
    let (rows, send, own) = (props.rows.clone(), props.send.clone(), own.clone());
    Callback::from(move |row: usize| match rows.get(row).map(|row| &row.does) {
        Some(Does::Write(line, cursor)) => write(&own, line, *cursor, &send),
        Some(Does::Send(msg)) => {
            send.emit(Msg::Speak(Speak::Close));
            send.emit(msg.clone());
        }
        None => {}
    })
}

fn row_id(row: usize) -> String {
    format!("command-{row}")
}

fn rows(rows: &[Row], active: Option<usize>, pick: &Callback<usize>) -> element::Element {
    let row = |(index, row): (usize, &Row)| {
        el("li role=option")
            .key(row.title.clone())
            .attr("id", row_id(index))
            .attr("aria-selected", if active == Some(index) { "true" } else { "false" })
            .on(On::Click, choosing(index, pick))
            .with(el("code").text(row.title.clone()))
            .with(el("span").text(row.about.clone()))
    };
    el("ul id=commands role=listbox aria-label='What can stand here'")
        .all(rows.iter().enumerate().map(row))
}

/// What the keys of the line work on.
struct Typing {
    props: Line,
    own: Own,
    active: Option<usize>,
    pick: Callback<usize>,
}

impl Typing {
    /// True when the key meant something.
    fn key(&self, event: &KeyboardEvent) -> bool {
        let (active, count, key) = (self.active, self.props.rows.len(), event.key());
        match key.as_str() {
            "Enter" => match active {
                Some(row) => self.pick.emit(row),
                None => self.props.send.emit(Msg::Say(self.props.line.clone())),
            },
            "Tab" if !event.shift_key() && count > 0 => self.pick.emit(active.unwrap_or(0)),
            "ArrowUp" | "ArrowDown" if self.is_recalling() => self.recall(&key),
            "ArrowDown" => self.come_to(step(active, count, 1)),
            "ArrowUp" => self.come_to(step(active, count, count.saturating_sub(1))),
            _ => return false,
        }
        true
    }

    fn come_to(&self, row: Option<usize>) {
        self.own.number.set(row.and_then(|row| i64::try_from(row).ok()).unwrap_or(NONE));
        show(&self.own.node, row);
    }

    /// How far back what is typed was said.
    fn said_before(&self) -> Option<usize> {
        self.props.recent.iter().position(|said| *said == self.props.line)
    }

    /// Whether the arrows go through what was said before: from an empty line on.
    fn is_recalling(&self) -> bool {
        let (line, recent) = (&self.props.line, &self.props.recent);
        let is_empty = line.is_empty() && !recent.is_empty();
        *self.own.number == NONE && (is_empty || self.said_before().is_some())
    }

    fn recall(&self, key: &str) {
        let next = match (key, self.said_before()) {
            ("ArrowUp", None) => 0,
            ("ArrowUp", Some(before)) => before + 1,
            (_, Some(before)) if before > 0 => before - 1,
            _ => return self.come_to(Some(0)),
        };
        if let Some(said) = self.props.recent.get(next) {
            write(&self.own, said, said.len(), &self.props.send);
        }
    }
}

fn step(active: Option<usize>, count: usize, by: usize) -> Option<usize> {
    match active {
        _ if count == 0 => None,
        None if by == 1 => Some(0),
        None => Some(count - 1),
        Some(active) => Some((active + by) % count),
    }
}

/// What is typed, as a message. The browser counts letters in UTF-16.
fn typed(input: &HtmlInputElement) -> Msg {
    let line = input.value();
    let cursor = input.selection_start().ok().flatten().unwrap_or(u32::MAX);
    let mut units = 0;
    let before = line.chars().take_while(|letter| {
        let is_before = units < cursor;
        units += u32::from(u8::try_from(letter.len_utf16()).unwrap_or(1));
        is_before
    });
    let cursor = before.map(char::len_utf8).sum();
    Msg::Speak(Speak::Typed(line, cursor))
}

fn write(own: &Own, line: &str, cursor: usize, send: &Callback<Msg>) {
    let Some(input) = own.node.cast::<HtmlInputElement>() else { return };
    own.number.set(NONE);
    input.set_value(line);
    let units = line.get(..cursor).unwrap_or(line).encode_utf16().count();
    let at = u32::try_from(units).unwrap_or(u32::MAX);
    let _ = input.set_selection_range(at, at);
    let _ = input.focus();
    send.emit(typed(&input));
}

/// Scrolls the list to the row that the arrows have come to.
fn show(input: &NodeRef, active: Option<usize>) {
    let panel = input.cast::<Element>().and_then(|input| input.closest(".panel").ok().flatten());
    let (Some(panel), Some(active)) = (panel, active) else { return };
    let Ok(Some(list)) = panel.query_selector("ul") else { return };
    let row = u32::try_from(active).ok().and_then(|row| list.children().item(row));
    let Some(row) = row.and_then(|row| row.dyn_into::<Element>().ok()) else { return };
    let (seen, place) = (list.get_bounding_client_rect(), row.get_bounding_client_rect());
    let hidden = (place.bottom() - seen.bottom()).max(0.0) - (seen.top() - place.top()).max(0.0);
    list.set_scroll_top(list.scroll_top() + super::pixels(hidden));
}
