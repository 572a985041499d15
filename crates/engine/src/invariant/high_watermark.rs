//! Where a high watermark may be: `HwBounds`, and that it does not fall: `HwMonotone`, nor what
//! consumers are told of it: `LatestMonotone`.
//!
//! A follower only repeats what its leader told it, cut to its own end, so its high watermark is
//! never above what some leader's was. A follower's may fall when it cuts its log or restarts; a
//! leader's may not while it leads. A process that comes back within its session leads once more
//! in its old epoch, behind a closed port, from its checkpoint: that is a new beginning.
//!
//! A new leader's high watermark may be below the old one's, too. So ListOffsets is answered only
//! once it is at the start of the leader's epoch (KIP-207): that is above all that was committed.
//! A deposed leader may answer less than its successor.
//!
//! Source: `Partition.maybeIncrementLeaderHW`, `UnifiedLog.updateHighWatermark`,
//! `Partition.fetchOffsetForTimestamp`; KIP-207.
//! May legitimately fail: never; `LatestMonotone` when a leader lacks what was committed.

use epochscope_vocabulary::{BrokerId, LeaderEpoch, Offset, OffsetAndEpoch};

/// What is wrong with where a high watermark is.
#[must_use]
pub fn out_of_bounds(
    high_watermark: Offset,
    log_end_offset: Offset,
    highest_of_leaders: Offset,
) -> Option<&'static str> {
    if high_watermark > log_end_offset {
        Some("it is above the log's end")
    } else if high_watermark > highest_of_leaders {
        Some("no leader's was ever so high")
    } else {
        None
    }
}

/// Whether a move leads below what the leader's high watermark was in this epoch.
#[must_use]
pub fn falls(known: Option<OffsetAndEpoch>, from: Offset, to: OffsetAndEpoch) -> bool {
    let before = known.filter(|known| known.epoch == to.epoch).map_or(from, |known| known.offset);
    from < before || to.offset < before
}

/// The highest high watermark that a leader had in this epoch or in an earlier one: whoever asks a
/// leader of this epoch may have been told so much.
#[must_use]
pub fn highest_until(leaders: &[(BrokerId, OffsetAndEpoch)], epoch: LeaderEpoch) -> Offset {
    let until = leaders.iter().filter(|(_, at)| at.epoch <= epoch);
    until.map(|(_, at)| at.offset).max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use epochscope_vocabulary::LeaderEpoch;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn it_is_within_the_log_and_what_leaders_had() {
        assert_eq!(out_of_bounds(Offset(2), Offset(2), Offset(2)), None);
        assert_eq!(out_of_bounds(Offset(2), Offset(9), Offset(5)), None);
        assert!(out_of_bounds(Offset(3), Offset(2), Offset(5)).is_some());
        assert!(out_of_bounds(Offset(3), Offset(4), Offset(2)).is_some());
    }

    #[test]
    fn a_leaders_never_falls_within_its_epoch() {
        let at =
            |offset, epoch| OffsetAndEpoch { offset: Offset(offset), epoch: LeaderEpoch(epoch) };
        assert!(!falls(None, Offset(0), at(3, 1)));
        assert!(!falls(Some(at(3, 1)), Offset(3), at(5, 1)));
        // A new leader may begin below where the old one was.
        assert!(!falls(Some(at(3, 1)), Offset(2), at(4, 2)));
        assert!(falls(Some(at(3, 1)), Offset(2), at(4, 1)));
        assert!(falls(Some(at(3, 1)), Offset(3), at(2, 1)));
    }

    #[test]
    fn a_consumer_may_have_been_told_what_leaders_had_until_now() {
        let at = |broker, offset, epoch| {
            let at = OffsetAndEpoch { offset: Offset(offset), epoch: LeaderEpoch(epoch) };
            (BrokerId(broker), at)
        };
        // Broker 1 is deposed, and goes on.
        let leaders = [at(1, 7, 1), at(2, 5, 2), at(3, 9, 4)];
        for (epoch, expected) in [(0, 0), (1, 7), (2, 7), (3, 7), (4, 9)] {
            assert_eq!(highest_until(&leaders, LeaderEpoch(epoch)), Offset(expected), "{epoch}");
        }
    }
}
