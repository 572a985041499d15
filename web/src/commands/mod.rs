//! Speaking to the cluster: the command palette, menus on things, and the bar of the chosen thing.
//!
//! Whatever is done is a statement of the language in the end, sent as one message.

mod bar;
mod menu;
mod palette;

use std::rc::Rc;

use epochscope_view::orders::{Order, Thing};
use web_sys::{Element, MouseEvent, window};
use yew::{Callback, Html, TargetCast};

pub(crate) use bar::ActionBar;
pub(crate) use menu::menu;
pub(crate) use palette::{Does, Line, Note, Row, palette};

use crate::app::Msg;
use crate::element::{On, el};
use crate::icons::Icon;

/// What is asked of palette and menus themselves.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Speak {
    /// Open the palette.
    Palette,
    /// Open it with the order of this number among the reader's own, to change it.
    Change(usize, String),
    /// Take that order away.
    TakeAway(usize),
    /// This is typed in it, with the cursor behind so many bytes.
    Typed(String, usize),
    /// Choose this thing.
    Choose(Thing),
    /// Open a thing's menu beside what was pressed, at one of its orders if one is named.
    Menu(Thing, Anchor, Option<String>),
    /// Close what is open.
    Close,
    /// Lead the keyboard to this part of the page.
    Reach(&'static str),
}

/// The place of what was pressed, in pixels of the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Anchor {
    /// Its left edge.
    pub(crate) x: i32,
    /// Its top.
    pub(crate) top: i32,
    /// Its bottom.
    pub(crate) bottom: i32,
}

/// A menu that is open.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct OpenMenu {
    /// Whose.
    pub(crate) thing: Thing,
    /// Where.
    pub(crate) anchor: Anchor,
    /// The order that it opens with.
    pub(crate) first: Option<String>,
    /// What can be done.
    pub(crate) orders: Rc<[Order]>,
}

/// What is open and chosen.
#[derive(Debug, Default)]
pub(crate) struct Commands {
    /// What is typed in the palette, with the cursor in bytes, while that is open.
    pub(crate) line: Option<(String, usize)>,
    /// The reader's own order that the palette changes.
    pub(crate) changing: Option<usize>,
    /// Why the last statement was refused, while that is open which it was said in.
    pub(crate) refused: Option<String>,
    /// The menu.
    pub(crate) menu: Option<OpenMenu>,
    /// Where the keyboard is to be led once what is open is closed.
    pub(crate) reach: Option<&'static str>,
    /// The chosen thing.
    pub(crate) chosen: Option<Thing>,
    /// What was said before, the last first.
    pub(crate) recent: Vec<String>,
}

/// So many statements are remembered.
const MOST_RECENT: usize = 50;

impl Commands {
    /// A statement was obeyed.
    pub(crate) fn remember(&mut self, line: &str) {
        self.recent.retain(|other| other != line);
        if !line.is_empty() {
            self.recent.insert(0, line.to_owned());
        }
        self.recent.truncate(MOST_RECENT);
        self.close();
    }

    /// Closes palette and menu.
    pub(crate) fn close(&mut self) {
        self.line = None;
        self.changing = None;
        self.menu = None;
        self.refused = None;
    }
}

impl Anchor {
    /// The place of the button that was pressed.
    fn of(event: &MouseEvent) -> Self {
        let target = event.target_dyn_into::<Element>();
        let button = target.and_then(|target| target.closest("button").ok().flatten());
        let Some(place) = button.map(|button| button.get_bounding_client_rect()) else {
            return Self::default();
        };
        Self { x: pixels(place.left()), top: pixels(place.top()), bottom: pixels(place.bottom()) }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "pixels of a window")]
fn pixels(length: f64) -> i32 {
    length as i32
}

/// The window's width and height.
fn window_size() -> (i32, i32) {
    let size =
        |of: fn(&web_sys::Window) -> Result<wasm_bindgen::JsValue, wasm_bindgen::JsValue>| {
            let length =
                window().and_then(|window| of(&window).ok()).and_then(|size| size.as_f64());
            pixels(length.unwrap_or(1_000.0))
        };
    (size(web_sys::Window::inner_width), size(web_sys::Window::inner_height))
}

/// The button that opens a thing's menu.
pub(crate) fn opener(thing: &Thing, class: &'static str, send: &Callback<Msg>) -> Html {
    let name = format!("{}: what can be done", thing.title());
    el("button type=button aria-haspopup=dialog")
        .class(class)
        .attr("aria-label", name.clone())
        .attr("title", name)
        .on(On::Click, open(thing, None, send))
        .with(Icon::More.draw())
        .html()
}

/// Opens a thing's menu.
pub(crate) fn open(
    thing: &Thing,
    first: Option<String>,
    send: &Callback<Msg>,
) -> Callback<MouseEvent> {
    let thing = thing.clone();
    send.reform(move |event: MouseEvent| {
        Msg::Speak(Speak::Menu(thing.clone(), Anchor::of(&event), first.clone()))
    })
}

/// Choosing this one of several when it is pressed.
fn choosing(at: usize, choose: &Callback<usize>) -> Callback<MouseEvent> {
    choose.reform(move |_| at)
}

/// The line beside the story that opens the palette.
pub(crate) fn prompt(send: &Callback<Msg>) -> Html {
    el("button.prompt type=button aria-haspopup=dialog aria-keyshortcuts=/")
        .click(send, Msg::Speak(Speak::Palette))
        .with(Icon::Prompt.draw())
        .with(el("span").text("Tell the cluster"))
        .with(el("kbd").text("/"))
        .html()
}

/// The palette's button in the header.
pub(crate) fn button(send: &Callback<Msg>) -> Html {
    el("button.quiet.square type=button aria-label=Commands title='Commands (Ctrl K)' \
        aria-haspopup=dialog aria-keyshortcuts='Control+K Meta+K'")
    .click(send, Msg::Speak(Speak::Palette))
    .with(Icon::Prompt.draw())
    .html()
}
