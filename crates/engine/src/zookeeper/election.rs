//! Whom the ZooKeeper controller makes leader, and what it then writes into the partition's znode.
//!
//! The order of the assignment decides, never that of the ISR. Every election that finds a leader
//! raises the leader epoch, be it the same one or another.
//!
//! Source: Kafka 3.9 `PartitionLeaderElectionAlgorithms`, `Election`; KIP-704 (recovery state).
//! Uses: nothing.

use epochscope_vocabulary::metadata_record::LeaderRecoveryState;
use epochscope_vocabulary::rpc::LeaderAndIsr;
use epochscope_vocabulary::{BrokerId, LeaderEpoch};

/// Whether an unclean election is remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeaderRecovery {
    /// No, below inter-broker protocol 3.2.
    Untracked,
    /// Yes, from there on (KIP-704).
    Tracked,
}

/// Whether a replica outside the ISR may lead in the last resort.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UncleanElection {
    /// It may not.
    Forbidden,
    /// It may: `unclean.leader.election.enable`, or somebody asks for it.
    Allowed(LeaderRecovery),
}

/// How the leader was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Choice {
    /// From the ISR.
    Clean(BrokerId),
    /// From outside of it.
    Unclean(BrokerId, LeaderRecovery),
}

/// What an election comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ElectionResult {
    /// The state to be written; none when nobody can lead.
    pub leader_and_isr: Option<LeaderAndIsr>,
    /// The replicas that are told. Named by Kafka; only some strategies leave the dead ones out.
    pub live_replicas: Vec<BrokerId>,
    is_unclean: bool,
}

impl ElectionResult {
    /// Whether Kafka's meter of unclean elections counts it.
    #[must_use]
    pub const fn is_unclean(&self) -> bool {
        self.is_unclean
    }

    const fn clean(leader_and_isr: Option<LeaderAndIsr>, live_replicas: Vec<BrokerId>) -> Self {
        Self { leader_and_isr, live_replicas, is_unclean: false }
    }
}

/// `OfflinePartition`: the leader is gone. `live` are the brokers that are neither dead nor
/// shutting down. The ISR keeps those of its members that live; after an unclean election it is the
/// leader.
#[must_use]
pub fn leader_for_offline(
    assignment: &[BrokerId],
    state: &LeaderAndIsr,
    live: &[BrokerId],
    unclean: UncleanElection,
) -> ElectionResult {
    let live_replicas = among(assignment, live);
    let choice = offline_partition_leader_election(assignment, &state.isr, live, unclean);
    let is_unclean = matches!(choice, Some(Choice::Unclean(..)));
    let leader_and_isr = choice.map(|choice| match choice {
        Choice::Clean(leader) => led_by(state, leader, among(&state.isr, live)),
        Choice::Unclean(leader, LeaderRecovery::Untracked) => led_by(state, leader, vec![leader]),
        Choice::Unclean(leader, LeaderRecovery::Tracked) => LeaderAndIsr {
            leader_recovery_state: LeaderRecoveryState::Recovering,
            ..led_by(state, leader, vec![leader])
        },
    });
    ElectionResult { leader_and_isr, live_replicas, is_unclean }
}

/// `ReassignPartition`: the partition has moved to `target`, and its leader is not among them.
#[must_use]
pub fn leader_for_reassign(
    target: &[BrokerId],
    state: &LeaderAndIsr,
    live: &[BrokerId],
) -> ElectionResult {
    let leader = reassign_partition_leader_election(target, &state.isr, live);
    let elected = leader.map(|leader| led_by(state, leader, state.isr.clone()));
    ElectionResult::clean(elected, target.to_vec())
}

/// `PreferredReplica`: the first assigned replica shall lead again.
#[must_use]
pub fn leader_for_preferred_replica(
    assignment: &[BrokerId],
    state: &LeaderAndIsr,
    live: &[BrokerId],
) -> ElectionResult {
    let leader = preferred_replica_partition_leader_election(assignment, &state.isr, live);
    let elected = leader.map(|leader| led_by(state, leader, state.isr.clone()));
    ElectionResult::clean(elected, assignment.to_vec())
}

/// `ControlledShutdown`: a broker asks to be relieved. `live` has those that shut down as well;
/// none of them stays in the ISR.
#[must_use]
pub fn leader_for_controlled_shutdown(
    assignment: &[BrokerId],
    state: &LeaderAndIsr,
    live: &[BrokerId],
    shutting_down: &[BrokerId],
) -> ElectionResult {
    let stays = |broker: &BrokerId| !shutting_down.contains(broker);
    let isr: Vec<BrokerId> = state.isr.iter().copied().filter(stays).collect();
    let leader =
        controlled_shutdown_partition_leader_election(assignment, &state.isr, live, shutting_down);
    let elected = leader.map(|leader| led_by(state, leader, isr));
    ElectionResult::clean(elected, among(assignment, live))
}

/// The same partition in the next epoch.
fn led_by(state: &LeaderAndIsr, leader: BrokerId, isr: Vec<BrokerId>) -> LeaderAndIsr {
    let leader_epoch = LeaderEpoch(state.leader_epoch.0 + 1);
    LeaderAndIsr { leader: Some(leader), leader_epoch, isr, ..state.clone() }
}

fn offline_partition_leader_election(
    assignment: &[BrokerId],
    isr: &[BrokerId],
    live: &[BrokerId],
    unclean: UncleanElection,
) -> Option<Choice> {
    let clean = reassign_partition_leader_election(assignment, isr, live).map(Choice::Clean);
    clean.or_else(|| match unclean {
        UncleanElection::Forbidden => None,
        UncleanElection::Allowed(recovery) => {
            let first = assignment.iter().find(|replica| live.contains(replica));
            first.map(|replica| Choice::Unclean(*replica, recovery))
        }
    })
}

fn reassign_partition_leader_election(
    target: &[BrokerId],
    isr: &[BrokerId],
    live: &[BrokerId],
) -> Option<BrokerId> {
    target.iter().copied().find(|replica| live.contains(replica) && isr.contains(replica))
}

fn preferred_replica_partition_leader_election(
    assignment: &[BrokerId],
    isr: &[BrokerId],
    live: &[BrokerId],
) -> Option<BrokerId> {
    let preferred = assignment.first().copied();
    preferred.filter(|replica| live.contains(replica) && isr.contains(replica))
}

fn controlled_shutdown_partition_leader_election(
    assignment: &[BrokerId],
    isr: &[BrokerId],
    live: &[BrokerId],
    shutting_down: &[BrokerId],
) -> Option<BrokerId> {
    let may_lead = |replica: &BrokerId| {
        live.contains(replica) && isr.contains(replica) && !shutting_down.contains(replica)
    };
    assignment.iter().copied().find(may_lead)
}

fn among(brokers: &[BrokerId], live: &[BrokerId]) -> Vec<BrokerId> {
    brokers.iter().copied().filter(|broker| live.contains(broker)).collect()
}

#[cfg(test)]
mod tests {
    use epochscope_vocabulary::PartitionEpoch;

    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn ids(numbers: &[u32]) -> Vec<BrokerId> {
        numbers.iter().copied().map(BrokerId).collect()
    }

    fn with_isr(isr: &[u32]) -> LeaderAndIsr {
        LeaderAndIsr {
            leader: None,
            leader_epoch: LeaderEpoch(5),
            isr: ids(isr),
            leader_recovery_state: LeaderRecoveryState::Recovered,
            partition_epoch: PartitionEpoch(9),
        }
    }

    fn leader(result: &ElectionResult) -> Option<u32> {
        result.leader_and_isr.as_ref().and_then(|state| state.leader).map(|leader| leader.0)
    }

    #[test]
    fn a_dead_leader_is_followed_by_a_member_of_the_isr_or_uncleanly() {
        let assignment = ids(&[2, 4]);
        let elect = |isr: &[u32], unclean| {
            leader_for_offline(&assignment, &with_isr(isr), &ids(&[4]), unclean)
        };
        let clean = elect(&[2, 4], UncleanElection::Forbidden);
        assert_eq!((leader(&clean), clean.is_unclean()), (Some(4), false));
        assert_eq!(clean.leader_and_isr.map(|state| state.isr), Some(ids(&[4])));
        assert_eq!(leader(&elect(&[2], UncleanElection::Forbidden)), None);
        for (recovery, state) in [
            (LeaderRecovery::Untracked, LeaderRecoveryState::Recovered),
            (LeaderRecovery::Tracked, LeaderRecoveryState::Recovering),
        ] {
            let unclean = elect(&[2], UncleanElection::Allowed(recovery));
            assert!(unclean.is_unclean());
            let written = unclean.leader_and_isr.expect("4 lives");
            assert_eq!((written.isr, written.leader_recovery_state), (ids(&[4]), state));
        }
    }

    #[test]
    fn only_the_first_replica_is_preferred() {
        let elect = |isr: &[u32], live: &[u32]| {
            leader(&leader_for_preferred_replica(&ids(&[2, 4]), &with_isr(isr), &ids(live)))
        };
        assert_eq!(elect(&[2, 4], &[2, 4]), Some(2));
        assert_eq!(elect(&[4], &[2, 4]), None);
        assert_eq!(elect(&[2, 4], &[4]), None);
    }

    #[test]
    fn whoever_shuts_down_neither_leads_nor_stays_in_the_isr() {
        let elect = |isr: &[u32], shutting_down: &[u32]| {
            let (assignment, live) = (ids(&[2, 4]), ids(&[2, 4]));
            leader_for_controlled_shutdown(&assignment, &with_isr(isr), &live, &ids(shutting_down))
        };
        let moved = elect(&[2, 4], &[2]);
        assert_eq!(leader(&moved), Some(4));
        assert_eq!(moved.leader_and_isr.map(|state| state.isr), Some(ids(&[4])));
        assert_eq!(leader(&elect(&[2, 4], &[2, 4])), None);
        assert_eq!(leader(&elect(&[2], &[2])), None);
    }

    #[test]
    fn a_reassigned_partition_is_led_by_one_of_its_target_and_keeps_its_isr() {
        let elect = |isr: &[u32], live: &[u32]| {
            leader_for_reassign(&ids(&[4, 2]), &with_isr(isr), &ids(live))
        };
        let moved = elect(&[1, 2, 4], &[2]);
        assert_eq!(leader(&moved), Some(2));
        assert_eq!(moved.leader_and_isr.map(|state| state.isr), Some(ids(&[1, 2, 4])));
        assert_eq!(leader(&elect(&[2], &[4])), None);
    }
}
