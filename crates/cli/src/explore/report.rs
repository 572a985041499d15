//! What a search has found, for people and as JSON.

use std::fmt::Write as _;

use epochscope_scenario::explore::sometimes::SOMETIMES;
use epochscope_scenario::explore::sweep::Sweep;
use epochscope_scenario::explore::{Failure, FailureKind};
use serde::Serialize;
use serde_json::{Map, Value};

/// A way in which runs fail, by its first and shortest.
pub(super) struct Finding {
    pub(super) seed: u64,
    pub(super) failure: Failure,
    /// How many other seeds fail so.
    pub(super) more: u64,
    /// How many steps were invented, and how many are left.
    pub(super) steps: (usize, usize),
    pub(super) scenario: String,
    /// Where it was written to.
    pub(super) file: Option<String>,
}

/// What `--json` prints. `docs/command-line.md` documents each field.
#[derive(Serialize)]
struct Report<'a> {
    schema: &'static str,
    file: &'a str,
    from: u64,
    seeds: u64,
    steps: u64,
    events: u64,
    simulated_s: u64,
    sometimes: Map<String, Value>,
    found: Vec<FoundJson<'a>>,
}

#[derive(Serialize)]
struct FoundJson<'a> {
    seed: u64,
    kind: &'static str,
    name: Option<String>,
    text: &'a str,
    at_us: u64,
    other_seeds: u64,
    steps: usize,
    steps_before: usize,
    file: Option<&'a str>,
    scenario: &'a str,
}

pub(super) fn json(file: &str, from: u64, sweep: &Sweep, findings: &[Finding]) -> String {
    let sometimes = SOMETIMES
        .iter()
        .map(|(what, name, _)| ((*name).to_owned(), Value::from(sweep.happened.count(*what))));
    let found = findings.iter().map(|finding| FoundJson {
        seed: finding.seed,
        kind: kind(&finding.failure.kind),
        name: name(&finding.failure.kind),
        text: &finding.failure.text,
        at_us: finding.failure.at.0,
        other_seeds: finding.more,
        steps: finding.steps.1,
        steps_before: finding.steps.0,
        file: finding.file.as_deref(),
        scenario: &finding.scenario,
    });
    let report = Report {
        schema: "epochscope.explore/1",
        file,
        from,
        seeds: sweep.seeds,
        steps: sweep.steps,
        events: sweep.events,
        simulated_s: sweep.seconds,
        sometimes: sometimes.collect(),
        found: found.collect(),
    };
    // Numbers and texts always have a form in JSON.
    serde_json::to_string(&report).unwrap_or_default() + "\n"
}

const fn kind(kind: &FailureKind) -> &'static str {
    match kind {
        FailureKind::Violated(_) => "violated",
        FailureKind::Liveness(_) => "liveness",
        FailureKind::Unsettled => "unsettled",
        FailureKind::Check(_) => "check",
        FailureKind::Panicked(_) => "panicked",
        FailureKind::Endless => "endless",
        FailureKind::Refused => "refused",
    }
}

fn name(kind: &FailureKind) -> Option<String> {
    match kind {
        FailureKind::Violated(name) => Some((*name).to_owned()),
        FailureKind::Liveness(what) => Some(format!("{what:?}")),
        FailureKind::Check(line) => Some(format!("line:{line}")),
        FailureKind::Unsettled
        | FailureKind::Panicked(_)
        | FailureKind::Endless
        | FailureKind::Refused => None,
    }
}

pub(super) fn readable(file: &str, from: u64, sweep: &Sweep, findings: &[Finding]) -> String {
    let mut text = format!(
        "{file}: {} seeds from {from}, {} steps, {} events, {} s of simulated time\n\n",
        sweep.seeds, sweep.steps, sweep.events, sweep.seconds
    );
    for (what, name, about) in SOMETIMES {
        let _ = writeln!(text, "{:>8}  {name:<22} {about}", sweep.happened.count(*what));
    }
    text.push('\n');
    if findings.is_empty() {
        text.push_str("nothing found\n");
    }
    for finding in findings {
        let Finding { seed, failure, more, steps, scenario, file } = finding;
        let _ = writeln!(text, "seed {seed}: {}: {}", failure.kind, failure.text);
        let others = if *more > 0 { format!(", as {more} more seeds do") } else { String::new() };
        let _ = writeln!(text, "  {} steps of {}{others}", steps.1, steps.0);
        match file {
            Some(file) => {
                let _ = writeln!(text, "  epochscope run {file}");
            }
            None => {
                let _ = writeln!(text, "\n{scenario}");
            }
        }
    }
    text
}
