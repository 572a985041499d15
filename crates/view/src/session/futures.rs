//! The futures of a run: taking orders back, giving them again, choosing among branches.
//!
//! Uses: `say`, `scene`.

use std::sync::Arc;

use epochscope_scenario::player::{Act, Branch};
use epochscope_vocabulary::SimTime;

use super::{AFTERMATH, Session, TextError, whole_text};
use crate::scene::Fork;

/// A place in a run to come back to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    branch: usize,
    unit: u64,
    at: SimTime,
}

impl Session {
    /// How far to play for the sake of the last order; a run without orders goes no further than
    /// its script.
    pub(super) fn further(&self) -> SimTime {
        self.player.acts().last().map_or(SimTime::ZERO, |act| act.at + AFTERMATH)
    }

    fn place(&self) -> Place {
        let unit = self.player.playhead().units();
        Place { branch: self.player.open_branch(), unit, at: self.at }
    }

    /// Steps back to before the last order, into the future without it.
    pub(super) fn undo(&mut self) {
        // An order given since the change is taken back before it.
        let now = (self.player.open_branch(), self.player.acts().len());
        if let Some((_, place)) = self.changed.pop_if(|(future, _)| *future == now) {
            self.undone.push(self.place());
            return self.go_to_place(place);
        }
        let given = self.player.acts_behind();
        let Some((act, earlier)) = given.split_last() else { return };
        let (at, last) = (act.at, earlier.len());
        self.undone.push(self.place());
        self.player.open_without(last);
        self.at = at;
        self.refresh_timeline();
    }

    /// Goes to where the last order that was taken back still stands.
    pub(super) fn redo(&mut self) {
        if let Some(place) = self.undone.pop() {
            self.go_to_place(place);
        }
    }

    fn go_to_place(&mut self, place: Place) {
        self.player.open_at(place.branch, place.unit);
        self.at = place.at;
        self.refresh_timeline();
    }

    /// Gives another order in the place of one, then those after it again; an empty line only takes
    /// it away. The old future stays.
    ///
    /// # Errors
    /// Why one of them cannot be obeyed then; nothing has changed.
    pub fn reword(&mut self, act: usize, line: &str) -> Result<(), TextError> {
        let acts = self.player.acts().to_vec();
        let Some((old, later)) = acts.get(act..).and_then(<[Act]>::split_first) else {
            return Ok(());
        };
        let (place, futures) = (self.place(), self.player.branches().len());
        self.player.open_without(act);
        let given = self.give(old.at, line).and_then(|()| self.give_again(later));
        if given.is_err() {
            self.player.open_at(place.branch, place.unit);
            self.player.forget_from(futures);
            self.at = place.at;
            return given;
        }
        self.changed.push(((self.player.open_branch(), self.player.acts().len()), place));
        self.seen = None;
        self.undone.clear();
        self.at = place.at.max(self.player.now());
        self.player.seek(self.at);
        self.refresh_timeline();
        self.stay_before_questions();
        Ok(())
    }

    /// Says a line at a time; nothing for an empty one.
    fn give(&mut self, at: SimTime, line: &str) -> Result<(), TextError> {
        if line.trim().is_empty() {
            return Ok(());
        }
        let order = self.read_order(line)?;
        if order.at.is_some() {
            return Err(whole_text(
                "an order that is changed keeps its time: leave `@` out".into(),
            ));
        }
        let text = order.text();
        let acted = self.player.act(at, order.command, &text);
        acted.map_err(|rejected| whole_text(rejected.reason))
    }

    fn give_again(&mut self, acts: &[Act]) -> Result<(), TextError> {
        for act in acts {
            let acted = self.player.act(act.at, act.command.clone(), &act.text);
            acted.map_err(|rejected| {
                whole_text(format!("then `{}` cannot be obeyed: {}", act.text, rejected.reason))
            })?;
        }
        Ok(())
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
