//! `Lineage`: two logs that hold a record of the same epoch at the same offset are one up to there.
//!
//! An epoch has one leader and that leader writes each offset once, after whatever its log held
//! when it began. So a record's epoch and offset name everything before it. Truncation by epoch
//! (KIP-101) rests on this: it asks only where the epochs part. It is looked at as records are
//! written, before any high watermark can pass them.
//!
//! Source: Raft's log matching, in the form of KIP-996's notes.
//! May legitimately fail: never from 0.11 on, not even with unclean elections.

use epochscope_vocabulary::Offset;

use crate::log::ReplicatedLog;

/// The first offset from `from` on at which the logs hold the same epoch but not the same record,
/// or the same record after different ones.
///
/// What is below `from` has been looked at before.
#[must_use]
pub fn lineage_break(log: &ReplicatedLog, other: &ReplicatedLog, from: Offset) -> Option<Offset> {
    let end = log.log_end_offset().min(other.log_end_offset());
    let start = log.log_start_offset().max(other.log_start_offset());
    let differ = |offset| log.record(offset) != other.record(offset);
    let same_epoch = |offset| {
        let epoch_of = |log: &ReplicatedLog| log.record(offset).map(|record| record.leader_epoch);
        epoch_of(log) == epoch_of(other)
    };
    (from.max(start).0..end.0).map(Offset).find(|offset| {
        let before = offset.0.checked_sub(1).map(Offset).filter(|before| *before >= start);
        same_epoch(*offset) && (differ(*offset) || before.is_some_and(differ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invariant::testing::log;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn the_same_epoch_at_the_same_offset_means_the_same_log() {
        let cases = [
            ("1.0 2.0", "1.0 2.0", 0, None),
            ("1.0 2.0", "1.0", 0, None),
            // Two leaders went apart: nothing is wrong until one follows the other.
            ("1.0 2.0 3.0", "1.0 8.1 9.1", 0, None),
            ("1.0 2.0", "1.0 9.0", 0, Some(1)),
            // The follower kept a record of an older epoch under its leader's newer one.
            ("1.0 2.0 3.1", "1.0 9.0 3.1", 2, Some(2)),
            ("1.0 2.1 3.2", "1.0 9.0 3.2", 2, Some(2)),
            ("", "1.0", 0, None),
        ];
        for (one, other, from, expected) in cases {
            let found = lineage_break(&log(one), &log(other), Offset(from));
            assert_eq!(found, expected.map(Offset), "{one} | {other} from {from}");
        }
    }
}
