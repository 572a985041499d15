//! What the checkers remember of one partition: facts that no broker keeps.
//!
//! Uses of it are cheap to copy: a checkpoint shares the ghost of a partition until something
//! happens there.

use std::sync::Arc;

use epochscope_vocabulary::{
    BrokerEpoch, BrokerId, LeaderEpoch, Offset, OffsetAndEpoch, ProducerId, SortedMap, SortedSet,
    ValueId,
};

use super::Allowance;
use super::producer_order::Place;
use crate::log::record_store::RecordStore;

/// What is remembered of one partition.
#[derive(Clone, Debug, Default)]
pub struct Ghost {
    /// The first record at each offset that was below a presumed leader's high watermark. Its end
    /// is the highest high watermark that a leader ever had.
    pub committed: RecordStore,
    /// Who led in which epoch, and the leader's high watermark as last seen.
    pub leaders: Vec<(BrokerId, OffsetAndEpoch)>,
    /// The latest leader epoch of each replica.
    pub replica_epochs: SortedMap<BrokerId, LeaderEpoch>,
    /// The last place committed of each idempotent producer.
    pub producers: SortedMap<ProducerId, Place>,
    /// What consumers have read.
    pub reads: Reads,
    /// What leaders of the latest epoch, and deposed ones since, have asked for as their ISR.
    pub proposals: Vec<Proposal>,
    /// Whether a replica outside ISR and ELR was ever elected.
    pub had_unclean_election: bool,
    /// The smallest `min.insync.replicas` that a leader has committed by: so many lost disks are
    /// enough to lose what it committed.
    pub least_min_isr: Option<u32>,
    /// Whether a leader ever committed by what it knew, and the controllers knew better.
    pub had_early_commit: bool,
    /// Whether an ELR ever held a member that nobody waited for: the feature was switched on or off
    /// while an ELR stood there, or a replica that was taken away stayed in it and is added again.
    pub had_stale_elr: bool,
    /// Followers that a leader last asked for without an epoch: they had fetched while they were
    /// not registered.
    pub nameless: SortedSet<BrokerId>,
    /// Whether such a one was taken into the ISR after it had lost records.
    pub had_nameless_member: bool,
    /// Replicas that ever lost records.
    pub lost_disks: SortedSet<BrokerId>,
    /// Replicas that lost records and are not known to have all of them again, each with the
    /// registration that it had then.
    pub incomplete: SortedMap<BrokerId, Option<BrokerEpoch>>,
}

/// An ISR that a leader has asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// The leader.
    pub leader: BrokerId,
    /// Its epoch.
    pub epoch: LeaderEpoch,
    /// The ISR, in whatever order.
    pub isr: Arc<[BrokerId]>,
}

impl Ghost {
    /// Takes note of an ISR that a leader asks for. What was asked for in earlier epochs is of no
    /// use any more; a deposed leader may still ask.
    pub fn note_proposal(&mut self, proposal: Proposal) {
        self.proposals.retain(|other| other.epoch >= proposal.epoch && *other != proposal);
        self.proposals.push(proposal);
    }

    /// Whether this leader has asked for this ISR in this epoch, or for it and some that are out of
    /// service now.
    #[must_use]
    pub fn has_proposed(
        &self,
        (leader, epoch): (BrokerId, LeaderEpoch),
        isr: &[BrokerId],
        is_out: impl Fn(BrokerId) -> bool,
    ) -> bool {
        let is_of = |one: &&Proposal| one.leader == leader && one.epoch == epoch;
        let mut own = self.proposals.iter().filter(is_of);
        own.any(|one| {
            isr.iter().all(|id| one.isr.contains(id))
                && one.isr.iter().all(|id| isr.contains(id) || is_out(*id))
        })
    }

    /// What this partition's history allows, when so many lost disks are enough to lose what is
    /// committed now.
    #[must_use]
    pub fn allowances(&self, enough_lost_disks: u32) -> Vec<Allowance> {
        let mut allowed = Vec::new();
        if self.had_unclean_election {
            allowed.push(Allowance::UncleanElection);
        }
        if self.had_early_commit || self.had_stale_elr || self.had_nameless_member {
            allowed.push(Allowance::EarlyCommit);
        }
        if self.had_nameless_member {
            allowed.push(Allowance::NamelessMember);
        }
        if !self.lost_disks.is_empty() {
            allowed.push(Allowance::LostDisk);
            let lost = u32::try_from(self.lost_disks.len()).unwrap_or(u32::MAX);
            if lost >= enough_lost_disks.min(self.least_min_isr.unwrap_or(u32::MAX)) {
                allowed.push(Allowance::LostDisks);
            }
        }
        allowed
    }

    /// What is known of a leader's high watermark.
    #[must_use]
    pub fn leader(&self, broker: BrokerId, epoch: LeaderEpoch) -> Option<OffsetAndEpoch> {
        let mut latest_first = self.leaders.iter().rev();
        latest_first.find(|(who, at)| *who == broker && at.epoch == epoch).map(|(_, at)| *at)
    }

    /// Takes note that a broker begins to lead. Its high watermark may move in the same step: where
    /// it begins, the first move will say. A process that comes back in its old epoch begins anew.
    pub fn begin_leader(&mut self, broker: BrokerId, epoch: LeaderEpoch) {
        self.leaders.retain(|(who, at)| *who != broker || at.epoch != epoch);
        self.leaders.push((broker, OffsetAndEpoch { offset: Offset::ZERO, epoch }));
    }

    /// Takes note of a leader's high watermark.
    pub fn note_leader(&mut self, broker: BrokerId, at: OffsetAndEpoch) {
        let mut latest_first = self.leaders.iter_mut().rev();
        match latest_first.find(|(who, known)| *who == broker && known.epoch == at.epoch) {
            Some((_, known)) => known.offset = known.offset.max(at.offset),
            None => self.leaders.push((broker, at)),
        }
    }

    /// Every read so far.
    pub fn all_reads(&self) -> impl Iterator<Item = (Offset, ValueId)> {
        let as_committed = self.reads.as_committed.iter().flat_map(|(start, end)| {
            self.committed.range(*start, *end).map(|(offset, record)| (offset, record.value))
        });
        as_committed.chain(self.reads.otherwise.iter().copied())
    }

    /// Takes note of a read.
    pub fn note_read(&mut self, offset: Offset, value: ValueId) {
        let committed = self.committed.get(offset).map(|record| record.value);
        self.reads.note(offset, value, committed);
    }
}

/// What consumers have read. Nearly always it is what was committed first at its offset.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reads {
    /// Stretches read as committed, from their start to their exclusive end; apart, in order.
    as_committed: SortedMap<Offset, Offset>,
    /// Reads of something else.
    otherwise: SortedSet<(Offset, ValueId)>,
}

impl Reads {
    fn note(&mut self, offset: Offset, value: ValueId, committed: Option<ValueId>) {
        if committed != Some(value) {
            self.otherwise.insert((offset, value));
            return;
        }
        let (mut start, mut end) = (offset, offset.plus(1));
        if let Some((from, to)) = self.as_committed.range(..=offset).next_back()
            && *to >= offset
        {
            (start, end) = (*from, end.max(*to));
        }
        if let Some(to) = self.as_committed.remove(&end) {
            end = to;
        }
        self.as_committed.insert(start, end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invariant::testing::records;
    use proptest::prelude::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    proptest! {
        #[test]
        fn every_read_is_remembered_once(
            reads in prop::collection::vec((0_u64..12, prop::bool::weighted(0.9)), 0..40),
        ) {
            let mut ghost = Ghost::default();
            for record in records("0.0 1.0 2.0 3.0 4.0 5.0 6.0 7.0 8.0 9.0") {
                ghost.committed.push(record);
            }
            let mut expected = SortedSet::new();
            for (offset, as_committed) in reads {
                let value = u32::try_from(offset).unwrap() + if as_committed { 0 } else { 50 };
                ghost.note_read(Offset(offset), ValueId(value));
                expected.insert((Offset(offset), ValueId(value)));
            }
            let all: Vec<_> = ghost.all_reads().collect();
            prop_assert_eq!(all.len(), expected.len());
            prop_assert_eq!(all.into_iter().collect::<SortedSet<_>>(), expected);
        }
    }

    #[test]
    fn one_lost_disk_excuses_what_one_replica_holds() {
        let mut ghost = Ghost::default();
        assert_eq!(ghost.allowances(2), []);
        ghost.lost_disks.insert(BrokerId(1));
        assert_eq!(ghost.allowances(2), [Allowance::LostDisk]);
        assert_eq!(ghost.allowances(1), [Allowance::LostDisk, Allowance::LostDisks]);
        ghost.least_min_isr = Some(1);
        assert!(ghost.allowances(2).contains(&Allowance::LostDisks));
        ghost.had_unclean_election = true;
        assert!(ghost.allowances(2).contains(&Allowance::UncleanElection));
    }

    #[test]
    fn what_a_leader_asked_for_is_known_while_its_epoch_lasts() {
        let ids = |numbers: &[u32]| numbers.iter().copied().map(BrokerId).collect::<Vec<_>>();
        let (leader, first, second) = (BrokerId(3), LeaderEpoch(1), LeaderEpoch(2));
        let mut ghost = Ghost::default();
        ghost.note_proposal(Proposal { leader, epoch: first, isr: ids(&[3, 2, 1]).into() });
        ghost.note_proposal(Proposal { leader, epoch: first, isr: ids(&[3, 2]).into() });
        let nobody = |_| false;
        assert!(ghost.has_proposed((leader, first), &ids(&[1, 2, 3]), nobody));
        assert!(!ghost.has_proposed((leader, first), &ids(&[3, 1]), nobody));
        assert!(ghost.has_proposed((leader, first), &ids(&[3, 1]), |id| id == BrokerId(2)));
        assert!(!ghost.has_proposed((leader, first), &ids(&[3, 4]), |id| id == BrokerId(2)));
        assert!(!ghost.has_proposed((leader, second), &ids(&[1, 2, 3]), nobody));
        ghost.note_proposal(Proposal { leader, epoch: second, isr: ids(&[3]).into() });
        assert!(!ghost.has_proposed((leader, first), &ids(&[3, 2]), nobody));
    }

    #[test]
    fn a_leaders_high_watermark_is_kept_by_epoch() {
        let at =
            |offset, epoch| OffsetAndEpoch { offset: Offset(offset), epoch: LeaderEpoch(epoch) };
        let mut ghost = Ghost::default();
        ghost.note_leader(BrokerId(1), at(3, 0));
        ghost.note_leader(BrokerId(2), at(2, 1));
        ghost.note_leader(BrokerId(1), at(5, 0));
        assert_eq!(ghost.leader(BrokerId(1), LeaderEpoch(0)), Some(at(5, 0)));
        assert_eq!(ghost.leader(BrokerId(2), LeaderEpoch(1)), Some(at(2, 1)));
        assert_eq!(ghost.leader(BrokerId(2), LeaderEpoch(0)), None);
        ghost.begin_leader(BrokerId(1), LeaderEpoch(0));
        assert_eq!(ghost.leader(BrokerId(1), LeaderEpoch(0)), Some(at(0, 0)));
    }
}
