//! Who votes in the metadata quorum, and what a majority of the voters has.
//!
//! Source: Kafka `VoterSet`, `LeaderState.maybeUpdateHighWatermark`.
//! Uses: nothing.

use epochscope_vocabulary::put_in_order;
use epochscope_vocabulary::{ControllerId, Offset};

/// The voters of a quorum, in order of their ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VoterSet(Vec<ControllerId>);

impl VoterSet {
    /// These voters.
    #[must_use]
    pub fn new(voters: &[ControllerId]) -> Self {
        let mut voters = voters.to_vec();
        put_in_order(&mut voters, |one, other| one < other);
        voters.dedup();
        Self(voters)
    }

    /// Whether this controller votes.
    #[must_use]
    pub fn contains(&self, id: ControllerId) -> bool {
        self.0.contains(&id)
    }

    /// Whether there is nobody to vote with.
    #[must_use]
    pub const fn is_single(&self) -> bool {
        self.0.len() == 1
    }

    /// How many make a majority.
    #[must_use]
    pub const fn majority(&self) -> usize {
        self.0.len() / 2 + 1
    }

    /// The voters as a list, in order of their ids.
    #[must_use]
    pub fn as_slice(&self) -> &[ControllerId] {
        &self.0
    }

    /// The voters in order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = ControllerId> + '_ {
        self.0.iter().copied()
    }
}

/// How far a majority of voters has the log, given each voter's log end, none where it is unknown.
///
/// Offsets are exclusive ends. A single voter is a majority.
#[must_use]
pub fn majority_end_offset(end_offsets: &[Option<Offset>]) -> Option<Offset> {
    let mut descending = end_offsets.to_vec();
    put_in_order(&mut descending, |one, other| one > other);
    descending.get(end_offsets.len() / 2).copied().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_majority_has() {
        let table: &[(&[Option<u64>], Option<u64>)] = &[
            (&[Some(7)], Some(7)),
            (&[Some(7), None], None),
            (&[Some(7), Some(5)], Some(5)),
            (&[Some(7), None, None], None),
            (&[Some(7), Some(5), None], Some(5)),
            (&[Some(7), Some(5), Some(6)], Some(6)),
            (&[Some(9), Some(9), Some(1), Some(2)], Some(2)),
            (&[Some(9), Some(9), Some(3), Some(1), Some(2)], Some(3)),
        ];
        for (ends, expected) in table {
            let ends: Vec<_> = ends.iter().map(|end| end.map(Offset)).collect();
            assert_eq!(majority_end_offset(&ends), expected.map(Offset), "{ends:?}");
        }
    }
}
