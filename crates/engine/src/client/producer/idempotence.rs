//! An idempotent producer's id, epoch and sequence numbers.
//!
//! A batch gets its sequence number when it is first sent and keeps it, so the broker can tell a
//! repetition from news. When a batch is given up, what comes behind it would leave a gap: then the
//! producer takes a higher epoch and begins again at 0.
//!
//! Source: Kafka `TransactionManager` (its idempotent half), `TxnPartitionEntry`; KIP-98, KIP-360.
//! Simplified: sequence numbers do not wrap, and the epoch is never used up.
//! Uses: `observe`.

use epochscope_vocabulary::put_in_order;
use epochscope_vocabulary::rpc::BatchSequence;
use epochscope_vocabulary::{
    EventId, ProducerEpoch, ProducerId, RequestId, SimTime, SortedMap, SortedSet,
};

use super::accumulator::{Accumulator, Batch};
use crate::observe::ProducerIdentity;

/// The id, or where the producer stands in asking for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Identity {
    /// Not asked for yet, or to be asked for again from a moment on.
    Wanted {
        /// From when.
        from: SimTime,
        /// How often it was refused.
        failures: u32,
        /// Why.
        cause: EventId,
    },
    /// Asked for.
    Asked {
        /// By this request.
        request: RequestId,
        /// How often it was refused before.
        failures: u32,
    },
    /// Known.
    Known(ProducerId),
}

#[derive(Clone, Copy, Debug, Default)]
struct Sequences {
    epoch: ProducerEpoch,
    next: u32,
    /// The last record known to be written.
    last_acked: Option<u32>,
    /// A batch was given up that may have been written, and the sequence number after it. Nothing
    /// new goes before it is clear.
    unresolved: Option<u32>,
}

impl Sequences {
    fn is_next_after_acked(&self, sequence: u32) -> bool {
        self.last_acked.map_or(0, |last| last + 1) == sequence
    }
}

/// An idempotent producer's state.
#[derive(Clone, Debug)]
pub(crate) struct Idempotence {
    /// Its id.
    pub(crate) identity: Identity,
    epoch: ProducerEpoch,
    partitions: SortedMap<u32, Sequences>,
    /// Partitions with a gap, which ask for a higher epoch.
    gaps: SortedSet<u32>,
}

impl Idempotence {
    /// A producer that has this id, or asks for one.
    pub(crate) const fn new(id: Option<ProducerId>, cause: EventId) -> Self {
        let identity = match id {
            Some(id) => Identity::Known(id),
            None => Identity::Wanted { from: SimTime::ZERO, failures: 0, cause },
        };
        Self {
            identity,
            epoch: ProducerEpoch(0),
            partitions: SortedMap::new(),
            gaps: SortedSet::new(),
        }
    }

    /// Its id, its epoch and the next sequence numbers, to be looked at.
    pub(crate) fn observe(&self) -> ProducerIdentity {
        let producer_id = match self.identity {
            Identity::Known(id) => Some(id),
            Identity::Wanted { .. } | Identity::Asked { .. } => None,
        };
        let next = self.partitions.iter().map(|(partition, known)| (*partition, known.next));
        ProducerIdentity { producer_id, producer_epoch: self.epoch, next_sequences: next.collect() }
    }

    /// Whether the first batch of a queue may be sent: one that comes back only if no other of its
    /// partition with a sequence comes before it; a new one only if nothing is unclear.
    pub(crate) fn may_send(&mut self, batch: &Batch, all: &Accumulator) -> bool {
        let Identity::Known(_) = self.identity else {
            return false;
        };
        let mut numbered = bases(all, batch.partition);
        if let Some(base) = batch.base_sequence() {
            return numbered.min() == Some(base);
        }
        let epoch = self.epoch;
        let sequences = self.partitions.entry(batch.partition).or_default();
        if sequences.epoch != epoch {
            if numbered.next().is_some() {
                return false;
            }
            *sequences = Sequences { epoch, ..Sequences::default() };
        }
        sequences.unresolved.is_none()
    }

    /// Gives a batch its place, unless it has one.
    pub(crate) fn number(&mut self, batch: &mut Batch) {
        let Identity::Known(producer_id) = self.identity else {
            return;
        };
        if batch.sequence.is_some() {
            return;
        }
        let sequences = self.partitions.entry(batch.partition).or_default();
        batch.sequence = Some(BatchSequence {
            producer_id,
            producer_epoch: sequences.epoch,
            base_sequence: sequences.next,
        });
        sequences.next += batch.count();
    }

    /// A batch is written.
    pub(crate) fn acknowledged(&mut self, batch: &Batch) {
        if let (Some(base), Some(sequences)) =
            (batch.base_sequence(), self.partitions.get_mut(&batch.partition))
        {
            let last = (base + batch.count()).saturating_sub(1);
            sequences.last_acked = sequences.last_acked.max(Some(last));
        }
    }

    /// Whether a batch refused with `OUT_OF_ORDER_SEQUENCE_NUMBER` only has to wait for one before
    /// it; if there is none, the gap is real and asks for a higher epoch. It is retried either way.
    pub(crate) fn out_of_order(&mut self, batch: &Batch) {
        let Some(sequences) = self.partitions.get(&batch.partition) else {
            return;
        };
        let is_gap = match (batch.base_sequence(), sequences.unresolved) {
            (Some(base), None) => !batch.renumbered && sequences.is_next_after_acked(base),
            (base, Some(next)) => base == Some(next),
            (None, None) => false,
        };
        if is_gap {
            self.gaps.insert(batch.partition);
        }
    }

    /// A batch was refused for good. If it cannot have been written, its numbers leave a gap.
    pub(crate) fn refused(&mut self, batch: &Batch, retries: u32) {
        if batch.sequence.is_some() && batch.attempts < retries {
            self.gaps.insert(batch.partition);
        }
    }

    /// A batch ran out of time. If it was sent more than once, nobody knows whether it is written.
    pub(crate) fn expired(&mut self, batch: &Batch) {
        if let (Some(base), true) = (batch.base_sequence(), batch.attempts > 0) {
            let sequences = self.partitions.entry(batch.partition).or_default();
            sequences.unresolved = sequences.unresolved.max(Some(base + batch.count()));
        }
    }

    /// Clears up what is unclear, and takes a higher epoch if a gap asks for it.
    pub(crate) fn settle(&mut self, all: &mut Accumulator) {
        for (partition, sequences) in &mut self.partitions {
            if sequences.unresolved.is_some() && bases(all, *partition).next().is_none() {
                sequences.unresolved = None;
                if !sequences.is_next_after_acked(sequences.next) {
                    self.gaps.insert(*partition);
                }
            }
        }
        if self.gaps.is_empty() {
            return;
        }
        self.epoch = ProducerEpoch(self.epoch.0.saturating_add(1));
        for partition in std::mem::take(&mut self.gaps) {
            self.begin_again(partition, all);
        }
    }

    /// Numbers a partition's batches from 0 in the present epoch.
    fn begin_again(&mut self, partition: u32, all: &mut Accumulator) {
        let mut numbered: Vec<&mut Batch> = all
            .iter_mut()
            .filter(|batch| batch.partition == partition && batch.sequence.is_some())
            .collect();
        put_in_order(&mut numbered, |one, other| one.base_sequence() < other.base_sequence());
        let mut next = 0;
        for batch in numbered {
            batch.renumbered = true;
            if let Some(sequence) = &mut batch.sequence {
                sequence.producer_epoch = self.epoch;
                sequence.base_sequence = next;
            }
            next += batch.count();
        }
        let sequences = Sequences { epoch: self.epoch, next, ..Sequences::default() };
        self.partitions.insert(partition, sequences);
    }
}

/// The first sequence numbers of a partition's batches that have one.
fn bases(all: &Accumulator, partition: u32) -> impl Iterator<Item = u32> + '_ {
    all.iter()
        .filter(move |(_, batch)| batch.partition == partition)
        .filter_map(|(_, batch)| batch.base_sequence())
}
