//! What the scenario is about, and its steps with the present one marked.

use std::sync::Arc;

use epochscope_view::narration::moment;
use epochscope_view::scene::{Fork, Question, StepLine, StepProgress};
use epochscope_view::session::Action;
use yew::{Callback, Html};

use crate::app::Msg;
use crate::commands::Speak;
use crate::element::{Element, el, group};
use crate::icons::Icon;
use crate::part::{Own, Part, keyed};
use crate::question::Asked;

/// What is told.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Story {
    /// The title.
    pub(crate) title: String,
    /// One sentence.
    pub(crate) about: String,
    /// The recording of Apache Kafka with the same outcome.
    pub(crate) recorded: Option<&'static str>,
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
    let about = &props.about;
    let caption = props.caption.as_ref().map(|said| el("p.caption").text(said.to_string()));
    let asked = props.question.as_ref();
    let asked = asked.map(|question| {
        let step = u32::try_from(question.step).ok();
        keyed(step, Asked { question: question.clone(), send: props.send.clone() })
    });
    let stopped = props.stopped.clone().map(|stopped| el("p.stopped").text(stopped));
    let steps = el("ol.steps aria-labelledby=steps tabindex=0")
        .all(props.steps.iter().enumerate().map(|(index, one)| step(index, one, &props.send)));
    el("section.told")
        .with(el("h1").text(props.title.clone()))
        .with((!about.is_empty()).then(|| el("p.about").text(about.clone())))
        .with(props.recorded.map(recorded))
        .with(caption)
        .with(asked)
        .with(stopped)
        .with((props.forks.len() > 1).then(|| futures(&props.forks, &props.send)))
        .with(steps_head(props))
        .with(steps)
        .html()
}

/// What Kafka itself did, on a page of its own.
fn recorded(trace: &str) -> Element {
    let link = el("a target=_blank")
        .attr("href", format!("docs/recorded.html#{}", trace.to_ascii_lowercase()))
        .text("Recorded on Apache Kafka 4.1.1: same outcome");
    el("p.recorded").with(link)
}

fn step(index: usize, step: &StepLine, send: &Callback<Msg>) -> Element {
    let failed = step.failed.as_ref();
    let failed = failed.map(|found| el("span.failed").text(format!("not so: {found}")));
    let line = el("code")
        .with(el("b").text(step.verb.to_string()))
        .text(" ")
        .text(step.rest.to_string())
        .with(failed);
    let moment = el("span.moment").text(step.at.map(moment).unwrap_or_default());
    let item = el("li")
        .key(index)
        .class(class(step.progress))
        .maybe("aria-current", (step.progress == StepProgress::Present).then_some("step"))
        .with(match step.at {
            Some(at) => moment.click(send, Msg::Act(Action::Seek(at))),
            None => moment,
        });
    match step.own {
        None => item.with(line),
        Some(own) => {
            let text = format!("{} {}", step.verb, step.rest);
            let change = el("button.quiet.change type=button aria-haspopup=dialog")
                .attr("aria-label", format!("Change {text}"))
                .click(send, Msg::Speak(Speak::Change(own, text.clone())))
                .with(line);
            let away = el("button.quiet.square type=button")
                .attr("aria-label", format!("Take away {text}"))
                .attr("title", "Take away")
                .click(send, Msg::Speak(Speak::TakeAway(own)))
                .with(Icon::Cross.draw());
            item.class("own").with(change).with(away)
        }
    }
}

/// The futures to choose from, each under the one that it left.
fn futures(forks: &[Fork], send: &Callback<Msg>) -> Element {
    let list = children(forks, None, send).class("futures").attr("aria-labelledby", "futures");
    group().with(el("h2 id=futures").text("Futures")).with(list)
}

fn children(forks: &[Fork], parent: Option<usize>, send: &Callback<Msg>) -> Element {
    let future = |fork: &Fork| {
        let branch = fork.branch;
        let name = match &fork.order {
            Some(order) => format!("{} s {order}", moment(fork.from)),
            None => "as scripted".to_owned(),
        };
        let open = el("button.quiet type=button")
            .maybe("aria-current", fork.is_open.then_some("true"))
            .click(send, Msg::Act(Action::OpenFuture(branch)))
            .text(name);
        let has_more = forks.iter().any(|other| other.parent == Some(branch));
        let more = has_more.then(|| children(forks, Some(branch), send));
        el("li").key(branch).with(open).with(more)
    };
    el("ul").all(forks.iter().filter(|fork| fork.parent == parent).map(future))
}

/// The heading, and what can be taken back.
fn steps_head(props: &Story) -> Element {
    let has_own = props.steps.iter().any(|step| step.own.is_some());
    let button = |icon: Icon, label: &'static str, action: Action| {
        el("button.quiet.square type=button")
            .attr("aria-label", label)
            .attr("title", label)
            .click(&props.send, Msg::Act(action))
            .with(icon.draw())
    };
    el("div.line.steps-head")
        .with(el("h2 id=steps").text("Steps"))
        .with(el("span.spring"))
        .with(has_own.then(|| button(Icon::Undo, "Undo", Action::Undo)))
        .with(props.can_redo.then(|| button(Icon::Redo, "Redo", Action::Redo)))
}

const fn class(progress: StepProgress) -> &'static str {
    match progress {
        StepProgress::Done => "done",
        StepProgress::Present => "present",
        StepProgress::Later => "later",
    }
}
