//! The futures of a run: taking orders back, giving them again, choosing among branches.
//!
//! Uses: `scene`.

use std::sync::Arc;

use epochscope_scenario::player::Branch;
use epochscope_vocabulary::SimTime;

use super::Session;
use crate::scene::Fork;

/// A place in a run to come back to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    branch: usize,
    unit: u64,
    at: SimTime,
}

impl Session {
    /// A run without orders goes no further than its script.
    fn note_further(&mut self) {
        if self.player.acts().is_empty() {
            self.further = SimTime::ZERO;
        }
    }

    fn place(&self) -> Place {
        let unit = self.player.playhead().units();
        Place { branch: self.player.open_branch(), unit, at: self.at }
    }

    /// Steps back to before the last order, into the future without it.
    pub(super) fn undo(&mut self) {
        let given = self.player.acts_behind();
        let Some((act, earlier)) = given.split_last() else { return };
        let (at, last) = (act.at, earlier.len());
        self.undone.push(self.place());
        self.player.open_without(last);
        self.at = at;
        self.note_further();
        self.refresh_timeline();
    }

    /// Goes to where the last order that was taken back still stands.
    pub(super) fn redo(&mut self) {
        let Some(place) = self.undone.pop() else { return };
        self.player.open_at(place.branch, place.unit);
        self.at = place.at;
        self.refresh_timeline();
    }

    /// Whether an order was taken back that can be given again.
    #[must_use]
    pub fn can_redo(&self) -> bool {
        !self.undone.is_empty()
    }

    /// Opens another future at the same moment.
    pub(super) fn open_future(&mut self, branch: usize) {
        self.undone.clear();
        self.player.open(branch);
        self.at = self.player.now().max(self.at.min(self.player.end()));
        self.refresh_timeline();
    }

    /// All futures, each with the order by which it left another.
    pub(super) fn forks(&self) -> Arc<[Fork]> {
        let branches = self.player.branches();
        let fork = |(index, branch): (usize, &Branch)| {
            let parent = branch.parent.map(|(parent, _)| parent);
            let shared = parent.map_or(0, |parent| {
                let pairs = branch.acts.iter().zip(branches[parent].acts.iter());
                pairs.take_while(|(one, other)| one == other).count()
            });
            let left_by = branch.acts.get(shared).or(branch.acts.last()).filter(|_| index > 0);
            Fork {
                branch: index,
                parent,
                from: left_by.map_or(SimTime::ZERO, |act| act.at),
                order: left_by.map(|act| act.text.clone()),
                is_open: index == self.player.open_branch(),
            }
        };
        branches.iter().enumerate().map(fork).collect()
    }
}
