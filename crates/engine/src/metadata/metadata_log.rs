//! A replica of the metadata log: batches of records, shared with every other replica and copy.
//!
//! Records travel as the batches in which they were written, so that what a caught-up node fetches
//! is the batch itself and no copy. Batches are kept in chunks; a full chunk is shared for good.
//!
//! Source: Kafka `KafkaRaftLog`.
//! Simplified: no snapshots, so the log begins at 0.
//! Uses: nothing.

use std::sync::Arc;

use epochscope_vocabulary::metadata_record::MetadataRecord;
use epochscope_vocabulary::{Offset, QuorumEpoch};

/// A record with the epoch of the quorum leader that wrote it.
pub type MetadataEntry = (QuorumEpoch, MetadataRecord);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Batch {
    base_offset: Offset,
    entries: Arc<[MetadataEntry]>,
}

/// The log. Cheap to copy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MetadataLog {
    full: Arc<Vec<Arc<Vec<Batch>>>>,
    tail: Arc<Vec<Batch>>,
    end_offset: Offset,
    last_epoch: QuorumEpoch,
}

/// How many batches make a chunk full.
const CHUNK: usize = 128;

impl MetadataLog {
    /// Adds a batch at the end.
    pub fn append(&mut self, entries: Arc<[MetadataEntry]>) {
        let Some((epoch, _)) = entries.last() else {
            return;
        };
        self.last_epoch = *epoch;
        let base_offset = self.end_offset;
        self.end_offset = base_offset.plus(len(&entries));
        let tail = Arc::make_mut(&mut self.tail);
        tail.push(Batch { base_offset, entries });
        if tail.len() == CHUNK {
            let chunk = std::mem::take(&mut self.tail);
            Arc::make_mut(&mut self.full).push(chunk);
        }
    }

    /// The exclusive end.
    #[must_use]
    pub const fn end_offset(&self) -> Offset {
        self.end_offset
    }

    /// The epoch of the last record.
    #[must_use]
    pub const fn last_epoch(&self) -> QuorumEpoch {
        self.last_epoch
    }

    /// The record at an offset.
    #[must_use]
    pub fn entry(&self, offset: Offset) -> Option<&MetadataEntry> {
        let batch = self.batch_of(offset)?;
        let index = usize::try_from(offset.0 - batch.base_offset.0).ok()?;
        batch.entries.get(index)
    }

    /// The records from `from` up to but not including `to`.
    #[must_use]
    pub fn slice(&self, from: Offset, to: Offset) -> Arc<[MetadataEntry]> {
        let to = to.min(self.end_offset);
        if from >= to {
            return Arc::new([]);
        }
        if let Some(batch) = self.batch_of(from)
            && batch.base_offset == from
            && from.plus(len(&batch.entries)) == to
        {
            return batch.entries.clone();
        }
        (from.0..to.0).filter_map(|offset| self.entry(Offset(offset)).cloned()).collect()
    }

    /// The last epoch that is not later than `epoch`, and where it ends.
    #[must_use]
    pub fn end_offset_for_epoch(&self, epoch: QuorumEpoch) -> (QuorumEpoch, Offset) {
        let is_later = |offset: u64| self.entry(Offset(offset)).is_some_and(|one| one.0 > epoch);
        let (mut low, mut high) = (0, self.end_offset.0);
        while low < high {
            let middle = low + (high - low) / 2;
            if is_later(middle) { high = middle } else { low = middle + 1 }
        }
        let last = low.checked_sub(1).and_then(|last| self.entry(Offset(last)));
        (last.map_or(epoch, |(epoch, _)| *epoch), Offset(low))
    }

    /// Where a log that ends at `end` with `last_epoch` parts from this one; none if it is a part
    /// of this one.
    #[must_use]
    pub fn diverging_epoch(
        &self,
        end: Offset,
        last_epoch: QuorumEpoch,
    ) -> Option<(QuorumEpoch, Offset)> {
        let mine = self.end_offset_for_epoch(last_epoch);
        (end > Offset::ZERO && (mine.0 != last_epoch || mine.1 < end)).then_some(mine)
    }

    /// Where to cut this log, given where another that is right parts from it.
    #[must_use]
    pub fn truncation_offset(&self, (epoch, end): (QuorumEpoch, Offset)) -> Offset {
        let (own_epoch, own_end) = self.end_offset_for_epoch(epoch);
        if own_epoch == epoch { own_end.min(end) } else { own_end }
    }

    /// Cuts off all from `to` on.
    pub fn truncate_to(&mut self, to: Offset) {
        while to < self.end_offset {
            if self.tail.is_empty() {
                match Arc::make_mut(&mut self.full).pop() {
                    Some(chunk) => self.tail = chunk,
                    None => break,
                }
            }
            let tail = Arc::make_mut(&mut self.tail);
            let Some(batch) = tail.last_mut() else { break };
            self.end_offset = batch.base_offset.max(to);
            let kept = usize::try_from(self.end_offset.0 - batch.base_offset.0).unwrap_or_default();
            if kept == 0 {
                tail.pop();
            } else {
                batch.entries = batch.entries[..kept].into();
            }
        }
        let last = self.end_offset.0.checked_sub(1).and_then(|last| self.entry(Offset(last)));
        self.last_epoch = last.map(|(epoch, _)| *epoch).unwrap_or_default();
    }

    fn batch_of(&self, offset: Offset) -> Option<&Batch> {
        let begins_by =
            |chunk: &Vec<Batch>| chunk.first().is_some_and(|batch| batch.base_offset <= offset);
        let chunk = if begins_by(&self.tail) {
            &self.tail
        } else {
            let later = self.full.partition_point(|chunk| begins_by(chunk));
            &self.full[later.checked_sub(1)?]
        };
        let later = chunk.partition_point(|batch| batch.base_offset <= offset);
        let batch = &chunk[later.checked_sub(1)?];
        (offset < batch.base_offset.plus(len(&batch.entries))).then_some(batch)
    }
}

fn len(entries: &[MetadataEntry]) -> u64 {
    u64::try_from(entries.len()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn log(epochs: &[u32]) -> MetadataLog {
        let mut log = MetadataLog::default();
        for epoch in epochs {
            log.append([(QuorumEpoch(*epoch), MetadataRecord::NoOpRecord)].into());
        }
        log
    }

    #[test]
    fn where_a_follower_parts_from_its_leader() {
        // The leader has epochs 1 1 3 3; each row: the follower's epochs, where it is cut.
        let leader = log(&[1, 1, 3, 3]);
        let table: &[(&[u32], Option<u64>)] = &[
            (&[], None),
            (&[1], None),
            (&[1, 1], None),
            (&[1, 1, 3], None),
            (&[1, 1, 1], Some(2)),
            (&[1, 1, 2, 2], Some(2)),
            (&[1, 2, 2], Some(1)),
            (&[1, 1, 3, 3, 3], Some(4)),
        ];
        for (epochs, expected) in table {
            let mut follower = log(epochs);
            let parts = leader.diverging_epoch(follower.end_offset(), follower.last_epoch());
            let cut = parts.map(|parts| follower.truncation_offset(parts));
            assert_eq!(cut, expected.map(Offset), "{epochs:?}");
            if let Some(cut) = cut {
                follower.truncate_to(cut);
                assert_eq!(follower.end_offset(), cut);
            }
        }
    }

    proptest! {
        #[test]
        fn what_is_cut_off_is_gone_and_nothing_else(count in 0_u64..600, to in 0_u64..600) {
            let mut cut = MetadataLog::default();
            for offset in 0..count {
                let epoch = QuorumEpoch(u32::try_from(offset / 3).unwrap_or_default());
                cut.append([(epoch, MetadataRecord::NoOpRecord)].into());
            }
            cut.truncate_to(Offset(to));
            prop_assert_eq!(cut.end_offset().0, to.min(count));
            for offset in 0..count {
                let kept = cut.entry(Offset(offset)).map(|(epoch, _)| u64::from(epoch.0));
                prop_assert_eq!(kept, (offset < to).then_some(offset / 3));
            }
        }
    }
}
