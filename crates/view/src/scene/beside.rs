//! Two scenes beside each other: the rows that show both, and those that differ.
//!
//! Uses: its siblings.

use epochscope_vocabulary::Offset;

use super::{Cell, Rows, Scene};

/// Ends of logs this far apart are still shown in the same rows.
const MOST_APART: u64 = 8;

impl Scene {
    /// Rows that are enough for this scene and another; its own where the other's logs end so far
    /// away that no picture holds both ends.
    #[must_use]
    pub fn rows_with(&self, other: &Self) -> Rows {
        let (one, other) = (self.rows, other.rows);
        if one.last.0.abs_diff(other.last.0) > MOST_APART {
            return one;
        }
        Rows {
            first: one.first.min(other.first),
            end: one.end.max(other.end),
            last: one.last.max(other.last),
            diverged: None,
        }
    }

    /// The offsets at which some broker has another record here than there.
    #[must_use]
    pub fn rows_other_than(&self, other: &Self) -> Vec<Offset> {
        let rows = self.rows_with(other);
        let offsets = (rows.first.0..rows.end.0).map(Offset);
        offsets.filter(|offset| self.records_at(*offset) != other.records_at(*offset)).collect()
    }

    /// What stands at this offset, broker by broker.
    fn records_at(&self, offset: Offset) -> Vec<Option<(&str, u32)>> {
        let brief = |cell: &Cell| cell.offset == offset;
        let cells = self.brokers.iter().map(|broker| {
            let cell = broker.replica.as_ref()?.cells.iter().find(|cell| brief(cell))?;
            Some((&*cell.text, cell.epoch.0))
        });
        cells.collect()
    }
}
