//! A follower's fetching from one leader: all its partitions in one request, one request at a time.
//!
//! Source: Kafka `AbstractFetcherThread`, `ReplicaFetcherThread`.
//! Uses: nothing.

use std::sync::Arc;

use epochscope_vocabulary::rpc::FetchRequest;
use epochscope_vocabulary::{LeaderEpoch, RequestId, SimTime, SortedMap, TopicPartition};

/// How one partition is fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartitionFetchState {
    /// The leader epoch in which this fetching began.
    pub leader_epoch: LeaderEpoch,
    /// Whether it goes on.
    pub progress: Progress,
    /// How far it was behind the leader's high watermark after the last answer.
    pub lag: u64,
}

/// Whether a partition is fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// With every request.
    Fetching,
    /// Not before this moment.
    DelayedUntil(SimTime),
    /// Not until new metadata (`markPartitionFailed`).
    Failed,
}

/// A fetcher: the partitions that follow one leader.
#[derive(Clone, Debug, Default)]
pub struct ReplicaFetcher {
    partitions: SortedMap<TopicPartition, PartitionFetchState>,
    in_flight: Option<(RequestId, Arc<FetchRequest>)>,
}

impl ReplicaFetcher {
    /// Begins to fetch a partition in this leader epoch.
    pub fn add(&mut self, partition: TopicPartition, leader_epoch: LeaderEpoch) {
        let state = PartitionFetchState { leader_epoch, progress: Progress::Fetching, lag: 0 };
        self.partitions.insert(partition, state);
    }

    /// Stops fetching a partition.
    pub fn remove(&mut self, partition: TopicPartition) {
        self.partitions.remove(&partition);
    }

    /// Whether it has no partition left.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.partitions.is_empty()
    }

    /// How a partition is fetched; none if it is not.
    #[must_use]
    pub fn state(&self, partition: TopicPartition) -> Option<PartitionFetchState> {
        self.partitions.get(&partition).copied()
    }

    /// Changes how a partition is fetched.
    pub fn set_progress(&mut self, partition: TopicPartition, progress: Progress) {
        if let Some(state) = self.partitions.get_mut(&partition) {
            state.progress = progress;
        }
    }

    /// Notes how far a partition is behind.
    pub fn set_lag(&mut self, partition: TopicPartition, lag: u64) {
        if let Some(state) = self.partitions.get_mut(&partition) {
            state.lag = lag;
        }
    }

    /// How all its partitions are fetched.
    pub fn states(&self) -> impl Iterator<Item = &PartitionFetchState> {
        self.partitions.values()
    }

    /// Delays every partition: the connection is broken.
    pub fn delay_all(&mut self, until: SimTime) {
        for state in self.partitions.values_mut() {
            if state.progress != Progress::Failed {
                state.progress = Progress::DelayedUntil(until);
            }
        }
    }

    /// Whether a request is out: its end decides what comes next.
    #[must_use]
    pub const fn is_waiting(&self) -> bool {
        self.in_flight.is_some()
    }

    /// Partitions to ask for now, with their epochs.
    pub fn due(&mut self, now: SimTime) -> Vec<(TopicPartition, LeaderEpoch)> {
        let mut due = Vec::new();
        for (id, state) in &mut self.partitions {
            if let Progress::DelayedUntil(until) = state.progress
                && until <= now
            {
                state.progress = Progress::Fetching;
            }
            if state.progress == Progress::Fetching {
                due.push((*id, state.leader_epoch));
            }
        }
        due
    }

    /// The partitions that every request asks for, as long as nothing changes; none if a delayed
    /// one will join them.
    #[must_use]
    pub fn steady(&self) -> Option<impl Iterator<Item = (TopicPartition, LeaderEpoch)>> {
        let states = self.partitions.iter();
        let fetching = states.filter(|(_, state)| state.progress == Progress::Fetching);
        self.next_due().is_none().then(|| fetching.map(|(id, state)| (*id, state.leader_epoch)))
    }

    /// When a delayed partition is next due.
    #[must_use]
    pub fn next_due(&self) -> Option<SimTime> {
        let until = |state: &PartitionFetchState| match state.progress {
            Progress::DelayedUntil(until) => Some(until),
            Progress::Fetching | Progress::Failed => None,
        };
        self.partitions.values().filter_map(until).min()
    }

    /// A request is out.
    pub fn sent(&mut self, id: RequestId, request: Arc<FetchRequest>) {
        self.in_flight = Some((id, request));
    }

    /// The request has been answered or given up: what it asked for, if it is the present one.
    pub fn answered(&mut self, id: RequestId) -> Option<Arc<FetchRequest>> {
        match self.in_flight.take() {
            Some((sent, request)) if sent == id => Some(request),
            other => {
                self.in_flight = other;
                None
            }
        }
    }
}
