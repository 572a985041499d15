//! Whether the controller accepts the ISR that a leader proposes.
//!
//! The checks are made in Kafka's order, so that the first one that fails is the error seen. All
//! members of the new ISR are checked, not only the ones that join.
//!
//! Source: Kafka `ReplicationControlManager.alterPartition`; KIP-497, KIP-841, KIP-903.
//! Uses: `partition_registration`.

use epochscope_vocabulary::metadata_record::{LeaderRecoveryState, RegistrationState};
use epochscope_vocabulary::rpc::{AlterPartitionData, IsrMember};
use epochscope_vocabulary::{BrokerEpoch, BrokerId, ErrorCode};

use super::partition_registration::PartitionRegistration;

/// Which members a new ISR may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IsrMemberCheck {
    /// Any assigned replica, up to 3.2.
    Assigned,
    /// Only registered brokers neither fenced nor shutting down, from 3.3 (KIP-841).
    Active,
    /// Also, only of the broker epoch that the leader names, from 3.5 (KIP-903).
    ActiveWithBrokerEpoch,
}

/// Checks what leader `sender` proposes for `partition`. `registered` gives a broker's epoch and
/// state. That the sender's own broker epoch is current, and that the partition exists, is for the
/// caller to see first.
///
/// # Errors
/// The code that answers the proposal.
pub fn validate_alter_partition(
    partition: &PartitionRegistration,
    sender: BrokerId,
    proposal: &AlterPartitionData,
    check: IsrMemberCheck,
    registered: impl Fn(BrokerId) -> Option<(BrokerEpoch, RegistrationState)>,
) -> Result<(), ErrorCode> {
    // The leader knows of later decisions: another controller must have made them.
    if proposal.leader_epoch > partition.leader_epoch
        || proposal.partition_epoch > partition.partition_epoch
    {
        return Err(ErrorCode::NotController);
    }
    if proposal.leader_epoch < partition.leader_epoch {
        return Err(ErrorCode::FencedLeaderEpoch);
    }
    if partition.leader != Some(sender) {
        return Err(ErrorCode::InvalidRequest);
    }
    if proposal.partition_epoch < partition.partition_epoch {
        return Err(ErrorCode::InvalidUpdateVersion);
    }
    if !is_well_formed(partition, sender, &proposal.new_isr)
        || !is_recovery_legal(partition, proposal)
    {
        return Err(ErrorCode::InvalidRequest);
    }
    let eligible = |member: &IsrMember| is_eligible(check, member, registered(member.broker));
    if proposal.new_isr.iter().all(eligible) { Ok(()) } else { Err(ErrorCode::IneligibleReplica) }
}

/// An ISR holds assigned replicas, each once, and the leader.
fn is_well_formed(partition: &PartitionRegistration, leader: BrokerId, isr: &[IsrMember]) -> bool {
    let assigned = isr.iter().all(|member| partition.replicas.contains(&member.broker));
    let distinct = isr
        .iter()
        .enumerate()
        .all(|(index, member)| isr[..index].iter().all(|earlier| earlier.broker != member.broker));
    assigned && distinct && isr.iter().any(|member| member.broker == leader)
}

/// A leader that recovers is alone, and one that has recovered does not begin again.
fn is_recovery_legal(partition: &PartitionRegistration, proposal: &AlterPartitionData) -> bool {
    match (proposal.leader_recovery_state, partition.leader_recovery_state) {
        (LeaderRecoveryState::Recovering, LeaderRecoveryState::Recovering) => {
            proposal.new_isr.len() <= 1
        }
        (LeaderRecoveryState::Recovering, LeaderRecoveryState::Recovered) => false,
        (LeaderRecoveryState::Recovered, _) => true,
    }
}

fn is_eligible(
    check: IsrMemberCheck,
    member: &IsrMember,
    registered: Option<(BrokerEpoch, RegistrationState)>,
) -> bool {
    let active = |state| match state {
        RegistrationState::Unfenced => true,
        RegistrationState::Fenced | RegistrationState::ControlledShutdown => false,
    };
    match (check, registered) {
        (IsrMemberCheck::Assigned, _) => true,
        (IsrMemberCheck::Active | IsrMemberCheck::ActiveWithBrokerEpoch, None) => false,
        (IsrMemberCheck::Active, Some((_, state))) => active(state),
        (IsrMemberCheck::ActiveWithBrokerEpoch, Some((known, state))) => {
            active(state) && member.broker_epoch.is_none_or(|named| named == known)
        }
    }
}
