//! Topics: their creation, with replicas placed by hand or by Kafka's placer, and their deletion.
//!
//! Source: Kafka `ReplicationControlManager` (`createTopics`, `deleteTopics`), `Topic`.
//! Uses: `java_random`, `release`.

use std::sync::Arc;

use epochscope_vocabulary::command::TopicSpec;
use epochscope_vocabulary::config::{ConfigKey, ConfigValue};
use epochscope_vocabulary::metadata_record::{ConfigResource, MetadataRecord, PartitionRecord};
use epochscope_vocabulary::{
    BrokerId, ErrorCode, LeaderEpoch, Names, PartitionEpoch, SortedSet, TopicId, TopicPartition,
};

use super::controller_result::{ControllerResult, OperationError, refused};
use super::partition_change_builder::directories;
use super::replay::ControllerState;
use super::striped_replica_placer::{UsableBroker, place};
use crate::java_random::RandomSource;
use crate::release::MetadataTopic;

/// `Topic.CLUSTER_METADATA_TOPIC_NAME`: the metadata log is no topic that anybody makes.
const METADATA_TOPIC: &str = "__cluster_metadata";

/// A topic as CreateTopics asks for it: -1 stands for the controller's default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreatableTopic {
    /// Its name.
    pub name: Arc<str>,
    /// How many partitions.
    pub num_partitions: i64,
    /// How many replicas each.
    pub replication_factor: i64,
    /// Replicas by hand, for each partition; then the two numbers must be -1.
    pub assignments: Vec<Vec<BrokerId>>,
    /// Its settings.
    pub configs: Vec<(ConfigKey, ConfigValue)>,
}

impl From<&TopicSpec> for CreatableTopic {
    /// One list of replicas serves as many partitions as are asked for.
    fn from(spec: &TopicSpec) -> Self {
        let by_hand = !spec.replicas.is_empty();
        let to_ids = |list: &Vec<u32>| list.iter().map(|id| BrokerId(*id)).collect();
        let lists: Vec<Vec<BrokerId>> = spec.replicas.iter().map(to_ids).collect();
        let assignments = match (&lists[..], spec.partitions) {
            ([only], Some(count)) => (0..count).map(|_| only.clone()).collect(),
            _ => lists,
        };
        let number = |given: Option<u32>| given.filter(|_| !by_hand).map_or(-1, i64::from);
        Self {
            name: spec.name.clone(),
            num_partitions: number(spec.partitions),
            replication_factor: number(spec.replication_factor),
            assignments,
            configs: spec.settings.0.iter().map(|(key, value)| (*key, value.clone())).collect(),
        }
    }
}

impl ControllerState {
    /// A topic is created. Its name gets a number in `names` only if it is.
    ///
    /// # Errors
    /// The first of Kafka's checks that fails.
    pub fn create_topic(
        &self,
        topic: &CreatableTopic,
        random: &mut RandomSource,
        names: &mut Names,
    ) -> Result<ControllerResult<TopicId>, OperationError> {
        self.check_name(&topic.name)?;
        let changes: Vec<_> =
            topic.configs.iter().map(|(key, value)| (*key, Some(value.clone()))).collect();
        let resource = ConfigResource::Topic(topic.name.clone());
        // The settings are checked before the replicas; the topic's number is known only after.
        self.config_records(&resource, None, &changes)?;
        let partitions = self.replicas_of_partitions(topic, random)?;
        let id = names.new_topic(&topic.name);
        let mut records = vec![MetadataRecord::TopicRecord { topic: id, name: topic.name.clone() }];
        records.extend(self.config_records(&resource, Some(id), &changes)?);
        for (partition, replicas) in (0..).zip(partitions) {
            let partition = TopicPartition { topic: id, partition };
            records.push(MetadataRecord::PartitionRecord(Box::new(
                self.partition_record(partition, replicas),
            )));
        }
        Ok(ControllerResult { records, reply: id })
    }

    /// A topic is deleted.
    ///
    /// # Errors
    /// UNKNOWN_TOPIC_ID.
    pub fn delete_topic(&self, topic: TopicId) -> Result<ControllerResult<()>, OperationError> {
        self.image.topic(topic).ok_or(ErrorCode::UnknownTopicId)?;
        let records = vec![MetadataRecord::RemoveTopicRecord { topic }];
        Ok(ControllerResult { records, reply: () })
    }

    fn check_name(&self, name: &str) -> Result<(), OperationError> {
        if name == METADATA_TOPIC {
            return match self.rules.metadata_topic {
                MetadataTopic::Unauthorized => {
                    let what = "Authorization failed.";
                    refused(ErrorCode::TopicAuthorizationFailed, what.to_owned())
                }
                MetadataTopic::Prohibited => {
                    let what = format!("Creation of internal topic {name} is prohibited.");
                    refused(ErrorCode::InvalidRequest, what)
                }
            };
        }
        if let Err(why) = validate_topic_name(name) {
            return refused(ErrorCode::InvalidTopicException, why);
        }
        if self.image.topic_id(name).is_some() {
            let what = format!("Topic '{name}' already exists.");
            return refused(ErrorCode::TopicAlreadyExists, what);
        }
        let unified = name.replace('.', "_");
        let mut others = self.image.topics_by_name().map(|topic| &topic.name);
        match others.find(|other| other.replace('.', "_") == unified) {
            Some(other) => refused(
                ErrorCode::InvalidTopicException,
                format!("Topic '{name}' collides with existing topic: {other}"),
            ),
            None => Ok(()),
        }
    }

    fn replicas_of_partitions(
        &self,
        topic: &CreatableTopic,
        random: &mut RandomSource,
    ) -> Result<Vec<Vec<BrokerId>>, OperationError> {
        if topic.assignments.is_empty() {
            return self.place_replicas(topic, random);
        }
        if topic.replication_factor != -1 || topic.num_partitions != -1 {
            let what = "A manual partition assignment was specified, but the number of partitions \
                        or replicas was not set to -1.";
            return refused(ErrorCode::InvalidRequest, what.to_owned());
        }
        let mut replication_factor = None;
        for (partition, replicas) in topic.assignments.iter().enumerate() {
            self.check_assignment(replicas, replication_factor)?;
            replication_factor = Some(replicas.len());
            self.check_for_active(partition, replicas)?;
        }
        Ok(topic.assignments.clone())
    }

    /// One of the replicas by hand has to live, or nobody could lead.
    pub(super) fn check_for_active(
        &self,
        partition: usize,
        replicas: &[BrokerId],
    ) -> Result<(), OperationError> {
        if replicas.iter().any(|replica| self.image.is_active(*replica)) {
            return Ok(());
        }
        let what = format!(
            "All brokers specified in the manual partition assignment for partition {partition} \
             are fenced or in controlled shutdown."
        );
        refused(ErrorCode::InvalidReplicaAssignment, what)
    }

    pub(super) fn check_assignment(
        &self,
        replicas: &[BrokerId],
        replication_factor: Option<usize>,
    ) -> Result<(), OperationError> {
        let distinct: SortedSet<BrokerId> = replicas.iter().copied().collect();
        let is_unknown = |replica: BrokerId| self.image.broker(replica).is_none();
        let is_twice = |replica| replicas.iter().filter(|one| **one == replica).count() > 1;
        let wrong = distinct.into_iter().find(|one| is_unknown(*one) || is_twice(*one));
        let wrong = match (wrong, replication_factor) {
            (_, _) if replicas.is_empty() => "an empty replica list.".to_owned(),
            (Some(broker), _) if is_unknown(broker) => {
                format!("broker {broker}, but no such broker is registered.")
            }
            (Some(broker), _) => format!("the broker {broker} more than once."),
            (None, Some(factor)) if factor != replicas.len() => format!(
                "a partition with {} replica(s), but this is not consistent with previous \
                 partitions, which have {factor} replica(s).",
                replicas.len()
            ),
            (None, _) => return Ok(()),
        };
        let what = format!("The manual partition assignment includes {wrong}");
        refused(ErrorCode::InvalidReplicaAssignment, what)
    }

    fn place_replicas(
        &self,
        topic: &CreatableTopic,
        random: &mut RandomSource,
    ) -> Result<Vec<Vec<BrokerId>>, OperationError> {
        let number = |given: i64, key| match given {
            -1 => u32::try_from(self.settings.number(key)).ok(),
            given => u32::try_from(given).ok().filter(|given| *given > 0),
        };
        let factor = number(topic.replication_factor, ConfigKey::DefaultReplicationFactor);
        let Some(factor) = factor else {
            let what = "Replication factor must be larger than 0, or -1 to use the default value.";
            return refused(ErrorCode::InvalidReplicationFactor, what.to_owned());
        };
        let Some(partitions) = number(topic.num_partitions, ConfigKey::NumPartitions) else {
            let what = "Number of partitions was set to an invalid non-positive value.";
            return refused(ErrorCode::InvalidPartitions, what.to_owned());
        };
        self.place(partitions, factor, random)
    }

    /// Replicas by Kafka's placer, one of each partition's alive.
    pub(super) fn place(
        &self,
        partitions: u32,
        factor: u32,
        random: &mut RandomSource,
    ) -> Result<Vec<Vec<BrokerId>>, OperationError> {
        let usable = self.usable_brokers();
        let placed = place(&usable, partitions, factor, random);
        let is_active = |replica: &BrokerId| self.image.is_active(*replica);
        let led = |placed: &Vec<Vec<_>>| placed.iter().all(|list| list.iter().any(is_active));
        let why = match placed {
            Ok(placed) if led(&placed) => return Ok(placed),
            Ok(_) => "All brokers are currently fenced or in controlled shutdown.".to_owned(),
            Err(_) if u32::try_from(usable.len()).is_ok_and(|count| count < factor) => format!(
                "The target replication factor of {factor} cannot be reached because only {} \
                 broker(s) are registered.",
                usable.len()
            ),
            Err(_) => "All brokers are currently fenced.".to_owned(),
        };
        let what = format!("Unable to replicate the partition {factor} time(s): {why}");
        refused(ErrorCode::InvalidReplicationFactor, what)
    }

    fn usable_brokers(&self) -> Vec<UsableBroker> {
        let usable = self.heartbeats.usable_brokers();
        usable
            .map(|(id, fencing)| {
                let rack = self.image.broker(id).and_then(|broker| broker.rack.clone());
                UsableBroker { id, rack, fencing }
            })
            .collect()
    }

    /// A new partition's ISR holds the replicas that live now; the first of them leads.
    pub(super) fn partition_record(
        &self,
        partition: TopicPartition,
        replicas: Vec<BrokerId>,
    ) -> PartitionRecord {
        let isr: Vec<BrokerId> =
            replicas.iter().copied().filter(|replica| self.image.is_active(*replica)).collect();
        let default_dirs = replicas.iter().map(|replica| self.image.default_dir(*replica));
        PartitionRecord {
            partition,
            directories: directories(default_dirs),
            leader: isr.first().copied(),
            replicas,
            isr,
            leader_epoch: LeaderEpoch(0),
            partition_epoch: PartitionEpoch(0),
        }
    }
}

/// Kafka's rule for the names of topics.
fn validate_topic_name(name: &str) -> Result<(), String> {
    let legal = |letter: char| letter.is_ascii_alphanumeric() || "._-".contains(letter);
    if name.is_empty() {
        Err("Topic name is invalid: the empty string is not allowed".to_owned())
    } else if name == "." || name == ".." {
        Err("Topic name is invalid: '.' or '..' is not allowed".to_owned())
    } else if name.len() > 249 {
        Err("Topic name is invalid: the length is longer than the max allowed length 249"
            .to_owned())
    } else if !name.chars().all(legal) {
        Err(format!(
            "Topic name is invalid: '{name}' contains one or more characters other than ASCII \
             alphanumerics, '.', '_' and '-'"
        ))
    } else {
        Ok(())
    }
}
