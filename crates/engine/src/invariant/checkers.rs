//! What is broken now, what ever was, and the ghosts of all partitions.
//!
//! A property that stays broken is said once; after it has healed it may be said again.

use std::sync::Arc;

use epochscope_vocabulary::config::Settings;
use epochscope_vocabulary::event::Excuse;
use epochscope_vocabulary::{BrokerId, SortedMap, SortedSet, TopicPartition, ValueId};

use super::Invariant;
use super::agreement::LineageState;
use super::ghost::Ghost;
use super::quorum_log::QuorumGhost;
use crate::metadata::MetadataImage;

/// Properties broken so far, each once, in the order in which they first broke.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Violated {
    /// All of them.
    pub broken: Vec<&'static str>,
    /// Those that were broken, at least once, without an excuse.
    pub unexcused: Vec<&'static str>,
}

/// Where a property is broken: a partition, perhaps one replica of it; or one broker.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Subject {
    /// The partition.
    pub partition: Option<TopicPartition>,
    /// The replica or broker.
    pub broker: Option<BrokerId>,
}

/// Whether eligible leader replicas were ever switched on or off: what an ISR became before, it
/// stays until it changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ElrHistory {
    /// Never.
    #[default]
    Steady,
    /// At least once.
    Switched,
}

/// What the checkers remember. Cheap to copy.
#[derive(Clone, Debug, Default)]
pub struct Checkers {
    violated: Violated,
    open: SortedSet<(Invariant, Subject)>,
    ghosts: Arc<SortedMap<TopicPartition, Arc<Ghost>>>,
    /// Records of `acks=all` that were committed while the ISR was too small (before 3.7), and no
    /// leader with a large enough one has had since.
    pub committed_by_few: SortedMap<TopicPartition, SortedSet<ValueId>>,
    /// What is remembered of the controllers' quorum.
    pub quorum: QuorumGhost,
    /// Whether eligible leader replicas were ever switched on or off.
    pub elr: ElrHistory,
    /// The controllers' decisions as last looked at.
    pub image: Option<Arc<MetadataImage>>,
    /// The controllers' server.properties, which never change.
    pub settings: Option<Arc<Settings>>,
}

impl Checkers {
    /// Properties broken so far.
    #[must_use]
    pub const fn violated(&self) -> &Violated {
        &self.violated
    }

    /// What is remembered of a partition.
    #[must_use]
    pub fn ghost(&self, partition: TopicPartition) -> Option<&Ghost> {
        self.ghosts.get(&partition).map(|ghost| &**ghost)
    }

    /// What is remembered of a partition, to be changed.
    pub fn ghost_mut(&mut self, partition: TopicPartition) -> &mut Ghost {
        Arc::make_mut(Arc::make_mut(&mut self.ghosts).entry(partition).or_default())
    }

    /// Whether equal records in two logs of a partition mean equal logs.
    #[must_use]
    pub fn lineage(&self, partition: TopicPartition) -> LineageState {
        let of_partition = |(invariant, subject): &(Invariant, Subject)| {
            *invariant == Invariant::Lineage && subject.partition == Some(partition)
        };
        if self.open.iter().any(of_partition) { LineageState::Broken } else { LineageState::Holds }
    }

    /// Whether this is news: the property was whole at this subject.
    pub fn breaks(&mut self, invariant: Invariant, subject: Subject) -> bool {
        self.open.insert((invariant, subject))
    }

    /// The property is whole at this subject.
    pub fn heals(&mut self, invariant: Invariant, subject: Subject) {
        if !self.open.is_empty() {
            self.open.remove(&(invariant, subject));
        }
    }

    /// Takes note that a property was broken.
    pub fn note(&mut self, invariant: Invariant, excuse: Excuse) {
        let add = |names: &mut Vec<&'static str>| {
            if !names.contains(&invariant.name()) {
                names.push(invariant.name());
            }
        };
        add(&mut self.violated.broken);
        match excuse {
            Excuse::None => add(&mut self.violated.unexcused),
            Excuse::SetUp => {}
        }
    }
}
