//! Windows that Kafka itself leaves open: a leader acts by what it knows, and the controllers have
//! just decided otherwise.
//!
//! AlterPartition's answer and the metadata log tell a leader of the same decisions, and neither
//! waits for the other.
//!
//! - Metadata of the partition epoch that a leader knows already makes its state what metadata
//!   says: a proposal under way is forgotten, and the controller may still grant it.
//! - A raised `min.insync.replicas` and a smaller ISR are decided one after the other. A leader
//!   that hears of the ISR first finds it large enough, commits, and leaves a member of the ELR
//!   behind.
//! - A broker that has come back fetches before it is registered, and so names no epoch. A leader
//!   may ask for it then, without an epoch, and the controllers take that for whoever runs by the
//!   time they grant it: a process that has lost records since.
//!
//! Source: Kafka `Partition.makeLeader`, `Partition.submitAlterPartition`,
//! `Partition.maybeIncrementLeaderHW`, `Partition.isBrokerEpochIsrEligible`,
//! `ReplicationControlManager.ineligibleReplicasForIsr`; KIP-497, KIP-903, KIP-966.

use std::sync::Arc;

use epochscope_vocabulary::BrokerId;
use epochscope_vocabulary::metadata_record::RegistrationState;

use super::standing::{Replica, Standing};
use super::{Place, Round};
use crate::broker::partition::replica_state::FetchBrokerEpoch;
use crate::invariant::ghost::Proposal;
use crate::metadata::partition_registration::PartitionRegistration;

impl Round<'_> {
    /// A leader asks for another ISR.
    pub(super) fn isr_proposed(&mut self, place: Place, isr: &Arc<[BrokerId]>) {
        let Some(standing) = self.standing(place) else { return };
        if let Some(replica) = standing.replica(place.broker)
            && let Some(running) = replica.running
        {
            let (leader, epoch) = (replica.broker, running.leader_epoch);
            let proposal = Proposal { leader, epoch, isr: isr.clone() };
            let ghost = self.checkers.ghost_mut(place.partition);
            ghost.note_proposal(proposal);
            for (follower, known) in replica.leading().iter().flat_map(|state| &state.followers) {
                let is_nameless = known.broker_epoch == FetchBrokerEpoch::Unregistered;
                if isr.contains(follower) && is_nameless {
                    ghost.nameless.insert(*follower);
                } else {
                    ghost.nameless.remove(follower);
                }
            }
        }
        self.note_enough(place, &standing);
        self.check_isr(place, &standing);
        self.check_quorum(place, &standing);
    }

    /// Whether the controllers have granted a leader an ISR with this member, and the leader has
    /// forgotten that it asked.
    pub(super) fn has_forgotten(
        &self,
        place: Place,
        replica: &Replica<'_>,
        standing: &Standing<'_>,
        member: BrokerId,
    ) -> bool {
        let Some(running) = replica.running else { return false };
        let Some(state) = replica.leading() else { return false };
        let still_asks = state.isr.proposed_isr().is_some_and(|isr| isr.contains(&member));
        let isr = &standing.registration.isr;
        let is_out = |id| {
            let state = self.image.broker(id).map(|one| one.state);
            state != Some(RegistrationState::Unfenced)
        };
        !still_asks
            && isr.contains(&member)
            && self.checkers.ghost(place.partition).is_some_and(|ghost| {
                let leader = (replica.broker, running.leader_epoch);
                ghost.has_proposed(leader, isr, is_out)
            })
    }

    /// A leader has moved its high watermark: by which `min.insync.replicas`, and whether in one of
    /// the windows.
    pub(super) fn note_commit(
        &mut self,
        place: Place,
        replica: &Replica<'_>,
        standing: &Standing<'_>,
    ) {
        let Some(state) = replica.leading() else { return };
        let size = u32::try_from(state.isr.isr().len()).unwrap_or(u32::MAX);
        let decided = self.min_insync_replicas(place.partition);
        let known = self.known_min_insync_replicas(place, replica).unwrap_or(decided);
        let forgotten = self.not_waited_for(place, replica, standing);
        let is_early = forgotten
            .is_some_and(|member| self.has_forgotten(place, replica, standing, member))
            || (known..decided).contains(&size);
        let ghost = self.checkers.ghost_mut(place.partition);
        let least = ghost.least_min_isr.unwrap_or(u32::MAX);
        ghost.least_min_isr = Some(least.min(known).min(decided));
        ghost.had_early_commit |= is_early;
    }

    /// The controllers have granted an ISR that its leader has forgotten, and the leader has gone
    /// on without the member meanwhile.
    pub(super) fn note_granted_too_late(&mut self, place: Place, standing: &Standing<'_>) {
        let is_behind = |replica: &Replica<'_>| {
            let member = self.not_waited_for(place, replica, standing)?;
            let end = standing.replica(Some(member)).map(|one| one.log.log_end_offset());
            let lacks = end.is_none_or(|end| end < replica.log.high_watermark());
            Some(lacks && self.has_forgotten(place, replica, standing, member))
        };
        if standing.replicas.iter().any(|replica| is_behind(replica) == Some(true)) {
            self.checkers.ghost_mut(place.partition).had_early_commit = true;
        }
    }

    /// The controllers have granted a member that was asked for without an epoch, and it has lost
    /// records.
    pub(super) fn note_nameless_member(
        &mut self,
        place: Place,
        before: Option<&PartitionRegistration>,
        after: &PartitionRegistration,
    ) {
        let Some(ghost) = self.checkers.ghost(place.partition) else { return };
        let joins = |one: &BrokerId| {
            after.isr.contains(one) && before.is_some_and(|before| !before.isr.contains(one))
        };
        let is_taken = |one: &BrokerId| joins(one) && ghost.incomplete.contains_key(one);
        if ghost.nameless.iter().any(is_taken) {
            self.checkers.ghost_mut(place.partition).had_nameless_member = true;
        }
    }

    /// `min.insync.replicas` as far as a broker has heard.
    fn known_min_insync_replicas(&self, place: Place, replica: &Replica<'_>) -> Option<u32> {
        let image = self.nodes.brokers.get(&replica.broker)?.image()?;
        Some(self.min_insync_replicas_by(image, place.partition))
    }
}
