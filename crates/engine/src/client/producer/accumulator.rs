//! Records that a producer has taken and not got rid of yet, gathered in batches.
//!
//! A partition has a queue of batches. The last one takes more records until it is full or sent; a
//! batch that comes back to be sent again stands before those that have not been sent.
//!
//! Source: Kafka `RecordAccumulator`, `ProducerBatch`.
//! Simplified: sizes count a batch's header and each record's value, uncompressed; no buffer limit.
//! Uses: nothing.

use std::collections::VecDeque;
use std::sync::Arc;

use epochscope_vocabulary::rpc::BatchSequence;
use epochscope_vocabulary::{
    BrokerId, EventId, LeaderEpoch, SimDuration, SimTime, SortedMap, ValueId,
};

/// `DefaultRecordBatch.RECORD_BATCH_OVERHEAD`.
const BATCH_BYTES: u64 = 61;
/// What a small record takes beside its value: lengths, time, offset.
const RECORD_BYTES: u64 = 7;

/// A batch of one producer; counts all its batches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct BatchId(u64);

/// What a batch may do to its producer's metadata.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MetadataLeave {
    /// Its errors have the metadata refreshed.
    Refresh,
    /// Not before its first answer: it goes to whoever was believed to lead when it was made.
    Stale(Option<BrokerId>),
}

/// Where a batch is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BatchState {
    /// In its queue, and it takes more records.
    Open,
    /// In its queue, and takes no more.
    Closed,
    /// Sent, without an answer.
    InFlight,
}

/// Records for one partition that share a fate.
#[derive(Clone, Debug)]
pub(crate) struct Batch {
    /// Its partition.
    pub(crate) partition: u32,
    /// Its records.
    pub(crate) values: Vec<ValueId>,
    bytes: u64,
    /// Where it is.
    pub(crate) state: BatchState,
    /// When its first record came.
    pub(crate) created: SimTime,
    /// How often it has come back.
    pub(crate) attempts: u32,
    /// Before this it is not sent again, unless a newer leader is known.
    pub(crate) retry_at: SimTime,
    /// The leader epoch that was believed when it was last sent.
    pub(crate) leader_epoch: Option<LeaderEpoch>,
    /// Its place in an idempotent producer's sequence, once it has one.
    pub(crate) sequence: Option<BatchSequence>,
    /// Whether its sequence was given anew after a bump of the producer's epoch.
    pub(crate) renumbered: bool,
    /// What it may do to the metadata.
    pub(crate) leave: MetadataLeave,
    /// What its being here is due to.
    pub(crate) cause: EventId,
}

impl Batch {
    /// Its records, to be shared.
    pub(crate) fn shared_values(&self) -> Arc<[ValueId]> {
        self.values.as_slice().into()
    }

    /// The sequence number of its first record.
    pub(crate) fn base_sequence(&self) -> Option<u32> {
        self.sequence.map(|sequence| sequence.base_sequence)
    }

    /// How many records it has, as sequence numbers count them.
    pub(crate) fn count(&self) -> u32 {
        u32::try_from(self.values.len()).unwrap_or(u32::MAX)
    }
}

/// A record, or several that were handed over at once, on the way into a batch.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Arrival {
    /// When.
    pub(crate) now: SimTime,
    /// What they may do to the metadata.
    pub(crate) leave: MetadataLeave,
    /// What led to them.
    pub(crate) cause: EventId,
}

/// All batches of a producer.
#[derive(Clone, Debug)]
pub(crate) struct Accumulator {
    batch_size: u64,
    linger: SimDuration,
    batches: SortedMap<BatchId, Batch>,
    queues: SortedMap<u32, VecDeque<BatchId>>,
    next: u64,
}

impl Accumulator {
    /// No records yet.
    pub(crate) const fn new(batch_size: u64, linger: SimDuration) -> Self {
        Self { batch_size, linger, batches: SortedMap::new(), queues: SortedMap::new(), next: 0 }
    }

    /// Whether a record of so many bytes would join the partition's last batch.
    pub(crate) fn has_room(&self, partition: u32, bytes: u64, leave: MetadataLeave) -> bool {
        self.last_batch(partition).is_some_and(|batch| self.takes(batch, bytes, leave))
    }

    /// Adds a record to the partition's last batch, or to a new one.
    pub(crate) fn append(&mut self, partition: u32, value: ValueId, bytes: u64, arrival: Arrival) {
        if !self.has_room(partition, bytes, arrival.leave) {
            self.begin_batch(partition, arrival);
        }
        let last = self.queues.get(&partition).and_then(VecDeque::back);
        if let Some(batch) = last.and_then(|id| self.batches.get_mut(id)) {
            batch.values.push(value);
            batch.bytes += RECORD_BYTES + bytes;
        }
    }

    /// A batch, unless it has got its final answer.
    pub(crate) fn get(&self, id: BatchId) -> Option<&Batch> {
        self.batches.get(&id)
    }

    /// A batch, to change it.
    pub(crate) fn get_mut(&mut self, id: BatchId) -> Option<&mut Batch> {
        self.batches.get_mut(&id)
    }

    /// All batches, oldest first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (BatchId, &Batch)> {
        self.batches.iter().map(|(id, batch)| (*id, batch))
    }

    /// All batches, to change them.
    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Batch> {
        self.batches.values_mut()
    }

    /// The first batch of each queue, by partition.
    pub(crate) fn heads(&self) -> impl Iterator<Item = &Batch> {
        let heads = self.queues.values().filter_map(VecDeque::front);
        heads.filter_map(|id| self.batches.get(id))
    }

    /// Whether the first batch of this queue has company or is full: it need not linger.
    pub(crate) fn need_not_linger(&self, head: &Batch) -> bool {
        let followed = self.queues.get(&head.partition).map_or(0, VecDeque::len) > 1;
        followed || head.state == BatchState::Closed || head.bytes >= self.batch_size
    }

    /// When the first batch of a queue has lingered long enough.
    pub(crate) fn lingers_until(&self, head: &Batch) -> SimTime {
        if self.need_not_linger(head) { head.created } else { head.created + self.linger }
    }

    /// Takes the first batch out of its queue to be sent.
    pub(crate) fn take(&mut self, partition: u32) -> Option<(BatchId, &mut Batch)> {
        let id = self.queues.get_mut(&partition)?.pop_front()?;
        let batch = self.batches.get_mut(&id)?;
        batch.state = BatchState::InFlight;
        Some((id, batch))
    }

    /// Puts a batch back: before all others, but behind idempotent ones that come before it.
    pub(crate) fn put_back(&mut self, id: BatchId) {
        let Some(batch) = self.batches.get_mut(&id) else {
            return;
        };
        batch.state = BatchState::Closed;
        let (partition, base) = (batch.partition, batch.base_sequence());
        let comes_before = |other: &BatchId| {
            let other = self.batches.get(other).and_then(Batch::base_sequence);
            matches!((other, base), (Some(other), Some(base)) if other < base)
        };
        let queue = self.queues.entry(partition).or_default();
        let at = queue.iter().take_while(|other| comes_before(other)).count();
        queue.insert(at, id);
    }

    /// Forgets a batch that has its final answer.
    pub(crate) fn remove(&mut self, id: BatchId) -> Option<Batch> {
        let batch = self.batches.remove(&id)?;
        if let Some(queue) = self.queues.get_mut(&batch.partition) {
            queue.retain(|other| *other != id);
            if queue.is_empty() {
                self.queues.remove(&batch.partition);
            }
        }
        Some(batch)
    }

    /// Whether there is no batch at all.
    pub(crate) fn is_empty(&self) -> bool {
        self.batches.is_empty()
    }

    fn last_batch(&self, partition: u32) -> Option<&Batch> {
        self.batches.get(self.queues.get(&partition)?.back()?)
    }

    fn takes(&self, batch: &Batch, bytes: u64, leave: MetadataLeave) -> bool {
        let fits = batch.bytes + RECORD_BYTES + bytes <= self.batch_size;
        batch.state == BatchState::Open && fits && batch.leave == leave
    }

    fn begin_batch(&mut self, partition: u32, arrival: Arrival) {
        let last = self.queues.get(&partition).and_then(VecDeque::back);
        if let Some(batch) = last.and_then(|id| self.batches.get_mut(id)) {
            batch.state = BatchState::Closed;
        }
        let id = BatchId(self.next);
        self.next += 1;
        let batch = Batch {
            partition,
            values: Vec::new(),
            bytes: BATCH_BYTES,
            state: BatchState::Open,
            created: arrival.now,
            attempts: 0,
            retry_at: arrival.now,
            leader_epoch: None,
            sequence: None,
            renumbered: false,
            leave: arrival.leave,
            cause: arrival.cause,
        };
        self.batches.insert(id, batch);
        self.queues.entry(partition).or_default().push_back(id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARRIVAL: Arrival =
        Arrival { now: SimTime::ZERO, leave: MetadataLeave::Refresh, cause: EventId(0) };

    fn filled(batch_size: u64, records: u32) -> Accumulator {
        let mut accumulator = Accumulator::new(batch_size, SimDuration::from_ms(5));
        for value in 0..records {
            accumulator.append(0, ValueId(value), 3, ARRIVAL);
        }
        accumulator
    }

    fn queue(accumulator: &Accumulator) -> Vec<Vec<u32>> {
        let values = |id| accumulator.batches[id].values.iter().map(|value| value.0);
        let queue = accumulator.queues[&0].iter();
        queue.map(|id| values(id).collect()).collect()
    }

    #[test]
    fn records_gather_in_the_last_batch_until_it_is_full() {
        for (batch_size, batches) in [
            (16_384, vec![vec![0, 1, 2, 3]]),
            (61 + 20, vec![vec![0, 1], vec![2, 3]]),
            (61 + 19, vec![vec![0], vec![1], vec![2], vec![3]]),
            (0, vec![vec![0], vec![1], vec![2], vec![3]]),
        ] {
            assert_eq!(queue(&filled(batch_size, 4)), batches, "{batch_size}");
        }
    }

    #[test]
    fn a_record_that_may_not_refresh_metadata_does_not_join_one_that_may() {
        let mut accumulator = filled(16_384, 1);
        let stale = Arrival { leave: MetadataLeave::Stale(None), ..ARRIVAL };
        accumulator.append(0, ValueId(9), 3, stale);
        assert_eq!(queue(&accumulator), [[0], [9]]);
    }

    #[test]
    fn a_batch_lingers_unless_it_is_full_or_has_another_behind_it() {
        let until = |accumulator: &Accumulator| {
            let head = accumulator.heads().next().expect("a batch");
            accumulator.lingers_until(head)
        };
        assert_eq!(until(&filled(16_384, 2)), SimTime(5_000));
        assert_eq!(until(&filled(61 + 20, 2)), SimTime::ZERO, "full");
        assert_eq!(until(&filled(61 + 10, 2)), SimTime::ZERO, "another behind");
    }

    #[test]
    fn a_batch_that_comes_back_stands_first_but_keeps_the_order_of_sequences() {
        for (sequences, order) in [(false, [[0], [2], [1]]), (true, [[0], [1], [2]])] {
            let mut accumulator = filled(0, 3);
            let mut taken = Vec::new();
            while let Some((id, batch)) = accumulator.take(0) {
                batch.sequence = sequences.then(|| BatchSequence {
                    producer_id: epochscope_vocabulary::ProducerId(1),
                    producer_epoch: epochscope_vocabulary::ProducerEpoch(0),
                    base_sequence: batch.values[0].0,
                });
                taken.push(id);
            }
            for at in [1, 2, 0] {
                accumulator.put_back(taken[at]);
            }
            assert_eq!(queue(&accumulator), order);
        }
    }
}
