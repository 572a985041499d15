//! The changes of many partitions that follow from one change of a broker.
//!
//! Whatever happens to a broker, the partitions whose ISR holds it, or that wait for a leader, are
//! each given to a [`PartitionChangeBuilder`]; the order between partitions has no influence.
//!
//! Source: Kafka `ReplicationControlManager.generateLeaderAndIsrUpdates` and its callers.
//! Uses: `metadata`, its folder.

use epochscope_vocabulary::metadata_record::{
    MetadataRecord, PartitionChangeRecord, RegistrationState,
};
use epochscope_vocabulary::{BrokerId, TopicPartition};

use super::controller_result::OperationError;
use super::feature_control::{has_directories, is_elr_enabled, partition_change_rules};
use super::partition_change_builder::{Election, PartitionChangeBuilder};
use super::replay::ControllerState;
use crate::metadata::partition_registration::PartitionRegistration;

/// What happens to a broker: while the records are made, the controller's state has it as before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BrokerChange {
    /// It is fenced or shuts down: it leaves ISRs and may not lead.
    Leaves(BrokerId),
    /// It crashed and may have lost what it had: it leaves ELRs as well.
    CrashedUncleanly(BrokerId),
    /// It is unfenced: it may lead already.
    Arrives(BrokerId),
}

impl ControllerState {
    /// The records that fence a broker.
    pub(crate) fn fence_broker(
        &self,
        broker: BrokerId,
    ) -> Result<Vec<MetadataRecord>, OperationError> {
        let change = BrokerChange::Leaves(broker);
        let mut records = self.partition_changes(change, self.brokers_to_isrs.of(broker))?;
        records.extend(self.registration_change(broker, RegistrationState::Fenced));
        Ok(records)
    }

    /// The records that unfence a broker: whatever has no leader is looked at again.
    pub(crate) fn unfence_broker(
        &self,
        broker: BrokerId,
    ) -> Result<Vec<MetadataRecord>, OperationError> {
        let change = BrokerChange::Arrives(broker);
        let unfence = self.registration_change(broker, RegistrationState::Unfenced);
        let mut records: Vec<_> = unfence.into_iter().collect();
        records.extend(self.partition_changes(change, self.leaderless.iter().copied())?);
        Ok(records)
    }

    /// The records that relieve a broker of its leaderships before it stops.
    pub(crate) fn begin_controlled_shutdown(
        &self,
        broker: BrokerId,
    ) -> Result<Vec<MetadataRecord>, OperationError> {
        let state = RegistrationState::ControlledShutdown;
        let known = self.image.broker(broker);
        let marked = known.is_some_and(|known| known.state == state);
        let mark = if marked { None } else { self.registration_change(broker, state) };
        let mut records: Vec<_> = mark.into_iter().collect();
        let change = BrokerChange::Leaves(broker);
        records.extend(self.partition_changes(change, self.brokers_to_isrs.of(broker))?);
        Ok(records)
    }

    /// The records that clean up after a broker's former incarnation. Without ELR a crash is as
    /// good as a fencing, since the last member of an ISR stays in it.
    pub(crate) fn clean_up_after(
        &self,
        change: BrokerChange,
    ) -> Result<Vec<MetadataRecord>, OperationError> {
        match change {
            BrokerChange::CrashedUncleanly(broker) if is_elr_enabled(&self.image) => {
                let mut records =
                    self.partition_changes(change, self.brokers_to_isrs.of(broker))?;
                records.extend(self.partition_changes(change, self.brokers_to_elrs.of(broker))?);
                Ok(records)
            }
            BrokerChange::CrashedUncleanly(broker)
            | BrokerChange::Leaves(broker)
            | BrokerChange::Arrives(broker) => self
                .partition_changes(BrokerChange::Leaves(broker), self.brokers_to_isrs.of(broker)),
        }
    }

    /// The changes of these partitions.
    ///
    /// # Errors
    /// Kafka's defect, kept: an index of ELRs may name a topic that is deleted.
    pub(crate) fn partition_changes(
        &self,
        change: BrokerChange,
        partitions: impl Iterator<Item = TopicPartition>,
    ) -> Result<Vec<MetadataRecord>, OperationError> {
        let mut records = Vec::new();
        for id in partitions {
            let Some(partition) = self.image.partition(id) else {
                return Err(OperationError::Fault(
                    "Topic ID existed in isrMembers, but not in the topics map.",
                ));
            };
            records.extend(self.partition_change(change, id, partition).map(record));
        }
        Ok(records)
    }

    fn partition_change(
        &self,
        change: BrokerChange,
        id: TopicPartition,
        partition: &PartitionRegistration,
    ) -> Option<PartitionChangeRecord> {
        let (leaving, arriving) = match change {
            BrokerChange::Leaves(broker) | BrokerChange::CrashedUncleanly(broker) => {
                (Some(broker), None)
            }
            BrokerChange::Arrives(broker) => (None, Some(broker)),
        };
        let may_lead = |broker| {
            leaving != Some(broker)
                && (arriving == Some(broker) || self.image.is_active(broker))
                && self.has_online_replica(partition, broker)
        };
        let mut builder = self.change_builder(id, partition, &may_lead);
        builder.election = self.automatic_election(id);
        builder.target_isr.retain(|member| leaving != Some(*member));
        if let BrokerChange::CrashedUncleanly(broker) = change {
            builder.unclean_shutdown_replicas = vec![broker];
        }
        builder.build()
    }

    /// A builder under the rules that hold now.
    pub(crate) fn change_builder<'a>(
        &'a self,
        id: TopicPartition,
        partition: &'a PartitionRegistration,
        may_lead: &'a dyn Fn(BrokerId) -> bool,
    ) -> PartitionChangeBuilder<'a> {
        let min_isr = self.image.effective_min_insync_replicas(id.topic, &self.settings);
        let rules = partition_change_rules(&self.image, &self.rules);
        let mut builder = PartitionChangeBuilder::new(id, partition, may_lead, rules, min_isr);
        builder.default_dirs = has_directories(&self.image).then_some(&self.image);
        builder
    }

    /// Whether a broker may lead: it is active, and the log directory of its replica works.
    pub(crate) fn may_lead(&self, partition: &PartitionRegistration, broker: BrokerId) -> bool {
        self.image.is_active(broker) && self.has_online_replica(partition, broker)
    }

    fn has_online_replica(&self, partition: &PartitionRegistration, broker: BrokerId) -> bool {
        let directory = partition.directory(broker);
        directory
            .zip(self.image.broker(broker))
            .is_some_and(|(directory, registered)| registered.has_online_dir(directory))
    }

    /// The kind of an election that nobody has asked for.
    pub(crate) fn automatic_election(&self, id: TopicPartition) -> Election {
        if self.may_elect_uncleanly(id.topic) { Election::Unclean } else { Election::Online }
    }

    fn registration_change(
        &self,
        broker: BrokerId,
        state: RegistrationState,
    ) -> Option<MetadataRecord> {
        let broker_epoch = self.image.broker(broker)?.broker_epoch;
        Some(MetadataRecord::BrokerRegistrationChangeRecord { broker, broker_epoch, state })
    }
}

/// A change as a record of the log.
pub(crate) fn record(change: PartitionChangeRecord) -> MetadataRecord {
    MetadataRecord::PartitionChangeRecord(Box::new(change))
}
