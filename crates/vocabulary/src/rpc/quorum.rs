//! What voters of the metadata quorum ask each other, and how everybody fetches the metadata log.
//!
//! Source: `VoteRequest`, `BeginQuorumEpochRequest`, `EndQuorumEpochRequest`, `FetchRequest`;
//! KIP-595, KIP-996, KIP-1166.

use std::sync::Arc;

use crate::error_code::ErrorCode;
use crate::ids::ControllerId;
use crate::metadata_record::MetadataRecord;
use crate::position::{Offset, QuorumEpoch};

/// A `FetchRequest` for the metadata log, from a broker or another controller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetadataFetchRequest {
    /// The sender's quorum epoch.
    pub current_leader_epoch: QuorumEpoch,
    /// The sender's log end offset.
    pub fetch_offset: Offset,
    /// The epoch of its last record.
    pub last_fetched_epoch: QuorumEpoch,
    /// The high watermark that it knows (KIP-1166): a newer one is answered at once.
    pub high_watermark: Option<Offset>,
    /// How long an empty answer may wait, in milliseconds.
    pub max_wait_ms: u64,
}

/// The answer to a fetch of the metadata log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetadataFetchResponse {
    /// What went wrong, if anything did.
    pub error: ErrorCode,
    /// The quorum's epoch.
    pub quorum_epoch: QuorumEpoch,
    /// The quorum's leader, if the answering node knows it.
    pub leader: Option<ControllerId>,
    /// How far the metadata log is committed.
    pub high_watermark: Offset,
    /// Where the sender's log parts from the answering node's: an epoch, and where it ends.
    pub diverging_epoch: Option<(QuorumEpoch, Offset)>,
    /// The first record's offset.
    pub base_offset: Offset,
    /// Records from there on, each with its quorum epoch.
    pub records: Arc<[(QuorumEpoch, MetadataRecord)]>,
}

/// What a vote binds its giver to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VoteKind {
    /// To nothing: would you vote for me (KIP-996)?
    PreVote,
    /// To vote for nobody else in this epoch.
    Standard,
}

/// `VoteRequest`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VoteRequest {
    /// Who asks.
    pub replica: ControllerId,
    /// Its epoch.
    pub replica_epoch: QuorumEpoch,
    /// The epoch of its last record.
    pub last_epoch: QuorumEpoch,
    /// Its log end offset.
    pub last_offset: Offset,
    /// What for.
    pub kind: VoteKind,
}

/// `VoteResponse`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VoteResponse {
    /// What went wrong, if anything did.
    pub error: ErrorCode,
    /// The answering node's epoch.
    pub quorum_epoch: QuorumEpoch,
    /// The quorum's leader, if the answering node knows it.
    pub leader: Option<ControllerId>,
    /// Yes or no.
    pub vote_granted: bool,
}

/// `BeginQuorumEpochRequest`: a new leader says that it is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BeginQuorumEpochRequest {
    /// Who.
    pub leader: ControllerId,
    /// In which epoch.
    pub leader_epoch: QuorumEpoch,
}

/// `EndQuorumEpochRequest`: a leader resigns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndQuorumEpochRequest {
    /// Who.
    pub leader: ControllerId,
    /// From which epoch.
    pub leader_epoch: QuorumEpoch,
    /// Whom it would like to see as its successor: who has the longest log first.
    pub preferred_candidates: Vec<ControllerId>,
}

/// `BeginQuorumEpochResponse` and `EndQuorumEpochResponse`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuorumEpochResponse {
    /// What went wrong, if anything did.
    pub error: ErrorCode,
    /// The answering node's epoch.
    pub quorum_epoch: QuorumEpoch,
    /// The quorum's leader, if the answering node knows it.
    pub leader: Option<ControllerId>,
}
