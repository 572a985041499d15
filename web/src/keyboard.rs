//! Keys that work wherever the focus is, unless it is where they mean something else; and those of
//! the time bar, which a page that scrolls needs for itself.
//!
//! One table is what the page listens for and what its help lists.

use epochscope_view::session::Action;
use wasm_bindgen::JsCast;
use web_sys::{Element as Node, KeyboardEvent};
use yew::{Callback, Html};

use crate::app::Msg;
use crate::commands::Speak;
use crate::dialog::{self, Dialog};
use crate::element::{el, group};
use crate::part::part;

/// What is held with a key.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Held {
    Nothing,
    Shift,
    /// Control, or Command.
    Control,
    ControlShift,
}

/// Where a key is pressed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Even where somebody types.
    Everywhere,
    /// Wherever nobody types or chooses.
    Page,
    /// The same without buttons, which have their own use for it.
    BesideButtons,
    TimeBar,
}

use Held::{Control, ControlShift, Nothing, Shift};
use Place::{BesideButtons, Everywhere, Page, TimeBar};

/// What it is called, the browser's name of it, what is held, where, what it does, and that as a
/// message.
type Key = (&'static str, &'static str, Held, Place, &'static str, fn() -> Msg);

static KEYS: [Key; 18] = [
    ("Space", " ", Nothing, BesideButtons, "Play or pause", || Msg::TogglePlay),
    ("→", "ArrowRight", Nothing, Page, "One event on", || Msg::Act(Action::Step)),
    ("←", "ArrowLeft", Nothing, Page, "One event back", || Msg::Act(Action::StepBack)),
    ("Shift →", "ArrowRight", Shift, Page, "On to the next statement", || {
        Msg::Act(Action::StepStatement)
    }),
    ("]", "]", Nothing, Page, "On to the next marker", || Msg::Act(Action::StepMarker)),
    ("[", "[", Nothing, Page, "Back to the marker before", || Msg::Act(Action::StepBackMarker)),
    ("/", "/", Nothing, Page, "Tell the cluster", || Msg::Speak(Speak::Palette)),
    ("Ctrl K", "k", Control, Everywhere, "Tell the cluster", || Msg::Speak(Speak::Palette)),
    ("Ctrl Z", "z", Control, Page, "Take your last order back", || Msg::Act(Action::Undo)),
    ("Ctrl Y", "y", Control, Page, "Give an order again", || Msg::Act(Action::Redo)),
    ("Ctrl Shift Z", "Z", ControlShift, Page, "Give an order again", || Msg::Act(Action::Redo)),
    ("?", "?", Nothing, Page, "This list", || Msg::Help(true)),
    ("↑", "ArrowUp", Nothing, TimeBar, "One event on", || Msg::Act(Action::Step)),
    ("↓", "ArrowDown", Nothing, TimeBar, "One event back", || Msg::Act(Action::StepBack)),
    ("Page up", "PageUp", Nothing, TimeBar, "One second on", || Msg::SeekBy(1)),
    ("Page down", "PageDown", Nothing, TimeBar, "One second back", || Msg::SeekBy(-1)),
    ("Home", "Home", Nothing, TimeBar, "To the beginning", || Msg::Act(Action::Restart)),
    ("End", "End", Nothing, TimeBar, "To the end", || Msg::SeekEnd),
];

/// What a key asks for.
pub(crate) fn message(event: &KeyboardEvent) -> Option<Msg> {
    let target = event.target().and_then(|target| target.dyn_into::<Node>().ok());
    let is_in = |selector: &str| {
        target.as_ref().is_some_and(|element| matches!(element.closest(selector), Ok(Some(_))))
    };
    let key = event.key();
    // Some keyboards need Shift for a sign.
    let is_sign = key.len() == 1 && key.bytes().all(|letter| letter.is_ascii_punctuation());
    let has_shift = event.shift_key() && !is_sign;
    // Where a sign needs AltGr, Windows says Control and Alt.
    let has_graph = event.get_modifier_state("AltGraph");
    let has_control = (event.ctrl_key() || event.meta_key()) && !has_graph;
    let held = match (has_control, has_shift) {
        (false, false) => Nothing,
        (false, true) => Shift,
        (true, false) => Control,
        (true, true) => ControlShift,
    };
    let is_here = |place: Place| match place {
        Everywhere => true,
        TimeBar => is_in("[role=slider]"),
        Page | BesideButtons => {
            !is_in("input, textarea, select, dialog, [contenteditable], [role=tab]")
                && (place == Page || !is_in("button, a, summary"))
        }
    };
    if event.alt_key() && !has_graph {
        return None;
    }
    let meant = |one: &&Key| one.1 == key && one.2 == held && is_here(one.3);
    KEYS.iter().find(meant).map(|one| (one.5)())
}

/// The list of keys.
pub(crate) fn help(send: &Callback<Msg>) -> Html {
    const TITLE: &str = "Keys";
    let rows = |is_there: fn(Place) -> bool| {
        let row = |one: &Key| {
            let name = el("dt").with(el("kbd").text(one.0));
            el("div").with(name).with(el("dd").text(one.4))
        };
        el("dl.keys").all(KEYS.iter().filter(|one| is_there(one.3)).map(row).collect::<Vec<_>>())
    };
    let content = group()
        .with(dialog::head(TITLE))
        .with(rows(|place| place != TimeBar))
        .with(el("h3").text("On the time bar"))
        .with(rows(|place| place == TimeBar))
        .html();
    let (label, closed, send) = (TITLE.to_owned(), Msg::Help(false), send.clone());
    part(Dialog { class: "sheet-dialog", label, content, closed, send })
}
