//! What the scenario is about, and its steps with the present one marked.

use std::sync::Arc;

use epochscope_view::narration::moment;
use epochscope_view::scene::{Fork, Question, StepLine, StepProgress};
use epochscope_view::session::Action;
use yew::{Callback, Html, classes, html};

use crate::app::Msg;
use crate::icons::Icon;
use crate::part::{Own, Part, part};
use crate::question::Asked;

/// What is told.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Story {
    /// The title.
    pub(crate) title: String,
    /// One sentence.
    pub(crate) about: String,
    /// The steps.
    pub(crate) steps: Arc<[StepLine]>,
    /// The last caption.
    pub(crate) caption: Option<Arc<str>>,
    /// The futures of the run.
    pub(crate) forks: Arc<[Fork]>,
    /// The last question, if nothing was said since.
    pub(crate) question: Option<Arc<Question>>,
    /// The step that could not be obeyed.
    pub(crate) stopped: Option<String>,
    /// Whether an order was taken back that can be given again.
    pub(crate) can_redo: bool,
    /// Where messages go.
    pub(crate) send: Callback<Msg>,
}

/// Title, sentence, caption, steps.
impl Part for Story {
    fn draw(&self, _own: &Own) -> Html {
        draw(self)
    }
}

fn draw(props: &Story) -> Html {
    html! {
        <section class="told">
            <h1>{ &props.title }</h1>
            if !props.about.is_empty() { <p class="about">{ &props.about }</p> }
            if let Some(asked) = &props.question {
                { part(Asked { question: asked.clone(), send: props.send.clone() }) }
            } else if let Some(caption) = &props.caption {
                <p class="caption">{ caption }</p>
            }
            if let Some(stopped) = &props.stopped { <p class="stopped">{ stopped }</p> }
            if props.forks.len() > 1 { { futures(&props.forks, &props.send) } }
            { steps_head(props) }
            <ol class="steps" aria-labelledby="steps" tabindex="0">
                for (index, step) in props.steps.iter().enumerate() {
                    <li key={index}
                        class={classes!(class(step.progress), step.own.map(|_| "own"))}
                        aria-current={(step.progress == StepProgress::Present).then_some("step")}>
                        <span class="moment">
                            { step.at.map(moment).unwrap_or_default() }
                        </span>
                        <code>
                            <b>{ &step.verb }</b>{ " " }{ &step.rest }
                            if let Some(found) = &step.failed {
                                <span class="failed">{ format!("not so: {found}") }</span>
                            }
                        </code>
                    </li>
                }
            </ol>
        </section>
    }
}

/// The futures to choose from, each under the one that it left.
fn futures(forks: &[Fork], send: &Callback<Msg>) -> Html {
    html! {
        <>
            <h2 id="futures">{ "Futures" }</h2>
            <ul class="futures" aria-labelledby="futures">{ children(forks, None, send) }</ul>
        </>
    }
}

fn children(forks: &[Fork], parent: Option<usize>, send: &Callback<Msg>) -> Html {
    let future = |fork: &Fork| {
        let branch = fork.branch;
        let name = match &fork.order {
            Some(order) => format!("{} s {order}", moment(fork.from)),
            None => "as scripted".to_owned(),
        };
        let has_more = forks.iter().any(|other| other.parent == Some(branch));
        html! {
            <li key={branch}>
                <button type="button" class="quiet"
                    aria-current={fork.is_open.then_some("true")}
                    onclick={send.reform(move |_| Msg::Act(Action::OpenFuture(branch)))}>
                    { name }
                </button>
                if has_more { <ul>{ children(forks, Some(branch), send) }</ul> }
            </li>
        }
    };
    forks.iter().filter(|fork| fork.parent == parent).map(future).collect()
}

/// The heading, and what can be taken back.
fn steps_head(props: &Story) -> Html {
    let has_own = props.steps.iter().any(|step| step.own.is_some());
    let button = |icon: Icon, label: &'static str, action: Action| {
        let act = props.send.reform(move |_| Msg::Act(action.clone()));
        html! {
            <button type="button" class="quiet square" aria-label={label} title={label}
                onclick={act}>{ icon.draw() }</button>
        }
    };
    html! {
        <div class="line steps-head">
            <h2 id="steps">{ "Steps" }</h2>
            <span class="spring" />
            if has_own { { button(Icon::Undo, "Undo", Action::Undo) } }
            if props.can_redo { { button(Icon::Redo, "Redo", Action::Redo) } }
        </div>
    }
}

const fn class(progress: StepProgress) -> &'static str {
    match progress {
        StepProgress::Done => "done",
        StepProgress::Present => "present",
        StepProgress::Later => "later",
    }
}
