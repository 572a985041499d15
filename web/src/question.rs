//! A question of the scenario: time stands until the reader has answered, or passed it by.

use std::sync::Arc;

use epochscope_view::scene::{Choice, Question, Verdict};
use yew::{Callback, Html, classes, html};

use crate::app::Msg;
use crate::icons::Icon;
use crate::part::{Own, Part};

/// What is asked.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Asked {
    /// The question.
    pub(crate) question: Arc<Question>,
    /// Where messages go.
    pub(crate) send: Callback<Msg>,
}

/// The question with its choices, and after the answer with what is right.
impl Part for Asked {
    fn draw(&self, own: &Own) -> Html {
        draw(self, own)
    }
}

fn draw(props: &Asked, own: &Own) -> Html {
    let Asked { question, send } = props;
    let marked = usize::try_from(*own.number).ok();
    let mark = |index: usize| {
        let chosen = own.number.clone();
        Callback::from(move |_| chosen.set(i64::try_from(index).unwrap_or(-1)))
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
