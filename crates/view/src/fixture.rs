//! The moment of two leaders, put together by hand: a cluster to look at without running one.

use epochscope_engine::log::ReplicatedLog;
use epochscope_engine::observe::{
    BrokerObservation, ClientObservation, ControllerObservation, MessageObservation,
    PartitionObservation, ProcessStatus, ProduceResult, RecordFate, ReplicaObservation,
    ReplicaRole, Transit, WaitingRequest, Wants,
};
use epochscope_vocabulary::command::ClientKind;
use epochscope_vocabulary::event::{Causes, EventKind};
use epochscope_vocabulary::metadata_record::{LeaderRecoveryState, RegistrationState};
use epochscope_vocabulary::rpc::{Acks, ApiKey};
use epochscope_vocabulary::rule::RuleId;
use epochscope_vocabulary::{
    BrokerEpoch, BrokerId, ClientId, ControllerId, Event, EventId, LeaderEpoch, Names, NodeId,
    Offset, PartitionEpoch, QuorumEpoch, RequestId, SimTime, TopicPartition,
};

use crate::scene::Reading;

const B1: BrokerId = BrokerId(1);
const B2: BrokerId = BrokerId(2);
const B3: BrokerId = BrokerId(3);

pub(crate) const fn ms(ms: u64) -> SimTime {
    SimTime(ms * 1_000)
}

/// The cluster at 32.006 s.
pub(crate) fn two_leaders() -> Reading {
    let mut names = Names::default();
    let partition = TopicPartition { topic: names.new_topic("orders"), partition: 0 };
    let clients: Vec<ClientId> =
        ["billing", "legacy", "checkout", "web"].iter().map(|n| names.client(n)).collect();
    let replicas = replicas(&mut names, partition);
    let fates = fates(&mut names, partition, clients[1]);
    Reading {
        at: ms(32_006),
        brokers: brokers(),
        controllers: controllers(),
        active_controller: Some(ControllerId(102)),
        partitions: vec![committed(partition)],
        shown: Some(partition),
        replicas,
        others: Vec::new(),
        cuts: Vec::new(),
        clients: client_list(&mut names, partition, &clients),
        messages: messages(&clients),
        fates,
        names,
    }
}

/// The trace that led there, as far as a scene needs it.
pub(crate) fn trace(reading: &Reading) -> Vec<Event> {
    let partition = reading.shown.expect("a partition");
    let value = reading.names.find_value("order-9").expect("a record");
    let kinds = [
        (20_000, B1, EventKind::Paused {}),
        (
            29_287,
            B2,
            EventKind::BecameLeader {
                partition,
                leader_epoch: LeaderEpoch(1),
                start_offset: Offset(9),
            },
        ),
        (
            29_295,
            B3,
            EventKind::Truncated {
                partition,
                from: Offset(10),
                to: Offset(9),
                values: [value].into(),
            },
        ),
        (32_000, B1, EventKind::Resumed {}),
    ];
    let event = |(index, (at, broker, kind)): (usize, (u64, BrokerId, EventKind))| Event {
        id: EventId(index as u64),
        at: ms(at),
        node: Some(NodeId::Broker(broker)),
        causes: Causes::default(),
        rule: RuleId::Transport,
        kind,
    };
    kinds.into_iter().enumerate().map(event).collect()
}

fn replicas(names: &mut Names, partition: TopicPartition) -> Vec<ReplicaObservation> {
    let mut log_with = |later: &[(&str, u32)], high_watermark: u64| {
        let mut log = ReplicatedLog::new();
        for index in 0..9 {
            let value = names.value(&format!("legacy-{index}"));
            log.append_as_leader(&[value], None, LeaderEpoch(0)).expect("appended");
        }
        for (text, epoch) in later {
            let value = names.value(text);
            log.append_as_leader(&[value], None, LeaderEpoch(*epoch)).expect("appended");
        }
        log.update_high_watermark(Offset(high_watermark));
        log
    };
    let stale = log_with(&[("order-9", 0), ("order-10", 0), ("order-13", 0)], 9);
    let new = log_with(&[("order-11", 1), ("order-12", 1), ("order-14", 1)], 11);
    let waits = |names: &mut Names, text: &str, from: u32| WaitingRequest {
        request: RequestId(50),
        from: NodeId::Client(ClientId(from)),
        since: ms(32_000),
        until: ms(62_000),
        wants: Wants::HighWatermark { required: Offset(12), values: [names.value(text)].into() },
    };
    let replica = |broker, role, epoch, log: &ReplicatedLog, waiting| ReplicaObservation {
        broker,
        partition,
        role,
        is_stale_leader: broker == B1,
        leader_epoch: LeaderEpoch(epoch),
        partition_epoch: PartitionEpoch(epoch),
        log: log.clone(),
        high_watermark: log.high_watermark(),
        checkpointed_high_watermark: Offset(0),
        isr: match broker {
            B1 => vec![B1, B2, B3],
            B2 => vec![B2, B3],
            _ => Vec::new(),
        },
        maximal_isr: Vec::new(),
        proposed_isr: None,
        directory: None,
        follower_offsets: Vec::new(),
        waiting,
    };
    let first = replica(B1, ReplicaRole::Leader, 0, &stale, vec![waits(names, "order-13", 2)]);
    let second = replica(B2, ReplicaRole::Leader, 1, &new, vec![waits(names, "order-14", 3)]);
    let third = replica(B3, ReplicaRole::Follower(B2), 1, &new, Vec::new());
    vec![first, second, third]
}

fn fates(names: &mut Names, partition: TopicPartition, client: ClientId) -> Vec<RecordFate> {
    let fate = |value| RecordFate {
        deleted: false,
        value,
        client,
        partition: Some(partition),
        acks: Acks::Leader,
        sent_at: ms(30_000),
        acked_at: Some(ms(32_004)),
        failed: None,
        appended: true,
        committed: false,
        readable: false,
        lost: true,
        duplicated: false,
    };
    let acked = ["order-9", "order-10", "order-11", "order-12"];
    let mut fates: Vec<_> = acked.iter().map(|text| fate(names.value(text))).collect();
    fates.sort_by_key(|fate| fate.value);
    fates
}

fn brokers() -> Vec<BrokerObservation> {
    let broker = |id, rack: &str, metadata_offset| BrokerObservation {
        halted: false,
        id,
        rack: Some(rack.into()),
        process: ProcessStatus::Running,
        registration: Some(RegistrationState::Unfenced),
        broker_epoch: Some(BrokerEpoch(5)),
        metadata_offset: Offset(metadata_offset),
        inbox: 0,
    };
    vec![broker(B1, "us-east-1a", 71), broker(B2, "us-east-1b", 96), broker(B3, "us-east-1c", 96)]
}

fn controllers() -> Vec<ControllerObservation> {
    let controller = |id, quorum_role| ControllerObservation {
        id: ControllerId(id),
        process: ProcessStatus::Running,
        quorum_role,
        is_active: quorum_role == "leader",
        quorum_epoch: QuorumEpoch(1),
        log_end_offset: Offset(96),
        high_watermark: Offset(96),
    };
    vec![controller(101, "follower"), controller(102, "leader"), controller(103, "follower")]
}

fn committed(partition: TopicPartition) -> PartitionObservation {
    PartitionObservation {
        adding: Vec::new(),
        removing: Vec::new(),
        partition,
        name: "orders-0".to_owned(),
        replicas: vec![B1, B2, B3],
        isr: vec![B2, B3],
        elr: Vec::new(),
        last_known_elr: Vec::new(),
        leader: Some(B2),
        leader_epoch: LeaderEpoch(1),
        partition_epoch: PartitionEpoch(1),
        leader_recovery_state: LeaderRecoveryState::Recovered,
        min_insync_replicas: 2,
    }
}

fn client_list(
    names: &mut Names,
    partition: TopicPartition,
    ids: &[ClientId],
) -> Vec<ClientObservation> {
    let mut client = |index: usize, acks: Option<Acks>, leader, epoch, told: &[(&str, bool)]| {
        let result = |(text, acked): &(&str, bool)| {
            let result = if *acked { ProduceResult::Acked(None) } else { ProduceResult::Pending };
            (names.value(text), result)
        };
        let results = told.iter().map(result).collect();
        ClientObservation {
            id: ids[index],
            name: names.client_name(ids[index]).into(),
            kind: if acks.is_some() { ClientKind::Producer } else { ClientKind::Consumer },
            acks,
            idempotent: false,
            leaders: vec![(partition, Some(leader), LeaderEpoch(epoch))],
            positions: if acks.is_some() { Vec::new() } else { vec![(partition, Offset(9))] },
            results,
            read_count: 9,
        }
    };
    vec![
        client(0, None, B1, 0, &[]),
        client(1, Some(Acks::Leader), B1, 0, &[("order-10", true)]),
        client(2, Some(Acks::All), B1, 0, &[("order-13", false)]),
        client(3, Some(Acks::All), B2, 1, &[("order-14", false)]),
    ]
}

fn messages(clients: &[ClientId]) -> Vec<MessageObservation> {
    let message = |request, api_key, from, to, label: &str| MessageObservation {
        request: RequestId(request),
        api_key,
        is_response: false,
        is_metadata: false,
        from,
        to,
        sent_at: ms(32_004),
        transit: Transit::Arriving(ms(32_008)),
        label: label.to_owned(),
        cause: EventId(0),
    };
    let (billing, legacy) = (NodeId::Client(clients[0]), NodeId::Client(clients[1]));
    let controller = NodeId::Controller(ControllerId(102));
    vec![
        MessageObservation {
            is_metadata: true,
            is_response: true,
            ..message(1, ApiKey::Fetch, controller, B1.into(), "Metadata 71 to 95")
        },
        message(2, ApiKey::Fetch, B3.into(), B2.into(), "Fetch 12, epoch 1"),
        message(3, ApiKey::Produce, legacy, B1.into(), "order-15"),
        message(4, ApiKey::Fetch, billing, B1.into(), "Fetch 9, epoch 0"),
    ]
}
