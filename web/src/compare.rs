//! Two runs of one schedule beside each other: the one difference first, then what came of it.

use std::sync::Arc;

use epochscope_view::layout::{Layout, Room};
use epochscope_view::narration::moment;
use epochscope_view::scene::Scene;
use epochscope_view::session::{Outcome, Parting, Variation};
use epochscope_vocabulary::Offset;
use web_sys::HtmlSelectElement;
use yew::{Callback, Event, Html, TargetCast, classes, html};

use crate::app::Msg;
use crate::icons::Icon;
use crate::part::{Own, Part, part};
use crate::stage::{Flights, Stage};

/// Both runs at one moment.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sides {
    /// The run as it is.
    pub(crate) left: Side,
    /// The other.
    pub(crate) right: Side,
    /// Where they part first.
    pub(crate) parting: Option<Parting>,
    /// The offsets at which they differ.
    pub(crate) marked: Vec<Offset>,
    /// The room that each has.
    pub(crate) room: Room,
    /// What the run can be compared with.
    pub(crate) variations: Vec<Variation>,
    /// With which it is.
    pub(crate) chosen: usize,
}

/// One of them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Side {
    /// The moment.
    pub(crate) scene: Arc<Scene>,
    /// Where everything goes.
    pub(crate) layout: Arc<Layout>,
    /// What became of the records.
    pub(crate) outcome: Outcome,
}

/// What the comparison shows.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Compare {
    /// Both runs; none before they have been carried out.
    pub(crate) sides: Option<Arc<Sides>>,
    /// Where messages go.
    pub(crate) send: Callback<Msg>,
}

/// The comparison.
impl Part for Compare {
    fn draw(&self, _own: &Own) -> Html {
        draw(self)
    }
}

fn draw(props: &Compare) -> Html {
    let Compare { sides, send } = props;
    let Some(sides) = sides else {
        return html! { <main class="compare" aria-label="Compare"><div data-room="" /></main> };
    };
    let variation = &sides.variations[sides.chosen];
    html! {
        <main class="compare" aria-label="Compare">
            <h1 class="hidden">{ "Compare" }</h1>
            { difference(sides, send) }
            <div class="sides">
                { side(["Left", &variation.from], sides, &sides.left, &sides.right, send) }
                { side(["Right", &variation.to], sides, &sides.right, &sides.left, send) }
            </div>
        </main>
    }
}

fn difference(sides: &Sides, send: &Callback<Msg>) -> Html {
    let choose = send.reform(|event: Event| {
        let index = event.target_unchecked_into::<HtmlSelectElement>().selected_index();
        Msg::CompareWith(usize::try_from(index).unwrap_or_default())
    });
    let parting = match &sides.parting {
        Some(parting) => format!("first difference at {} s", moment(parting.at)),
        None => "both run the same".to_owned(),
    };
    html! {
        <div class="difference">
            <label class="line">
                <b>{ "One difference" }</b>
                <select onchange={choose}>
                    for (index, one) in sides.variations.iter().enumerate() {
                        <option key={index} selected={index == sides.chosen}>
                            { format!("{} → {}", one.from, one.to) }
                        </option>
                    }
                </select>
            </label>
            <span class="spring" />
            <span class="note">{ parting }</span>
            <button type="button" onclick={send.reform(|_| Msg::NextParting)}>
                { "Next difference" }{ Icon::StepOn.draw() }
            </button>
        </div>
    }
}

fn side(
    [name, what]: [&str; 2],
    sides: &Sides,
    this: &Side,
    other: &Side,
    send: &Callback<Msg>,
) -> Html {
    let Outcome { sent, acknowledged, lost_after_ack, retried, failed, median_ack } = this.outcome;
    let lost_class = match lost_after_ack {
        0 if other.outcome.lost_after_ack > 0 => "good",
        0 => "",
        _ => "bad",
    };
    let ms = median_ack.map_or_else(|| "–".to_owned(), |span| in_ms(span.0));
    let figure = |figure: String, what: &'static str, class: &'static str| {
        html! { <div class={class}><dd>{ figure }</dd><dt>{ what }</dt></div> }
    };
    html! {
        <section class="side" aria-label={format!("{name}: {what}")}>
            <h2><span class="note">{ name.to_owned() }</span><code>{ what.to_owned() }</code></h2>
            <dl class="outcome">
                { figure(sent.to_string(), "sent", "") }
                { figure(acknowledged.to_string(), "acknowledged", "") }
                { figure(lost_after_ack.to_string(), "lost after the ack", lost_class) }
                { figure(retried.to_string(), "refused, retried", "") }
                { figure(failed.to_string(), "given up", "") }
                { figure(ms, "median ack", "") }
            </dl>
            <div class={classes!("stage", "half")}>
                { part(Stage {
                    scene: this.scene.clone(),
                    layout: this.layout.clone(),
                    flights: Flights::Hidden,
                    marked: sides.marked.clone(),
                    chosen: None,
                    send: send.clone(),
                }) }
            </div>
        </section>
    }
}

/// Microseconds in milliseconds, with a tenth while that says something.
fn in_ms(micros: u64) -> String {
    let tenths = micros / 100;
    match tenths % 10 {
        0 => format!("{} ms", tenths / 10),
        tenth if tenths < 1_000 => format!("{}.{tenth} ms", tenths / 10),
        _ => format!("{} ms", tenths / 10),
    }
}
