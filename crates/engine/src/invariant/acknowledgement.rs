//! What an acknowledgement says, and whether it stays true.
//!
//! `AckContract` looks at the moment: who must have had the record for this answer to be given.
//! `AckedSurvives` and `NoAckedLostGlobally` look at what comes after. A record is lost when a true
//! leader of a later epoch starts without it, or when its last holder cuts it off or loses it; it
//! is back when a true leader holds it again. Lost everywhere is worse: then no recovery could
//! bring it back.
//!
//! Source: `DelayedProduce`, `ReplicaManager.appendRecords`; Vanlightly (NoAckedLostGlobally).
//! May legitimately fail: `AckedSurvives` with acks 0 and 1, which promise no more than that; both
//! after an unclean election or when `min.insync.replicas` replicas lost their disks.

use epochscope_vocabulary::rpc::Acks;
use epochscope_vocabulary::{Offset, SortedSet, ValueId};

use crate::log::ReplicatedLog;

/// Whether a leader has ever appended a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// No.
    Never,
    /// Yes.
    ByLeader,
    /// And the high watermark of a leader with a large enough ISR has passed it.
    ByIsr,
}

/// What is wrong with an acknowledgement of a record.
#[must_use]
pub const fn breach(acks: Acks, written: Written) -> Option<&'static str> {
    match (acks, written) {
        (Acks::Leader | Acks::All, Written::Never) => Some("no leader has appended it"),
        (Acks::All, Written::ByLeader) => Some("no ISR of min.insync.replicas has it"),
        (Acks::None, _)
        | (Acks::Leader, Written::ByLeader | Written::ByIsr)
        | (Acks::All, Written::ByIsr) => None,
    }
}

/// A record and where a leader last appended it.
pub type Placed = (ValueId, Offset);

/// Those of `records` that none of the logs holds.
///
/// A record is nearly always where it was appended; only if it is not are logs searched.
#[must_use]
pub fn in_none_of(
    records: impl IntoIterator<Item = Placed>,
    logs: &[&ReplicatedLog],
) -> Vec<ValueId> {
    let stands_there = |(value, offset): &Placed| {
        logs.iter().any(|log| log.record(*offset).is_some_and(|record| record.value == *value))
    };
    let elsewhere: Vec<_> = records.into_iter().filter(|one| !stands_there(one)).collect();
    if elsewhere.is_empty() {
        return Vec::new();
    }
    let mut missing: SortedSet<_> = elsewhere.iter().map(|(value, _)| *value).collect();
    for log in logs {
        for (_, record) in log.records(log.log_start_offset(), log.log_end_offset()) {
            missing.remove(&record.value);
        }
    }
    let mut in_order: Vec<_> = elsewhere.into_iter().map(|(value, _)| value).collect();
    in_order.retain(|value| missing.remove(value));
    in_order
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invariant::testing::log;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn an_acknowledgement_says_who_has_the_record() {
        use Written::{ByIsr, ByLeader, Never};
        let breaches = |acks, written| breach(acks, written).is_some();
        assert!(!breaches(Acks::None, Never));
        assert!(!breaches(Acks::Leader, ByLeader));
        assert!(!breaches(Acks::All, ByIsr));
        assert!(breaches(Acks::Leader, Never));
        assert!(breaches(Acks::All, Never));
        assert!(breaches(Acks::All, ByLeader));
    }

    #[test]
    fn a_record_survives_in_any_log_at_any_offset() {
        let (one, other) = (log("1.0 2.0"), log("1.0 3.1 4.1 2.1"));
        let placed = |value, offset| (ValueId(value), Offset(offset));
        let records = [placed(1, 0), placed(2, 1), placed(3, 2), placed(5, 0), placed(6, 9)];
        let missing = |logs: &[&ReplicatedLog]| {
            in_none_of(records, logs).into_iter().map(|value| value.0).collect::<Vec<_>>()
        };
        assert_eq!(missing(&[&one, &other]), [5, 6]);
        assert_eq!(missing(&[&one]), [3, 5, 6]);
        assert_eq!(missing(&[]), [1, 2, 3, 5, 6]);
        assert_eq!(in_none_of([placed(1, 0)], &[&one]), []);
    }
}
