//! Which rule a record is due to: that of the operation, or a rule of elections that it set off.
//!
//! Uses: `metadata`.

use epochscope_vocabulary::metadata_record::{
    LeaderRecoveryState, MetadataRecord, PartitionChangeRecord,
};
use epochscope_vocabulary::rule::RuleId;

use crate::metadata::MetadataImage;
use crate::metadata::partition_registration::PartitionRegistration;

/// The rule behind a record that an operation has decided on; `image` does not have it yet.
pub(super) fn rule_of(image: &MetadataImage, record: &MetadataRecord, operation: RuleId) -> RuleId {
    match record {
        MetadataRecord::PartitionChangeRecord(change) => rule_of_change(
            change,
            image.partition(change.partition).map(|known| &**known),
            operation,
        ),
        MetadataRecord::ClearElrRecord { .. } => RuleId::Elr,
        MetadataRecord::LeaderChange { .. }
        | MetadataRecord::FeatureLevelRecord { .. }
        | MetadataRecord::RegisterBrokerRecord { .. }
        | MetadataRecord::UnregisterBrokerRecord { .. }
        | MetadataRecord::BrokerRegistrationChangeRecord { .. }
        | MetadataRecord::BrokerLogDirsRecord { .. }
        | MetadataRecord::TopicRecord { .. }
        | MetadataRecord::PartitionRecord(_)
        | MetadataRecord::RemoveTopicRecord { .. }
        | MetadataRecord::ConfigRecord { .. }
        | MetadataRecord::ProducerIdsRecord { .. }
        | MetadataRecord::NoOpRecord => operation,
    }
}

fn rule_of_change(
    change: &PartitionChangeRecord,
    before: Option<&PartitionRegistration>,
    operation: RuleId,
) -> RuleId {
    let elected = change.leader.flatten();
    let unclean = change.leader_recovery_state == Some(LeaderRecoveryState::Recovering);
    let last_known = before.is_some_and(|before| {
        before.isr.is_empty()
            && before.elr.is_empty()
            && before.last_known_elr == elected.as_slice()
    });
    match (elected, operation) {
        (Some(_), _) if unclean && last_known => RuleId::LastKnownLeader,
        (Some(_), _) if unclean => RuleId::UncleanElection,
        (Some(_), RuleId::PreferredElection) => RuleId::PreferredElection,
        (Some(_), _) => RuleId::LeaderElection,
        (None, _) if change.elr.as_ref().is_some_and(|elr| !elr.is_empty()) => RuleId::Elr,
        (None, RuleId::Registration) => RuleId::UncleanShutdown,
        (None, _) => operation,
    }
}
