//! Leader epochs: one leader each (`OneLeaderPerEpoch`), and never back (`EpochOrder`).
//!
//! Two brokers may both presume that they lead; they must do so in different epochs, or nobody
//! could tell the older one's records from the newer one's.
//!
//! Source: KIP-101, KIP-853, KIP-996; KAFKA-7415 (the cache).
//! May legitimately fail: never.

use epochscope_vocabulary::{BrokerId, LeaderEpoch, Offset};

use crate::log::{EpochEntry, ReplicatedLog};

/// Another broker that leads, or led, in the same epoch.
#[must_use]
pub fn rival(
    leaders: &[(BrokerId, LeaderEpoch)],
    new: (BrokerId, LeaderEpoch),
) -> Option<BrokerId> {
    let (broker, epoch) = new;
    let rivals = leaders.iter().find(|(other, theirs)| *other != broker && *theirs == epoch);
    rivals.map(|(other, _)| *other)
}

/// The first offset from `from` on whose epoch is below the one before it.
#[must_use]
pub fn first_fall(log: &ReplicatedLog, from: Offset) -> Option<Offset> {
    let start = Offset(from.0.saturating_sub(1));
    let mut highest = LeaderEpoch(0);
    let mut records = log.records(start, log.log_end_offset());
    records
        .find(|(_, record)| {
            let falls = record.leader_epoch < highest;
            highest = highest.max(record.leader_epoch);
            falls
        })
        .map(|(offset, _)| offset)
}

/// The first entry of an epoch cache that is not above the one before it, in epoch and offset.
#[must_use]
pub fn disorder(entries: &[EpochEntry]) -> Option<EpochEntry> {
    let pairs = entries.windows(2);
    pairs.map(|pair| (pair[0], pair[1])).find_map(|(before, after)| {
        let rises = after.epoch > before.epoch && after.start_offset > before.start_offset;
        (!rises).then_some(after)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invariant::testing::log;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn two_leaders_have_different_epochs() {
        let leaders = [(BrokerId(1), LeaderEpoch(3)), (BrokerId(2), LeaderEpoch(4))];
        assert_eq!(rival(&leaders, (BrokerId(2), LeaderEpoch(4))), None);
        assert_eq!(rival(&leaders, (BrokerId(3), LeaderEpoch(5))), None);
        assert_eq!(rival(&leaders, (BrokerId(3), LeaderEpoch(4))), Some(BrokerId(2)));
    }

    #[test]
    fn epochs_in_a_log_never_fall() {
        assert_eq!(first_fall(&log("1.0 2.0 3.1"), Offset(0)), None);
        assert_eq!(first_fall(&log("1.0 2.2 3.1 4.2"), Offset(0)), Some(Offset(2)));
        assert_eq!(first_fall(&log("1.0 2.2 3.1"), Offset(2)), Some(Offset(2)));
        assert_eq!(first_fall(&log(""), Offset(0)), None);
    }

    #[test]
    fn the_cache_rises_in_epoch_and_offset() {
        let entry =
            |epoch, start| EpochEntry { epoch: LeaderEpoch(epoch), start_offset: Offset(start) };
        assert_eq!(disorder(&[]), None);
        assert_eq!(disorder(&[entry(0, 0), entry(2, 5)]), None);
        assert_eq!(disorder(&[entry(0, 0), entry(0, 5)]), Some(entry(0, 5)));
        assert_eq!(disorder(&[entry(0, 5), entry(1, 5)]), Some(entry(1, 5)));
    }
}
