//! The inspector's pages of a run, and going to an event.
//!
//! Uses: `inspector`.

use std::sync::Arc;

use super::Session;
use crate::inspector::{self, Memory, Page, Panel, Query, Sight};

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
        let (now, shown) = (self.now(), self.shown);
        let place = usize::from(query.panel == Panel::Ledger);
        let inspected = &mut self.inspected[place];
        if inspected.key.as_ref() != Some(&key) {
            let sight = Sight { player: &self.player, now, shown, known, query };
            let page = inspector::page(sight, &mut inspected.memory);
            if page != *inspected.page {
                inspected.page = Arc::new(page);
            }
            let is_whole = !inspected.memory.found.is_behind;
            inspected.key = is_whole.then_some(key);
        }
        inspected.page.clone()
    }

    /// Whether the page given last is still being searched for: it is to be asked for again.
    #[must_use]
    pub const fn is_searching(&self) -> bool {
        let [inspected, _] = &self.inspected;
        inspected.memory.found.is_behind
    }

    /// The run behind it, for tests that look for an event or a record.
    #[cfg(test)]
    pub(crate) const fn player(&self) -> &epochscope_scenario::player::Player {
        &self.player
    }
}
