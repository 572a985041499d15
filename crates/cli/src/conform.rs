//! `conform`: what was recorded of Apache Kafka, done and asked here, and the outcome compared.
//!
//! A file is a trace of a real cluster, or questions to single rules, one a line.

use std::path::Path;

use serde::Serialize;
use serde_json::Value;

use crate::arguments::ConformOptions;
use crate::compare::{self, Place};
use crate::input::{self, Script, Source};
use crate::live::{self, Compared};
use crate::output::Lines;
use crate::problem::{Outcome, Problem, Verdict};
use crate::rule::{self, Case, Read, Wrong};

/// What came of all files, as `--json` prints it. `docs/command-line.md` documents each field.
#[derive(Default, Serialize)]
struct Report {
    kinds: Vec<Count>,
    differences: Vec<Difference>,
    traces: Vec<Trace>,
    bad: Vec<Bad>,
}

#[derive(Serialize)]
struct Count {
    kind: String,
    cases: usize,
    agreed: usize,
}

#[derive(Serialize)]
struct Difference {
    file: String,
    line: usize,
    id: String,
    kind: String,
    step: Option<usize>,
    asked: Option<Value>,
    places: Vec<Place>,
}

#[derive(Serialize)]
struct Trace {
    file: String,
    id: String,
    agrees: bool,
    differences: Vec<live::Section>,
}

#[derive(Serialize)]
struct Bad {
    file: String,
    line: usize,
    message: String,
    expected: String,
}

/// Asks everything in all files, whatever is wrong with the first.
pub(crate) fn command(options: &ConformOptions) -> Outcome {
    if options.scenario {
        return each(options, "", live::scenario_of);
    }
    if options.document {
        return each(options, live::HEAD, live::document);
    }
    let story = options.story.as_deref().map(input::script).transpose()?;
    let mut report = Report::default();
    let mut errors = Vec::new();
    for file in &options.files {
        let asked = match &story {
            Some(story) => tell(file, story, &mut report),
            None => ask_all(file, &mut report),
        };
        match asked {
            Ok(complaints) => errors.extend(complaints),
            Err(problem) => errors.push(problem.to_string()),
        }
    }
    report.kinds.sort_by(|one, other| one.kind.cmp(&other.kind));
    let text = if options.json { json(&report) } else { readable(&report) };
    let mut lines = Lines::new();
    lines.write(text.as_bytes());
    lines.finish()?;
    if !errors.is_empty() {
        return Err(Problem::of_texts(&errors));
    }
    let agrees = report.differences.is_empty() && report.traces.iter().all(|trace| trace.agrees);
    Ok(if agrees { Verdict::Fine } else { Verdict::Failed })
}

/// Prints what traces are turned into.
fn each(options: &ConformOptions, head: &str, turned: fn(&[u8]) -> Read<String>) -> Outcome {
    let mut lines = Lines::new();
    lines.write(head.as_bytes());
    let mut errors = Vec::new();
    for file in &options.files {
        let source = match input::read_all(file) {
            Ok(source) => source,
            Err(problem) => {
                errors.push(problem.to_string());
                continue;
            }
        };
        match turned(&source.bytes) {
            Ok(text) => lines.write(text.as_bytes()),
            Err(wrong) => errors.push(of_trace(&source.name, &wrong)),
        }
    }
    lines.finish()?;
    if errors.is_empty() { Ok(Verdict::Fine) } else { Err(Problem::of_texts(&errors)) }
}

/// What is wrong with a trace.
fn of_trace(file: &str, wrong: &Wrong) -> String {
    format!("{file}: error: {}\n  expected {}", wrong.message(), wrong.expected())
}

/// Asks what is in a file; gives back what is wrong with its lines.
fn ask_all(file: &Path, report: &mut Report) -> Result<Vec<String>, Problem> {
    let source = input::read_all(file)?;
    if live::is_trace(&source.name, &source.bytes) {
        return Ok(run_trace(&source, report));
    }
    let mut errors = Vec::new();
    for (line, bytes) in (1..).zip(source.bytes.split(|byte| *byte == b'\n')) {
        let asked = rule::read(bytes).and_then(|case| case.map(ask).transpose());
        match asked {
            Ok(None) => {}
            Ok(Some((case, difference))) => {
                report.count(&case.kind, difference.is_none());
                let file = source.name.clone();
                report.differences.extend(difference.map(|found| Difference {
                    file,
                    line,
                    id: case.id,
                    kind: case.kind,
                    step: found.step,
                    asked: found.step.map(|step| case.input["events"][step].clone()),
                    places: found.places,
                }));
            }
            Err(wrong) => {
                errors.push(rule::complaint(&source.name, line, &wrong));
                report.bad.push(Bad {
                    file: source.name.clone(),
                    line,
                    message: wrong.message(),
                    expected: wrong.expected().to_owned(),
                });
            }
        }
    }
    Ok(errors)
}

/// Carries a story out in the place of a trace's own scenario.
fn tell(file: &Path, story: &Script, report: &mut Report) -> Result<Vec<String>, Problem> {
    let source = input::read_all(file)?;
    let compared = live::compare_story(&source.bytes, story.scenario.clone());
    Ok(count_trace(&source, compared, report))
}

/// Does what was done to a real cluster; gives back what is wrong with the file.
fn run_trace(source: &Source, report: &mut Report) -> Vec<String> {
    count_trace(source, live::compare(&source.bytes), report)
}

fn count_trace(source: &Source, compared: Read<Compared>, report: &mut Report) -> Vec<String> {
    match compared {
        Ok(Compared { id, differences }) => {
            let agrees = differences.is_empty();
            report.traces.push(Trace { file: source.name.clone(), id, agrees, differences });
            Vec::new()
        }
        Err(wrong) => {
            report.bad.push(Bad {
                file: source.name.clone(),
                line: 0,
                message: wrong.message(),
                expected: wrong.expected().to_owned(),
            });
            vec![of_trace(&source.name, &wrong)]
        }
    }
}

fn ask(case: Case) -> Read<(Case, Option<compare::Difference>)> {
    let answer = rule::answer(&case)?;
    let Some(recorded) = &case.out else {
        return Err(Wrong::new("this field is missing", "Kafka's answer").within("out"));
    };
    let difference = compare::difference(recorded, &answer);
    Ok((case, difference))
}

impl Report {
    fn count(&mut self, kind: &str, agrees: bool) {
        let at = self.kinds.iter().position(|count| count.kind == kind).unwrap_or_else(|| {
            self.kinds.push(Count { kind: kind.to_owned(), cases: 0, agreed: 0 });
            self.kinds.len() - 1
        });
        self.kinds[at].cases += 1;
        self.kinds[at].agreed += usize::from(agrees);
    }
}

fn json(report: &Report) -> String {
    // Numbers and texts always have a form in JSON.
    serde_json::to_string(report).unwrap_or_default() + "\n"
}

fn readable(report: &Report) -> String {
    let mut text = String::new();
    for Difference { file, line, id, step, asked, places, .. } in &report.differences {
        text.push_str(&format!("{id} ({file}:{line})\n"));
        if let (Some(step), Some(asked)) = (step, asked) {
            text.push_str(&format!("  step {step}: {asked}\n"));
        }
        for Place { place, expected, got } in places {
            text.push_str(&format!("  {place}\n    expected  {}\n", or_nothing(expected)));
            text.push_str(&format!("    got       {}\n", or_nothing(got)));
        }
        text.push('\n');
    }
    text.push_str(&traces(&report.traces));
    if report.traces.is_empty() || !report.kinds.is_empty() {
        text.push_str(&table(&report.kinds));
    }
    text
}

/// A line a trace, and what differs below it.
fn traces(traces: &[Trace]) -> String {
    let width = traces.iter().map(|trace| trace.id.len()).max().unwrap_or(0);
    let mut text = String::new();
    for Trace { id, agrees, differences, .. } in traces {
        if *agrees {
            text.push_str(&format!("{id:width$}  agreed\n"));
            continue;
        }
        let sections: Vec<&str> = differences.iter().map(|one| one.section.as_str()).collect();
        text.push_str(&format!("{id:width$}  differs: {}\n", sections.join(", ")));
        for Place { place, expected, got } in differences.iter().flat_map(|one| &one.places) {
            text.push_str(&format!("  {place}\n    expected  {}\n", or_nothing(expected)));
            text.push_str(&format!("    got       {}\n", or_nothing(got)));
        }
    }
    if !traces.is_empty() {
        let agreed = traces.iter().filter(|trace| trace.agrees).count();
        text.push_str(&format!("traces: {agreed} of {} agreed\n", traces.len()));
    }
    text
}

fn or_nothing(value: &Option<Value>) -> String {
    value.as_ref().map_or("nothing".to_owned(), Value::to_string)
}

fn table(kinds: &[Count]) -> String {
    let (cases, agreed) = kinds
        .iter()
        .fold((0, 0), |(cases, agreed), count| (cases + count.cases, agreed + count.agreed));
    let width = kinds.iter().map(|count| count.kind.len()).max().unwrap_or(0).max(5);
    let row =
        |kind: &str, cases: &str, agreed: &str| format!("{kind:width$}  {cases:>6}  {agreed:>6}\n");
    let mut text = row("kind", "cases", "agreed");
    for Count { kind, cases, agreed } in kinds {
        text.push_str(&row(kind, &cases.to_string(), &agreed.to_string()));
    }
    text + &row("all", &cases.to_string(), &agreed.to_string())
}
