//! What ElectLeaders answers for one partition.
//!
//! Source: Kafka `ReplicationControlManager.electLeader`; KIP-460.
//! Uses: `partition_registration`.

use epochscope_vocabulary::ErrorCode;
use epochscope_vocabulary::rpc::ElectionType;

use super::partition_registration::PartitionRegistration;

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
