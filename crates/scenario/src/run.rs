//! A script carried out: the script again, with what really happened under each statement.
//!
//! Lines that begin with `|` are the trace; they are skipped when the text is read again, so that a
//! printed run is a scenario like any other.

use std::hash::Hasher as _;
use std::sync::Arc;

use epochscope_engine::Rejected;
use epochscope_vocabulary::event::{EventKind, Topic};
use epochscope_vocabulary::{Event, Names};
use fnv::FnvHasher;

use crate::checks::Failure;
use crate::execution::{Execution, Stopped, Unit};
use crate::format::{print_end, print_header, print_step_lines};
use crate::goal::{Goal, Progress};
use crate::script::{Scenario, Statement};
use crate::tools::Tools;

/// A finished run.
#[derive(Clone, Debug)]
pub struct Report {
    /// The script with its trace; empty if it was told piece by piece.
    pub text: String,
    /// Checks that failed, in order.
    pub failures: Vec<Failure>,
    /// The step that could not be obeyed.
    pub stopped: Option<Stopped>,
    /// Why the run did not come to the moment that was asked for.
    pub missed: Option<String>,
    /// A digest of every event, quiet ones too.
    pub digest: u64,
    /// The state at the end.
    pub execution: Execution,
}

/// Carries a script out to its end and prints it with its trace.
///
/// # Errors
/// When the cluster cannot be built as the header says.
pub fn run(scenario: &Scenario) -> Result<Report, Rejected> {
    run_with(scenario, |_, _, _| {})
}

/// As [`run`]; `see` is given each event, quiet ones too, as it happens, with what is printed under
/// its line.
///
/// # Errors
/// When the cluster cannot be built as the header says.
pub fn run_with(
    scenario: &Scenario,
    mut see: impl FnMut(&Event, &Names, Option<&str>),
) -> Result<Report, Rejected> {
    let mut text = String::new();
    let report = run_to(scenario, Goal::end(), |told| match told {
        Told::Text(lines) => text.push_str(lines),
        Told::Event(event, names, printed) => see(event, names, printed),
    })?;
    Ok(Report { text, ..report })
}

/// A piece of a run, as soon as it is there.
#[derive(Clone, Copy, Debug)]
pub enum Told<'a> {
    /// Lines of the script with its trace.
    Text(&'a str),
    /// An event, quiet ones too, with what is printed under its line.
    Event(&'a Event, &'a Names, Option<&'a str>),
}

/// As [`run`], as far as `goal`, and nothing of it is kept: `tell` is given all there is to print.
/// The script is printed as far as it was carried out.
///
/// # Errors
/// When the cluster cannot be built as the header says.
pub fn run_to(
    scenario: &Scenario,
    mut goal: Goal,
    tell: impl FnMut(Told<'_>),
) -> Result<Report, Rejected> {
    let mut execution = Execution::new(Arc::new(scenario.clone()))?;
    let mut trace = Trace::begin(scenario, tell);
    let mut tools = Tools::default();
    let mut failures = Vec::new();
    let mut digest = FnvHasher::default();
    let mut progress = goal.progress(&execution);
    while progress == Progress::Going {
        let Some(unit) = execution.advance() else { break };
        let Unit { events, failures: failed, finished } = unit;
        let printed = tools.printed(&events, execution.cluster());
        for (event, printed) in events.iter().zip(&printed) {
            let line = event.line(execution.cluster().names());
            digest.write(line.as_bytes());
            digest.write_u8(b'\n');
            digest.write(event.printed().unwrap_or_default().as_bytes());
            let printed = printed.as_deref();
            (trace.tell)(Told::Event(event, execution.cluster().names(), printed));
            if shows(scenario, execution.step_index(), finished, event) {
                trace.note(&line);
                for line in printed.unwrap_or_default().lines() {
                    trace.note(&format!(" {line}"));
                }
            }
        }
        for failure in failed {
            trace.note(&format!(" failed (line {}): {}", failure.line, failure.found));
            failures.push(failure);
        }
        if finished.is_some() {
            trace.finish();
        }
        goal.see(&events);
        progress = goal.progress(&execution);
    }
    let stopped = execution.stopped().cloned();
    if let Some(stopped) = &stopped {
        trace.note(&format!(" stopped (line {}): {}", stopped.line, stopped.reason));
    }
    trace.end(&execution);
    let missed = match progress {
        Progress::Missed(why) => Some(why),
        Progress::Going | Progress::Reached => None,
    };
    let (text, digest) = (String::new(), digest.finish());
    Ok(Report { text, failures, stopped, missed, digest, execution })
}

/// A script being printed with its trace.
struct Trace<'a, Tell> {
    scenario: &'a Scenario,
    tell: Tell,
    /// The step that is going on, or comes next.
    step: usize,
    /// Whether its own lines are printed.
    is_printed: bool,
}

impl<'a, Tell: FnMut(Told<'_>)> Trace<'a, Tell> {
    fn begin(scenario: &'a Scenario, mut tell: Tell) -> Self {
        tell(Told::Text(&print_header(scenario)));
        Self { scenario, tell, step: 0, is_printed: false }
    }

    /// A line of trace, below the step that it belongs to.
    fn note(&mut self, line: &str) {
        self.print_step();
        (self.tell)(Told::Text(&format!("|{line}\n")));
    }

    fn print_step(&mut self) {
        if !self.is_printed && self.step < self.scenario.steps.len() {
            (self.tell)(Told::Text(&print_step_lines(self.scenario, self.step)));
        }
        self.is_printed = true;
    }

    fn finish(&mut self) {
        self.print_step();
        self.step += 1;
        self.is_printed = false;
    }

    /// The rest, with the step that the run ended in.
    fn end(mut self, execution: &Execution) {
        if execution.is_over() {
            self.print_step();
            if execution.stopped().is_none() {
                (self.tell)(Told::Text(&print_end(self.scenario)));
            }
        }
    }
}

/// Whether an event belongs into the printed trace of the step that it happened in.
fn shows(scenario: &Scenario, step: usize, finished: Option<usize>, event: &Event) -> bool {
    // The order itself stands above its trace.
    if matches!(event.kind, EventKind::CommandGiven { .. }) {
        return false;
    }
    let step = scenario.steps.get(finished.unwrap_or(step));
    let asked: &[Topic] = match step.map(|step| &step.statement) {
        Some(Statement::Run(run)) => &run.show,
        Some(_) | None => &[],
    };
    if asked.is_empty() { !event.kind.is_quiet() } else { asked.contains(&event.kind.topic()) }
}
