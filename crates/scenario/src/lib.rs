//! Text in, run out: the scenario language, its data, and what is done with it.

pub mod format;
pub mod library;
pub mod moment;
pub mod observations;
pub mod script;
