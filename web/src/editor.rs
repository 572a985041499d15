//! The reader's own text, with what is wrong in it shown at its line.

use epochscope_view::session::TextError;
use web_sys::{HtmlDetailsElement, HtmlTextAreaElement};
use yew::{Callback, Event, Html, InputEvent, NodeRef, TargetCast, html};

use crate::app::Msg;
use crate::draft;
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
        html! {
            <details class="editor" open={*own.number == 1} ontoggle={toggle}>
                <summary>{ "Your own text" }</summary>
                { part(self.0.clone()) }
            </details>
        }
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
            Callback::from(move |_| {
                if let Some(area) = area.cast::<HtmlTextAreaElement>() {
                    send.emit(Msg::OpenText(area.value()));
                }
            })
        };
        let kept = draft::kept().filter(|kept| *kept != self.text);
        let bring_back = {
            let (area, kept) = (area.clone(), kept.clone());
            Callback::from(move |_| {
                if let (Some(area), Some(kept)) = (area.cast::<HtmlTextAreaElement>(), &kept) {
                    area.set_value(kept);
                    let _ = area.focus();
                }
            })
        };
        let wrong = !self.errors.is_empty();
        html! {
            <>
                <label for="own-text" class="hidden">{ "Scenario text" }</label>
                if wrong { { complaints(&self.errors, area) } }
                <textarea id="own-text" ref={area.clone()} rows="12" spellcheck="false"
                    autocomplete="off" wrap="off" aria-invalid={wrong.then_some("true")}
                    placeholder="Paste a scenario, or open the empty cluster and change it."
                    aria-describedby={wrong.then_some("text-errors")} oninput={keep()}
                    key={self.text.clone()} defaultvalue={self.text.clone()} />
                <div class="line">
                    <button type="button" class="main" onclick={run}>{ "Run this text" }</button>
                    if kept.is_some() {
                        <button type="button" onclick={bring_back}>
                            { "Bring back what you wrote" }
                        </button>
                    }
                </div>
            </>
        }
    }
}

/// Keeps what is written until it is run.
fn keep() -> Callback<InputEvent> {
    Callback::from(|event: InputEvent| {
        draft::keep(&event.target_unchecked_into::<HtmlTextAreaElement>().value());
    })
}

fn complaints(errors: &[TextError], area: &NodeRef) -> Html {
    html! {
        <div id="text-errors" role="alert">
            <p class="count">{ counted(errors.len()) }</p>
            <ol class="errors">
                for (index, error) in errors.iter().enumerate() {
                    <li key={index}>{ complaint(error, area) }</li>
                }
            </ol>
        </div>
    }
}

fn counted(errors: usize) -> String {
    if errors == 1 { "One error".to_owned() } else { format!("{errors} errors") }
}

fn complaint(error: &TextError, area: &NodeRef) -> Html {
    let (line, area) = (error.line, area.clone());
    let go = Callback::from(move |_| {
        if let Some(area) = area.cast::<HtmlTextAreaElement>() {
            select_line(&area, line);
        }
    });
    html! {
        <>
            <button type="button" class="link" onclick={go}>
                { format!("Line {}, column {}", error.line, error.column) }
            </button>
            <span class="what">{ &error.message }</span>
            if !error.excerpt.is_empty() { <pre tabindex="0">{ &error.excerpt }</pre> }
            if let Some(fix) = &error.fix { <span class="fix">{ fix }</span> }
        </>
    }
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
