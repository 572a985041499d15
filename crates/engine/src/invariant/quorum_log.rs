//! The controllers' quorum: who leads it, and what of the metadata log is committed.
//!
//! `OneQuorumLeaderPerEpoch`: two controllers never lead in one epoch. `QuorumCompleteness`: the
//! controller that leads in the latest epoch has every record that was ever committed.
//! `QuorumLogMatch`: as far as two controllers know the log to be committed, theirs are the same.
//! A record of the same epoch at the same offset means equal logs up to it, so the second looks at
//! one record; the third looks at all that has come to be known as committed.
//!
//! Source: Vanlightly's KRaft specification (KIP-595, KIP-996); Raft's Election Safety, Leader
//! Completeness and State Machine Safety.
//! May legitimately fail: once a controller has lost its disk: it has forgotten its votes as well.

use epochscope_vocabulary::{ControllerId, Offset, QuorumEpoch};

use crate::metadata::MetadataLog;

/// What is remembered of the quorum.
#[derive(Clone, Debug, Default)]
pub struct QuorumGhost {
    /// Who led in which epoch.
    leaders: Vec<(QuorumEpoch, ControllerId)>,
    /// The end of what was ever committed, and the epoch of the last record below it.
    pub committed: (Offset, QuorumEpoch),
    /// Whether a controller ever lost its disk.
    pub disks: ControllerDisks,
}

/// Whether a controller ever lost its disk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ControllerDisks {
    /// None did.
    #[default]
    Whole,
    /// One did.
    Lost,
}

impl QuorumGhost {
    /// A controller begins to lead: another that led in the same epoch, if there is one.
    pub fn begin_leader(
        &mut self,
        epoch: QuorumEpoch,
        leader: ControllerId,
    ) -> Option<ControllerId> {
        let other = self.leaders.iter().find(|(at, who)| *at == epoch && *who != leader);
        let other = other.map(|(_, who)| *who);
        if !self.leaders.contains(&(epoch, leader)) {
            self.leaders.push((epoch, leader));
        }
        other
    }

    /// A log is known to be committed up to `end`.
    pub fn note_committed(&mut self, log: &MetadataLog, end: Offset) {
        if end > self.committed.0
            && let Some((epoch, _)) = last_below(log, end)
        {
            self.committed = (end, *epoch);
        }
    }
}

fn last_below(log: &MetadataLog, end: Offset) -> Option<&crate::metadata::MetadataEntry> {
    log.entry(Offset(end.0.checked_sub(1)?))
}

/// Whether a log lacks something of what was committed.
#[must_use]
pub fn lacks_committed(log: &MetadataLog, committed: (Offset, QuorumEpoch)) -> bool {
    let (end, epoch) = committed;
    end > Offset::ZERO && last_below(log, end).is_none_or(|(at, _)| *at != epoch)
}

/// The first offset below `end` at which two logs have different records.
#[must_use]
pub fn first_parting(one: &MetadataLog, other: &MetadataLog, end: Offset) -> Option<Offset> {
    if one.entry(Offset(end.0.checked_sub(1)?)) == other.entry(Offset(end.0 - 1)) {
        return None;
    }
    (0..end.0).map(Offset).find(|at| one.entry(*at) != other.entry(*at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use epochscope_vocabulary::TopicId;
    use epochscope_vocabulary::metadata_record::MetadataRecord;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    /// `"a1 b1 c2"`: a record for each letter, of that epoch.
    fn log(text: &str) -> MetadataLog {
        let mut log = MetadataLog::default();
        for word in text.split_whitespace() {
            let (name, epoch) = word.split_at(1);
            let record = MetadataRecord::TopicRecord { topic: TopicId(0), name: name.into() };
            log.append([(QuorumEpoch(epoch.parse().unwrap()), record)].into());
        }
        log
    }

    #[test]
    fn two_leaders_of_one_epoch_are_noticed() {
        let mut ghost = QuorumGhost::default();
        let (one, other) = (ControllerId(101), ControllerId(102));
        assert_eq!(ghost.begin_leader(QuorumEpoch(1), one), None);
        assert_eq!(ghost.begin_leader(QuorumEpoch(2), other), None);
        assert_eq!(ghost.begin_leader(QuorumEpoch(1), one), None);
        assert_eq!(ghost.begin_leader(QuorumEpoch(1), other), Some(one));
    }

    #[test]
    fn a_leader_has_the_last_committed_record() {
        let mut ghost = QuorumGhost::default();
        ghost.note_committed(&log("a1 b1 c2"), Offset(2));
        assert_eq!(ghost.committed, (Offset(2), QuorumEpoch(1)));
        ghost.note_committed(&log("a1"), Offset(1));
        assert_eq!(ghost.committed.0, Offset(2));
        assert!(!lacks_committed(&log("a1 b1"), ghost.committed));
        assert!(!lacks_committed(&log("a1 b1 d3"), ghost.committed));
        assert!(lacks_committed(&log("a1"), ghost.committed));
        assert!(lacks_committed(&log("a1 d2"), ghost.committed));
        assert!(!lacks_committed(&log(""), QuorumGhost::default().committed));
    }

    #[test]
    fn logs_part_where_their_records_differ() {
        let parting = |one, other, end| first_parting(&log(one), &log(other), Offset(end));
        assert_eq!(parting("a1 b1", "a1 b1", 2), None);
        assert_eq!(parting("a1 b1 c2", "a1 b1 d3", 2), None);
        assert_eq!(parting("a1 b1 c2", "a1 b1 d3", 3), Some(Offset(2)));
        assert_eq!(parting("a1 b1 c2", "a1 x1 d3", 3), Some(Offset(1)));
        assert_eq!(parting("a1 b1", "a1", 2), Some(Offset(1)));
        assert_eq!(parting("", "", 0), None);
    }
}
