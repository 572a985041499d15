//! What any client can ask and show of a run: scenes, layouts, words and colours.
//!
//! [`session::Session`] is the one door: it takes actions and gives scenes. Everything else is a
//! pure function of plain data. Nothing here knows of a browser, a clock or a random source.

pub mod inspector;
pub mod layout;
pub mod map;
pub mod narration;
pub mod orders;
pub mod palette;
pub mod picture;
pub mod scene;
pub mod session;
pub mod spacetime;
pub mod timeline;
mod trace;

#[cfg(test)]
mod fixture;
