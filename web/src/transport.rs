//! Play, step, speed.

use epochscope_view::session::Action;
use web_sys::HtmlSelectElement;
use yew::{Callback, Event, Html, TargetCast};

use crate::app::Msg;
use crate::element::{On, el, group};
use crate::icons::Icon;
use crate::part::{Own, Part};
use crate::speed::Speed;

/// Whether time passes by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Playing {
    /// It stands.
    No,
    /// It passes.
    Yes,
    /// It hurries over a stretch in which nothing happens.
    Skipping,
}

/// What the controls show.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Transport {
    /// Whether time passes.
    pub(crate) playing: Playing,
    /// Whether a question waits for its answer.
    pub(crate) is_asking: bool,
    /// How fast.
    pub(crate) speed: Speed,
    /// That two brokers lead, if they do.
    pub(crate) split_brain: Option<String>,
    /// Why the last order was refused.
    pub(crate) refusal: Option<String>,
    /// Where messages go.
    pub(crate) send: Callback<Msg>,
}

/// The controls.
impl Part for Transport {
    fn draw(&self, _own: &Own) -> Html {
        draw(self)
    }
}

fn draw(props: &Transport) -> Html {
    let send = &props.send;
    let (icon, label) = match props.playing {
        Playing::No => (Icon::Play, "Play"),
        Playing::Yes | Playing::Skipping => (Icon::Pause, "Pause"),
    };
    let button = |icon: Icon, label: &'static str, msg: Msg| {
        el("button.square type=button")
            .attr("aria-label", label)
            .attr("title", label)
            .click(send, msg)
            .with(icon.draw())
    };
    let choose = send.reform(|event: Event| {
        let index = event.target_unchecked_into::<HtmlSelectElement>().selected_index();
        let index = usize::try_from(index).unwrap_or_default();
        Msg::Speed(Speed::ALL.get(index).copied().unwrap_or_default())
    });
    let play = el("button.main.play type=button")
        .maybe("aria-disabled", props.is_asking.then_some("true"))
        .click(send, Msg::TogglePlay)
        .with(icon.draw())
        .text(label);
    let speed = |speed: Speed| {
        el("option")
            .key(speed.label())
            .maybe("selected", (speed == props.speed).then_some(""))
            .text(speed.label())
    };
    let speeds = el("select").on(On::Change, choose).all(Speed::ALL.into_iter().map(speed));
    let is_skipping = props.playing == Playing::Skipping;
    let asking = || {
        el("button.link type=button")
            .click(send, Msg::ShowQuestion)
            .text("Answer first, then play.")
    };
    let told = match (&props.refusal, &props.split_brain) {
        (Some(refusal), _) => el("span.refusal role=alert").text(refusal.clone()),
        (None, Some(split_brain)) => el("strong.split-brain").text(split_brain.clone()),
        (None, None) => group(),
    };
    el("div.transport role=group aria-label=Playing")
        .with(el("span.first").with(button(Icon::Restart, "Restart", Msg::Act(Action::Restart))))
        .with(button(Icon::StepBack, "Step back", Msg::Act(Action::StepBack)))
        .with(play)
        .with(button(Icon::StepOn, "Step", Msg::Act(Action::Step)))
        .with(button(Icon::Statement, "Next statement", Msg::Act(Action::StepStatement)))
        .with(el("label.speed").with(el("span.hidden").text("Speed")).with(speeds))
        .with(el("span.clock data-clock= aria-hidden=true"))
        .with(is_skipping.then(|| el("span.skipping").text("skipping quiet time")))
        .with(props.is_asking.then(asking))
        .with(el("span.spring"))
        .with(told)
        .html()
}
