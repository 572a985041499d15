//! What ElectLeaders answers for one partition.
//!
//! Source: Kafka `ReplicationControlManager.electLeader`; KIP-460.
//! Uses: `metadata`.

use epochscope_vocabulary::ErrorCode;
use epochscope_vocabulary::rpc::ElectionType;

use crate::metadata::partition_registration::PartitionRegistration;

/// Whether an election may be tried at all: a preferred one is of no use when the preferred replica
/// leads, an unclean one is refused while anybody does.
///
/// # Errors
/// ELECTION_NOT_NEEDED.
pub fn check_election(
    election: ElectionType,
    partition: &PartitionRegistration,
) -> Result<(), ErrorCode> {
    let needed = match election {
        ElectionType::Preferred => !partition.has_preferred_leader(),
        ElectionType::Unclean => partition.leader.is_none(),
    };
    if needed { Ok(()) } else { Err(ErrorCode::ElectionNotNeeded) }
}

/// Why an election that was tried has produced no record.
#[must_use]
pub const fn election_failure(election: ElectionType) -> ErrorCode {
    match election {
        ElectionType::Preferred => ErrorCode::PreferredLeaderNotAvailable,
        ElectionType::Unclean => ErrorCode::EligibleLeadersNotAvailable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use epochscope_vocabulary::metadata_record::LeaderRecoveryState;
    use epochscope_vocabulary::{BrokerId, LeaderEpoch, PartitionEpoch};
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn led_by(leader: Option<u32>) -> PartitionRegistration {
        PartitionRegistration {
            replicas: vec![BrokerId(1), BrokerId(2)],
            isr: vec![BrokerId(1), BrokerId(2)],
            elr: vec![],
            last_known_elr: vec![],
            removing: vec![],
            adding: vec![],
            leader: leader.map(BrokerId),
            leader_recovery_state: LeaderRecoveryState::Recovered,
            leader_epoch: LeaderEpoch(0),
            partition_epoch: PartitionEpoch(0),
            directories: vec![],
        }
    }

    #[test]
    fn an_election_is_tried_only_where_it_could_be_of_use() {
        let needed = |election| {
            [Some(1), Some(2), None].map(|leader| check_election(election, &led_by(leader)).is_ok())
        };
        assert_eq!(needed(ElectionType::Preferred), [false, true, true]);
        assert_eq!(needed(ElectionType::Unclean), [false, false, true]);
        let refused = check_election(ElectionType::Unclean, &led_by(Some(2)));
        assert_eq!(refused, Err(ErrorCode::ElectionNotNeeded));
    }

    #[test]
    fn a_failed_election_says_which_kind_of_leader_is_missing() {
        let failure = [ElectionType::Preferred, ElectionType::Unclean].map(election_failure);
        assert_eq!(failure[0], ErrorCode::PreferredLeaderNotAvailable);
        assert_eq!(failure[1], ErrorCode::EligibleLeadersNotAvailable);
    }
}
