//! The quorum's leader: how far each voter has the metadata log, and how far it is committed.
//!
//! Source: Kafka `LeaderState`.
//! Simplified: the quorum's leader is fixed; nobody votes.
//! Uses: nothing.

use epochscope_vocabulary::rpc::MetadataFetchRequest;
use epochscope_vocabulary::{ControllerId, ErrorCode, Offset, QuorumEpoch, SortedMap};

use super::voter_set::{VoterSet, majority_end_offset};

/// What a leader knows in its epoch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeaderState {
    epoch: QuorumEpoch,
    /// Records of earlier epochs are committed only together with one of this.
    epoch_start_offset: Offset,
    end_offsets: SortedMap<ControllerId, Option<Offset>>,
    high_watermark: Option<Offset>,
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
        let end_offsets = voters.iter().map(|voter| (voter, None)).collect();
        Self { epoch, epoch_start_offset, end_offsets, high_watermark: None }
    }

    /// A leader whose whole log every voter has: the state of a quorum at time 0.
    #[must_use]
    pub fn caught_up(epoch: QuorumEpoch, end_offset: Offset, voters: &VoterSet) -> Self {
        let end_offsets = voters.iter().map(|voter| (voter, Some(end_offset))).collect();
        let (epoch_start_offset, high_watermark) = (Offset::ZERO, Some(end_offset));
        Self { epoch, epoch_start_offset, end_offsets, high_watermark }
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
        if let Some(known) = self.end_offsets.get_mut(&voter) {
            *known = Some(end_offset);
        }
        let ends: Vec<Option<Offset>> = self.end_offsets.values().copied().collect();
        match majority_end_offset(&ends) {
            Some(end) if end > self.epoch_start_offset && Some(end) > self.high_watermark => {
                self.high_watermark = Some(end);
                HighWatermarkUpdate::Advanced
            }
            Some(_) | None => HighWatermarkUpdate::Unchanged,
        }
    }

    /// Whether a fetch is of this leader's epoch.
    ///
    /// # Errors
    /// The code that answers it at once.
    pub fn check_epoch(&self, request: &MetadataFetchRequest) -> Result<(), ErrorCode> {
        match request.current_leader_epoch.cmp(&self.epoch) {
            std::cmp::Ordering::Less => Err(ErrorCode::FencedLeaderEpoch),
            std::cmp::Ordering::Equal => Ok(()),
            std::cmp::Ordering::Greater => Err(ErrorCode::UnknownLeaderEpoch),
        }
    }

    /// Whether there is anything to answer a fetch with: a record, or a high watermark that its
    /// sender does not know (KIP-1166).
    #[must_use]
    pub fn has_news_for(&self, request: &MetadataFetchRequest, log_end_offset: Offset) -> bool {
        request.fetch_offset < log_end_offset || request.high_watermark < self.high_watermark
    }
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
    fn a_fetch_of_another_epoch_is_refused() {
        let leader = LeaderState::caught_up(QuorumEpoch(3), Offset(10), &VoterSet::new(&VOTERS));
        assert_eq!(leader.check_epoch(&fetch(1, None)), Err(ErrorCode::FencedLeaderEpoch));
        let leader = LeaderState::caught_up(QuorumEpoch(1), Offset(10), &VoterSet::new(&VOTERS));
        assert_eq!(leader.check_epoch(&fetch(1, None)), Err(ErrorCode::UnknownLeaderEpoch));
    }
}
