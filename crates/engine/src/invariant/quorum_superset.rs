//! `QuorumSuperset`: a leader waits for everybody who might be elected after it.
//!
//! The controller elects from its ISR and ELR. A leader of the current epoch commits what its
//! *maximal* ISR has: its own and whom it has asked to add. If the first were not within the
//! second, a record could be committed that the next leader lacks. A leader whose own ISR is below
//! `min.insync.replicas` commits nothing, so it need not know of the ELR.
//!
//! Source: Vanlightly's KIP-966 specification (LeaderCanHaveLargerIsr in its stronger form).
//! May legitimately fail: never. A leader's ISR that is larger than the controller's is fine.

use epochscope_vocabulary::BrokerId;

/// Whom a leader waits for.
#[derive(Clone, Copy, Debug)]
pub struct Quorum<'a> {
    /// The ISR that it knows to be decided.
    pub isr: &'a [BrokerId],
    /// With what it has asked for.
    pub maximal_isr: &'a [BrokerId],
}

/// The first broker that the controller might elect and that the leader does not wait for.
#[must_use]
pub fn not_waited_for(
    isr: &[BrokerId],
    elr: &[BrokerId],
    leader: Quorum<'_>,
    min_insync_replicas: u32,
) -> Option<BrokerId> {
    let commits = u32::try_from(leader.isr.len()).unwrap_or(u32::MAX) >= min_insync_replicas;
    let eligible = if commits { elr } else { &[] };
    isr.iter().chain(eligible).find(|one| !leader.maximal_isr.contains(one)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn a_leader_waits_for_isr_and_elr() {
        type Ids = &'static [u32];
        let cases: [(Ids, Ids, Ids, Ids, Option<u32>); 7] = [
            (&[1, 2], &[], &[1, 2], &[1, 2], None),
            (&[1, 2], &[], &[1, 2, 3], &[1, 2, 3], None),
            (&[1, 2, 3], &[], &[1, 2], &[1, 2, 3], None),
            (&[1, 2, 3], &[], &[1, 2], &[1, 2], Some(3)),
            (&[1], &[2], &[1, 2], &[1, 2], None),
            (&[1], &[2], &[1], &[1], None),
            (&[1], &[3], &[1, 2], &[1, 2], Some(3)),
        ];
        let ids = |numbers: Ids| numbers.iter().copied().map(BrokerId).collect::<Vec<_>>();
        for (isr, elr, own, maximal, expected) in cases {
            let (own, maximal) = (ids(own), ids(maximal));
            let leader = Quorum { isr: &own, maximal_isr: &maximal };
            let found = not_waited_for(&ids(isr), &ids(elr), leader, 2);
            assert_eq!(found, expected.map(BrokerId), "{isr:?} {elr:?} | {own:?} {maximal:?}");
        }
    }
}
