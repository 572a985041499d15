//! Text in, run out: the scenario language, its data, and what is done with it.

pub mod acting;
pub mod checks;
pub mod evaluate;
pub mod execution;
pub mod explore;
pub mod format;
pub mod goal;
pub mod library;
pub mod link;
pub mod moment;
pub mod observations;
pub mod observed;
pub mod observed_replica;
pub mod player;
pub mod reference;
pub mod run;
pub mod script;
pub mod settle;
mod tools;
