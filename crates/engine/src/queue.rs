//! What happens next: one queue for everything, in order of (time, sequence).
//!
//! The sequence number makes the order total: of two entries due at one moment, the one that was
//! put in first comes first. Nothing else in the engine decides what happens before what.
//!
//! Uses: nothing.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use epochscope_vocabulary::SimTime;

/// Entries waiting for their moment.
#[derive(Clone, Debug)]
pub struct Queue<T> {
    heap: BinaryHeap<Reverse<Entry<T>>>,
    next_sequence: u64,
}

#[derive(Clone, Debug)]
struct Entry<T> {
    at: SimTime,
    sequence: u64,
    what: T,
}

impl<T> PartialEq for Entry<T> {
    fn eq(&self, other: &Self) -> bool {
        (self.at, self.sequence) == (other.at, other.sequence)
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
        (self.at, self.sequence).cmp(&(other.at, other.sequence))
    }
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Self { heap: BinaryHeap::new(), next_sequence: 0 }
    }
}

impl<T> Queue<T> {
    /// Puts an entry in; gives back its place in the order of all entries.
    pub fn push(&mut self, at: SimTime, what: T) -> u64 {
        let sequence = self.next_sequence;
        self.next_sequence += 1;
        self.heap.push(Reverse(Entry { at, sequence, what }));
        sequence
    }

    /// When the earliest entry is due.
    #[must_use]
    pub fn next_at(&self) -> Option<SimTime> {
        self.heap.peek().map(|Reverse(entry)| entry.at)
    }

    /// Takes the earliest entry out.
    pub fn pop(&mut self) -> Option<(SimTime, u64, T)> {
        self.heap.pop().map(|Reverse(entry)| (entry.at, entry.sequence, entry.what))
    }

    /// Everything that waits, in no order that means anything, each with its moment.
    pub fn iter(&self) -> impl Iterator<Item = (SimTime, &T)> {
        self.heap.iter().map(|Reverse(entry)| (entry.at, &entry.what))
    }

    /// How many entries wait.
    #[must_use]
    pub fn len(&self) -> usize {
        self.heap.len()
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
        while let Some((_, _, what)) = queue.pop() {
            order.push(what);
        }
        assert_eq!(order, "abcd");
    }
}
