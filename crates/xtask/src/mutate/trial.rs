//! The quick tests that are to notice a broken rule, run in a copy of the tree.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Child, Command};
use std::thread;
use std::time::{Duration, Instant};

use crate::Outcome;
use crate::program::cargo;

/// A set of tests, the quickest first.
pub(crate) struct Trial {
    /// As the table calls it.
    pub(crate) name: &'static str,
    arguments: &'static [&'static str],
}

/// Unit tests of the engine; scenarios and random schedules; recorded answers of Kafka.
pub(crate) const TRIALS: [Trial; 3] = [
    Trial { name: "engine", arguments: &["--package", "epochscope-engine", "--lib"] },
    Trial {
        name: "scenario",
        arguments: &["--package", "epochscope-scenario", "--test", "shipped", "--test", "explore"],
    },
    Trial {
        name: "conform",
        arguments: &["--package", "epochscope-cli", "--test", "cli", "rules::"],
    },
];

/// What came of a trial.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Nothing was noticed.
    Passed,
    /// These tests failed.
    Caught(Vec<String>),
    /// It went on for too long: some test hangs.
    Hung,
}

/// No trial takes so long by itself, building included.
const LONGEST: Duration = Duration::from_secs(20 * 60);

impl Trial {
    /// Runs these tests in a copy of the tree; what they say goes into a file.
    pub(crate) fn run(&self, tree: &Path, target: &Path) -> Outcome<Verdict> {
        let log = target.join(format!("{}.txt", self.name));
        let failed = |error: std::io::Error| format!("{}: {error}", log.display());
        fs::create_dir_all(target).map_err(failed)?;
        let out = File::create(&log).map_err(failed)?;
        let errors = out.try_clone().map_err(failed)?;
        let mut command = cargo(&["test", "--locked", "--no-fail-fast"]);
        command.args(self.arguments).current_dir(tree).env("CARGO_TARGET_DIR", target);
        let ended = wait(command.stdout(out).stderr(errors))?;
        let text = fs::read_to_string(&log).map_err(failed)?;
        match ended {
            None => Ok(Verdict::Hung),
            Some(true) => Ok(Verdict::Passed),
            Some(false) => match failing(&text) {
                names if names.is_empty() => {
                    Err(format!("it cannot be built; see {}", log.display()))
                }
                names => Ok(Verdict::Caught(names)),
            },
        }
    }
}

/// Whether a program has done well; none if it had to be ended.
fn wait(command: &mut Command) -> Outcome<Option<bool>> {
    let failed = |error: std::io::Error| format!("cargo test: {error}");
    let mut child: Child = command.spawn().map_err(failed)?;
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait().map_err(failed)? {
            return Ok(Some(status.success()));
        }
        if start.elapsed() > LONGEST {
            child.kill().and_then(|()| child.wait()).map_err(failed)?;
            return Ok(None);
        }
        thread::sleep(Duration::from_millis(100));
    }
}

/// The tests that failed, as libtest names them.
fn failing(text: &str) -> Vec<String> {
    let lines = text.lines().filter_map(|line| line.strip_prefix("test "));
    lines.filter_map(|line| line.strip_suffix(" ... FAILED")).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failing_tests_are_named() {
        let text = "test a::b ... ok\ntest a::c ... FAILED\n\nfailures:\n    a::c\n";
        assert_eq!(failing(text), ["a::c"]);
    }
}
