//! Where two logs first differ; and what must not: in-sync replicas, and all that runs.
//!
//! A replica counts as in sync because it has everything that is committed. So whoever the
//! controller has in the ISR must have what any presumed leader has below its high watermark
//! (`StrongIsr`), and so must whoever that leader itself has in its ISR (`WeakIsr`). When only the
//! first is broken, the two disagree about who is in sync, not about data. `LogMatch` says the same
//! of any two replicas, each as far as it knows records to be committed.
//!
//! Source: hachikuji `KafkaReplication.tla` (StrongIsr, WeakIsr); Vanlightly, KIP-966 (LogMatch).
//! May legitimately fail: after an unclean election, until the others have cut their logs; while an
//! ISR member that lost its disk has not been ruled out.

use epochscope_vocabulary::{BrokerId, Offset};

use crate::log::ReplicatedLog;

/// A replica's log.
pub type LogOf<'a> = (BrokerId, &'a ReplicatedLog);

/// Whether equal records mean equal logs up to them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineageState {
    /// They do: one look is enough.
    Holds,
    /// They do not: every record must be looked at.
    Broken,
}

/// The first offset below `end` at which two logs differ or one has nothing.
#[must_use]
pub fn first_difference(
    one: &ReplicatedLog,
    other: &ReplicatedLog,
    end: Offset,
    lineage: LineageState,
) -> Option<Offset> {
    let start = one.log_start_offset().max(other.log_start_offset());
    if start >= end {
        return None;
    }
    let same = |offset| match (one.record(offset), other.record(offset)) {
        (Some(one), Some(other)) => one == other,
        (Some(_) | None, _) => false,
    };
    let last = Offset(end.0 - 1);
    if same(last) && lineage == LineageState::Holds {
        return None;
    }
    (start.0..end.0).map(Offset).find(|offset| !same(*offset))
}

/// The first member that lacks something below the leader's high watermark, and what.
#[must_use]
pub fn lagging_member(
    leader: &ReplicatedLog,
    members: &[LogOf<'_>],
    lineage: LineageState,
) -> Option<(BrokerId, Offset)> {
    members.iter().find_map(|(member, log)| {
        let offset = first_difference(leader, log, leader.high_watermark(), lineage)?;
        Some((*member, offset))
    })
}

/// The first two replicas with different records below both high watermarks, and where.
#[must_use]
pub fn unmatched_logs(
    logs: &[LogOf<'_>],
    lineage: LineageState,
) -> Option<(BrokerId, BrokerId, Offset)> {
    for (at, (one, log)) in logs.iter().enumerate() {
        for (other, other_log) in &logs[at + 1..] {
            let end = log.high_watermark().min(other_log.high_watermark());
            if let Some(offset) = first_difference(log, other_log, end, lineage) {
                return Some((*one, *other, offset));
            }
        }
    }
    None
}

/// A follower whose log's end a leader has seen in the current epoch, and that differs from the
/// leader's below both high watermarks. Before a leader books a fetch, the follower has cut off
/// what the leader does not have: so this may never be, unclean election or not (KIP-101, KIP-279).
#[must_use]
pub fn unreconciled(
    leader: &ReplicatedLog,
    followers: &[LogOf<'_>],
    lineage: LineageState,
) -> Option<(BrokerId, Offset)> {
    followers.iter().find_map(|(follower, log)| {
        let end = leader.high_watermark().min(log.high_watermark());
        Some((*follower, first_difference(leader, log, end, lineage)?))
    })
}

#[cfg(test)]
mod tests {
    use super::LineageState::{Broken, Holds};
    use super::*;
    use crate::invariant::testing::{log, with_high_watermark};
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn a_follower_that_has_fetched_agrees_below_both_high_watermarks() {
        let leader = with_high_watermark("1.0 2.1 3.1", 2);
        let of = |text, high_watermark| {
            let follower = with_high_watermark(text, high_watermark);
            unreconciled(&leader, &[(BrokerId(2), &follower)], Holds)
        };
        assert_eq!(of("1.0 2.1", 2), None);
        assert_eq!(of("1.0 9.0", 1), None);
        assert_eq!(of("1.0 9.0", 2), Some((BrokerId(2), Offset(1))));
    }

    #[test]
    fn logs_differ_where_one_has_another_record_or_none() {
        let cases = [
            ("1.0 2.0", "1.0 2.0", 2, None),
            ("1.0 2.0", "1.0", 1, None),
            ("1.0 2.0", "1.0", 2, Some(1)),
            ("1.0 2.0", "1.0 3.0", 2, Some(1)),
            ("1.0 2.0 3.0", "1.0 2.1 3.1", 3, Some(1)),
            ("1.0 2.0 3.0", "1.0 9.0 3.1", 1, None),
            ("", "", 0, None),
            ("", "", 1, Some(0)),
        ];
        for (one, other, end, expected) in cases {
            for lineage in [Holds, Broken] {
                let found = first_difference(&log(one), &log(other), Offset(end), lineage);
                assert_eq!(found, expected.map(Offset), "{one} | {other} below {end}");
            }
        }
    }

    #[test]
    fn a_broken_lineage_hides_a_difference_unless_everything_is_compared() {
        let (one, other) = (log("1.0 2.0 3.1"), log("1.0 9.0 3.1"));
        assert_eq!(first_difference(&one, &other, Offset(3), Holds), None);
        assert_eq!(first_difference(&one, &other, Offset(3), Broken), Some(Offset(1)));
    }

    #[test]
    fn a_member_must_have_what_the_leader_has_below_its_high_watermark() {
        let leader = with_high_watermark("1.0 2.0 3.0", 2);
        let (full, enough, short) = (log("1.0 2.0 3.0"), log("1.0 2.0"), log("1.0"));
        let members = [(BrokerId(1), &full), (BrokerId(2), &enough)];
        assert_eq!(lagging_member(&leader, &members, Holds), None);
        let members = [(BrokerId(1), &full), (BrokerId(2), &short)];
        assert_eq!(lagging_member(&leader, &members, Holds), Some((BrokerId(2), Offset(1))));
    }

    #[test]
    fn running_replicas_match_below_both_high_watermarks() {
        let one = with_high_watermark("1.0 2.0 3.0", 2);
        let behind = with_high_watermark("1.0 8.1 9.1", 1);
        let ahead = with_high_watermark("1.0 8.1 9.1", 2);
        let good = [(BrokerId(1), &one), (BrokerId(2), &behind)];
        assert_eq!(unmatched_logs(&good, Holds), None);
        let bad = [(BrokerId(1), &one), (BrokerId(2), &behind), (BrokerId(3), &ahead)];
        assert_eq!(unmatched_logs(&bad, Holds), Some((BrokerId(1), BrokerId(3), Offset(1))));
    }
}
