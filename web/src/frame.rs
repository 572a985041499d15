//! What changes with each frame and not with an event: tags on their way, playhead, clock.
//!
//! All of it goes through `transform.baseVal` and text, past Yew: a render takes longer than a
//! frame may.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;

use epochscope_view::layout::{Layout, Point, Route};
use epochscope_view::scene::{Message, Scene, Transit};
use epochscope_vocabulary::SimTime;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{Element, SvgGraphicsElement, window};

/// Asks for frames while somebody wants them.
#[derive(Debug)]
pub(crate) struct FrameClock {
    closure: Closure<dyn FnMut(f64)>,
    pending: Rc<Cell<bool>>,
}

impl FrameClock {
    /// `on_frame` gets the page's time in milliseconds.
    pub(crate) fn new(on_frame: impl Fn(f64) + 'static) -> Self {
        let pending = Rc::new(Cell::new(false));
        let asked = pending.clone();
        let closure = Closure::new(move |now| {
            asked.set(false);
            on_frame(now);
        });
        Self { closure, pending }
    }

    /// One more frame, please.
    pub(crate) fn request(&self) {
        if self.pending.replace(true) {
            return;
        }
        if let Some(window) = window() {
            let _ = window.request_animation_frame(self.closure.as_ref().unchecked_ref());
        }
    }
}

/// A message on the screen: its tag and its way.
#[derive(Debug)]
struct Mover {
    tag: SvgGraphicsElement,
    message: Arc<Message>,
    route: Route,
    at: Cell<Option<Point>>,
}

/// The moving parts of the picture as last rendered.
#[derive(Debug, Default)]
pub(crate) struct Movers {
    tags: Vec<Mover>,
    playhead: Option<SvgGraphicsElement>,
    lens_playhead: Option<SvgGraphicsElement>,
    clock: Option<Element>,
    /// Whether the reader asked for less motion: tags stand where they are going.
    is_still: bool,
}

impl Movers {
    /// Finds the parts after a render.
    pub(crate) fn find(root: &Element, scene: &Scene, layout: &Layout) -> Self {
        let query = |selector: &str| root.query_selector(selector).ok().flatten();
        let tag = |route: &Route| {
            let message = scene.messages.iter().find(|message| message.key == route.key)?;
            let tag = query(&format!("[data-message=\"{}\"]", message_id(message)))?;
            Some(Mover {
                tag: tag.dyn_into().ok()?,
                message: message.clone(),
                route: route.clone(),
                at: Cell::new(None),
            })
        };
        Self {
            tags: layout.routes.iter().filter_map(tag).collect(),
            playhead: query("[data-playhead]").and_then(|found| found.dyn_into().ok()),
            lens_playhead: query("[data-lens-playhead]").and_then(|found| found.dyn_into().ok()),
            clock: query("[data-clock]"),
            is_still: asks_for_less_motion(),
        }
    }

    /// Puts each tag where it is at `now`.
    pub(crate) fn place_tags(&self, now: SimTime) {
        for mover in &self.tags {
            let is_flying = matches!(mover.message.transit, Transit::Arriving(_));
            let progress = match self.is_still && is_flying {
                true => 1000,
                false => mover.message.progress(now),
            };
            let Some(point) = mover.route.position(progress) else { continue };
            if mover.at.replace(Some(point)) != Some(point) {
                translate(&mover.tag, point.x, point.y);
            }
        }
    }

    /// Puts the playheads of the whole bar and of its magnified part where they are to be.
    pub(crate) fn place_playhead(&self, x: i32, lens_x: i32) {
        for (playhead, x) in [(&self.playhead, x), (&self.lens_playhead, lens_x)] {
            if let Some(playhead) = playhead {
                translate(playhead, x, 0);
            }
        }
    }

    /// Puts the time on the clock.
    pub(crate) fn show_time(&self, time: &str) {
        if let Some(clock) = &self.clock {
            clock.set_text_content(Some(time));
        }
    }
}

fn asks_for_less_motion() -> bool {
    let asked = window().and_then(|w| w.match_media("(prefers-reduced-motion: reduce)").ok()?);
    asked.is_some_and(|asked| asked.matches())
}

/// The value of `data-message` on a message's tag.
pub(crate) fn message_id(message: &Message) -> String {
    let half = if message.key.is_response { "response" } else { "request" };
    format!("{half}-{}", message.key.request.0)
}

#[expect(clippy::cast_precision_loss, reason = "pixels are far below 2^24")]
fn translate(element: &SvgGraphicsElement, x: i32, y: i32) {
    if let Ok(transform) = element.transform().base_val().get_item(0) {
        let _ = transform.set_translate(x as f32, y as f32);
    }
}
