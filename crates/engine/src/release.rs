//! Kafka releases and the rules that hold in each: the only place where version numbers stand.
//!
//! A release is a set of named differences. Each difference is an enum beside the rule that it
//! varies; [`Rules`] gathers one value of each, so that no handler ever compares versions.
//!
//! Source: Kafka `MetadataVersion`, and the KIPs named at each variant.
//! Uses: `broker/partition`, `quorum`.

use crate::broker::partition::high_watermark::{HighWatermarkRules, MinIsrGate, OutsideIsr};
use crate::broker::partition::isr::IsrEligibility;
use crate::quorum::quorum_state::ElectionProtocol;

/// A release that can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Release {
    /// 4.1, KRaft.
    V4_1,
}

/// What a cluster has finalised for `eligible.leader.replicas.version`: no rule of a release, but
/// of each node's metadata image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EligibleLeaderReplicas {
    /// `eligible.leader.replicas.version=0`: a partition whose ISR dies waits for its last member.
    Off,
    /// `eligible.leader.replicas.version=1` (KIP-966): replicas that left below min ISR may lead.
    On,
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
}

impl Release {
    /// Every modelled release with its names, the newest first.
    pub const ALL: &'static [(Self, &'static [&'static str])] = &[(Self::V4_1, &["4.1", "4.1.1"])];

    /// The release of this name, if it is modelled.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, names)| names.contains(&name)).map(|(release, _)| *release)
    }

    /// The level of `eligible.leader.replicas.version` that a newly formatted cluster finalises.
    #[must_use]
    pub const fn eligible_leader_replicas_version(self) -> u16 {
        match self {
            Self::V4_1 => 1,
        }
    }

    /// The rules of its processes.
    #[must_use]
    pub const fn rules(self) -> Rules {
        match self {
            Self::V4_1 => Rules {
                high_watermark: HighWatermarkRules {
                    gate: MinIsrGate::Strict,
                    outside_isr: OutsideIsr::CaughtUpAndEligible,
                },
                isr_eligibility: IsrEligibility::UnfencedWithBrokerEpoch,
                quorum_election: ElectionProtocol::PreVote,
            },
        }
    }
}
