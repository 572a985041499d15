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
    /// The script with its trace.
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
    see: impl FnMut(&Event, &Names, Option<&str>),
) -> Result<Report, Rejected> {
    run_to(scenario, Goal::end(), see)
}

/// As [`run_with`], as far as `goal`. The script is printed as far as it was carried out.
///
/// # Errors
/// When the cluster cannot be built as the header says.
pub fn run_to(
    scenario: &Scenario,
    mut goal: Goal,
    mut see: impl FnMut(&Event, &Names, Option<&str>),
) -> Result<Report, Rejected> {
    let mut execution = Execution::new(Arc::new(scenario.clone()))?;
    let mut trace = Trace::new(scenario);
    let mut tools = Tools::default();
    let mut failures = Vec::new();
    let mut digest = FnvHasher::default();
    let mut progress = goal.progress(&execution);
    while progress == Progress::Going {
        let Some(unit) = execution.advance() else { break };
        let Unit { events, failures: failed, finished } = unit;
        let printed = tools.printed(&events, execution.cluster());
        for (event, printed) in events.iter().zip(&printed) {
            see(event, execution.cluster().names(), printed.as_deref());
            let line = event.line(execution.cluster().names());
            digest.write(line.as_bytes());
            digest.write_u8(b'\n');
            digest.write(event.printed().unwrap_or_default().as_bytes());
            if shows(scenario, execution.step_index(), finished, event) {
                trace.note(&line);
                for line in printed.as_deref().unwrap_or_default().lines() {
                    trace.note(&format!(" {line}"));
                }
            }
        }
        for failure in failed {
            trace.note(&format!(" failed (line {}): {}", failure.line, failure.found));
            failures.push(failure);
        }
        if let Some(step) = finished {
            trace.finish(step);
        }
        goal.see(&events);
        progress = goal.progress(&execution);
    }
    let stopped = execution.stopped().cloned();
    if let Some(stopped) = &stopped {
        trace.note(&format!(" stopped (line {}): {}", stopped.line, stopped.reason));
    }
    let text = trace.end(&execution);
    let missed = match progress {
        Progress::Missed(why) => Some(why),
        Progress::Going | Progress::Reached => None,
    };
    Ok(Report { text, failures, stopped, missed, digest: digest.finish(), execution })
}

/// A script being printed with its trace.
struct Trace<'a> {
    scenario: &'a Scenario,
    text: String,
    /// Lines that belong under the step which comes next.
    pending: String,
    printed: usize,
}

impl<'a> Trace<'a> {
    fn new(scenario: &'a Scenario) -> Self {
        Self { scenario, text: print_header(scenario), pending: String::new(), printed: 0 }
    }

    fn note(&mut self, line: &str) {
        self.pending.push('|');
        self.pending.push_str(line);
        self.pending.push('\n');
    }

    fn finish(&mut self, step: usize) {
        self.text.push_str(&print_step_lines(self.scenario, step));
        self.text.push_str(&self.pending);
        self.pending.clear();
        self.printed = step + 1;
    }

    /// The text, with the step that the run ended in.
    fn end(mut self, execution: &Execution) -> String {
        let has_begun = execution.is_over() || !self.pending.is_empty();
        if has_begun && self.printed < self.scenario.steps.len() {
            self.finish(self.printed);
        }
        self.text.push_str(&self.pending);
        if execution.is_over() && execution.stopped().is_none() {
            self.text.push_str(&print_end(self.scenario));
        }
        self.text
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
