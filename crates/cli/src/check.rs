//! `check`: all that is wrong with scenarios, without running them.

use std::sync::Arc;

use epochscope_scenario::execution::Execution;
use epochscope_scenario::format::{ScenarioError, Severity, parse};
use serde::Serialize;

use crate::arguments::CheckOptions;
use crate::input::{self, Source};
use crate::output::{self, Lines};
use crate::problem::{Outcome, Problem, Verdict};

/// An error or warning as `--json` prints it. `docs/command-line.md` documents each field.
#[derive(Serialize)]
struct Found<'a> {
    file: &'a str,
    line: u32,
    column: u32,
    length: u32,
    severity: &'static str,
    message: &'a str,
    fix: Option<&'a str>,
}

/// Checks all files, whatever is wrong with the first.
pub(crate) fn command(options: &CheckOptions) -> Outcome {
    let mut lines = Lines::new();
    let mut errors = Vec::new();
    for file in &options.files {
        let source = match input::read(file) {
            Ok(source) => source,
            Err(problem) => {
                errors.push(problem.to_string());
                continue;
            }
        };
        for found in problems(&source) {
            if options.json {
                lines.write(&as_json(&found, &source.name));
            }
            let text = found.render(&source.name);
            match (found.severity, options.json) {
                (Severity::Error, _) => errors.push(text),
                (Severity::Warning, false) => output::complain(&text),
                (Severity::Warning, true) => {}
            }
        }
    }
    lines.finish()?;
    if errors.is_empty() { Ok(Verdict::Fine) } else { Err(Problem::of_texts(&errors)) }
}

/// What the text, or the cluster that it asks for, has against it.
fn problems(source: &Source) -> Vec<ScenarioError> {
    let parsed = match parse(&source.bytes) {
        Ok(parsed) => parsed,
        Err(found) => return found,
    };
    let mut found = parsed.warnings;
    if let Err(rejected) = Execution::new(Arc::new(parsed.scenario)) {
        found.push(ScenarioError {
            line: 1,
            column: 1,
            length: 0,
            severity: Severity::Error,
            message: format!("the cluster cannot be built: {}", rejected.reason),
            fix: None,
            source: String::new(),
            offset_in_source: 0,
        });
    }
    found
}

fn as_json(found: &ScenarioError, file: &str) -> Vec<u8> {
    let severity = match found.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let found = Found {
        file,
        line: found.line,
        column: found.column,
        length: found.length,
        severity,
        message: &found.message,
        fix: found.fix.as_deref(),
    };
    // Numbers and texts always have a form in JSON.
    let mut line = serde_json::to_vec(&found).unwrap_or_default();
    line.push(b'\n');
    line
}
