//! Which rules hold for the features that the metadata log has finalised.
//!
//! Source: Kafka `FeatureControlManager`, `MetadataVersion`.
//! Uses: `metadata`.

use super::partition_change_builder::{
    EligibleLeaderReplicas, IsrShrink, LastKnownElr, LastKnownLeader, LeaderRecovery,
    PartitionChangeRules,
};
use crate::metadata::MetadataImage;

/// The feature that decides which records and rules a cluster has.
pub const METADATA_VERSION: &str = "metadata.version";
/// The feature of KIP-966.
pub const ELIGIBLE_LEADER_REPLICAS_VERSION: &str = "eligible.leader.replicas.version";

/// The level of `metadata.version` that 4.1 finalises in a new cluster, 4.1-IV1.
pub const LATEST_METADATA_VERSION: u16 = 27;
/// 3.2-IV0: an unclean election is remembered (KIP-704).
const LEADER_RECOVERY: u16 = 3;
/// 3.6-IV0: an ISR that shrinks keeps the leader epoch (KAFKA-15021).
const ISR_SHRINK_KEEPS_LEADER_EPOCH: u16 = 12;

/// Whether eligible leader replicas are kept.
#[must_use]
pub fn is_elr_enabled(image: &MetadataImage) -> bool {
    image.feature(ELIGIBLE_LEADER_REPLICAS_VERSION) > 0
}

/// The rules of partition changes.
#[must_use]
pub fn partition_change_rules(image: &MetadataImage) -> PartitionChangeRules {
    let metadata_version = image.feature(METADATA_VERSION);
    PartitionChangeRules {
        isr_shrink: isr_shrink(metadata_version),
        leader_recovery: leader_recovery(metadata_version),
        elr: if is_elr_enabled(image) {
            EligibleLeaderReplicas::On
        } else {
            EligibleLeaderReplicas::Off
        },
        last_known_leader: LastKnownLeader::MustBeAcceptable,
        last_known_elr: LastKnownElr::OnLeaderLoss,
    }
}

/// What a shrinking ISR does to the leader epoch at a level of `metadata.version`.
#[must_use]
pub const fn isr_shrink(metadata_version: u16) -> IsrShrink {
    if metadata_version < ISR_SHRINK_KEEPS_LEADER_EPOCH {
        IsrShrink::BumpsLeaderEpoch
    } else {
        IsrShrink::KeepsLeaderEpoch
    }
}

/// Whether an unclean election is remembered at a level of `metadata.version`.
#[must_use]
pub const fn leader_recovery(metadata_version: u16) -> LeaderRecovery {
    if metadata_version < LEADER_RECOVERY {
        LeaderRecovery::Untracked
    } else {
        LeaderRecovery::Tracked
    }
}
