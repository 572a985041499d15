//! The inspector's pages of a run, and going to an event.
//!
//! Uses: `inspector`.

use std::sync::Arc;

use epochscope_vocabulary::EventId;

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
        let key = Key {
            query: query.clone(),
            branch: self.player.open_branch(),
            units: self.player.playhead().units(),
            known: self.player.whole_trace().len(),
            shown: self.shown,
        };
        if self.inspected.key.as_ref() != Some(&key) {
            let sight = Sight { player: &self.player, now: self.now(), shown: self.shown, query };
            let page = inspector::page(sight, &mut self.inspected.memory);
            if page != *self.inspected.page {
                self.inspected.page = Arc::new(page);
            }
            self.inspected.key = Some(key);
        }
        self.inspected.page.clone()
    }

    /// The run behind it, for tests that look for an event or a record.
    #[cfg(test)]
    pub(crate) const fn player(&self) -> &epochscope_scenario::player::Player {
        &self.player
    }

    /// To just after an event.
    pub(super) fn seek_event(&mut self, event: EventId) {
        if self.player.seek_event(event) {
            self.at = self.player.now();
        }
    }
}
