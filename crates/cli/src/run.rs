//! `run`: the script with its trace, or its events as JSON, one a line.

use std::io::{self, IsTerminal as _};

use epochscope_scenario::goal::Goal;
use epochscope_scenario::library;
use epochscope_scenario::link::{Link, Source};
use epochscope_scenario::run::{Report, Told, run_to};
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
    print(&script, options, &goal, progress)
}

/// Prints what happens as it happens. Whether there is a moment that was asked for shows only at
/// the end: until then nothing is written.
fn print(script: &Script, options: &RunOptions, goal: &Goal, progress: Progress) -> Outcome {
    let mut printer = Printer {
        lines: if options.format == Format::Text { Lines::coloured() } else { Lines::new() },
        held: options.until.is_some().then(Vec::new),
        is_too_much: false,
    };
    let report = carry_out(script, goal, progress, |told| printer.take(options, told))?;
    check_moment(script, options, &report)?;
    printer.lines.write(&printer.held.take().unwrap_or_default());
    if printer.is_too_much {
        printer.is_too_much = false;
        carry_out(script, goal, progress, |told| printer.take(options, told))?;
    }
    printer.lines.finish()?;
    verdict(script, &report)
}

/// Bytes that are held back; a run that prints more is carried out again to be written.
const MOST_HELD: usize = 16 * 1024 * 1024;

/// Where a run goes.
struct Printer {
    lines: Lines,
    /// What is held back, while anything is.
    held: Option<Vec<u8>>,
    /// There is too much to hold.
    is_too_much: bool,
}

impl Printer {
    fn take(&mut self, options: &RunOptions, told: Told<'_>) {
        match (options.format, told) {
            (Format::Text, Told::Text(lines)) => self.write(paint::trace(lines).as_bytes()),
            (Format::Jsonl, Told::Event(event, names, printed))
                if options.all || !event.kind.is_quiet() =>
            {
                let mut line = event_line(event, names, printed);
                line.push(b'\n');
                self.write(&line);
            }
            (Format::Text | Format::Jsonl, _) => {}
        }
    }

    fn write(&mut self, bytes: &[u8]) {
        match &mut self.held {
            None => self.lines.write(bytes),
            Some(_) if self.is_too_much => {}
            Some(held) => held.extend_from_slice(bytes),
        }
        if self.held.as_ref().is_some_and(|held| held.len() > MOST_HELD) {
            self.held = Some(Vec::new());
            self.is_too_much = true;
        }
    }
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
    goal: &Goal,
    progress: Progress,
    mut tell: impl FnMut(Told<'_>),
) -> Result<Report, Problem> {
    // On a terminal what is printed as it happens says how far it is.
    let tells = io::stdout().is_terminal() && *goal == Goal::end();
    let progress = if tells { Progress::Silent } else { progress };
    let reporter = Reporter::start(progress, &script.name);
    let report = run_to(&script.scenario, goal.clone(), |told| {
        if let Told::Event(event, ..) = told {
            reporter.at(event.at);
        }
        tell(told);
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
        Some(stopped) => Err(script.stopped(stopped)),
        None if report.failures.is_empty() => Ok(Verdict::Fine),
        None => Ok(Verdict::Failed),
    }
}
