//! A statement as it is typed: done, not finished yet, or wrong.
//!
//! A line is not finished while more letters can make it right: a word is begun that something
//! known begins with, a quote is open, or what is missing stands behind it.
//!
//! Uses: `completion`, `context`.

use super::completion::{Completion, Lines, complete, pair_name};
use super::context::Context;
use super::errors::{ScenarioError, Severity};
use super::kinds::Kind;
use super::lexer::is_blank;
use super::parse_step_in;
use super::steps::forms;
use crate::script::Step;

/// How far a line has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Draft {
    /// There is nothing in it.
    Empty,
    /// It lacks this.
    Unfinished(ScenarioError),
    /// This is wrong, whatever follows.
    Wrong(ScenarioError),
    /// It says this.
    Whole(Box<Step>),
}

/// A word that nothing is called: where it is the only mistake, something was to stand there.
const NOBODY: &str = "~";

/// Reads a line as it is typed.
#[must_use]
pub fn draft(line: &str, context: &Context) -> Draft {
    if line.trim_matches(is_blank).is_empty() {
        return Draft::Empty;
    }
    let errors = match parse_step_in(line, context) {
        Ok(step) => return Draft::Whole(Box::new(step)),
        Err(errors) => errors,
    };
    let Some(first) = first_error(&errors) else { return Draft::Empty };
    if line.matches('"').count() % 2 == 1 {
        return match draft(&format!("{line}\""), context) {
            Draft::Wrong(error) if !is_begun(line, context) => Draft::Wrong(error),
            Draft::Wrong(_) | Draft::Empty | Draft::Unfinished(_) | Draft::Whole(_) => {
                Draft::Unfinished(first.clone())
            }
        };
    }
    match may_be_mended(line, first, context) {
        true => Draft::Unfinished(first.clone()),
        false => Draft::Wrong(first.clone()),
    }
}

fn first_error(errors: &[ScenarioError]) -> Option<&ScenarioError> {
    errors.iter().find(|error| error.severity == Severity::Error)
}

/// Whether more letters at the end of the line may mend this.
fn may_be_mended(line: &str, error: &ScenarioError, context: &Context) -> bool {
    if error.column > letters(line) {
        return true;
    }
    let here = complete(line, line.len(), context, Lines::All);
    let typed = &line[here.replace.clone()];
    if error.column > letters(&line[..here.replace.start])
        && (is_begun(line, context) || is_known_pair(line, typed, context))
    {
        return true;
    }
    is_told_for_the_end(line, error) && lacks_a_word(line, context)
}

/// Whether something that may stand there begins with the line's last word.
fn is_begun(line: &str, context: &Context) -> bool {
    let here = complete(line, line.len(), context, Lines::All);
    let typed = &line[here.replace.clone()];
    here.items.iter().any(|item: &Completion| item.text.starts_with(typed))
}

/// Whether the line ends with `name=` of a pair that may stand there.
fn is_known_pair(line: &str, typed: &str, context: &Context) -> bool {
    let before = line.len().saturating_sub(1);
    typed.ends_with('=') && {
        let found = complete(line, before, context, Lines::All);
        found.items.iter().any(|item| item.text == typed)
    }
}

/// What is missing is told at the verb, or at the last word if that is no pair and no record to be
/// sent.
fn is_told_for_the_end(line: &str, error: &ScenarioError) -> bool {
    let mut words = words(line).peekable();
    if words.next_if(|(_, word)| *word == "only").is_some() {
        let _ = words.next();
    }
    let _ = words.next_if(|(_, word)| word.starts_with('@'));
    let Some((column, verb)) = words.next() else { return true };
    if column == error.column {
        return true;
    }
    let Some((column, last)) = words.last() else { return false };
    let is_record = last.ends_with('"') && !observes(verb);
    error.column >= column && pair_name(last).is_none() && !is_record
}

/// Whether an observation stands behind this verb.
fn observes(verb: &str) -> bool {
    let mut rows = forms().filter(|form| form.verb.split(' ').next() == Some(verb));
    rows.any(|form| form.slots.iter().any(|slot| slot.kind == Kind::Observation))
}

/// Whether a word that nothing is called is all that is wrong with the line when it stands at its
/// end.
fn lacks_a_word(line: &str, context: &Context) -> bool {
    let longer = format!("{line} {NOBODY}");
    match parse_step_in(&longer, context) {
        Ok(_) => true,
        Err(errors) => errors.iter().all(|error| error.column > letters(line)),
    }
}

/// The words with their columns, from 1. A quoted text may come in pieces.
fn words(line: &str) -> impl Iterator<Item = (u32, &str)> {
    let mut at = 0;
    line.split(is_blank).filter_map(move |word| {
        let column = letters(&line[..at]) + 1;
        at += word.len() + 1;
        (!word.is_empty()).then_some((column, word))
    })
}

fn letters(text: &str) -> u32 {
    u32::try_from(text.chars().count()).unwrap_or(u32::MAX)
}
