//! The log against a plain list, and images against what was replayed.

use std::sync::Arc;

use epochscope_vocabulary::config::{ConfigKey, ConfigValue, Settings};
use epochscope_vocabulary::metadata_record::{
    ConfigResource, MetadataRecord, PartitionChangeRecord, PartitionRecord, RegistrationState,
};
use epochscope_vocabulary::{
    BrokerEpoch, BrokerId, LeaderEpoch, Offset, PartitionEpoch, QuorumEpoch, TopicId,
    TopicPartition,
};
use proptest::prelude::*;

use super::*;
use crate::release::Release;

const EPOCH: QuorumEpoch = QuorumEpoch(1);

fn topic(id: u32, name: &str) -> MetadataRecord {
    MetadataRecord::TopicRecord { topic: TopicId(id), name: name.into() }
}

fn id(topic: u32, partition: u32) -> TopicPartition {
    TopicPartition { topic: TopicId(topic), partition }
}

fn partition(of: u32, index: u32) -> MetadataRecord {
    MetadataRecord::PartitionRecord(Box::new(PartitionRecord {
        partition: id(of, index),
        replicas: vec![BrokerId(1), BrokerId(2)],
        isr: vec![BrokerId(1), BrokerId(2)],
        leader: Some(BrokerId(1)),
        leader_epoch: LeaderEpoch(0),
        partition_epoch: PartitionEpoch(0),
        directories: vec![],
    }))
}

fn change(of: u32, index: u32) -> PartitionChangeRecord {
    PartitionChangeRecord::unchanged(id(of, index))
}

fn changed(change: PartitionChangeRecord) -> MetadataRecord {
    MetadataRecord::PartitionChangeRecord(Box::new(change))
}

fn replayed(mut image: MetadataImage, records: &[MetadataRecord]) -> MetadataImage {
    for record in records {
        image.replay(image.end_offset(), EPOCH, record);
    }
    image
}

fn two_topics() -> MetadataImage {
    let records = [topic(0, "a"), partition(0, 0), partition(0, 1), topic(1, "b"), partition(1, 0)];
    replayed(MetadataImage::default(), &records)
}

fn config(resource: ConfigResource, key: ConfigKey, value: Option<i64>) -> MetadataRecord {
    MetadataRecord::ConfigRecord { resource, key, value: value.map(ConfigValue::Number) }
}

#[test]
fn the_difference_of_two_images_is_what_was_replayed_between() {
    let before = two_topics();
    let elr = changed(PartitionChangeRecord {
        isr: Some(vec![BrokerId(1)]),
        elr: Some(vec![BrokerId(2)]),
        ..change(0, 1)
    });
    let table: [(&[MetadataRecord], &[TopicPartition]); 6] = [
        (&[MetadataRecord::NoOpRecord], &[]),
        (std::slice::from_ref(&elr), &[id(0, 1)]),
        (&[elr.clone(), MetadataRecord::ClearElrRecord { topic: None }], &[id(0, 1)]),
        (&[MetadataRecord::RemoveTopicRecord { topic: TopicId(0) }], &[id(0, 0), id(0, 1)]),
        (&[topic(2, "c"), partition(2, 0)], &[id(2, 0)]),
        (
            &[
                MetadataRecord::RemoveTopicRecord { topic: TopicId(1) },
                topic(2, "b"),
                partition(2, 0),
            ],
            &[id(1, 0), id(2, 0)],
        ),
    ];
    for (records, expected) in table {
        let after = replayed(before.clone(), records);
        assert_eq!(after.changed_partitions(&before), expected, "{records:?}");
    }
}

#[test]
fn an_emptied_elr_is_a_change_of_those_that_had_one() {
    let with_elr = PartitionChangeRecord { elr: Some(vec![BrokerId(2)]), ..change(0, 1) };
    let clear = MetadataRecord::ClearElrRecord { topic: Some(TopicId(0)) };
    let image = replayed(two_topics(), &[changed(with_elr), clear]);
    let epochs = [(0, 0), (0, 1), (1, 0)].map(|(topic, partition)| {
        let partition = image.partition(id(topic, partition)).expect("it exists");
        (partition.partition_epoch.0, partition.elr.len())
    });
    assert_eq!(epochs, [(0, 0), (2, 0), (0, 0)]);
}

#[test]
fn a_topic_created_anew_is_another_and_has_lost_its_settings() {
    let resource = ConfigResource::Topic("a".into());
    let key = ConfigKey::MinInsyncReplicas;
    let remove = MetadataRecord::RemoveTopicRecord { topic: TopicId(0) };
    let records = [config(resource.clone(), key, Some(2)), remove, topic(2, "a")];
    let image = replayed(two_topics(), &records);
    assert_eq!(image.topic_id("a"), Some(TopicId(2)));
    assert_eq!(image.topic(TopicId(0)), None);
    assert_eq!(image.config(&resource, key), None);
}

#[test]
fn the_closest_setting_counts() {
    let key = ConfigKey::MinInsyncReplicas;
    let settings = Settings([(key, ConfigValue::Number(9))].into());
    let records = [
        config(ConfigResource::Cluster, key, Some(4)),
        config(ConfigResource::Broker(BrokerId(1)), key, Some(3)),
        config(ConfigResource::Topic("a".into()), key, Some(2)),
    ];
    let at = |count: usize, broker: u32, given: &Settings| {
        let image = replayed(two_topics(), &records[..count]);
        let topic = TopicId(0);
        let effective = image.effective_config_for_topic_at(BrokerId(broker), topic, key, given);
        let capped = image.effective_min_insync_replicas(topic, given);
        (effective.to_string(), image.effective_config_for_topic(topic, key, given), capped)
    };
    let number = ConfigValue::Number;
    assert_eq!(at(0, 1, &Settings::default()), ("1".to_owned(), number(1), 1));
    assert_eq!(at(0, 1, &settings), ("9".to_owned(), number(9), 2));
    assert_eq!(at(1, 1, &settings), ("4".to_owned(), number(4), 2));
    assert_eq!(at(2, 1, &settings), ("3".to_owned(), number(4), 2));
    assert_eq!(at(2, 2, &settings), ("4".to_owned(), number(4), 2));
    assert_eq!(at(3, 1, &settings), ("2".to_owned(), number(2), 2));
}

#[test]
fn a_registration_goes_on_for_the_same_incarnation_only() {
    let register = |incarnation, epoch| MetadataRecord::RegisterBrokerRecord {
        broker: BrokerId(1),
        incarnation,
        broker_epoch: BrokerEpoch(epoch),
        rack: None,
        log_dirs: vec![],
        features: Release::V4_1.rules().features,
    };
    let become_ = |state| MetadataRecord::BrokerRegistrationChangeRecord {
        broker: BrokerId(1),
        broker_epoch: BrokerEpoch(0),
        state,
    };
    let state = |records: &[MetadataRecord]| {
        let image = replayed(MetadataImage::default(), records);
        let known = image.broker(BrokerId(1)).expect("registered");
        (known.state, known.register_offset.0)
    };
    use RegistrationState::{ControlledShutdown, Fenced, Unfenced};
    assert_eq!(state(&[register(0, 0)]), (Fenced, 0));
    assert_eq!(state(&[register(0, 0), become_(Unfenced), register(0, 0)]), (Unfenced, 2));
    assert_eq!(state(&[register(0, 0), become_(Unfenced), register(1, 2)]), (Fenced, 2));
    // Kafka never takes the mark of a controlled shutdown back.
    let stopping = [register(0, 0), become_(ControlledShutdown), become_(Fenced)];
    assert_eq!(state(&stopping), (Fenced, 0));
    let again = [&stopping[..], &[become_(Unfenced)]].concat();
    assert_eq!(state(&again), (ControlledShutdown, 0));
}

#[test]
fn who_has_read_the_log_anew_finds_no_partition_changed() {
    let (known, anew) = (two_topics(), two_topics());
    assert_eq!(anew.changed_partitions(&known), []);
    let next = replayed(anew, &[changed(change(1, 0))]);
    assert_eq!(next.changed_partitions(&known), [id(1, 0)]);
}

#[test]
fn whoever_comes_to_an_offset_later_shares_the_image() {
    let start = Arc::new(two_topics());
    let base = start.end_offset();
    let records = [(EPOCH, changed(change(0, 0))), (EPOCH, changed(change(1, 0)))];
    let mut shared = SharedImages::default();
    let one = shared.advance(&start, base, &records, base.plus(1));
    let two = shared.advance(&one, base, &records, base.plus(2));
    let other = shared.advance(&start, base, &records, base.plus(2));
    assert!(Arc::ptr_eq(&two, &other));
    assert_eq!(two.end_offset(), base.plus(2));
    assert_eq!(two.changed_partitions(&one), [id(1, 0)]);
    assert!(Arc::ptr_eq(&shared.advance(&two, base, &records, base), &two));
}

proptest! {
    #[test]
    fn a_log_of_batches_reads_as_a_list(
        sizes in prop::collection::vec(0_usize..4, 0..400),
        ends in (0_u64..900, 0_u64..900),
    ) {
        let mut log = MetadataLog::default();
        let mut list = Vec::new();
        for (index, size) in sizes.iter().enumerate() {
            let epoch = QuorumEpoch(u32::try_from(index).expect("few batches"));
            let record = |at| topic(at, "t");
            let from = u32::try_from(list.len()).expect("few records");
            let count = u32::try_from(*size).expect("small batches");
            let batch: Vec<MetadataEntry> =
                (from..from + count).map(|at| (epoch, record(at))).collect();
            list.extend(batch.iter().cloned());
            log.append(batch.into());
        }
        let len = u64::try_from(list.len()).expect("few records");
        prop_assert_eq!(log.end_offset(), Offset(len));
        prop_assert_eq!(
            log.last_epoch(),
            list.last().map_or(QuorumEpoch(0), |(epoch, _)| *epoch)
        );
        let (from, to) = (ends.0.min(len), ends.1.min(len));
        let index = |offset: u64| usize::try_from(offset).expect("few records");
        let bounds = index(from)..index(to.max(from));
        let slice = log.slice(Offset(ends.0), Offset(ends.1));
        prop_assert_eq!(&slice[..], &list[bounds]);
    }
}
