//! One replica's log: records, high watermark, leader epochs and producer state, kept in step.
//!
//! Everything that changes the log's end changes all parts at once: a truncation lowers the high
//! watermark, forgets the epochs behind it and rolls the producers back. What a crash leaves is
//! decided here too: records up to `flushed_offset`, and the high watermark of the last checkpoint.
//!
//! Source: Kafka `UnifiedLog`, `LogLoader`; KIP-101 (epochs), KAFKA-18723 (data of a newer epoch).
//! Simplified: no segments, no retention, no compaction: a log's offsets have no gaps.
//! Uses: its folder.

use epochscope_vocabulary::rpc::{BatchSequence, RecordSequence};
use epochscope_vocabulary::{ErrorCode, LeaderEpoch, Offset, OffsetAndEpoch, ValueId};

use super::producer_state::SequenceVerdict;
use super::record_store::RecordStore;
use super::{BatchMetadata, LeaderEpochFileCache, LogRecord, ProducerStateManager};

/// A replica's log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReplicatedLog {
    records: RecordStore,
    /// Invariant: `log_start_offset <= high_watermark <= log_end_offset`.
    log_start_offset: Offset,
    high_watermark: Offset,
    /// The high watermark that a restart begins with.
    checkpointed_high_watermark: Offset,
    /// Records below are on the disk itself. Invariant: at most the log's end.
    flushed_offset: Offset,
    leader_epochs: LeaderEpochFileCache,
    producers: ProducerStateManager,
}

/// Where a batch was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AppendedBatch {
    /// The offset of its first record.
    pub base_offset: Offset,
    /// The log end offset that its last record made.
    pub end_offset: Offset,
}

/// What a leader's log did with a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeaderAppend {
    /// It was written.
    Appended(AppendedBatch),
    /// It had been written before, as this batch: nothing was.
    Duplicate(BatchMetadata),
}

/// Whether a follower looks at the epochs of what it fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FetchedDataCheck {
    /// No: whatever arrives is written.
    Unchecked,
    /// Records from the first one on whose epoch is above this one, the follower's current leader
    /// epoch, are dropped (KAFKA-18723): they come from a leader it does not know of yet.
    NotAbove(LeaderEpoch),
}

/// What a follower's log did with fetched records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FollowerAppend {
    /// These were written: all of them, or those before the first dropped one.
    Appended(AppendedBatch),
    /// None was.
    Dropped,
}

/// Fetched records that do not begin at the log's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnexpectedAppendOffset {
    /// Where the log ends.
    pub expected: Offset,
    /// Where the records begin.
    pub found: Offset,
}

impl ReplicatedLog {
    /// An empty log from offset 0.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The first offset that can be read.
    #[must_use]
    pub const fn log_start_offset(&self) -> Offset {
        self.log_start_offset
    }

    /// The offset of the next record to be written.
    #[must_use]
    pub fn log_end_offset(&self) -> Offset {
        self.records.end_offset()
    }

    /// The first offset not known to be committed.
    #[must_use]
    pub const fn high_watermark(&self) -> Offset {
        self.high_watermark
    }

    /// The high watermark as last written to disk.
    #[must_use]
    pub const fn checkpointed_high_watermark(&self) -> Offset {
        self.checkpointed_high_watermark
    }

    /// The end of what a loss of power leaves.
    #[must_use]
    pub const fn flushed_offset(&self) -> Offset {
        self.flushed_offset
    }

    /// The leader epochs.
    #[must_use]
    pub const fn leader_epochs(&self) -> &LeaderEpochFileCache {
        &self.leader_epochs
    }

    /// The newest leader epoch: what a follower names as its last fetched one.
    #[must_use]
    pub fn latest_epoch(&self) -> Option<LeaderEpoch> {
        self.leader_epochs.latest_epoch()
    }

    /// Where the newest epoch not above `epoch` ends in this log, if it is defined.
    #[must_use]
    pub fn end_offset_for_epoch(&self, epoch: LeaderEpoch) -> Option<OffsetAndEpoch> {
        self.leader_epochs.end_offset_for(epoch, self.log_end_offset())
    }

    /// What is remembered of idempotent producers.
    #[must_use]
    pub const fn producers(&self) -> &ProducerStateManager {
        &self.producers
    }

    /// The record at `offset`, if it can be read.
    #[must_use]
    pub fn record(&self, offset: Offset) -> Option<&LogRecord> {
        if offset < self.log_start_offset { None } else { self.records.get(offset) }
    }

    /// The readable records in `start..end`, in order, each with its offset.
    pub fn records(
        &self,
        start: Offset,
        end: Offset,
    ) -> impl DoubleEndedIterator<Item = (Offset, &LogRecord)> {
        self.records.range(start.max(self.log_start_offset), end)
    }

    /// Begins `epoch` at the log's end: the first thing that a new leader does.
    pub fn assign_epoch(&mut self, epoch: LeaderEpoch) {
        self.leader_epochs.assign(epoch, self.log_end_offset());
    }

    /// Writes a producer's batch as the leader of `epoch`, unless it was written before.
    ///
    /// # Errors
    /// INVALID_PRODUCER_EPOCH or OUT_OF_ORDER_SEQUENCE_NUMBER; nothing is written then.
    pub fn append_as_leader(
        &mut self,
        values: &[ValueId],
        sequence: Option<BatchSequence>,
        epoch: LeaderEpoch,
    ) -> Result<LeaderAppend, ErrorCode> {
        let count = u32::try_from(values.len()).unwrap_or(u32::MAX);
        if let Some(batch) = &sequence
            && let SequenceVerdict::Duplicate(stored) = self.producers.check(batch, count)?
        {
            return Ok(LeaderAppend::Duplicate(stored));
        }
        let base_offset = self.log_end_offset();
        for (index, value) in (0..count).zip(values) {
            let sequence = sequence.map(|batch| RecordSequence { batch, index, count });
            self.append(LogRecord { value: *value, leader_epoch: epoch, sequence });
        }
        let end_offset = self.log_end_offset();
        Ok(LeaderAppend::Appended(AppendedBatch { base_offset, end_offset }))
    }

    /// Writes fetched records as they are. Sequences are taken note of, never checked.
    ///
    /// # Errors
    /// When the records do not begin at the log's end; nothing is written then.
    pub fn append_as_follower(
        &mut self,
        base_offset: Offset,
        records: &[LogRecord],
        check: FetchedDataCheck,
    ) -> Result<FollowerAppend, UnexpectedAppendOffset> {
        let accepted = match check {
            FetchedDataCheck::Unchecked => records,
            FetchedDataCheck::NotAbove(current) => {
                let above = records.iter().position(|record| record.leader_epoch > current);
                &records[..above.unwrap_or(records.len())]
            }
        };
        if accepted.is_empty() {
            return Ok(FollowerAppend::Dropped);
        }
        let expected = self.log_end_offset();
        if base_offset != expected {
            return Err(UnexpectedAppendOffset { expected, found: base_offset });
        }
        for record in accepted {
            self.append(*record);
        }
        let end_offset = self.log_end_offset();
        Ok(FollowerAppend::Appended(AppendedBatch { base_offset, end_offset }))
    }

    /// Moves the high watermark where it is told, within the log's start and end: a follower's way.
    /// Gives back where it is now.
    pub fn update_high_watermark(&mut self, high_watermark: Offset) -> Offset {
        let end = self.log_end_offset();
        self.high_watermark = high_watermark.clamp(self.log_start_offset, end);
        self.high_watermark
    }

    /// Moves the high watermark forward or not at all: a leader's way. True when it has moved.
    ///
    /// # Panics
    /// If `high_watermark` is above the log's end.
    pub fn maybe_increment_high_watermark(&mut self, high_watermark: Offset) -> bool {
        let end = self.log_end_offset();
        assert!(high_watermark <= end, "high watermark {high_watermark} above log end {end}");
        let moves = high_watermark > self.high_watermark;
        self.high_watermark = self.high_watermark.max(high_watermark);
        moves
    }

    /// Gives up the records below `start`. True when the log's start has moved.
    ///
    /// # Errors
    /// OFFSET_OUT_OF_RANGE when `start` is above the high watermark.
    pub fn maybe_increment_log_start_offset(&mut self, start: Offset) -> Result<bool, ErrorCode> {
        if start > self.high_watermark {
            return Err(ErrorCode::OffsetOutOfRange);
        }
        if start <= self.log_start_offset {
            return Ok(false);
        }
        self.log_start_offset = start;
        self.records.release_below(start);
        self.leader_epochs.truncate_from_start(start);
        Ok(true)
    }

    /// Drops the records at `target` and after it. True when there were any.
    ///
    /// Even when there were none, an epoch that was assigned but never written is forgotten.
    pub fn truncate_to(&mut self, target: Offset) -> bool {
        let end = self.log_end_offset();
        if target >= end {
            self.leader_epochs.truncate_from_end(end);
            return false;
        }
        self.records.truncate(target);
        self.leader_epochs.truncate_from_end(target);
        self.log_start_offset = self.log_start_offset.min(target);
        self.high_watermark = self.high_watermark.min(target);
        self.flushed_offset = self.flushed_offset.min(target);
        self.rebuild_producer_state();
        true
    }

    /// Drops every record; the next one will be at `start`.
    pub fn truncate_fully_and_start_at(&mut self, start: Offset) {
        self.records = RecordStore::starting_at(start);
        self.leader_epochs.clear();
        self.producers.clear();
        self.log_start_offset = start;
        self.high_watermark = start;
        self.flushed_offset = start;
    }

    /// Writes everything to the disk itself.
    pub fn flush(&mut self) {
        self.flushed_offset = self.log_end_offset();
    }

    /// Writes the high watermark to disk.
    pub const fn checkpoint_high_watermark(&mut self) {
        self.checkpointed_high_watermark = self.high_watermark;
    }

    /// What a clean shutdown writes: everything.
    pub fn close(&mut self) {
        self.flush();
        self.checkpoint_high_watermark();
        self.producers.take_snapshot(self.log_end_offset());
    }

    /// What a loss of power does: records that were never flushed are gone.
    pub fn lose_unflushed(&mut self) {
        self.lose_from(self.flushed_offset);
    }

    /// What a disk that lied does: the last `count` records are gone, and with them the batch that
    /// they tear, since its checksum no longer fits.
    pub fn lose_tail(&mut self, count: u64) {
        self.lose_from(Offset(self.log_end_offset().0.saturating_sub(count)));
    }

    /// What a start of the broker makes of the log on disk: the high watermark of the last
    /// checkpoint, and no epoch that was never written.
    pub fn load(&mut self) {
        let end = self.log_end_offset();
        self.leader_epochs.truncate_from_end(end);
        self.rebuild_producer_state();
        self.update_high_watermark(self.checkpointed_high_watermark);
    }

    fn append(&mut self, record: LogRecord) {
        let offset = self.log_end_offset();
        self.leader_epochs.assign(record.leader_epoch, offset);
        if let Some(sequence) = &record.sequence {
            self.producers.update(sequence, offset);
        }
        self.records.push(record);
    }

    fn lose_from(&mut self, end: Offset) {
        let torn = self.record(end).and_then(|record| record.sequence);
        let whole = torn.map_or(end.0, |sequence| end.0.saturating_sub(u64::from(sequence.index)));
        self.truncate_to(Offset(whole).max(self.log_start_offset));
    }

    fn rebuild_producer_state(&mut self) {
        if self.producers.entries().is_empty() {
            return;
        }
        let end = self.log_end_offset();
        let start = self.producers.truncate_and_reload(self.log_start_offset, end);
        for (offset, record) in self.records.range(start, end) {
            if let Some(sequence) = &record.sequence {
                self.producers.update(sequence, offset);
            }
        }
        self.producers.take_snapshot(end);
    }
}

#[cfg(test)]
mod tests;
