//! The inspector: tabs, and below them the page that is asked for, drawn as the rows it is given.

mod page;

use std::sync::Arc;

use epochscope_view::inspector::{Ask, Page, Panel};
use epochscope_view::scene::Tone;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent, window};
use yew::{Callback, Html, html};

use crate::app::Msg;
use crate::part::{Own, Part};

/// What the inspector shows.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Inspector {
    /// The page.
    pub(crate) page: Arc<Page>,
    /// Which it is.
    pub(crate) panel: Panel,
    /// Where messages go.
    pub(crate) send: Callback<Msg>,
}

/// The panel at the right.
impl Part for Inspector {
    fn draw(&self, _own: &Own) -> Html {
        draw(self)
    }
}

fn draw(props: &Inspector) -> Html {
    let Inspector { page, panel, send } = props;
    let ask = send.reform(Msg::Ask);
    html! {
        <aside class="inspector" aria-label="Inspector">
            { tabs(*panel, &ask) }
            <div class="inspected" id="inspected" role="tabpanel" tabindex="0"
                aria-labelledby={tab_id(*panel)} data-panel={tab_id(*panel)}>
                { page::draw(page, &ask) }
                if *panel == Panel::Partition { { legend() } }
            </div>
        </aside>
    }
}

fn tab_id(panel: Panel) -> String {
    format!("tab-{}", panel as usize)
}

/// Arrow keys move among the tabs and choose at once; only the chosen one is in the order of tabs.
fn tabs(chosen: Panel, ask: &Callback<Ask>) -> Html {
    let tab = |(panel, name): (Panel, &'static str)| {
        let is_chosen = panel == chosen;
        html! {
            <button key={name} type="button" role="tab" id={tab_id(panel)} class="quiet"
                aria-selected={if is_chosen { "true" } else { "false" }} aria-controls="inspected"
                tabindex={if is_chosen { "0" } else { "-1" }}
                onclick={ask.reform(move |_| Ask::Panel(panel))}>{ name }</button>
        }
    };
    let turn = {
        let ask = ask.clone();
        Callback::from(move |event: KeyboardEvent| {
            let (at, count) = (chosen as usize, Panel::ALL.len());
            let to = match event.key().as_str() {
                "ArrowRight" => (at + 1) % count,
                "ArrowLeft" => (at + count - 1) % count,
                "Home" => 0,
                "End" => count - 1,
                _ => return,
            };
            event.prevent_default();
            let (panel, _) = Panel::ALL[to];
            ask.emit(Ask::Panel(panel));
            focus(&tab_id(panel));
        })
    };
    html! {
        <div class="tabs" role="tablist" aria-label="Inspector" onkeydown={turn}>
            { for Panel::ALL.into_iter().map(tab) }
        </div>
    }
}

fn focus(id: &str) {
    let found = window().and_then(|w| w.document()).and_then(|page| page.get_element_by_id(id));
    if let Some(element) = found.and_then(|found| found.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

/// A tone's class.
pub(crate) const fn tone(tone: Tone) -> &'static str {
    match tone {
        Tone::Plain => "plain",
        Tone::Bad => "bad",
        Tone::Good => "ok",
        Tone::Meta => "meta",
        Tone::Diverged => "diverged",
    }
}

fn legend() -> Html {
    html! {
        <dl class="legend">
            <div><dt><span class="key committed epoch-a">{ "a" }</span></dt>
                <dd>{ "below this HW" }</dd></div>
            <div><dt><span class="key hollow epoch-b">{ "b" }</span></dt>
                <dd>{ "above it" }</dd></div>
            <div><dt><span class="key gone">{ "x" }</span></dt><dd>{ "truncated" }</dd></div>
            <div><dt class="ok">{ crate::icons::Icon::Tick.draw() }</dt>
                <dd>{ "acknowledged" }</dd></div>
        </dl>
    }
}
