//! What an operation has changed.

use std::collections::BTreeMap;

use epochscope_engine::controller::replay::ControllerState;
use epochscope_engine::metadata::partition_registration::PartitionRegistration;
use epochscope_engine::metadata::{MetadataImage, Shutdown};
use epochscope_vocabulary::{BrokerId, DirectoryId};
use serde_json::{Value, json};

use super::brokers::Labels;
use crate::rule::elect_kraft::registration;

/// Every partition that is not as before, by topic and number.
pub(super) fn changed(
    image: &MetadataImage,
    before: &MetadataImage,
    directories: &Labels,
) -> Value {
    let mut states = Vec::new();
    for id in image.changed_partitions(before) {
        let (Some(topic), Some(partition)) = (image.topic(id.topic), image.partition(id)) else {
            continue;
        };
        if before.partition(id) != Some(partition) {
            states.push((&topic.name, id.partition, partition));
        }
    }
    states.sort_by_key(|(name, partition, _)| (*name, *partition));
    let told = states.iter().map(|(name, index, state)| {
        let mut told = partition(state, directories);
        told["topic"] = json!(***name);
        told["partition"] = json!(index);
        told
    });
    told.collect()
}

fn partition(state: &PartitionRegistration, labels: &Labels) -> Value {
    let directory =
        |replica: &BrokerId| labels.of(state.directory(*replica).unwrap_or(DirectoryId::Migrating));
    let mut told = registration(state);
    told["directories"] = state.replicas.iter().map(directory).collect();
    told
}

/// The partitions of topics that are gone.
pub(super) fn removed(image: &MetadataImage, before: &MetadataImage) -> Vec<Value> {
    let removed = before.topics_by_name().filter(|topic| image.topic(topic.id).is_none());
    let partitions = removed.flat_map(|topic| {
        let partitions = 0..topic.partitions.len();
        partitions.map(|partition| json!({"topic": &*topic.name, "partition": partition}))
    });
    partitions.collect()
}

/// Every registered broker.
pub(super) fn brokers(state: &ControllerState) -> BTreeMap<BrokerId, Value> {
    let told = state.image().brokers().map(|(id, known)| {
        let shutdown = state.controlled_shutdown_offset(id);
        let told = json!({
            "id": id.0,
            "broker_epoch": known.broker_epoch.0,
            "rack": known.rack.as_deref(),
            "fenced": known.is_fenced(),
            "in_controlled_shutdown": known.shutdown == Shutdown::Begun,
            "controlled_shutdown_offset": shutdown.map(|offset| offset.0),
        });
        (id, told)
    });
    told.collect()
}

/// Adds the brokers that are not as before, and those that are gone.
pub(super) fn add_broker_changes(
    now: &BTreeMap<BrokerId, Value>,
    before: &BTreeMap<BrokerId, Value>,
    step: &mut Value,
) {
    let changed = now.iter().filter(|(id, state)| before.get(id) != Some(state));
    let changed: Vec<Value> = changed.map(|(_, state)| state.clone()).collect();
    let removed = before.keys().filter(|id| !now.contains_key(id));
    let removed: Vec<u32> = removed.map(|id| id.0).collect();
    if !changed.is_empty() {
        step["brokers_changed"] = changed.into();
    }
    if !removed.is_empty() {
        step["brokers_removed"] = removed.into();
    }
}
