//! What the page listens to outside of Yew: keys anywhere, and the size of the stage.

use epochscope_view::layout::{COMPACT_BELOW, Room};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{DragEvent, Element, HtmlElement, KeyboardEvent, ResizeObserver, window};
use yew::Context;

use super::{App, Msg};
use crate::files;
use crate::keyboard;

/// What the page listens to, for as long as it lives.
#[derive(Debug)]
pub(super) struct Watch {
    keys: Closure<dyn FnMut(KeyboardEvent)>,
    resized: Closure<dyn FnMut()>,
    moved: Closure<dyn FnMut()>,
    dropped: Closure<dyn FnMut(DragEvent)>,
    observer: Option<ResizeObserver>,
}

impl Watch {
    pub(super) fn new(ctx: &Context<App>) -> Self {
        let link = ctx.link().clone();
        let keys = Closure::new(move |event: KeyboardEvent| {
            if let Some(msg) = keyboard::message(&event) {
                event.prevent_default();
                link.send_message(msg);
            }
        });
        let link = ctx.link().clone();
        let resized = Closure::new(move || {
            if let Some(room) = measure() {
                link.send_message(Msg::Room(room));
            }
        });
        let link = ctx.link().clone();
        let moved = Closure::new(move || link.send_message(Msg::Address));
        let send = ctx.link().callback(|msg: Msg| msg);
        let dropped = Closure::new(move |event: DragEvent| {
            // Otherwise the browser would leave the page for the file.
            event.prevent_default();
            if event.type_() == "drop" {
                files::dropped(&event, send.clone());
            }
        });
        Self { keys, resized, moved, dropped, observer: None }
    }

    pub(super) fn start(&mut self) {
        if let Some(window) = window() {
            let moved = self.moved.as_ref().unchecked_ref();
            let _ = window.add_event_listener_with_callback("hashchange", moved);
        }
        if let Some(document) = window().and_then(|window| window.document()) {
            let dropped = self.dropped.as_ref().unchecked_ref();
            let _ = document.add_event_listener_with_callback("dragover", dropped);
            let _ = document.add_event_listener_with_callback("drop", dropped);
            let keys = self.keys.as_ref().unchecked_ref();
            let _ = document.add_event_listener_with_callback("keydown", keys);
        }
        self.observer = ResizeObserver::new(self.resized.as_ref().unchecked_ref()).ok();
    }

    /// Observing again what is observed already does nothing.
    pub(super) fn observe(&self, root: &Element) {
        let room = root.query_selector("[data-room]").ok().flatten();
        if let (Some(observer), Some(room)) = (&self.observer, room) {
            observer.observe(&room);
        }
    }
}

/// The room of the stage; in the compact form as much of the window as the rest leaves.
fn measure() -> Option<Room> {
    let room = window()?.document()?.query_selector("[data-room]").ok()??;
    let (width, mut height) = (room.client_width(), room.client_height());
    if width < COMPACT_BELOW {
        height = window_height()? - 370;
    }
    (width > 0).then_some(Room { width, height })
}

#[expect(clippy::cast_possible_truncation, reason = "a window's height in pixels")]
fn window_height() -> Option<i32> {
    Some(window()?.inner_height().ok()?.as_f64()? as i32)
}

/// What a scroll bar takes of a room's width, where it takes any.
pub(super) const SCROLLBAR: i32 = 2;

/// The width and height of the whole page.
pub(super) fn page_size() -> (i32, i32) {
    let width = window().and_then(|w| w.inner_width().ok()).and_then(|width| width.as_f64());
    #[expect(clippy::cast_possible_truncation, reason = "a window's width in pixels")]
    let width = width.unwrap_or(1024.0) as i32;
    (width, window_height().unwrap_or(768))
}

/// Scrolls the list of steps so that the present one is seen, where that list scrolls by itself.
pub(super) fn show_present_step(root: &Element) {
    let find = |selector: &str| root.query_selector(selector).ok().flatten();
    let (Some(panel), Some(step)) = (find(".steps"), find(".steps .present")) else { return };
    if panel.scroll_height() <= panel.client_height() {
        return;
    }
    let (seen, place) = (panel.get_bounding_client_rect(), step.get_bounding_client_rect());
    let margin = 40.0;
    let hidden = (place.bottom() - seen.bottom() + margin).max(0.0)
        - (seen.top() + margin - place.top()).max(0.0);
    #[expect(clippy::cast_possible_truncation, reason = "pixels of a page")]
    panel.set_scroll_top(panel.scroll_top() + hidden as i32);
}

/// Scrolls the space-time view so that the moment shown, so far down, is seen.
pub(super) fn keep_in_sight(root: &Element, y: i32) {
    const MARGIN: i32 = 90;
    let Ok(Some(view)) = root.query_selector(".spacetime .scroll") else { return };
    let (top, height) = (view.scroll_top(), view.client_height());
    if y < top + MARGIN {
        view.set_scroll_top(y - MARGIN);
    } else if y + MARGIN > top + height {
        view.set_scroll_top(y + MARGIN - height);
    }
}

/// What has the focus in the space-time view, as a selector: another diagram may have other
/// elements in its place.
pub(super) fn focused() -> Option<String> {
    let focused = window()?.document()?.active_element()?;
    focused.get_attribute("data-at")?;
    // Marks of one moment differ in their names.
    Some(format!("[data-at][aria-label={:?}]", focused.get_attribute("aria-label")?))
}

/// Leads the keyboard to an element.
pub(super) fn lead_focus(root: &Element, selector: &str) {
    let place = root.query_selector(selector).ok().flatten();
    // Elements of HTML and SVG take the focus alike.
    if let Some(place) = place.filter(|place| !matches!(place.matches(":focus"), Ok(true))) {
        let _ = place.unchecked_ref::<HtmlElement>().focus();
    }
}

/// Brings the question into sight, where the page is longer than the window.
pub(super) fn show_question() {
    let document = window().and_then(|window| window.document());
    let question = document.and_then(|page| page.query_selector(".question").ok().flatten());
    if let Some(question) = question {
        question.scroll_into_view();
    }
}

/// Brings the inspector into sight, where the page is longer than the window.
pub(super) fn show_inspector() {
    let found = window().and_then(|window| window.document()?.query_selector(".inspector").ok()?);
    let Some(inspector) = found else { return };
    let hidden = window_height()
        .is_some_and(|whole| inspector.get_bounding_client_rect().top() > f64::from(whole) / 2.0);
    if hidden {
        inspector.scroll_into_view();
    }
}
