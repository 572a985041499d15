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
