//! Where each leader epoch begins in one log: the map by which two logs find where they part.
//!
//! The entries are few: an epoch that wrote nothing leaves none, except the latest one, which the
//! leader assigns at its log end before it has written.
//!
//! Source: Kafka `LeaderEpochFileCache`; KIP-101, KIP-279.
//! Uses: nothing.

use epochscope_vocabulary::{LeaderEpoch, Offset, OffsetAndEpoch};

/// An epoch and the offset of its first record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EpochEntry {
    /// The epoch.
    pub epoch: LeaderEpoch,
    /// The first offset that it wrote, or will write.
    pub start_offset: Offset,
}

/// The leader epochs of one log, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LeaderEpochFileCache {
    /// Invariant: both the epochs and the start offsets rise strictly.
    entries: Vec<EpochEntry>,
}

impl LeaderEpochFileCache {
    /// Every entry, oldest first.
    #[must_use]
    pub fn entries(&self) -> &[EpochEntry] {
        &self.entries
    }

    /// The entry of the newest epoch.
    #[must_use]
    pub fn latest_entry(&self) -> Option<EpochEntry> {
        self.entries.last().copied()
    }

    /// The entry of the oldest epoch.
    #[must_use]
    pub fn earliest_entry(&self) -> Option<EpochEntry> {
        self.entries.first().copied()
    }

    /// The newest epoch.
    #[must_use]
    pub fn latest_epoch(&self) -> Option<LeaderEpoch> {
        self.latest_entry().map(|entry| entry.epoch)
    }

    /// The epoch before the newest one.
    #[must_use]
    pub fn previous_of_latest(&self) -> Option<LeaderEpoch> {
        self.latest_epoch().and_then(|latest| self.previous_epoch(latest))
    }

    /// The newest epoch below `epoch`.
    #[must_use]
    pub fn previous_epoch(&self, epoch: LeaderEpoch) -> Option<LeaderEpoch> {
        self.entries.iter().rev().map(|entry| entry.epoch).find(|known| *known < epoch)
    }

    /// The oldest epoch above `epoch`.
    #[must_use]
    pub fn next_epoch(&self, epoch: LeaderEpoch) -> Option<LeaderEpoch> {
        self.entries.iter().map(|entry| entry.epoch).find(|known| *known > epoch)
    }

    /// The epoch that wrote, or would have written, the record at `offset`.
    #[must_use]
    pub fn epoch_for_offset(&self, offset: Offset) -> Option<LeaderEpoch> {
        let entry = self.entries.iter().rev().find(|entry| entry.start_offset <= offset)?;
        Some(entry.epoch)
    }

    /// The entries that cover `start..end`, the first one cut so that it starts at `start`.
    #[must_use]
    pub fn entries_in_range(&self, start: Offset, end: Offset) -> Vec<EpochEntry> {
        let mut within = self.clone();
        within.truncate_from_start(start);
        within.truncate_from_end(end);
        within.entries
    }

    /// Begins `epoch` at `start_offset`.
    ///
    /// Does nothing when it is the newest epoch already and began no later. Otherwise entries of
    /// the same or a newer epoch, or that start at or after it, were never written and go.
    pub fn assign(&mut self, epoch: LeaderEpoch, start_offset: Offset) {
        let latest = self.latest_entry();
        if latest.is_some_and(|last| last.epoch == epoch && last.start_offset <= start_offset) {
            return;
        }
        self.entries.retain(|entry| entry.epoch < epoch && entry.start_offset < start_offset);
        self.entries.push(EpochEntry { epoch, start_offset });
    }

    /// Where the newest epoch not above `requested` ends, in a log that ends at `log_end`.
    ///
    /// None means undefined: the log knows no epoch as new as the one asked for. An epoch older
    /// than all known ones ends where the first known one starts.
    #[must_use]
    pub fn end_offset_for(
        &self,
        requested: LeaderEpoch,
        log_end: Offset,
    ) -> Option<OffsetAndEpoch> {
        let latest = self.latest_epoch()?;
        if requested == latest {
            return Some(OffsetAndEpoch { offset: log_end, epoch: latest });
        }
        let above = self.entries.iter().position(|entry| entry.epoch > requested)?;
        let end = self.entries[above].start_offset;
        let floor = self.entries[..above].last().map_or(requested, |entry| entry.epoch);
        Some(OffsetAndEpoch { offset: end, epoch: floor })
    }

    /// Forgets the epochs that start at `end_offset` or later.
    pub fn truncate_from_end(&mut self, end_offset: Offset) {
        self.entries.retain(|entry| entry.start_offset < end_offset);
    }

    /// Forgets what lies below `start_offset`; the epoch that covers it now starts there.
    pub fn truncate_from_start(&mut self, start_offset: Offset) {
        let below = self.entries.partition_point(|entry| entry.start_offset <= start_offset);
        let Some(covering) = below.checked_sub(1) else {
            return;
        };
        self.entries.drain(..covering);
        self.entries[0].start_offset = start_offset;
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.entries.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn cache(entries: &[(u32, u64)]) -> LeaderEpochFileCache {
        let entry = |(epoch, start): &(u32, u64)| EpochEntry {
            epoch: LeaderEpoch(*epoch),
            start_offset: Offset(*start),
        };
        LeaderEpochFileCache { entries: entries.iter().map(entry).collect() }
    }

    fn drawn(cache: &LeaderEpochFileCache) -> String {
        let entry = |entry: &EpochEntry| format!("{}@{}", entry.epoch, entry.start_offset);
        cache.entries.iter().map(entry).collect::<Vec<_>>().join(" ")
    }

    fn after(entries: &[(u32, u64)], change: impl Fn(&mut LeaderEpochFileCache)) -> String {
        let mut changed = cache(entries);
        change(&mut changed);
        drawn(&changed)
    }

    /// The log, drawn by the epoch of each record, and where each epoch asked for ends in it:
    ///
    /// ```text
    /// offset  10 11 12 13 14 15 16 17 18 19
    /// epoch    0  0  0  2  2  2  2  4  4  4
    /// ```
    #[test]
    fn an_epoch_ends_where_the_next_known_one_begins() {
        let log = cache(&[(0, 10), (2, 13), (4, 17)]);
        let mut table = String::new();
        for epoch in 0..=5 {
            let end = log.end_offset_for(LeaderEpoch(epoch), Offset(20));
            let end = end.map_or("undefined".to_owned(), |end| {
                format!("epoch {} ends at {}", end.epoch, end.offset)
            });
            table += &format!("{epoch} -> {end}\n");
        }
        expect![[r#"
            0 -> epoch 0 ends at 13
            1 -> epoch 0 ends at 13
            2 -> epoch 2 ends at 17
            3 -> epoch 2 ends at 17
            4 -> epoch 4 ends at 20
            5 -> undefined
        "#]]
        .assert_eq(&table);
        let older_than_all = cache(&[(5, 11), (6, 12)]);
        assert_eq!(
            older_than_all.end_offset_for(LeaderEpoch(4), Offset(20)),
            Some(OffsetAndEpoch { offset: Offset(11), epoch: LeaderEpoch(4) })
        );
        assert_eq!(cache(&[]).end_offset_for(LeaderEpoch(0), Offset(20)), None);
    }

    #[test]
    fn assigning_forgets_what_was_never_written() {
        let assigned = |entries: &[(u32, u64)], epoch: u32, start: u64| {
            after(entries, |cache| cache.assign(LeaderEpoch(epoch), Offset(start)))
        };
        assert_eq!(assigned(&[], 2, 9), "2@9");
        assert_eq!(assigned(&[(2, 9)], 2, 12), "2@9", "known already");
        assert_eq!(assigned(&[(2, 9)], 3, 9), "3@9", "2 wrote nothing");
        assert_eq!(assigned(&[(2, 6)], 3, 5), "3@5");
        assert_eq!(assigned(&[(1, 5), (2, 6)], 1, 7), "1@7", "an older epoch after a newer one");
    }

    #[test]
    fn truncation_cuts_either_end() {
        let log = [(2, 6), (3, 8), (4, 11)];
        let end = |offset| after(&log, |cache| cache.truncate_from_end(Offset(offset)));
        let start = |offset| after(&log, |cache| cache.truncate_from_start(Offset(offset)));
        assert_eq!([end(8), end(9), end(6)], ["2@6", "2@6 3@8", ""]);
        assert_eq!([start(1), start(6)], ["2@6 3@8 4@11", "2@6 3@8 4@11"]);
        assert_eq!([start(8), start(9), start(15)], ["3@8 4@11", "3@9 4@11", "4@15"]);
    }
}
