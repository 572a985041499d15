//! A question of the scenario: time stands until the reader has answered, or passed it by.

use std::sync::Arc;

use epochscope_view::scene::{Choice, Question, Verdict};
use yew::{Callback, Event, Html};

use crate::app::Msg;
use crate::element::{Element, On, Ticked, el, group};
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
    let choice = |(index, choice): (usize, &Choice)| match &choice.verdict {
        Some(verdict) => told(&choice.text, verdict).key(index),
        None => {
            let chosen = own.number.clone();
            let mark =
                Callback::from(move |_: Event| chosen.set(i64::try_from(index).unwrap_or(-1)));
            let ticked = if marked == Some(index) { Ticked::Yes } else { Ticked::No };
            el("label.choice-line")
                .key(index)
                .with(el("input type=radio name=answer").ticked(ticked).on(On::Change, mark))
                .text(choice.text.to_string())
        }
    };
    let go_on = match question.is_open {
        true => answers(question, marked, send),
        false => el("button.main type=button").click(send, Msg::TogglePlay).text("Go on"),
    };
    if question.is_past && !question.is_open {
        return past(question);
    }
    el("fieldset.question")
        .with(el("legend").text("Your prediction"))
        .with(el("p.asked").text(question.text.to_string()))
        .with(group().all(question.choices.iter().enumerate().map(choice)))
        .with(go_on)
        .html()
}

/// The question once time has gone on: what was right, and all of it on a press.
fn past(question: &Question) -> Html {
    let is_right = |choice: &&Choice| choice.verdict.as_ref().is_some_and(|one| one.is_right);
    let right: Vec<&str> =
        question.choices.iter().filter(is_right).map(|choice| &*choice.text).collect();
    let told =
        question.choices.iter().filter_map(|one| Some(told(&one.text, one.verdict.as_ref()?)));
    let summary = el("summary").text(format!("Your prediction. Right: {}", right.join(", ")));
    el("details.question.past")
        .with(summary)
        .with(el("p.asked").text(question.text.to_string()))
        .with(group().all(told))
        .html()
}

/// The buttons that answer, with the choice that is marked or with none.
fn answers(question: &Question, marked: Option<usize>, send: &Callback<Msg>) -> Element {
    let lock_in = || {
        let button = el("button.main type=button").text("Lock in and play");
        match marked {
            Some(_) => button.click(send, Msg::Answer(marked)),
            None => button.attr("aria-disabled", "true"),
        }
    };
    let pass = el("button.quiet type=button").click(send, Msg::Answer(None)).text("Just show me");
    el("div.line").with((!question.choices.is_empty()).then(lock_in)).with(pass)
}

fn told(text: &str, verdict: &Verdict) -> Element {
    let (icon, class, word) = match verdict.is_right {
        true => (Icon::Tick, "ok", "right"),
        false => (Icon::Cross, "bad", "wrong"),
    };
    let own = verdict.was_chosen.then(|| el("span.note").text("your answer"));
    let because = verdict.because.as_ref().map(|because| el("span").text(because.to_string()));
    let says = el("p")
        .with(el("b").text(text.to_owned()))
        .with(el("span.hidden").text(format!(": {word}")))
        .with(own)
        .with(because);
    el("div.verdict")
        .class(class)
        .class(verdict.was_chosen.then_some("chosen"))
        .with(icon.draw())
        .with(says)
}
