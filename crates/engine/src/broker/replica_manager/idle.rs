//! Fetches that go round without news, as each end sees them.
//!
//! A follower that has everything asks its leader again and again, and after
//! `replica.fetch.wait.max.ms` is told that there is nothing. While neither end changes, every
//! such round is like the one before, and the cluster works out its times instead of carrying it
//! out. These are its questions, and how the leader learns of the rounds afterwards.
//!
//! Source: Kafka `DelayedFetch`, `AbstractFetcherThread`.
//! Uses: nothing.

use epochscope_vocabulary::rpc::{FetchPartition, FetchRequest, FetchResponse, Fetcher};
use epochscope_vocabulary::{BrokerId, RequestId, SimTime};

use super::ReplicaManager;
use super::fetch::empty_answer;
use super::follow::fetch_of;
use crate::broker::partition::replica::Partition;
use crate::broker::purgatory::DelayedFetch;

impl ReplicaManager {
    /// A follower's fetch that waits here.
    #[must_use]
    pub fn waiting_fetch(&self, id: RequestId) -> Option<&DelayedFetch> {
        self.purgatory.fetches.get(&id)
    }

    /// Whether, told nothing new, this follower would send the same request again.
    #[must_use]
    pub fn would_ask_again(&self, leader: BrokerId, request: &FetchRequest) -> bool {
        let Some(fetcher) = self.fetchers.get(&leader) else {
            return false;
        };
        let Some(mut fetching) = fetcher.steady() else {
            return false;
        };
        let same = |one: &FetchPartition, (id, leader_epoch)| {
            self.partitions.get(&id).is_some_and(|partition| {
                fetch_of(partition, leader_epoch) == *one && is_committed(partition)
            })
        };
        request.max_wait_ms == self.fetch_wait_ms()
            && request.fetcher == self.as_fetcher()
            && request.partitions.iter().all(|one| fetching.next().is_some_and(|it| same(one, it)))
            && fetching.next().is_none()
    }

    /// Whether this leader would tell a follower that asks so nothing new, now and later.
    #[must_use]
    pub fn would_tell_nothing(&self, request: &FetchRequest) -> bool {
        let Fetcher::Replica { broker, .. } = &request.fetcher else {
            return false;
        };
        request.partitions.iter().all(|one| {
            let Ok((partition, end)) = self.readable(one, &request.fetcher) else {
                return false;
            };
            let in_sync =
                partition.leading().is_some_and(|state| state.isr.is_in_maximal_isr(*broker));
            let begins = partition.log.log_start_offset() <= one.log_start_offset;
            in_sync && begins && end == one.fetch_offset && is_committed(partition)
        })
    }

    /// The fetch that waits here has gone round: it last came at `since`.
    pub fn fetch_went_round(&mut self, id: RequestId, since: SimTime, until: SimTime) {
        let Some(waiting) = self.purgatory.fetches.get_mut(&id) else {
            return;
        };
        (waiting.since, waiting.until) = (since, until);
        let request = waiting.request.clone();
        let Fetcher::Replica { broker, broker_epoch } = &request.fetcher else {
            return;
        };
        for one in &request.partitions {
            let counted = self.note_fetch(since, one, *broker, *broker_epoch);
            assert!(counted.is_ok(), "a fetch that goes round is welcome at its leader");
        }
    }

    /// What a fetch that waits here is told when there is no news.
    #[must_use]
    pub fn nothing_new(&self, request: &FetchRequest) -> FetchResponse {
        let answer = |one: &FetchPartition| {
            let mut answer = empty_answer(one.partition);
            if let Some(partition) = self.partitions.get(&one.partition) {
                answer.high_watermark = partition.log.high_watermark();
                answer.log_start_offset = partition.log.log_start_offset();
            }
            answer
        };
        FetchResponse { partitions: request.partitions.iter().map(answer).collect() }
    }

    /// The fetch that waited here is on its way.
    pub fn forget_waiting_fetch(&mut self, id: RequestId) {
        self.purgatory.fetches.remove(&id);
    }
}

/// Whether all that is in the log is committed, as far as this replica knows.
fn is_committed(partition: &Partition) -> bool {
    partition.log.high_watermark() == partition.log.log_end_offset()
}
