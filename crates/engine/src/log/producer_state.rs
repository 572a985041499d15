//! What a replica remembers of idempotent producers: their last five batches, to know a repeat.
//!
//! The state is a function of the log: every replica builds the same one from the same records, so
//! a new leader recognises the repeats of what it holds, and of nothing else. Not quite: a snapshot
//! keeps only the last batch of each producer, and a truncation starts from the latest snapshot.
//!
//! Source: Kafka `ProducerStateManager`, `ProducerStateEntry`, `ProducerAppendInfo`; KIP-98.
//! Simplified: no transactions, and a producer is never forgotten for being idle.
//! Uses: nothing.

use epochscope_vocabulary::rpc::{BatchSequence, RecordSequence};
use epochscope_vocabulary::{ErrorCode, Offset, ProducerEpoch, ProducerId};

/// How many batches of one producer are remembered.
const NUM_BATCHES_TO_RETAIN: usize = 5;

/// The largest sequence number; the one after it is 0.
const LAST_SEQUENCE: u32 = 0x7fff_ffff;

/// One batch as remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BatchMetadata {
    /// The sequence number of its first record.
    pub first_sequence: u32,
    /// The sequence number of its last record: below the first when the numbers wrap.
    pub last_sequence: u32,
    /// The offset of its first record.
    pub first_offset: Offset,
    /// The offset of its last record.
    pub last_offset: Offset,
}

/// What is remembered of one producer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProducerStateEntry {
    /// The producer.
    pub producer_id: ProducerId,
    /// The newest epoch it has written with; all remembered batches are of it.
    pub producer_epoch: ProducerEpoch,
    /// Oldest first; the empty places come last.
    batches: [Option<BatchMetadata>; NUM_BATCHES_TO_RETAIN],
}

/// What a leader does with a batch that carries a sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SequenceVerdict {
    /// It is the next one.
    Append,
    /// It was written before, as this batch.
    Duplicate(BatchMetadata),
}

/// The producers of one log, in order of their ids.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProducerStateManager {
    entries: Vec<ProducerStateEntry>,
    /// Oldest first.
    snapshots: Vec<ProducerSnapshot>,
}

/// What a snapshot file holds of the producers of a log up to an offset.
#[derive(Clone, Debug, PartialEq, Eq)]
struct ProducerSnapshot {
    offset: Offset,
    /// Invariant: each with its last batch only.
    entries: Vec<ProducerStateEntry>,
}

/// The sequence number `count` after `sequence`.
#[must_use]
pub const fn increment_sequence(sequence: u32, count: u32) -> u32 {
    sequence.wrapping_add(count) & LAST_SEQUENCE
}

impl ProducerStateEntry {
    /// The remembered batches, oldest first.
    pub fn batches(&self) -> impl Iterator<Item = BatchMetadata> + '_ {
        self.batches.iter().flatten().copied()
    }

    /// The sequence number of the last record.
    #[must_use]
    pub fn last_sequence(&self) -> Option<u32> {
        self.batches().last().map(|batch| batch.last_sequence)
    }

    fn with_last_batch_only(mut self) -> Self {
        let last = self.batches().last();
        self.batches = [None; NUM_BATCHES_TO_RETAIN];
        self.batches[0] = last;
        self
    }

    fn add(&mut self, batch: BatchMetadata) {
        if let Some(place) = self.batches.iter_mut().find(|place| place.is_none()) {
            *place = Some(batch);
        } else {
            self.batches.rotate_left(1);
            self.batches[NUM_BATCHES_TO_RETAIN - 1] = Some(batch);
        }
    }
}

impl ProducerStateManager {
    /// Every producer known, in order of its id.
    #[must_use]
    pub fn entries(&self) -> &[ProducerStateEntry] {
        &self.entries
    }

    /// What is known of one producer.
    #[must_use]
    pub fn entry(&self, producer_id: ProducerId) -> Option<&ProducerStateEntry> {
        let place = self.entries.binary_search_by_key(&producer_id, |entry| entry.producer_id);
        place.ok().map(|index| &self.entries[index])
    }

    /// What a leader answers to a batch of `count` records, before it writes anything.
    ///
    /// # Errors
    /// INVALID_PRODUCER_EPOCH for an older incarnation of the producer,
    /// OUT_OF_ORDER_SEQUENCE_NUMBER for a gap and for a repeat too old to be remembered.
    pub fn check(&self, batch: &BatchSequence, count: u32) -> Result<SequenceVerdict, ErrorCode> {
        // A producer never seen, or forgotten, may start with any number.
        let Some(known) = self.entry(batch.producer_id) else {
            return Ok(SequenceVerdict::Append);
        };
        let last_sequence = increment_sequence(batch.base_sequence, count.saturating_sub(1));
        if batch.producer_epoch == known.producer_epoch {
            let repeated = known.batches().find(|stored| {
                stored.first_sequence == batch.base_sequence
                    && stored.last_sequence == last_sequence
            });
            if let Some(stored) = repeated {
                return Ok(SequenceVerdict::Duplicate(stored));
            }
        }
        if batch.producer_epoch < known.producer_epoch {
            return Err(ErrorCode::InvalidProducerEpoch);
        }
        if batch.base_sequence == expected_sequence(known, batch.producer_epoch) {
            Ok(SequenceVerdict::Append)
        } else {
            Err(ErrorCode::OutOfOrderSequenceNumber)
        }
    }

    /// Takes note of a record now at `offset`. A batch counts when its last record is there.
    pub fn update(&mut self, sequence: &RecordSequence, offset: Offset) {
        let Some(before_last) = sequence.count.checked_sub(1) else {
            return;
        };
        if sequence.index != before_last {
            return;
        }
        let batch = BatchMetadata {
            first_sequence: sequence.batch.base_sequence,
            last_sequence: increment_sequence(sequence.batch.base_sequence, before_last),
            first_offset: Offset(offset.0.saturating_sub(u64::from(before_last))),
            last_offset: offset,
        };
        self.add(&sequence.batch, batch);
    }

    /// Writes a snapshot of a log that ends at `offset`, unless there is one as new.
    pub fn take_snapshot(&mut self, offset: Offset) {
        let is_new = self.snapshots.last().is_none_or(|latest| latest.offset < offset);
        if is_new && !self.entries.is_empty() {
            let entries = self.entries.iter().map(|entry| entry.with_last_batch_only()).collect();
            self.snapshots.push(ProducerSnapshot { offset, entries });
        }
    }

    /// Goes back to the latest snapshot of a log that now starts and ends here. Gives back from
    /// where on the log has to be read to know the rest.
    pub fn truncate_and_reload(&mut self, log_start: Offset, log_end: Offset) -> Offset {
        self.snapshots.retain(|snapshot| log_start < snapshot.offset && snapshot.offset <= log_end);
        if let Some(latest) = self.snapshots.last() {
            self.entries.clone_from(&latest.entries);
            latest.offset
        } else {
            self.entries.clear();
            log_start
        }
    }

    /// Forgets every producer and every snapshot.
    pub fn clear(&mut self) {
        self.entries.clear();
        self.snapshots.clear();
    }

    fn add(&mut self, sequence: &BatchSequence, batch: BatchMetadata) {
        let fresh = ProducerStateEntry {
            producer_id: sequence.producer_id,
            producer_epoch: sequence.producer_epoch,
            batches: [None; NUM_BATCHES_TO_RETAIN],
        };
        let place =
            self.entries.binary_search_by_key(&sequence.producer_id, |entry| entry.producer_id);
        let index = match place {
            Ok(index) => index,
            Err(index) => {
                self.entries.insert(index, fresh);
                index
            }
        };
        let entry = &mut self.entries[index];
        if entry.producer_epoch != sequence.producer_epoch {
            *entry = fresh;
        }
        entry.add(batch);
    }
}

/// The first sequence number that a batch of `epoch` must have.
fn expected_sequence(known: &ProducerStateEntry, epoch: ProducerEpoch) -> u32 {
    match known.last_sequence() {
        Some(last) if epoch == known.producer_epoch => increment_sequence(last, 1),
        Some(_) | None => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use SequenceVerdict::Append;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn sequence(producer_epoch: u16, base_sequence: u32) -> BatchSequence {
        BatchSequence {
            producer_id: ProducerId(1),
            producer_epoch: ProducerEpoch(producer_epoch),
            base_sequence,
        }
    }

    /// Batches of two records, as a leader would write them one after another.
    fn wrote(producer_epoch: u16, base_sequences: &[u32]) -> ProducerStateManager {
        let mut producers = ProducerStateManager::default();
        for (position, base_sequence) in (0..).zip(base_sequences) {
            let batch = sequence(producer_epoch, *base_sequence);
            for index in 0..2 {
                let record = RecordSequence { batch, index, count: 2 };
                producers.update(&record, Offset(position * 2 + u64::from(index)));
            }
        }
        producers
    }

    #[test]
    fn the_next_sequence_is_appended_and_a_gap_is_not() {
        let producers = wrote(0, &[0, 2]);
        assert_eq!(producers.check(&sequence(0, 4), 2), Ok(Append));
        let gap = producers.check(&sequence(0, 5), 2);
        assert_eq!(gap, Err(ErrorCode::OutOfOrderSequenceNumber));
    }

    #[test]
    fn one_of_the_last_five_batches_is_a_duplicate_an_older_one_is_out_of_order() {
        let producers = wrote(0, &[0, 2, 4, 6, 8, 10]);
        for (base_sequence, first_offset) in [(2, 2), (10, 10)] {
            let repeat = producers.check(&sequence(0, base_sequence), 2);
            let Ok(SequenceVerdict::Duplicate(stored)) = repeat else {
                panic!("{base_sequence}: {repeat:?}")
            };
            assert_eq!(stored.first_offset, Offset(first_offset));
        }
        let forgotten = producers.check(&sequence(0, 0), 2);
        assert_eq!(forgotten, Err(ErrorCode::OutOfOrderSequenceNumber));
        let other_length = producers.check(&sequence(0, 10), 1);
        assert_eq!(other_length, Err(ErrorCode::OutOfOrderSequenceNumber));
    }

    #[test]
    fn a_new_producer_epoch_starts_at_zero_and_fences_the_old_one() {
        let producers = wrote(3, &[0]);
        assert_eq!(producers.check(&sequence(4, 0), 2), Ok(Append));
        let not_zero = producers.check(&sequence(4, 2), 2);
        assert_eq!(not_zero, Err(ErrorCode::OutOfOrderSequenceNumber));
        let old = producers.check(&sequence(2, 0), 2);
        assert_eq!(old, Err(ErrorCode::InvalidProducerEpoch));
    }

    #[test]
    fn the_batches_of_an_older_producer_epoch_are_forgotten() {
        let mut producers = wrote(3, &[0, 2]);
        let record = RecordSequence { batch: sequence(4, 0), index: 0, count: 1 };
        producers.update(&record, Offset(4));
        assert_eq!(producers.entries()[0].producer_epoch, ProducerEpoch(4));
        assert_eq!(producers.entries()[0].batches().count(), 1);
    }

    #[test]
    fn an_unknown_producer_may_start_anywhere() {
        assert_eq!(ProducerStateManager::default().check(&sequence(5, 77), 2), Ok(Append));
    }

    #[test]
    fn sequence_numbers_wrap_to_zero() {
        let producers = wrote(0, &[LAST_SEQUENCE]);
        assert_eq!(producers.entries()[0].last_sequence(), Some(0));
        assert_eq!(producers.check(&sequence(0, 1), 2), Ok(Append));
    }

    #[test]
    fn a_batch_counts_when_its_last_record_is_there() {
        let mut producers = ProducerStateManager::default();
        let record = |index| RecordSequence { batch: sequence(0, 0), index, count: 2 };
        producers.update(&record(0), Offset(0));
        assert!(producers.entries().is_empty());
        producers.update(&record(1), Offset(1));
        assert_eq!(producers.entries().len(), 1);
    }

    #[test]
    fn a_snapshot_remembers_only_the_last_batch() {
        let mut producers = wrote(0, &[0, 2, 4]);
        producers.take_snapshot(Offset(6));
        assert_eq!(producers.truncate_and_reload(Offset::ZERO, Offset(6)), Offset(6));
        let last = producers.entries()[0].batches().collect::<Vec<_>>();
        assert_eq!(last.iter().map(|batch| batch.first_sequence).collect::<Vec<_>>(), [4]);
        // A log that ends below the snapshot has to be read from its start.
        assert_eq!(producers.truncate_and_reload(Offset::ZERO, Offset(5)), Offset::ZERO);
        assert!(producers.entries().is_empty());
    }
}
