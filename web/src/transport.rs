//! Play, step, speed.

use web_sys::HtmlSelectElement;
use yew::{Callback, Event, Html, TargetCast, html};

use crate::app::Msg;
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
        html! {
            <button type="button" class="square" aria-label={label} title={label}
                onclick={send.reform(move |_| msg.clone())}>{ icon.draw() }</button>
        }
    };
    let choose = send.reform(|event: Event| {
        let index = event.target_unchecked_into::<HtmlSelectElement>().selected_index();
        let index = usize::try_from(index).unwrap_or_default();
        Msg::Speed(Speed::ALL.get(index).copied().unwrap_or_default())
    });
    html! {
        <div class="transport" role="group" aria-label="Playing">
            <span class="first">{ button(Icon::Restart, "Restart", Msg::Restart) }</span>
            { button(Icon::StepBack, "Step back", Msg::StepBack) }
            <button type="button" class="main play" onclick={send.reform(|_| Msg::TogglePlay)}
                aria-disabled={props.is_asking.then_some("true")}>
                { icon.draw() }{ label }
            </button>
            { button(Icon::StepOn, "Step", Msg::Step) }
            { button(Icon::Statement, "Next statement", Msg::StepStatement) }
            <label class="speed">
                <span class="hidden">{ "Speed" }</span>
                <select onchange={choose}>
                    for speed in Speed::ALL {
                        <option key={speed.label()} selected={speed == props.speed}>
                            { speed.label() }
                        </option>
                    }
                </select>
            </label>
            <span class="clock" data-clock="" aria-hidden="true" />
            if props.playing == Playing::Skipping {
                <span class="skipping">{ "skipping quiet time" }</span>
            }
            if props.is_asking {
                <button type="button" class="link" onclick={send.reform(|_| Msg::ShowQuestion)}>
                    { "Answer first, then play." }
                </button>
            }
            <span class="spring" />
            if let Some(refusal) = &props.refusal {
                <span class="refusal" role="alert">{ refusal }</span>
            } else if let Some(split_brain) = &props.split_brain {
                <strong class="split-brain">{ split_brain }</strong>
            }
        </div>
    }
}
