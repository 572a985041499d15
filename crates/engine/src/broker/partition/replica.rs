//! One partition on one broker: its log, and what this broker takes itself to be for it.
//!
//! It knows no control plane. In comes a [`PartitionUpdate`], what some controller has decided;
//! out goes an [`IsrProposal`](super::isr_changes::IsrProposal), what this leader would like
//! decided. Between the two it appends, serves fetches and moves the high watermark by the rules
//! beside it.
//!
//! Source: Kafka `Partition`, `ReplicaManager`.
//! Uses: `log`, `release`, its folder.

use std::sync::Arc;

use epochscope_vocabulary::metadata_record::{LeaderRecoveryState, RegistrationState};
use epochscope_vocabulary::rpc::ProduceBatch;
use epochscope_vocabulary::{
    BrokerEpoch, BrokerId, ErrorCode, LeaderEpoch, Offset, PartitionEpoch, SimDuration, SimTime,
    SortedMap, TopicPartition,
};

use super::high_watermark::{LeaderProgress, RemoteProgress, high_watermark_after};
use super::isr::{CommittedPartitionState, FollowerStanding, PartitionState, is_isr_eligible};
use super::replica_state::{FollowerFetch, Leadership, Membership, ReplicaState};
use crate::log::{LeaderAppend, ReplicatedLog};
use crate::release::{EffectiveMinIsr, Rules};

/// What a controller has decided for one partition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartitionUpdate {
    /// Who leads.
    pub leader: Option<BrokerId>,
    /// In which epoch.
    pub leader_epoch: LeaderEpoch,
    /// Which decision this is.
    pub partition_epoch: PartitionEpoch,
    /// The committed ISR.
    pub isr: Vec<BrokerId>,
    /// Assigned replicas.
    pub replicas: Vec<BrokerId>,
    /// Whether the leader has recovered from an unclean election.
    pub leader_recovery_state: LeaderRecoveryState,
    /// The topic's `min.insync.replicas`.
    pub min_insync_replicas: u32,
    /// What that asks of small partitions.
    pub effective_min_isr: EffectiveMinIsr,
}

/// What this broker's metadata says of the other brokers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Peers(pub SortedMap<BrokerId, (BrokerEpoch, RegistrationState)>);

/// What a decision about a partition depends on beside the partition itself.
#[derive(Clone, Copy, Debug)]
pub struct Surroundings<'a> {
    /// The present moment.
    pub now: SimTime,
    /// `replica.lag.time.max.ms`.
    pub replica_lag_time_max: SimDuration,
    /// The other brokers.
    pub peers: &'a Peers,
    /// The rules of the release.
    pub rules: &'a Rules,
}

/// A high watermark that has moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Advance {
    /// Before.
    pub from: Offset,
    /// After.
    pub to: Offset,
}

/// What an update made of this replica.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Made {
    /// It leads in a new epoch, from this offset on.
    Leader(Offset),
    /// It follows in a new epoch, or has no leader to follow.
    Follower,
    /// Its role and epoch are as they were.
    SameRole,
    /// The update was older than what it knew.
    Ignored,
}

/// What a leader keeps beside the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeaderState {
    /// Where its epoch starts.
    pub epoch_start_offset: Offset,
    /// The ISR, with what it has proposed.
    pub isr: PartitionState,
    /// What it knows of every other assigned replica.
    pub followers: Vec<(BrokerId, ReplicaState)>,
}

/// What a replica takes itself to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Role {
    /// It leads, by its own metadata.
    Leader(Box<LeaderState>),
    /// It follows, or waits for a leader.
    Follower,
}

/// One partition on one broker.
#[derive(Clone, Debug)]
pub struct Partition {
    /// Which.
    pub id: TopicPartition,
    /// Its log.
    pub log: ReplicatedLog,
    /// Who leads, by this broker's metadata.
    pub leader: Option<BrokerId>,
    /// In which epoch.
    pub leader_epoch: LeaderEpoch,
    /// The latest decision it knows of.
    pub partition_epoch: PartitionEpoch,
    /// What it takes itself to be.
    pub role: Role,
    pub(super) me: BrokerId,
    replicas: Arc<[BrokerId]>,
    min_insync_replicas: u32,
    pub(super) leader_recovery_state: LeaderRecoveryState,
    /// False until the first update of this process: the epochs above mean nothing yet.
    is_known: bool,
}

impl Partition {
    /// A replica as its broker finds it on disk, before it has heard of any decision.
    #[must_use]
    pub fn on_disk(me: BrokerId, id: TopicPartition, log: ReplicatedLog) -> Self {
        Self {
            id,
            log,
            leader: None,
            leader_epoch: LeaderEpoch(0),
            partition_epoch: PartitionEpoch(0),
            role: Role::Follower,
            me,
            replicas: Arc::default(),
            min_insync_replicas: 1,
            leader_recovery_state: LeaderRecoveryState::Recovered,
            is_known: false,
        }
    }

    /// Obeys a controller's decision.
    pub fn update(&mut self, update: &PartitionUpdate, now: SimTime) -> Made {
        if self.is_known && update.partition_epoch < self.partition_epoch {
            return Made::Ignored;
        }
        let new_epoch = !self.is_known || update.leader_epoch > self.leader_epoch;
        self.is_known = true;
        self.partition_epoch = update.partition_epoch;
        self.leader_epoch = update.leader_epoch;
        self.leader = update.leader;
        self.replicas = update.replicas.as_slice().into();
        self.leader_recovery_state = update.leader_recovery_state;
        self.set_min_insync_replicas(update.min_insync_replicas, update.effective_min_isr);
        if update.leader == Some(self.me) {
            self.make_leader(update, now, new_epoch)
        } else if new_epoch || matches!(self.role, Role::Leader(_)) {
            self.role = Role::Follower;
            Made::Follower
        } else {
            Made::SameRole
        }
    }

    fn make_leader(&mut self, update: &PartitionUpdate, now: SimTime, new_epoch: bool) -> Made {
        let state = CommittedPartitionState::new(&update.isr, update.leader_recovery_state);
        let isr = PartitionState::Committed(state);
        let log_end_offset = self.log.log_end_offset();
        let (leadership, mut followers, epoch_start_offset) = match &self.role {
            Role::Leader(state) => {
                (Leadership::Continued, state.followers.clone(), state.epoch_start_offset)
            }
            Role::Follower => (Leadership::New, Vec::new(), log_end_offset),
        };
        followers.retain(|(follower, _)| update.replicas.contains(follower));
        for replica in update.replicas.iter().filter(|replica| **replica != self.me) {
            if !followers.iter().any(|(follower, _)| follower == replica) {
                followers.push((*replica, ReplicaState::default()));
            }
        }
        if !new_epoch {
            self.role = Role::Leader(Box::new(LeaderState { epoch_start_offset, isr, followers }));
            return Made::SameRole;
        }
        self.log.assign_epoch(update.leader_epoch);
        for (follower, state) in &mut followers {
            let in_sync = update.isr.contains(follower);
            let membership = if in_sync { Membership::InSync } else { Membership::OutOfSync };
            state.reset(now, log_end_offset, leadership, membership);
        }
        let epoch_start_offset = log_end_offset;
        self.role = Role::Leader(Box::new(LeaderState { epoch_start_offset, isr, followers }));
        Made::Leader(log_end_offset)
    }

    /// Takes over a changed `min.insync.replicas`.
    pub fn set_min_insync_replicas(&mut self, wanted: u32, rule: EffectiveMinIsr) {
        self.min_insync_replicas = rule.of(wanted, count(&self.replicas));
    }

    /// The leader's side, if this broker believes that it leads.
    #[must_use]
    pub fn leading(&self) -> Option<&LeaderState> {
        match &self.role {
            Role::Leader(state) => Some(state),
            Role::Follower => None,
        }
    }

    /// The effective `min.insync.replicas`: since 3.7 at most the number of replicas.
    #[must_use]
    pub const fn min_insync_replicas(&self) -> u32 {
        self.min_insync_replicas
    }

    /// Whether this broker is assigned a replica, by its own metadata.
    #[must_use]
    pub fn replicas(&self) -> &[BrokerId] {
        &self.replicas
    }

    /// Whether a request that names `current_leader_epoch` may be served here (KIP-320).
    ///
    /// # Errors
    /// FENCED_LEADER_EPOCH when it is older than this broker's, UNKNOWN_LEADER_EPOCH when newer.
    pub fn check_leader_epoch(&self, named: Option<LeaderEpoch>) -> Result<(), ErrorCode> {
        match named {
            Some(named) if named < self.leader_epoch => Err(ErrorCode::FencedLeaderEpoch),
            Some(named) if named > self.leader_epoch => Err(ErrorCode::UnknownLeaderEpoch),
            Some(_) | None => Ok(()),
        }
    }

    /// The end of the log as consumers are told it. None from a broker that does not lead, and from
    /// a new leader that does not know yet how much of its log is committed (KIP-207).
    #[must_use]
    pub fn latest_offset(&self) -> Option<Offset> {
        let high_watermark = self.log.high_watermark();
        let known = self.leading().filter(|leader| high_watermark >= leader.epoch_start_offset);
        known.map(|_| high_watermark)
    }

    /// Writes a producer's batch, if this broker believes that it leads.
    ///
    /// # Errors
    /// NOT_LEADER_OR_FOLLOWER, NOT_ENOUGH_REPLICAS for `acks=all` below min ISR, or what the
    /// producer state says; nothing is written then.
    pub fn append(
        &mut self,
        batch: &ProduceBatch,
        needs_min_isr: NeedsMinIsr,
    ) -> Result<LeaderAppend, ErrorCode> {
        let Role::Leader(state) = &self.role else {
            return Err(ErrorCode::NotLeaderOrFollower);
        };
        if needs_min_isr == NeedsMinIsr::Yes && count(state.isr.isr()) < self.min_insync_replicas {
            return Err(ErrorCode::NotEnoughReplicas);
        }
        self.log.append_as_leader(&batch.values, batch.sequence, self.leader_epoch)
    }

    /// Whether the maximal ISR is large enough for `acks=all` to succeed.
    #[must_use]
    pub fn has_min_isr(&self) -> bool {
        self.leading()
            .is_some_and(|state| count(&state.isr.maximal_isr()) >= self.min_insync_replicas)
    }

    /// Takes note of a follower's fetch.
    ///
    /// # Errors
    /// UNKNOWN_LEADER_EPOCH when the sender is no replica, NOT_LEADER_OR_FOLLOWER when it is an
    /// older incarnation.
    pub fn update_follower(
        &mut self,
        follower: BrokerId,
        fetch: &FollowerFetch,
        peers: &Peers,
    ) -> Result<(), ErrorCode> {
        let Role::Leader(state) = &mut self.role else {
            return Err(ErrorCode::NotLeaderOrFollower);
        };
        let known = state.followers.iter_mut().find(|(id, _)| *id == follower);
        let Some((_, replica)) = known else {
            return Err(ErrorCode::UnknownLeaderEpoch);
        };
        let unfenced = peers.0.get(&follower).and_then(|(epoch, registration)| {
            (*registration != RegistrationState::Fenced).then_some(*epoch)
        });
        replica.update_fetch_state(fetch, unfenced)
    }

    /// Moves the high watermark as far as the rules allow.
    pub fn maybe_advance_high_watermark(&mut self, around: &Surroundings<'_>) -> Option<Advance> {
        let Role::Leader(state) = &self.role else {
            return None;
        };
        let log_end_offset = self.log.log_end_offset();
        let remotes: Vec<_> = state
            .followers
            .iter()
            .map(|(follower, replica)| RemoteProgress {
                log_end_offset: replica.log_end_offset,
                in_maximal_isr: state.isr.is_in_maximal_isr(*follower),
                caught_up: replica.is_caught_up(
                    log_end_offset,
                    around.now,
                    around.replica_lag_time_max,
                ),
                eligible: is_eligible(*follower, replica, around),
            })
            .collect();
        let from = self.log.high_watermark();
        let leader = LeaderProgress {
            log_end_offset,
            high_watermark: from,
            isr_size: count(state.isr.isr()),
            min_isr: self.min_insync_replicas,
        };
        let to = high_watermark_after(around.rules.high_watermark, leader, &remotes);
        self.log.maybe_increment_high_watermark(to).then_some(Advance { from, to })
    }
}

/// Whether an append must find the ISR large enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NeedsMinIsr {
    /// `acks=all`.
    Yes,
    /// `acks=0` and `acks=1`.
    No,
}

/// Whether a follower may be in the ISR, whatever it has fetched.
pub(super) fn is_eligible(
    follower: BrokerId,
    replica: &ReplicaState,
    around: &Surroundings<'_>,
) -> bool {
    let standing = FollowerStanding {
        fetch_broker_epoch: replica.broker_epoch,
        registration: around.peers.0.get(&follower).copied(),
    };
    is_isr_eligible(around.rules.isr_eligibility, standing)
}

fn count(members: &[BrokerId]) -> u32 {
    u32::try_from(members.len()).unwrap_or(u32::MAX)
}
