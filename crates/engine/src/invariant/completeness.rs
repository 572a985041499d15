//! What is committed stays: the leader has it, whoever may lead has it, and reads come true.
//!
//! A record is committed when it is below a presumed leader's high watermark; the first one at an
//! offset counts for good. The true leader must have each of them (`LeaderCompleteness`), as must
//! whoever the controller may elect next (`CandidateCompleteness`), and so what a consumer was
//! given is still where it was read (`ConsistentRead`).
//!
//! Source: Vanlightly's KIP-966 specification (LeaderCompleteness, CandidateCompleteness,
//! ConsistentReads).
//! May legitimately fail: after an unclean election; after `min.insync.replicas` replicas lost
//! their disks.

use epochscope_vocabulary::{Offset, ValueId};

use crate::log::ReplicatedLog;
use crate::log::record_store::RecordStore;

/// The first offset in `from..to` at which the log lacks what was committed there.
#[must_use]
pub fn first_lost(
    committed: &RecordStore,
    log: &ReplicatedLog,
    from: Offset,
    to: Offset,
) -> Option<Offset> {
    let from = from.max(log.log_start_offset());
    let mut range = committed.range(from, to);
    range.find(|(offset, record)| log.record(*offset) != Some(*record)).map(|(offset, _)| offset)
}

/// The last committed offset, if the log does not hold what was committed there.
///
/// By `Lineage`, a log that holds the last committed record holds all before it.
#[must_use]
pub fn candidate_gap(committed: &RecordStore, log: &ReplicatedLog) -> Option<Offset> {
    let last = committed.end_offset().0.checked_sub(1).map(Offset)?;
    let gone = last < log.log_start_offset();
    (!gone && log.record(last) != committed.get(last)).then_some(last)
}

/// The first read that the log does not bear out.
#[must_use]
pub fn first_untrue_read(
    reads: impl IntoIterator<Item = (Offset, ValueId)>,
    log: &ReplicatedLog,
) -> Option<(Offset, ValueId)> {
    reads.into_iter().find(|(offset, value)| {
        let stands = log.record(*offset).map(|record| record.value);
        *offset >= log.log_start_offset() && stands != Some(*value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invariant::testing::{log, records};
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn committed(text: &str) -> RecordStore {
        let mut store = RecordStore::default();
        records(text).into_iter().for_each(|record| store.push(record));
        store
    }

    #[test]
    fn a_leader_has_everything_that_was_ever_committed() {
        let cases = [
            ("1.0 2.0", "1.0 2.0 3.1", None),
            ("", "1.0", None),
            ("1.0 2.0", "1.0", Some(1)),
            ("1.0 2.0 3.0", "1.0 9.1 3.1", Some(1)),
            // The high watermark has passed the lost record again, with another one there.
            ("1.0 2.0 4.1", "1.0 3.1 4.1", Some(1)),
        ];
        for (store, leader, expected) in cases {
            let store = committed(store);
            let found = first_lost(&store, &log(leader), Offset::ZERO, store.end_offset());
            assert_eq!(found, expected.map(Offset), "{leader}");
        }
    }

    #[test]
    fn only_what_is_new_needs_a_look() {
        let (store, leader) = (committed("1.0 2.0 3.0"), log("1.0 9.1 3.0"));
        assert_eq!(first_lost(&store, &leader, Offset(2), Offset(3)), None);
        assert_eq!(first_lost(&store, &leader, Offset(1), Offset(3)), Some(Offset(1)));
    }

    #[test]
    fn a_candidate_has_the_last_committed_record() {
        let store = committed("1.0 2.0");
        assert_eq!(candidate_gap(&store, &log("1.0 2.0 3.0")), None);
        assert_eq!(candidate_gap(&store, &log("1.0")), Some(Offset(1)));
        assert_eq!(candidate_gap(&store, &log("1.0 9.1")), Some(Offset(1)));
        assert_eq!(candidate_gap(&RecordStore::default(), &log("")), None);
    }

    #[test]
    fn what_was_read_is_still_there() {
        let reads = [(Offset(0), ValueId(1)), (Offset(1), ValueId(2))];
        assert_eq!(first_untrue_read(reads, &log("1.0 2.0")), None);
        assert_eq!(first_untrue_read(reads, &log("1.0 3.1")), Some(reads[1]));
        assert_eq!(first_untrue_read(reads, &log("1.0")), Some(reads[1]));
    }
}
