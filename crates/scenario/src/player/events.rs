//! Events by their numbers: any of them can be found again, quiet ones by a replay.

use epochscope_vocabulary::{Event, EventId};

use super::{Player, Traced};

impl Player {
    /// An event of the open branch with its unit, unless it is quiet or not known yet.
    #[must_use]
    pub fn traced(&self, id: EventId) -> Option<&Traced> {
        let trace = self.whole_trace();
        let at = trace.binary_search_by_key(&id, |one| one.event.id).ok()?;
        trace.get(at)
    }

    /// The event alone.
    #[must_use]
    pub fn event(&self, id: EventId) -> Option<&Event> {
        self.traced(id).map(|one| &*one.event)
    }

    /// Every event, quiet ones too, from the last checkpoint before this one up to it. Empty if it
    /// was before the beginning or is not known yet.
    #[must_use]
    pub fn events_up_to(&self, id: EventId) -> Vec<Event> {
        let branch = &self.branches[self.open];
        let is_before = |count: u64| count <= id.0;
        let checkpoints = branch.checkpoints.iter().rev();
        let nearest = checkpoints.into_iter().find(|one| is_before(one.cluster().event_count()));
        let Some(mut replayed) = nearest.cloned() else { return Vec::new() };
        let mut events = Vec::new();
        while is_before(replayed.cluster().event_count()) {
            if replayed.units() >= branch.frontier.units() {
                return Vec::new();
            }
            events.append(&mut branch.replay(&mut replayed).events);
        }
        events
    }
}
