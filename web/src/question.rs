//! A question of the scenario: time stands until the reader has answered, or passed it by.

use std::sync::Arc;

use epochscope_view::scene::{Choice, Question, Verdict};
use yew::{Callback, Html, Properties, classes, component, html, use_state_eq};

use crate::app::Msg;
use crate::icons::Icon;

/// What is asked.
#[derive(Clone, Debug, PartialEq, Properties)]
pub(crate) struct AskedProps {
    /// The question.
    pub(crate) question: Arc<Question>,
    /// Where messages go.
    pub(crate) send: Callback<Msg>,
}

/// The question with its choices, and after the answer with what is right.
#[component]
pub(crate) fn Asked(props: &AskedProps) -> Html {
    let AskedProps { question, send } = props;
    let chosen = use_state_eq(|| None::<usize>);
    let marked = *chosen;
    let mark = |index: usize| {
        let chosen = chosen.clone();
        Callback::from(move |_| chosen.set(Some(index)))
    };
    let choice = |(index, choice): (usize, &Choice)| match &choice.verdict {
        Some(verdict) => told(index, &choice.text, verdict),
        None => html! {
            <label key={index} class="choice-line">
                <input type="radio" name="answer" checked={marked == Some(index)}
                    onchange={mark(index)} />
                { choice.text.to_string() }
            </label>
        },
    };
    let answer = send.reform(move |_| Msg::Answer(marked));
    html! {
        <fieldset class="question">
            <legend>{ "Your prediction" }</legend>
            <p class="asked">{ question.text.to_string() }</p>
            { for question.choices.iter().enumerate().map(choice) }
            if question.is_open {
                <div class="line">
                    if !question.choices.is_empty() {
                        <button type="button" class="main"
                            aria-disabled={marked.is_none().then_some("true")}
                            onclick={if marked.is_some() { answer } else { Callback::noop() }}>
                            { "Lock in and play" }
                        </button>
                    }
                    <button type="button" class="quiet"
                        onclick={send.reform(|_| Msg::Answer(None))}>{ "Just show me" }</button>
                </div>
            } else {
                <button type="button" class="main"
                    onclick={send.reform(|_| Msg::TogglePlay)}>{ "Go on" }</button>
            }
        </fieldset>
    }
}

fn told(index: usize, text: &str, verdict: &Verdict) -> Html {
    let (icon, class, word) = match verdict.is_right {
        true => (Icon::Tick, "ok", "right"),
        false => (Icon::Cross, "bad", "wrong"),
    };
    html! {
        <div key={index} class={classes!("verdict", class, verdict.was_chosen.then_some("chosen"))}>
            { icon.draw() }
            <p>
                <b>{ text.to_owned() }</b>
                <span class="hidden">{ format!(": {word}") }</span>
                if verdict.was_chosen { <span class="note">{ "your answer" }</span> }
                if let Some(because) = &verdict.because { <span>{ because.to_string() }</span> }
            </p>
        </div>
    }
}
