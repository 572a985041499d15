//! What a script is doing between two units, and what a unit did.

use epochscope_vocabulary::{Event, SimTime};

use crate::checks::Failure;
use crate::settle::LookAhead;

/// Where the clock is going.
#[derive(Clone, Debug)]
pub(super) enum Destination {
    /// To this time, with everything due at it done.
    Time(SimTime),
    /// To the first event with which the observation of this step holds, or to this time.
    Observation(SimTime),
}

/// What the script is doing.
#[derive(Clone, Debug)]
pub(super) enum Phase {
    /// The next step is to begin.
    Between,
    /// The step's `@` is moving the clock; the step itself comes then.
    Approaching(SimTime),
    /// A `run until=settled` looks on a copy how far that is, a little with each unit.
    LookingAhead(Box<LookAhead>),
    /// A `run` moves the clock.
    Running(Destination),
    /// All steps are done.
    Done,
    /// A step could not be obeyed: the run ends here.
    Stopped,
}

/// A step that could not be obeyed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stopped {
    /// Which step.
    pub step: usize,
    /// Its line in the text.
    pub line: u32,
    /// Why, and often what would do instead.
    pub reason: String,
    /// What would do instead, where that is a sentence of its own.
    pub fix: Option<String>,
}

/// What one unit did.
#[derive(Clone, Debug, Default)]
pub struct Unit {
    /// What happened in the cluster.
    pub events: Vec<Event>,
    /// Checks that failed with it.
    pub failures: Vec<Failure>,
    /// The step that was done with it.
    pub finished: Option<usize>,
}
