//! Where a high watermark may be: `HwBounds`, and that it does not fall: `HwMonotone`.
//!
//! A follower only repeats what its leader told it, cut to its own end, so its high watermark is
//! never above what some leader's was. A follower's may fall when it cuts its log or restarts; a
//! leader's may not while it leads. A process that comes back within its session leads once more
//! in its old epoch, behind a closed port, from its checkpoint: that is a new beginning.
//!
//! Source: `Partition.maybeIncrementLeaderHW`, `UnifiedLog.updateHighWatermark`.
//! Simplified: values given out by ListOffsets are not followed.
//! May legitimately fail: never.

use epochscope_vocabulary::{Offset, OffsetAndEpoch};

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
}
