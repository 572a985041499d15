//! Each record's fate: who sent it, whether it was acknowledged, committed or lost, and when.
//!
//! Uses: `observe`.

use epochscope_vocabulary::{Event, ValueId};

use crate::observe::RecordFate;

/// What became of every record.
#[derive(Clone, Debug, Default)]
pub struct Ledger {}

impl Ledger {
    /// Takes note of what happened.
    pub const fn on_event(&mut self, _event: &Event) {}

    /// What became of a record; none if nobody has sent it yet.
    #[must_use]
    pub const fn fate(&self, _value: ValueId) -> Option<RecordFate> {
        None
    }
}
