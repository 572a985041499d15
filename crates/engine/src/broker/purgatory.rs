//! Requests that wait: produces for their high watermark, fetches for something to read.
//!
//! Whoever moves a log or a high watermark asks here whom that completes. Nothing in here decides
//! when a wait is over; it keeps who waits for what, in order of arrival.
//!
//! Source: Kafka `DelayedOperationPurgatory`, `DelayedProduce`, `DelayedFetch`.
//! Uses: nothing.

use std::sync::Arc;

use epochscope_vocabulary::rpc::{FetchRequest, ProducePartitionResponse};
use epochscope_vocabulary::{
    EventId, NodeId, Offset, RequestId, SimTime, SortedMap, TopicPartition, ValueId,
};

/// One batch of a waiting produce.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingBatch {
    /// Where.
    pub partition: TopicPartition,
    /// What.
    pub values: Arc<[ValueId]>,
    /// The high watermark that completes it; none when its answer is settled.
    pub required: Option<Offset>,
    /// Its answer, as it is or as it would be.
    pub answer: ProducePartitionResponse,
}

/// A produce with acks=all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DelayedProduce {
    /// Who asked.
    pub from: NodeId,
    /// When.
    pub since: SimTime,
    /// When the wait ends in any case.
    pub until: SimTime,
    /// The event that began the wait.
    pub cause: EventId,
    /// Its batches.
    pub batches: Vec<PendingBatch>,
}

impl DelayedProduce {
    /// Whether every batch has its answer.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.batches.iter().all(|batch| batch.required.is_none())
    }
}

/// A fetch that found nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DelayedFetch {
    /// Who asked.
    pub from: NodeId,
    /// When.
    pub since: SimTime,
    /// When the wait ends in any case.
    pub until: SimTime,
    /// The event that began the wait.
    pub cause: EventId,
    /// What was asked. Invariant: its partitions are sorted.
    pub request: Arc<FetchRequest>,
}

impl DelayedFetch {
    /// Whether it waits for this partition, and at which offset.
    #[must_use]
    pub fn offset_in(&self, partition: TopicPartition) -> Option<Offset> {
        let partitions = &self.request.partitions;
        let at = partitions.binary_search_by_key(&partition, |one| one.partition).ok()?;
        Some(partitions[at].fetch_offset)
    }
}

/// Everything that waits at one broker.
#[derive(Clone, Debug, Default)]
pub struct Purgatory {
    /// Produces, in order of arrival.
    pub produces: SortedMap<RequestId, DelayedProduce>,
    /// Fetches, in order of arrival.
    pub fetches: SortedMap<RequestId, DelayedFetch>,
    /// Deletions of records, in order of arrival: of which partition, and what is to stay.
    pub deletions: SortedMap<RequestId, (TopicPartition, Offset)>,
}

impl Purgatory {
    /// Produces that wait for this partition.
    #[must_use]
    pub fn produces_of(&self, partition: TopicPartition) -> Vec<RequestId> {
        let waits = |produce: &DelayedProduce| {
            produce.batches.iter().any(|one| one.partition == partition && one.required.is_some())
        };
        self.produces.iter().filter(|(_, one)| waits(one)).map(|(id, _)| *id).collect()
    }

    /// Fetches that wait for this partition.
    #[must_use]
    pub fn fetches_of(&self, partition: TopicPartition) -> Vec<RequestId> {
        let waits = |fetch: &DelayedFetch| fetch.offset_in(partition).is_some();
        self.fetches.iter().filter(|(_, one)| waits(one)).map(|(id, _)| *id).collect()
    }
}
