//! Moving a partition to other brokers: first the replicas are the old and the new ones together,
//! and when all of the new ones are in sync, the new ones alone.
//!
//! Source: Kafka `PartitionReassignmentReplicas`, `PartitionReassignmentRevert`; KIP-455.
//! Uses: `metadata`.

use epochscope_vocabulary::BrokerId;
use epochscope_vocabulary::put_in_order;

use crate::metadata::partition_registration::PartitionRegistration;

/// A partition's replicas while it is being reassigned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartitionReassignmentReplicas {
    /// All replicas: the target in its order, then those that leave.
    pub replicas: Vec<BrokerId>,
    /// Those that join, in order of their ids when a reassignment starts.
    pub adding: Vec<BrokerId>,
    /// Those that leave, likewise.
    pub removing: Vec<BrokerId>,
}

/// The end of a reassignment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompletedReassignment {
    /// The target.
    pub replicas: Vec<BrokerId>,
    /// The ISR without those that have left.
    pub isr: Vec<BrokerId>,
}

/// What the way back costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Revert {
    /// Nothing: a replica that stays is in sync.
    Clean,
    /// Records, maybe: none that stays is in sync, so the first of them is declared to be.
    Unclean,
}

/// The way back from a reassignment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartitionReassignmentRevert {
    /// The replicas without those that were joining.
    pub replicas: Vec<BrokerId>,
    /// The ISR without them.
    pub isr: Vec<BrokerId>,
    /// What it costs.
    pub revert: Revert,
}

impl PartitionReassignmentReplicas {
    /// A reassignment from `current`, the replicas as they stand, to `target`.
    #[must_use]
    pub fn start(current: &[BrokerId], target: &[BrokerId]) -> Self {
        let removing = sorted(without(current, target));
        let mut replicas = target.to_vec();
        replicas.extend_from_slice(&removing);
        Self { replicas, adding: sorted(without(target, current)), removing }
    }

    /// The reassignment that is under way in a partition, if one is.
    #[must_use]
    pub fn of(partition: &PartitionRegistration) -> Self {
        Self {
            replicas: partition.replicas.clone(),
            adding: partition.adding.clone(),
            removing: partition.removing.clone(),
        }
    }

    /// Whether there is anything to do.
    #[must_use]
    pub const fn is_in_progress(&self) -> bool {
        !self.adding.is_empty() || !self.removing.is_empty()
    }

    /// The end of the reassignment, if all of its target is in `isr`.
    #[must_use]
    pub fn maybe_complete(&self, isr: &[BrokerId]) -> Option<CompletedReassignment> {
        let isr = without(isr, &self.removing);
        let replicas = without(&self.replicas, &self.removing);
        let complete = self.is_in_progress()
            && !isr.is_empty()
            && replicas.iter().all(|replica| isr.contains(replica));
        complete.then_some(CompletedReassignment { replicas, isr })
    }

    /// The way back, from a partition whose in-sync replicas are `isr`; none when no replica would
    /// be left.
    #[must_use]
    pub fn revert(&self, isr: &[BrokerId]) -> Option<PartitionReassignmentRevert> {
        let replicas = without(&self.replicas, &self.adding);
        let isr = without(isr, &self.adding);
        let first = *replicas.first()?;
        Some(if isr.is_empty() {
            PartitionReassignmentRevert { replicas, isr: vec![first], revert: Revert::Unclean }
        } else {
            PartitionReassignmentRevert { replicas, isr, revert: Revert::Clean }
        })
    }
}

fn without(all: &[BrokerId], gone: &[BrokerId]) -> Vec<BrokerId> {
    all.iter().copied().filter(|broker| !gone.contains(broker)).collect()
}

fn sorted(mut brokers: Vec<BrokerId>) -> Vec<BrokerId> {
    put_in_order(&mut brokers, |one, other| one < other);
    brokers
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn ids(numbers: &[u32]) -> Vec<BrokerId> {
        numbers.iter().copied().map(BrokerId).collect()
    }

    fn start(current: &[u32], target: &[u32]) -> PartitionReassignmentReplicas {
        PartitionReassignmentReplicas::start(&ids(current), &ids(target))
    }

    fn done(reassignment: &PartitionReassignmentReplicas, isr: &[u32]) -> Option<Vec<BrokerId>> {
        reassignment.maybe_complete(&ids(isr)).map(|completed| completed.replicas)
    }

    #[test]
    fn old_and_new_replicas_are_together_at_first() {
        let reassignment = start(&[3, 2, 1, 0], &[7, 3, 1, 9]);
        assert_eq!(reassignment.replicas, ids(&[7, 3, 1, 9, 0, 2]));
        assert_eq!(reassignment.adding, ids(&[7, 9]));
        assert_eq!(reassignment.removing, ids(&[0, 2]));
        assert!(!start(&[1, 2], &[2, 1]).is_in_progress(), "another order moves nobody");
    }

    #[test]
    fn it_ends_when_the_whole_target_is_in_sync() {
        let all_new = start(&[0, 1, 2], &[3, 4, 5]);
        assert_eq!(done(&all_new, &[0, 1, 2, 3, 4]), None);
        assert_eq!(done(&all_new, &[0, 1, 2, 3, 4, 5]), Some(ids(&[3, 4, 5])));
        let one_new = start(&[0, 1, 2], &[0, 1, 3]);
        assert_eq!(done(&one_new, &[3]), None);
        assert_eq!(done(&one_new, &[0, 1, 2, 3]), Some(ids(&[0, 1, 3])));
        assert_eq!(done(&start(&[1, 2], &[2, 1]), &[1, 2]), None, "nothing has begun");
    }

    #[test]
    fn the_way_back_is_unclean_when_only_new_replicas_are_in_sync() {
        let reassignment = start(&[3, 2, 1], &[4, 5, 3, 1]);
        let back = |isr: &[u32]| reassignment.revert(&ids(isr));
        let reverted = |isr: &[u32], revert| {
            let replicas = ids(&[3, 1, 2]);
            Some(PartitionReassignmentRevert { replicas, isr: ids(isr), revert })
        };
        assert_eq!(back(&[4, 5, 3, 2]), reverted(&[3, 2], Revert::Clean));
        assert_eq!(back(&[4, 5]), reverted(&[3], Revert::Unclean));
        let only_new = PartitionReassignmentReplicas {
            replicas: ids(&[4]),
            adding: ids(&[4]),
            removing: vec![],
        };
        assert_eq!(only_new.revert(&ids(&[4])), None);
    }
}
