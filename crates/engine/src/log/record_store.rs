//! The records of one log in shared chunks, so that a copy of a log copies almost nothing.
//!
//! Records are written to a tail; a full tail is sealed and shared by all copies from then on.
//! A checkpoint of the simulation therefore costs one pointer and at most one tail for each log.
//!
//! Uses: nothing.

use std::sync::Arc;

use epochscope_vocabulary::Offset;

use super::LogRecord;

/// Records in a sealed chunk.
const CHUNK_RECORDS: usize = 64;

/// Consecutive records, from `base_offset` on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecordStore {
    base_offset: Offset,
    /// Invariant: each chunk holds exactly [`CHUNK_RECORDS`].
    sealed: Arc<Vec<Arc<[LogRecord]>>>,
    /// Invariant: shorter than a chunk.
    tail: Vec<LogRecord>,
}

impl RecordStore {
    /// An empty store whose first record will have `base_offset`.
    #[must_use]
    pub fn starting_at(base_offset: Offset) -> Self {
        Self { base_offset, ..Self::default() }
    }

    /// The offset of the first record kept.
    #[must_use]
    pub const fn base_offset(&self) -> Offset {
        self.base_offset
    }

    /// The offset that the next record will get.
    #[must_use]
    pub fn end_offset(&self) -> Offset {
        self.base_offset.plus(count(self.len()))
    }

    /// Writes one more record.
    pub fn push(&mut self, record: LogRecord) {
        self.tail.push(record);
        if self.tail.len() == CHUNK_RECORDS {
            let full = std::mem::take(&mut self.tail);
            Arc::make_mut(&mut self.sealed).push(full.into());
        }
    }

    /// The record at `offset`, if it is kept.
    #[must_use]
    pub fn get(&self, offset: Offset) -> Option<&LogRecord> {
        let position = self.position(offset)?;
        match self.sealed.get(position / CHUNK_RECORDS) {
            Some(chunk) => chunk.get(position % CHUNK_RECORDS),
            None => self.tail.get(position - self.sealed.len() * CHUNK_RECORDS),
        }
    }

    /// The records in `start..end` that are kept, in order, each with its offset.
    pub fn range(
        &self,
        start: Offset,
        end: Offset,
    ) -> impl DoubleEndedIterator<Item = (Offset, &LogRecord)> {
        let (first, past) = (start.max(self.base_offset), end.min(self.end_offset()));
        (first.0..past.0)
            .filter_map(|number| self.get(Offset(number)).map(|record| (Offset(number), record)))
    }

    /// Drops the records at `end` and after it; below `base_offset` leaves an empty store at `end`.
    pub fn truncate(&mut self, end: Offset) {
        let Some(keep) = self.position(end) else {
            *self = Self::starting_at(end);
            return;
        };
        let sealed_records = self.sealed.len() * CHUNK_RECORDS;
        if let Some(in_tail) = keep.checked_sub(sealed_records) {
            self.tail.truncate(in_tail);
            return;
        }
        let (chunks, rest) = (keep / CHUNK_RECORDS, keep % CHUNK_RECORDS);
        self.tail = self.sealed[chunks][..rest].to_vec();
        Arc::make_mut(&mut self.sealed).truncate(chunks);
    }

    /// Lets go of whole chunks that end at or below `start`.
    pub fn release_below(&mut self, start: Offset) {
        let Some(position) = self.position(start) else {
            return;
        };
        let chunks = (position / CHUNK_RECORDS).min(self.sealed.len());
        if chunks > 0 {
            Arc::make_mut(&mut self.sealed).drain(..chunks);
            self.base_offset = self.base_offset.plus(count(chunks * CHUNK_RECORDS));
        }
    }

    fn len(&self) -> usize {
        self.sealed.len() * CHUNK_RECORDS + self.tail.len()
    }

    fn position(&self, offset: Offset) -> Option<usize> {
        offset.0.checked_sub(self.base_offset.0).and_then(|records| usize::try_from(records).ok())
    }
}

/// A number of records in memory, as offsets count them.
fn count(records: usize) -> u64 {
    u64::try_from(records).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use epochscope_vocabulary::{LeaderEpoch, ValueId};
    use proptest::prelude::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn record(number: u32) -> LogRecord {
        LogRecord { value: ValueId(number), leader_epoch: LeaderEpoch(0), sequence: None }
    }

    fn values(store: &RecordStore) -> Vec<(u64, u32)> {
        let all = store.range(Offset::ZERO, Offset(u64::MAX));
        all.map(|(offset, record)| (offset.0, record.value.0)).collect()
    }

    #[derive(Clone, Debug)]
    enum Change {
        Push(u32),
        Truncate(u64),
        Release(u64),
        Clone,
    }

    fn changes() -> impl Strategy<Value = Vec<Change>> {
        let change = prop_oneof![
            6 => (1_u32..150).prop_map(Change::Push),
            2 => (0_u64..600).prop_map(Change::Truncate),
            1 => (0_u64..400).prop_map(Change::Release),
            1 => Just(Change::Clone),
        ];
        proptest::collection::vec(change, 1..12)
    }

    proptest! {
        /// The model is a plain list of (offset, value); a clone must not see what follows.
        #[test]
        fn a_store_is_a_list_and_its_clones_are_independent(changes in changes()) {
            let mut store = RecordStore::starting_at(Offset(100));
            let mut model: Vec<(u64, u32)> = Vec::new();
            let (mut end, mut next_value) = (100, 0);
            let mut clones = Vec::new();
            for change in changes {
                match change {
                    Change::Push(count) => for _ in 0..count {
                        store.push(record(next_value));
                        model.push((end, next_value));
                        end += 1;
                        next_value += 1;
                    },
                    Change::Truncate(target) => {
                        store.truncate(Offset(target));
                        model.retain(|(offset, _)| *offset < target);
                        end = end.min(target);
                    }
                    Change::Release(start) => {
                        store.release_below(Offset(start));
                        let base = store.base_offset().0;
                        prop_assert!(base <= start.max(model.first().map_or(end, |(o, _)| *o)));
                        model.retain(|(offset, _)| *offset >= base);
                    }
                    Change::Clone => clones.push((store.clone(), model.clone())),
                }
                prop_assert_eq!(store.end_offset(), Offset(end));
                prop_assert_eq!(values(&store), model.clone());
            }
            for (clone, model) in clones {
                prop_assert_eq!(values(&clone), model);
            }
        }
    }

    #[test]
    fn a_clone_shares_what_is_sealed() {
        let mut store = RecordStore::default();
        (0..200).for_each(|number| store.push(record(number)));
        let clone = store.clone();
        store.push(record(200));
        assert!(Arc::ptr_eq(&store.sealed, &clone.sealed));
    }
}
