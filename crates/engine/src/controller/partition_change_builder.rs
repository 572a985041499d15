//! Every leadership and ISR decision of the KRaft controller for one partition is one run of this
//! builder: registration and wishes in, one change record or none out.
//!
//! A leader comes from the ISR, or from the ELR when the ISR is empty, in the order of the
//! *replicas*, never of the ISR; who leads already goes on leading. With unclean election any live
//! replica will do. With ELR the last known leader is a last resort before that.
//!
//! Source: Kafka `PartitionChangeBuilder`; KIP-966 (ELR), KIP-704 (recovery state), KAFKA-15021.
//! Uses: `metadata`, `partition_reassignment`, `java_hash`, `release`.

use epochscope_vocabulary::metadata_record::{LeaderRecoveryState, PartitionChangeRecord};
use epochscope_vocabulary::{BrokerId, DirectoryId, TopicPartition};

use super::partition_reassignment::PartitionReassignmentReplicas;
use crate::java_hash::sort_as_java_hash_set;
use crate::metadata::MetadataImage;
use crate::metadata::partition_registration::PartitionRegistration;
pub use crate::release::{EligibleLeaderReplicas, LastKnownElr, LastKnownLeader};

/// Which replica an election prefers, and whether it may lose records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Election {
    /// The first replica if it may lead, else whoever leads.
    Preferred,
    /// Whoever leads, else the first replica that is in sync.
    Online,
    /// As online, and in the last resort any replica that lives.
    Unclean,
}

/// Whether an ISR that loses a member raises the leader epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IsrShrink {
    /// Yes, below metadata version 3.6-IV0.
    BumpsLeaderEpoch,
    /// No, from there on (KAFKA-15021).
    KeepsLeaderEpoch,
}

/// Whether an unclean election is remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeaderRecovery {
    /// No, below metadata version 3.2.
    Untracked,
    /// Yes: its leader is RECOVERING until it says otherwise (KIP-704).
    Tracked,
}

/// How the builder differs between releases and finalised features.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartitionChangeRules {
    /// What an ISR that shrinks does to the leader epoch.
    pub isr_shrink: IsrShrink,
    /// Whether an unclean election is remembered.
    pub leader_recovery: LeaderRecovery,
    /// Whether eligible leader replicas are kept.
    pub elr: EligibleLeaderReplicas,
    /// Whether a last known leader has to live; of no account without ELR.
    pub last_known_leader: LastKnownLeader,
    /// When it is written down; likewise.
    pub last_known_elr: LastKnownElr,
}

/// Whom an election chose, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ElectionResult {
    /// A replica that has all committed records.
    Clean(BrokerId),
    /// A replica that may lack some.
    Unclean(BrokerId),
    /// Nobody.
    NoLeader,
}

impl ElectionResult {
    /// The leader, if there is one.
    #[must_use]
    pub const fn leader(self) -> Option<BrokerId> {
        match self {
            Self::Clean(leader) | Self::Unclean(leader) => Some(leader),
            Self::NoLeader => None,
        }
    }
}

/// One decision in the making. The targets start as the registration has them; set those that
/// shall change, then [`build`](Self::build).
#[derive(Clone)]
pub struct PartitionChangeBuilder<'a> {
    topic_partition: TopicPartition,
    partition: &'a PartitionRegistration,
    is_acceptable: &'a dyn Fn(BrokerId) -> bool,
    pub(super) rules: PartitionChangeRules,
    /// `min.insync.replicas`, at most the number of replicas.
    min_isr: u32,
    /// The kind of election; at first online.
    pub election: Election,
    /// The ISR wanted.
    pub target_isr: Vec<BrokerId>,
    /// The replicas wanted.
    pub target_replicas: Vec<BrokerId>,
    /// The replicas that a reassignment shall remove.
    pub target_removing: Vec<BrokerId>,
    /// The replicas that a reassignment shall add.
    pub target_adding: Vec<BrokerId>,
    /// The recovery state wanted.
    pub target_leader_recovery_state: LeaderRecoveryState,
    /// Replicas that crashed and may have lost what they had: none of them enters the ELR.
    pub unclean_shutdown_replicas: Vec<BrokerId>,
    /// Where brokers and their log directories are looked up; none below metadata version 3.7-IV2,
    /// which knows of no directories.
    pub default_dirs: Option<&'a MetadataImage>,
    /// The directory in which a broker says it has its replica.
    pub assigned_dir: Option<(BrokerId, DirectoryId)>,
    target_elr: Vec<BrokerId>,
    target_last_known_elr: Vec<BrokerId>,
}

impl<'a> PartitionChangeBuilder<'a> {
    /// A decision that changes nothing but the leader, if need be. `is_acceptable` says whether a
    /// broker may lead: it lives, or is just being unfenced.
    #[must_use]
    pub fn new(
        topic_partition: TopicPartition,
        partition: &'a PartitionRegistration,
        is_acceptable: &'a dyn Fn(BrokerId) -> bool,
        rules: PartitionChangeRules,
        min_isr: u32,
    ) -> Self {
        Self {
            topic_partition,
            partition,
            is_acceptable,
            rules,
            min_isr,
            election: Election::Online,
            target_isr: partition.isr.clone(),
            target_replicas: partition.replicas.clone(),
            target_removing: partition.removing.clone(),
            target_adding: partition.adding.clone(),
            target_leader_recovery_state: partition.leader_recovery_state,
            unclean_shutdown_replicas: Vec::new(),
            default_dirs: None,
            assigned_dir: None,
            target_elr: partition.elr.clone(),
            target_last_known_elr: partition.last_known_elr.clone(),
        }
    }

    /// Whom the election would choose, given the targets as they are.
    #[must_use]
    pub fn elect_leader(&self) -> ElectionResult {
        let preferred = self.target_replicas.first().copied();
        let first = match self.election {
            Election::Preferred => preferred.filter(|replica| self.is_valid_leader(*replica)),
            Election::Online | Election::Unclean => None,
        };
        let sitting = || self.partition.leader.filter(|leader| self.is_valid_leader(*leader));
        let in_order =
            || self.target_replicas.iter().copied().find(|replica| self.is_valid_leader(*replica));
        if let Some(leader) = first.or_else(sitting).or_else(in_order) {
            return ElectionResult::Clean(leader);
        }
        let any_alive = || match self.election {
            Election::Unclean => {
                self.target_replicas.iter().copied().find(|replica| (self.is_acceptable)(*replica))
            }
            Election::Preferred | Election::Online => None,
        };
        let last_resort = self.last_known_leader().or_else(any_alive);
        last_resort.map_or(ElectionResult::NoLeader, ElectionResult::Unclean)
    }

    /// The record that makes the decision; none when nothing changes.
    #[must_use]
    pub fn build(mut self) -> Option<PartitionChangeRecord> {
        let mut record = PartitionChangeRecord::unchanged(self.topic_partition);
        self.complete_reassignment();
        self.populate_target_elr();
        self.try_election(&mut record);
        self.bump_leader_epoch_for_removed_replica(&mut record);
        self.update_elr(&mut record);
        self.update_isr(&mut record);
        self.update_last_known_elr(&mut record);
        self.update_assignment(&mut record);
        let is_no_op = record == PartitionChangeRecord::unchanged(self.topic_partition);
        (!is_no_op).then_some(record)
    }

    fn is_valid_leader(&self, replica: BrokerId) -> bool {
        let holds_committed = self.target_isr.contains(&replica)
            || (self.target_isr.is_empty() && self.target_elr.contains(&replica));
        holds_committed && (self.is_acceptable)(replica)
    }

    fn last_known_leader(&self) -> Option<BrokerId> {
        let [last_known] = self.partition.last_known_elr[..] else {
            return None;
        };
        let nobody_is_safe = self.target_isr.is_empty() && self.target_elr.is_empty();
        if self.rules.elr == EligibleLeaderReplicas::Off || !nobody_is_safe {
            return None;
        }
        match self.rules.last_known_leader {
            LastKnownLeader::MayBeUnacceptable => Some(last_known),
            LastKnownLeader::MustBeAcceptable => {
                (self.is_acceptable)(last_known).then_some(last_known)
            }
        }
    }

    fn complete_reassignment(&mut self) {
        let reassignment = PartitionReassignmentReplicas {
            replicas: self.target_replicas.clone(),
            adding: self.target_adding.clone(),
            removing: self.target_removing.clone(),
        };
        if let Some(completed) = reassignment.maybe_complete(&self.target_isr) {
            self.target_replicas = completed.replicas;
            self.target_isr = completed.isr;
            self.target_adding.clear();
            self.target_removing.clear();
        }
    }

    fn populate_target_elr(&mut self) {
        if self.rules.elr == EligibleLeaderReplicas::Off {
            return;
        }
        if u32::try_from(self.target_isr.len()).is_ok_and(|size| size >= self.min_isr) {
            self.target_elr.clear();
            return;
        }
        let mut candidates = self.partition.elr.clone();
        for member in &self.partition.isr {
            if !candidates.contains(member) {
                candidates.push(*member);
            }
        }
        sort_as_java_hash_set(&mut candidates, |candidate| candidate.0);
        candidates.retain(|candidate| {
            !self.target_isr.contains(candidate)
                && !self.unclean_shutdown_replicas.contains(candidate)
        });
        self.target_elr = candidates;
    }

    fn try_election(&mut self, record: &mut PartitionChangeRecord) {
        let result = self.elect_leader();
        if result.leader() == self.partition.leader {
            return;
        }
        record.leader = Some(result.leader());
        match result {
            ElectionResult::NoLeader => {}
            ElectionResult::Clean(leader) => {
                if self.target_isr.is_empty() {
                    self.target_isr = vec![leader];
                    self.target_elr.retain(|member| *member != leader);
                }
            }
            ElectionResult::Unclean(leader) => {
                self.target_isr = vec![leader];
                record.isr = Some(self.target_isr.clone());
                let recovering = LeaderRecoveryState::Recovering;
                let tracked = self.rules.leader_recovery == LeaderRecovery::Tracked;
                if tracked && self.partition.leader_recovery_state != recovering {
                    record.leader_recovery_state = Some(recovering);
                }
            }
        }
    }

    /// A replica that is removed may go on fetching from a leader it knows: a new epoch ends that.
    fn bump_leader_epoch_for_removed_replica(&self, record: &mut PartitionChangeRecord) {
        if lacks_one_of(&self.target_replicas, &self.partition.replicas) {
            record.leader.get_or_insert(self.partition.leader);
        }
    }

    fn update_elr(&mut self, record: &mut PartitionChangeRecord) {
        let unclean = record.isr.is_some();
        if unclean || self.rules.elr == EligibleLeaderReplicas::Off {
            self.target_elr.clear();
            self.target_last_known_elr.clear();
        }
        if self.target_elr != self.partition.elr {
            record.elr = Some(self.target_elr.clone());
        }
    }

    fn update_isr(&self, record: &mut PartitionChangeRecord) {
        let may_be_empty = self.rules.elr == EligibleLeaderReplicas::On;
        let changes = self.target_isr != self.partition.isr;
        if record.isr.is_none() && changes && (may_be_empty || !self.target_isr.is_empty()) {
            record.isr = Some(self.target_isr.clone());
        }
        let shrinks = record.isr.as_ref().is_some_and(|isr| lacks_one_of(isr, &self.partition.isr));
        if shrinks && self.rules.isr_shrink == IsrShrink::BumpsLeaderEpoch {
            record.leader.get_or_insert(self.partition.leader);
        }
    }

    /// Without ELR it stays as it is, even when the ELR is emptied.
    fn update_last_known_elr(&mut self, record: &mut PartitionChangeRecord) {
        if self.rules.elr == EligibleLeaderReplicas::Off {
            return;
        }
        let (lost, regained) = match self.rules.last_known_elr {
            LastKnownElr::OnEmptyIsr => (
                record.isr.as_ref().is_some_and(Vec::is_empty),
                record.leader.unwrap_or(self.partition.leader).is_some(),
            ),
            LastKnownElr::OnLeaderLoss => (
                record.leader == Some(None) && self.partition.last_known_elr.is_empty(),
                record.leader.flatten().is_some(),
            ),
        };
        if lost {
            self.target_last_known_elr = self.partition.leader.into_iter().collect();
        } else if regained {
            self.target_last_known_elr.clear();
        }
        if self.target_last_known_elr != self.partition.last_known_elr {
            record.last_known_elr = Some(self.target_last_known_elr.clone());
        }
    }

    fn update_assignment(&self, record: &mut PartitionChangeRecord) {
        let changed = |new: &Vec<BrokerId>, old: &Vec<BrokerId>| (new != old).then(|| new.clone());
        if !self.target_replicas.is_empty() {
            record.replicas = changed(&self.target_replicas, &self.partition.replicas);
        }
        record.directories =
            self.target_directories().filter(|new| *new != self.partition.directories);
        record.removing = changed(&self.target_removing, &self.partition.removing);
        record.adding = changed(&self.target_adding, &self.partition.adding);
        if self.target_leader_recovery_state != self.partition.leader_recovery_state {
            record.leader_recovery_state = Some(self.target_leader_recovery_state);
        }
    }

    /// Whoever has a replica keeps its directory. None where there are none, or no replica is left.
    fn target_directories(&self) -> Option<Vec<DirectoryId>> {
        let brokers = self.default_dirs.filter(|_| !self.target_replicas.is_empty())?;
        let directory = |replica: &BrokerId| match self.assigned_dir {
            Some((broker, assigned)) if broker == *replica => assigned,
            Some(_) | None => {
                let known = self.partition.directory(*replica);
                known.unwrap_or_else(|| brokers.default_dir(*replica))
            }
        };
        Some(directories(self.target_replicas.iter().map(directory)))
    }
}

/// The directories of a partition's replicas, as registrations have them.
pub(crate) fn directories(
    of_replicas: impl Iterator<Item = DirectoryId> + Clone,
) -> Vec<DirectoryId> {
    let all_migrate = of_replicas.clone().all(|directory| directory == DirectoryId::Migrating);
    if all_migrate { Vec::new() } else { of_replicas.collect() }
}

fn lacks_one_of(brokers: &[BrokerId], wanted: &[BrokerId]) -> bool {
    wanted.iter().any(|broker| !brokers.contains(broker))
}

#[cfg(test)]
mod tests;
