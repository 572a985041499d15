//! What a broker reports of its replicas: counted anew at each look, but for the meters.
//!
//! Only the leader counts a partition, by its own metadata: a partition without a leader is in
//! nobody's count, and one with a leader that does not know it was deposed may be in two.
//!
//! Source: Kafka `ReplicaManager`, `Partition`, `AbstractFetcherManager`, `UnifiedLog`.
//! Simplified: requests that are complete leave a purgatory at once; Kafka counts them for a while.
//! Uses: `metrics`.

use epochscope_vocabulary::TopicPartition;

use super::ReplicaManager;
use crate::broker::log_manager::DirectoryState;
use crate::broker::partition::replica::Partition;
use crate::broker::purgatory::{DelayedFetch, DelayedProduce};
use crate::broker::replica_fetcher::{PartitionFetchState, Progress};
use crate::metrics::{BrokerMetric, ReplicaMetric};

impl ReplicaManager {
    /// What it reports of all that it hosts. `fetches` are those that wait here.
    #[must_use]
    pub fn metric<'a>(
        &'a self,
        metric: BrokerMetric,
        fetches: impl Iterator<Item = &'a DelayedFetch>,
    ) -> Option<u64> {
        let meters = &self.meters;
        Some(match metric {
            BrokerMetric::UnderReplicatedPartitions => self.sum(ReplicaMetric::UnderReplicated),
            BrokerMetric::UnderMinIsrPartitionCount => self.sum(ReplicaMetric::UnderMinIsr),
            BrokerMetric::AtMinIsrPartitionCount => self.sum(ReplicaMetric::AtMinIsr),
            BrokerMetric::LeaderCount => {
                count(self.partitions.values().filter(|one| one.leading().is_some()))
            }
            BrokerMetric::PartitionCount => {
                count(self.partitions.keys()) + count(self.failed.iter())
            }
            BrokerMetric::OfflineReplicaCount => count(self.failed.iter()),
            BrokerMetric::OfflineLogDirectoryCount => {
                let directories = self.log_manager.directories().iter();
                count(directories.filter(|one| one.state != DirectoryState::Online))
            }
            BrokerMetric::ReassigningPartitions => {
                let led = self.partitions.values().filter(|one| one.leading().is_some());
                let registrations = led.filter_map(|one| self.image.partition(one.id));
                count(registrations.filter(|one| one.is_reassigning()))
            }
            BrokerMetric::IsrShrinksPerSec => meters.isr_shrinks,
            BrokerMetric::IsrExpandsPerSec => meters.isr_expands,
            BrokerMetric::FailedIsrUpdatesPerSec => meters.failed_isr_updates,
            BrokerMetric::MaxLag => self.fetched().map(|state| state.lag).max().unwrap_or(0),
            BrokerMetric::FailedPartitionsCount => {
                count(self.fetched().filter(|state| state.progress == Progress::Failed))
            }
            BrokerMetric::ProducePurgatorySize => {
                let watched = |one: &DelayedProduce| count(one.batches.iter());
                self.purgatory.produces.values().map(watched).sum()
            }
            BrokerMetric::FetchPurgatorySize => {
                fetches.map(|one| count(one.request.partitions.iter())).sum()
            }
            BrokerMetric::MessagesInPerSec => meters.messages_in,
            BrokerMetric::BytesInPerSec => meters.bytes_in,
            BrokerMetric::BytesOutPerSec => meters.bytes_out,
            BrokerMetric::ReplicationBytesInPerSec => meters.replication_bytes_in,
            BrokerMetric::ReplicationBytesOutPerSec => meters.replication_bytes_out,
            BrokerMetric::LastAppliedRecordOffset => {
                return self.image.end_offset().0.checked_sub(1);
            }
        })
    }

    /// What it reports of one replica; none if it does not host it.
    #[must_use]
    pub fn replica_metric(&self, metric: ReplicaMetric, id: TopicPartition) -> Option<u64> {
        self.partitions.get(&id).map(|partition| self.of_replica(metric, partition))
    }

    fn of_replica(&self, metric: ReplicaMetric, partition: &Partition) -> u64 {
        let isr = partition.leading().map(|state| count(state.isr.isr()));
        let min_isr = u64::from(partition.min_insync_replicas());
        match metric {
            ReplicaMetric::UnderReplicated => {
                u64::from(isr.is_some_and(|isr| isr < self.replication_factor(partition)))
            }
            ReplicaMetric::UnderMinIsr => u64::from(isr.is_some_and(|isr| isr < min_isr)),
            ReplicaMetric::AtMinIsr => u64::from(isr == Some(min_isr)),
            ReplicaMetric::InSyncReplicasCount => isr.unwrap_or(0),
            ReplicaMetric::ReplicasCount => isr.map_or(0, |_| self.replication_factor(partition)),
            ReplicaMetric::LogEndOffset => partition.log.log_end_offset().0,
            ReplicaMetric::LogStartOffset => partition.log.log_start_offset().0,
        }
    }

    fn sum(&self, metric: ReplicaMetric) -> u64 {
        self.partitions.values().map(|one| self.of_replica(metric, one)).sum()
    }

    /// Kafka's `OngoingReassignmentState.replicationFactor`: without replicas that are being added.
    fn replication_factor(&self, partition: &Partition) -> u64 {
        let registration = self.image.partition(partition.id);
        let adding = registration.map_or(&[][..], |one| &one.adding);
        count(partition.replicas().iter().filter(|id| !adding.contains(id)))
    }

    fn fetched(&self) -> impl Iterator<Item = &PartitionFetchState> {
        self.fetchers.values().flat_map(|fetcher| fetcher.states())
    }
}

fn count<T>(all: impl IntoIterator<Item = T>) -> u64 {
    all.into_iter().fold(0, |count, _| count + 1)
}
