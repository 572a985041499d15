//! Counting the votes of one election.
//!
//! Source: Kafka `EpochElection`.
//! Uses: nothing.

use epochscope_vocabulary::{ControllerId, SortedMap};

use super::voter_set::VoterSet;

/// What a voter has answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ballot {
    /// Nothing yet.
    Unrecorded,
    /// Yes.
    Granted,
    /// No.
    Rejected,
}

/// The votes for one nominee.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EpochElection {
    ballots: SortedMap<ControllerId, Ballot>,
}

impl EpochElection {
    /// An election in which the nominee has voted for itself.
    #[must_use]
    pub fn of(nominee: ControllerId, voters: &VoterSet) -> Self {
        let ballot = |voter| if voter == nominee { Ballot::Granted } else { Ballot::Unrecorded };
        Self { ballots: voters.iter().map(|voter| (voter, ballot(voter))).collect() }
    }

    /// Notes an answer; whoever is no voter has no vote.
    pub fn record(&mut self, voter: ControllerId, ballot: Ballot) {
        if let Some(known) = self.ballots.get_mut(&voter) {
            *known = ballot;
        }
    }

    /// Whether a majority said yes.
    #[must_use]
    pub fn is_vote_granted(&self) -> bool {
        self.count(Ballot::Granted) >= self.majority()
    }

    /// Whether a majority can no longer say yes.
    #[must_use]
    pub fn is_vote_rejected(&self) -> bool {
        self.count(Ballot::Granted) + self.count(Ballot::Unrecorded) < self.majority()
    }

    /// Who has not answered.
    pub fn unrecorded(&self) -> impl Iterator<Item = ControllerId> + '_ {
        let open = self.ballots.iter().filter(|(_, ballot)| **ballot == Ballot::Unrecorded);
        open.map(|(voter, _)| *voter)
    }

    fn count(&self, wanted: Ballot) -> usize {
        self.ballots.values().filter(|ballot| **ballot == wanted).count()
    }

    fn majority(&self) -> usize {
        self.ballots.len() / 2 + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_majority_decides_either_way() {
        use Ballot::{Granted, Rejected};
        let table: &[(u32, &[Ballot], &str)] = &[
            (1, &[], "granted"),
            (3, &[], "open"),
            (3, &[Granted], "granted"),
            (3, &[Rejected], "open"),
            (3, &[Rejected, Rejected], "rejected"),
            (4, &[Granted], "open"),
            (4, &[Rejected, Rejected], "rejected"),
            (5, &[Granted, Rejected, Rejected], "open"),
            (5, &[Granted, Granted], "granted"),
        ];
        for (size, answers, expected) in table {
            let voters: Vec<_> = (101..101 + size).map(ControllerId).collect();
            let mut election = EpochElection::of(ControllerId(101), &VoterSet::new(&voters));
            for (voter, ballot) in voters[1..].iter().zip(*answers) {
                election.record(*voter, *ballot);
            }
            let got = match (election.is_vote_granted(), election.is_vote_rejected()) {
                (true, _) => "granted",
                (false, true) => "rejected",
                (false, false) => "open",
            };
            assert_eq!(got, *expected, "{size} voters, {answers:?}");
        }
    }
}
