//! What differs between releases, a type for each difference that has no file of its own rule.
//!
//! Source: Kafka, and the KIPs and issues named at each variant.
//! Uses: `metadata`.

use crate::metadata::effective_min_isr;

/// What a cluster has finalised for `eligible.leader.replicas.version`: no rule of a release, but
/// of each node's metadata image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EligibleLeaderReplicas {
    /// `eligible.leader.replicas.version=0`: a partition whose ISR dies waits for its last member.
    Off,
    /// `eligible.leader.replicas.version=1` (KIP-966): replicas that left below min ISR may lead.
    On,
}

/// Whether the last known leader may be elected while it does not live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LastKnownLeader {
    /// It may, up to 4.0: a fenced broker can be made leader.
    MayBeUnacceptable,
    /// It has to live, from 4.1 (KAFKA-19522).
    MustBeAcceptable,
}

/// When the last known leader is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LastKnownElr {
    /// When the ISR becomes empty, up to 4.1.0.
    OnEmptyIsr,
    /// When the partition loses its leader, from 4.1.1.
    OnLeaderLoss,
}

/// Which sessions keep a broker from registering again, and which end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BrokerSessions {
    /// Those of unfenced brokers, each ended when its time is over (before 4.0).
    OfUnfenced,
    /// All, by broker epoch, looked at eight times in a session's length (KAFKA-18106, 4.0).
    ByBrokerEpoch,
}

/// Whether a controller minds how a broker ended its former life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UncleanShutdown {
    /// No (before 4.0).
    NotNoticed,
    /// Yes: one that crashed leaves every ELR (KIP-966, 4.0).
    Noticed,
}

/// Whether `unclean.leader.election.enable` makes a KRaft controller elect by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UncleanElectionConfig {
    /// No: only an administrator can (before 3.9).
    Ignored,
    /// Yes, and leaderless partitions are looked at from time to time.
    Honoured,
}

/// When leaders are balanced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeaderBalance {
    /// An interval after a decision that left an imbalance (before 4.0).
    AfterImbalance,
    /// Every interval.
    Periodic,
}

/// Whether refusals name the leader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeaderHints {
    /// No (before 3.7).
    Absent,
    /// Yes (KIP-951).
    InRefusals,
}

impl LeaderHints {
    /// Nothing, if they are not given.
    #[must_use]
    pub const fn allowed(self) -> Option<()> {
        match self {
            Self::Absent => None,
            Self::InRefusals => Some(()),
        }
    }
}

/// Whether a follower looks at the epoch of what it fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutdatedFetch {
    /// No: data of an epoch that it does not know yet is written.
    Written,
    /// Yes (KAFKA-18723: 3.9.1, 4.0.1, 4.1.0).
    Dropped,
}

/// When a waiting fetch of the metadata log is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetadataFetchWait {
    /// When the log grows (before 4.1).
    ForRecords,
    /// Also when the high watermark moves (KIP-1166).
    ForHighWatermark,
}

/// What a controller counts the election of an eligible leader replica as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ElrElection {
    /// As unclean, like any from outside of the ISR (before 4.1).
    CountsAsUnclean,
    /// As what it is (KAFKA-18954).
    CountsApart,
}

/// Which other controllers have to know a feature's new level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ControllerFeatures {
    /// All, as their connections say (before 3.7).
    OfConnections,
    /// All, as they are registered, which they are from metadata version 3.7-IV0 on (KIP-919).
    OfRegistrations,
}

/// How many members of the ISR a leader wants for `acks=all`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EffectiveMinIsr {
    /// `min.insync.replicas`, though a partition may have fewer replicas (before 3.7).
    AsSet,
    /// Never more than the partition has replicas (KAFKA-15583, 3.7).
    AtMostReplicas,
}

impl EffectiveMinIsr {
    /// What a partition with so many replicas needs.
    #[must_use]
    pub fn of(self, min_insync_replicas: u32, replicas: u32) -> u32 {
        match self {
            Self::AsSet => min_insync_replicas,
            Self::AtMostReplicas => effective_min_isr(min_insync_replicas, replicas),
        }
    }
}

/// Whether a leader of the quorum gives up when no majority fetches from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckQuorumTimer {
    /// No: it goes on until it hears of a newer epoch (before 3.7).
    Absent,
    /// Yes, after 1.5 times the fetch time-out (KAFKA-15489, 3.7).
    Runs,
}

/// How long a broker waits for the answer to a heartbeat, and after a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeartbeatPatience {
    /// Half of its session for an answer; after a refusal 100 ms, twice as long each time
    /// (KAFKA-14392, before 4.1).
    HalfTheSession,
    /// The heartbeat interval for both (KAFKA-19294, 4.1).
    HeartbeatInterval,
}

/// How long clients wait before they try again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryBackoff {
    /// `retry.backoff.ms` each time (before 3.7).
    Fixed,
    /// Twice as long each time, and not quite (KIP-580, 3.7).
    Exponential,
}

/// What becomes of an order that would write more records than one batch holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LargeBatch {
    /// The controller fails over it (before 3.5).
    Fault,
    /// It is refused (KAFKA-14996, 3.5).
    Refused,
    /// New partitions are counted before they are placed (KAFKA-17870, 4.0).
    PartitionsCounted,
}

/// What somebody is told who asks for a topic named as the metadata log is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetadataTopic {
    /// That he may not (before 3.9).
    Unauthorized,
    /// That nobody may.
    Prohibited,
}
