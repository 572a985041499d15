//! Carrying out a script, one unit at a time: a statement, or one entry of the cluster's queue.
//!
//! Units are counted. So "after unit 1,234" names a state exactly, a copy of an [`Execution`] is a
//! checkpoint, and an order that a person gives at the playhead is an order between two units.

mod growing;
mod limits;
mod phase;

use std::sync::Arc;

use epochscope_engine::{Cluster, Rejected};
use epochscope_vocabulary::event::Topic;
use epochscope_vocabulary::{Command, Event, SimTime, SortedMap};

use crate::checks::{Checks, Failure};
use crate::evaluate::{Counted, evaluate};
use crate::format::{print_command, print_step};
use crate::script::{At, Scenario, Statement, Step, Until};
use crate::settle::{LookAhead, Unsettled};

use self::phase::{Destination, Phase};
pub use self::phase::{Stopped, Unit};

/// A script being carried out.
#[derive(Clone, Debug)]
pub struct Execution {
    scenario: Arc<Scenario>,
    cluster: Cluster,
    step: usize,
    phase: Phase,
    units: u64,
    checks: Checks,
    counted: Counted,
    markers: Arc<SortedMap<Arc<str>, u64>>,
    stopped: Option<Arc<Stopped>>,
    failed: u32,
    /// With orders of a person among the steps, a step that cannot be obeyed is passed over.
    forgiving: bool,
}

impl Execution {
    /// The script at time 0.
    ///
    /// # Errors
    /// When the cluster cannot be built as the header says.
    pub fn new(scenario: Arc<Scenario>) -> Result<Self, Rejected> {
        let cluster = Cluster::new(&scenario.cluster)?;
        Ok(Self {
            scenario,
            cluster,
            step: 0,
            phase: Phase::Between,
            units: 0,
            checks: Checks::default(),
            counted: Counted::default(),
            markers: Arc::default(),
            stopped: None,
            failed: 0,
            forgiving: false,
        })
    }

    /// With every round of every long poll carried out: for comparing
    /// ([`Cluster::carry_idle_polls_out`]).
    #[must_use]
    pub fn carrying_idle_polls_out(mut self) -> Self {
        self.cluster.carry_idle_polls_out();
        self
    }

    /// The scenario.
    #[must_use]
    pub const fn scenario(&self) -> &Arc<Scenario> {
        &self.scenario
    }

    /// The cluster as it is.
    #[must_use]
    pub const fn cluster(&self) -> &Cluster {
        &self.cluster
    }

    /// How many events of each kind there have been.
    #[must_use]
    pub const fn counted(&self) -> &Counted {
        &self.counted
    }

    /// How many units have been carried out.
    #[must_use]
    pub const fn units(&self) -> u64 {
        self.units
    }

    /// The step that comes next or is going on; one past the last when all are done.
    #[must_use]
    pub const fn step_index(&self) -> usize {
        self.step
    }

    /// Whether every step is done, or the run has stopped.
    #[must_use]
    pub const fn is_over(&self) -> bool {
        matches!(self.phase, Phase::Done | Phase::Stopped)
    }

    /// The step that could not be obeyed.
    #[must_use]
    pub fn stopped(&self) -> Option<&Stopped> {
        self.stopped.as_deref()
    }

    /// How many checks have failed so far.
    #[must_use]
    pub const fn failed(&self) -> u32 {
        self.failed
    }

    /// After which unit a marker was reached.
    #[must_use]
    pub fn marker(&self, name: &str) -> Option<u64> {
        self.markers.get(name).copied()
    }

    /// The time of the next unit: the clock's, or that of the next entry of the queue.
    #[must_use]
    pub fn next_at(&self) -> Option<SimTime> {
        match &self.phase {
            Phase::Between | Phase::LookingAhead(_) => Some(self.cluster.now()),
            Phase::Approaching(to)
            | Phase::Running(Destination::Time(to) | Destination::Observation(to)) => {
                Some(self.cluster.next_at().map_or(*to, |next| next.min(*to)))
            }
            Phase::Done | Phase::Stopped => None,
        }
    }

    /// Gives an order of a person's at a moment at or after the present one, up to which nothing
    /// else is due. It counts as a unit.
    ///
    /// # Errors
    /// When it cannot be obeyed; nothing but the clock has changed then.
    pub fn act(&mut self, at: SimTime, command: &Command, text: &str) -> Result<Unit, Rejected> {
        self.cluster.advance_clock(at);
        let events = self.cluster.apply(command, text)?;
        self.forgiving = true;
        self.units += 1;
        Ok(self.unit(events))
    }

    /// Moves on past the script's end by one entry of the queue.
    pub fn go_on(&mut self) -> Unit {
        self.units += 1;
        let events = self.cluster.step().unwrap_or_default();
        self.unit(events)
    }

    /// Carries out the next unit. None when the script is over.
    pub fn advance(&mut self) -> Option<Unit> {
        let unit = match &self.phase {
            Phase::Done | Phase::Stopped => return None,
            Phase::Between => self.begin_step(),
            Phase::Approaching(to) => match self.move_clock(*to) {
                Some(events) => self.unit(events),
                None => self.carry_out(),
            },
            Phase::LookingAhead(_) => self.look_ahead(),
            Phase::Running(Destination::Time(to)) => match self.move_clock(*to) {
                Some(events) => self.unit(events),
                None => self.finish_step(Unit::default()),
            },
            Phase::Running(Destination::Observation(until)) => self.look_out(*until),
        };
        self.units += 1;
        Some(unit)
    }

    /// What happened by the next entry due up to `to`; none when the clock has come there.
    fn move_clock(&mut self, to: SimTime) -> Option<Vec<Event>> {
        if self.cluster.next_at().is_some_and(|next| next <= to) {
            return Some(self.cluster.step().unwrap_or_default());
        }
        self.cluster.advance_clock(to);
        None
    }

    /// Counts what happened and lets the standing checks see it.
    fn unit(&mut self, events: Vec<Event>) -> Unit {
        self.counted.count(&events);
        let mut failures = Vec::new();
        if events.iter().any(is_news) || self.checks.has_deadline() {
            failures = self.look();
        }
        self.stop_above_the_limit();
        Unit { events, failures, finished: None }
    }

    /// What the standing checks find wrong now.
    fn look(&mut self) -> Vec<Failure> {
        let failures = self.checks.look(&self.cluster, &self.counted);
        self.failed += u32::try_from(failures.len()).unwrap_or(0);
        failures
    }

    fn begin_step(&mut self) -> Unit {
        let scenario = self.scenario.clone();
        let Some(step) = scenario.steps.get(self.step) else {
            return self.end_script();
        };
        if step.only.as_ref().is_some_and(|range| !range.contains(&scenario.cluster.release)) {
            return self.finish_step(Unit::default());
        }
        let now = self.cluster.now();
        match step.at {
            None => self.carry_out(),
            Some(At::After(span)) => {
                self.phase = Phase::Approaching(now + span);
                Unit::default()
            }
            Some(At::Absolute(at)) if at < now => {
                self.stop_at(step, format!("@{} has passed: it is {now}", at.since(SimTime::ZERO)))
            }
            Some(At::Absolute(at)) => {
                self.phase = Phase::Approaching(at);
                Unit::default()
            }
        }
    }

    /// Does what the present step says.
    fn carry_out(&mut self) -> Unit {
        let scenario = self.scenario.clone();
        let Some(step) = scenario.steps.get(self.step) else {
            return self.end_script();
        };
        match &step.statement {
            Statement::Run(run) => self.begin_run(step, &run.until),
            Statement::Command(command) => self.obey(step, command),
            Statement::Marker(name) => {
                Arc::make_mut(&mut self.markers).insert(name.clone(), self.units + 1);
                self.finish_step(Unit::default())
            }
            Statement::Expect(observation) => {
                let mut unit = Unit::default();
                if let Some(found) = evaluate(observation, &self.cluster, &self.counted).refuted() {
                    self.failed += 1;
                    unit.failures.push(Failure::of_step(self.step, step, found));
                }
                self.finish_step(unit)
            }
            Statement::Always(..)
            | Statement::Never(..)
            | Statement::Eventually(..)
            | Statement::End(_) => {
                self.checks.begin(self.step, step, self.cluster.now());
                let failures = self.look();
                self.finish_step(Unit { failures, ..Unit::default() })
            }
            Statement::Say(_) | Statement::Focus(_) | Statement::View(_) | Statement::Ask(_) => {
                self.finish_step(Unit::default())
            }
        }
    }

    fn begin_run(&mut self, step: &Step, until: &Until) -> Unit {
        let now = self.cluster.now();
        self.phase = Phase::Running(match until {
            Until::For(span) => Destination::Time(now + *span),
            Until::Time(at) if *at < now => {
                let at = at.since(SimTime::ZERO);
                return self.stop_at(step, format!("until={at} has passed: it is {now}"));
            }
            Until::Time(at) => Destination::Time(*at),
            Until::Settled => {
                match LookAhead::from(&self.cluster) {
                    Ok(ahead) => self.phase = Phase::LookingAhead(Box::new(ahead)),
                    Err(reason) => return self.stop_at(step, reason),
                }
                return Unit::default();
            }
            Until::Observation(observation, within) => {
                if evaluate(observation, &self.cluster, &self.counted).holds() {
                    return self.finish_step(Unit::default());
                }
                Destination::Observation(now + *within)
            }
        });
        Unit::default()
    }

    /// Looks a little further for the moment at which the cluster comes to rest.
    fn look_ahead(&mut self) -> Unit {
        let Phase::LookingAhead(ahead) = &mut self.phase else {
            return Unit::default();
        };
        match ahead.look() {
            Ok(None) => {}
            Ok(Some(at)) => self.phase = Phase::Running(Destination::Time(at)),
            Err(Unsettled::Endless(endless)) => self.give_up(&endless),
            Err(Unsettled::Restless(reason)) => {
                let scenario = self.scenario.clone();
                return self.stop_at(&scenario.steps[self.step], reason);
            }
        }
        Unit::default()
    }

    /// Moves on until the observation of the present step holds, or its time is over.
    fn look_out(&mut self, until: SimTime) -> Unit {
        let scenario = self.scenario.clone();
        let step = &scenario.steps[self.step];
        let Statement::Run(run) = &step.statement else {
            return self.finish_step(Unit::default());
        };
        let Until::Observation(observation, _) = &run.until else {
            return self.finish_step(Unit::default());
        };
        match self.move_clock(until) {
            Some(events) => {
                let news = events.iter().any(is_news);
                let unit = self.unit(events);
                if news && evaluate(observation, &self.cluster, &self.counted).holds() {
                    self.finish_step(unit)
                } else {
                    unit
                }
            }
            None => {
                let found = evaluate(observation, &self.cluster, &self.counted);
                let mut unit = Unit::default();
                if let Some(found) = found.refuted() {
                    self.failed += 1;
                    unit.failures.push(Failure::of_step(self.step, step, found));
                    self.phase = Phase::Stopped;
                    return unit;
                }
                self.finish_step(unit)
            }
        }
    }

    fn obey(&mut self, step: &Step, command: &Command) -> Unit {
        let text = print_command(command);
        match self.cluster.apply(command, &text) {
            Ok(events) => {
                let unit = self.unit(events);
                self.finish_step(unit)
            }
            Err(rejected) if self.forgiving => {
                let events = self.cluster.skip(&text, &rejected.reason);
                let unit = self.unit(events);
                self.finish_step(unit)
            }
            Err(rejected) => self.stop_at(step, rejected.reason),
        }
    }

    fn stop_at(&mut self, step: &Step, reason: String) -> Unit {
        if self.forgiving {
            let events = self.cluster.skip(&print_step(step), &reason);
            let unit = self.unit(events);
            return self.finish_step(unit);
        }
        let stopped = Stopped { step: self.step, line: step.line, reason, fix: None };
        self.stopped = Some(Arc::new(stopped));
        self.phase = Phase::Stopped;
        Unit::default()
    }

    fn finish_step(&mut self, unit: Unit) -> Unit {
        let finished = Some(self.step);
        self.step += 1;
        self.phase = Phase::Between;
        Unit { finished, ..unit }
    }

    fn end_script(&mut self) -> Unit {
        self.phase = Phase::Done;
        let failures = self.checks.end(&self.cluster, &self.counted);
        self.failed += u32::try_from(failures.len()).unwrap_or(0);
        Unit { failures, ..Unit::default() }
    }
}

/// Whether an observation may be another after an event: all but a message on its way can do that,
/// also what the trace leaves out (a commit, a checkpoint).
fn is_news(event: &Event) -> bool {
    event.kind.topic() != Topic::Rpc
}
