//! Maps and sets in order of their keys, each kept in one vector.
//!
//! They stand in for `BTreeMap` and `BTreeSet`, of which each pair of types would add some five
//! kilobytes to what a reader of the page loads. The model's maps are short, or grow at their end
//! (offsets, requests, events), where a vector is as quick; a copy of one is a single allocation.

mod map;
mod order;
mod set;

#[cfg(test)]
mod tests;

pub use map::SortedMap;
pub use order::put_in_order;
pub use set::SortedSet;
