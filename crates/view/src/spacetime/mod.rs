//! The space-time diagram: nodes side by side, time downwards, messages as slanted lines.
//!
//! [`Stretch`] is what there is to show of a stretch of a run, [`Diagram`] is where it goes: whole
//! pixels, no colours, no markup. Time that nothing happens in is folded, and the fold says how
//! long it is. At most [`MOST_MESSAGES`] messages are shown, those that led to something first.
//!
//! Uses: its folder.

mod axis;
mod chain;
mod choice;
mod labels;
mod layout;
mod rank;
pub(crate) mod read;
mod stretch;

#[cfg(test)]
mod tests;

pub use axis::{Axis, Fold, Tick};
pub(crate) use layout::{AXIS_X, NAMES};
pub use layout::{Arrow, Band, Column, Diagram, Emphasis, Note, SplitBrain, Wanted};
pub use stretch::{Ended, Mark, Node, Sending, Sense, Stretch};

/// As many messages as a diagram shows.
pub const MOST_MESSAGES: usize = 72;
/// As many marks as a diagram shows.
pub const MOST_MARKS: usize = 60;
