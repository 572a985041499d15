//! One partition as the controller has it registered.
//!
//! Each change record raises the partition epoch; the leader epoch rises exactly when the record
//! names a leader, be it the same one or none.
//!
//! Source: Kafka `PartitionRegistration`.
//! Uses: nothing.

use epochscope_vocabulary::metadata_record::{
    LeaderRecoveryState, PartitionChangeRecord, PartitionRecord,
};
use epochscope_vocabulary::{BrokerId, DirectoryId, LeaderEpoch, PartitionEpoch};

/// A partition's replicas, in-sync replicas, leader and epochs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartitionRegistration {
    /// Assigned replicas, the preferred leader first.
    pub replicas: Vec<BrokerId>,
    /// In-sync replicas, in the order of the last proposal.
    pub isr: Vec<BrokerId>,
    /// Eligible leader replicas (KIP-966): out of the ISR, yet known to hold all that is committed.
    pub elr: Vec<BrokerId>,
    /// The last leader of a partition that has none now: at most one member.
    pub last_known_elr: Vec<BrokerId>,
    /// Replicas that a reassignment removes.
    pub removing: Vec<BrokerId>,
    /// Replicas that a reassignment adds.
    pub adding: Vec<BrokerId>,
    /// The leader, if there is one.
    pub leader: Option<BrokerId>,
    /// Whether the leader may lack committed records.
    pub leader_recovery_state: LeaderRecoveryState,
    /// The leader's epoch.
    pub leader_epoch: LeaderEpoch,
    /// This registration's epoch.
    pub partition_epoch: PartitionEpoch,
    /// The log directory of each replica; empty: all of them are migrating.
    pub directories: Vec<DirectoryId>,
}

impl PartitionRegistration {
    /// The registration that creates a partition.
    #[must_use]
    pub fn new(record: &PartitionRecord) -> Self {
        Self {
            replicas: record.replicas.clone(),
            isr: record.isr.clone(),
            elr: Vec::new(),
            last_known_elr: Vec::new(),
            removing: Vec::new(),
            adding: Vec::new(),
            leader: record.leader,
            leader_recovery_state: LeaderRecoveryState::Recovered,
            leader_epoch: record.leader_epoch,
            partition_epoch: record.partition_epoch,
            directories: record.directories.clone(),
        }
    }

    /// The registration after a change.
    #[must_use]
    pub fn merge(&self, record: &PartitionChangeRecord) -> Self {
        let changed =
            |new: &Option<Vec<BrokerId>>, old: &Vec<BrokerId>| new.as_ref().unwrap_or(old).clone();
        let (leader, leader_epoch) = match record.leader {
            None => (self.leader, self.leader_epoch),
            Some(named) => (named, LeaderEpoch(self.leader_epoch.0 + 1)),
        };
        Self {
            replicas: changed(&record.replicas, &self.replicas),
            isr: changed(&record.isr, &self.isr),
            elr: changed(&record.elr, &self.elr),
            last_known_elr: changed(&record.last_known_elr, &self.last_known_elr),
            removing: changed(&record.removing, &self.removing),
            adding: changed(&record.adding, &self.adding),
            leader,
            leader_recovery_state: record
                .leader_recovery_state
                .unwrap_or(self.leader_recovery_state),
            leader_epoch,
            partition_epoch: PartitionEpoch(self.partition_epoch.0 + 1),
            directories: record.directories.as_ref().unwrap_or(&self.directories).clone(),
        }
    }

    /// The log directory of a broker's replica; none if it has no replica.
    #[must_use]
    pub fn directory(&self, broker: BrokerId) -> Option<DirectoryId> {
        let at = self.replicas.iter().position(|replica| *replica == broker)?;
        Some(self.directories.get(at).copied().unwrap_or(DirectoryId::Migrating))
    }

    /// The first assigned replica: who leads when all is well.
    #[must_use]
    pub fn preferred_replica(&self) -> Option<BrokerId> {
        self.replicas.first().copied()
    }

    /// Whether the preferred replica leads.
    #[must_use]
    pub fn has_preferred_leader(&self) -> bool {
        self.leader == self.preferred_replica()
    }

    /// Whether a reassignment is under way.
    #[must_use]
    pub const fn is_reassigning(&self) -> bool {
        !self.adding.is_empty() || !self.removing.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use epochscope_vocabulary::{TopicId, TopicPartition};
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    const PARTITION: TopicPartition = TopicPartition { topic: TopicId(0), partition: 0 };

    fn created() -> PartitionRegistration {
        PartitionRegistration::new(&PartitionRecord {
            partition: PARTITION,
            replicas: vec![BrokerId(2), BrokerId(1)],
            isr: vec![BrokerId(1), BrokerId(2)],
            leader: Some(BrokerId(1)),
            leader_epoch: LeaderEpoch(0),
            partition_epoch: PartitionEpoch(0),
            directories: vec![],
        })
    }

    #[test]
    fn every_change_raises_the_partition_epoch_a_named_leader_its_own_too() {
        let epochs = |leader| {
            let record =
                PartitionChangeRecord { leader, ..PartitionChangeRecord::unchanged(PARTITION) };
            let merged = created().merge(&record);
            (merged.leader_epoch.0, merged.partition_epoch.0)
        };
        assert_eq!(epochs(None), (0, 1));
        assert_eq!(epochs(Some(Some(BrokerId(2)))), (1, 1));
        assert_eq!(epochs(Some(Some(BrokerId(1)))), (1, 1), "the same leader again");
        assert_eq!(epochs(Some(None)), (1, 1), "nobody");
    }

    #[test]
    fn a_record_changes_what_it_names() {
        let record = PartitionChangeRecord {
            isr: Some(vec![]),
            elr: Some(vec![BrokerId(1)]),
            adding: Some(vec![BrokerId(3)]),
            leader_recovery_state: Some(LeaderRecoveryState::Recovering),
            ..PartitionChangeRecord::unchanged(PARTITION)
        };
        let merged = created().merge(&record);
        assert_eq!((merged.isr.len(), merged.elr.len()), (0, 1));
        assert_eq!(merged.replicas, created().replicas);
        assert_eq!(merged.leader_recovery_state, LeaderRecoveryState::Recovering);
        assert!(merged.is_reassigning() && !created().is_reassigning());
    }

    #[test]
    fn the_first_replica_is_preferred() {
        let mut partition = created();
        assert!(!partition.has_preferred_leader());
        partition.leader = Some(BrokerId(2));
        assert!(partition.has_preferred_leader());
        partition.leader = None;
        assert!(!partition.has_preferred_leader());
    }
}
