//! `explore`: random faults on a scenario's cluster, and each failing run as a short scenario.

mod report;

use std::fs;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use epochscope_scenario::explore::Search;
use epochscope_scenario::explore::sweep::{Sweep, sweep};
use epochscope_scenario::format::print;

use self::report::Finding;
use crate::arguments::ExploreOptions;
use crate::input;
use crate::moment;
use crate::output::Lines;
use crate::problem::{Outcome, Problem, Verdict};
use crate::progress::{Progress, Reporter};

/// Explores all seeds; the first run of each way to fail is made short.
pub(crate) fn command(options: &ExploreOptions, progress: Progress) -> Outcome {
    let script = input::script(&options.file)?;
    let search = Search::new(script.scenario.clone(), options.faults.clone());
    let search = search.map_err(|rejected| moment::not_built(&script, &rejected.reason))?;
    if let Some(folder) = &options.out {
        fs::create_dir_all(folder).map_err(|error| unwritable(folder, &error))?;
    }
    let Some(end) = options.from.checked_add(options.seeds) else {
        let what = "`--from` and `--seeds` go beyond the last seed";
        return Err(Problem::new("epochscope", what, "begin with a smaller seed"));
    };
    let (name, seeds) = (script.name.clone(), options.seeds);
    let reporter = Reporter::counting(progress, move |done| {
        format!("epochscope: exploring {name}: {done} of {seeds} seeds")
    });
    let explored = AtomicU64::new(0);
    let done = || reporter.count(explored.fetch_add(1, Ordering::Relaxed) + 1);
    let sweep = sweep(&search, options.from..end, hands(options), done)
        .map_err(|rejected| moment::not_built(&script, &rejected.reason))?;
    let findings = findings(&sweep, options)?;
    drop(reporter);
    let text = match options.json {
        true => report::json(&script.name, options.from, &sweep, &findings),
        false => report::readable(&script.name, options.from, &sweep, &findings),
    };
    let mut lines = Lines::new();
    lines.write(text.as_bytes());
    lines.finish()?;
    Ok(if findings.is_empty() { Verdict::Fine } else { Verdict::Failed })
}

fn hands(options: &ExploreOptions) -> NonZeroUsize {
    let all = || thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    options.jobs.unwrap_or_else(all)
}

fn findings(sweep: &Sweep, options: &ExploreOptions) -> Result<Vec<Finding>, Problem> {
    let mut findings = Vec::new();
    for (seed, found, more) in sweep.ways() {
        let shrunk = found.clone().shrunk();
        let scenario = print(&shrunk.scenario());
        let file = match &options.out {
            Some(folder) => Some(write(folder, seed, &scenario)?),
            None => None,
        };
        let failure = shrunk.failure.clone();
        let steps = (found.length(), shrunk.length());
        findings.push(Finding { seed, failure, more, steps, scenario, file });
    }
    Ok(findings)
}

fn write(folder: &Path, seed: u64, scenario: &str) -> Result<String, Problem> {
    let path: PathBuf = folder.join(format!("seed-{seed}.scenario"));
    fs::write(&path, scenario).map_err(|error| unwritable(&path, &error))?;
    Ok(path.display().to_string())
}

fn unwritable(path: &Path, error: &std::io::Error) -> Problem {
    let what = format!("it cannot be written: {error}");
    Problem::new(&path.display().to_string(), &what, "name a folder that you may write to")
}
