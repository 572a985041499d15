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
        Self { isr: isr.into(), leader_recovery_state }
    }
}

impl PartitionState {
    /// The committed state, or the last one that was.
    #[must_use]
    pub const fn last_committed(&self) -> &CommittedPartitionState {
        match self {
            Self::Committed(state)
            | Self::PendingExpand { last_committed: state, .. }
            | Self::PendingShrink { last_committed: state, .. } => state,
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
            Self::PendingExpand { new_in_sync_replica, .. } => Some(*new_in_sync_replica),
            Self::Committed(_) | Self::PendingShrink { .. } => None,
        };
        joining == Some(replica) || self.isr().contains(&replica)
    }

    /// The committed ISR and a member that is to be added: what counts as replicated.
    #[must_use]
    pub fn maximal_isr(&self) -> Vec<BrokerId> {
        match self {
            Self::PendingExpand { last_committed, new_in_sync_replica } => {
                isr_with(&last_committed.isr, *new_in_sync_replica)
            }
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
            Self::PendingExpand { last_committed, new_in_sync_replica } => {
                Some(isr_with(&last_committed.isr, *new_in_sync_replica))
            }
            Self::PendingShrink { last_committed, out_of_sync_replicas } => {
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
        assert!(!self.is_in_flight(), "a proposal to add {replica} on top of another");
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
        assert!(!self.is_in_flight(), "a proposal to remove replicas on top of another");
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
    let active = matches!(follower.registration, Some((_, RegistrationState::Unfenced)));
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
        if *broker == local.broker { local } else { IsrMember { broker: *broker, broker_epoch } }
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
    if matches!(error, ErrorCode::IneligibleReplica | ErrorCode::OperationNotAttempted) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn ids(numbers: &[u32]) -> Vec<BrokerId> {
        numbers.iter().copied().map(BrokerId).collect()
    }

    fn committed(isr: &[u32]) -> PartitionState {
        PartitionState::Committed(CommittedPartitionState::new(
            &ids(isr),
            LeaderRecoveryState::Recovered,
        ))
    }

    fn drawn(state: &PartitionState) -> String {
        let list = |brokers: &[BrokerId]| {
            brokers.iter().map(BrokerId::to_string).collect::<Vec<_>>().join(",")
        };
        let proposed = state.proposed_isr().map_or("-".to_owned(), |isr| list(&isr));
        format!(
            "isr={} maximal={} proposed={proposed}",
            list(state.isr()),
            list(&state.maximal_isr())
        )
    }

    #[test]
    fn a_joining_member_counts_at_once_and_a_leaving_one_still() {
        assert_eq!(drawn(&committed(&[1, 2])), "isr=1,2 maximal=1,2 proposed=-");
        let expanding = committed(&[1, 2]).expanding(BrokerId(3));
        assert_eq!(drawn(&expanding), "isr=1,2 maximal=1,2,3 proposed=1,2,3");
        assert!(expanding.is_in_maximal_isr(BrokerId(3)) && expanding.is_in_flight());
        let shrinking = committed(&[1, 2, 3]).shrinking(&ids(&[2]));
        assert_eq!(drawn(&shrinking), "isr=1,2,3 maximal=1,2,3 proposed=1,3");
        assert!(shrinking.is_in_maximal_isr(BrokerId(2)));
    }

    #[test]
    fn proposals_of_many_are_listed_as_a_scala_set() {
        let expanding = committed(&[1, 2, 3, 4]).expanding(BrokerId(5));
        assert_eq!(expanding.proposed_isr(), Some(ids(&[5, 1, 2, 3, 4])));
        let shrinking = committed(&[1, 2, 3, 4, 5]).shrinking(&ids(&[2, 3]));
        assert_eq!(shrinking.proposed_isr(), Some(ids(&[5, 1, 4])));
    }

    #[test]
    #[should_panic(expected = "on top of another")]
    fn a_leader_has_one_proposal_at_a_time() {
        let _ = committed(&[1, 2]).expanding(BrokerId(3)).shrinking(&ids(&[2]));
    }

    fn follower(log_end: u64, caught_up_seconds: Option<u64>) -> ReplicaState {
        ReplicaState {
            log_end_offset: Some(Offset(log_end)),
            last_caught_up_time: caught_up_seconds
                .map(|s| SimTime::ZERO + SimDuration::from_secs(s)),
            ..ReplicaState::default()
        }
    }

    #[test]
    fn laggards_are_those_that_are_behind_and_have_been_for_too_long() {
        let followers = [
            (BrokerId(2), follower(10, None)),
            (BrokerId(3), follower(9, Some(71))),
            (BrokerId(4), follower(9, Some(69))),
            (BrokerId(5), follower(9, None)),
        ];
        let now = SimTime::ZERO + SimDuration::from_secs(100);
        let out = |isr: &[u32]| {
            out_of_sync_replicas(&ids(isr), &followers, Offset(10), now, SimDuration::from_secs(30))
        };
        assert_eq!(out(&[1, 2, 3, 4, 5]), ids(&[4, 5]), "2 has everything, 3 had it recently");
        assert_eq!(out(&[1, 2, 3]), ids(&[]), "5 is no member, 1 is the leader");
    }

    #[test]
    fn who_may_join_depends_on_the_release() {
        use FetchBrokerEpoch::{NotFetched, Registered, Unregistered};
        use RegistrationState::{ControlledShutdown, Fenced, Unfenced};
        let known = |state| Some((BrokerEpoch(7), state));
        let cases = [
            ("the registered one", Registered(BrokerEpoch(7)), known(Unfenced)),
            ("an older incarnation", Registered(BrokerEpoch(6)), known(Unfenced)),
            ("one not registered yet", Unregistered, known(Unfenced)),
            ("one that has not fetched", NotFetched, known(Unfenced)),
            ("a fenced one", Registered(BrokerEpoch(7)), known(Fenced)),
            ("one shutting down", Registered(BrokerEpoch(7)), known(ControlledShutdown)),
            ("an unknown one", Registered(BrokerEpoch(7)), None),
        ];
        let rules = [
            IsrEligibility::Any,
            IsrEligibility::Unfenced,
            IsrEligibility::UnfencedWithBrokerEpoch,
        ];
        let mut table = format!("{:<26} any unfenced +epoch\n", "");
        for (name, fetch_broker_epoch, registration) in cases {
            let standing = FollowerStanding { fetch_broker_epoch, registration };
            let [any, unfenced, epoch] =
                rules.map(|rule| if is_isr_eligible(rule, standing) { "yes" } else { "no" });
            table += &format!("{name:<26} {any:<3} {unfenced:<8} {epoch}\n");
        }
        expect![[r#"
                                       any unfenced +epoch
            the registered one         yes yes      yes
            an older incarnation       yes yes      no
            one not registered yet     yes yes      yes
            one that has not fetched   yes yes      no
            a fenced one               yes no       no
            one shutting down          yes no       no
            an unknown one             yes no       no
        "#]]
        .assert_eq(&table);
    }

    #[test]
    fn a_follower_joins_with_all_that_is_committed_and_all_before_this_epoch() {
        let in_sync = |end: Option<u64>, high_watermark, epoch_start: Option<u64>| {
            is_follower_in_sync(end.map(Offset), Offset(high_watermark), epoch_start.map(Offset))
        };
        assert!(in_sync(Some(10), 10, Some(10)));
        assert!(!in_sync(Some(9), 10, Some(0)));
        assert!(!in_sync(Some(11), 10, Some(12)));
        assert!(!in_sync(None, 0, Some(0)));
        assert!(!in_sync(Some(10), 0, None));
    }

    #[test]
    fn proposals_name_the_incarnation_that_has_fetched() {
        let fetched = ReplicaState {
            broker_epoch: FetchBrokerEpoch::Registered(BrokerEpoch(12)),
            ..follower(10, None)
        };
        let local = IsrMember { broker: BrokerId(1), broker_epoch: Some(BrokerEpoch(11)) };
        let followers = [(BrokerId(2), fetched), (BrokerId(3), follower(10, None))];
        let members = isr_members(&ids(&[2, 1, 3]), local, &followers);
        let epochs: Vec<Option<u64>> =
            members.iter().map(|member| member.broker_epoch.map(|epoch| epoch.0)).collect();
        assert_eq!(epochs, [Some(12), Some(11), None]);
    }

    fn confirmed(isr: &[u32], leader_epoch: u32, partition_epoch: u32) -> LeaderAndIsr {
        LeaderAndIsr {
            leader: Some(BrokerId(1)),
            leader_epoch: LeaderEpoch(leader_epoch),
            isr: ids(isr),
            leader_recovery_state: LeaderRecoveryState::Recovered,
            partition_epoch: PartitionEpoch(partition_epoch),
        }
    }

    #[test]
    fn the_answer_decides_what_becomes_of_a_proposal() {
        let state = committed(&[1, 2]).expanding(BrokerId(3));
        let outcome = |answer: Result<&LeaderAndIsr, ErrorCode>| match alter_partition_outcome(
            &state,
            answer,
            LeaderEpoch(5),
            PartitionEpoch(8),
        ) {
            AlterPartitionOutcome::Committed { state, partition_epoch } => {
                format!("committed at {partition_epoch}: {}", drawn(&state))
            }
            AlterPartitionOutcome::Reverted(state) => format!("reverted: {}", drawn(&state)),
            AlterPartitionOutcome::AwaitMetadata => "stays pending".to_owned(),
            AlterPartitionOutcome::Retry => "sent again".to_owned(),
        };
        let mut table = String::new();
        for (name, answer) in [
            ("newer epoch", confirmed(&[1, 2, 3], 5, 9)),
            ("same epoch", confirmed(&[1, 2], 5, 8)),
            ("older epoch", confirmed(&[1, 2, 3], 5, 7)),
            ("later leader", confirmed(&[1, 2, 3], 6, 9)),
        ] {
            table += &format!("{name}: {}\n", outcome(Ok(&answer)));
        }
        for error in [
            ErrorCode::IneligibleReplica,
            ErrorCode::OperationNotAttempted,
            ErrorCode::FencedLeaderEpoch,
            ErrorCode::InvalidUpdateVersion,
            ErrorCode::InvalidRequest,
            ErrorCode::UnknownTopicOrPartition,
            ErrorCode::UnknownTopicId,
            ErrorCode::NewLeaderElected,
            ErrorCode::NotController,
            ErrorCode::RequestTimedOut,
        ] {
            table += &format!("{error}: {}\n", outcome(Err(error)));
        }
        expect![[r#"
            newer epoch: committed at 9: isr=1,2,3 maximal=1,2,3 proposed=-
            same epoch: committed at 8: isr=1,2 maximal=1,2 proposed=-
            older epoch: stays pending
            later leader: stays pending
            INELIGIBLE_REPLICA: reverted: isr=1,2 maximal=1,2 proposed=-
            OPERATION_NOT_ATTEMPTED: reverted: isr=1,2 maximal=1,2 proposed=-
            FENCED_LEADER_EPOCH: stays pending
            INVALID_UPDATE_VERSION: stays pending
            INVALID_REQUEST: stays pending
            UNKNOWN_TOPIC_OR_PARTITION: stays pending
            UNKNOWN_TOPIC_ID: stays pending
            NEW_LEADER_ELECTED: stays pending
            NOT_CONTROLLER: sent again
            REQUEST_TIMED_OUT: sent again
        "#]]
        .assert_eq(&table);
    }
}
