//! A schedule carried out step by step, and watched.

use std::sync::Arc;

use epochscope_engine::{Cluster, Rejected};
use epochscope_vocabulary::event::{EventKind, Excuse};
use epochscope_vocabulary::{ErrorCode, Event, SimDuration, SimTime};

use super::failure::{Failure, FailureKind};
use super::liveness::Liveness;
use super::sometimes::{Happened, Lookout};
use crate::execution::{Execution, Unit};
use crate::script::{At, Run, Scenario, Statement, Step, Until};

/// No run of a few minutes has so many units.
const MOST_UNITS: u64 = 5_000_000;

/// A run whose script grows.
pub(super) struct Drive {
    execution: Execution,
    lookout: Lookout,
    /// The first thing that went wrong.
    pub(super) failure: Option<Failure>,
    /// Steps that were added and obeyed, each with the wait before it.
    pub(super) obeyed: Vec<Step>,
    /// Time that has passed since the last of them was to be waited for.
    pub(super) waited: SimDuration,
    /// How many of them were there when recovery began, and how long before; none while it has not.
    pub(super) invented: Option<(usize, SimDuration)>,
    /// The time after the last of them.
    pub(super) reached: SimTime,
    /// Events so far.
    pub(super) events: u64,
    /// Log directories that have failed so far.
    failed_directories: u32,
}

/// What became of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Taken {
    /// It was carried out.
    Obeyed,
    /// It cannot be: nothing but the clock has changed.
    Refused(String),
    /// The run has failed with it, or before.
    Failed,
}

impl Drive {
    /// A run that has gone through its set-up.
    pub(super) fn start(set_up: &Scenario) -> Result<Self, Rejected> {
        let mut execution = Execution::new(Arc::new(set_up.clone()))?;
        execution.pass_over_what_is_refused();
        let lookout = Lookout::on(execution.cluster());
        let mut drive = Self {
            execution,
            lookout,
            failure: None,
            obeyed: Vec::new(),
            invented: None,
            waited: SimDuration::ZERO,
            reached: SimTime::ZERO,
            events: 0,
            failed_directories: 0,
        };
        drive.go_on();
        drive.reached = drive.cluster().now();
        Ok(drive)
    }

    /// The cluster as it stands.
    pub(super) const fn cluster(&self) -> &Cluster {
        self.execution.cluster()
    }

    /// The script so far.
    pub(super) fn script(&self) -> &Scenario {
        self.execution.scenario()
    }

    /// What has happened that happens only sometimes.
    pub(super) const fn happened(&self) -> &Happened {
        &self.lookout.happened
    }

    /// Lets time pass: the next step is said to happen so much later.
    pub(super) fn wait(&mut self, span: SimDuration) {
        if self.failure.is_none() && span > SimDuration::ZERO {
            self.execution.append(run(Until::For(span)));
            self.go_on();
            self.waited = SimDuration(self.waited.0 + span.0);
        }
    }

    /// Carries out one more step, which has no time of its own.
    pub(super) fn take(&mut self, step: &Step) -> Taken {
        if self.failure.is_some() {
            return Taken::Failed;
        }
        self.execution.append(step.clone());
        let refused = self.go_on();
        if let Some(reason) = refused {
            return Taken::Refused(reason);
        }
        if self.execution.step_index() == self.execution.scenario().steps.len() {
            let waited = std::mem::take(&mut self.waited);
            let at = (waited > SimDuration::ZERO).then_some(At::After(waited));
            self.obeyed.push(Step { at, ..step.clone() });
            self.reached = self.cluster().now();
        }
        if self.failure.is_some() { Taken::Failed } else { Taken::Obeyed }
    }

    /// To the end of the script as it is, or to the first thing that goes wrong. Why a step was
    /// passed over, if one was.
    fn go_on(&mut self) -> Option<String> {
        let mut refused = None;
        while self.failure.is_none()
            && self.execution.step_index() < self.execution.scenario().steps.len()
        {
            let Some(unit) = self.execution.advance() else { break };
            self.see(&unit);
            refused = refused.or_else(|| unit.events.iter().find_map(skipped));
            if self.execution.units() > MOST_UNITS {
                self.fail(FailureKind::Endless, format!("more than {MOST_UNITS} entries"));
            }
        }
        if let Some(stopped) = self.execution.stopped() {
            let reason = stopped.reason.clone();
            self.fail(FailureKind::Endless, reason);
        }
        refused
    }

    fn see(&mut self, unit: &Unit) {
        self.events += u64::try_from(unit.events.len()).unwrap_or(0);
        self.lookout.see(&unit.events, self.execution.cluster());
        let broken = unit.events.iter().find_map(|event| match &event.kind {
            EventKind::InvariantViolated { name, excuse: Excuse::None, text } => {
                Some((FailureKind::Violated(name), text.to_string()))
            }
            _ => None,
        });
        for event in &unit.events {
            self.see_halt(event);
        }
        let failed = unit.failures.first();
        let failed = failed.map(|one| (FailureKind::Check(one.line), one.found.clone()));
        if let Some((kind, text)) = broken.or(failed) {
            self.fail(kind, text);
        }
    }

    /// A process may end itself when its disks have failed, or when it could not register in time.
    fn see_halt(&mut self, event: &Event) {
        match &event.kind {
            EventKind::DirectoryFailed { .. } => self.failed_directories += 1,
            EventKind::Halted { error: ErrorCode::RequestTimedOut } => {}
            EventKind::Halted { error: ErrorCode::KafkaStorageError }
                if self.failed_directories > 0 => {}
            EventKind::Halted { error } => {
                let text = format!("a process ended itself: {error}");
                self.fail(FailureKind::Liveness(Liveness::L9), text);
            }
            _ => {}
        }
    }

    /// Takes note of a failure, if it is the first.
    pub(super) fn fail(&mut self, kind: FailureKind, text: String) {
        let at = self.cluster().now();
        self.failure.get_or_insert(Failure { kind, at, text, expected: None });
    }
}

/// A step that moves the clock.
pub(super) fn run(until: Until) -> Step {
    Step::now(Statement::Run(Run { until, show: Vec::new() }))
}

fn skipped(event: &Event) -> Option<String> {
    match &event.kind {
        EventKind::StepSkipped { reason, .. } => Some(reason.to_string()),
        _ => None,
    }
}
