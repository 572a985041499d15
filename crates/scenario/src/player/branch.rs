//! One future of a script: carried out once at its frontier, with copies kept on the way.

use std::sync::Arc;

use epochscope_vocabulary::{Command, Event, SimTime};

use crate::checks::Failure;
use crate::execution::{Execution, Unit};

/// As many checkpoints as a branch keeps, as long as they need not be further apart than
/// [`LONGEST_REPLAY`].
const USUAL_CHECKPOINTS: usize = 64;
/// As many as it keeps in any case.
const MAX_CHECKPOINTS: usize = 512;
/// Checkpoints of large clusters are fewer: all of them together hold so many replicas at most,
const KEPT_REPLICAS: usize = 1 << 20;
/// but never are there fewer of them than this.
const LEAST_CHECKPOINTS: usize = 8;
/// Units between checkpoints of a short run.
const FIRST_INTERVAL: u64 = 512;
/// Units that may be replayed within one frame of a screen.
const LONGEST_REPLAY: u64 = 2_048;

/// An event that anybody may see, and the unit that it came with.
#[derive(Clone, Debug)]
pub struct Traced {
    /// The unit after which it has happened.
    pub unit: u64,
    /// What happened.
    pub event: Arc<Event>,
}

/// A step that was done, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DoneStep {
    /// Which.
    pub step: usize,
    /// The unit with which it was done.
    pub unit: u64,
    /// When.
    pub at: SimTime,
}

/// An order that a person gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    /// It came after so many units.
    pub after: u64,
    /// When that was.
    pub at: SimTime,
    /// The order.
    pub command: Arc<Command>,
    /// The order as a line of the language.
    pub text: Arc<str>,
}

/// One future.
#[derive(Clone, Debug)]
pub struct Branch {
    /// The branch that it left, and after which unit; the script's own has none.
    pub parent: Option<(usize, u64)>,
    /// Orders given on it, the parents' included, in order.
    pub acts: Arc<Vec<Act>>,
    pub(super) trace: Vec<Traced>,
    pub(super) done: Vec<DoneStep>,
    pub(super) failures: Vec<(u64, Failure)>,
    pub(super) checkpoints: Vec<Execution>,
    interval: u64,
    pub(super) frontier: Execution,
    /// When the script was over, once it is.
    pub(super) end: Option<SimTime>,
}

impl Branch {
    pub(super) fn from_start(start: Execution) -> Self {
        Self {
            parent: None,
            acts: Arc::default(),
            trace: Vec::new(),
            done: Vec::new(),
            failures: Vec::new(),
            checkpoints: vec![start.clone()],
            interval: FIRST_INTERVAL,
            frontier: start,
            end: None,
        }
    }

    /// A branch that shares everything up to a unit.
    pub(super) fn fork(&self, index: usize, after: u64, at: &Execution) -> Self {
        let until = |units: u64| units <= after;
        let checkpoints = self.checkpoints.iter().filter(|one| until(one.units()));
        Self {
            parent: Some((index, after)),
            acts: self.acts.clone(),
            trace: self.trace.iter().filter(|one| until(one.unit)).cloned().collect(),
            done: self.done.iter().filter(|one| until(one.unit)).copied().collect(),
            failures: self.failures.iter().filter(|(unit, _)| until(*unit)).cloned().collect(),
            checkpoints: checkpoints.cloned().collect(),
            interval: self.interval,
            frontier: at.clone(),
            end: None,
        }
    }

    /// One unit on at the frontier: an order of a person's, of the script, or of the queue.
    pub(super) fn advance(&mut self) {
        let units = self.frontier.units();
        if units >= self.interval && units.is_multiple_of(self.interval) {
            self.checkpoint();
        }
        let unit = match self.frontier.advance() {
            Some(unit) => unit,
            None => self.frontier.go_on(),
        };
        self.take(unit);
    }

    fn checkpoint(&mut self) {
        self.checkpoints.push(self.frontier.clone());
        let is_replay_short = self.interval < LONGEST_REPLAY;
        let most = if is_replay_short { USUAL_CHECKPOINTS } else { MAX_CHECKPOINTS };
        let affordable = KEPT_REPLICAS / self.frontier.cluster().replica_count().max(1);
        let most = most.min(affordable.max(LEAST_CHECKPOINTS));
        if self.checkpoints.len() > most {
            let mut index = 0_usize;
            self.checkpoints.retain(|_| {
                index += 1;
                index % 2 == 1
            });
            self.interval *= 2;
        }
    }

    pub(super) fn take(&mut self, unit: Unit) {
        let number = self.frontier.units();
        let seen = unit.events.into_iter().filter(|event| !event.kind.is_quiet());
        self.trace.extend(seen.map(|event| Traced { unit: number, event: Arc::new(event) }));
        self.failures.extend(unit.failures.into_iter().map(|failure| (number, failure)));
        if let Some(step) = unit.finished {
            self.done.push(DoneStep { step, unit: number, at: self.frontier.cluster().now() });
        }
        if self.frontier.is_over() && self.end.is_none() {
            self.end = Some(self.frontier.cluster().now());
        }
    }

    /// One unit on behind the frontier, as it was done before.
    pub(super) fn replay(&self, playhead: &mut Execution) -> Unit {
        let units = playhead.units();
        match self.acts.iter().find(|act| act.after == units) {
            // It was obeyed here before, and everything before it is the same.
            Some(act) => playhead.act(act.at, &act.command, &act.text).unwrap_or_default(),
            None => playhead.advance().unwrap_or_else(|| playhead.go_on()),
        }
    }
}
