//! The scenario language: from text to a [`Scenario`] and back.
//!
//! One table of rows says what each line may be; the parser obeys it, `crate::reference` prints it.
//! All errors of a text are found, each with its place, its reason and what to write instead.
//!
//! Uses: `crate::script`, `crate::observations`.

mod arguments;
mod client_lines;
mod completion;
mod context;
mod draft;
mod errors;
pub(crate) mod features;
mod forms;
mod header;
mod header_lines;
mod kinds;
mod lexer;
pub mod limits;
mod lines;
mod metrics;
mod nodes;
mod observation;
mod observed;
mod printed;
mod printed_observation;
mod printed_operations;
mod printer;
pub mod releases;
mod settings;
pub(crate) mod since;
mod startup;
mod steps;
mod topics;
mod values;
mod world;
mod worlds;

pub use completion::{Completion, Completions, Lines as Offered, complete};
pub use context::Context;
pub use draft::{Draft, draft};
pub use errors::{ScenarioError, Severity};
pub use features::later_metadata_versions;
pub use lexer::quote;
pub use printer::{
    print, print_command, print_end, print_header, print_observation, print_observed, print_step,
    print_step_lines,
};
pub use values::span as span_of;

use std::sync::Arc;

use errors::{Place, Problems};
use forms::Form;
use lexer::{Cursor, Token, TokenKind};
use lines::{Lines, Source};
use steps::StepLine;
use world::{Reader, World};

use crate::script::{Ask, Notes, Scenario, Statement, Step};

pub(crate) use forms::Form as Row;
pub(crate) use header::forms as header_rows;
pub(crate) use settings::{default_text, scope_text, wanted};
pub(crate) use steps::GROUPS;
pub(crate) use steps::later::LATER;
pub(crate) use steps::saying::OPTION;

/// A text that was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed {
    /// What it says.
    pub scenario: Scenario,
    /// What in it has no effect.
    pub warnings: Vec<ScenarioError>,
}

/// Reads a scenario.
///
/// # Errors
/// Everything that is wrong with it, in the order of the text, warnings included.
pub fn parse(text: &[u8]) -> Result<Parsed, Vec<ScenarioError>> {
    let source = Source::new(text);
    let texts = source.texts();
    let mut problems = Problems::new(&texts);
    let mut world = World { default_partitions: Some(1), ..World::default() };
    let mut scenario = Scenario::default();
    scenario.cluster.release = releases::newest_modelled().into();
    let mut reader = Reader { problems: &mut problems, world: &mut world };
    if source.check(&mut reader, &texts, text.len()) {
        let lines = lines::sort(&mut reader, &source, &texts);
        scenario.comments_at_end = lines.comments_at_end.clone();
        if !lines.are_empty() {
            read_lines(&mut reader, lines, &mut scenario);
        }
    }
    let is_good = problems.errors() == 0;
    let found = problems.into_sorted();
    if is_good { Ok(Parsed { scenario, warnings: found }) } else { Err(found) }
}

/// Reads one step, as typed beside a scenario that is open: it may speak of all that exists there.
///
/// # Errors
/// Everything that is wrong with it.
pub fn parse_step(text: &str, context: &Scenario) -> Result<Step, Vec<ScenarioError>> {
    parse_step_in(text, &Context::of(context))
}

/// Reads one step, as typed beside a run.
///
/// # Errors
/// Everything that is wrong with it.
pub fn parse_step_in(text: &str, context: &Context) -> Result<Step, Vec<ScenarioError>> {
    let source = Source::new(text.as_bytes());
    let texts = source.texts();
    let mut problems = Problems::new(&texts);
    let mut world = context.0.clone();
    let mut reader = Reader { problems: &mut problems, world: &mut world };
    let mut step = None;
    if source.check(&mut reader, &texts, text.len()) {
        step = one_step(&mut reader, &texts);
    }
    match step {
        Some(step) if problems.errors() == 0 => Ok(step),
        _ => Err(problems.into_sorted()),
    }
}

fn one_step(reader: &mut Reader, texts: &[&str]) -> Option<Step> {
    if let [_, .., last] = texts
        && !last.is_empty()
    {
        let place = Place { line: texts.len() - 1, start: 0, end: last.len() };
        return reader.fail(place, "one statement at a time", "leave the other lines out");
    }
    let mut notes = Notes { line: 1, ..Notes::default() };
    let line = texts.first().copied().unwrap_or("");
    let mut cursor = Cursor::new(line, 0);
    match steps::read(reader, &mut cursor, &mut notes)? {
        StepLine::Step(step) => Some(Step { notes, ..step }),
        StepLine::Choice(_) => {
            let place = Place { line: 0, start: 0, end: line.len() };
            reader.fail(place, "an `option` stands below its `ask`", "begin with `ask`")
        }
    }
}

fn read_lines(reader: &mut Reader, lines: Lines, scenario: &mut Scenario) {
    header::read(reader, lines.header, scenario);
    reader.world.release = scenario.cluster.release.clone();
    reader.world.metadata_version = worlds::first_metadata_version(&scenario.cluster);
    let mut question: Option<Place> = None;
    let mut count = 0;
    for (text, mut notes) in lines.steps {
        if reader.problems.are_enough() {
            return;
        }
        count += 1;
        let at = usize::try_from(notes.line).unwrap_or(usize::MAX) - 1;
        let whole =
            Place { line: at, start: text.len() - text.trim_start().len(), end: text.len() };
        if count > limits::STEPS {
            let message = format!("there are more than {} steps", limits::STEPS);
            let fix = format!("write {} at most", limits::STEPS);
            reader.problems.error(whole, message, fix);
            return;
        }
        let mut cursor = Cursor::new(text, at);
        match steps::read(reader, &mut cursor, &mut notes) {
            Some(StepLine::Step(mut step)) => {
                close_question(reader, &mut question, scenario);
                question = matches!(step.statement, Statement::Ask(_)).then_some(whole);
                notes.blank_line_above &= !scenario.steps.is_empty();
                step.notes = notes;
                scenario.steps.push(step);
            }
            Some(StepLine::Choice(mut choice)) => {
                choice.notes = notes;
                match scenario.steps.last_mut().map(|step| &mut step.statement) {
                    Some(Statement::Ask(Ask { options, .. })) => options.push(choice),
                    _ => {
                        let message = "there is no `ask` above this `option`";
                        reader.problems.error(whole, message, "write `ask TEXT` before it");
                    }
                }
            }
            // Of a question whose options are wrong, nothing more is said.
            None => {
                question = None;
                suppose(reader, text);
            }
        }
    }
    close_question(reader, &mut question, scenario);
}

/// What a wrong line was to make is supposed to be there.
fn suppose(reader: &mut Reader, text: &str) {
    let mut words = text.split(lexer::is_blank).filter(|word| !word.is_empty());
    while let Some(word) = words.next() {
        if ["create", "producer", "consumer"].contains(&word) {
            reader.world.suppose(word, words.next().unwrap_or(""));
            return;
        }
        let is_before_verb = word == "only" || word.starts_with('@') || word.contains("..");
        if !is_before_verb {
            return;
        }
    }
}

/// A question with no answer to choose is none.
fn close_question(reader: &mut Reader, question: &mut Option<Place>, scenario: &Scenario) {
    let Some(place) = question.take() else { return };
    let last = scenario.steps.last().map(|step| &step.statement);
    if matches!(last, Some(Statement::Ask(ask)) if ask.options.is_empty()) {
        let fix = "add lines `option \"TEXT\"` below it";
        reader.problems.error(place, "this question has no options", fix);
    }
}

/// The rest of the line as the one token of a row that takes free text.
fn free_text<'a, T>(
    reader: &mut Reader,
    form: &Form<T>,
    cursor: &mut Cursor<'a>,
    verb: Place,
) -> Option<Vec<Token<'a>>> {
    let (text, place) = cursor.rest();
    if text.is_empty() {
        let message = format!("a text is missing after `{}`", form.verb);
        return reader.fail(verb, message, format!("write `{}`", form.syntax()));
    }
    Some(vec![Token { place, kind: TokenKind::Word(text) }])
}

/// A text as a shared string, where one line must do.
pub(crate) fn one_line(text: &str) -> Arc<str> {
    text.replace(['\n', '\r'], " ").trim().into()
}
