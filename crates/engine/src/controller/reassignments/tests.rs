//! Reassignments, new partitions and log directories of a controller alone.

use epochscope_vocabulary::config::Settings;
use epochscope_vocabulary::metadata_record::{MetadataRecord, PartitionRecord, RegistrationState};
use epochscope_vocabulary::rpc::{
    AssignReplicasToDirsRequest, CreatePartitionsRequest, DirectoryAssignment,
};
use epochscope_vocabulary::{
    BrokerEpoch, DirectoryId, LeaderEpoch, PartitionEpoch, QuorumEpoch, TopicId,
};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::controller::feature_control::METADATA_VERSION;
use crate::java_random::RandomSource;
use crate::release::Release;

const PARTITION: TopicPartition = TopicPartition { topic: TopicId(0), partition: 0 };

fn ids(numbers: &[u32]) -> Vec<BrokerId> {
    numbers.iter().copied().map(BrokerId).collect()
}

/// Brokers 1 to 4, each with the directory of its own number, and `orders-0` on 1 and 2.
fn state() -> ControllerState {
    let mut state = ControllerState::new(Settings::default(), Release::V4_1.rules());
    let feature = METADATA_VERSION.into();
    replay(&mut state, vec![MetadataRecord::FeatureLevelRecord { feature, level: 27 }]);
    for id in 1..=4 {
        let (broker, broker_epoch) = (BrokerId(id), BrokerEpoch(u64::from(id)));
        let log_dirs = vec![DirectoryId::Named(id)];
        let (incarnation, rack) = (0, None);
        let state_now = RegistrationState::Unfenced;
        let registered = MetadataRecord::RegisterBrokerRecord {
            broker,
            incarnation,
            broker_epoch,
            rack,
            log_dirs,
            features: Release::V4_1.rules().features,
        };
        let unfenced = MetadataRecord::BrokerRegistrationChangeRecord {
            broker,
            broker_epoch,
            state: state_now,
        };
        replay(&mut state, vec![registered, unfenced]);
    }
    let created = PartitionRecord {
        partition: PARTITION,
        replicas: ids(&[1, 2]),
        isr: ids(&[1, 2]),
        leader: Some(BrokerId(1)),
        leader_epoch: LeaderEpoch(0),
        partition_epoch: PartitionEpoch(0),
        directories: vec![DirectoryId::Named(1), DirectoryId::Named(2)],
    };
    let topic = MetadataRecord::TopicRecord { topic: TopicId(0), name: "orders".into() };
    replay(&mut state, vec![topic, MetadataRecord::PartitionRecord(Box::new(created))]);
    state
}

fn replay(state: &mut ControllerState, records: Vec<MetadataRecord>) {
    records.iter().for_each(|record| state.replay(QuorumEpoch(1), record));
}

fn partition(state: &ControllerState) -> PartitionRegistration {
    state.image().partition(PARTITION).expect("it is there").as_ref().clone()
}

fn reassign(
    state: &mut ControllerState,
    replicas: Option<&[u32]>,
    change: ReplicationFactorChange,
) -> ErrorCode {
    let wanted =
        ReassignablePartition { topic: "orders".into(), partition: 0, replicas: replicas.map(ids) };
    let result = state.alter_partition_reassignments(&[wanted], change);
    replay(state, result.records);
    result.reply[0].2
}

#[test]
fn a_reassignment_begins_and_is_cancelled() {
    let allowed = ReplicationFactorChange::Allowed;
    let mut state = state();
    assert_eq!(reassign(&mut state, None, allowed), ErrorCode::NoReassignmentInProgress);
    assert_eq!(reassign(&mut state, Some(&[3, 2]), allowed), ErrorCode::None);
    let begun = partition(&state);
    assert_eq!(begun.replicas, ids(&[3, 2, 1]));
    assert_eq!((begun.adding, begun.removing), (ids(&[3]), ids(&[1])));
    assert_eq!(begun.directories, [3, 2, 1].map(DirectoryId::Named));
    assert_eq!(state.list_partition_reassignments().count(), 1);
    assert_eq!(reassign(&mut state, None, allowed), ErrorCode::None);
    let back = partition(&state);
    assert_eq!(back.replicas, ids(&[2, 1]), "in another order than before");
    assert_eq!(back.leader_epoch, LeaderEpoch(1), "the leader named again");
    assert_eq!(state.list_partition_reassignments().count(), 0);
}

#[test]
fn a_target_is_checked_before_its_size() {
    let forbidden = ReplicationFactorChange::Forbidden;
    let mut state = state();
    let mut ask = |target: &[u32]| reassign(&mut state, Some(target), forbidden);
    assert_eq!(ask(&[1, 2, 9]), ErrorCode::InvalidReplicaAssignment);
    assert_eq!(ask(&[1, 2, 3]), ErrorCode::InvalidReplicationFactor);
    assert_eq!(ask(&[3, 4]), ErrorCode::None);
}

#[test]
fn new_partitions_get_as_many_replicas_as_the_first() {
    let mut random = RandomSource::mock();
    let mut ask = |count, assignments: Option<&[&[u32]]>| {
        let lists = assignments.map(|lists| lists.iter().map(|list| ids(list)).collect());
        let request = CreatePartitionsRequest { name: "orders".into(), count, assignments: lists };
        let created = state().create_partitions(&request, &mut random);
        created.map(|result| result.records.len()).map_err(|why| why.error_code())
    };
    assert_eq!(ask(4, None), Ok(3));
    assert_eq!(ask(2, Some(&[&[3, 4]])), Ok(1));
    assert_eq!(ask(1, None), Err(ErrorCode::InvalidPartitions));
    assert_eq!(ask(-1, None), Err(ErrorCode::InvalidPartitions));
    assert_eq!(ask(2, Some(&[&[3]])), Err(ErrorCode::InvalidReplicaAssignment));
    assert_eq!(ask(3, Some(&[&[3, 4]])), Err(ErrorCode::InvalidReplicaAssignment));
}

#[test]
fn what_lies_in_a_failed_directory_is_led_by_others() {
    let mut state = state();
    let records = state.handle_directories_offline(BrokerId(1), &[DirectoryId::Named(1)]);
    replay(&mut state, records.expect("nothing contradicts"));
    let failed = partition(&state);
    assert_eq!((failed.leader, failed.isr), (Some(BrokerId(2)), ids(&[2])));
    let other = state.handle_directories_offline(BrokerId(2), &[DirectoryId::Named(1)]);
    assert_eq!(other.map(|records| records.len()), Ok(0), "that is not its directory");
}

#[test]
fn a_replica_in_a_directory_that_its_broker_does_not_have_leaves_the_isr() {
    let mut state = state();
    let beyond = TopicPartition { partition: 5, ..PARTITION };
    let refunds = TopicPartition { topic: TopicId(1), partition: 0 };
    let partitions = vec![PARTITION, beyond, refunds];
    let directory = DirectoryId::Named(9);
    let request = AssignReplicasToDirsRequest {
        broker: BrokerId(1),
        broker_epoch: BrokerEpoch(1),
        directories: vec![DirectoryAssignment { directory, partitions }],
    };
    let result = state.assign_replicas_to_dirs(&request).expect("it is the present epoch");
    let unknown = [ErrorCode::UnknownTopicOrPartition, ErrorCode::UnknownTopicId];
    let told: Vec<_> = result.reply.iter().map(|(_, error)| *error).collect();
    assert_eq!(told, [&[ErrorCode::None][..], &unknown].concat());
    replay(&mut state, result.records);
    let assigned = partition(&state);
    assert_eq!(assigned.directories, [9, 2].map(DirectoryId::Named));
    assert_eq!((assigned.leader, assigned.isr), (Some(BrokerId(2)), ids(&[2])));
    assert_eq!(assigned.partition_epoch, PartitionEpoch(2), "two records");
}
