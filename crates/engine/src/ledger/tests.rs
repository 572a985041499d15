//! What the ledger makes of events.

use std::sync::Arc;

use epochscope_vocabulary::event::{Causes, Leadership};
use epochscope_vocabulary::rule::RuleId;
use epochscope_vocabulary::{BrokerId, TopicId};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

const ORDERS: TopicPartition = TopicPartition { topic: TopicId(0), partition: 0 };
const BILLS: TopicPartition = TopicPartition { topic: TopicId(1), partition: 0 };
const CLIENT: ClientId = ClientId(3);

fn event(id: u64, kind: EventKind) -> Event {
    Event {
        id: EventId(id),
        at: SimTime(id * 10),
        node: Some(NodeId::Client(CLIENT)),
        causes: Causes::default(),
        rule: RuleId::Command,
        kind,
    }
}

fn values(numbers: &[u32]) -> Arc<[ValueId]> {
    numbers.iter().copied().map(ValueId).collect()
}

fn sent(id: u64, numbers: &[u32]) -> Event {
    let kind = EventKind::ProduceSent {
        partition: ORDERS,
        to: BrokerId(1),
        values: values(numbers),
        acks: Acks::All,
        attempt: 0,
    };
    event(id, kind)
}

fn appended(id: u64, partition: TopicPartition, offset: u64, numbers: &[u32]) -> Event {
    let kind = EventKind::Appended {
        partition,
        offset: Offset(offset),
        leader_epoch: LeaderEpoch(0),
        values: values(numbers),
        leadership: Leadership::True,
    };
    event(id, kind)
}

fn acked(id: u64, numbers: &[u32]) -> Event {
    let kind = EventKind::Acknowledged { partition: ORDERS, offset: None, values: values(numbers) };
    event(id, kind)
}

#[test]
fn a_record_nobody_sent_has_no_fate() {
    let mut ledger = Ledger::default();
    assert_eq!(ledger.fate(ValueId(0)), None);
    ledger.on_event(&appended(1, ORDERS, 0, &[0]));
    ledger.on_event(&acked(2, &[0]));
    assert_eq!(ledger.fate(ValueId(0)), None);
    ledger.on_event(&sent(3, &[200]));
    assert_eq!(ledger.fate(ValueId(199)), None);
    assert!(ledger.fate(ValueId(200)).is_some());
}

#[test]
fn a_record_is_sent_then_appended_then_acknowledged() {
    let mut ledger = Ledger::default();
    ledger.on_event(&sent(1, &[5, 6]));
    let fate = ledger.fate(ValueId(6)).unwrap();
    assert_eq!((fate.client, fate.sent_at, fate.appended), (CLIENT, SimTime(10), false));
    ledger.on_event(&appended(2, ORDERS, 7, &[5, 6]));
    assert_eq!(ledger.entry(ValueId(6)).unwrap().appended, Some((Offset(8), LeaderEpoch(0))));
    ledger.on_event(&acked(3, &[5]));
    assert_eq!(ledger.fate(ValueId(5)).unwrap().acked_at, Some(SimTime(30)));
    assert_eq!(ledger.fate(ValueId(6)).unwrap().acked_at, None);
}

#[test]
fn the_first_sending_and_the_first_acknowledgement_count() {
    let mut ledger = Ledger::default();
    ledger.on_event(&sent(1, &[5]));
    ledger.on_event(&acked(2, &[5]));
    ledger.on_event(&sent(3, &[5]));
    ledger.on_event(&acked(4, &[5]));
    let fate = ledger.fate(ValueId(5)).unwrap();
    assert_eq!((fate.sent_at, fate.acked_at), (SimTime(10), Some(SimTime(20))));
}

#[test]
fn a_partition_lists_each_record_once_however_often_it_is_appended() {
    let mut ledger = Ledger::default();
    ledger.on_event(&sent(1, &[5, 6]));
    ledger.on_event(&appended(2, ORDERS, 0, &[5, 6]));
    ledger.on_event(&appended(3, ORDERS, 2, &[5]));
    ledger.on_event(&appended(4, BILLS, 0, &[6]));
    assert_eq!(ledger.appended_to(ORDERS).collect::<Vec<_>>(), [ValueId(5), ValueId(6)]);
    assert_eq!(ledger.appended_to(BILLS).count(), 0);
    assert_eq!(ledger.entry(ValueId(5)).unwrap().appended, Some((Offset(2), LeaderEpoch(0))));
}

#[test]
fn what_the_logs_tell_is_kept_and_a_copy_stays_as_it_was() {
    let mut ledger = Ledger::default();
    ledger.on_event(&sent(1, &[5]));
    let before = ledger.clone();
    ledger.commit(ValueId(5));
    ledger.meet_min_isr(ValueId(5));
    ledger.set_loss(ValueId(5), Loss::By(EventId(9)));
    let entry = ledger.entry(ValueId(5)).unwrap();
    assert!(entry.committed && entry.met_min_isr);
    assert!(ledger.fate(ValueId(5)).unwrap().lost);
    assert!(!before.fate(ValueId(5)).unwrap().lost);
    ledger.set_loss(ValueId(5), Loss::Not);
    assert!(!ledger.fate(ValueId(5)).unwrap().lost);
}

#[test]
fn the_whole_life_of_a_record_is_told() {
    let mut ledger = Ledger::default();
    let value = ValueId(5);
    let consumed = |id, client| Event {
        node: Some(NodeId::Client(ClientId(client))),
        ..event(
            id,
            EventKind::Consumed {
                partition: ORDERS,
                offset: Offset(7),
                values: values(&[5]),
                from: BrokerId(1),
            },
        )
    };
    let truncated = EventKind::Truncated {
        partition: ORDERS,
        from: Offset(8),
        to: Offset(7),
        values: values(&[5]),
    };
    let leader = NodeId::Broker(BrokerId(1));
    let life = |ledger: &Ledger| {
        let entry = *ledger.entry(value).unwrap();
        (entry.appended_by, entry.committed_at, entry.lost_at, ledger.readers(value).to_vec())
    };
    ledger.on_event(&sent(1, &[5]));
    assert_eq!(life(&ledger), (None, None, None, vec![]));
    ledger.on_event(&Event { node: Some(leader), ..appended(2, ORDERS, 7, &[5]) });
    let by = Some((leader, SimTime(20)));
    assert_eq!(life(&ledger), (by, None, None, vec![]));
    ledger.on_event(&acked(3, &[5]));
    ledger.commit(value);
    assert_eq!(life(&ledger), (by, Some(SimTime(30)), None, vec![]));
    ledger.on_event(&consumed(4, 8));
    ledger.on_event(&consumed(5, 9));
    ledger.on_event(&consumed(6, 8));
    let readers = vec![(ClientId(8), SimTime(40)), (ClientId(9), SimTime(50))];
    assert_eq!(life(&ledger), (by, Some(SimTime(30)), None, readers.clone()));
    ledger.on_event(&event(7, truncated));
    ledger.set_loss(value, Loss::By(EventId(7)));
    let lost = Some((SimTime(70), "truncated"));
    assert_eq!(life(&ledger), (by, Some(SimTime(30)), lost, readers.clone()));
    ledger.set_loss(value, Loss::Not);
    assert_eq!(life(&ledger), (by, Some(SimTime(30)), None, readers));
}
