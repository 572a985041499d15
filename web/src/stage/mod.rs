//! The stage: one SVG with controllers, racks, cards, messages and clients, and beside it the axis
//! of offsets, which stays when the picture scrolls sideways.
//!
//! Text that wraps, truncates or is pressed is HTML in a `foreignObject`; marks are SVG.

mod axis;
mod card;
mod cells;
mod clients;
mod lists;
mod log;
mod messages;
mod quorum;

use std::sync::Arc;

use epochscope_view::layout::{Form, Layout, RackBand, Rect, RowGrid};
use epochscope_view::orders::{Thing, ThingKind};
use epochscope_view::scene::{BrokerCard, Scene};
use epochscope_vocabulary::Offset;
use web_sys::HtmlSelectElement;
use yew::{Callback, Event, Html, Properties, TargetCast, classes, component, html};

use crate::app::Msg;
use crate::commands::opener;
use crate::svg::{self, px};
use card::Card;
pub(crate) use card::badge;

/// The namespace of HTML inside SVG.
const XHTML: &str = "http://www.w3.org/1999/xhtml";

/// What the stage shows.
#[derive(Clone, Debug, PartialEq, Properties)]
pub(crate) struct StageProps {
    /// What.
    pub(crate) scene: Arc<Scene>,
    /// Where.
    pub(crate) layout: Arc<Layout>,
    /// Whether messages are drawn.
    pub(crate) flights: Flights,
    /// The chosen thing.
    #[prop_or_default]
    pub(crate) chosen: Option<Thing>,
    /// Offsets at which another run, shown beside this one, differs.
    #[prop_or_default]
    pub(crate) marked: Vec<Offset>,
    /// Where messages go.
    pub(crate) send: Callback<Msg>,
}

/// Whether messages are drawn: not while time passes too fast to follow them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flights {
    /// They are.
    Shown,
    /// They would only flicker.
    Hidden,
}

/// The stage.
#[component]
pub(crate) fn Stage(props: &StageProps) -> Html {
    let StageProps { scene, layout, send, flights, marked, .. } = props;
    let form = match layout.form {
        Form::Full => "full",
        Form::Compact => "compact",
    };
    let fast = (*flights == Flights::Hidden).then_some("fast");
    html! {
        <>
            { choice(scene, send) }
            if layout.form == Form::Compact { { lists::quorum_line(&scene.quorum) } }
            <div class={classes!(form, fast)} data-room="" data-stage="drawn">
                <div class="sheet" tabindex="0" role="group" aria-label="Brokers and their logs">
                    { axis::draw(scene, layout) }
                    <svg class="picture" width={px(layout.width)} height={px(layout.height)}
                        viewBox={format!("0 0 {} {}", layout.width, layout.height)}>
                        // A group for each list: beside a list that changes, keys are in vain.
                        <g>{ for layout.racks.iter().map(|one| rack(one, send)) }</g>
                        <g>{ bands(layout, marked) }</g>
                        <g>{ for layout.routes.iter().map(messages::way) }</g>
                        <g>if let Some(place) = layout.quorum { { quorum::draw(scene, place, send) } }</g>
                        <g>{ cards(props) }</g>
                        <g>{ clients::draw(scene, layout, send) }</g>
                        <g>{ for layout.routes.iter().map(|route| messages::tag(scene, route)) }</g>
                    </svg>
                </div>
            </div>
            if layout.form == Form::Compact {
                { lists::messages(&scene.messages, scene.at) }
                { lists::clients(&scene.clients, send) }
            }
        </>
    }
}

fn cards(props: &StageProps) -> Html {
    let StageProps { scene, layout, send, .. } = props;
    let is_chosen = |broker: &BrokerCard| {
        let chosen = props.chosen.as_ref().filter(|chosen| chosen.kind == ThingKind::Broker);
        chosen.is_some_and(|chosen| *chosen.name == broker.id.to_string())
    };
    let card = |(column, broker): (&epochscope_view::layout::Column, &Arc<BrokerCard>)| {
        html! {
            <Card key={column.broker.0} broker={Arc::clone(broker)} column={column.clone()}
                is_chosen={is_chosen(broker)} rows={layout.rows} send={send.clone()} />
        }
    };
    layout.columns.iter().zip(&scene.brokers).map(card).collect()
}

/// The rows that another run has otherwise.
fn bands(layout: &Layout, marked: &[Offset]) -> Html {
    let RowGrid { step, .. } = layout.rows;
    let band = |offset: &Offset| {
        let y = layout.rows.y(*offset)?;
        Some(svg::rect("row-band", Rect { x: 0, y, width: layout.width, height: step }, 0))
    };
    marked.iter().filter_map(band).collect()
}

fn rack(rack: &RackBand, send: &Callback<Msg>) -> Html {
    let Rect { x, y, .. } = rack.place;
    html! {
        <g key={format!("rack {x}")}>
            { svg::rect("rack", rack.place, 12) }
            if let Some(name) = &rack.name {
                { svg::text("rack-name", x + 14, y + 18, name.to_string()) }
                { html_at(
                    Rect { x: x + rack.place.width - 40, y: y + 1, width: 36, height: 24 },
                    "rack-acts",
                    opener(&Thing::new(ThingKind::Rack, name.clone()), "quiet", send),
                ) }
            }
        </g>
    }
}

/// Which partition to show, where there is a choice.
fn choice(scene: &Scene, send: &Callback<Msg>) -> Html {
    if scene.choices.len() < 2 {
        return Html::default();
    }
    let shown = scene.partition.as_ref().map(|partition| partition.partition);
    let choices = scene.choices.clone();
    let choose = send.reform(move |event: Event| {
        let chosen = event.target_unchecked_into::<HtmlSelectElement>().selected_index();
        let chosen = usize::try_from(chosen).unwrap_or_default();
        let partition = choices[chosen.min(choices.len() - 1)].0;
        Msg::Act(epochscope_view::session::Action::Show(partition))
    });
    html! {
        <label class="choice">
            <span>{ "Partition" }</span>
            <select onchange={choose}>
                for (partition, name) in scene.choices.iter() {
                    <option key={&**name} selected={shown == Some(*partition)}>{ name }</option>
                }
            </select>
        </label>
    }
}

/// A place in the picture for HTML.
fn html_at(place: Rect, class: &'static str, content: Html) -> Html {
    let Rect { x, y, width, height } = place;
    html! {
        <foreignObject x={px(x)} y={px(y)} width={px(width)} height={px(height)}>
            <div xmlns={XHTML} {class}>{ content }</div>
        </foreignObject>
    }
}
