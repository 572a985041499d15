//! What the controller may write of a partition, and whom it may count on.
//!
//! `LeaderInIsr` and `ControllerShape` look at one registration: the ELR is what left an ISR that
//! had become too small, so it is apart from the ISR and empty while the ISR is large enough
//! (KIP-966). A fenced broker is in no ISR that has a leader; without the ELR it may remain as the
//! last member (KIP-841). `UncleanExclusion` adds what disks have lost: such a replica counts again
//! only once it has caught up.
//!
//! Source: Vanlightly's KIP-966 specification; `ReplicationControlManager`, KIP-841.
//! Simplified: LastKnownELR has at most one member, as in 4.0 to 4.3, not `min.insync.replicas` as
//! the specification wants where ISR and ELR are empty.
//! May legitimately fail: `UncleanExclusion` when a replica that lost data is elected uncleanly or
//! as the last known leader, and without the ELR when it is the last ISR member; the others never.

use epochscope_vocabulary::BrokerId;

use super::checkers::ElrHistory;
use crate::metadata::partition_registration::PartitionRegistration;
use crate::release::{EligibleLeaderReplicas, LastKnownLeader};

/// Whether a partition's leader is one of its in-sync replicas; no leader is fine.
#[must_use]
pub fn leader_is_in_isr(registration: &PartitionRegistration) -> bool {
    registration.leader.is_none_or(|leader| registration.isr.contains(&leader))
}

/// What a registration's sets have to keep to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShapeRules {
    /// Whether eligible leader replicas are kept.
    pub elr: EligibleLeaderReplicas,
    /// Whether that was ever changed.
    pub history: ElrHistory,
    /// Whether a last known leader has to live.
    pub last_known: LastKnownLeader,
}

/// What is wrong with a registration's sets.
#[must_use]
pub fn misshapen(
    registration: &PartitionRegistration,
    min_insync_replicas: u32,
    fenced: &[BrokerId],
    rules: ShapeRules,
) -> Option<&'static str> {
    // What a reassignment takes away stays in the ELR: `PartitionChangeBuilder` weighs the new ISR
    // by the `min.insync.replicas` that the old replicas allow.
    let mut elr = registration.elr.clone();
    elr.retain(|one| registration.replicas.contains(one));
    let isr = &registration.isr;
    let size = u32::try_from(isr.len()).unwrap_or(u32::MAX);
    // What an ISR became while the feature had another level, it stays until it changes. And an
    // unclean cancelling of a reassignment puts the first replica that stays into the ISR, fenced
    // or not (`PartitionReassignmentRevert`).
    // Up to 4.0 a last known leader is elected while it is fenced.
    let ShapeRules { elr: rule, history, last_known } = rules;
    let (tolerated, least) = match (rule, history) {
        (_, ElrHistory::Switched) => (1, 0),
        (EligibleLeaderReplicas::On, ElrHistory::Steady) => match last_known {
            LastKnownLeader::MayBeUnacceptable => (1, 0),
            LastKnownLeader::MustBeAcceptable => (u32::from(registration.leader.is_none()), 0),
        },
        (EligibleLeaderReplicas::Off, ElrHistory::Steady) => (1, 1),
    };
    if isr.iter().any(|one| !registration.replicas.contains(one)) {
        Some("the ISR holds a broker that is no replica")
    } else if isr.iter().any(|one| elr.contains(one)) {
        Some("ISR and ELR share a broker")
    } else if size >= min_insync_replicas && !elr.is_empty() && history == ElrHistory::Steady {
        Some("there is an ELR beside an ISR that is large enough")
    } else if size > tolerated && isr.iter().any(|one| fenced.contains(one)) {
        Some("a fenced broker is in the ISR")
    } else if registration.last_known_elr.len() > 1 {
        Some("there is more than one last known leader")
    } else if size < least {
        Some("the ISR is empty")
    } else {
        None
    }
}

/// What is wrong with a change from one registration to the next.
#[must_use]
pub fn misstep(
    before: &PartitionRegistration,
    after: &PartitionRegistration,
) -> Option<&'static str> {
    let known = [&after.replicas, &before.replicas, &before.elr];
    if before != after && after.partition_epoch <= before.partition_epoch {
        Some("a change did not raise the partition epoch")
    } else if after.leader_epoch < before.leader_epoch {
        Some("the leader epoch fell")
    } else if before.leader != after.leader && after.leader_epoch == before.leader_epoch {
        Some("the leader changed within its epoch")
    } else if after.elr.iter().any(|one| !known.iter().any(|list| list.contains(one))) {
        Some("a broker that was no replica has come into the ELR")
    } else {
        None
    }
}

/// Whether nobody of the new ISR was a candidate before: so ends an unclean election, and so a
/// reassignment that is cancelled when only new replicas are in sync. Kafka writes no recovery
/// state then (`PartitionReassignmentRevert`), and takes even a fenced replica for the ISR.
#[must_use]
pub fn is_of_strangers(before: &PartitionRegistration, after: &PartitionRegistration) -> bool {
    let known = |one: &BrokerId| before.isr.contains(one) || before.elr.contains(one);
    !after.isr.is_empty() && !after.isr.iter().any(known)
}

/// Whether a replica is being added that stands in the ELR already. A reassignment that takes it
/// away may leave it there (`PartitionChangeBuilder`), and nobody has waited for it since.
#[must_use]
pub fn is_eligible_from_before(
    before: &PartitionRegistration,
    after: &PartitionRegistration,
) -> bool {
    let is_new = |one: &&BrokerId| !before.adding.contains(one) && after.elr.contains(one);
    after.adding.iter().any(|one| is_new(&one))
}

/// The first of the replicas that lost data and still lack some which is counted on.
#[must_use]
pub fn counted_on_too_early(
    incomplete: &[BrokerId],
    registration: &PartitionRegistration,
) -> Option<BrokerId> {
    let counts = |one: &&BrokerId| {
        registration.isr.contains(one)
            || registration.elr.contains(one)
            || registration.leader == Some(**one)
    };
    incomplete.iter().find(counts).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use EligibleLeaderReplicas::{Off, On};
    use epochscope_vocabulary::metadata_record::LeaderRecoveryState;
    use epochscope_vocabulary::{LeaderEpoch, PartitionEpoch};
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn ids(numbers: &[u32]) -> Vec<BrokerId> {
        numbers.iter().copied().map(BrokerId).collect()
    }

    fn registration(leader: Option<u32>, isr: &[u32], elr: &[u32]) -> PartitionRegistration {
        PartitionRegistration {
            replicas: ids(&[1, 2, 3]),
            isr: ids(isr),
            elr: ids(elr),
            last_known_elr: Vec::new(),
            removing: Vec::new(),
            adding: Vec::new(),
            leader: leader.map(BrokerId),
            leader_recovery_state: LeaderRecoveryState::Recovered,
            leader_epoch: LeaderEpoch(4),
            partition_epoch: PartitionEpoch(9),
            directories: vec![],
        }
    }

    const fn steady(elr: EligibleLeaderReplicas) -> ShapeRules {
        let last_known = LastKnownLeader::MustBeAcceptable;
        ShapeRules { elr, history: ElrHistory::Steady, last_known }
    }

    #[test]
    fn the_leader_is_in_the_isr() {
        assert!(leader_is_in_isr(&registration(Some(1), &[1, 2], &[])));
        assert!(leader_is_in_isr(&registration(None, &[], &[1])));
        assert!(!leader_is_in_isr(&registration(Some(3), &[1, 2], &[])));
    }

    #[test]
    fn a_replica_that_is_taken_away_may_stay_in_the_elr_and_nobody_else_comes_into_it() {
        let before = registration(Some(1), &[1, 2, 3], &[]);
        let mut after = registration(Some(1), &[1, 2], &[3]);
        after.partition_epoch = PartitionEpoch(before.partition_epoch.0 + 1);
        after.replicas = ids(&[1, 2]);
        assert_eq!(misstep(&before, &after), None);
        after.elr = ids(&[4]);
        assert_eq!(
            misstep(&before, &after),
            Some("a broker that was no replica has come into the ELR")
        );
    }

    #[test]
    fn isr_and_elr_are_separate_parts_of_the_replicas() {
        let wrong = |isr: &[u32], elr: &[u32], fenced: &[u32], rule| {
            misshapen(&registration(None, isr, elr), 2, &ids(fenced), steady(rule)).is_some()
        };
        type Ids = &'static [u32];
        let cases: [(Ids, Ids, Ids, _, bool); 12] = [
            (&[1, 2, 3], &[], &[], On, false),
            (&[1], &[2], &[2], On, false),
            (&[], &[1], &[1], On, false),
            (&[1], &[], &[1], Off, false),
            (&[1, 4], &[], &[], On, true),
            (&[1], &[4], &[], On, false),
            (&[1], &[1], &[], On, true),
            (&[1, 2], &[3], &[], On, true),
            (&[1], &[], &[1], On, false),
            (&[1, 2], &[], &[1], On, true),
            (&[1, 2], &[], &[2], Off, true),
            (&[], &[], &[], Off, true),
        ];
        for (isr, elr, fenced, rule, expected) in cases {
            assert_eq!(wrong(isr, elr, fenced, rule), expected, "{isr:?} {elr:?} {rule:?}");
        }
    }

    #[test]
    fn no_leader_is_fenced_while_the_elr_is_kept() {
        let led = registration(Some(1), &[1], &[]);
        assert!(misshapen(&led, 2, &ids(&[1]), steady(On)).is_some());
        assert_eq!(misshapen(&led, 2, &ids(&[1]), steady(Off)), None);
        assert_eq!(misshapen(&led, 2, &[], steady(On)), None);
        let before_4_1 =
            ShapeRules { last_known: LastKnownLeader::MayBeUnacceptable, ..steady(On) };
        assert_eq!(misshapen(&led, 2, &ids(&[1]), before_4_1), None);
    }

    #[test]
    fn what_was_allowed_before_a_feature_changed_may_last() {
        let wrong = |isr: &[u32], fenced: &[u32], rule| {
            let rule = ShapeRules { history: ElrHistory::Switched, ..steady(rule) };
            misshapen(&registration(None, isr, &[2]), 3, &ids(fenced), rule).is_some()
        };
        assert!(!wrong(&[], &[2], Off));
        assert!(!wrong(&[1], &[1, 2], On));
        assert!(wrong(&[1, 3], &[1, 2], On));
    }

    #[test]
    fn an_isr_of_strangers_is_known_by_nobody_from_before() {
        let before = registration(None, &[3], &[2]);
        assert!(is_of_strangers(&before, &registration(None, &[1], &[])));
        assert!(!is_of_strangers(&before, &registration(Some(2), &[2, 1], &[])));
        assert!(!is_of_strangers(&before, &registration(None, &[], &[3])));
    }

    #[test]
    fn who_is_added_while_it_is_eligible_already_was_so_from_before() {
        let before = registration(Some(1), &[1], &[3]);
        let adds = |adding: &[u32], elr: &[u32]| PartitionRegistration {
            adding: ids(adding),
            ..registration(Some(1), &[1], elr)
        };
        assert!(is_eligible_from_before(&before, &adds(&[3], &[3])));
        assert!(!is_eligible_from_before(&before, &adds(&[2], &[3])));
        // It was in sync meanwhile, and left the ISR.
        assert!(!is_eligible_from_before(&adds(&[3], &[]), &adds(&[3], &[3])));
    }

    #[test]
    fn one_last_known_leader_is_kept_at_most() {
        let mut known = registration(None, &[], &[]);
        let wrong = |known: &PartitionRegistration| misshapen(known, 2, &[], steady(On)).is_some();
        known.last_known_elr = ids(&[1]);
        assert!(!wrong(&known));
        known.last_known_elr = ids(&[1, 2]);
        assert!(wrong(&known));
    }

    #[test]
    fn epochs_rise_with_every_change() {
        let before = registration(Some(1), &[1, 2], &[]);
        assert_eq!(misstep(&before, &before), None);
        let next = |leader, leader_epoch, partition_epoch| PartitionRegistration {
            leader_epoch: LeaderEpoch(leader_epoch),
            partition_epoch: PartitionEpoch(partition_epoch),
            ..registration(leader, &[1, 2], &[])
        };
        assert_eq!(misstep(&before, &next(Some(2), 5, 10)), None);
        assert_eq!(misstep(&before, &next(Some(1), 5, 10)), None);
        assert!(misstep(&before, &next(Some(2), 5, 9)).is_some());
        assert!(misstep(&before, &next(Some(1), 3, 10)).is_some());
        assert!(misstep(&before, &next(Some(2), 4, 10)).is_some());
    }

    #[test]
    fn nobody_counts_on_a_replica_that_lost_data() {
        let after = registration(Some(1), &[1], &[2]);
        assert_eq!(counted_on_too_early(&ids(&[3]), &after), None);
        assert_eq!(counted_on_too_early(&ids(&[3, 2]), &after), Some(BrokerId(2)));
        assert_eq!(counted_on_too_early(&ids(&[1]), &after), Some(BrokerId(1)));
    }
}
