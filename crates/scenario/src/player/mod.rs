//! Time travel over a script: step, step back, seek, run until, fork.
//!
//! A player is a tree of branches. A branch is its parent up to a unit, then an order of a person's
//! (see [`crate::execution`] for units), then whatever the script still says. Each branch is
//! carried out once, at its *frontier*: there the trace grows, and copies are kept as checkpoints.
//! The *playhead* is anywhere behind it; it moves back by the nearest checkpoint and a replay.
//!
//! Checkpoints are thinned: about 64, more where a replay would be longer than 4,096 units, fewer
//! where a cluster is so large that they would fill the memory.

mod branch;
mod events;
mod telling;
mod tree;
pub mod watch;

use std::sync::Arc;

use epochscope_engine::{Cluster, Rejected};
use epochscope_vocabulary::{Command, Names, SimTime};

use crate::checks::Failure;
use crate::execution::{Execution, Stopped};
use crate::moment::Moment;
use crate::script::Scenario;

pub use branch::{Act, Branch, DoneStep, Traced};

/// A script being played.
#[derive(Clone, Debug)]
pub struct Player {
    branches: Vec<Branch>,
    open: usize,
    playhead: Execution,
}

impl Player {
    /// The script at time 0.
    ///
    /// # Errors
    /// When the cluster cannot be built as the header says.
    pub fn new(scenario: Scenario) -> Result<Self, Rejected> {
        let start = Execution::new(Arc::new(scenario))?;
        let branch = Branch::from_start(start.clone());
        Ok(Self { branches: vec![branch], open: 0, playhead: start })
    }

    /// The scenario.
    #[must_use]
    pub const fn scenario(&self) -> &Arc<Scenario> {
        self.playhead.scenario()
    }

    /// The cluster at the playhead.
    #[must_use]
    pub const fn cluster(&self) -> &Cluster {
        self.playhead.cluster()
    }

    /// The cluster before anything has happened.
    #[must_use]
    pub fn start(&self) -> &Cluster {
        self.branches[self.open].checkpoints[0].cluster()
    }

    /// The texts behind the numbers in the whole trace, past the playhead too.
    #[must_use]
    pub fn names(&self) -> &Names {
        self.known().names()
    }

    /// The cluster at the end of what is known of the open branch.
    #[must_use]
    pub fn known(&self) -> &Cluster {
        self.branches[self.open].frontier.cluster()
    }

    /// The execution at the playhead.
    #[must_use]
    pub const fn playhead(&self) -> &Execution {
        &self.playhead
    }

    /// The time at the playhead.
    #[must_use]
    pub const fn now(&self) -> SimTime {
        self.playhead.cluster().now()
    }

    /// The step that comes next or is going on at the playhead.
    #[must_use]
    pub const fn step_index(&self) -> usize {
        self.playhead.step_index()
    }

    /// All futures.
    #[must_use]
    pub fn branches(&self) -> &[Branch] {
        &self.branches
    }

    /// The future that is open.
    #[must_use]
    pub const fn open_branch(&self) -> usize {
        self.open
    }

    /// How far the open branch goes as far as it is known: the end of its script once that has been
    /// reached, and further when it was played on.
    #[must_use]
    pub fn end(&self) -> SimTime {
        let branch = &self.branches[self.open];
        branch.frontier.cluster().now()
    }

    /// Whether the end of the script is known.
    #[must_use]
    pub fn end_is_known(&self) -> bool {
        self.branches[self.open].end.is_some()
    }

    /// Events up to the playhead.
    #[must_use]
    pub fn trace(&self) -> &[Traced] {
        let trace = &self.branches[self.open].trace;
        &trace[..trace.partition_point(|one| one.unit <= self.playhead.units())]
    }

    /// Events of the open branch as far as it is known.
    #[must_use]
    pub fn whole_trace(&self) -> &[Traced] {
        &self.branches[self.open].trace
    }

    /// Steps done up to the frontier.
    #[must_use]
    pub fn done_steps(&self) -> &[DoneStep] {
        &self.branches[self.open].done
    }

    /// Those of them that the playhead has passed.
    #[must_use]
    pub fn steps_behind(&self) -> &[DoneStep] {
        let done = self.done_steps();
        &done[..done.partition_point(|one| one.unit <= self.playhead.units())]
    }

    /// Checks that have failed up to the playhead.
    pub fn failures(&self) -> impl Iterator<Item = &Failure> {
        let units = self.playhead.units();
        let failures = self.branches[self.open].failures.iter();
        failures.take_while(move |(unit, _)| *unit <= units).map(|(_, failure)| failure)
    }

    /// The step that could not be obeyed, if the open branch has come to one.
    #[must_use]
    pub fn stopped(&self) -> Option<&Stopped> {
        self.branches[self.open].frontier.stopped()
    }

    /// How many copies of the run the open branch keeps.
    #[must_use]
    pub fn checkpoints(&self) -> usize {
        self.branches[self.open].checkpoints.len()
    }

    /// Carries the script on at the frontier, without moving the playhead. True when it is over.
    pub fn run_ahead(&mut self, budget: u64) -> bool {
        let branch = &mut self.branches[self.open];
        for _ in 0..budget {
            if branch.end.is_some() {
                return true;
            }
            branch.advance();
        }
        branch.end.is_some()
    }

    /// To just after the next event; false when there is none to come.
    pub fn step_event(&mut self) -> bool {
        self.step_to(|branch, units| {
            let at = branch.trace.partition_point(|one| one.unit <= units);
            branch.trace.get(at).map(|one| one.unit)
        })
    }

    /// To the unit that `next` finds after the playhead, once the frontier has come there.
    fn step_to(&mut self, next: impl Fn(&Branch, u64) -> Option<u64>) -> bool {
        let units = self.playhead.units();
        loop {
            let branch = &mut self.branches[self.open];
            if let Some(unit) = next(branch, units) {
                self.seek_unit(unit);
                return true;
            }
            if branch.end.is_some() {
                self.seek_unit(u64::MAX);
                return false;
            }
            branch.advance();
        }
    }

    /// To just after the event before the last one; false at the beginning.
    pub fn step_back(&mut self) -> bool {
        let trace = self.trace();
        let Some(last) = trace.last().map(|one| one.unit) else {
            let moved = self.playhead.units() > 0;
            self.seek_unit(0);
            return moved;
        };
        let target = if self.playhead.units() > last {
            last
        } else {
            let before = trace.partition_point(|one| one.unit < last);
            before.checked_sub(1).map_or(0, |index| trace[index].unit)
        };
        self.seek_unit(target);
        true
    }

    /// To just after the next statement; false when there is none to come.
    pub fn step_statement(&mut self) -> bool {
        self.step_to(|branch, units| {
            let at = branch.done.partition_point(|one| one.unit <= units);
            branch.done.get(at).map(|one| one.unit)
        })
    }

    /// To a time, with everything due at it done. Past the script's end the cluster goes on.
    pub fn seek(&mut self, at: SimTime) {
        while !self.advance(at, u64::MAX) {}
    }

    /// Towards a time, by so many units at most. True when it is reached.
    pub fn advance(&mut self, until: SimTime, budget: u64) -> bool {
        if until < self.now() {
            self.restore(|one| one.cluster().now() <= until);
        } else if self.branches[self.open]
            .checkpoints
            .iter()
            .any(|one| one.units() > self.playhead.units() && one.cluster().now() <= until)
        {
            self.restore(|one| one.cluster().now() <= until);
        }
        let mut left = budget;
        while left > 0 && is_due(&self.playhead, until) {
            let branch = &mut self.branches[self.open];
            if branch.frontier.units() > self.playhead.units() {
                branch.replay(&mut self.playhead);
                left -= 1;
                continue;
            }
            // The first to come here: the frontier goes on, and is copied once.
            while left > 0 && is_due(&branch.frontier, until) {
                branch.advance();
                left -= 1;
            }
            self.playhead = branch.frontier.clone();
        }
        !is_due(&self.playhead, until)
    }

    /// To a moment of the language.
    ///
    /// # Errors
    /// When the run does not come to such a moment.
    pub fn seek_moment(&mut self, moment: &Moment) -> Result<(), String> {
        match moment {
            Moment::At(at) => {
                self.seek(*at);
                Ok(())
            }
            Moment::AfterEvent(at, count) => {
                self.seek(*at);
                let index = usize::try_from(count.saturating_sub(1)).unwrap_or(usize::MAX);
                let trace = self.whole_trace().iter();
                let unit = trace.filter(|one| one.event.at == *at).nth(index).map(|one| one.unit);
                self.seek_found(unit, || format!("there are fewer than {count} events at {at}"))
            }
            Moment::Line(line) => {
                while !self.run_ahead(u64::MAX) {}
                let scenario = self.scenario().clone();
                let mut done = self.done_steps().iter();
                let found = done.rfind(|one| scenario.steps[one.step].line <= *line);
                self.seek_found(found.map(|one| one.unit), || {
                    format!("no step ends by line {line}")
                })
            }
            Moment::Marker(name) => {
                while !self.run_ahead(u64::MAX) {}
                let unit = self.branches[self.open].frontier.marker(name);
                self.seek_found(unit, || format!("there is no marker `{name}`"))
            }
            Moment::End => {
                while !self.run_ahead(u64::MAX) {}
                self.seek_unit(u64::MAX);
                Ok(())
            }
        }
    }

    fn seek_found(
        &mut self,
        unit: Option<u64>,
        missing: impl FnOnce() -> String,
    ) -> Result<(), String> {
        let unit = unit.ok_or_else(missing)?;
        self.seek_unit(unit);
        Ok(())
    }

    /// Gives an order at `at`: the playhead goes there first. With a future after it, a branch
    /// begins and the old future stays.
    ///
    /// # Errors
    /// When it cannot be obeyed; nothing has changed then.
    pub fn act(
        &mut self,
        at: SimTime,
        command: impl Into<Arc<Command>>,
        text: &str,
    ) -> Result<(), Rejected> {
        let command = command.into();
        self.seek(at);
        let after = self.playhead.units();
        let at = at.max(self.now());
        let mut next = self.playhead.clone();
        let unit = next.act(at, &command, text)?;
        let act = Act { after, at, command, text: text.into() };
        let old = &self.branches[self.open];
        let mut acts: Vec<_> = old.acts.iter().filter(|one| one.after < after).cloned().collect();
        acts.push(act);
        let is_frontier = old.frontier.units() == after;
        let index = if is_frontier && old.end.is_some() {
            self.open
        } else {
            let branch = old.fork(self.open, after, &self.playhead);
            self.branches.push(branch);
            self.branches.len() - 1
        };
        self.open = index;
        let branch = &mut self.branches[index];
        branch.acts = Arc::new(acts);
        branch.frontier = next.clone();
        branch.take(unit);
        self.playhead = next;
        Ok(())
    }

    /// Opens another future at the playhead's time.
    pub fn open(&mut self, branch: usize) {
        if branch < self.branches.len() {
            let at = self.now();
            self.open = branch;
            self.playhead = self.branches[branch].checkpoints[0].clone();
            self.seek(at);
        }
    }

    /// To just after a unit, or as far as the branch is known.
    pub fn seek_unit(&mut self, unit: u64) {
        let unit = unit.min(self.branches[self.open].frontier.units());
        if unit == self.branches[self.open].frontier.units() {
            self.playhead = self.branches[self.open].frontier.clone();
            return;
        }
        let nearer = |one: &Execution| one.units() <= unit;
        if self.playhead.units() > unit || self.best_checkpoint(nearer) > self.playhead.units() {
            self.restore(nearer);
        }
        while self.playhead.units() < unit {
            self.branches[self.open].replay(&mut self.playhead);
        }
    }

    fn best_checkpoint(&self, fits: impl Fn(&Execution) -> bool) -> u64 {
        let checkpoints = self.branches[self.open].checkpoints.iter();
        checkpoints.filter(|one| fits(one)).map(Execution::units).max().unwrap_or(0)
    }

    /// To the last checkpoint that fits; the first one always does.
    fn restore(&mut self, fits: impl Fn(&Execution) -> bool) {
        let checkpoints = &self.branches[self.open].checkpoints;
        let best = checkpoints.iter().rev().find(|one| fits(one));
        if let Some(best) = best.or(checkpoints.first()) {
            self.playhead = best.clone();
        }
    }
}

/// Whether something is to be done at or before `until` that is not done yet.
pub(crate) fn is_due(execution: &Execution, until: SimTime) -> bool {
    match execution.next_at() {
        Some(at) => at <= until,
        None => execution.cluster().next_at().is_some_and(|at| at <= until),
    }
}
