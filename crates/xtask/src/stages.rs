//! `cargo xtask test`: everything that continuous integration checks, in order.

use std::env;
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::program::{cargo, program, run, run_and_keep};
use crate::tools::{WASM, ensure_node, ensure_wasm_target};
use crate::{Outcome, browser, layering, licences, size, tidy};

/// The packages whose tests run in Node as well: a run must be the same on both sides.
const DETERMINISTIC: [&str; 3] =
    ["epochscope-vocabulary", "epochscope-engine", "epochscope-scenario"];

/// Names the first seed of random schedules to the tests.
const FIRST_SEED: &str = "EPOCHSCOPE_SEED";

/// One part of the tests, which is a command of its own too.
pub(crate) struct Stage {
    name: &'static str,
    about: &'static str,
    check: fn() -> Outcome,
}

/// Cheap ones first, as far as one does not need another.
const STAGES: [Stage; 11] = [
    Stage { name: "format", about: "code is formatted", check: format },
    Stage { name: "clippy", about: "lints, native", check: clippy },
    Stage { name: "clippy-wasm", about: "lints, the page as wasm", check: clippy_wasm },
    Stage { name: "native", about: "unit and scenario tests", check: native },
    Stage { name: "wasm", about: "the deterministic crates' tests in Node", check: wasm },
    Stage { name: "layering", about: "who may use whom", check: layering::check },
    Stage { name: "tidy", about: "house rules", check: tidy::check },
    Stage { name: "licences", about: "of all dependencies", check: licences::check },
    Stage { name: "size", about: "bytes a reader loads", check: size::check },
    Stage { name: "browser", about: "the page in Chromium, with axe", check: browser::test },
    Stage { name: "firefox", about: "the page in Firefox, in short", check: browser::firefox },
];

/// Runs all stages, or those named, to the end; then says which failed.
pub(crate) fn command(names: &[&str]) -> Outcome {
    if let Some(name) = names.iter().find(|name| find(name).is_none()) {
        return Err(format!("there is no stage `{name}`; `cargo xtask help` lists them"));
    }
    let chosen = STAGES.iter().filter(|stage| names.is_empty() || names.contains(&stage.name));
    let mut report = Vec::new();
    for stage in chosen {
        println!("\n==> {}: {}", stage.name, stage.about);
        let start = Instant::now();
        let outcome = (stage.check)();
        let time = start.elapsed();
        match &outcome {
            Ok(()) => println!("==> {} passed in {}", stage.name, seconds(time)),
            Err(message) => println!("{message}\n==> {} FAILED in {}", stage.name, seconds(time)),
        }
        report.push((stage.name, time, outcome.is_ok()));
    }
    summary(&report)
}

/// All stages, for people.
pub(crate) fn list() -> String {
    let lines = STAGES.iter().map(|stage| format!("  {:<11} {}\n", stage.name, stage.about));
    lines.collect()
}

/// The stage of this name.
pub(crate) fn find(name: &str) -> Option<&'static Stage> {
    STAGES.iter().find(|stage| stage.name == name)
}

impl Stage {
    /// Runs this stage alone.
    pub(crate) fn run(&self) -> Outcome {
        (self.check)()
    }
}

fn summary(report: &[(&str, Duration, bool)]) -> Outcome {
    println!();
    for (name, time, passed) in report {
        println!("{name:<12} {:>7}  {}", seconds(*time), if *passed { "passed" } else { "FAILED" });
    }
    println!("{:<12} {:>7}", "all", seconds(report.iter().map(|(_, time, _)| *time).sum()));
    let failed: Vec<&str> = report.iter().filter(|(.., ok)| !ok).map(|(name, ..)| *name).collect();
    if failed.is_empty() { Ok(()) } else { Err(format!("failed: {}", failed.join(", "))) }
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

fn format() -> Outcome {
    run(&mut cargo(&["fmt", "--all", "--check"]))
}

fn clippy() -> Outcome {
    run(&mut cargo(&["clippy", "--locked", "--workspace", "--all-targets", "--", "-Dwarnings"]))
}

fn clippy_wasm() -> Outcome {
    ensure_wasm_target()?;
    let package = ["--package", "epochscope-web"];
    let mut command = cargo(&["clippy", "--locked", "--target", WASM]);
    run(command.args(package).args(["--", "-Dwarnings"]))
}

fn native() -> Outcome {
    // The tools' own tests are built as the tools are, so that nothing is built twice for them.
    let mut tools = cargo(&["test", "--locked", "--profile", "tools"]);
    run(tools.args(["--package", "xtask"]))?;
    let mut model = cargo(&["test", "--locked", "--workspace", "--no-fail-fast"]);
    let chosen = env::var_os(FIRST_SEED).is_some();
    if let Some(seed) = seed_of_commit().filter(|_| !chosen) {
        println!("random schedules begin with seed {seed}");
        model.env(FIRST_SEED, seed.to_string());
    }
    run(model.args(["--exclude", "xtask", "--exclude", "wasm-glue"]))
}

/// The first seed of random schedules: every commit tries new ones, and one commit always the same.
fn seed_of_commit() -> Option<u64> {
    let mut git = program("git", &["rev-parse", "--short=8", "HEAD"]);
    let answer = git.stderr(Stdio::null()).output().ok().filter(|answer| answer.status.success());
    u64::from_str_radix(String::from_utf8(answer?.stdout).ok()?.trim().get(..8)?, 16).ok()
}

fn wasm() -> Outcome {
    ensure_wasm_target()?;
    ensure_node()?;
    let packages = DETERMINISTIC.iter().flat_map(|name| ["--package", name]);
    let mut command = cargo(&["test", "--locked", "--target", WASM, "--lib", "--tests"]);
    let text = run_and_keep(command.args(packages).arg("--no-fail-fast"))?;
    // A test without wasm-bindgen's attribute is left out in silence: do not mistake that for good.
    let count = passed(&text);
    println!("{count} tests as wasm");
    if count == 0 { Err("no test ran as wasm; see CONTRIBUTING.md".into()) } else { Ok(()) }
}

/// The sum of cargo's `test result: ok. N passed`.
fn passed(text: &str) -> u32 {
    let results = text.lines().filter_map(|line| line.strip_prefix("test result: ok. "));
    results.filter_map(|line| line.split(' ').next()?.parse::<u32>().ok()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_names_all_that_failed() {
        let second = Duration::from_secs(1);
        assert_eq!(summary(&[("a", second, true)]), Ok(()));
        let report = [("a", second, false), ("b", second, true), ("c", second, false)];
        assert_eq!(summary(&report), Err("failed: a, c".into()));
    }

    #[test]
    fn tests_are_counted() {
        let text = "no tests to run!\ntest result: ok. 2 passed; 0 failed\n\
            test result: ok. 40 passed; 0 failed\n";
        assert_eq!(passed(text), 42);
    }

    #[test]
    fn a_stage_that_does_not_exist_is_an_error() {
        assert!(command(&["tidyness"]).is_err());
    }
}
