//! A log against a list, and what crashes leave of it.

use epochscope_vocabulary::rpc::BatchSequence;
use epochscope_vocabulary::{LeaderEpoch, Offset, ProducerEpoch, ProducerId, ValueId};
use proptest::prelude::*;

use super::{FetchedDataCheck, FollowerAppend, ReplicatedLog};
use crate::log::LogRecord;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn record(value: u32, epoch: u32) -> LogRecord {
    LogRecord { value: ValueId(value), leader_epoch: LeaderEpoch(epoch), sequence: None }
}

/// A log as its leaders wrote it: one number is one record, of that epoch.
fn log(epochs: &[u32]) -> ReplicatedLog {
    let mut log = ReplicatedLog::new();
    for epoch in epochs {
        let written = log.append_as_leader(&[ValueId(0)], None, LeaderEpoch(*epoch));
        assert!(written.is_ok());
    }
    log
}

fn sequence(base_sequence: u32) -> BatchSequence {
    BatchSequence { producer_id: ProducerId(1), producer_epoch: ProducerEpoch(0), base_sequence }
}

/// Epochs of the records and of the cache, and the three offsets.
fn drawn(log: &ReplicatedLog) -> String {
    let records = log.records(Offset::ZERO, Offset(u64::MAX));
    let records: Vec<String> = records.map(|(_, record)| record.leader_epoch.to_string()).collect();
    let entries = log.leader_epochs().entries().iter();
    let entries: Vec<String> =
        entries.map(|entry| format!("{}@{}", entry.epoch, entry.start_offset)).collect();
    format!(
        "[{}] start={} hw={} end={} epochs={}",
        records.join(" "),
        log.log_start_offset(),
        log.high_watermark(),
        log.log_end_offset(),
        entries.join(",")
    )
}

#[test]
fn a_new_leader_marks_its_epoch_before_it_writes() {
    let mut log = log(&[0, 0]);
    log.assign_epoch(LeaderEpoch(3));
    assert_eq!(drawn(&log), "[0 0] start=0 hw=0 end=2 epochs=0@0,3@2");
    // Truncating what is not there takes back the epoch that wrote nothing.
    assert!(!log.truncate_to(Offset(2)));
    assert_eq!(drawn(&log), "[0 0] start=0 hw=0 end=2 epochs=0@0");
}

#[test]
fn truncation_takes_epochs_high_watermark_and_flushed_offset_along() {
    let mut log = log(&[0, 0, 1, 1, 2]);
    log.flush();
    log.update_high_watermark(Offset(4));
    assert!(log.truncate_to(Offset(2)));
    assert_eq!(drawn(&log), "[0 0] start=0 hw=2 end=2 epochs=0@0");
    assert_eq!(log.flushed_offset(), Offset(2));
    log.truncate_fully_and_start_at(Offset(9));
    assert_eq!(drawn(&log), "[] start=9 hw=9 end=9 epochs=");
}

/// KAFKA-18723: a reply to a fetch of epoch 1 may carry what a leader of epoch 2 wrote meanwhile.
#[test]
fn a_follower_drops_records_of_an_epoch_it_does_not_know() {
    let fetched = [record(10, 1), record(11, 2), record(12, 1)];
    let append = |check| {
        let mut log = log(&[0]);
        let result = log.append_as_follower(Offset(1), &fetched, check);
        (result.is_ok_and(|done| done != FollowerAppend::Dropped), drawn(&log))
    };
    let one = "[0 1] start=0 hw=0 end=2 epochs=0@0,1@1".to_owned();
    assert_eq!(append(FetchedDataCheck::NotAbove(LeaderEpoch(1))), (true, one));
    let none = "[0] start=0 hw=0 end=1 epochs=0@0".to_owned();
    assert_eq!(append(FetchedDataCheck::NotAbove(LeaderEpoch(0))), (false, none));
    let all = "[0 1 2 1] start=0 hw=0 end=4 epochs=0@0,1@3".to_owned();
    assert_eq!(append(FetchedDataCheck::Unchecked), (true, all));
}

#[test]
fn records_that_do_not_begin_at_the_end_are_refused() {
    let mut log = log(&[0, 0]);
    for base_offset in [1, 3] {
        let result = log.append_as_follower(
            Offset(base_offset),
            &[record(9, 0)],
            FetchedDataCheck::Unchecked,
        );
        assert_eq!(result.map_err(|error| error.expected), Err(Offset(2)));
    }
    assert_eq!(log.log_end_offset(), Offset(2));
}

#[test]
fn a_loss_of_power_leaves_what_was_flushed_and_the_checkpointed_high_watermark() {
    let mut log = log(&[0, 0]);
    log.update_high_watermark(Offset(1));
    log.checkpoint_high_watermark();
    log.flush();
    log.append_as_leader(&[ValueId(7), ValueId(8)], None, LeaderEpoch(1)).expect("no sequence");
    log.update_high_watermark(Offset(4));
    let mut process_killed = log.clone();
    process_killed.load();
    assert_eq!(drawn(&process_killed), "[0 0 1 1] start=0 hw=1 end=4 epochs=0@0,1@2");
    log.lose_unflushed();
    log.load();
    assert_eq!(drawn(&log), "[0 0] start=0 hw=1 end=2 epochs=0@0");
}

#[test]
fn a_torn_batch_is_lost_whole() {
    let mut log = log(&[0]);
    let batch = [ValueId(1), ValueId(2), ValueId(3)];
    log.append_as_leader(&batch, Some(sequence(0)), LeaderEpoch(0)).expect("the first sequence");
    log.lose_tail(1);
    assert_eq!(log.log_end_offset(), Offset(1));
    assert!(log.producers().entries().is_empty());
    log.lose_tail(1_000);
    assert_eq!(log.log_end_offset(), Offset::ZERO);
}

#[test]
fn a_clean_restart_remembers_only_the_last_batch_of_a_producer() {
    let mut log = ReplicatedLog::new();
    for base_sequence in [0, 1, 2] {
        let batch = Some(sequence(base_sequence));
        log.append_as_leader(&[ValueId(0)], batch, LeaderEpoch(0)).expect("the next sequence");
    }
    let remembered = |log: &ReplicatedLog| log.producers().entries()[0].batches().count();
    let mut killed = log.clone();
    killed.load();
    assert_eq!(remembered(&killed), 3);
    log.close();
    log.load();
    assert_eq!(remembered(&log), 1);
}

#[test]
fn producers_roll_back_with_the_log() {
    let mut log = ReplicatedLog::new();
    for base_sequence in [0, 1, 2] {
        let batch = Some(sequence(base_sequence));
        log.append_as_leader(&[ValueId(0)], batch, LeaderEpoch(0)).expect("the next sequence");
    }
    log.truncate_to(Offset(1));
    let again = log.append_as_leader(&[ValueId(9)], Some(sequence(1)), LeaderEpoch(1));
    assert!(again.is_ok(), "sequence 1 was truncated, so it is no repeat: {again:?}");
}

#[test]
#[should_panic(expected = "high watermark 2 above log end 1")]
fn a_leader_cannot_commit_what_it_does_not_have() {
    log(&[0]).maybe_increment_high_watermark(Offset(2));
}

#[derive(Clone, Debug)]
enum Change {
    Lead { epochs_up: u32, records: u32 },
    Follow { epochs_up: u32, records: u32 },
    Truncate(u64),
    TruncateFully(u64),
    UpdateHighWatermark(u64),
    IncrementLogStart(u64),
    Clone,
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let change = prop_oneof![
        4 => (0_u32..3, 0_u32..100)
            .prop_map(|(epochs_up, records)| Change::Lead { epochs_up, records }),
        4 => (0_u32..3, 1_u32..100)
            .prop_map(|(epochs_up, records)| Change::Follow { epochs_up, records }),
        3 => (0_u64..400).prop_map(Change::Truncate),
        1 => (0_u64..400).prop_map(Change::TruncateFully),
        2 => (0_u64..400).prop_map(Change::UpdateHighWatermark),
        1 => (0_u64..400).prop_map(Change::IncrementLogStart),
        1 => Just(Change::Clone),
    ];
    proptest::collection::vec(change, 1..20)
}

/// The plainest log: its start, its high watermark, and (value, epoch) from the start on.
#[derive(Clone, Debug, Default)]
struct Model {
    start: u64,
    high_watermark: u64,
    records: Vec<(u32, u32)>,
}

impl Model {
    fn end(&self) -> u64 {
        self.start + u64::try_from(self.records.len()).expect("fits")
    }

    fn truncate(&mut self, target: u64) {
        let target = target.min(self.end());
        self.start = self.start.min(target);
        self.records.truncate(usize::try_from(target - self.start).expect("fits"));
        self.high_watermark = self.high_watermark.min(target);
    }

    fn agrees_with(&self, log: &ReplicatedLog) -> Result<(), TestCaseError> {
        prop_assert_eq!(log.log_start_offset(), Offset(self.start));
        prop_assert_eq!(log.high_watermark(), Offset(self.high_watermark));
        prop_assert_eq!(log.log_end_offset(), Offset(self.end()));
        prop_assert!(log.flushed_offset() <= log.log_end_offset());
        let records = log.records(Offset::ZERO, Offset(u64::MAX));
        let found: Vec<(u32, u32)> =
            records.map(|(_, record)| (record.value.0, record.leader_epoch.0)).collect();
        prop_assert_eq!(&found, &self.records);
        self.epochs_agree_with(log)
    }

    /// Epochs and start offsets rise strictly, and each record is of the epoch the cache says.
    fn epochs_agree_with(&self, log: &ReplicatedLog) -> Result<(), TestCaseError> {
        let entries = log.leader_epochs().entries();
        for pair in entries.windows(2) {
            prop_assert!(pair[0].epoch < pair[1].epoch);
            prop_assert!(pair[0].start_offset < pair[1].start_offset);
        }
        for (offset, (_, epoch)) in (self.start..).zip(&self.records) {
            let cached = log.leader_epochs().epoch_for_offset(Offset(offset));
            prop_assert_eq!(cached, Some(LeaderEpoch(*epoch)));
        }
        Ok(())
    }
}

proptest! {
    #[test]
    fn a_log_is_a_list_and_its_clones_are_independent(changes in changes()) {
        let (mut log, mut model) = (ReplicatedLog::new(), Model::default());
        let (mut epoch, mut value) = (0, 0);
        let mut clones = Vec::new();
        for change in changes {
            match change {
                Change::Lead { epochs_up, records } => {
                    epoch += epochs_up;
                    log.assign_epoch(LeaderEpoch(epoch));
                    let values: Vec<ValueId> = (value..value + records).map(ValueId).collect();
                    prop_assert!(log.append_as_leader(&values, None, LeaderEpoch(epoch)).is_ok());
                    model.records.extend(values.iter().map(|value| (value.0, epoch)));
                    value += records;
                }
                Change::Follow { epochs_up, records } => {
                    epoch += epochs_up;
                    let fetched: Vec<LogRecord> =
                        (value..value + records).map(|value| record(value, epoch)).collect();
                    let end = log.log_end_offset();
                    let check = FetchedDataCheck::NotAbove(LeaderEpoch(epoch));
                    prop_assert!(log.append_as_follower(end, &fetched, check).is_ok());
                    model.records.extend(fetched.iter().map(|record| (record.value.0, epoch)));
                    value += records;
                }
                Change::Truncate(target) => {
                    let cuts = target < model.end();
                    prop_assert_eq!(log.truncate_to(Offset(target)), cuts);
                    model.truncate(target);
                }
                Change::TruncateFully(start) => {
                    log.truncate_fully_and_start_at(Offset(start));
                    model = Model { start, high_watermark: start, records: Vec::new() };
                }
                Change::UpdateHighWatermark(told) => {
                    model.high_watermark = told.clamp(model.start, model.end());
                    let moved = log.update_high_watermark(Offset(told));
                    prop_assert_eq!(moved, Offset(model.high_watermark));
                }
                Change::IncrementLogStart(start) => {
                    let result = log.maybe_increment_log_start_offset(Offset(start));
                    prop_assert_eq!(result.is_ok(), start <= model.high_watermark);
                    if start > model.start && result.is_ok() {
                        let dropped = usize::try_from(start - model.start).expect("fits");
                        model.records.drain(..dropped);
                        model.start = start;
                    }
                }
                Change::Clone => clones.push((log.clone(), model.clone())),
            }
            model.agrees_with(&log)?;
        }
        for (clone, model) in clones {
            model.agrees_with(&clone)?;
        }
    }
}
