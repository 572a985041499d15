//! What a voter is in the quorum, and when it gives its vote.
//!
//! Source: Kafka `QuorumState`, `ElectionState`, `UnattachedState`, `ProspectiveState`,
//! `CandidateState`, `FollowerState`, `ResignedState`; KIP-595, KIP-996.
//! Uses: nothing.

use epochscope_vocabulary::event::QuorumRole;
use epochscope_vocabulary::rpc::VoteKind;
use epochscope_vocabulary::{ControllerId, NodeId, QuorumEpoch};

use super::epoch_election::EpochElection;
use super::leader::LeaderState;
use super::voter_set::VoterSet;

/// How a voter tries to become the leader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ElectionProtocol {
    /// It makes a new epoch and asks for votes in it, which deposes whoever leads (before 4.0).
    CandidateAtOnce,
    /// It first asks whether it would be elected (KIP-996, 4.0).
    PreVote,
}

/// What a voter has on its disk beside the log: Kafka's `quorum-state` file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ElectionState {
    /// Its epoch.
    pub epoch: QuorumEpoch,
    /// Who leads it, if that is known.
    pub leader: Option<ControllerId>,
    /// For whom it voted in it.
    pub voted: Option<ControllerId>,
}

/// Whether a follower has had an answer from its leader in this epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fetched {
    /// Not yet: the leader may be gone.
    NotYet,
    /// It has.
    FromLeader,
    /// For the fetch time-out it had none: an observer asks any voter then.
    TooLongAgo,
}

/// Whether a candidate still waits for votes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Candidacy {
    /// It does.
    Open,
    /// It has lost, and will try again in a new epoch (before 4.0).
    BackingOff,
}

/// What a voter is, with what only that role knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Role {
    /// In an epoch without a leader that it could follow.
    Unattached,
    /// Asks whether it would be elected, without making an epoch (KIP-996).
    Prospective(EpochElection),
    /// Asks for votes in an epoch of its own.
    Candidate(EpochElection, Candidacy),
    /// Leads.
    Leader(LeaderState),
    /// Fetches from the leader.
    Follower(Fetched),
    /// Led, and has given that up; it tells those who have not acknowledged so.
    Resigned(Vec<ControllerId>),
}

impl Role {
    /// What kind of role it is.
    #[must_use]
    pub const fn kind(&self, election: &ElectionState) -> QuorumRole {
        match self {
            Self::Unattached if election.voted.is_some() => QuorumRole::Voted,
            Self::Unattached => QuorumRole::Unattached,
            Self::Prospective(_) => QuorumRole::Prospective,
            Self::Candidate(..) => QuorumRole::Candidate,
            Self::Leader(_) => QuorumRole::Leader,
            Self::Follower(_) => QuorumRole::Follower,
            Self::Resigned(_) => QuorumRole::Resigned,
        }
    }
}

/// Whether a nominee has all that the voter has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NomineeLog {
    /// It has: its last epoch is later, or the same and its log not shorter.
    UpToDate,
    /// It lacks something.
    Behind,
}

/// Whether a voter votes for `nominee`, which is in the voter's own epoch.
#[must_use]
pub fn can_grant_vote(
    election: &ElectionState,
    role: &Role,
    nominee: ControllerId,
    log: NomineeLog,
    kind: VoteKind,
) -> bool {
    let up_to_date = log == NomineeLog::UpToDate;
    match (role, kind) {
        (Role::Leader(_), _) => false,
        (Role::Follower(fetched), VoteKind::PreVote) => up_to_date && *fetched == Fetched::NotYet,
        (
            Role::Unattached | Role::Prospective(_) | Role::Candidate(..) | Role::Resigned(_),
            VoteKind::PreVote,
        ) => up_to_date,
        (Role::Unattached | Role::Prospective(_), VoteKind::Standard) => match election.voted {
            Some(voted) => voted == nominee,
            None => election.leader.is_none() && up_to_date,
        },
        (Role::Candidate(..) | Role::Follower(_) | Role::Resigned(_), VoteKind::Standard) => false,
    }
}

/// What a node is when its process starts, from its disk alone.
///
/// Who led comes back resigned: whatever it had not committed, another may have overruled.
#[must_use]
pub fn role_at_start(node: NodeId, election: &ElectionState, voters: &VoterSet) -> Role {
    let is_me = |id: ControllerId| node == NodeId::Controller(id);
    match (election.leader, election.voted) {
        (Some(leader), _) if is_me(leader) => {
            Role::Resigned(voters.iter().filter(|voter| !is_me(*voter)).collect())
        }
        (Some(_), _) => Role::Follower(Fetched::NotYet),
        (None, Some(voted)) if is_me(voted) => {
            Role::Candidate(EpochElection::of(voted, voters), Candidacy::Open)
        }
        (None, _) => Role::Unattached,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;
    use std::fmt::Write as _;

    const ME: ControllerId = ControllerId(101);
    const HE: ControllerId = ControllerId(102);

    /// KIP-996's table: who votes for 102, by role, by what is known, by the nominee's log.
    #[test]
    fn who_votes_for_whom() {
        let voters = VoterSet::new(&[ME, HE, ControllerId(103)]);
        let election = || EpochElection::of(ME, &voters);
        let epoch = QuorumEpoch(5);
        let bare = ElectionState { epoch, leader: None, voted: None };
        let led = ElectionState { leader: Some(ControllerId(103)), ..bare };
        let voted = |whom| ElectionState { voted: Some(whom), ..bare };
        let leader = LeaderState::new(epoch, epochscope_vocabulary::Offset(9), &voters);
        let table = [
            ("unattached", bare, Role::Unattached),
            ("unattached, leader known", led, Role::Unattached),
            ("unattached, voted for it", voted(HE), Role::Unattached),
            ("unattached, voted for another", voted(ControllerId(103)), Role::Unattached),
            ("prospective", bare, Role::Prospective(election())),
            ("prospective, leader known", led, Role::Prospective(election())),
            ("candidate", voted(ME), Role::Candidate(election(), Candidacy::Open)),
            ("follower, not fetched yet", led, Role::Follower(Fetched::NotYet)),
            ("follower that fetches", led, Role::Follower(Fetched::FromLeader)),
            ("leader", ElectionState { leader: Some(ME), ..bare }, Role::Leader(leader)),
            ("resigned", ElectionState { leader: Some(ME), ..bare }, Role::Resigned(vec![HE])),
        ];
        let mut text = String::from("pre-vote/behind standard/behind\n");
        for (name, state, role) in table {
            let grants = |log, kind| {
                if can_grant_vote(&state, &role, HE, log, kind) { "yes" } else { "no" }
            };
            use NomineeLog::{Behind, UpToDate};
            use VoteKind::{PreVote, Standard};
            let _ = writeln!(
                text,
                "{}/{} {}/{} {name}",
                grants(UpToDate, PreVote),
                grants(Behind, PreVote),
                grants(UpToDate, Standard),
                grants(Behind, Standard)
            );
        }
        expect![[r#"
            pre-vote/behind standard/behind
            yes/no yes/no unattached
            yes/no no/no unattached, leader known
            yes/no yes/yes unattached, voted for it
            yes/no no/no unattached, voted for another
            yes/no yes/no prospective
            yes/no no/no prospective, leader known
            yes/no no/no candidate
            yes/no no/no follower, not fetched yet
            no/no no/no follower that fetches
            no/no no/no leader
            yes/no no/no resigned
        "#]]
        .assert_eq(&text);
    }

    #[test]
    fn who_one_is_after_a_start() {
        let voters = VoterSet::new(&[ME, HE, ControllerId(103)]);
        let start = |leader, voted| {
            let election = ElectionState { epoch: QuorumEpoch(5), leader, voted };
            role_at_start(ME.into(), &election, &voters).kind(&election)
        };
        assert_eq!(start(None, None), QuorumRole::Unattached);
        assert_eq!(start(None, Some(HE)), QuorumRole::Voted);
        assert_eq!(start(None, Some(ME)), QuorumRole::Candidate);
        assert_eq!(start(Some(HE), None), QuorumRole::Follower);
        assert_eq!(start(Some(ME), None), QuorumRole::Resigned);
    }
}
