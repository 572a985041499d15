//! A script carried out: the script again, with what really happened under each statement.
//!
//! Lines that begin with `|` are the trace; they are skipped when the text is read again, so that a
//! printed run is a scenario like any other.

use std::hash::Hasher as _;
use std::sync::Arc;

use epochscope_engine::Rejected;
use epochscope_vocabulary::event::Topic;
use epochscope_vocabulary::{Event, Names};
use fnv::FnvHasher;

use crate::checks::Failure;
use crate::execution::{Execution, Stopped, Unit};
use crate::format::{print_end, print_header, print_step_lines};
use crate::script::{Scenario, Statement};

/// A finished run.
#[derive(Clone, Debug)]
pub struct Report {
    /// The script with its trace.
    pub text: String,
    /// Checks that failed, in order.
    pub failures: Vec<Failure>,
    /// The step that could not be obeyed.
    pub stopped: Option<Stopped>,
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
    run_with(scenario, |_, _| {})
}

/// As [`run`]; `see` is given each event, quiet ones too, as it happens.
///
/// # Errors
/// When the cluster cannot be built as the header says.
pub fn run_with(
    scenario: &Scenario,
    mut see: impl FnMut(&Event, &Names),
) -> Result<Report, Rejected> {
    let mut execution = Execution::new(Arc::new(scenario.clone()))?;
    let mut text = print_header(scenario);
    let mut failures = Vec::new();
    let mut digest = FnvHasher::default();
    let mut traced = String::new();
    let mut printed = 0;
    while let Some(unit) = execution.advance() {
        let Unit { events, failures: failed, finished } = unit;
        for event in &events {
            see(event, execution.cluster().names());
            let line = event.line(execution.cluster().names());
            digest.write(line.as_bytes());
            digest.write_u8(b'\n');
            if shows(scenario, execution.step_index(), finished, event) {
                traced.push_str("|");
                traced.push_str(&line);
                traced.push('\n');
            }
        }
        for failure in failed {
            traced.push_str(&format!("| failed (line {}): {}\n", failure.line, failure.found));
            failures.push(failure);
        }
        if let Some(step) = finished {
            text.push_str(&print_step_lines(scenario, step));
            text.push_str(&traced);
            traced.clear();
            printed = step + 1;
        }
    }
    let stopped = execution.stopped().cloned();
    if let Some(stopped) = &stopped {
        text.push_str(&print_step_lines(scenario, stopped.step));
        text.push_str(&traced);
        text.push_str(&format!("| stopped (line {}): {}\n", stopped.line, stopped.reason));
    } else {
        if printed < scenario.steps.len() {
            text.push_str(&print_step_lines(scenario, printed));
        }
        text.push_str(&traced);
        text.push_str(&print_end(scenario));
    }
    Ok(Report { text, failures, stopped, digest: digest.finish(), execution })
}

/// Whether an event belongs into the printed trace of the step that it happened in.
fn shows(scenario: &Scenario, step: usize, finished: Option<usize>, event: &Event) -> bool {
    let step = scenario.steps.get(finished.unwrap_or(step));
    let asked: &[Topic] = match step.map(|step| &step.statement) {
        Some(Statement::Run(run)) => &run.show,
        Some(_) | None => &[],
    };
    if asked.is_empty() { !event.kind.is_quiet() } else { asked.contains(&event.kind.topic()) }
}
