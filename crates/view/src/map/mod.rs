//! The map: where all replicas live, who leads, and what would be if a broker or a rack went.
//!
//! Racks hold brokers, brokers hold replicas: as chips with a number, as squares where there are
//! many of them, as a field of so many each where there are more still. It is made of what the
//! controllers have committed, and of what the active one would decide ([`Cluster::foresee`]), so
//! that no rule of Kafka is told a second time.
//!
//! [`Cluster::foresee`]: epochscope_engine::Cluster::foresee
//!
//! Uses: its folder, `narration`, `scene`.

mod build;
mod labels;
mod losses;
mod replicas;
mod worst;

#[cfg(test)]
mod tests;

pub(crate) use build::{Reading, map};
pub(crate) use losses::{Foresight, foresee};

use std::sync::Arc;

use epochscope_vocabulary::{BrokerId, SimTime, TopicPartition};

/// What is asked of the map.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// Only partitions in whose name this stands.
    pub filter: String,
    /// The loss that is pointed at, by its place in [`Map::losses`].
    pub loss: Option<usize>,
}

/// The map at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Map {
    /// How the replicas are drawn.
    pub detail: Detail,
    /// How many partitions the filter lets through, of how many.
    pub matches: (usize, usize),
    /// The topics: name, what stands for it on its chips, number of partitions.
    pub topics: Vec<(Arc<str>, String, usize)>,
    /// The cluster in numbers, each with its name and the class of its tone.
    pub figures: Vec<(usize, &'static str, &'static str)>,
    /// The racks, with their brokers.
    pub racks: Vec<Rack>,
    /// How many replicas a square of a field stands for.
    pub each: usize,
    /// Some of the partitions that the filter lets through, the worst first.
    pub worst: Vec<Worst>,
    /// How many partitions each broker that runs would lead, if all led the same, in tenths.
    pub fair_tenths: usize,
    /// The most that any broker leads, or would if all led the same.
    pub most_led: usize,
    /// Preferred leaders that do not lead, and what the next check does about it.
    pub balance: String,
    /// When leaders are balanced next.
    pub next_check: Option<SimTime>,
    /// How many partitions are now as [`HEADINGS`] say.
    pub now: [usize; 4],
    /// What each loss would do: first that of each rack, then that of each broker.
    pub losses: Vec<Loss>,
    /// The loss that is pointed at, in words.
    pub told: Option<String>,
}

/// How replicas are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Detail {
    /// Each as a chip with its number.
    #[default]
    Chips,
    /// Each as a square.
    Squares,
    /// All of a broker as a field of squares, those that stand alike together.
    Field,
}

/// A partition in a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Worst {
    /// Which.
    pub partition: TopicPartition,
    /// Its name, leader, replicas and ISR.
    pub cells: [String; 4],
    /// How it is, with the class of its tone.
    pub state: (&'static str, &'static str),
}

/// A rack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rack {
    /// Its name, if it has one.
    pub name: Option<Arc<str>>,
    /// How many partitions its brokers lead: `leads 4 of 21`.
    pub about: String,
    /// The place of its loss.
    pub loss: Option<usize>,
    /// Its brokers.
    pub brokers: Vec<Arc<Broker>>,
}

/// A broker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broker {
    /// Which.
    pub id: BrokerId,
    /// What its process does, with the class of its tone.
    pub state: (&'static str, &'static str),
    /// What it holds: `7 led, 5 preferred, 12 replicas`.
    pub about: String,
    /// How many partitions it leads.
    pub leads: usize,
    /// The place of its loss.
    pub loss: usize,
    /// Its replicas that the filter lets through; none of a field.
    pub chips: Vec<Chip>,
    /// How many of those stand as each [`Standing`] says.
    pub field: [usize; 4],
}

/// A replica.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chip {
    /// The partition.
    pub partition: TopicPartition,
    /// What stands on it: `3`, `A0`.
    pub label: String,
    /// All that it shows, in words.
    pub about: String,
    /// How it stands with the replica.
    pub standing: Standing,
    /// Whether it is the preferred leader.
    pub preferred: Preferred,
    /// What the loss that is pointed at would do to the partition.
    pub harm: Harm,
    /// Whether this is the partition shown everywhere.
    pub is_shown: bool,
}

/// How it stands with a replica.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// It leads.
    Leads,
    /// It is in sync.
    InSync,
    /// It is not.
    Out,
    /// Its partition has no leader.
    Offline,
}

/// Whether a replica is its partition's preferred leader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preferred {
    /// It is not.
    No,
    /// It is, and leads.
    Leads,
    /// It is, and another leads, or nobody.
    Elsewhere,
}

/// What a loss does to a partition that it has not suffered yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Harm {
    /// Nothing of these.
    #[default]
    None,
    /// Fewer are in sync than `min.insync.replicas`: `acks=all` is refused.
    BelowMinIsr,
    /// A replica leads that was not in sync: acknowledged records may be gone.
    Unclean,
    /// Nobody leads.
    Offline,
}

/// What a loss would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    /// What is lost: a rack's name, or `broker 3`.
    pub name: String,
    /// The statement that kills it.
    pub order: String,
    /// Whose brokers are lost.
    pub brokers: Vec<BrokerId>,
    /// How many partitions are then as [`HEADINGS`] say; none while that is not worked out.
    pub counts: Option<[usize; 4]>,
}

/// What the numbers of a loss count.
pub const HEADINGS: [&str; 4] = ["offline", "below min ISR", "under-repl.", "fail over"];

impl Standing {
    /// All, in the order of a field.
    pub const ALL: [Self; 4] = [Self::Leads, Self::InSync, Self::Out, Self::Offline];

    /// Its class.
    #[must_use]
    pub const fn class(self) -> &'static str {
        match self {
            Self::Leads => "leads",
            Self::InSync => "",
            Self::Out => "out",
            Self::Offline => "offline",
        }
    }
}

impl Harm {
    /// Its class.
    #[must_use]
    pub const fn class(self) -> &'static str {
        match self {
            Self::None => "",
            Self::BelowMinIsr => "harmed",
            Self::Unclean | Self::Offline => "lost",
        }
    }
}
