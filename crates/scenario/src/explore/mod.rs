//! Random schedules: faults and load that a seed invents, held against all that a set-up promises.
//!
//! A schedule has two parts. First faults and load come as they like; then all faults stop, and the
//! cluster must come to rest with everything right again. Every property of replication is watched
//! throughout. A schedule is made of steps of the language, so that a run that fails is a scenario,
//! and can be made shorter by leaving steps out while it still fails in the same way.
//!
//! One set-up, one seed and one list of kinds make one schedule, for as long as the simulator and
//! the draws stay as they are.
//!
//! Uses: `execution`, `format`, `script`.

mod clients;
mod drive;
mod failure;
pub mod faults;
mod generator;
mod liveness;
mod operations;
mod orders;
mod recovery;
mod shrink;
mod sight;
mod simpler;
pub mod sometimes;
pub mod sweep;

use std::panic::{AssertUnwindSafe, catch_unwind};

use epochscope_engine::Rejected;
use epochscope_vocabulary::{SimDuration, SimTime};

use self::drive::{Drive, Taken};
pub use self::failure::{Failure, FailureKind};
use self::faults::FaultKinds;
use self::generator::Generator;
pub use self::liveness::Liveness;
use self::recovery::recover;
use self::sometimes::Happened;
use crate::format::parse_step;
use crate::script::{Scenario, Statement, Step, Until};

/// A search: a set-up, and what may be done to it.
#[derive(Clone, Debug)]
pub struct Search {
    set_up: Scenario,
    kinds: FaultKinds,
}

/// What one seed has brought.
#[derive(Clone, Debug)]
pub struct Explored {
    /// The seed.
    pub seed: u64,
    /// What happened that happens only sometimes.
    pub happened: Happened,
    /// How many steps were invented and obeyed.
    pub steps: usize,
    /// How many events there were.
    pub events: u64,
    /// How far the simulated clock has come.
    pub time: SimTime,
    /// What was run.
    pub script: Scenario,
    /// The run, if it fails.
    pub found: Option<Found>,
}

/// A run that fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// In what way.
    pub failure: Failure,
    /// The set-up with its seed.
    set_up: Scenario,
    /// What follows it, up to the failure.
    steps: Vec<Step>,
    /// How many of these steps were invented; the others are recovery's.
    invented: usize,
    /// How long faults last after the last of them.
    tail: SimDuration,
    /// The time after the last step.
    reached: SimTime,
}

impl Search {
    /// A search for what `kinds` can do to a set-up, whose steps are run first.
    ///
    /// # Errors
    /// When the cluster cannot be built, or the set-up by itself fails.
    pub fn new(set_up: Scenario, kinds: FaultKinds) -> Result<Self, Rejected> {
        let drive = Drive::start(&set_up)?;
        match drive.failure {
            Some(failure) => {
                let reason = format!("the set-up fails by itself: {}", failure.text);
                Err(Rejected { reason })
            }
            None => Ok(Self { set_up, kinds }),
        }
    }

    /// The schedule of a seed, carried out.
    ///
    /// # Errors
    /// When the cluster cannot be built.
    pub fn explore(&self, seed: u64) -> Result<Explored, Rejected> {
        let mut set_up = self.set_up.clone();
        set_up.cluster.seed = seed;
        let mut generator = Generator::new(&set_up, seed, &self.kinds);
        let drive = carry_out(&set_up, Refusals::Fail, |drive| generator.next(drive))?;
        let (happened, events, time) =
            (drive.happened().clone(), drive.events, drive.cluster().now());
        let steps = drive.obeyed.len();
        let mut script = set_up.clone();
        script.steps.extend(drive.obeyed.iter().cloned());
        let found = found(set_up, drive);
        Ok(Explored { seed, happened, steps, events, time, script, found })
    }
}

/// What it means that a step cannot be obeyed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Refusals {
    /// It was invented wrongly.
    Fail,
    /// It goes with another that is no longer there.
    PassOver,
}

/// Goes through the set-up, then what comes next each time, then recovery.
fn carry_out(
    set_up: &Scenario,
    refusals: Refusals,
    mut next: impl FnMut(&mut Drive) -> Option<Step>,
) -> Result<Drive, Rejected> {
    let mut drive = Drive::start(set_up)?;
    let going = catch_unwind(AssertUnwindSafe(|| {
        while let Some(step) = next(&mut drive) {
            match drive.take(&step) {
                Taken::Obeyed => {}
                Taken::Refused(_) if refusals == Refusals::PassOver => {}
                Taken::Refused(reason) => drive.fail(FailureKind::Refused, reason),
                Taken::Failed => return,
            }
        }
        recover(&mut drive);
    }));
    if let Err(cause) = going {
        let words = cause.downcast_ref::<String>().map(String::as_str);
        let words = words.or_else(|| cause.downcast_ref::<&str>().copied()).unwrap_or_default();
        drive.fail(FailureKind::Panicked(words.into()), words.to_owned());
    }
    Ok(drive)
}

fn found(set_up: Scenario, drive: Drive) -> Option<Found> {
    let failure = drive.failure?;
    let (steps, reached) = (drive.obeyed, drive.reached);
    let (invented, tail) = drive.invented.unwrap_or((steps.len(), failure.at.since(reached)));
    Some(Found { failure, set_up, steps, invented, tail, reached })
}

impl Found {
    /// The run as a scenario: carried out, it fails.
    #[must_use]
    pub fn scenario(&self) -> Scenario {
        let Failure { kind, at, expected, .. } = &self.failure;
        let mut scenario = self.set_up.clone();
        scenario.title = Some(format!("Found by a search: {kind}").into());
        scenario.about = None;
        scenario.steps.extend(self.steps.iter().cloned());
        let rest = at.since(self.reached);
        if rest > SimDuration::ZERO {
            scenario.steps.push(drive::run(Until::For(rest)));
        }
        match kind {
            FailureKind::Violated(_) => {
                let expected = parse_step("expect violated-unexcused = none", &scenario);
                scenario.steps.extend(expected);
            }
            FailureKind::Unsettled => scenario.steps.push(drive::run(Until::Settled)),
            _ => {}
        }
        scenario.steps.extend(expected.iter().cloned().map(Statement::Expect).map(Step::now));
        scenario
    }

    /// How many steps were invented.
    #[must_use]
    pub const fn length(&self) -> usize {
        self.invented
    }
}
