//! `fmt`: scenarios in their canonical form. Trace under a statement stays where it is.

use std::fs;
use std::path::Path;

use epochscope_scenario::format::{parse, print_end, print_header, print_step_lines};
use epochscope_scenario::script::Scenario;

use crate::arguments::FmtOptions;
use crate::input;
use crate::output;
use crate::problem::{Outcome, Problem, Verdict};

/// A text and its canonical form.
struct Formatted<'a> {
    file: &'a Path,
    name: String,
    is_canonical: bool,
    text: String,
}

/// Formats all files, or none if one of them is no scenario.
pub(crate) fn command(options: &FmtOptions) -> Outcome {
    let mut all = Vec::new();
    let mut errors = Vec::new();
    for file in &options.files {
        match format(file) {
            Ok(formatted) => all.push(formatted),
            Err(problem) => errors.push(problem.to_string()),
        }
    }
    if !errors.is_empty() {
        return Err(Problem::of_texts(&errors));
    }
    if options.check { check(&all) } else { write(&all) }
}

fn format(file: &Path) -> Result<Formatted<'_>, Problem> {
    let source = input::read(file)?;
    let parsed = parse(&source.bytes);
    let scenario = match parsed {
        Ok(parsed) => parsed.scenario,
        Err(errors) => return Err(Problem::of_texts(&input::render(&errors, &source.name))),
    };
    let before = String::from_utf8_lossy(&source.bytes);
    let text = with_trace(&scenario, &before);
    Ok(Formatted { file, name: source.name, is_canonical: text == before, text })
}

fn check(all: &[Formatted]) -> Outcome {
    let wrong = all.iter().filter(|one| !one.is_canonical).map(|one| format!("{}\n", one.name));
    let names: String = wrong.collect();
    output::print(&names)?;
    Ok(if names.is_empty() { Verdict::Fine } else { Verdict::Failed })
}

fn write(all: &[Formatted]) -> Outcome {
    for one in all {
        if input::is_stdin(one.file) {
            output::print(&one.text)?;
        } else if !one.is_canonical
            && let Err(error) = fs::write(one.file, &one.text)
        {
            let what = format!("it cannot be written: {error}");
            return Err(Problem::new(&one.name, &what, "allow it with `chmod +w`, or copy it"));
        }
    }
    Ok(Verdict::Fine)
}

/// The canonical text, with the trace of the text it came from under the same statements.
fn with_trace(scenario: &Scenario, before: &str) -> String {
    let mut text = print_header(scenario);
    let mut trace = (1_u32..)
        .zip(before.lines())
        .filter(|(_, line)| line.trim_start_matches([' ', '\t']).starts_with('|'));
    let mut next = trace.next();
    for index in 0..=scenario.steps.len() {
        let line = scenario.steps.get(index).map_or(u32::MAX, |step| step.line);
        while let Some((_, traced)) = next.filter(|(number, _)| *number < line) {
            text.push_str(traced.trim_start_matches([' ', '\t']));
            text.push('\n');
            next = trace.next();
        }
        if index < scenario.steps.len() {
            text.push_str(&print_step_lines(scenario, index));
        }
    }
    text.push_str(&print_end(scenario));
    text
}
