//! What can become of a partition, and how many partitions it becomes of.

/// Something that a loss can do to a partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Harm {
    /// Nobody leads: it can be neither written nor read.
    Offline,
    /// A replica leads that was not in sync: acknowledged records may be gone.
    Unclean,
    /// Fewer are in sync than `min.insync.replicas` wants: `acks=all` is refused.
    BelowMinIsr,
    /// No replica is left in any rack.
    NoReplica,
    /// All that are still in sync stand in one rack, and were in several.
    OneRack,
}

impl Harm {
    /// All, the worst first.
    pub const ALL: [Self; 5] =
        [Self::Offline, Self::Unclean, Self::BelowMinIsr, Self::NoReplica, Self::OneRack];

    const fn index(self) -> usize {
        match self {
            Self::Offline => 0,
            Self::Unclean => 1,
            Self::BelowMinIsr => 2,
            Self::NoReplica => 3,
            Self::OneRack => 4,
        }
    }
}

/// The harms that one partition has suffered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fate(u8);

impl Fate {
    /// With this harm as well, if it came about.
    #[must_use]
    pub(crate) fn and(self, harm: Harm, came_about: Option<()>) -> Self {
        came_about.map_or(self, |()| Self(self.0 | 1 << harm.index()))
    }

    /// Whether it has suffered this.
    #[must_use]
    pub const fn has(self, harm: Harm) -> bool {
        self.0 & (1 << harm.index()) != 0
    }

    /// Whether it has suffered anything.
    #[must_use]
    pub const fn is_harmed(self) -> bool {
        self.0 != 0
    }

    /// What it had not suffered before.
    #[must_use]
    pub const fn beyond(self, before: Self) -> Self {
        Self(self.0 & !before.0)
    }
}

/// How many partitions suffer each harm. Differences of such numbers may be below 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tally([i64; 5]);

impl Tally {
    /// How many suffer this.
    #[must_use]
    pub const fn of(&self, harm: Harm) -> i64 {
        self.0[harm.index()]
    }

    /// Whether nobody suffers anything.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.0 == [0; 5]
    }

    /// Counts a partition `times` times.
    pub(crate) fn count(&mut self, fate: Fate, times: i64) {
        for harm in Harm::ALL {
            self.0[harm.index()] += if fate.has(harm) { times } else { 0 };
        }
    }

    /// Adds all of another's.
    pub(crate) fn add(&mut self, other: &Self) {
        for (sum, number) in self.0.iter_mut().zip(other.0) {
            *sum += number;
        }
    }
}
