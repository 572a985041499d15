//! What the scenario is about, and its steps with the present one marked.

use std::sync::Arc;

use epochscope_view::narration::moment;
use epochscope_view::scene::{StepLine, StepProgress};
use yew::{Html, Properties, component, html};

/// What is told.
#[derive(Clone, Debug, PartialEq, Properties)]
pub(crate) struct StoryProps {
    /// The title.
    pub(crate) title: String,
    /// One sentence.
    pub(crate) about: String,
    /// The steps.
    pub(crate) steps: Arc<[StepLine]>,
    /// The last caption.
    pub(crate) caption: Option<Arc<str>>,
    /// The step that could not be obeyed.
    pub(crate) stopped: Option<String>,
}

/// Title, sentence, caption, steps.
#[component]
pub(crate) fn Story(props: &StoryProps) -> Html {
    html! {
        <section class="told">
            <h1>{ &props.title }</h1>
            if !props.about.is_empty() { <p class="about">{ &props.about }</p> }
            if let Some(caption) = &props.caption { <p class="caption">{ caption }</p> }
            if let Some(stopped) = &props.stopped { <p class="stopped">{ stopped }</p> }
            <h2 id="steps">{ "Steps" }</h2>
            <ol class="steps" aria-labelledby="steps" tabindex="0">
                for (index, step) in props.steps.iter().enumerate() {
                    <li key={index} class={class(step.progress)}
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

const fn class(progress: StepProgress) -> &'static str {
    match progress {
        StepProgress::Done => "done",
        StepProgress::Present => "present",
        StepProgress::Later => "later",
    }
}
