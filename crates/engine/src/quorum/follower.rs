//! A follower of the quorum: what it asks the leader, and what it learns from the answer.
//!
//! Source: Kafka `FollowerState`, `KafkaRaftClient.handleFetchResponse`.
//! Simplified: the quorum's leader is fixed; nobody votes.
//! Uses: `metadata`.

use std::sync::Arc;

use epochscope_vocabulary::rpc::{MetadataFetchRequest, MetadataFetchResponse};
use epochscope_vocabulary::{ControllerId, Offset, QuorumEpoch};

use crate::metadata::{MetadataEntry, MetadataLog};

/// How long a fetch of the metadata log waits for news at most, in milliseconds.
pub const MAX_FETCH_WAIT_MS: u64 = 500;

/// What a follower knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FollowerState {
    leader: ControllerId,
    epoch: QuorumEpoch,
    high_watermark: Option<Offset>,
}

impl FollowerState {
    /// A follower of `leader` in `epoch`; after a start it does not know how far is committed.
    #[must_use]
    pub const fn new(
        leader: ControllerId,
        epoch: QuorumEpoch,
        high_watermark: Option<Offset>,
    ) -> Self {
        Self { leader, epoch, high_watermark }
    }

    /// Whom it follows.
    #[must_use]
    pub const fn leader(&self) -> ControllerId {
        self.leader
    }

    /// In which epoch.
    #[must_use]
    pub const fn epoch(&self) -> QuorumEpoch {
        self.epoch
    }

    /// How far it knows the log committed.
    #[must_use]
    pub const fn high_watermark(&self) -> Option<Offset> {
        self.high_watermark
    }

    /// What to ask the leader next.
    #[must_use]
    pub const fn fetch(&self, log: &MetadataLog) -> MetadataFetchRequest {
        MetadataFetchRequest {
            current_leader_epoch: self.epoch,
            fetch_offset: log.end_offset(),
            last_fetched_epoch: log.last_epoch(),
            high_watermark: self.high_watermark,
            max_wait_ms: MAX_FETCH_WAIT_MS,
        }
    }

    /// Takes in an answer without error; gives back the records to append.
    ///
    /// # Panics
    /// If the records do not begin where this log ends: only one fetch is under way at a time.
    pub fn on_records(
        &mut self,
        response: &MetadataFetchResponse,
        log: &MetadataLog,
    ) -> Arc<[MetadataEntry]> {
        assert!(
            response.records.is_empty() || response.base_offset == log.end_offset(),
            "fetched records from {} for a log that ends at {}",
            response.base_offset,
            log.end_offset()
        );
        let count = u64::try_from(response.records.len()).unwrap_or(u64::MAX);
        let committed = response.high_watermark.min(log.end_offset().plus(count));
        self.high_watermark = self.high_watermark.max(Some(committed));
        response.records.clone()
    }

    /// Learns of another epoch or leader.
    pub fn on_new_epoch(&mut self, epoch: QuorumEpoch, leader: Option<ControllerId>) {
        if epoch >= self.epoch {
            self.epoch = epoch;
            self.leader = leader.unwrap_or(self.leader);
        }
    }
}
