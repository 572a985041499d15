//! Each property is broken on purpose, by a state that no run leads to, and the check of the whole
//! cluster must say so: after the very event after which it looks, and not without the damage.

use std::sync::Arc;

use epochscope_vocabulary::event::{Causes, QuorumRole};
use epochscope_vocabulary::metadata_record::{
    LeaderRecoveryState, MetadataRecord, PartitionChangeRecord,
};
use epochscope_vocabulary::rpc::{BatchSequence, RecordSequence};
use epochscope_vocabulary::rule::RuleId;
use epochscope_vocabulary::{
    BrokerId, ControllerId, ErrorCode, LeaderEpoch, NodeId, Offset, ProducerEpoch, ProducerId,
    QuorumEpoch, TopicId, TopicPartition, ValueId,
};

use super::*;
use crate::broker::partition::isr::{CommittedPartitionState, PartitionState};
use crate::broker::partition::replica::{Partition, Role};
use crate::invariant::INVARIANTS;
use crate::log::{FetchedDataCheck, LogRecord};
use crate::metadata::MetadataLog;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const ORDERS: TopicPartition = TopicPartition { topic: TopicId(0), partition: 0 };

/// Three records everywhere, committed and acknowledged; broker 1 leads, controller 101 decides.
fn sound() -> Cluster {
    let mut run = Run::controlled_by(&[101, 102, 103], Settings::default());
    for value in ["a", "b", "c"] {
        run.produce("all", value, MetadataUse::AsKafka);
    }
    run.pass(5);
    assert_eq!(run.violations(), []);
    run.cluster
}

fn event(node: NodeId, kind: EventKind) -> Event {
    let (id, at) = (EventId(1_000_000), SimTime::ZERO);
    Event { id, at, node: Some(node), causes: Causes::default(), rule: RuleId::Command, kind }
}

fn at_broker(id: u32, kind: EventKind) -> Event {
    event(NodeId::Broker(BrokerId(id)), kind)
}

fn at_controller(id: u32, kind: EventKind) -> Event {
    event(NodeId::Controller(ControllerId(id)), kind)
}

/// The leader's high watermark is said to have moved, without moving.
fn look() -> Event {
    let isr = Arc::from([BrokerId(1), BrokerId(2), BrokerId(3)]);
    let (from, to) = (Offset(3), Offset(3));
    at_broker(1, EventKind::HighWatermarkAdvanced { partition: ORDERS, from, to, isr })
}

fn leads(id: u32, epoch: u32) -> Event {
    let (leader_epoch, start_offset) = (LeaderEpoch(epoch), Offset(3));
    at_broker(id, EventKind::BecameLeader { partition: ORDERS, leader_epoch, start_offset })
}

fn follows(id: u32, epoch: u32) -> Event {
    let (leader_epoch, leader) = (LeaderEpoch(epoch), Some(BrokerId(1)));
    at_broker(id, EventKind::BecameFollower { partition: ORDERS, leader_epoch, leader })
}

fn decided(cluster: &Cluster) -> Event {
    let high_watermark = cluster.decided.end_offset();
    at_controller(101, EventKind::MetadataCommitted { high_watermark })
}

fn replica(cluster: &mut Cluster, id: u32) -> &mut Partition {
    let broker = cluster.nodes.brokers.get_mut(&BrokerId(id)).expect("a broker");
    broker.replica_mut(ORDERS).expect("a replica")
}

fn value(cluster: &Cluster, text: &str) -> ValueId {
    cluster.names.find_value(text).expect("a value")
}

/// Another record instead of the last one.
fn other_history(cluster: &mut Cluster, id: u32, epoch: u32) {
    let value = value(cluster, "a");
    let log = &mut replica(cluster, id).log;
    log.truncate_to(Offset(2));
    let record = LogRecord { value, leader_epoch: LeaderEpoch(epoch), sequence: None };
    log.append_as_follower(Offset(2), &[record], FetchedDataCheck::Unchecked).expect("appended");
    log.update_high_watermark(Offset(3));
}

fn cut(cluster: &mut Cluster, id: u32, to: u64) {
    replica(cluster, id).log.truncate_to(Offset(to));
}

/// What the controllers have decided of the partition.
fn decide(cluster: &mut Cluster, change: PartitionChangeRecord) {
    let mut image = (*cluster.decided).clone();
    let record = MetadataRecord::PartitionChangeRecord(Box::new(change));
    image.replay(image.end_offset(), QuorumEpoch(1), &record);
    cluster.decided = Arc::new(image);
}

fn change() -> PartitionChangeRecord {
    PartitionChangeRecord::unchanged(ORDERS)
}

fn ids(ids: &[u32]) -> Vec<BrokerId> {
    ids.iter().copied().map(BrokerId).collect()
}

/// The first records of a controller's metadata log, and perhaps another one behind them.
fn rewrite(cluster: &mut Cluster, id: u32, keep: u64, then: Option<MetadataRecord>) {
    let controller = cluster.nodes.controllers.get_mut(&ControllerId(id)).expect("a controller");
    let mut log = MetadataLog::default();
    log.append(controller.metadata_log().slice(Offset::ZERO, Offset(keep)));
    if let Some(record) = then {
        log.append([(QuorumEpoch(1), record)].into());
    }
    controller.raft_mut().expect("it runs").doctor().0.clone_from(&log);
}

/// The damage, and the event after which it is seen.
type Damage = fn(&mut Cluster) -> Event;

const DAMAGES: &[(&str, Damage)] = &[
    ("StrongIsr", |cluster| {
        cut(cluster, 2, 1);
        look()
    }),
    ("WeakIsr", |cluster| {
        cut(cluster, 2, 1);
        look()
    }),
    ("LeaderInIsr", |cluster| {
        decide(cluster, PartitionChangeRecord { isr: Some(ids(&[2, 3])), ..change() });
        decided(cluster)
    }),
    ("LogMatch", |cluster| {
        other_history(cluster, 3, 0);
        look()
    }),
    ("ReconciledLogMatch", |cluster| {
        other_history(cluster, 3, 0);
        look()
    }),
    ("Lineage", |cluster| {
        other_history(cluster, 3, 0);
        let values = [value(cluster, "a")].into();
        let (offset, leader) = (Offset(2), BrokerId(1));
        at_broker(3, EventKind::Replicated { partition: ORDERS, offset, values, leader })
    }),
    ("LeaderCompleteness", |cluster| {
        cut(cluster, 1, 1);
        leads(1, 0)
    }),
    ("CandidateCompleteness", |cluster| {
        cut(cluster, 2, 1);
        look()
    }),
    ("NoAckedLostGlobally", |cluster| {
        (1..=3).for_each(|id| cut(cluster, id, 0));
        let values = ["a", "b", "c"].map(|text| value(cluster, text)).into();
        let (from, to) = (Offset(3), Offset(0));
        at_broker(3, EventKind::Truncated { partition: ORDERS, from, to, values })
    }),
    ("ConsistentRead", |cluster| {
        let (offset, from) = (Offset(0), BrokerId(1));
        let values = [value(cluster, "b")].into();
        let kind = EventKind::Consumed { partition: ORDERS, offset, values, from };
        event(NodeId::Client(epochscope_vocabulary::ClientId(2)), kind)
    }),
    ("QuorumSuperset", |cluster| {
        if let Role::Leader(state) = &mut replica(cluster, 1).role {
            state.isr = PartitionState::Committed(CommittedPartitionState::new(
                &ids(&[1]),
                LeaderRecoveryState::Recovered,
            ));
        }
        let error = ErrorCode::InvalidRequest;
        at_broker(1, EventKind::IsrRefused { partition: ORDERS, error })
    }),
    ("HwBounds", |cluster| {
        let value = value(cluster, "a");
        let log = &mut replica(cluster, 2).log;
        let record = LogRecord { value, leader_epoch: LeaderEpoch(0), sequence: None };
        let appended = log.append_as_follower(Offset(3), &[record], FetchedDataCheck::Unchecked);
        appended.expect("appended");
        log.update_high_watermark(Offset(4));
        let (from, to) = (Offset(3), Offset(4));
        at_broker(2, EventKind::FollowerHighWatermark { partition: ORDERS, from, to })
    }),
    ("HwMonotone", |_| {
        let isr = Arc::from(ids(&[1, 2, 3]));
        let (from, to) = (Offset(3), Offset(2));
        at_broker(1, EventKind::HighWatermarkAdvanced { partition: ORDERS, from, to, isr })
    }),
    ("LatestMonotone", |cluster| {
        cut(cluster, 1, 1);
        replica(cluster, 1).leader_epoch = LeaderEpoch(1);
        leads(1, 1)
    }),
    ("OneLeaderPerEpoch", |_| leads(2, 0)),
    ("EpochOrder", |cluster| {
        let ghost = cluster.checkers.ghost_mut(ORDERS);
        ghost.replica_epochs.insert(BrokerId(2), LeaderEpoch(5));
        follows(2, 0)
    }),
    ("ControllerShape", |cluster| {
        decide(cluster, PartitionChangeRecord { elr: Some(ids(&[2])), ..change() });
        decided(cluster)
    }),
    ("AckContract", |cluster| {
        let values: Arc<[_]> = [cluster.names.value("early")].into();
        let sent = event(
            NodeId::Client(epochscope_vocabulary::ClientId(1)),
            EventKind::ProduceSent {
                partition: ORDERS,
                to: BrokerId(1),
                attempt: 0,
                acks: Acks::All,
                values: values.clone(),
            },
        );
        cluster.check(&[sent]);
        let kind = EventKind::Acknowledged { partition: ORDERS, offset: Some(Offset(3)), values };
        event(NodeId::Client(epochscope_vocabulary::ClientId(1)), kind)
    }),
    ("ProducerOrder", |cluster| {
        let value = value(cluster, "a");
        let record = |base_sequence| LogRecord {
            value,
            leader_epoch: LeaderEpoch(0),
            sequence: Some(RecordSequence {
                batch: BatchSequence {
                    producer_id: ProducerId(7),
                    producer_epoch: ProducerEpoch(0),
                    base_sequence,
                },
                index: 0,
                count: 1,
            }),
        };
        let log = &mut replica(cluster, 1).log;
        let records = [record(1), record(0)];
        let appended = log.append_as_follower(Offset(3), &records, FetchedDataCheck::Unchecked);
        appended.expect("appended");
        let isr = Arc::from(ids(&[1, 2, 3]));
        let (from, to) = (Offset(3), Offset(5));
        at_broker(1, EventKind::HighWatermarkAdvanced { partition: ORDERS, from, to, isr })
    }),
    ("UncleanExclusion", |cluster| {
        cut(cluster, 2, 1);
        cluster.checkers.ghost_mut(ORDERS).incomplete.insert(BrokerId(2), None);
        decide(cluster, change());
        decided(cluster)
    }),
    ("MetadataPrefix", |cluster| {
        let broker = cluster.nodes.brokers.get_mut(&BrokerId(2)).expect("a broker");
        let raft = broker.raft_mut().expect("it runs");
        let mut image = (**raft.committed()).clone();
        let (from, to) = (image.end_offset(), image.end_offset().plus(1));
        image.replay(from, QuorumEpoch(1), &MetadataRecord::NoOpRecord);
        *raft.doctor().1 = Arc::new(image);
        at_broker(2, EventKind::MetadataApplied { from, to })
    }),
    ("OneQuorumLeaderPerEpoch", |_| {
        let (role, epoch) = (QuorumRole::Leader, QuorumEpoch(1));
        let leader = Some(ControllerId(102));
        at_controller(102, EventKind::QuorumStateChanged { role, epoch, leader })
    }),
    ("QuorumCompleteness", |cluster| {
        rewrite(cluster, 101, 5, None);
        let high_watermark = cluster.decided.end_offset();
        at_controller(102, EventKind::MetadataCommitted { high_watermark })
    }),
    ("QuorumLogMatch", |cluster| {
        let end = cluster.nodes.controllers[&ControllerId(103)].metadata_log().end_offset();
        rewrite(cluster, 103, 5, Some(MetadataRecord::NoOpRecord));
        assert!(end > Offset(6));
        at_controller(102, EventKind::MetadataCommitted { high_watermark: Offset(6) })
    }),
    ("AckedSurvives", |cluster| {
        cut(cluster, 1, 1);
        leads(1, 1)
    }),
];

#[expect(clippy::wildcard_enum_match_arm, reason = "only violations are looked for")]
fn broken(cluster: &mut Cluster, event: &Event) -> Vec<&'static str> {
    let said = cluster.check(std::slice::from_ref(event));
    let name = |event: &Event| match &event.kind {
        EventKind::InvariantViolated { name, .. } => Some(*name),
        _ => None,
    };
    said.iter().filter_map(name).collect()
}

#[test]
fn every_property_is_seen_to_be_broken() {
    let sound = sound();
    for (name, damage) in DAMAGES {
        let mut cluster = sound.clone();
        let event = damage(&mut cluster);
        let broken = broken(&mut cluster, &event);
        assert!(broken.contains(name), "{name}: {broken:?}");
    }
    let all: Vec<_> = DAMAGES.iter().map(|(name, _)| *name).collect();
    let missing: Vec<_> = INVARIANTS.iter().filter(|row| !all.contains(&row.name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn the_same_looks_find_nothing_in_a_sound_cluster() {
    let sound = sound();
    let error = ErrorCode::InvalidRequest;
    for event in [
        look(),
        leads(1, 0),
        follows(2, 0),
        decided(&sound),
        at_broker(1, EventKind::IsrRefused { partition: ORDERS, error }),
        at_controller(102, EventKind::MetadataCommitted { high_watermark: Offset(6) }),
    ] {
        assert_eq!(broken(&mut sound.clone(), &event), [] as [&str; 0], "{}", event.kind.slug());
    }
}
