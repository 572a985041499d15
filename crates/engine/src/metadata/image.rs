//! What anybody knows of the cluster who has replayed the metadata log up to an offset.
//!
//! An image is copied on write: topics and partitions lie behind `Arc`, so a copy costs little, and
//! two images share whatever did not change between them. That also makes the difference of two
//! images cheap to find.
//!
//! Source: Kafka `MetadataImage`, `ClusterImage`, `TopicsImage`, `ConfigurationsImage`.
//! Uses: its folder.

use std::sync::Arc;

use epochscope_vocabulary::config::{ConfigKey, ConfigValue};
use epochscope_vocabulary::metadata_record::{
    ConfigResource, MetadataRecord, PartitionChangeRecord, PartitionRecord, RegistrationState,
};
use epochscope_vocabulary::put_in_order;
use epochscope_vocabulary::{
    BrokerId, ControllerId, DirectoryId, Offset, ProducerId, QuorumEpoch, SortedMap, TopicId,
    TopicPartition,
};

use super::broker_registration::{BrokerRegistration, Shutdown};
use crate::metadata::partition_registration::PartitionRegistration;

/// A topic and its partitions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicImage {
    /// Its id.
    pub id: TopicId,
    /// Its name.
    pub name: Arc<str>,
    /// Its partitions by index.
    pub partitions: Vec<Arc<PartitionRegistration>>,
}

/// The cluster as of an offset of the metadata log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MetadataImage {
    end_offset: Offset,
    quorum_epoch: QuorumEpoch,
    active_controller: Option<ControllerId>,
    brokers: Arc<SortedMap<BrokerId, BrokerRegistration>>,
    topics: Arc<SortedMap<TopicId, Arc<TopicImage>>>,
    topic_ids: Arc<SortedMap<Arc<str>, TopicId>>,
    configs: Arc<SortedMap<ConfigResource, SortedMap<ConfigKey, ConfigValue>>>,
    features: Arc<SortedMap<Arc<str>, u16>>,
    next_producer_id: u64,
}

impl MetadataImage {
    /// The exclusive end of what has been replayed.
    #[must_use]
    pub const fn end_offset(&self) -> Offset {
        self.end_offset
    }

    /// The quorum epoch of the last record replayed.
    #[must_use]
    pub const fn quorum_epoch(&self) -> QuorumEpoch {
        self.quorum_epoch
    }

    /// The controller that wrote the last leader change.
    #[must_use]
    pub const fn active_controller(&self) -> Option<ControllerId> {
        self.active_controller
    }

    /// A registered broker.
    #[must_use]
    pub fn broker(&self, id: BrokerId) -> Option<&BrokerRegistration> {
        self.brokers.get(&id)
    }

    /// The registered brokers in order of their ids.
    pub fn brokers(&self) -> impl Iterator<Item = (BrokerId, &BrokerRegistration)> {
        self.brokers.iter().map(|(id, broker)| (*id, broker))
    }

    /// Whether a broker is registered, unfenced and not shutting down.
    #[must_use]
    pub fn is_active(&self, id: BrokerId) -> bool {
        self.broker(id).is_some_and(BrokerRegistration::is_active)
    }

    /// The log directory of a replica that a broker is given: its only one, if it has told of one.
    #[must_use]
    pub fn default_dir(&self, id: BrokerId) -> DirectoryId {
        match self.broker(id).map(|broker| &broker.log_dirs[..]) {
            Some([only]) => *only,
            Some([]) | None => DirectoryId::Migrating,
            Some(_) => DirectoryId::Unassigned,
        }
    }

    /// The id that a topic of this name has now.
    #[must_use]
    pub fn topic_id(&self, name: &str) -> Option<TopicId> {
        self.topic_ids.get(name).copied()
    }

    /// A topic.
    #[must_use]
    pub fn topic(&self, id: TopicId) -> Option<&TopicImage> {
        self.topics.get(&id).map(|topic| &**topic)
    }

    /// The topic of this name.
    #[must_use]
    pub fn topic_named(&self, name: &str) -> Option<&TopicImage> {
        self.topic(self.topic_id(name)?)
    }

    /// The topics in order of their creation.
    pub fn topics(&self) -> impl Iterator<Item = &TopicImage> {
        self.topics.values().map(|topic| &**topic)
    }

    /// The topics in order of their names.
    pub fn topics_by_name(&self) -> impl Iterator<Item = &TopicImage> {
        self.topic_ids.values().filter_map(|id| self.topic(*id))
    }

    /// A partition.
    #[must_use]
    pub fn partition(&self, partition: TopicPartition) -> Option<&Arc<PartitionRegistration>> {
        let index = usize::try_from(partition.partition).ok()?;
        self.topic(partition.topic)?.partitions.get(index)
    }

    /// What a resource itself has been given for a setting; what it inherits is not looked at.
    #[must_use]
    pub fn config(&self, resource: &ConfigResource, key: ConfigKey) -> Option<&ConfigValue> {
        self.configs.get(resource)?.get(&key)
    }

    /// Whether no dynamic setting has changed since: cheap, and seldom a false alarm.
    #[must_use]
    pub fn has_configs_of(&self, older: &Self) -> bool {
        Arc::ptr_eq(&self.configs, &older.configs)
    }

    /// Whether no topic and no partition has changed since: cheap, and seldom a false alarm.
    #[must_use]
    pub fn has_topics_of(&self, older: &Self) -> bool {
        Arc::ptr_eq(&self.topics, &older.topics)
    }

    /// All that a resource itself has been given.
    pub fn configs(
        &self,
        resource: &ConfigResource,
    ) -> impl Iterator<Item = (ConfigKey, &ConfigValue)> {
        self.configs.get(resource).into_iter().flatten().map(|(key, value)| (*key, value))
    }

    /// A feature's finalised level; 0 if it has none.
    #[must_use]
    pub fn feature(&self, name: &str) -> u16 {
        self.features.get(name).copied().unwrap_or(0)
    }

    /// The first producer id that has not been given out.
    #[must_use]
    pub const fn next_producer_id(&self) -> ProducerId {
        ProducerId(self.next_producer_id)
    }

    /// The partitions that differ between this image and an older one, new and deleted ones too.
    #[must_use]
    pub fn changed_partitions(&self, older: &Self) -> Vec<TopicPartition> {
        let mut changed = Vec::new();
        if Arc::ptr_eq(&self.topics, &older.topics) {
            return changed;
        }
        for (id, topic) in self.topics.iter() {
            match older.topics.get(id) {
                Some(before) if Arc::ptr_eq(before, topic) => {}
                Some(before) => changed.extend(changed_in_topic(topic, before)),
                None => changed.extend(all_of(topic)),
            }
        }
        let deleted = older.topics.iter().filter(|(id, _)| !self.topics.contains_key(id));
        changed.extend(deleted.flat_map(|(_, topic)| all_of(topic)));
        put_in_order(&mut changed, |one, other| one < other);
        changed
    }

    /// Replays one record.
    ///
    /// # Panics
    /// If the offset is not the next one, or the record speaks of what does not exist: only an
    /// active controller writes records, and it checks.
    pub fn replay(&mut self, offset: Offset, epoch: QuorumEpoch, record: &MetadataRecord) {
        assert!(offset == self.end_offset, "record {offset} replayed at {}", self.end_offset);
        self.replay_effect(record);
        self.end_offset = offset.plus(1);
        self.quorum_epoch = epoch;
    }

    fn replay_effect(&mut self, record: &MetadataRecord) {
        match record {
            MetadataRecord::LeaderChange { leader, .. } => self.active_controller = Some(*leader),
            MetadataRecord::FeatureLevelRecord { feature, level } => {
                Arc::make_mut(&mut self.features).insert(feature.clone(), *level);
            }
            MetadataRecord::RegisterBrokerRecord { .. } => self.register(record),
            MetadataRecord::UnregisterBrokerRecord { broker, .. } => {
                Arc::make_mut(&mut self.brokers).remove(broker);
            }
            MetadataRecord::BrokerRegistrationChangeRecord { broker, state, .. } => {
                let known = Arc::make_mut(&mut self.brokers).get_mut(broker);
                let known = known.expect("a change is written for registered brokers only");
                known.change_to(*state);
            }
            MetadataRecord::BrokerLogDirsRecord { broker, log_dirs, .. } => {
                self.set_log_dirs(*broker, log_dirs);
            }
            MetadataRecord::TopicRecord { topic, name } => self.create_topic(*topic, name.clone()),
            MetadataRecord::PartitionRecord(record) => self.create_partition(record),
            MetadataRecord::PartitionChangeRecord(record) => self.change_partition(record),
            MetadataRecord::RemoveTopicRecord { topic } => self.remove_topic(*topic),
            MetadataRecord::ConfigRecord { resource, key, value } => {
                self.set_config(resource, *key, value.clone());
            }
            MetadataRecord::ClearElrRecord { topic } => self.clear_elr(*topic),
            MetadataRecord::ProducerIdsRecord { next_producer_id, .. } => {
                self.next_producer_id = next_producer_id.0;
            }
            MetadataRecord::NoOpRecord => {}
        }
    }

    /// An incarnation that registers again goes on as it was; a new one begins fenced.
    fn register(&mut self, record: &MetadataRecord) {
        let MetadataRecord::RegisterBrokerRecord {
            broker,
            incarnation,
            broker_epoch,
            rack,
            log_dirs,
            features,
        } = record
        else {
            return;
        };
        let same = self.broker(*broker).filter(|known| {
            known.incarnation == *incarnation && known.broker_epoch == *broker_epoch
        });
        let fresh = (RegistrationState::Fenced, Shutdown::NotBegun);
        let (state, shutdown) = same.map_or(fresh, |known| (known.state, known.shutdown));
        let registration = BrokerRegistration {
            broker_epoch: *broker_epoch,
            incarnation: *incarnation,
            rack: rack.clone(),
            state,
            register_offset: self.end_offset,
            shutdown,
            log_dirs: log_dirs.clone(),
            features: *features,
        };
        Arc::make_mut(&mut self.brokers).insert(*broker, registration);
    }

    /// Kafka's defect, kept: the last directory to fail is not taken off, since an empty list says
    /// that nothing has changed.
    fn set_log_dirs(&mut self, broker: BrokerId, log_dirs: &[DirectoryId]) {
        let known = Arc::make_mut(&mut self.brokers).get_mut(&broker);
        if let Some(known) = known.filter(|_| !log_dirs.is_empty()) {
            known.log_dirs = log_dirs.to_vec();
        }
    }

    fn create_topic(&mut self, id: TopicId, name: Arc<str>) {
        Arc::make_mut(&mut self.topic_ids).insert(name.clone(), id);
        let topic = TopicImage { id, name, partitions: Vec::new() };
        Arc::make_mut(&mut self.topics).insert(id, Arc::new(topic));
    }

    fn create_partition(&mut self, record: &PartitionRecord) {
        let partitions = &mut self.topic_mut(record.partition.topic).partitions;
        assert!(
            usize::try_from(record.partition.partition) == Ok(partitions.len()),
            "partitions are created in order"
        );
        partitions.push(Arc::new(PartitionRegistration::new(record)));
    }

    fn change_partition(&mut self, record: &PartitionChangeRecord) {
        let topic = self.topic_mut(record.partition.topic);
        let index = usize::try_from(record.partition.partition).ok();
        let partition = index
            .and_then(|index| topic.partitions.get_mut(index))
            .expect("a change is written for existing partitions only");
        *partition = Arc::new(partition.merge(record));
    }

    fn remove_topic(&mut self, id: TopicId) {
        if let Some(topic) = Arc::make_mut(&mut self.topics).remove(&id) {
            Arc::make_mut(&mut self.topic_ids).remove(&topic.name);
            let resource = ConfigResource::Topic(topic.name.clone());
            if self.configs.contains_key(&resource) {
                Arc::make_mut(&mut self.configs).remove(&resource);
            }
        }
    }

    fn set_config(
        &mut self,
        resource: &ConfigResource,
        key: ConfigKey,
        value: Option<ConfigValue>,
    ) {
        let configs = Arc::make_mut(&mut self.configs);
        let of_resource = configs.entry(resource.clone()).or_default();
        match value {
            Some(value) => drop(of_resource.insert(key, value)),
            None => drop(of_resource.remove(&key)),
        }
        if of_resource.is_empty() {
            configs.remove(resource);
        }
    }

    /// Empties the ELR, as a change of every partition that has one.
    fn clear_elr(&mut self, only: Option<TopicId>) {
        let has_elr = |partition: &PartitionRegistration| {
            !partition.elr.is_empty() || !partition.last_known_elr.is_empty()
        };
        let topics = self.topics().filter(|topic| only.is_none_or(|id| id == topic.id));
        let affected: Vec<TopicPartition> = topics
            .flat_map(|topic| all_of(topic).zip(&topic.partitions))
            .filter(|(_, partition)| has_elr(partition))
            .map(|(id, _)| id)
            .collect();
        for partition in affected {
            self.change_partition(&PartitionChangeRecord {
                elr: Some(Vec::new()),
                last_known_elr: Some(Vec::new()),
                ..PartitionChangeRecord::unchanged(partition)
            });
        }
    }

    fn topic_mut(&mut self, id: TopicId) -> &mut TopicImage {
        let topic = Arc::make_mut(&mut self.topics).get_mut(&id);
        Arc::make_mut(topic.expect("partitions are written for existing topics only"))
    }
}

fn all_of(topic: &TopicImage) -> impl Iterator<Item = TopicPartition> + use<> {
    let id = topic.id;
    let count = u32::try_from(topic.partitions.len()).unwrap_or(u32::MAX);
    (0..count).map(move |partition| TopicPartition { topic: id, partition })
}

fn changed_in_topic<'a>(
    topic: &'a TopicImage,
    before: &'a TopicImage,
) -> impl Iterator<Item = TopicPartition> + 'a {
    let pairs = all_of(topic).zip(&topic.partitions).enumerate();
    pairs.filter_map(|(index, (id, now))| {
        // A node that has read the log anew has images of its own; every change raises an epoch.
        let is_same = |then: &Arc<_>| Arc::ptr_eq(then, now) || then == now;
        let same = before.partitions.get(index).is_some_and(is_same);
        (!same).then_some(id)
    })
}
