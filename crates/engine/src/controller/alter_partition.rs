//! Whether the controller accepts the ISR that a leader proposes.
//!
//! The checks are made in Kafka's order, so that the first one that fails is the error seen. All
//! members of the new ISR are checked, not only the ones that join.
//!
//! Source: Kafka `ReplicationControlManager.alterPartition`; KIP-497, KIP-841, KIP-903.
//! Uses: `metadata`.

use epochscope_vocabulary::metadata_record::{LeaderRecoveryState, RegistrationState};
use epochscope_vocabulary::rpc::{AlterPartitionData, IsrMember};
use epochscope_vocabulary::{BrokerEpoch, BrokerId, ErrorCode};

use crate::metadata::partition_registration::PartitionRegistration;

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
    let leader_epoch = Some(partition.leader_epoch);
    let partition_epoch = Some(partition.partition_epoch);
    if proposal.leader_epoch > leader_epoch || proposal.partition_epoch > partition_epoch {
        return Err(ErrorCode::NotController);
    }
    if proposal.leader_epoch < leader_epoch {
        return Err(ErrorCode::FencedLeaderEpoch);
    }
    if partition.leader != Some(sender) {
        return Err(ErrorCode::InvalidRequest);
    }
    if proposal.partition_epoch < partition_epoch {
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

#[cfg(test)]
mod tests {
    use super::*;
    use LeaderRecoveryState::{Recovered, Recovering};
    use epochscope_vocabulary::{LeaderEpoch, PartitionEpoch, TopicId, TopicPartition};
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    const LEADER: BrokerId = BrokerId(1);

    fn partition(leader_recovery_state: LeaderRecoveryState) -> PartitionRegistration {
        PartitionRegistration {
            replicas: vec![BrokerId(1), BrokerId(2), BrokerId(3)],
            isr: vec![BrokerId(1), BrokerId(2)],
            elr: vec![],
            last_known_elr: vec![],
            removing: vec![],
            adding: vec![],
            leader: Some(LEADER),
            leader_recovery_state,
            leader_epoch: LeaderEpoch(5),
            partition_epoch: PartitionEpoch(8),
            directories: vec![],
        }
    }

    fn proposal(isr: &[u32]) -> AlterPartitionData {
        let member = |broker: &u32| IsrMember {
            broker: BrokerId(*broker),
            broker_epoch: Some(BrokerEpoch(10)),
        };
        AlterPartitionData {
            partition: TopicPartition { topic: TopicId(0), partition: 0 },
            leader_epoch: Some(LeaderEpoch(5)),
            partition_epoch: Some(PartitionEpoch(8)),
            new_isr: isr.iter().map(member).collect(),
            leader_recovery_state: Recovered,
        }
    }

    /// Broker 3 is registered as told; all others are live, at broker epoch 10.
    fn answer_with(
        proposal: &AlterPartitionData,
        check: IsrMemberCheck,
        third: Option<(u64, RegistrationState)>,
    ) -> Result<(), ErrorCode> {
        validate_alter_partition(&partition(Recovered), LEADER, proposal, check, |broker| {
            let live = Some((10, RegistrationState::Unfenced));
            let known = if broker == BrokerId(3) { third } else { live };
            known.map(|(epoch, state)| (BrokerEpoch(epoch), state))
        })
    }

    fn answer(proposal: &AlterPartitionData) -> Result<(), ErrorCode> {
        let live = Some((10, RegistrationState::Unfenced));
        answer_with(proposal, IsrMemberCheck::ActiveWithBrokerEpoch, live)
    }

    #[test]
    fn epochs_are_checked_before_anything_else() {
        let of = |leader_epoch, partition_epoch, isr: &[u32]| {
            answer(&AlterPartitionData {
                leader_epoch: Some(LeaderEpoch(leader_epoch)),
                partition_epoch: Some(PartitionEpoch(partition_epoch)),
                ..proposal(isr)
            })
        };
        assert_eq!(of(5, 8, &[1, 2, 3]), Ok(()));
        assert_eq!(of(6, 8, &[9]), Err(ErrorCode::NotController));
        assert_eq!(of(4, 9, &[9]), Err(ErrorCode::NotController));
        assert_eq!(of(4, 8, &[9]), Err(ErrorCode::FencedLeaderEpoch));
        assert_eq!(of(5, 7, &[9]), Err(ErrorCode::InvalidUpdateVersion));
    }

    #[test]
    fn only_the_leader_may_ask() {
        let asked = validate_alter_partition(
            &partition(Recovered),
            BrokerId(2),
            &AlterPartitionData { partition_epoch: Some(PartitionEpoch(7)), ..proposal(&[1, 2]) },
            IsrMemberCheck::Assigned,
            |_| None,
        );
        assert_eq!(asked, Err(ErrorCode::InvalidRequest));
    }

    #[test]
    fn an_isr_holds_replicas_each_once_and_the_leader() {
        assert_eq!(answer(&proposal(&[1])), Ok(()));
        for malformed in [&[1, 4][..], &[1, 2, 2], &[2, 3], &[]] {
            let answered = answer(&proposal(malformed));
            assert_eq!(answered, Err(ErrorCode::InvalidRequest), "{malformed:?}");
        }
    }

    #[test]
    fn a_leader_that_recovers_is_alone_and_recovers_once() {
        let of = |now, told, isr: &[u32]| {
            let told = AlterPartitionData { leader_recovery_state: told, ..proposal(isr) };
            let check = IsrMemberCheck::Assigned;
            validate_alter_partition(&partition(now), LEADER, &told, check, |_| None).is_ok()
        };
        assert!(of(Recovering, Recovering, &[1]));
        assert!(!of(Recovering, Recovering, &[1, 2]));
        assert!(of(Recovering, Recovered, &[1, 2]));
        assert!(!of(Recovered, Recovering, &[1]));
    }

    #[test]
    fn which_members_are_eligible_depends_on_the_release() {
        use IsrMemberCheck::{Active, ActiveWithBrokerEpoch, Assigned};
        use RegistrationState::{ControlledShutdown, Fenced, Unfenced};
        let joins = |third| {
            [Assigned, Active, ActiveWithBrokerEpoch].map(|check| {
                let answered = answer_with(&proposal(&[1, 2, 3]), check, third);
                assert!(answered.is_ok() || answered == Err(ErrorCode::IneligibleReplica));
                answered.is_ok()
            })
        };
        assert_eq!(joins(Some((10, Unfenced))), [true, true, true]);
        assert_eq!(joins(Some((11, Unfenced))), [true, true, false]);
        assert_eq!(joins(Some((10, Fenced))), [true, false, false]);
        assert_eq!(joins(Some((10, ControlledShutdown))), [true, false, false]);
        assert_eq!(joins(None), [true, false, false]);
    }

    #[test]
    fn a_member_without_broker_epoch_is_not_checked_for_it() {
        let mut unregistered = proposal(&[1, 3]);
        unregistered.new_isr[1].broker_epoch = None;
        let known = Some((99, RegistrationState::Unfenced));
        let answered = answer_with(&unregistered, IsrMemberCheck::ActiveWithBrokerEpoch, known);
        assert_eq!(answered, Ok(()));
    }
}
