//! Two runs of one schedule beside each other: the one difference first, then what came of it.

use std::sync::Arc;

use epochscope_view::layout::{Layout, Room};
use epochscope_view::narration::moment;
use epochscope_view::scene::Scene;
use epochscope_view::session::{Outcome, Parting, Variation};
use epochscope_vocabulary::Offset;
use web_sys::HtmlSelectElement;
use yew::{Callback, Event, Html, TargetCast};

use crate::app::Msg;
use crate::element::{Element, On, el};
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
    let main = el("main.compare aria-label=Compare");
    let Some(sides) = sides else { return main.with(el("div data-room=")).html() };
    let variation = &sides.variations[sides.chosen];
    let both = el("div.sides")
        .with(side(["Left", &variation.from], sides, &sides.left, &sides.right, send))
        .with(side(["Right", &variation.to], sides, &sides.right, &sides.left, send));
    main.with(el("h1.hidden").text("Compare")).with(difference(sides, send)).with(both).html()
}

fn difference(sides: &Sides, send: &Callback<Msg>) -> Element {
    let choose = send.reform(|event: Event| {
        let index = event.target_unchecked_into::<HtmlSelectElement>().selected_index();
        Msg::CompareWith(usize::try_from(index).unwrap_or_default())
    });
    let option = |(index, one): (usize, &Variation)| {
        el("option")
            .key(index)
            .maybe("selected", (index == sides.chosen).then_some(""))
            .text(format!("{} → {}", one.from, one.to))
    };
    let options = sides.variations.iter().enumerate().map(option);
    let parting = match &sides.parting {
        Some(parting) => format!("first difference at {} s", moment(parting.at)),
        None => "both run the same".to_owned(),
    };
    let choice = el("label.line")
        .with(el("b").text("One difference"))
        .with(el("select").on(On::Change, choose).all(options));
    let next = el("button type=button")
        .click(send, Msg::NextParting)
        .text("Next difference")
        .with(Icon::StepOn.draw());
    el("div.difference")
        .with(choice)
        .with(el("span.spring"))
        .with(el("span.note").text(parting))
        .with(next)
}

fn side(
    [name, what]: [&str; 2],
    sides: &Sides,
    this: &Side,
    other: &Side,
    send: &Callback<Msg>,
) -> Element {
    let heading =
        el("h2").with(el("span.note").text(name.to_owned())).with(el("code").text(what.to_owned()));
    let stage = Stage {
        scene: this.scene.clone(),
        layout: this.layout.clone(),
        flights: Flights::Hidden,
        asked: None,
        marked: sides.marked.clone(),
        chosen: None,
        send: send.clone(),
    };
    el("section.side")
        .attr("aria-label", format!("{name}: {what}"))
        .with(heading)
        .with(outcome(&this.outcome, &other.outcome))
        .with(el("div.stage.half").with(part(stage)))
}

/// What became of one side's records, judged by the other's.
fn outcome(this: &Outcome, other: &Outcome) -> Element {
    let Outcome { sent, acknowledged, lost_after_ack, retried, failed, median_ack } = *this;
    let lost_class = match lost_after_ack {
        0 if other.lost_after_ack > 0 => "good",
        0 => "",
        _ => "bad",
    };
    let ms = median_ack.map_or_else(|| "–".to_owned(), |span| in_ms(span.0));
    let figure = |figure: String, what: &'static str| {
        el("div").with(el("dd").text(figure)).with(el("dt").text(what))
    };
    el("dl.outcome")
        .with(figure(sent.to_string(), "sent"))
        .with(figure(acknowledged.to_string(), "acknowledged"))
        .with(figure(lost_after_ack.to_string(), "lost after the ack").class(lost_class))
        .with(figure(retried.to_string(), "refused, retried"))
        .with(figure(failed.to_string(), "given up"))
        .with(figure(ms, "median ack"))
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
