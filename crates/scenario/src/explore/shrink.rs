//! A failing run made short: whatever can be left out while it fails in the same way, is.
//!
//! Steps go first, many at a time and then one by one (delta debugging), without moving those that
//! stay; then waits, clients, brokers, topics, and the size of what a step does. What can no longer
//! be obeyed goes with what it needed. Each try is a run of its own.
//!
//! Source: A. Zeller, R. Hildebrandt, *Simplifying and Isolating Failure-Inducing Input*.

use epochscope_vocabulary::SimDuration;

use super::drive::Drive;
use super::simpler;
use super::{Found, Refusals, carry_out, found};
use crate::format::{parse, print};
use crate::script::{At, Scenario, Step};

/// As many runs as one failure is worth.
const RUNS: u32 = 3_000;

/// A set-up and what was invented for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) set_up: Scenario,
    pub(super) steps: Vec<Step>,
    /// How long faults last after the last step.
    pub(super) tail: SimDuration,
}

struct Shrinker {
    best: Found,
    runs: u32,
}

impl Found {
    /// A shorter run that fails in the same way, as short as was found.
    #[must_use]
    pub fn shrunk(self) -> Self {
        let mut shrinker = Shrinker { best: self, runs: 0 };
        while shrinker.round() && shrinker.runs < RUNS {}
        shrinker.best
    }

    fn candidate(&self) -> Candidate {
        let steps = self.steps.iter().take(self.invented).cloned().collect();
        Candidate { set_up: self.set_up.clone(), steps, tail: self.tail }
    }
}

impl Shrinker {
    /// Tries everything once; whether anything could be left out.
    fn round(&mut self) -> bool {
        let before = self.best.candidate();
        self.leave_steps_out();
        self.leave_set_up_steps_out();
        self.simplify(simpler::waits);
        self.simplify(simpler::commands);
        self.simplify(simpler::headers);
        self.best.candidate() != before
    }

    /// Whether a candidate fails in the same way; then it is the best.
    fn is_better(&mut self, candidate: &Candidate) -> bool {
        if self.runs >= RUNS || *candidate == self.best.candidate() {
            return false;
        }
        self.runs += 1;
        let Some(found) = replay(candidate) else { return false };
        let is_same = found.failure.kind == self.best.failure.kind;
        let is_readable = || parse(print(&found.scenario()).as_bytes()).is_ok();
        if !is_same || !is_readable() {
            return false;
        }
        self.best = found;
        true
    }

    /// Chunks of half of the steps, then of a quarter, and so on to single ones.
    fn leave_steps_out(&mut self) {
        let mut size = self.best.invented.max(1);
        while size > 0 {
            let mut end = self.best.invented;
            while end > 0 {
                let start = end.saturating_sub(size);
                let mut candidate = self.best.candidate();
                cut_out(&mut candidate, start, end);
                self.is_better(&candidate);
                end = start.min(self.best.invented);
            }
            size /= 2;
        }
    }

    fn leave_set_up_steps_out(&mut self) {
        for at in (0..self.best.set_up.steps.len()).rev() {
            let mut candidate = self.best.candidate();
            candidate.set_up.steps.remove(at);
            self.is_better(&candidate);
        }
    }

    /// Takes each simpler form that still fails, until none does.
    fn simplify(&mut self, forms: fn(&Candidate) -> Vec<Candidate>) {
        let mut at = 0;
        while let Some(candidate) = forms(&self.best.candidate()).get(at) {
            // A form that was taken makes room: what comes at its place now is another.
            if !self.is_better(candidate) {
                at += 1;
            }
            if self.runs >= RUNS {
                return;
            }
        }
    }
}

/// Leaves steps out; those after them happen when they did.
fn cut_out(candidate: &mut Candidate, start: usize, end: usize) {
    let left_out: Vec<Step> = candidate.steps.drain(start..end).collect();
    let waited: u64 = left_out.iter().map(wait_of).map(|span| span.0).sum();
    match candidate.steps.get_mut(start) {
        Some(next) => set_wait(next, SimDuration(wait_of(next).0 + waited)),
        None => candidate.tail = SimDuration(candidate.tail.0 + waited),
    }
}

/// How long a step waits before it happens.
pub(super) fn wait_of(step: &Step) -> SimDuration {
    match step.at {
        Some(At::After(span)) => span,
        Some(At::Absolute(_)) | None => SimDuration::ZERO,
    }
}

/// Lets a step wait for so long.
pub(super) fn set_wait(step: &mut Step, span: SimDuration) {
    step.at = (span > SimDuration::ZERO).then_some(At::After(span));
}

/// How a candidate fails, if it does.
fn replay(candidate: &Candidate) -> Option<Found> {
    let mut steps = candidate.steps.iter();
    let next = |drive: &mut Drive| {
        let Some(step) = steps.next() else {
            drive.wait(candidate.tail);
            return None;
        };
        drive.wait(wait_of(step));
        Some(Step { at: None, ..step.clone() })
    };
    let drive = carry_out(&candidate.set_up, Refusals::PassOver, next).ok()?;
    found(candidate.set_up.clone(), drive)
}
