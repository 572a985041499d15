//! What losing brokers or racks would do to a real cluster, out of what Kafka's own tools print of
//! it. The rules are the engine's: who is fenced, who is elected, what needs how many in sync.
//!
//! Only the terminal uses this.

pub mod cluster;
pub mod describe;
pub mod fate;
pub mod leaders;
pub mod losses;
pub mod mistake;
pub mod moves;
pub mod racks;
pub mod sample;
mod shape;
pub mod spread;
pub mod story;
