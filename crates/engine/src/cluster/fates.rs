//! What became of records, with what only the logs of this moment tell.

use epochscope_vocabulary::{SortedSet, TopicPartition, ValueId, put_in_order};

use super::Cluster;
use crate::ledger::{Entry, Read};
use crate::observe::RecordFate;

/// How often a record stands in the true leader's log, and whether consumers can read it there.
type Standing = (u32, bool);

impl Cluster {
    /// What became of every record.
    #[must_use]
    pub fn fates(&self) -> Vec<RecordFate> {
        self.fates_of((0..self.names.value_count()).map(ValueId).collect())
    }

    /// What became of one record; none if nobody has sent it yet.
    #[must_use]
    pub fn fate(&self, value: ValueId) -> Option<RecordFate> {
        self.fates_of(vec![value]).pop()
    }

    /// What the ledger has of a record, and who has read it: where it was written, when it was
    /// committed, and when and by what it was lost.
    #[must_use]
    pub fn life(&self, value: ValueId) -> Option<(&Entry, &[Read])> {
        Some((self.ledger.entry(value)?, self.ledger.readers(value)))
    }

    /// Whether a record is lost: all that needs no look into logs.
    #[must_use]
    pub fn is_lost(&self, value: ValueId) -> bool {
        self.ledger.fate(value).is_some_and(|fate| fate.lost)
    }

    /// What became of these records, in order of their numbers, without those that nobody has sent
    /// yet. Each log is read once.
    #[must_use]
    pub fn fates_of(&self, mut values: Vec<ValueId>) -> Vec<RecordFate> {
        put_in_order(&mut values, |one, other| one < other);
        values.dedup();
        let mut fates: Vec<RecordFate> =
            values.into_iter().filter_map(|value| self.ledger.fate(value)).collect();
        let mut standing: Vec<Standing> = vec![(0, false); fates.len()];
        let partitions: SortedSet<TopicPartition> =
            fates.iter().filter_map(|fate| fate.partition).collect();
        for partition in &partitions {
            self.note_standing(*partition, &fates, &mut standing);
        }
        for (fate, (count, readable)) in fates.iter_mut().zip(standing) {
            fate.readable = readable;
            fate.duplicated = count > 1;
        }
        fates
    }

    fn note_standing(&self, id: TopicPartition, fates: &[RecordFate], standing: &mut [Standing]) {
        let Some((_, partition)) = self.true_leader(id) else { return };
        let log = &partition.log;
        for (offset, record) in log.records(log.log_start_offset(), log.log_end_offset()) {
            let Ok(index) = fates.binary_search_by_key(&record.value, |fate| fate.value) else {
                continue;
            };
            if fates[index].partition == Some(id) {
                standing[index].0 += 1;
                standing[index].1 |= offset < log.high_watermark();
            }
        }
    }
}
