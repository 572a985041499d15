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
