//! The inspector's pages of a run, and going to an event.
//!
//! Uses: `inspector`.

use std::sync::Arc;

use super::Session;
use crate::inspector::{self, Memory, Page, Query, Sight};

/// The page given last, and what it was made of.
#[derive(Debug, Default)]
pub(super) struct Inspected {
    memory: Memory,
    page: Arc<Page>,
    key: Option<Key>,
}

/// A page is still true while these are the same.
#[derive(Debug, PartialEq, Eq)]
struct Key {
    query: Query,
    branch: usize,
    units: u64,
    known: usize,
    shown: Option<epochscope_vocabulary::TopicPartition>,
}

impl Session {
    /// The page that is asked for: the same value as before unless something on it has changed.
    pub fn panel(&mut self, query: &Query) -> Arc<Page> {
        let trace = self.player.whole_trace();
        // What comes after an open question is nobody's business yet.
        let known = self
            .gate()
            .map_or(trace.len(), |gate| trace.partition_point(|traced| traced.unit <= gate.unit));
        let key = Key {
            query: query.clone(),
            branch: self.player.open_branch(),
            units: self.player.playhead().units(),
            known,
            shown: self.shown,
        };
        if self.inspected.key.as_ref() != Some(&key) {
            let (player, now, shown) = (&self.player, self.now(), self.shown);
            let sight = Sight { player, now, shown, known, query };
            let page = inspector::page(sight, &mut self.inspected.memory);
            if page != *self.inspected.page {
                self.inspected.page = Arc::new(page);
            }
            let is_whole = !self.inspected.memory.found.is_behind;
            self.inspected.key = is_whole.then_some(key);
        }
        self.inspected.page.clone()
    }

    /// Whether the page given last is still being searched for: it is to be asked for again.
    #[must_use]
    pub const fn is_searching(&self) -> bool {
        self.inspected.memory.found.is_behind
    }

    /// The run behind it, for tests that look for an event or a record.
    #[cfg(test)]
    pub(crate) const fn player(&self) -> &epochscope_scenario::player::Player {
        &self.player
    }
}
