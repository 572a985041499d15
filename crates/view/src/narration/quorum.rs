//! The controllers' quorum in sentences.
//!
//! Uses: `narration`.

use epochscope_vocabulary::event::QuorumRole;
use epochscope_vocabulary::rpc::VoteKind;
use epochscope_vocabulary::{ControllerId, Offset, QuorumEpoch};

use super::range;

/// What a controller is now.
pub(super) fn state(role: QuorumRole, epoch: QuorumEpoch, leader: Option<ControllerId>) -> String {
    match (role, leader) {
        (QuorumRole::Leader, _) => format!("leads the quorum in epoch {epoch}"),
        (QuorumRole::Follower, Some(leader)) => {
            format!("follows controller {leader} in epoch {epoch}")
        }
        (QuorumRole::Prospective, _) => {
            "cannot reach the quorum's leader and asks whether it would be elected".to_owned()
        }
        (QuorumRole::Candidate, _) => format!("asks for votes in epoch {epoch}"),
        (QuorumRole::Resigned, _) => {
            "resigns: no majority of the controllers fetches from it, or it is to stop".to_owned()
        }
        (QuorumRole::Unattached | QuorumRole::Voted | QuorumRole::Follower, _) => {
            format!("knows of nobody who leads the quorum in epoch {epoch}")
        }
    }
}

/// A vote, given or, with `not`, refused.
pub(super) fn vote(not: &str, nominee: ControllerId, epoch: QuorumEpoch, kind: VoteKind) -> String {
    match kind {
        VoteKind::PreVote => format!("would {not}vote for controller {nominee}"),
        VoteKind::Standard if not.is_empty() => {
            format!("votes for controller {nominee} in epoch {epoch}")
        }
        VoteKind::Standard => format!("does not vote for controller {nominee} in epoch {epoch}"),
    }
}

/// What a copy of the metadata log lost.
pub(super) fn truncated(from: Offset, to: Offset) -> String {
    format!("cuts off metadata {} that the quorum does not have", range(to, from))
}

/// What an active controller does that is none any longer.
pub(super) fn renounced() -> String {
    "is the active controller no longer; what was not committed is undone".to_owned()
}
