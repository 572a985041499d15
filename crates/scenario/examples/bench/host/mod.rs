//! A benchmark's clock and output: a terminal's, or a JavaScript host's.

#[cfg(target_arch = "wasm32")]
mod javascript;
#[cfg(not(target_arch = "wasm32"))]
mod terminal;

#[cfg(target_arch = "wasm32")]
pub(crate) use javascript::*;
#[cfg(not(target_arch = "wasm32"))]
pub(crate) use terminal::*;
