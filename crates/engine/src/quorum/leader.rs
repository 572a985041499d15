//! The quorum's leader: how far each voter has the metadata log, and how far it is committed.
//!
//! Source: Kafka `LeaderState`.
//! Uses: nothing.

use epochscope_vocabulary::put_in_order;
use epochscope_vocabulary::rpc::MetadataFetchRequest;
use epochscope_vocabulary::{
    ControllerId, Offset, QuorumEpoch, SimDuration, SimTime, SortedMap, SortedSet,
};

use super::voter_set::{VoterSet, majority_end_offset};

/// What a leader knows in its epoch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeaderState {
    epoch: QuorumEpoch,
    /// Records of earlier epochs are committed only together with one of this.
    epoch_start_offset: Offset,
    voters: SortedMap<ControllerId, VoterState>,
    /// Who has fetched since a majority last had: check quorum.
    fetched: SortedSet<ControllerId>,
    high_watermark: Option<Offset>,
}

/// What the leader knows of one voter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct VoterState {
    end_offset: Option<Offset>,
    last_fetch: Option<SimTime>,
}

/// What a voter's fetch means for check quorum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckQuorum {
    /// With it a majority has fetched: the time begins anew.
    MajorityFetched,
    /// It does not suffice yet.
    Waiting,
}

/// Whether something moved the high watermark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HighWatermarkUpdate {
    /// It stands where it stood.
    Unchanged,
    /// More is committed than before.
    Advanced,
}

impl LeaderState {
    /// A leader that has heard from nobody yet.
    #[must_use]
    pub fn new(epoch: QuorumEpoch, epoch_start_offset: Offset, voters: &VoterSet) -> Self {
        Self { epoch, epoch_start_offset, voters: known(voters, None), ..Self::empty() }
    }

    /// A leader whose whole log every voter has: the state of a quorum at time 0.
    #[must_use]
    pub fn caught_up(epoch: QuorumEpoch, end_offset: Offset, voters: &VoterSet) -> Self {
        let high_watermark = Some(end_offset);
        let voters = known(voters, high_watermark);
        Self { epoch, voters, high_watermark, ..Self::empty() }
    }

    const fn empty() -> Self {
        Self {
            epoch: QuorumEpoch(0),
            epoch_start_offset: Offset::ZERO,
            voters: SortedMap::new(),
            fetched: SortedSet::new(),
            high_watermark: None,
        }
    }

    /// The epoch that it leads.
    #[must_use]
    pub const fn epoch(&self) -> QuorumEpoch {
        self.epoch
    }

    /// How far the log is committed, once that is known.
    #[must_use]
    pub const fn high_watermark(&self) -> Option<Offset> {
        self.high_watermark
    }

    /// Takes note of where a voter's log ends, the leader's own too; observers do not count.
    pub fn update_end_offset(
        &mut self,
        voter: ControllerId,
        end_offset: Offset,
    ) -> HighWatermarkUpdate {
        if let Some(known) = self.voters.get_mut(&voter) {
            known.end_offset = Some(end_offset);
        }
        let ends: Vec<Option<Offset>> = self.voters.values().map(|one| one.end_offset).collect();
        match majority_end_offset(&ends) {
            Some(end) if end > self.epoch_start_offset && Some(end) > self.high_watermark => {
                self.high_watermark = Some(end);
                HighWatermarkUpdate::Advanced
            }
            Some(_) | None => HighWatermarkUpdate::Unchanged,
        }
    }

    /// Whether a record of this epoch is committed: then this leader knows all that is.
    #[must_use]
    pub fn has_committed_its_start(&self) -> bool {
        self.high_watermark > Some(self.epoch_start_offset)
    }

    /// A voter other than the leader has fetched.
    pub fn on_fetch(&mut self, voter: ControllerId, now: SimTime) -> CheckQuorum {
        let Some(known) = self.voters.get_mut(&voter) else { return CheckQuorum::Waiting };
        known.last_fetch = Some(now);
        self.fetched.insert(voter);
        // The leader itself belongs to the majority.
        if self.fetched.len() < self.voters.len() / 2 {
            return CheckQuorum::Waiting;
        }
        self.fetched = SortedSet::new();
        CheckQuorum::MajorityFetched
    }

    /// Whom to tell (again) that this epoch has begun: who has not fetched for this long.
    #[must_use]
    pub fn silent(&self, id: ControllerId, now: SimTime, span: SimDuration) -> Vec<ControllerId> {
        let is_silent = |state: &VoterState| state.last_fetch.is_none_or(|at| at + span <= now);
        let others = self.voters.iter().filter(|(voter, _)| **voter != id);
        others.filter(|(_, state)| is_silent(state)).map(|(voter, _)| *voter).collect()
    }

    /// The other voters, those with the longest logs first: whom the leader wants to succeed it.
    #[must_use]
    pub fn preferred_successors(&self, id: ControllerId) -> Vec<ControllerId> {
        let others = self.voters.iter().filter(|(voter, _)| **voter != id);
        let mut all: Vec<_> = others.map(|(voter, state)| (*voter, state.end_offset)).collect();
        put_in_order(&mut all, |one, other| (other.1, one.0) < (one.1, other.0));
        all.into_iter().map(|(voter, _)| voter).collect()
    }

    /// Whether there is anything to answer a fetch with: a record, or a high watermark that its
    /// sender does not know (KIP-1166).
    #[must_use]
    pub fn has_news_for(&self, request: &MetadataFetchRequest, log_end_offset: Offset) -> bool {
        request.fetch_offset < log_end_offset || request.high_watermark < self.high_watermark
    }
}

fn known(voters: &VoterSet, end_offset: Option<Offset>) -> SortedMap<ControllerId, VoterState> {
    voters.iter().map(|voter| (voter, VoterState { end_offset, last_fetch: None })).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const VOTERS: [ControllerId; 3] = [ControllerId(101), ControllerId(102), ControllerId(103)];

    fn fetch(fetch_offset: u64, high_watermark: Option<u64>) -> MetadataFetchRequest {
        MetadataFetchRequest {
            current_leader_epoch: QuorumEpoch(2),
            fetch_offset: Offset(fetch_offset),
            last_fetched_epoch: QuorumEpoch(2),
            high_watermark: high_watermark.map(Offset),
            max_wait_ms: 500,
        }
    }

    #[test]
    fn records_of_an_older_epoch_wait_for_one_of_this() {
        let mut leader = LeaderState::new(QuorumEpoch(2), Offset(10), &VoterSet::new(&VOTERS));
        assert_eq!(leader.update_end_offset(VOTERS[0], Offset(11)), HighWatermarkUpdate::Unchanged);
        assert_eq!(leader.update_end_offset(VOTERS[1], Offset(10)), HighWatermarkUpdate::Unchanged);
        assert_eq!(leader.high_watermark(), None);
        assert_eq!(leader.update_end_offset(VOTERS[1], Offset(11)), HighWatermarkUpdate::Advanced);
        assert_eq!(leader.high_watermark(), Some(Offset(11)));
    }

    #[test]
    fn a_fetch_is_answered_by_records_or_by_an_unknown_high_watermark() {
        let leader = LeaderState::caught_up(QuorumEpoch(2), Offset(10), &VoterSet::new(&VOTERS));
        assert!(leader.has_news_for(&fetch(9, Some(10)), Offset(10)));
        assert!(leader.has_news_for(&fetch(10, Some(9)), Offset(10)));
        assert!(leader.has_news_for(&fetch(10, None), Offset(10)));
        assert!(!leader.has_news_for(&fetch(10, Some(10)), Offset(10)));
        let unknown = LeaderState::new(QuorumEpoch(2), Offset(10), &VoterSet::new(&VOTERS));
        assert!(!unknown.has_news_for(&fetch(10, None), Offset(10)));
    }

    #[test]
    fn check_quorum_counts_the_leader_itself() {
        let five: Vec<_> = (101..=105).map(ControllerId).collect();
        let mut leader = LeaderState::new(QuorumEpoch(2), Offset(10), &VoterSet::new(&five));
        let at = SimTime::ZERO;
        assert_eq!(leader.on_fetch(five[1], at), CheckQuorum::Waiting);
        assert_eq!(leader.on_fetch(five[1], at), CheckQuorum::Waiting);
        assert_eq!(leader.on_fetch(five[2], at), CheckQuorum::MajorityFetched);
        assert_eq!(leader.on_fetch(five[3], at), CheckQuorum::Waiting);
        assert_eq!(leader.on_fetch(ControllerId(7), at), CheckQuorum::Waiting);
    }

    #[test]
    fn the_longest_log_succeeds() {
        let mut leader = LeaderState::new(QuorumEpoch(2), Offset(10), &VoterSet::new(&VOTERS));
        leader.update_end_offset(VOTERS[1], Offset(10));
        leader.update_end_offset(VOTERS[2], Offset(12));
        assert_eq!(leader.preferred_successors(VOTERS[0]), [VOTERS[2], VOTERS[1]]);
        leader.update_end_offset(VOTERS[1], Offset(12));
        assert_eq!(leader.preferred_successors(VOTERS[0]), [VOTERS[1], VOTERS[2]]);
    }
}
