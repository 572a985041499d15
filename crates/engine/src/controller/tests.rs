//! Whole calls of the controller's handlers: everything asked for, everything said.

use std::fmt::Write as _;

use epochscope_vocabulary::cluster_spec::{BrokerSpec, ClusterSpec};
use epochscope_vocabulary::command::TopicSpec;
use epochscope_vocabulary::metadata_record::{LeaderRecoveryState, MetadataRecord};
use epochscope_vocabulary::rpc::{
    AlterPartitionData, AlterPartitionRequest, BrokerHeartbeatRequest, BrokerRegistrationRequest,
    CreateTopicsRequest, InitProducerIdRequest, IsrMember, MetadataFetchRequest,
    MetadataFetchResponse, Wish,
};
use epochscope_vocabulary::{
    BrokerEpoch, BrokerId, DirectoryId, ErrorCode, EventId, LeaderEpoch, Names, PartitionEpoch,
    QuorumEpoch, SimDuration, SimTime, TopicId, TopicPartition,
};
use expect_test::{Expect, expect};

use super::replay::ControllerState;
use super::*;
use crate::effects::{Counters, Effect, Effects};
use crate::metadata::SharedImages;
use crate::release::Release;
use crate::releases::Releases;
use crate::rng::Streams;

/// A controller alone, with a clock, and a text of all that it does.
struct Bench {
    node: ControllerNode,
    names: Names,
    streams: Streams,
    images: SharedImages,
    counters: Counters,
    now: SimTime,
    said: String,
}

fn quorum(voters: &[ControllerId]) -> QuorumSpec {
    let (voters, settings) = (VoterSet::new(voters), Settings::default());
    QuorumSpec {
        voters,
        settings,
        rules: Release::V4_1.rules(),
        seed_for_placement: 7,
        format: [].into(),
    }
}

const LEADER: NodeId = NodeId::Broker(BrokerId(1));
const FIRST: TopicPartition = TopicPartition { topic: TopicId(0), partition: 0 };

impl Bench {
    /// Brokers 1, 2, 3 and `orders-0` on them.
    fn new(controllers: &[u32]) -> Self {
        let topic = TopicSpec {
            name: "orders".into(),
            replicas: vec![vec![1, 2, 3]],
            ..TopicSpec::default()
        };
        let spec = ClusterSpec {
            brokers: [1, 2, 3].map(|id| BrokerSpec { id, rack: None }).to_vec(),
            controllers: controllers.to_vec(),
            topics: vec![topic],
            ..ClusterSpec::default()
        };
        let mut names = Names::default();
        let records = bootstrap_records(
            &spec,
            (&mut names, Release::V4_1, &Releases::all(Release::V4_1)),
            (&epochscope_vocabulary::SortedMap::new(), &mut |_, _, _| Vec::new()),
        );
        let records = records.expect("a sound description");
        let voters: Vec<_> = controllers.iter().copied().map(ControllerId).collect();
        let history = History::of(FIRST_EPOCH, &records);
        let node = ControllerNode::running(voters[0], &quorum(&voters), voters[0], &history);
        Self {
            node,
            names,
            streams: Streams::new(7),
            images: SharedImages::default(),
            counters: Counters { next_event: 10, next_request: 0 },
            now: SimTime::ZERO,
            said: String::new(),
        }
    }

    fn call(&mut self, title: &str, handler: impl FnOnce(&mut ControllerNode, &mut Context<'_>)) {
        let node = NodeId::Controller(self.node.id);
        // What the call is due to has the number before the call's own events.
        let cause = EventId(self.counters.next_event - 1);
        let mut fx = Effects::new(self.now, node, cause, self.counters);
        let mut context = Context {
            fx: &mut fx,
            rules: &Release::V4_1.rules(),
            releases: &Releases::all(Release::V4_1),
            names: &mut self.names,
            streams: &mut self.streams,
            images: &mut self.images,
        };
        handler(&mut self.node, &mut context);
        let (effects, events, mut counters) = fx.finish();
        counters.next_event += 1;
        self.counters = counters;
        let _ = writeln!(self.said, "{title} @{}", self.now);
        for event in events {
            let causes: Vec<_> = event.causes.iter().map(|cause| cause.0).collect();
            let line = event.line(&self.names);
            let _ = writeln!(
                self.said,
                "  {}<-{causes:?} {:?} {}",
                event.id.0,
                event.rule,
                line.trim()
            );
        }
        for effect in effects {
            let _ = writeln!(self.said, "  {}", shown(&effect));
        }
    }

    fn request(&mut self, title: &str, from: NodeId, id: u64, request: Request) {
        self.call(title, |node, cx| node.on_request(cx, from, RequestId(id), &request));
    }

    fn timer(&mut self, timer: Timer) {
        self.call(&format!("{timer:?}"), |node, cx| node.on_timer(cx, timer));
    }

    fn pass(&mut self, ms: u64) {
        self.now += SimDuration::from_ms(ms);
    }

    fn broker_epoch(&self, broker: u32) -> BrokerEpoch {
        self.node
            .committed_image()
            .expect("it runs")
            .broker(BrokerId(broker))
            .expect("registered")
            .broker_epoch
    }

    fn high_watermark(&self) -> Offset {
        self.node.committed_image().expect("it runs").end_offset()
    }

    fn heartbeat(&mut self, id: u64, broker: u32, wish: Wish) {
        let request = BrokerHeartbeatRequest {
            broker: BrokerId(broker),
            broker_epoch: self.broker_epoch(broker),
            current_metadata_offset: Some(Offset(self.high_watermark().0 - 1)),
            wish,
            offline_log_dirs: vec![],
        };
        let title = format!("heartbeat of {broker}");
        let request = Request::BrokerHeartbeat(Arc::new(request));
        self.request(&title, NodeId::Broker(BrokerId(broker)), id, request);
    }

    fn stale_heartbeat(&mut self, id: u64) {
        let request = Request::BrokerHeartbeat(Arc::new(BrokerHeartbeatRequest {
            broker: BrokerId(1),
            broker_epoch: BrokerEpoch(0),
            current_metadata_offset: None,
            wish: Wish::Fence,
            offline_log_dirs: vec![],
        }));
        self.request("stale heartbeat", LEADER, id, request);
    }

    fn fetch(&mut self, id: u64, from: NodeId, fetch_offset: Offset, known: Offset) {
        let request = MetadataFetchRequest {
            current_leader_epoch: QuorumEpoch(1),
            fetch_offset,
            last_fetched_epoch: QuorumEpoch(1),
            high_watermark: Some(known),
            max_wait_ms: 500,
        };
        self.request("metadata fetch", from, id, Request::MetadataFetch(Arc::new(request)));
    }

    fn alter_partition(&mut self, id: u64, isr: &[u32], partition_epoch: u32) {
        let member = |id: &u32| {
            let (broker, broker_epoch) = (BrokerId(*id), Some(self.broker_epoch(*id)));
            IsrMember { broker, broker_epoch }
        };
        let request = AlterPartitionRequest {
            broker: BrokerId(1),
            broker_epoch: self.broker_epoch(1),
            partitions: vec![AlterPartitionData {
                partition: FIRST,
                leader_epoch: Some(LeaderEpoch(0)),
                partition_epoch: Some(PartitionEpoch(partition_epoch)),
                new_isr: isr.iter().map(member).collect(),
                leader_recovery_state: LeaderRecoveryState::Recovered,
            }],
        };
        let request = Request::AlterPartition(Arc::new(request));
        self.request("alter partition", LEADER, id, request);
    }

    fn check(&mut self, expected: &Expect) {
        expected.assert_eq(&std::mem::take(&mut self.said));
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the rest is shown as it is")]
fn shown(effect: &Effect) -> String {
    let Effect::Respond { id, response: Some(response), cause } = effect else {
        return format!("{effect:?}");
    };
    let text = match response {
        Response::MetadataFetch(body) => format!(
            "{} from {}, {} records, high watermark {}",
            body.error,
            body.base_offset,
            body.records.len(),
            body.high_watermark
        ),
        other => format!("{other:?}"),
    };
    format!("respond to {} because of {}: {text}", id.0, cause.0)
}

#[test]
fn a_session_that_is_over_fences_and_a_heartbeat_unfences() {
    let mut bench = Bench::new(&[101]);
    bench.pass(9_000);
    bench.heartbeat(1, 2, Wish::Unfence);
    bench.heartbeat(2, 3, Wish::Unfence);
    bench.timer(Timer::StaleBrokers);
    bench.pass(1);
    bench.timer(Timer::StaleBrokers);
    bench.pass(10);
    bench.timer(Timer::StaleBrokers);
    bench.pass(15);
    bench.timer(Timer::AppendLinger);
    bench.heartbeat(3, 1, Wish::Unfence);
    bench.pass(25);
    bench.timer(Timer::AppendLinger);
    bench.check(&expect![[r#"
        heartbeat of 2 @9.000
          respond to 1 because of 9: BrokerHeartbeat(BrokerHeartbeatResponse { error: None, caught_up: true, state: Unfenced })
        heartbeat of 3 @9.000
          respond to 2 because of 10: BrokerHeartbeat(BrokerHeartbeatResponse { error: None, caught_up: true, state: Unfenced })
        StaleBrokers @9.000
          SetTimer(StaleBrokers, SimTime(10125000))
        StaleBrokers @9.001
          13<-[12] SessionExpiry 9.001  controller 101  session expired    broker 1  last contact 0.000
          SetTimer(StaleBrokers, SimTime(9011000))
          SetTimer(AppendLinger, SimTime(9026000))
        StaleBrokers @9.011
          SetTimer(StaleBrokers, SimTime(10136000))
        AppendLinger @9.026
          16<-[13] LeaderElection 9.026  controller 101  record appended    14 PartitionChangeRecord orders-0 leader=2 isr=2,3
          17<-[13] SessionExpiry 9.026  controller 101  record appended    15 BrokerRegistrationChangeRecord broker 1 fenced
          18<-[16] MetadataCommit 9.026  controller 101  metadata committed up to 16
        heartbeat of 1 @9.026
          SetTimer(AppendLinger, SimTime(9051000))
        AppendLinger @9.051
          21<-[19] Heartbeat 9.051  controller 101  record appended    16 BrokerRegistrationChangeRecord broker 1 unfenced
          22<-[21] MetadataCommit 9.051  controller 101  metadata committed up to 17
          respond to 3 because of 22: BrokerHeartbeat(BrokerHeartbeatResponse { error: None, caught_up: true, state: Unfenced })
    "#]]);
}

#[test]
fn an_isr_change_is_answered_when_a_majority_has_it() {
    let mut bench = Bench::new(&[101, 102, 103]);
    let end = bench.high_watermark();
    let (voter, observer) = (NodeId::Controller(ControllerId(102)), NodeId::Broker(BrokerId(2)));
    bench.fetch(1, voter, end, end);
    bench.fetch(2, observer, end, end);
    bench.alter_partition(3, &[1, 2], 0);
    // This one writes nothing, and rests on what is not committed.
    bench.alter_partition(4, &[1, 2], 0);
    bench.pass(25);
    bench.timer(Timer::AppendLinger);
    bench.pass(1);
    bench.fetch(5, observer, end.plus(1), end);
    bench.fetch(6, voter, end.plus(1), end);
    bench.check(&expect![[r#"
        metadata fetch @0.000
          SetTimer(CheckQuorum, SimTime(3000000))
          SetTimer(DelayedMetadataFetch(RequestId(1)), SimTime(500000))
        metadata fetch @0.000
          SetTimer(DelayedMetadataFetch(RequestId(2)), SimTime(500000))
        alter partition @0.000
          SetTimer(AppendLinger, SimTime(25000))
        alter partition @0.000
        AppendLinger @0.025
          14<-[11] AlterPartition 0.025  controller 101  record appended    14 PartitionChangeRecord orders-0 isr=1,2
          CancelTimer(DelayedMetadataFetch(RequestId(1)))
          respond to 1 because of 14: NONE from 14, 1 records, high watermark 14
          CancelTimer(DelayedMetadataFetch(RequestId(2)))
          respond to 2 because of 14: NONE from 14, 1 records, high watermark 14
        metadata fetch @0.026
          SetTimer(DelayedMetadataFetch(RequestId(5)), SimTime(526000))
        metadata fetch @0.026
          17<-[14, 16] MetadataCommit 0.026  controller 101  metadata committed up to 15
          SetTimer(CheckQuorum, SimTime(3026000))
          CancelTimer(DelayedMetadataFetch(RequestId(5)))
          respond to 5 because of 17: NONE from 15, 0 records, high watermark 15
          CancelTimer(DelayedMetadataFetch(RequestId(6)))
          respond to 6 because of 17: NONE from 15, 0 records, high watermark 15
          respond to 3 because of 17: AlterPartition(AlterPartitionResponse { error: None, partitions: [AlterPartitionResult { partition: TopicPartition { topic: TopicId(0), partition: 0 }, result: Ok(LeaderAndIsr { leader: Some(BrokerId(1)), leader_epoch: LeaderEpoch(0), isr: [BrokerId(1), BrokerId(2)], leader_recovery_state: Recovered, partition_epoch: PartitionEpoch(1) }) }] })
          respond to 4 because of 17: AlterPartition(AlterPartitionResponse { error: None, partitions: [AlterPartitionResult { partition: TopicPartition { topic: TopicId(0), partition: 0 }, result: Err(InvalidUpdateVersion) }] })
    "#]]);
}

#[test]
fn an_idle_fetch_ends_empty_and_a_no_op_record_ends_it_sooner() {
    let mut bench = Bench::new(&[101]);
    let end = bench.high_watermark();
    bench.fetch(1, LEADER, end, end);
    bench.pass(500);
    bench.timer(Timer::DelayedMetadataFetch(RequestId(1)));
    bench.fetch(2, LEADER, end, end);
    bench.timer(Timer::NoOpRecord);
    bench.pass(25);
    bench.timer(Timer::AppendLinger);
    bench.check(&expect![[r#"
        metadata fetch @0.000
          SetTimer(DelayedMetadataFetch(RequestId(1)), SimTime(500000))
        DelayedMetadataFetch(RequestId(1)) @0.500
          CancelTimer(DelayedMetadataFetch(RequestId(1)))
          respond to 1 because of 10: NONE from 14, 0 records, high watermark 14
        metadata fetch @0.500
          SetTimer(DelayedMetadataFetch(RequestId(2)), SimTime(1000000))
        NoOpRecord @0.500
          SetTimer(NoOpRecord, SimTime(1000000))
          SetTimer(AppendLinger, SimTime(525000))
        AppendLinger @0.525
          14<-[12] MetadataCommit 0.525  controller 101  record appended    14 NoOpRecord
          15<-[14] MetadataCommit 0.525  controller 101  metadata committed up to 15
          CancelTimer(DelayedMetadataFetch(RequestId(2)))
          respond to 2 because of 15: NONE from 14, 1 records, high watermark 15
    "#]]);
}

#[test]
fn another_incarnation_is_refused_while_the_session_lasts() {
    let mut bench = Bench::new(&[101]);
    let request = Arc::new(BrokerRegistrationRequest {
        broker: BrokerId(1),
        incarnation: 1,
        rack: None,
        previous_broker_epoch: None,
        log_dirs: vec![DirectoryId::Named(1)],
        features: Release::V4_1.rules().features,
    });
    bench.pass(9_000);
    bench.request("early", LEADER, 1, Request::BrokerRegistration(request.clone()));
    bench.pass(1);
    bench.request("in time", LEADER, 2, Request::BrokerRegistration(request));
    bench.pass(25);
    bench.timer(Timer::AppendLinger);
    bench.check(&expect![[r#"
        early @9.000
          10<-[9] Registration 9.000  controller 101  registration refused broker 1  DUPLICATE_BROKER_REGISTRATION
          respond to 1 because of 10: BrokerRegistration(BrokerRegistrationResponse { error: DuplicateBrokerRegistration, broker_epoch: None })
        in time @9.001
          SetTimer(AppendLinger, SimTime(9026000))
        AppendLinger @9.026
          13<-[11] LeaderElection 9.026  controller 101  record appended    14 PartitionChangeRecord orders-0 leader=2 isr=2,3
          14<-[11] Registration 9.026  controller 101  record appended    15 RegisterBrokerRecord broker 1 broker_epoch=14
          15<-[13] MetadataCommit 9.026  controller 101  metadata committed up to 16
          respond to 2 because of 15: BrokerRegistration(BrokerRegistrationResponse { error: None, broker_epoch: Some(BrokerEpoch(14)) })
    "#]]);
}

#[test]
fn a_stopping_broker_goes_when_the_others_know() {
    let mut bench = Bench::new(&[101]);
    bench.heartbeat(1, 1, Wish::ShutDown);
    bench.pass(25);
    bench.timer(Timer::AppendLinger);
    bench.heartbeat(2, 1, Wish::ShutDown);
    bench.heartbeat(3, 2, Wish::Unfence);
    bench.heartbeat(4, 3, Wish::Unfence);
    bench.heartbeat(5, 1, Wish::ShutDown);
    bench.pass(25);
    bench.timer(Timer::AppendLinger);
    bench.check(&expect![[r#"
        heartbeat of 1 @0.000
          SetTimer(AppendLinger, SimTime(25000))
        AppendLinger @0.025
          11<-[9] ControlledShutdown 0.025  controller 101  record appended    14 BrokerRegistrationChangeRecord broker 1 in_controlled_shutdown
          12<-[9] LeaderElection 0.025  controller 101  record appended    15 PartitionChangeRecord orders-0 leader=2 isr=2,3
          13<-[11] MetadataCommit 0.025  controller 101  metadata committed up to 16
          respond to 1 because of 13: BrokerHeartbeat(BrokerHeartbeatResponse { error: None, caught_up: true, state: ControlledShutdown })
        heartbeat of 1 @0.025
          respond to 2 because of 14: BrokerHeartbeat(BrokerHeartbeatResponse { error: None, caught_up: true, state: ControlledShutdown })
        heartbeat of 2 @0.025
          respond to 3 because of 15: BrokerHeartbeat(BrokerHeartbeatResponse { error: None, caught_up: true, state: Unfenced })
        heartbeat of 3 @0.025
          respond to 4 because of 16: BrokerHeartbeat(BrokerHeartbeatResponse { error: None, caught_up: true, state: Unfenced })
        heartbeat of 1 @0.025
          SetTimer(AppendLinger, SimTime(50000))
        AppendLinger @0.050
          19<-[17] ControlledShutdown 0.050  controller 101  record appended    16 BrokerRegistrationChangeRecord broker 1 fenced
          20<-[19] MetadataCommit 0.050  controller 101  metadata committed up to 17
          respond to 5 because of 20: BrokerHeartbeat(BrokerHeartbeatResponse { error: None, caught_up: true, state: ShutdownNow })
    "#]]);
}

#[test]
fn topics_and_producer_ids_are_given_out() {
    let mut bench = Bench::new(&[101]);
    let topic = TopicSpec { name: "orders".into(), ..TopicSpec::default() };
    let topic = CreateTopicsRequest { topic };
    bench.request("again", LEADER, 1, Request::CreateTopics(Arc::new(topic)));
    let topic = TopicSpec { name: "refunds".into(), partitions: Some(2), ..TopicSpec::default() };
    let topic = CreateTopicsRequest { topic };
    bench.request("create", LEADER, 2, Request::CreateTopics(Arc::new(topic)));
    for id in [3, 4] {
        let request = Request::InitProducerId(Arc::new(InitProducerIdRequest));
        bench.request("producer id", LEADER, id, request);
    }
    bench.pass(25);
    bench.timer(Timer::AppendLinger);
    bench.check(&expect![[r#"
        again @0.000
          respond to 1 because of 9: CreateTopics(AdminResponse { error: TopicAlreadyExists, message: Some("Topic 'orders' already exists.") })
        create @0.000
          SetTimer(AppendLinger, SimTime(25000))
        producer id @0.000
        producer id @0.000
        AppendLinger @0.025
          14<-[10] ReplicaPlacement 0.025  controller 101  record appended    14 TopicRecord refunds
          15<-[10] ReplicaPlacement 0.025  controller 101  record appended    15 PartitionRecord refunds-0 leader=2 leader_epoch=0 replicas=2 isr=2
          16<-[10] ReplicaPlacement 0.025  controller 101  record appended    16 PartitionRecord refunds-1 leader=3 leader_epoch=0 replicas=3 isr=3
          17<-[11] Idempotence 0.025  controller 101  record appended    17 ProducerIdsRecord broker 1 next_producer_id=1000
          18<-[14, 17] MetadataCommit 0.025  controller 101  metadata committed up to 18
          respond to 2 because of 18: CreateTopics(AdminResponse { error: None, message: None })
          respond to 3 because of 18: InitProducerId(InitProducerIdResponse { error: None, producer_id: Some(ProducerId(0)) })
          respond to 4 because of 18: InitProducerId(InitProducerIdResponse { error: None, producer_id: Some(ProducerId(1)) })
    "#]]);
}

#[test]
fn a_refusal_waits_as_any_answer_does_and_an_exception_does_not() {
    let mut bench = Bench::new(&[101]);
    for (id, name) in (1..).zip(["pay.ments", "pay_ments", "a_b", "a.b", "pay ments", ".", ""]) {
        let topic = TopicSpec { name: name.into(), ..TopicSpec::default() };
        let topic = CreateTopicsRequest { topic };
        bench.request(name, LEADER, id, Request::CreateTopics(Arc::new(topic)));
    }
    bench.stale_heartbeat(9);
    bench.pass(25);
    bench.timer(Timer::AppendLinger);
    bench.check(&expect![[r#"
        pay.ments @0.000
          SetTimer(AppendLinger, SimTime(25000))
        pay_ments @0.000
        a_b @0.000
        a.b @0.000
        pay ments @0.000
        . @0.000
         @0.000
        stale heartbeat @0.000
          respond to 9 because of 16: BrokerHeartbeat(BrokerHeartbeatResponse { error: StaleBrokerEpoch, caught_up: false, state: Fenced })
        AppendLinger @0.025
          18<-[9] ReplicaPlacement 0.025  controller 101  record appended    14 TopicRecord pay.ments
          19<-[9] ReplicaPlacement 0.025  controller 101  record appended    15 PartitionRecord pay.ments-0 leader=2 leader_epoch=0 replicas=2 isr=2
          20<-[11] ReplicaPlacement 0.025  controller 101  record appended    16 TopicRecord a_b
          21<-[11] ReplicaPlacement 0.025  controller 101  record appended    17 PartitionRecord a_b-0 leader=1 leader_epoch=0 replicas=1 isr=1
          22<-[18, 20] MetadataCommit 0.025  controller 101  metadata committed up to 18
          respond to 1 because of 22: CreateTopics(AdminResponse { error: None, message: None })
          respond to 2 because of 22: CreateTopics(AdminResponse { error: InvalidTopicException, message: Some("Topic 'pay_ments' collides with existing topic: pay.ments") })
          respond to 3 because of 22: CreateTopics(AdminResponse { error: None, message: None })
          respond to 4 because of 22: CreateTopics(AdminResponse { error: InvalidTopicException, message: Some("Topic 'a.b' collides with existing topic: a_b") })
          respond to 5 because of 22: CreateTopics(AdminResponse { error: InvalidTopicException, message: Some("Topic name is invalid: 'pay ments' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'") })
          respond to 6 because of 22: CreateTopics(AdminResponse { error: InvalidTopicException, message: Some("Topic name is invalid: '.' or '..' is not allowed") })
          respond to 7 because of 22: CreateTopics(AdminResponse { error: InvalidTopicException, message: Some("Topic name is invalid: the empty string is not allowed") })
    "#]]);
}

#[test]
fn a_deleted_topic_leaves_nothing_to_stumble_over() {
    let mut state = ControllerState::new(Settings::default(), Release::V4_1.rules());
    let bench = Bench::new(&[101]);
    let write = |state: &mut ControllerState, records: Vec<MetadataRecord>| {
        for record in records {
            state.replay(QuorumEpoch(1), &record);
        }
    };
    for offset in 0..bench.node.metadata_log().end_offset().0 {
        let (_, record) = bench.node.metadata_log().entry(Offset(offset)).expect("in the log");
        write(&mut state, vec![record.clone()]);
    }
    for broker in [3, 2, 1].map(BrokerId) {
        let fenced = state.fence_broker(broker).expect("sound");
        write(&mut state, fenced);
    }
    let partition = state.image().partition(FIRST).expect("it exists").clone();
    assert_eq!((&partition.isr[..], &partition.elr[..]), (&[][..], &[BrokerId(1)][..]));
    let deleted = state.delete_topic(FIRST.topic).expect("it exists").records;
    write(&mut state, deleted);
    let request = BrokerRegistrationRequest {
        broker: BrokerId(1),
        incarnation: 1,
        rack: None,
        previous_broker_epoch: None,
        log_dirs: vec![DirectoryId::Named(1)],
        features: Release::V4_1.rules().features,
    };
    let later = SimTime::ZERO + SimDuration::from_secs(10);
    let registered = state.register_broker(&request, later).expect("not refused");
    assert_eq!(registered.records.len(), 1);
}

#[test]
fn a_follower_keeps_a_copy_and_sends_everybody_away() {
    let bench = Bench::new(&[101, 102]);
    let mut other = Bench::new(&[101, 102]);
    let end = bench.high_watermark();
    let voters = [101, 102].map(ControllerId);
    let log = bench.node.metadata_log().clone();
    let image = bench.node.committed_image().expect("it runs").clone();
    let history = History { log, image };
    other.node = ControllerNode::running(voters[1], &quorum(&voters), voters[0], &history);
    other.call("start", ControllerNode::begin_running);
    let answer = |error, high_watermark| {
        Response::MetadataFetch(Arc::new(MetadataFetchResponse {
            error,
            quorum_epoch: QuorumEpoch(1),
            leader: Some(voters[0]),
            high_watermark,
            diverging_epoch: None,
            base_offset: end,
            records: Arc::new([(QuorumEpoch(1), MetadataRecord::NoOpRecord)]),
        }))
    };
    let from = NodeId::Controller(voters[0]);
    let mut respond = |title: &str, id: u64, response: &Response| {
        other.call(title, |node, cx| node.on_response(cx, from, RequestId(id), response));
        let observed = other.node.observe(ProcessStatus::Running);
        let (role, end) = (observed.quorum_role, observed.log_end_offset);
        let _ = writeln!(other.said, "{role} {end} {}", observed.high_watermark);
    };
    respond("a record, not committed", 0, &answer(ErrorCode::None, end));
    respond("refused", 1, &answer(ErrorCode::FencedLeaderEpoch, end));
    other.pass(20);
    other.timer(Timer::MetadataFetchRetry);
    other.call("timed out", |node, cx| node.on_disconnect(cx, from, RequestId(2)));
    other.heartbeat(2, 1, Wish::Unfence);
    other.fetch(3, LEADER, end, end);
    other.check(&expect![[r#"
        start @0.000
          10<-[9] Transport 0.000  controller 102  request sent       Fetch #0 to controller 101
          SetTimer(QuorumElection, SimTime(2042000))
          Send { id: RequestId(0), to: Controller(ControllerId(101)), channel: Raft, request: MetadataFetch(MetadataFetchRequest { current_leader_epoch: QuorumEpoch(1), fetch_offset: Offset(14), last_fetched_epoch: QuorumEpoch(1), high_watermark: Some(Offset(14)), max_wait_ms: 500 }), timeout: SimDuration(2000000), cause: EventId(10) }
        a record, not committed @0.000
          12<-[11] Transport 0.000  controller 102  request sent       Fetch #1 to controller 101
          SetTimer(QuorumElection, SimTime(2026000))
          Send { id: RequestId(1), to: Controller(ControllerId(101)), channel: Raft, request: MetadataFetch(MetadataFetchRequest { current_leader_epoch: QuorumEpoch(1), fetch_offset: Offset(15), last_fetched_epoch: QuorumEpoch(1), high_watermark: Some(Offset(14)), max_wait_ms: 500 }), timeout: SimDuration(2000000), cause: EventId(12) }
        follower 15 14
        refused @0.000
          SetTimer(MetadataFetchRetry, SimTime(20000))
        follower 15 14
        MetadataFetchRetry @0.020
          15<-[14] Transport 0.020  controller 102  request sent       Fetch #2 to controller 101
          Send { id: RequestId(2), to: Controller(ControllerId(101)), channel: Raft, request: MetadataFetch(MetadataFetchRequest { current_leader_epoch: QuorumEpoch(1), fetch_offset: Offset(15), last_fetched_epoch: QuorumEpoch(1), high_watermark: Some(Offset(14)), max_wait_ms: 500 }), timeout: SimDuration(2000000), cause: EventId(15) }
        timed out @0.020
          SetTimer(MetadataFetchRetry, SimTime(40000))
        heartbeat of 1 @0.020
          respond to 2 because of 17: BrokerHeartbeat(BrokerHeartbeatResponse { error: NotController, caught_up: false, state: Fenced })
        metadata fetch @0.020
          respond to 3 because of 18: NOT_LEADER_OR_FOLLOWER from 0, 0 records, high watermark 0
    "#]]);
}

#[test]
fn the_log_of_time_0() {
    let bench = Bench::new(&[101]);
    let mut text = String::new();
    let end = bench.node.metadata_log().end_offset();
    for offset in 0..end.0 {
        let (epoch, record) = bench.node.metadata_log().entry(Offset(offset)).expect("in the log");
        let _ = writeln!(text, "{offset} {epoch} {record:?}");
    }
    expect![[r#"
        0 1 LeaderChange { leader: ControllerId(101), quorum_epoch: QuorumEpoch(1) }
        1 1 FeatureLevelRecord { feature: "metadata.version", level: 27 }
        2 1 FeatureLevelRecord { feature: "eligible.leader.replicas.version", level: 1 }
        3 1 FeatureLevelRecord { feature: "group.version", level: 1 }
        4 1 FeatureLevelRecord { feature: "transaction.version", level: 2 }
        5 1 ConfigRecord { resource: Cluster, key: MinInsyncReplicas, value: Some(Number(1)) }
        6 1 RegisterBrokerRecord { broker: BrokerId(1), incarnation: 0, broker_epoch: BrokerEpoch(6), rack: None, log_dirs: [], features: SupportedFeatures { metadata_version: VersionRange { min: 7, max: 27 }, eligible_leader_replicas: VersionRange { min: 0, max: 1 } } }
        7 1 RegisterBrokerRecord { broker: BrokerId(2), incarnation: 0, broker_epoch: BrokerEpoch(7), rack: None, log_dirs: [], features: SupportedFeatures { metadata_version: VersionRange { min: 7, max: 27 }, eligible_leader_replicas: VersionRange { min: 0, max: 1 } } }
        8 1 RegisterBrokerRecord { broker: BrokerId(3), incarnation: 0, broker_epoch: BrokerEpoch(8), rack: None, log_dirs: [], features: SupportedFeatures { metadata_version: VersionRange { min: 7, max: 27 }, eligible_leader_replicas: VersionRange { min: 0, max: 1 } } }
        9 1 BrokerRegistrationChangeRecord { broker: BrokerId(1), broker_epoch: BrokerEpoch(6), state: Unfenced }
        10 1 BrokerRegistrationChangeRecord { broker: BrokerId(2), broker_epoch: BrokerEpoch(7), state: Unfenced }
        11 1 BrokerRegistrationChangeRecord { broker: BrokerId(3), broker_epoch: BrokerEpoch(8), state: Unfenced }
        12 1 TopicRecord { topic: TopicId(0), name: "orders" }
        13 1 PartitionRecord(PartitionRecord { partition: TopicPartition { topic: TopicId(0), partition: 0 }, replicas: [BrokerId(1), BrokerId(2), BrokerId(3)], isr: [BrokerId(1), BrokerId(2), BrokerId(3)], leader: Some(BrokerId(1)), leader_epoch: LeaderEpoch(0), partition_epoch: PartitionEpoch(0), directories: [] })
    "#]].assert_eq(&text);
}

#[test]
fn the_clocks_of_a_start() {
    let mut bench = Bench::new(&[101]);
    bench.call("start", ControllerNode::begin_running);
    bench.check(&expect![[r#"
        start @0.000
          SetTimer(StaleBrokers, SimTime(395806))
          SetTimer(NoOpRecord, SimTime(185364))
          SetTimer(LeaderBalance, SimTime(300000000))
          SetTimer(UncleanElection, SimTime(300000000))
    "#]]);
}
