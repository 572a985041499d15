//! Text in, run out: the scenario language, its data, and what is done with it.

pub mod observations;
pub mod script;
