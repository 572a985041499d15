//! The stretch of the run around the moment shown, for the space-time diagram.
//!
//! Uses: `spacetime`, `timeline`.

use std::sync::Arc;

use epochscope_scenario::player::Traced;
use epochscope_scenario::player::watch::Watching;
use epochscope_vocabulary::{SimDuration, SimTime, TopicPartition};

use super::Session;
use crate::spacetime::Stretch;
use crate::spacetime::read::{self, Around};
use crate::timeline::Timeline;

/// The stretch moves on by so many events, so that it can be looked at while time passes.
const PAGE: usize = 24;
/// Moments of the run at which something happens: as many before the page, and from its start.
const BEFORE: usize = 8;
const AFTER: usize = 28;
/// Time before the first moment and after the last: for what arrives then, or leaves.
const MARGIN: SimDuration = SimDuration::from_ms(5);

/// A stretch that is being watched, or has been.
#[derive(Debug)]
pub(super) struct Shelf {
    key: Key,
    watching: Option<Watching>,
    done: Option<Arc<Stretch>>,
}

#[derive(Clone, Debug)]
struct Key {
    from: SimTime,
    to: SimTime,
    shown: Option<TopicPartition>,
    timeline: Arc<Timeline>,
}

impl Key {
    fn is(&self, other: &Self) -> bool {
        (self.from, self.to, self.shown) == (other.from, other.to, other.shown)
            && Arc::ptr_eq(&self.timeline, &other.timeline)
    }
}

impl Session {
    /// The stretch around the moment shown. It takes a replay of it: none until that has been
    /// done, by so many entries of the engine's queue at a time. The same value as before while it
    /// is the same stretch.
    pub fn stretch(&mut self, budget: u64) -> Option<Arc<Stretch>> {
        let scene = self.scene();
        let (from, to) = self.page();
        let key = Key { from, to, shown: self.shown, timeline: self.timeline.clone() };
        let shelf = match self.shelf.take() {
            Some(shelf) if shelf.key.is(&key) => shelf,
            _ => {
                let watching = Some(Watching::new(&self.player, from, to));
                Shelf { key, watching, done: None }
            }
        };
        let shelf = self.shelf.insert(shelf);
        if let Some(watching) = &mut shelf.watching
            && watching.advance(&self.player, budget)
            && let Some(watching) = shelf.watching.take()
        {
            // Nobody is told what comes after a question before it is answered.
            let known = self.player.known();
            let told = self.timeline.veil.is_none();
            let is_lost = |value| told && known.fate(value).is_some_and(|fate| fate.lost);
            let around = Around { scene: &scene, names: self.player.names(), is_lost: &is_lost };
            shelf.done = Some(Arc::new(read::stretch(&watching.finish(), &around)));
        }
        shelf.done.clone()
    }

    /// From when to when.
    fn page(&self) -> (SimTime, SimTime) {
        let trace = self.player.whole_trace();
        let start = self.player.trace().len() / PAGE * PAGE;
        let first = moments(trace[..start].iter().rev(), BEFORE);
        let last = moments(trace[start..].iter(), AFTER);
        let from = first.or(trace.first().map(|one| one.event.at)).unwrap_or_default();
        let to = last.unwrap_or_else(|| self.now()).max(from);
        let to = (to + MARGIN).min(self.timeline.veil.unwrap_or(SimTime(u64::MAX)));
        (SimTime(from.0.saturating_sub(MARGIN.0)), to)
    }
}

/// The last of so many different moments of events.
fn moments<'a>(events: impl Iterator<Item = &'a Traced>, count: usize) -> Option<SimTime> {
    let mut found: Option<(SimTime, usize)> = None;
    for Traced { event, .. } in events {
        found = match found {
            None => Some((event.at, 1)),
            Some((at, seen)) if at == event.at => Some((at, seen)),
            Some((_, seen)) if seen < count => Some((event.at, seen + 1)),
            Some(_) => break,
        };
    }
    found.map(|(at, _)| at)
}
