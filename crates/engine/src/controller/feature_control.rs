//! Which rules hold for the features that the metadata log has finalised.
//!
//! Source: Kafka `FeatureControlManager`, `MetadataVersion`.
//! Simplified: whether all processes know a metadata version is not looked at.
//! Uses: `metadata`, `release`.

use epochscope_vocabulary::ErrorCode;
use epochscope_vocabulary::config::{ConfigKey, ConfigValue};
use epochscope_vocabulary::metadata_record::{ConfigResource, MetadataRecord};
use epochscope_vocabulary::rpc::UpgradeType;

use super::controller_result::{ControllerResult, OperationError, refused};
use super::partition_change_builder::{
    EligibleLeaderReplicas, IsrShrink, LeaderRecovery, PartitionChangeRules,
};
use super::replay::ControllerState;
use crate::metadata::MetadataImage;
use crate::release::Rules;

/// The feature that decides which records and rules a cluster has.
pub const METADATA_VERSION: &str = "metadata.version";
/// The feature of KIP-966.
pub const ELIGIBLE_LEADER_REPLICAS_VERSION: &str = "eligible.leader.replicas.version";

/// 4.0-IV1: eligible leader replicas may be kept (KIP-966).
const ELR_SUPPORTED: u16 = 23;
/// 3.2-IV0: an unclean election is remembered (KIP-704).
const LEADER_RECOVERY: u16 = 3;
/// 3.7-IV2: replicas have log directories (KIP-858).
const DIRECTORY_ASSIGNMENT: u16 = 17;
/// 3.6-IV0: an ISR that shrinks keeps the leader epoch (KAFKA-15021).
const ISR_SHRINK_KEEPS_LEADER_EPOCH: u16 = 12;

/// Whether eligible leader replicas are kept.
#[must_use]
pub fn is_elr_enabled(image: &MetadataImage) -> bool {
    image.feature(ELIGIBLE_LEADER_REPLICAS_VERSION) > 0
}

/// The rule of KIP-966 that holds by this image.
#[must_use]
pub fn eligible_leader_replicas(image: &MetadataImage) -> EligibleLeaderReplicas {
    if is_elr_enabled(image) { EligibleLeaderReplicas::On } else { EligibleLeaderReplicas::Off }
}

/// Whether the metadata log knows of log directories.
#[must_use]
pub fn has_directories(image: &MetadataImage) -> bool {
    image.feature(METADATA_VERSION) >= DIRECTORY_ASSIGNMENT
}

/// The rules of partition changes.
#[must_use]
pub fn partition_change_rules(image: &MetadataImage, release: &Rules) -> PartitionChangeRules {
    let metadata_version = image.feature(METADATA_VERSION);
    PartitionChangeRules {
        isr_shrink: isr_shrink(metadata_version),
        leader_recovery: leader_recovery(metadata_version),
        elr: eligible_leader_replicas(image),
        last_known_leader: release.last_known_leader,
        last_known_elr: release.last_known_elr,
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

/// The highest level of the feature of KIP-966.
const LATEST_ELIGIBLE_LEADER_REPLICAS_VERSION: u16 = 1;

impl ControllerState {
    /// Somebody raises `metadata.version` once all processes are of the new release.
    ///
    /// # Errors
    /// INVALID_UPDATE_VERSION for a lower one: what is written with a version stays.
    pub fn update_metadata_version(
        &self,
        level: u16,
    ) -> Result<ControllerResult<()>, OperationError> {
        let now = self.image.feature(METADATA_VERSION);
        if level < now {
            let what = "Can't downgrade the version of this feature without setting the upgrade \
                        type to either safe or unsafe downgrade.";
            return refused(ErrorCode::InvalidUpdateVersion, what.to_owned());
        }
        let feature = METADATA_VERSION.into();
        let record = MetadataRecord::FeatureLevelRecord { feature, level };
        let records = if level == now { Vec::new() } else { vec![record] };
        Ok(ControllerResult { records, reply: () })
    }

    /// Somebody changes the level of `eligible.leader.replicas.version`. Where it is switched on,
    /// `min.insync.replicas` becomes a setting of the cluster alone: a broker's own is removed.
    ///
    /// # Errors
    /// INVALID_UPDATE_VERSION.
    pub fn update_elr_feature(
        &self,
        level: u16,
        upgrade: UpgradeType,
    ) -> Result<ControllerResult<()>, OperationError> {
        let now = self.image.feature(ELIGIBLE_LEADER_REPLICAS_VERSION);
        let wrong = match upgrade {
            _ if level > LATEST_ELIGIBLE_LEADER_REPLICAS_VERSION => "No such version is supported.",
            _ if level > 0 && self.image.feature(METADATA_VERSION) < ELR_SUPPORTED => {
                "This metadata version does not support it."
            }
            UpgradeType::Upgrade if level < now => {
                "Can't downgrade without setting the upgrade type to either safe or unsafe \
                 downgrade."
            }
            UpgradeType::SafeDowngrade if level > now => "Can't upgrade by a downgrade.",
            UpgradeType::Upgrade | UpgradeType::SafeDowngrade => "",
        };
        if !wrong.is_empty() {
            return refused(ErrorCode::InvalidUpdateVersion, wrong.to_owned());
        }
        let feature = ELIGIBLE_LEADER_REPLICAS_VERSION.into();
        let mut records = vec![MetadataRecord::FeatureLevelRecord { feature, level }];
        if level > 0 {
            records.extend(self.elr_safety_records());
        }
        Ok(ControllerResult { records, reply: () })
    }

    fn elr_safety_records(&self) -> Vec<MetadataRecord> {
        let key = ConfigKey::MinInsyncReplicas;
        let given = |resource: &ConfigResource| self.image.config(resource, key).is_some();
        let mut records = Vec::new();
        if !given(&ConfigResource::Cluster) {
            let value = Some(ConfigValue::Number(self.settings.number(key)));
            let resource = ConfigResource::Cluster;
            records.push(MetadataRecord::ConfigRecord { resource, key, value });
        }
        let brokers = self.image.brokers().map(|(broker, _)| ConfigResource::Broker(broker));
        let removed = brokers.filter(given);
        records.extend(removed.map(|resource| MetadataRecord::ConfigRecord {
            resource,
            key,
            value: None,
        }));
        records
    }
}
