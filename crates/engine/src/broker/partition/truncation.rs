//! Where a follower cuts its log so that it agrees with its leader's: four generations of the rule.
//!
//! Cutting at the own high watermark loses acknowledged records when the follower is elected before
//! it has fetched them again. Asking the leader where the own latest epoch ends does not, but after
//! two quick elections the leader may lack that epoch: it has to say which one it answers for.
//!
//! Source: Kafka `AbstractFetcherThread.getOffsetTruncationState`; KIP-101, KIP-279, KIP-595.
//! Uses: nothing.

use epochscope_vocabulary::{LeaderEpoch, Offset, OffsetAndEpoch};

/// What a leader says of the epoch it was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeaderEpochEnd {
    /// Nothing: it knows no epoch as new as that.
    Undefined,
    /// An offset only: how a leader before 2.0 answers (KIP-101).
    Offset(Offset),
    /// Where the newest epoch not above it ends: OffsetForLeaderEpoch from 2.0 (KIP-279), and the
    /// diverging epoch of a fetch from 2.7 (KIP-595).
    OffsetAndEpoch(OffsetAndEpoch),
}

/// A follower's log, as far as truncation needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FollowerLog {
    /// Its end.
    pub log_end_offset: Offset,
    /// Its high watermark.
    pub high_watermark: Offset,
}

/// Where to cut, and whether the logs agree then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OffsetTruncationState {
    /// Truncate to here; what is left is the leader's.
    Completed(Offset),
    /// Truncate to here, then ask again with the epoch that is the latest one then.
    AskAgain(Offset),
}

/// What a follower does before 0.11, on becoming one: it cuts all that it does not know committed.
#[must_use]
pub fn truncation_to_high_watermark(follower: FollowerLog) -> OffsetTruncationState {
    OffsetTruncationState::Completed(follower.high_watermark.min(follower.log_end_offset))
}

/// What a follower does with its leader's answer.
///
/// `own_end_for` is `end_offset_for` of the follower's own log: where the newest epoch not above
/// the leader's ends there.
#[must_use]
pub fn offset_truncation_state(
    leader: LeaderEpochEnd,
    follower: FollowerLog,
    own_end_for: impl FnOnce(LeaderEpoch) -> Option<OffsetAndEpoch>,
) -> OffsetTruncationState {
    let log_end_offset = follower.log_end_offset;
    let answered = match leader {
        LeaderEpochEnd::Undefined => return truncation_to_high_watermark(follower),
        LeaderEpochEnd::Offset(offset) => {
            return OffsetTruncationState::Completed(offset.min(log_end_offset));
        }
        LeaderEpochEnd::OffsetAndEpoch(end) => end,
    };
    match own_end_for(answered.epoch) {
        None => OffsetTruncationState::Completed(answered.offset.min(log_end_offset)),
        Some(own) if own.epoch == answered.epoch => {
            let agreed = own.offset.min(answered.offset);
            OffsetTruncationState::Completed(agreed.min(log_end_offset))
        }
        // The leader's epoch is unknown here: the logs part before it.
        Some(own) => OffsetTruncationState::AskAgain(own.offset.min(log_end_offset)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::LeaderEpochFileCache;
    use OffsetTruncationState::{AskAgain, Completed};
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    struct Log {
        epochs: LeaderEpochFileCache,
        log: FollowerLog,
    }

    /// A log drawn by the epochs of its records.
    fn log(epochs: &[u32], high_watermark: u64) -> Log {
        let mut cache = LeaderEpochFileCache::default();
        for (offset, epoch) in (0..).zip(epochs) {
            cache.assign(LeaderEpoch(*epoch), Offset(offset));
        }
        let log_end_offset = Offset(u64::try_from(epochs.len()).unwrap_or(u64::MAX));
        let log = FollowerLog { log_end_offset, high_watermark: Offset(high_watermark) };
        Log { epochs: cache, log }
    }

    impl Log {
        fn end_for(&self, epoch: LeaderEpoch) -> Option<OffsetAndEpoch> {
            self.epochs.end_offset_for(epoch, self.log.log_end_offset)
        }

        fn told(&self, leader: LeaderEpochEnd) -> OffsetTruncationState {
            offset_truncation_state(leader, self.log, |epoch| self.end_for(epoch))
        }

        /// Asks `leader` where the own latest epoch ends, and does as told.
        fn ask(&self, leader: &Self) -> OffsetTruncationState {
            let latest = self.epochs.latest_epoch().unwrap_or_default();
            let end = leader.end_for(latest);
            self.told(end.map_or(LeaderEpochEnd::Undefined, LeaderEpochEnd::OffsetAndEpoch))
        }
    }

    /// The follower acknowledged record 1, restarted before it heard that it was committed, and is
    /// elected next. By the high watermark it throws the record away; by the epochs it keeps it.
    #[test]
    fn the_high_watermark_loses_what_the_epochs_keep() {
        let (leader, follower) = (log(&[0, 0], 2), log(&[0, 0], 1));
        assert_eq!(truncation_to_high_watermark(follower.log), Completed(Offset(1)));
        assert_eq!(follower.ask(&leader), Completed(Offset(2)));
    }

    #[test]
    fn a_follower_cuts_where_its_latest_epoch_ends_on_the_leader() {
        let (leader, follower) = (log(&[0, 0, 2, 2], 2), log(&[0, 0, 0, 0, 0], 2));
        assert_eq!(follower.ask(&leader), Completed(Offset(2)));
    }

    #[test]
    fn a_follower_that_left_an_epoch_earlier_cuts_where_it_left_it() {
        let (leader, follower) = (log(&[0, 0, 0, 0, 2], 2), log(&[0, 0, 1, 1, 1], 2));
        assert_eq!(follower.ask(&leader), Completed(Offset(2)));
    }

    /// Two quick elections: the leader knows nothing of epoch 1 and answers for epoch 0.
    #[test]
    fn a_follower_with_an_epoch_that_the_leader_lacks_asks_again() {
        let leader = log(&[0, 0, 2, 2], 2);
        let follower = log(&[0, 0, 0, 1, 1], 2);
        assert_eq!(follower.ask(&leader), Completed(Offset(2)));
        // Here the leader answers for epoch 1, of which the follower has nothing.
        let (leader, follower) = (log(&[0, 1, 1, 3], 1), log(&[0, 0, 0, 2, 2], 1));
        assert_eq!(follower.ask(&leader), AskAgain(Offset(3)));
        let cut = log(&[0, 0, 0], 1);
        assert_eq!(cut.ask(&leader), Completed(Offset(1)));
    }

    /// KIP-101's leader says 4 for an epoch it does not know, so that a wrong record stays.
    #[test]
    fn without_the_epoch_in_the_answer_logs_can_go_on_differing() {
        let follower = log(&[0, 0, 0, 2, 2], 1);
        assert_eq!(follower.told(LeaderEpochEnd::Offset(Offset(3))), Completed(Offset(3)));
        assert_eq!(follower.told(LeaderEpochEnd::Offset(Offset(9))), Completed(Offset(5)));
    }

    #[test]
    fn a_leader_that_knows_nothing_leaves_only_the_high_watermark() {
        assert_eq!(log(&[3, 3], 1).ask(&log(&[0, 1], 2)), Completed(Offset(1)));
    }

    #[test]
    fn a_follower_without_epochs_takes_the_leaders_end() {
        let end = OffsetAndEpoch { offset: Offset(4), epoch: LeaderEpoch(1) };
        let empty = log(&[], 0);
        assert_eq!(empty.told(LeaderEpochEnd::OffsetAndEpoch(end)), Completed(Offset(0)));
    }
}
