//! Which rules hold for the features that the metadata log has finalised.
//!
//! A process tells when it registers which levels it knows. A broker that does not know what is
//! finalised may not register, and nothing is finalised that a registered process does not know.
//!
//! Source: Kafka `FeatureControlManager`, `QuorumFeatures`, `MetadataVersion`; KIP-584.
//! Simplified: what other controllers know is seen at once, without their registrations in the log.
//! Uses: `metadata`, `release`.

use std::cmp::Ordering;

use epochscope_vocabulary::config::{ConfigKey, ConfigValue};
use epochscope_vocabulary::metadata_record::{
    ConfigResource, MetadataRecord, SupportedFeatures, VersionRange,
};
use epochscope_vocabulary::rpc::UpgradeType;
use epochscope_vocabulary::{ControllerId, ErrorCode};

use super::controller_result::{ControllerResult, OperationError, refused};
use super::partition_change_builder::{
    EligibleLeaderReplicas, IsrShrink, LeaderRecovery, PartitionChangeRules,
};
use super::replay::ControllerState;
use crate::metadata::MetadataImage;
use crate::release::{ControllerFeatures, DIRECTORY_ASSIGNMENT, Rules};

/// The feature that decides which records and rules a cluster has.
pub const METADATA_VERSION: &str = "metadata.version";
/// The feature of KIP-966.
pub const ELIGIBLE_LEADER_REPLICAS_VERSION: &str = "eligible.leader.replicas.version";

/// 4.0-IV1: eligible leader replicas may be kept (KIP-966).
pub const ELR_SUPPORTED: u16 = 23;
/// 3.2-IV0: an unclean election is remembered (KIP-704).
const LEADER_RECOVERY: u16 = 3;
/// 3.7-IV0: controllers register (KIP-919).
const CONTROLLER_REGISTRATION: u16 = 15;
/// 3.3-IV0: features stand in the log.
const MINIMUM_BOOTSTRAP_VERSION: u16 = 4;
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

/// The levels that brought other records than those before (`didMetadataChange`).
const METADATA_CHANGED: &[u16] = &[5, 6, 7, 8, 11, 13, 14, 15, 17, 23];

/// A controller, and the features that it knows.
pub type KnownController = (ControllerId, SupportedFeatures);

impl ControllerState {
    /// A broker that registers has to know all that is finalised.
    ///
    /// # Errors
    /// UNSUPPORTED_VERSION.
    pub(super) fn check_features(&self, broker: &SupportedFeatures) -> Result<(), OperationError> {
        for feature in [METADATA_VERSION, ELIGIBLE_LEADER_REPLICAS_VERSION] {
            let (finalised, range) = (self.image.feature(feature), range(broker, feature));
            if !range.contains(finalised) {
                let VersionRange { min, max } = range;
                let what = format!(
                    "Unable to register because the broker does not support finalized version \
                     {finalised} of {feature}. The broker wants a version between {min} and \
                     {max}, inclusive."
                );
                return refused(ErrorCode::UnsupportedVersion, what);
            }
        }
        Ok(())
    }

    /// Whether this controller knows all that is finalised: else it cannot read its own log.
    #[must_use]
    pub fn knows_all_of(image: &MetadataImage, rules: &Rules) -> bool {
        let known = |feature| range(&rules.features, feature).contains(image.feature(feature));
        image.feature(METADATA_VERSION) == 0
            || known(METADATA_VERSION) && known(ELIGIBLE_LEADER_REPLICAS_VERSION)
    }

    /// Somebody changes the level of a feature; `controllers` are all of the quorum, this one
    /// first.
    ///
    /// # Errors
    /// INVALID_UPDATE_VERSION.
    pub fn update_feature(
        &self,
        feature: &str,
        (level, upgrade): (u16, UpgradeType),
        controllers: &[KnownController],
    ) -> Result<ControllerResult<()>, OperationError> {
        let wrong = self.reason_not_supported(feature, level, controllers);
        let wrong = wrong.or_else(|| self.wrong_direction(feature, level, upgrade));
        let wrong = wrong.or_else(|| self.wrong_level(feature, level));
        if let Some(why) = wrong {
            let what = format!("Invalid update version {level} for feature {feature}. {why}");
            return refused(ErrorCode::InvalidUpdateVersion, what);
        }
        let is_elr = feature == ELIGIBLE_LEADER_REPLICAS_VERSION;
        let feature = feature.into();
        let mut records = vec![MetadataRecord::FeatureLevelRecord { feature, level }];
        if is_elr && level > 0 {
            records.extend(self.elr_safety_records());
        }
        Ok(ControllerResult { records, reply: () })
    }

    /// All registered brokers have to know a level, fenced ones too, and all controllers.
    fn reason_not_supported(
        &self,
        feature: &str,
        level: u16,
        controllers: &[KnownController],
    ) -> Option<String> {
        let unknown = |who: String, known: &SupportedFeatures| match range(known, feature) {
            known if known.contains(level) => None,
            VersionRange { max: 0, .. } => Some(format!("{who} does not support this feature.")),
            VersionRange { min, max } => Some(format!("{who} only supports versions {min}-{max}")),
        };
        let (own, others) = controllers.split_first()?;
        let are_registered = match self.rules.controller_features {
            ControllerFeatures::OfConnections => true,
            ControllerFeatures::OfRegistrations => {
                self.image.feature(METADATA_VERSION) >= CONTROLLER_REGISTRATION
            }
        };
        let others = if are_registered { others } else { &[] };
        let mut brokers = self.image.brokers();
        unknown(format!("Local controller {}", own.0), &own.1)
            .or_else(|| {
                brokers.find_map(|(id, one)| unknown(format!("Broker {id}"), &one.features))
            })
            .or_else(|| {
                others.iter().find_map(|(id, one)| unknown(format!("Controller {id}"), one))
            })
    }

    fn wrong_direction(&self, feature: &str, level: u16, upgrade: UpgradeType) -> Option<String> {
        let why = match (upgrade, level.cmp(&self.image.feature(feature))) {
            (UpgradeType::Upgrade, Ordering::Less) => {
                "Can't downgrade the version of this feature without setting the upgrade type to \
                 either safe or unsafe downgrade."
            }
            (UpgradeType::SafeDowngrade, Ordering::Greater) => {
                "Can't downgrade to a newer version."
            }
            (UpgradeType::Upgrade | UpgradeType::SafeDowngrade, _) => return None,
        };
        Some(why.to_owned())
    }

    /// What one feature asks of another, and of the first release that had features.
    fn wrong_level(&self, feature: &str, level: u16) -> Option<String> {
        let metadata_version = self.image.feature(METADATA_VERSION);
        if feature == METADATA_VERSION {
            let is_early = level < MINIMUM_BOOTSTRAP_VERSION;
            let mut passed = METADATA_CHANGED.iter().filter(|one| level < **one);
            let loses = passed.any(|one| *one <= metadata_version);
            let early = "Unable to set a metadata.version less than 3.3-IV0";
            let lost = "Refusing to perform the requested downgrade because it might delete \
                        metadata information.";
            return is_early.then_some(early).or(loses.then_some(lost)).map(str::to_owned);
        }
        let needs_more = level > 0 && metadata_version < ELR_SUPPORTED;
        needs_more.then(|| {
            format!(
                "{feature} could not be set to {level} because it depends on metadata.version=23 \
                 (4.0-IV1)"
            )
        })
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

/// The levels of a feature that a process knows; of one it has never heard of, none but 0.
fn range(known: &SupportedFeatures, feature: &str) -> VersionRange {
    match feature {
        METADATA_VERSION => known.metadata_version,
        ELIGIBLE_LEADER_REPLICAS_VERSION => known.eligible_leader_replicas,
        _ => VersionRange { min: 0, max: 0 },
    }
}

#[cfg(test)]
mod tests;
