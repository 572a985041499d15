//! The reader's own text, with what is wrong in it shown at its line.

use epochscope_view::session::TextError;
use web_sys::{HtmlDetailsElement, HtmlTextAreaElement};
use yew::{
    Callback, Event, Html, InputEvent, NodeRef, Properties, TargetCast, component, html,
    use_node_ref, use_state,
};

use crate::app::Msg;
use crate::draft;

/// What the editor begins with and complains of.
#[derive(Clone, Debug, PartialEq, Properties)]
pub(crate) struct EditorProps {
    /// The text of the open scenario.
    pub(crate) text: String,
    /// What is wrong with the last text that was run.
    pub(crate) errors: Vec<TextError>,
    /// Where messages go.
    pub(crate) send: Callback<Msg>,
}

/// The text and its errors, folded away until it is wanted.
#[component]
pub(crate) fn Editor(props: &EditorProps) -> Html {
    // Open until the reader closes it: what was run is often changed and run again.
    let open = use_state(|| false);
    let toggle = {
        let open = open.clone();
        Callback::from(move |event: Event| {
            let details = event.target_dyn_into::<HtmlDetailsElement>();
            open.set(details.is_some_and(|details| details.open()));
        })
    };
    let EditorProps { text, errors, send } = props.clone();
    html! {
        <details class="editor" open={*open} ontoggle={toggle}>
            <summary>{ "Your own text" }</summary>
            <OwnText {text} {errors} {send} />
        </details>
    }
}

/// The text and its errors.
#[component]
pub(crate) fn OwnText(props: &EditorProps) -> Html {
    let area = use_node_ref();
    let run = {
        let (area, send) = (area.clone(), props.send.clone());
        Callback::from(move |_| {
            if let Some(area) = area.cast::<HtmlTextAreaElement>() {
                send.emit(Msg::OpenText(area.value()));
            }
        })
    };
    let kept = draft::kept().filter(|kept| *kept != props.text);
    let bring_back = {
        let (area, kept) = (area.clone(), kept.clone());
        Callback::from(move |_| {
            if let (Some(area), Some(kept)) = (area.cast::<HtmlTextAreaElement>(), &kept) {
                area.set_value(kept);
                let _ = area.focus();
            }
        })
    };
    let keep = Callback::from(|event: InputEvent| {
        draft::keep(&event.target_unchecked_into::<HtmlTextAreaElement>().value());
    });
    let wrong = !props.errors.is_empty();
    html! {
        <>
            <label for="own-text" class="hidden">{ "Scenario text" }</label>
            if wrong {
                <div id="text-errors" role="alert">
                    <p class="count">{ counted(props.errors.len()) }</p>
                    <ol class="errors">
                        for (index, error) in props.errors.iter().enumerate() {
                            <li key={index}>{ complaint(error, &area) }</li>
                        }
                    </ol>
                </div>
            }
            <textarea id="own-text" ref={area.clone()} rows="12" spellcheck="false"
                autocomplete="off" wrap="off" aria-invalid={wrong.then_some("true")}
                placeholder="Paste a scenario, or open the empty cluster and change it."
                aria-describedby={wrong.then_some("text-errors")} oninput={keep}
                key={props.text.clone()} defaultvalue={props.text.clone()} />
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
