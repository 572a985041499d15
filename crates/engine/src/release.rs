//! Kafka releases and the rules that hold in each: the only place where version numbers stand.
//!
//! A release is a set of named differences. Each difference is an enum beside the rule that it
//! varies; [`Rules`] gathers one value of each, so that no handler ever compares versions.
//!
//! Source: Kafka `MetadataVersion`, and the KIPs named at each variant.
//! Uses: `broker/partition`, `describe`, `quorum`.

use crate::broker::partition::high_watermark::{HighWatermarkRules, MinIsrGate, OutsideIsr};
use crate::broker::partition::isr::IsrEligibility;
use crate::describe::Columns;
use crate::quorum::quorum_state::ElectionProtocol;
use epochscope_vocabulary::metadata_record::{SupportedFeatures, VersionRange};

mod differences;

pub use differences::{
    BrokerSessions, CheckQuorumTimer, ControllerFeatures, EffectiveMinIsr, EligibleLeaderReplicas,
    ElrElection, HeartbeatPatience, LargeBatch, LastKnownElr, LastKnownLeader, LeaderBalance,
    LeaderHints, MetadataFetchWait, MetadataTopic, OutdatedFetch, RetryBackoff,
    UncleanElectionConfig, UncleanShutdown,
};

/// A release that can be asked for, all with KRaft. A line without a patch is its last patch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Release {
    /// 3.3: KRaft is ready for production.
    V3_3,
    /// 3.4
    V3_4,
    /// 3.5
    V3_5,
    /// 3.6
    V3_6,
    /// 3.7
    V3_7,
    /// 3.8
    V3_8,
    /// 3.9
    V3_9,
    /// 4.0.0: without ZooKeeper.
    V4_0_0,
    /// 4.0.1
    V4_0,
    /// 4.1.0
    V4_1_0,
    /// 4.1.1
    V4_1,
    /// 4.2
    V4_2,
    /// 4.3
    V4_3,
}

/// The rules of a process: one value of each named difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// What holds the high watermark back (0.10.2, 3.6, 3.7).
    pub high_watermark: HighWatermarkRules,
    /// Who may join an ISR (3.3, 3.5).
    pub isr_eligibility: IsrEligibility,
    /// How a controller tries to lead the quorum (4.0).
    pub quorum_election: ElectionProtocol,
    /// When a waiting fetch of the metadata log is answered (4.1).
    pub metadata_fetch_wait: MetadataFetchWait,
    /// Which brokers have a session (4.0).
    pub sessions: BrokerSessions,
    /// Whether crashes are told from stops (4.0).
    pub unclean_shutdown: UncleanShutdown,
    /// Whether the setting for unclean election counts (3.9).
    pub unclean_config: UncleanElectionConfig,
    /// When leaders are balanced (4.0).
    pub leader_balance: LeaderBalance,
    /// Whether a last known leader has to live (4.1).
    pub last_known_leader: LastKnownLeader,
    /// When it is written down (4.1.1).
    pub last_known_elr: LastKnownElr,
    /// Whether refusals name the leader (3.7).
    pub leader_hints: LeaderHints,
    /// Whether followers mind the epoch of what they fetched (3.9.1, 4.0.1, 4.1.0).
    pub outdated_fetch: OutdatedFetch,
    /// What an election from the ELR counts as (4.1).
    pub elr_election: ElrElection,
    /// Whom the controller asks before it changes a feature (3.7).
    pub controller_features: ControllerFeatures,
    /// What `min.insync.replicas` asks of small partitions (3.7).
    pub effective_min_isr: EffectiveMinIsr,
    /// Whether a leader of the quorum gives up without a majority (3.7).
    pub check_quorum: CheckQuorumTimer,
    /// How long brokers wait for their controller (4.1).
    pub heartbeat_patience: HeartbeatPatience,
    /// How long clients wait before they try again (3.7).
    pub retry_backoff: RetryBackoff,
    /// What becomes of orders with very many records (3.5, 4.0).
    pub large_batch: LargeBatch,
    /// Why a topic cannot have the metadata log's name (3.9).
    pub metadata_topic: MetadataTopic,
    /// Which columns `kafka-topics.sh --describe` prints (3.8).
    pub describe_columns: Columns,
    /// The features that it knows.
    pub features: SupportedFeatures,
}

/// 3.7-IV2: replicas have log directories (KIP-858).
pub const DIRECTORY_ASSIGNMENT: u16 = 17;

impl Rules {
    /// Whether a broker tells of its log directories.
    #[must_use]
    pub const fn tell_directories(&self) -> bool {
        self.features.metadata_version.max >= DIRECTORY_ASSIGNMENT
    }
}

impl Release {
    /// Every modelled release with its names, the oldest first.
    pub const ALL: &'static [(Self, &'static [&'static str])] = &[
        (Self::V3_3, &["3.3"]),
        (Self::V3_4, &["3.4"]),
        (Self::V3_5, &["3.5"]),
        (Self::V3_6, &["3.6"]),
        (Self::V3_7, &["3.7"]),
        (Self::V3_8, &["3.8"]),
        (Self::V3_9, &["3.9"]),
        (Self::V4_0_0, &["4.0.0"]),
        (Self::V4_0, &["4.0"]),
        (Self::V4_1_0, &["4.1.0"]),
        (Self::V4_1, &["4.1", "4.1.1"]),
        (Self::V4_2, &["4.2"]),
        (Self::V4_3, &["4.3"]),
    ];

    /// The release of this name, if it is modelled.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, names)| names.contains(&name)).map(|(release, _)| *release)
    }

    /// The level of `metadata.version` that a newly formatted cluster finalises.
    #[must_use]
    pub const fn metadata_version(self) -> u16 {
        match self {
            Self::V3_3 => 7,
            Self::V3_4 => 8,
            Self::V3_5 => 11,
            Self::V3_6 => 14,
            Self::V3_7 => 19,
            Self::V3_8 => 20,
            Self::V3_9 => 21,
            Self::V4_0_0 | Self::V4_0 => 25,
            Self::V4_1_0 | Self::V4_1 => 27,
            Self::V4_2 => 29,
            Self::V4_3 => 30,
        }
    }

    /// `linger.ms` of a producer that does not say it.
    #[must_use]
    pub const fn default_linger_ms(self) -> i64 {
        if self.is_since(Self::V4_0_0) { 5 } else { 0 }
    }

    /// The rules of its processes: since when the newer one of two holds.
    #[must_use]
    pub const fn rules(self) -> Rules {
        use BrokerSessions::{ByBrokerEpoch, OfUnfenced};
        use ControllerFeatures::{OfConnections, OfRegistrations};
        use EffectiveMinIsr::{AsSet, AtMostReplicas};
        use ElectionProtocol::{CandidateAtOnce, PreVote};
        use ElrElection::{CountsApart, CountsAsUnclean};
        use HeartbeatPatience::{HalfTheSession, HeartbeatInterval};
        use IsrEligibility::{Unfenced, UnfencedWithBrokerEpoch};
        use LastKnownLeader::{MayBeUnacceptable, MustBeAcceptable};
        use LeaderBalance::{AfterImbalance, Periodic};
        use MetadataFetchWait::{ForHighWatermark, ForRecords};
        use MetadataTopic::{Prohibited, Unauthorized};
        use Release::{V3_5, V3_7, V3_8, V3_9, V4_0_0, V4_1, V4_1_0};
        use UncleanElectionConfig::{Honoured, Ignored};
        use UncleanShutdown::{NotNoticed, Noticed};
        Rules {
            high_watermark: self.high_watermark(),
            isr_eligibility: self.since(V3_5, UnfencedWithBrokerEpoch, Unfenced),
            quorum_election: self.since(V4_0_0, PreVote, CandidateAtOnce),
            metadata_fetch_wait: self.since(V4_1_0, ForHighWatermark, ForRecords),
            sessions: self.since(V4_0_0, ByBrokerEpoch, OfUnfenced),
            unclean_shutdown: self.since(V4_0_0, Noticed, NotNoticed),
            unclean_config: self.since(V3_9, Honoured, Ignored),
            leader_balance: self.since(V4_0_0, Periodic, AfterImbalance),
            last_known_leader: self.since(V4_1_0, MustBeAcceptable, MayBeUnacceptable),
            last_known_elr: self.since(V4_1, LastKnownElr::OnLeaderLoss, LastKnownElr::OnEmptyIsr),
            leader_hints: self.since(V3_7, LeaderHints::InRefusals, LeaderHints::Absent),
            elr_election: self.since(V4_1_0, CountsApart, CountsAsUnclean),
            controller_features: self.since(V3_7, OfRegistrations, OfConnections),
            effective_min_isr: self.since(V3_7, AtMostReplicas, AsSet),
            check_quorum: self.since(V3_7, CheckQuorumTimer::Runs, CheckQuorumTimer::Absent),
            heartbeat_patience: self.since(V4_1_0, HeartbeatInterval, HalfTheSession),
            retry_backoff: self.since(V3_7, RetryBackoff::Exponential, RetryBackoff::Fixed),
            metadata_topic: self.since(V3_9, Prohibited, Unauthorized),
            describe_columns: self.since(V3_8, Columns::WithElr, Columns::WithoutElr),
            outdated_fetch: self.outdated_fetch(),
            large_batch: self.large_batch(),
            features: self.features(),
        }
    }

    const fn large_batch(self) -> LargeBatch {
        let before_4 = self.since(Self::V3_5, LargeBatch::Refused, LargeBatch::Fault);
        self.since(Self::V4_0_0, LargeBatch::PartitionsCounted, before_4)
    }

    const fn high_watermark(self) -> HighWatermarkRules {
        HighWatermarkRules {
            gate: if self.is_since(Self::V3_7) { MinIsrGate::Strict } else { MinIsrGate::Absent },
            outside_isr: if self.is_since(Self::V3_6) {
                OutsideIsr::CaughtUpAndEligible
            } else {
                OutsideIsr::CaughtUp
            },
        }
    }

    /// What it can work with: 4.0 has dropped all before 3.3-IV3, the older ones begin at 3.0-IV1.
    const fn features(self) -> SupportedFeatures {
        let is_4 = self.is_since(Self::V4_0_0);
        SupportedFeatures {
            metadata_version: VersionRange {
                min: if is_4 { 7 } else { 1 },
                max: self.metadata_version(),
            },
            eligible_leader_replicas: VersionRange { min: 0, max: if is_4 { 1 } else { 0 } },
        }
    }

    /// 3.9 has it with its last patch, 4.0 with its first.
    const fn outdated_fetch(self) -> OutdatedFetch {
        match self {
            Self::V3_9 | Self::V4_0 | Self::V4_1_0 | Self::V4_1 | Self::V4_2 | Self::V4_3 => {
                OutdatedFetch::Dropped
            }
            Self::V3_3
            | Self::V3_4
            | Self::V3_5
            | Self::V3_6
            | Self::V3_7
            | Self::V3_8
            | Self::V4_0_0 => OutdatedFetch::Written,
        }
    }

    const fn since<T: Copy>(self, first: Self, newer: T, older: T) -> T {
        if self.is_since(first) { newer } else { older }
    }

    const fn is_since(self, since: Self) -> bool {
        self as u8 >= since as u8
    }
}
