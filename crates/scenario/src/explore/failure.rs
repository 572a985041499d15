//! What a search looks for: a run that does not keep what its set-up promises.

use std::fmt;
use std::sync::Arc;

use epochscope_vocabulary::SimTime;

use super::liveness::Liveness;
use crate::script::Observation;

/// How a run fails: two that fail in the same way have the same of these.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FailureKind {
    /// A property of replication was broken without an excuse.
    Violated(&'static str),
    /// Faults have stopped, and something has not come right again.
    Liveness(Liveness),
    /// Faults have stopped, and the cluster does not come to rest.
    Unsettled,
    /// A check of the set-up, in this line, does not hold.
    Check(u32),
    /// The simulator itself gave up, with these words.
    Panicked(Arc<str>),
    /// The run has no end.
    Endless,
    /// A step was invented that cannot be obeyed.
    Refused,
}

/// A run that fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// In what way.
    pub kind: FailureKind,
    /// When.
    pub at: SimTime,
    /// What exactly.
    pub text: String,
    /// What would have to hold at the end, where the language can say it.
    pub expected: Option<Observation>,
}

impl fmt::Display for FailureKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Violated(name) => write!(f, "{name} is violated"),
            Self::Liveness(what) => write!(f, "{what:?} does not hold"),
            Self::Unsettled => f.write_str("the cluster does not come to rest"),
            Self::Check(line) => write!(f, "the check of line {line} does not hold"),
            Self::Panicked(_) => f.write_str("the simulator gave up"),
            Self::Endless => f.write_str("the run has no end"),
            Self::Refused => f.write_str("a step cannot be obeyed"),
        }
    }
}
