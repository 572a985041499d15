//! Reading scenarios from files and standard input.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read as _};
use std::path::Path;

use epochscope_scenario::execution::Stopped;
use epochscope_scenario::format::{ScenarioError, Severity, limits, parse};
use epochscope_scenario::library;
use epochscope_scenario::script::Scenario;

use crate::output;
use crate::picture;
use crate::problem::Problem;

/// Bytes as they were read, and what to call them.
pub(crate) struct Source {
    /// The file's name as typed; `<stdin>` for standard input.
    pub(crate) name: String,
    /// Its content; no more than any scenario may have, by far.
    pub(crate) bytes: Vec<u8>,
}

/// A scenario that was understood.
pub(crate) struct Script {
    /// The name of its source.
    pub(crate) name: String,
    /// Its text.
    pub(crate) text: String,
    /// What it says.
    pub(crate) scenario: Scenario,
}

/// Whether the name stands for standard input.
pub(crate) fn is_stdin(file: &Path) -> bool {
    file.as_os_str() == "-"
}

/// Reads a scenario's file, or standard input.
pub(crate) fn read(file: &Path) -> Result<Source, Problem> {
    // What is far too long need not be read to its end, if it has one.
    read_up_to(file, u64::try_from(limits::TEXT).unwrap_or(u64::MAX).saturating_mul(16))
}

/// Reads a file, or standard input, however long.
pub(crate) fn read_all(file: &Path) -> Result<Source, Problem> {
    read_up_to(file, u64::MAX)
}

fn read_up_to(file: &Path, most: u64) -> Result<Source, Problem> {
    let name = if is_stdin(file) { "<stdin>".to_owned() } else { file.display().to_string() };
    let mut bytes = Vec::new();
    let read = if is_stdin(file) {
        io::stdin().lock().take(most).read_to_end(&mut bytes)
    } else if fs::metadata(file).is_ok_and(|found| found.is_dir()) {
        Err(ErrorKind::IsADirectory.into())
    } else {
        File::open(file).and_then(|file| file.take(most).read_to_end(&mut bytes))
    };
    match read {
        Ok(_) => Ok(Source { name, bytes }),
        Err(error) => Err(unreadable(&name, &error)),
    }
}

fn unreadable(name: &str, error: &io::Error) -> Problem {
    let (what, fix) = match error.kind() {
        ErrorKind::NotFound => {
            ("there is no such file".to_owned(), "check the path; `-` reads standard input")
        }
        ErrorKind::PermissionDenied => {
            ("this file may not be read".to_owned(), "allow it with `chmod +r`, or copy it")
        }
        ErrorKind::IsADirectory => {
            ("this is a directory".to_owned(), "name the file in it that you mean")
        }
        _ => (format!("it cannot be read: {error}"), "copy it to where it can be read"),
    };
    Problem::new(name, &what, fix)
}

/// Reads and understands a scenario; warnings go to standard error.
pub(crate) fn script(file: &Path) -> Result<Script, Problem> {
    let source = match shipped(file) {
        Some(source) => source,
        None => picture::scenario_in(read(file)?)?,
    };
    match parse(&source.bytes) {
        Ok(parsed) => {
            for warning in &parsed.warnings {
                output::complain(&warning.render(&source.name));
            }
            let text = String::from_utf8_lossy(&source.bytes).into_owned();
            Ok(Script { name: source.name, text, scenario: parsed.scenario })
        }
        Err(errors) => Err(Problem::of_texts(&render(&errors, &source.name))),
    }
}

/// The shipped scenario of this name, unless there is a file of it.
fn shipped(file: &Path) -> Option<Source> {
    let name = file.to_str().filter(|_| !file.exists())?;
    let bytes = library::find(name)?.text().as_bytes().to_vec();
    Some(Source { name: name.to_owned(), bytes })
}

/// Each error as a text.
pub(crate) fn render(errors: &[ScenarioError], name: &str) -> Vec<String> {
    errors.iter().map(|error| error.render(name)).collect()
}

impl Script {
    /// Why the run stopped, in the form of all errors.
    pub(crate) fn stopped(&self, stopped: &Stopped) -> Problem {
        let Stopped { line, reason, fix, .. } = stopped.clone();
        Problem::of_texts(&[self.error_with(line, reason, fix)])
    }

    /// What the run found about the statement of a line, in the form of all errors.
    pub(crate) fn error_at(&self, line: u32, message: String) -> String {
        self.error_with(line, message, None)
    }

    fn error_with(&self, line: u32, message: String, fix: Option<String>) -> String {
        let index = usize::try_from(line).unwrap_or(usize::MAX).saturating_sub(1);
        let source = self.text.lines().nth(index).unwrap_or("").trim_end().to_owned();
        let statement = source.trim_start();
        let before = source.chars().count() - statement.chars().count();
        let width = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let error = ScenarioError {
            line,
            column: width(before + 1),
            length: width(statement.chars().count()),
            severity: Severity::Error,
            message,
            fix,
            offset_in_source: width(before),
            source,
        };
        error.render(&self.name)
    }
}
