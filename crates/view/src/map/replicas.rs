//! What each broker holds, and the chips of its replicas.
//!
//! Uses: `labels`, `losses`, `map`.

use epochscope_engine::metadata::partition_registration::PartitionRegistration;
use epochscope_vocabulary::{BrokerId, TopicPartition};

use super::losses::harm;
use super::{Chip, Detail, Harm, Preferred, Reading, Standing};
use crate::narration;

/// What one broker holds.
#[derive(Clone, Debug, Default)]
pub(super) struct Holding {
    pub(super) leads: usize,
    pub(super) preferred: usize,
    pub(super) replicas: usize,
    pub(super) out: usize,
    pub(super) chips: Vec<Chip>,
    pub(super) field: [usize; 4],
}

/// A partition that is being looked at.
pub(super) struct Seen<'a> {
    pub(super) id: TopicPartition,
    pub(super) now: &'a PartitionRegistration,
    pub(super) after: Option<&'a PartitionRegistration>,
    pub(super) min_isr: usize,
    pub(super) letters: &'a str,
    pub(super) topic: &'a str,
    /// Whether the filter lets it through.
    pub(super) is_meant: bool,
}

impl Holding {
    /// Counts a replica, and puts its chip down, but for a field.
    pub(super) fn take(
        &mut self,
        reading: &Reading<'_>,
        seen: &Seen<'_>,
        place: (BrokerId, Detail),
    ) {
        let (broker, detail) = place;
        let standing = standing(seen.now, broker);
        let is_preferred = seen.now.replicas.first() == Some(&broker);
        self.replicas += 1;
        self.leads += usize::from(standing == Standing::Leads);
        self.preferred += usize::from(is_preferred);
        self.out += usize::from(!seen.now.isr.contains(&broker));
        if !seen.is_meant {
            return;
        }
        self.field[standing as usize] += 1;
        if detail == Detail::Field {
            return;
        }
        let harm = seen.after.map_or(Harm::None, |after| harm(seen.now, after, seen.min_isr));
        let preferred = match (is_preferred, standing) {
            (false, _) => Preferred::No,
            (true, Standing::Leads) => Preferred::Leads,
            (true, Standing::InSync | Standing::Out | Standing::Offline) => Preferred::Elsewhere,
        };
        let number = seen.id.partition;
        self.chips.push(Chip {
            partition: seen.id,
            label: format!("{}{number}", seen.letters),
            about: narration::map::chip(seen.topic, number, (standing, preferred, harm)),
            standing,
            preferred,
            harm,
            is_shown: reading
                .scene
                .partition
                .as_ref()
                .is_some_and(|shown| shown.partition == seen.id),
        });
    }
}

fn standing(partition: &PartitionRegistration, broker: BrokerId) -> Standing {
    if partition.leader.is_none() {
        Standing::Offline
    } else if partition.leader == Some(broker) {
        Standing::Leads
    } else if partition.isr.contains(&broker) {
        Standing::InSync
    } else {
        Standing::Out
    }
}
