//! A leader's in-sync replicas: who may join, who has fallen behind, and what the controller says.
//!
//! Only the controller changes an ISR. A leader proposes, and until the answer comes it works with
//! both: the *committed* ISR decides whether a produce is admitted, the *maximal* one, which holds
//! the new member already and the leaving ones still, decides what counts as replicated.
//!
//! Source: Kafka `Partition`, `PartitionState`, `AlterPartitionManager`; KIP-497, KIP-841, KIP-903.
//! Uses: `isr_order`, `replica_state`.

use std::sync::Arc;

use epochscope_vocabulary::metadata_record::{LeaderRecoveryState, RegistrationState};
use epochscope_vocabulary::rpc::{IsrMember, LeaderAndIsr};
use epochscope_vocabulary::{
    BrokerEpoch, BrokerId, ErrorCode, LeaderEpoch, Offset, PartitionEpoch, SimDuration, SimTime,
};

use super::isr_order::in_set_order;
use super::replica_state::{FetchBrokerEpoch, ReplicaState};

/// The ISR as the controller has confirmed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommittedPartitionState {
    /// The members, in the controller's order.
    pub isr: Arc<[BrokerId]>,
    /// Whether the leader has said that it has recovered from an unclean election.
    pub leader_recovery_state: LeaderRecoveryState,
}

/// The ISR of one partition in its leader's eyes.
///
/// | From | To | When |
/// | --- | --- | --- |
/// | `Committed` | `PendingExpand`, `PendingShrink` | the leader proposes |
/// | a pending one | `Committed` | the controller answers, or metadata knows more |
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PartitionState {
    /// Nothing is proposed.
    Committed(CommittedPartitionState),
    /// A member is to be added.
    PendingExpand {
        /// The ISR until the answer.
        last_committed: CommittedPartitionState,
        /// The new member.
        new_in_sync_replica: BrokerId,
    },
    /// Members are to be removed.
    PendingShrink {
        /// The ISR until the answer.
        last_committed: CommittedPartitionState,
        /// The members to go.
        out_of_sync_replicas: Arc<[BrokerId]>,
    },
}

/// What a leader knows of a follower when it asks whether it may be in the ISR.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FollowerStanding {
    /// The broker epoch of its last fetch.
    pub fetch_broker_epoch: FetchBrokerEpoch,
    /// What the leader's metadata says of the broker; absent when it knows no such broker.
    pub registration: Option<(BrokerEpoch, RegistrationState)>,
}

/// Which followers may be in an ISR.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IsrEligibility {
    /// All, up to 3.2.
    Any,
    /// Those neither fenced nor shutting down, from 3.3 (KIP-841).
    Unfenced,
    /// Also, only the incarnation that has fetched, from 3.5 (KIP-903).
    UnfencedWithBrokerEpoch,
}

/// What a leader does with the answer to its proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AlterPartitionOutcome {
    /// Takes the confirmed state over; the high watermark may move.
    Committed {
        /// The state.
        state: PartitionState,
        /// Its epoch.
        partition_epoch: PartitionEpoch,
    },
    /// Goes back to the committed state; a new proposal is possible.
    Reverted(PartitionState),
    /// Proposes no more and stays pending, until metadata brings a newer partition epoch.
    AwaitMetadata,
    /// Sends the same proposal again.
    Retry,
}

impl CommittedPartitionState {
    /// The state in which metadata or an answer leaves a leader.
    #[must_use]
    pub fn new(isr: &[BrokerId], leader_recovery_state: LeaderRecoveryState) -> Self {
        Self {
            isr: isr.into(),
            leader_recovery_state,
        }
    }
}

impl PartitionState {
    /// The committed state, or the last one that was.
    #[must_use]
    pub const fn last_committed(&self) -> &CommittedPartitionState {
        match self {
            Self::Committed(state)
            | Self::PendingExpand {
                last_committed: state,
                ..
            }
            | Self::PendingShrink {
                last_committed: state,
                ..
            } => state,
        }
    }

    /// The committed ISR: what admits a produce.
    #[must_use]
    pub fn isr(&self) -> &[BrokerId] {
        &self.last_committed().isr
    }

    /// Whether the high watermark waits for `replica`.
    #[must_use]
    pub fn is_in_maximal_isr(&self, replica: BrokerId) -> bool {
        let joining = match self {
            Self::PendingExpand {
                new_in_sync_replica,
                ..
            } => Some(*new_in_sync_replica),
            Self::Committed(_) | Self::PendingShrink { .. } => None,
        };
        joining == Some(replica) || self.isr().contains(&replica)
    }

    /// The committed ISR and a member that is to be added: what counts as replicated.
    #[must_use]
    pub fn maximal_isr(&self) -> Vec<BrokerId> {
        match self {
            Self::PendingExpand {
                last_committed,
                new_in_sync_replica,
            } => isr_with(&last_committed.isr, *new_in_sync_replica),
            Self::Committed(_) | Self::PendingShrink { .. } => self.isr().to_vec(),
        }
    }

    /// Whether a proposal waits for its answer.
    #[must_use]
    pub const fn is_in_flight(&self) -> bool {
        match self {
            Self::Committed(_) => false,
            Self::PendingExpand { .. } | Self::PendingShrink { .. } => true,
        }
    }

    /// The ISR that is proposed, in the order in which Kafka sends it; absent when none is.
    #[must_use]
    pub fn proposed_isr(&self) -> Option<Vec<BrokerId>> {
        match self {
            Self::Committed(_) => None,
            Self::PendingExpand {
                last_committed,
                new_in_sync_replica,
            } => Some(isr_with(&last_committed.isr, *new_in_sync_replica)),
            Self::PendingShrink {
                last_committed,
                out_of_sync_replicas,
            } => {
                let mut isr = in_set_order(&last_committed.isr);
                isr.retain(|member| !out_of_sync_replicas.contains(member));
                Some(isr)
            }
        }
    }

    /// The state in which the leader has proposed to add `replica`.
    ///
    /// # Panics
    /// If another proposal waits for its answer: a leader has one at a time.
    #[must_use]
    pub fn expanding(&self, replica: BrokerId) -> Self {
        assert!(
            !self.is_in_flight(),
            "a proposal to add {replica} on top of another"
        );
        Self::PendingExpand {
            last_committed: self.last_committed().clone(),
            new_in_sync_replica: replica,
        }
    }

    /// The state in which the leader has proposed to remove `replicas`.
    ///
    /// # Panics
    /// If another proposal waits for its answer: a leader has one at a time.
    #[must_use]
    pub fn shrinking(&self, replicas: &[BrokerId]) -> Self {
        assert!(
            !self.is_in_flight(),
            "a proposal to remove {replicas:?} on top of another"
        );
        Self::PendingShrink {
            last_committed: self.last_committed().clone(),
            out_of_sync_replicas: replicas.into(),
        }
    }
}

/// The members of `isr` that have fallen behind: not at the leader's end, and not caught up within
/// `replica_lag_time_max`.
///
/// `followers` holds every other replica; the leader itself never falls behind.
#[must_use]
pub fn out_of_sync_replicas(
    isr: &[BrokerId],
    followers: &[(BrokerId, ReplicaState)],
    leader_end_offset: Offset,
    now: SimTime,
    replica_lag_time_max: SimDuration,
) -> Vec<BrokerId> {
    let lags = |member: &BrokerId| {
        let known = followers.iter().find(|(follower, _)| follower == member);
        known.is_some_and(|(_, state)| {
            !state.is_caught_up(leader_end_offset, now, replica_lag_time_max)
        })
    };
    isr.iter().copied().filter(lags).collect()
}

/// Whether a follower may be in an ISR, whatever it has fetched.
#[must_use]
pub fn is_isr_eligible(rule: IsrEligibility, follower: FollowerStanding) -> bool {
    let active = matches!(
        follower.registration,
        Some((_, RegistrationState::Unfenced))
    );
    match rule {
        IsrEligibility::Any => true,
        IsrEligibility::Unfenced => active,
        IsrEligibility::UnfencedWithBrokerEpoch => {
            let same = match (follower.fetch_broker_epoch, follower.registration) {
                (FetchBrokerEpoch::Registered(fetched), Some((known, _))) => fetched == known,
                (FetchBrokerEpoch::Unregistered, Some(_)) => true,
                (FetchBrokerEpoch::NotFetched, _) | (_, None) => false,
            };
            active && same
        }
    }
}

/// Whether a follower has fetched enough to join: all that is committed, and all that was in the
/// leader's log when its epoch began.
#[must_use]
pub fn is_follower_in_sync(
    follower_end_offset: Option<Offset>,
    high_watermark: Offset,
    leader_epoch_start_offset: Option<Offset>,
) -> bool {
    follower_end_offset.is_some_and(|end| {
        end >= high_watermark && leader_epoch_start_offset.is_some_and(|start| end >= start)
    })
}

/// A proposed ISR with the broker epoch of the fetch that earned each member its place.
#[must_use]
pub fn isr_members(
    isr: &[BrokerId],
    local: IsrMember,
    followers: &[(BrokerId, ReplicaState)],
) -> Vec<IsrMember> {
    let member = |broker: &BrokerId| {
        let known = followers.iter().find(|(follower, _)| follower == broker);
        let broker_epoch = match known.map(|(_, state)| state.broker_epoch) {
            Some(FetchBrokerEpoch::Registered(epoch)) => Some(epoch),
            Some(FetchBrokerEpoch::Unregistered | FetchBrokerEpoch::NotFetched) | None => None,
        };
        if *broker == local.broker {
            local
        } else {
            IsrMember {
                broker: *broker,
                broker_epoch,
            }
        }
    };
    isr.iter().map(member).collect()
}

/// What a leader does when its proposal for a partition is answered.
///
/// `leader_epoch` and `partition_epoch` are the ones it has now. An error for the whole request is
/// not for here: the request is sent again.
#[must_use]
pub fn alter_partition_outcome(
    state: &PartitionState,
    answer: Result<&LeaderAndIsr, ErrorCode>,
    leader_epoch: LeaderEpoch,
    partition_epoch: PartitionEpoch,
) -> AlterPartitionOutcome {
    let error = match answer {
        Ok(confirmed) => return confirmed_outcome(confirmed, leader_epoch, partition_epoch),
        Err(error) => error,
    };
    if matches!(
        error,
        ErrorCode::IneligibleReplica | ErrorCode::OperationNotAttempted
    ) {
        return AlterPartitionOutcome::Reverted(PartitionState::Committed(
            state.last_committed().clone(),
        ));
    }
    let hopeless = [
        ErrorCode::FencedLeaderEpoch,
        ErrorCode::InvalidUpdateVersion,
        ErrorCode::InvalidRequest,
        ErrorCode::UnknownTopicOrPartition,
        ErrorCode::UnknownTopicId,
        ErrorCode::NewLeaderElected,
    ];
    if hopeless.contains(&error) {
        AlterPartitionOutcome::AwaitMetadata
    } else {
        AlterPartitionOutcome::Retry
    }
}

fn confirmed_outcome(
    confirmed: &LeaderAndIsr,
    leader_epoch: LeaderEpoch,
    partition_epoch: PartitionEpoch,
) -> AlterPartitionOutcome {
    // An answer from a later leader epoch, or older than what metadata has brought, says nothing.
    if confirmed.leader_epoch > leader_epoch || confirmed.partition_epoch < partition_epoch {
        return AlterPartitionOutcome::AwaitMetadata;
    }
    AlterPartitionOutcome::Committed {
        state: PartitionState::Committed(CommittedPartitionState::new(
            &confirmed.isr,
            confirmed.leader_recovery_state,
        )),
        partition_epoch: confirmed.partition_epoch,
    }
}

/// `isr` with one member more, in Kafka's order.
fn isr_with(isr: &[BrokerId], joining: BrokerId) -> Vec<BrokerId> {
    let mut members = isr.to_vec();
    if !members.contains(&joining) {
        members.push(joining);
    }
    in_set_order(&members)
}
