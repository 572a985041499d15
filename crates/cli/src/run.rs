//! `run`: the script with its trace, or its events as JSON, one a line.

use epochscope_scenario::goal::Goal;
use epochscope_scenario::library;
use epochscope_scenario::link::{Link, Source};
use epochscope_scenario::moment::Moment;
use epochscope_scenario::run::{Report, run_to};
use epochscope_vocabulary::{Event, Names};
use serde::Serialize;

use crate::arguments::{Format, RunOptions};
use crate::input::{self, Script};
use crate::list;
use crate::moment;
use crate::output::{self, Lines};
use crate::paint;
use crate::problem::{Outcome, Problem, Verdict};
use crate::progress::{Progress, Reporter};

/// An event as `--format jsonl` prints it. `docs/command-line.md` documents each field.
#[derive(Serialize)]
struct EventLine<'a> {
    id: u64,
    at_us: u64,
    node: Option<String>,
    kind: &'static str,
    rule: &'static str,
    causes: Vec<u64>,
    text: String,
    printed: Option<&'a str>,
}

/// Runs a scenario.
pub(crate) fn command(options: &RunOptions, progress: Progress) -> Outcome {
    if options.all && options.format == Format::Text {
        let what = "`--all` goes with `--format jsonl` only";
        return Err(Problem::new(
            "epochscope",
            what,
            "write `run show=rpc` in the scenario for a trace",
        ));
    }
    let mut script = input::script(&options.file)?;
    if options.format == Format::Text
        && let Source::Shipped { name, .. } = Link::to(&script.text).source
        && let Some(recorded) = library::find(&name).as_ref().and_then(list::recorded)
    {
        output::complain(&recorded);
    }
    if let Some(release) = &options.kafka {
        script.scenario.cluster.release = release.clone();
    }
    if let Some(seed) = options.seed {
        script.scenario.cluster.seed = seed;
    }
    let goal = match &options.until {
        Some(until) => moment::goal(&script, until, "--until")?,
        None => Goal::end(),
    };
    match options.format {
        Format::Text => text(&script, options, goal, progress),
        Format::Jsonl => jsonl(&script, options, goal, progress),
    }
}

fn text(script: &Script, options: &RunOptions, goal: Goal, progress: Progress) -> Outcome {
    let report = carry_out(script, goal, progress, |_, _, _| {})?;
    check_moment(script, options, &report)?;
    output::print(&paint::trace(&report.text))?;
    verdict(script, &report)
}

fn jsonl(script: &Script, options: &RunOptions, goal: Goal, progress: Progress) -> Outcome {
    let mut lines = Lines::new();
    // Whether there is such a moment shows only at the end: until then nothing is written.
    let mut held = Vec::new();
    let holds_back = matches!(options.until, Some(Moment::At(_) | Moment::AfterEvent(..)));
    let report = carry_out(script, goal, progress, |event, names, printed| {
        if options.all || !event.kind.is_quiet() {
            let mut line = event_line(event, names, printed);
            line.push(b'\n');
            if holds_back {
                held.append(&mut line);
            } else {
                lines.write(&line);
            }
        }
    })?;
    check_moment(script, options, &report)?;
    lines.write(&held);
    lines.finish()?;
    verdict(script, &report)
}

fn event_line(event: &Event, names: &Names, printed: Option<&str>) -> Vec<u8> {
    let line = EventLine {
        id: event.id.0,
        at_us: event.at.0,
        node: event.node.map(|node| names.node_name(node)),
        kind: event.kind.slug(),
        rule: event.rule.rule().name,
        causes: event.causes.iter().map(|cause| cause.0).collect(),
        text: event.details(names),
        printed,
    };
    // Numbers and texts always have a form in JSON.
    serde_json::to_vec(&line).unwrap_or_default()
}

fn carry_out(
    script: &Script,
    goal: Goal,
    progress: Progress,
    mut see: impl FnMut(&Event, &Names, Option<&str>),
) -> Result<Report, Problem> {
    let reporter = Reporter::start(progress, &script.name);
    let report = run_to(&script.scenario, goal, |event, names, printed| {
        reporter.at(event.at);
        see(event, names, printed);
    });
    report.map_err(|rejected| moment::not_built(script, &rejected.reason))
}

/// Whether the run has come to where it was to stop, or at least to what stopped it.
fn check_moment(script: &Script, options: &RunOptions, report: &Report) -> Result<(), Problem> {
    match (&options.until, &report.missed, &report.stopped) {
        (Some(until), Some(why), None) => Err(moment::missed(script, until, "--until", why)),
        _ => Ok(()),
    }
}

fn verdict(script: &Script, report: &Report) -> Outcome {
    for failure in &report.failures {
        let message = format!("this does not hold: {}", failure.found);
        output::complain(&script.error_at(failure.line, message));
    }
    match &report.stopped {
        Some(stopped) => {
            let text = script.error_at(stopped.line, stopped.reason.clone());
            Err(Problem::of_texts(&[text]))
        }
        None if report.failures.is_empty() => Ok(Verdict::Fine),
        None => Ok(Verdict::Failed),
    }
}
