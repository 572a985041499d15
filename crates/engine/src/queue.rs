//! What happens next: one queue for everything, in order of (time, lane, sequence).
//!
//! Of two entries due at one moment, the one in the lower lane comes first, and of two in one lane
//! the one that was put in first. Nothing else in the engine decides what happens before what.
//! Almost everything is in the first lane. The others are for entries whose place must not depend
//! on when they were put in.
//!
//! Uses: nothing.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use epochscope_vocabulary::{SimTime, SortedSet};

/// Where an entry stands among those due at the same moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lane(pub u64);

impl Lane {
    /// Before all others.
    pub const FIRST: Self = Self(0);
    /// Behind all others.
    pub const LAST: Self = Self(u64::MAX);
}

/// Entries waiting for their moment.
#[derive(Clone, Debug)]
pub struct Queue<T> {
    /// Invariant: the earliest entry is not a cancelled one.
    heap: BinaryHeap<Reverse<Entry<T>>>,
    /// Sequence numbers of entries in the heap that are no longer wanted.
    cancelled: SortedSet<u64>,
    next_sequence: u64,
}

/// As many cancelled entries as are let lie before all of them are swept out, if they are not
/// fewer than the others.
const LET_LIE: usize = 64;

/// Something and its place in the order of everything.
#[derive(Clone, Debug)]
pub struct Entry<T> {
    /// When it is due.
    pub at: SimTime,
    /// Where it stands among what is due then.
    pub lane: Lane,
    /// Which of the entries put in it is.
    pub sequence: u64,
    /// What it is.
    pub what: T,
}

impl<T> Entry<T> {
    const fn place(&self) -> (SimTime, Lane, u64) {
        (self.at, self.lane, self.sequence)
    }
}

impl<T> PartialEq for Entry<T> {
    fn eq(&self, other: &Self) -> bool {
        self.place() == other.place()
    }
}

impl<T> Eq for Entry<T> {}

impl<T> PartialOrd for Entry<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for Entry<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.place().cmp(&other.place())
    }
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Self { heap: BinaryHeap::new(), cancelled: SortedSet::new(), next_sequence: 0 }
    }
}

impl<T> Queue<T> {
    /// Puts an entry in, in the first lane; gives back its sequence number.
    pub fn push(&mut self, at: SimTime, what: T) -> u64 {
        self.push_in(Lane::FIRST, at, what)
    }

    /// Puts an entry in; gives back its sequence number.
    pub fn push_in(&mut self, lane: Lane, at: SimTime, what: T) -> u64 {
        let sequence = self.next_sequence;
        self.next_sequence += 1;
        self.heap.push(Reverse(Entry { at, lane, sequence, what }));
        sequence
    }

    /// When the earliest entry is due.
    #[must_use]
    pub fn next_at(&self) -> Option<SimTime> {
        self.heap.peek().map(|Reverse(entry)| entry.at)
    }

    /// Takes the earliest entry out.
    pub fn pop(&mut self) -> Option<Entry<T>> {
        let Reverse(earliest) = self.heap.pop()?;
        self.uncover();
        Some(earliest)
    }

    /// Takes back an entry that is in the queue.
    pub fn cancel(&mut self, sequence: u64) {
        self.cancelled.insert(sequence);
        self.uncover();
        if self.cancelled.len() > LET_LIE.max(self.heap.len() / 2) {
            let cancelled = std::mem::take(&mut self.cancelled);
            self.heap.retain(|Reverse(entry)| !cancelled.contains(&entry.sequence));
        }
    }

    /// Removes cancelled entries from the front.
    fn uncover(&mut self) {
        while let Some(Reverse(entry)) = self.heap.peek()
            && !self.cancelled.is_empty()
            && self.cancelled.remove(&entry.sequence)
        {
            self.heap.pop();
        }
    }

    /// Everything that waits, in no order that means anything, each with its moment.
    pub fn iter(&self) -> impl Iterator<Item = (SimTime, &T)> {
        let wanted = |entry: &&Entry<T>| !self.cancelled.contains(&entry.sequence);
        let entries = self.heap.iter().map(|Reverse(entry)| entry);
        entries.filter(wanted).map(|entry| (entry.at, &entry.what))
    }

    /// How many entries wait.
    #[must_use]
    pub fn len(&self) -> usize {
        self.heap.len() - self.cancelled.len()
    }

    /// Whether none waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.heap.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_of_one_moment_come_in_the_order_they_went_in() {
        let mut queue = Queue::default();
        for (at, what) in [(5, 'c'), (1, 'a'), (5, 'd'), (1, 'b')] {
            queue.push(SimTime(at), what);
        }
        let mut order = String::new();
        while let Some(entry) = queue.pop() {
            order.push(entry.what);
        }
        assert_eq!(order, "abcd");
    }

    #[test]
    fn cancelled_entries_do_not_come() {
        let mut queue = Queue::default();
        let kept: Vec<u64> = (0..400_u64)
            .filter(|number| {
                let sequence = queue.push(SimTime(1_000 - number), *number);
                let is_kept = number % 7 == 0;
                if !is_kept {
                    queue.cancel(sequence);
                }
                is_kept
            })
            .collect();
        assert_eq!(queue.len(), kept.len());
        assert!(queue.heap.len() < 200, "cancelled entries are swept out: {}", queue.heap.len());
        assert_eq!(queue.iter().count(), kept.len());
        assert_eq!(queue.next_at(), kept.last().map(|number| SimTime(1_000 - number)));
        let came: Vec<u64> = std::iter::from_fn(|| queue.pop()).map(|entry| entry.what).collect();
        assert!(came.iter().eq(kept.iter().rev()), "{came:?}");
    }

    #[test]
    fn a_lane_decides_before_the_order_of_coming() {
        let mut queue = Queue::default();
        for (lane, at, what) in [(2, 1, 'c'), (1, 1, 'b'), (0, 1, 'a'), (0, 2, 'd')] {
            queue.push_in(Lane(lane), SimTime(at), what);
        }
        let order: String = std::iter::from_fn(|| queue.pop()).map(|entry| entry.what).collect();
        assert_eq!(order, "abcd");
    }
}
