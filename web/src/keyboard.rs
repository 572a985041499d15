//! Keys that work wherever the focus is, unless it is where they mean something else; and those of
//! the time bar, which a page that scrolls needs for itself.

use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};

use epochscope_view::session::Action;

use crate::app::Msg;
use crate::commands::Speak;

/// What a key asks for; nothing while somebody types, chooses or holds a modifier.
pub(crate) fn message(event: &KeyboardEvent) -> Option<Msg> {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let is_in = |selector: &str| {
        target.as_ref().is_some_and(|element| matches!(element.closest(selector), Ok(Some(_))))
    };
    let has_control = event.ctrl_key() || event.meta_key();
    if has_control && event.key() == "k" {
        return Some(Msg::Speak(Speak::Palette));
    }
    if is_in("input, textarea, select, dialog, [contenteditable], [role=tab]") {
        return None;
    }
    if has_control || event.alt_key() {
        return match event.key().as_str() {
            "z" | "Z" if has_control && !event.shift_key() => Some(Msg::Act(Action::Undo)),
            "z" | "Z" | "y" | "Y" if has_control => Some(Msg::Act(Action::Redo)),
            _ => None,
        };
    }
    match event.key().as_str() {
        "/" => Some(Msg::Speak(Speak::Palette)),
        // Space on a button presses that button.
        " " if !is_in("button, a, summary") => Some(Msg::TogglePlay),
        "ArrowRight" if event.shift_key() => Some(Msg::StepStatement),
        "ArrowRight" => Some(Msg::Step),
        "ArrowLeft" => Some(Msg::StepBack),
        key if is_in("[role=slider]") => match key {
            "ArrowUp" => Some(Msg::Step),
            "ArrowDown" => Some(Msg::StepBack),
            "Home" => Some(Msg::Restart),
            "End" => Some(Msg::SeekEnd),
            "PageUp" => Some(Msg::SeekBy(1)),
            "PageDown" => Some(Msg::SeekBy(-1)),
            _ => None,
        },
        _ => None,
    }
}
