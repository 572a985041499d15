//! Where a run is given up: at a moment without an end, and with too much on its way.
//!
//! Kafka accepts times of 0 ms where a real machine takes a little longer than that. Here a request
//! that times out at once and is sent again at once is sent for ever: time does not go on.

use std::sync::Arc;

use epochscope_vocabulary::{Event, SimTime};

use super::Cluster;

/// Entries that any cluster may take at one moment,
const AT_ONCE: u64 = 100_000;
/// and for each two of its nodes, which may all have something to say to each other,
const FOR_TWO_NODES: u64 = 20;
/// and for each record, which may travel alone.
const FOR_A_RECORD: u64 = 20;
/// Messages on their way and timers that are set, all together.
const WAITING: usize = 1_000_000;

/// Why nothing happens any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Endless {
    /// At this moment there is always one more thing to do.
    Standstill {
        /// The moment.
        at: SimTime,
        /// The last thing that was told, as a line of the trace; empty if nothing was.
        last: String,
    },
    /// So much is on its way that memory would run out.
    Crowded,
}

impl Cluster {
    /// Why the run was given up, if it was: nothing happens any more.
    #[must_use]
    pub fn endless(&self) -> Option<&Endless> {
        self.endless.as_deref()
    }

    /// Gives up, if it is time to.
    pub(super) fn notice_endless(&mut self, events: &[Event]) {
        if self.queue.len() > WAITING {
            self.endless = Some(Arc::new(Endless::Crowded));
        }
        if u64::from(self.at_once) > AT_ONCE {
            self.notice_standstill(events);
        }
    }

    /// Waits for something to be told that belongs to what keeps the clock, but not for ever.
    fn notice_standstill(&mut self, events: &[Event]) {
        let nodes = u64::try_from(self.processes.len()).unwrap_or(u64::MAX);
        let pairs = nodes.saturating_mul(nodes);
        let records = u64::from(self.names.value_count());
        let most = AT_ONCE + pairs.saturating_mul(FOR_TWO_NODES) + records * FOR_A_RECORD;
        let over = u64::from(self.at_once).saturating_sub(most);
        if over > AT_ONCE || (over > 0 && !events.is_empty()) {
            let last = events.last().map_or(String::new(), |event| event.line(&self.names));
            self.endless = Some(Arc::new(Endless::Standstill { at: self.now, last }));
        }
    }
}
