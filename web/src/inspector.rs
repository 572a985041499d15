//! The inspector: tabs, and below them the page that is asked for, drawn as the rows it is given.

mod page;

use std::sync::Arc;

use epochscope_view::inspector::{Ask, Page, Panel};
use epochscope_view::scene::Tone;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent, window};
use yew::{Callback, Html};

use crate::app::Msg;
use crate::element::{Element, On, el};
use crate::icons::Icon;
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

/// The ledger: a page in the place of the stage. What is searched for in it is its own.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Ledger {
    /// The page.
    pub(crate) page: Arc<Page>,
    /// Where messages go.
    pub(crate) send: Callback<Msg>,
}

impl Part for Ledger {
    fn draw(&self, _own: &Own) -> Html {
        let send = self.send.reform(|msg| match msg {
            Msg::Ask(ask @ Ask::Input(..)) => Msg::Search(ask),
            msg => msg,
        });
        el("div.ledger data-stage=drawn tabindex=0 role=group aria-label='Every record'")
            .with(page::draw(&self.page, &send))
            .html()
    }
}

fn draw(props: &Inspector) -> Html {
    let Inspector { page, panel, send } = props;
    let inspected = el("div.inspected id=inspected role=tabpanel tabindex=0")
        .attr("aria-labelledby", tab_id(*panel))
        .attr("data-panel", tab_id(*panel))
        .with(page::draw(page, send))
        .with((*panel == Panel::Partition).then(legend));
    el("aside.inspector aria-label=Inspector").with(tabs(*panel, send)).with(inspected).html()
}

fn tab_id(panel: Panel) -> String {
    format!("tab-{}", panel as usize)
}

/// Arrow keys move among the tabs and choose at once; only the chosen one is in the order of tabs.
fn tabs(chosen: Panel, send: &Callback<Msg>) -> Element {
    let tab = |(panel, name): (Panel, &'static str)| {
        let (selected, stop) = if panel == chosen { ("true", "0") } else { ("false", "-1") };
        el("button.quiet type=button role=tab aria-controls=inspected")
            .key(name)
            .attr("id", tab_id(panel))
            .attr("aria-selected", selected)
            .attr("tabindex", stop)
            .click(send, Msg::Ask(Ask::Panel(panel)))
            .text(name)
    };
    let turn = {
        let send = send.clone();
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
            send.emit(Msg::Ask(Ask::Panel(panel)));
            focus(&tab_id(panel));
        })
    };
    el("div.tabs role=tablist aria-label=Inspector")
        .on(On::KeyDown, turn)
        .all(Panel::ALL.into_iter().map(tab))
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

fn legend() -> Element {
    let entry =
        |term: Element, means: &'static str| el("div").with(term).with(el("dd").text(means));
    let letter = |shape: &'static str, letter: &'static str| el("dt").with(el(shape).text(letter));
    el("dl.legend")
        .with(entry(letter("span.key.committed.epoch-a", "a"), "below this HW"))
        .with(entry(letter("span.key.hollow.epoch-b", "b"), "above it"))
        .with(entry(letter("span.key.gone", "x"), "truncated"))
        .with(entry(el("dt.ok").with(Icon::Tick.draw()), "acknowledged"))
}
