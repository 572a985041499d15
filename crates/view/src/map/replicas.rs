//! The chips of each broker: one for each replica, or one for each topic.
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
    /// Of the topic at work: its first partition here; led, in sync, out of sync, offline.
    topic: (Option<TopicPartition>, [usize; 4], Harm),
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
    /// Counts a replica, and puts its chip down.
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
        let harm = seen.after.map_or(Harm::None, |after| harm(seen.now, after, seen.min_isr));
        if detail == Detail::Topics {
            let (first, counts, worst) = &mut self.topic;
            first.get_or_insert(seen.id);
            counts[standing as usize] += 1;
            *worst = harm.max(*worst);
            return;
        }
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

    /// Puts down the chip of a topic that is done with.
    pub(super) fn end_topic(&mut self, topic: &str) {
        let (first, counts, harm) = std::mem::replace(&mut self.topic, (None, [0; 4], Harm::None));
        let Some(partition) = first else { return };
        let all = [Standing::Offline, Standing::Out, Standing::Leads];
        let worst = all.into_iter().find(|standing| counts[*standing as usize] > 0);
        self.chips.push(Chip {
            partition,
            label: topic.to_owned(),
            about: narration::map::topic(counts),
            standing: worst.unwrap_or(Standing::InSync),
            preferred: Preferred::No,
            harm,
            is_shown: false,
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
