//! What processes count of what they do: kept in the process, and gone with it.
//!
//! Simplified: bytes are those of records and their values; headers of batches are not counted.
//! Uses: nothing.

use epochscope_vocabulary::{Names, ValueId};

/// What a record costs beside its value.
const RECORD_BYTES: u64 = 7;

/// A broker's counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BrokerMeters {
    /// Shrunk ISRs.
    pub isr_shrinks: u64,
    /// Expanded ISRs.
    pub isr_expands: u64,
    /// Refused changes of ISRs.
    pub failed_isr_updates: u64,
    /// Records from producers.
    pub messages_in: u64,
    /// Their bytes.
    pub bytes_in: u64,
    /// Bytes to consumers.
    pub bytes_out: u64,
    /// Bytes from leaders.
    pub replication_bytes_in: u64,
    /// Bytes to followers.
    pub replication_bytes_out: u64,
}

/// A controller's counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ControllerMeters {
    /// Leaders elected from outside of ISR and ELR.
    pub unclean_elections: u64,
    /// Leaders elected from the ELR.
    pub elections_from_elr: u64,
}

/// How many bytes these records take.
pub fn bytes_of(names: &Names, values: impl Iterator<Item = ValueId>) -> u64 {
    let length = |value| u64::try_from(names.value_text(value).len()).unwrap_or(u64::MAX);
    values.map(|value| RECORD_BYTES + length(value)).sum()
}
