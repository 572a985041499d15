//! Records that are decided and not yet in the log: they gather for a moment and go in together.
//!
//! Source: Kafka `BatchAccumulator`; `controller.quorum.append.linger.ms`.
//! Uses: nothing.

use epochscope_vocabulary::EventId;
use epochscope_vocabulary::metadata_record::MetadataRecord;
use epochscope_vocabulary::rule::RuleId;

/// A record that waits to be written, and why it will be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreparedRecord {
    /// The record.
    pub record: MetadataRecord,
    /// The rule that decided it.
    pub rule: RuleId,
    /// What led to it.
    pub cause: EventId,
}

/// The waiting records, in the order of their offsets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BatchAccumulator {
    prepared: Vec<PreparedRecord>,
}

/// Whether records had been waiting before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lingering {
    /// These are the first: the span of gathering begins.
    Begins,
    /// It goes on.
    GoesOn,
}

impl BatchAccumulator {
    /// Adds records.
    pub fn prepare_append(&mut self, records: Vec<PreparedRecord>) -> Lingering {
        let lingering =
            if self.prepared.is_empty() { Lingering::Begins } else { Lingering::GoesOn };
        self.prepared.extend(records);
        lingering
    }

    /// Takes out all.
    pub fn drain(&mut self) -> Vec<PreparedRecord> {
        std::mem::take(&mut self.prepared)
    }
}
