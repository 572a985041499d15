//! The Epochscope application: Yew components over what `view` gives.
//!
//! [`app`] holds the model and turns messages into actions; the other modules draw one part each.
//! Whatever moves between events moves in [`frame`], without a render.

mod address;
mod app;
mod catalogue;
mod commands;
mod compare;
mod dialog;
mod draft;
mod editor;
mod element;
mod files;
mod frame;
mod header;
mod icons;
mod inspector;
mod keyboard;
mod map;
mod panic;
mod part;
mod picture;
mod question;
mod share;
mod spacetime;
mod speed;
mod stage;
mod start;
mod story;
mod svg;
mod texts;
mod theme;
mod timebar;
mod transport;
mod views;

/// Puts the application into the body of the page.
pub fn mount() {
    panic::install();
    yew::Renderer::<app::App>::new().render();
}
