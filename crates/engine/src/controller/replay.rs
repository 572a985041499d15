//! The active controller's state, and the only place where records change it.
//!
//! It is the metadata image with all records decided so far, committed or not, the ways from a
//! broker to its partitions, and the memory of who was heard from.
//!
//! Source: Kafka `ReplicationControlManager`, `ClusterControlManager` (their `replay` methods).
//! Uses: `metadata`, `release`.

use std::sync::Arc;

use epochscope_vocabulary::config::{ConfigKey, Settings};
use epochscope_vocabulary::metadata_record::MetadataRecord;
use epochscope_vocabulary::{
    BrokerEpoch, BrokerId, Offset, QuorumEpoch, SimTime, SortedMap, SortedSet, TopicId,
    TopicPartition,
};

use super::broker_heartbeat_manager::{BrokerHeartbeatManager, BrokerHeartbeatTracker};
use super::brokers_to_partitions::BrokersToPartitions;
use super::striped_replica_placer::Fencing;
use crate::metadata::partition_registration::PartitionRegistration;
use crate::metadata::{BrokerRegistration, MetadataImage};
use crate::release::{Rules, UncleanElectionConfig};

/// All that the active controller decides from.
#[derive(Clone, Debug)]
pub struct ControllerState {
    pub(crate) image: MetadataImage,
    pub(crate) settings: Settings,
    pub(crate) rules: Rules,
    pub(crate) brokers_to_isrs: BrokersToPartitions,
    /// Kafka's defect, kept: ELRs emptied by a ClearElrRecord stay in this index.
    pub(crate) brokers_to_elrs: BrokersToPartitions,
    pub(crate) leaderships: BrokersToPartitions,
    pub(crate) leaderless: Arc<SortedSet<TopicPartition>>,
    pub(crate) imbalanced: Arc<SortedSet<TopicPartition>>,
    pub(crate) heartbeats: BrokerHeartbeatManager,
    pub(crate) sessions: BrokerHeartbeatTracker,
    /// When each session of `sessions` was last refreshed, to be told of when it is over.
    pub(crate) last_contacts: SortedMap<(BrokerId, BrokerEpoch), SimTime>,
}

impl ControllerState {
    /// A controller that has replayed nothing.
    #[must_use]
    pub fn new(settings: Settings, rules: Rules) -> Self {
        let session_timeout = settings.span(ConfigKey::BrokerSessionTimeoutMs);
        Self {
            image: MetadataImage::default(),
            settings,
            rules,
            brokers_to_isrs: BrokersToPartitions::default(),
            brokers_to_elrs: BrokersToPartitions::default(),
            leaderships: BrokersToPartitions::default(),
            leaderless: Arc::default(),
            imbalanced: Arc::default(),
            heartbeats: BrokerHeartbeatManager::new(),
            sessions: BrokerHeartbeatTracker::new(session_timeout),
            last_contacts: SortedMap::new(),
        }
    }

    /// The cluster with all that is decided, committed or not.
    #[must_use]
    pub const fn image(&self) -> &MetadataImage {
        &self.image
    }

    /// Whether a partition of this topic may get a leader from outside of its ISR unasked.
    pub(crate) fn may_elect_uncleanly(&self, topic: TopicId) -> bool {
        match self.rules.unclean_config {
            UncleanElectionConfig::Ignored => false,
            UncleanElectionConfig::Honoured => {
                self.image.allows_unclean_election(topic, &self.settings)
            }
        }
    }

    /// The offset that the next record gets.
    #[must_use]
    pub const fn next_write_offset(&self) -> Offset {
        self.image.end_offset()
    }

    /// Set while a broker is being relieved of its leaderships: how far the others must have read.
    #[must_use]
    pub fn controlled_shutdown_offset(&self, broker: BrokerId) -> Option<Offset> {
        self.heartbeats.broker(broker)?.controlled_shutdown_offset
    }

    /// What becoming active does: every unfenced broker counts as just heard from.
    pub fn activate(&mut self, now: SimTime) {
        let brokers = self.image.brokers().filter(|(_, broker)| !broker.is_fenced());
        let unfenced: Vec<_> = brokers.map(|(id, broker)| (id, broker.broker_epoch)).collect();
        for (broker, epoch) in unfenced {
            self.track_heartbeat(broker, epoch, now);
        }
    }

    /// Replays the next record.
    pub fn replay(&mut self, epoch: QuorumEpoch, record: &MetadataRecord) {
        if let MetadataRecord::RemoveTopicRecord { topic } = record {
            self.forget_topic(*topic);
        }
        let changed = changed_partition(record);
        let before = changed.and_then(|partition| self.image.partition(partition).cloned());
        self.image.replay(self.image.end_offset(), epoch, record);
        if let Some(partition) = changed {
            self.index(partition, before.as_deref());
        }
        self.replay_broker(record);
    }

    fn replay_broker(&mut self, record: &MetadataRecord) {
        if let MetadataRecord::RegisterBrokerRecord { broker, .. }
        | MetadataRecord::UnregisterBrokerRecord { broker, .. } = record
        {
            self.heartbeats.remove(*broker);
        }
        if let MetadataRecord::RegisterBrokerRecord { broker, .. }
        | MetadataRecord::BrokerRegistrationChangeRecord { broker, .. } = record
        {
            self.heartbeats.register(*broker, self.fencing_of(*broker));
        }
    }

    fn fencing_of(&self, broker: BrokerId) -> Fencing {
        if self.image.broker(broker).is_none_or(BrokerRegistration::is_fenced) {
            Fencing::Fenced
        } else {
            Fencing::Unfenced
        }
    }

    fn index(&mut self, id: TopicPartition, before: Option<&PartitionRegistration>) {
        let Some(after) = self.image.partition(id) else { return };
        let list = |leader: Option<BrokerId>| leader.into_iter().collect::<Vec<_>>();
        let isr_before = before.map_or(&[][..], |before| &before.isr);
        let elr_before = before.map_or(&[][..], |before| &before.elr);
        let leader_before = list(before.and_then(|before| before.leader));
        self.brokers_to_isrs.update(id, isr_before, &after.isr);
        self.brokers_to_elrs.update(id, elr_before, &after.elr);
        self.leaderships.update(id, &leader_before, &list(after.leader));
        note(&mut self.leaderless, id, after.leader.is_none());
        note(&mut self.imbalanced, id, !after.has_preferred_leader());
    }

    fn forget_topic(&mut self, topic: TopicId) {
        let Some(topic) = self.image.topic(topic) else { return };
        for (index, partition) in (0..).zip(&topic.partitions) {
            let id = TopicPartition { topic: topic.id, partition: index };
            for member in &partition.isr {
                self.brokers_to_isrs.remove_topic(*member, topic.id);
            }
            for member in &partition.elr {
                self.brokers_to_elrs.remove_topic(*member, topic.id);
            }
            if let Some(leader) = partition.leader {
                self.leaderships.remove_topic(leader, topic.id);
            }
            note(&mut self.leaderless, id, false);
            note(&mut self.imbalanced, id, false);
        }
    }
}

fn changed_partition(record: &MetadataRecord) -> Option<TopicPartition> {
    if let MetadataRecord::PartitionRecord(record) = record {
        Some(record.partition)
    } else if let MetadataRecord::PartitionChangeRecord(record) = record {
        Some(record.partition)
    } else {
        None
    }
}

/// Puts a partition into a set or takes it out, copying the set only if that changes it.
fn note(set: &mut Arc<SortedSet<TopicPartition>>, partition: TopicPartition, belongs: bool) {
    if belongs && !set.contains(&partition) {
        Arc::make_mut(set).insert(partition);
    } else if !belongs && set.contains(&partition) {
        Arc::make_mut(set).remove(&partition);
    }
}
