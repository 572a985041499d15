//! Where in a log, and in which life of its leader: offsets and the epochs, which do not mix.

use std::fmt;

/// The number of a record in a log. As an end (`log_end_offset`, `high_watermark`) it is exclusive:
/// 10 means records 0 to 9.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Offset(pub u64);

/// Raised by each leadership decision of the controller for one partition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LeaderEpoch(pub u32);

/// Raised by each change of one partition's registration, of its ISR alone too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartitionEpoch(pub u32);

/// Given to a broker by each registration: an offset of the metadata log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BrokerEpoch(pub u64);

/// The controller epoch: the term of the metadata quorum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct QuorumEpoch(pub u32);

/// Fences an older incarnation of the same producer id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProducerEpoch(pub u16);

/// An epoch and where it ends: the answer of a leader-epoch cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OffsetAndEpoch {
    /// The exclusive end of the epoch.
    pub offset: Offset,
    /// The largest epoch known that is not above the one asked for.
    pub epoch: LeaderEpoch,
}

impl Offset {
    /// The start of every log that was never cut from below.
    pub const ZERO: Self = Self(0);

    /// The offset `count` records further on.
    #[must_use]
    pub const fn plus(self, count: u64) -> Self {
        Self(self.0 + count)
    }
}

macro_rules! plain_number {
    ($($name:ident),+) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )+};
}

plain_number!(Offset, LeaderEpoch, PartitionEpoch, BrokerEpoch, QuorumEpoch, ProducerEpoch);
