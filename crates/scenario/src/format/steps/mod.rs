//! The steps: one statement a line, each with when it happens and on which releases.
//!
//! Uses: `arguments`, `forms`, `lexer`, `world`.

pub(crate) mod clients;
pub(crate) mod clock;
pub(crate) mod faults;
pub(crate) mod later;
pub(crate) mod operations;
pub(crate) mod saying;

use std::sync::Arc;

use epochscope_vocabulary::SimTime;

use super::arguments::{self, Args};
use super::errors::{Place, shown};
use super::forms::Form;
use super::kinds::Kind;
use super::lexer::{Cursor, Token, TokenKind};
use super::since;
use super::values;
use super::world::Reader;
use crate::script::{At, Choice, Notes, ReleaseRange, Run, Statement, Step, Until};

/// Every row, by the group that the reference prints it in. Of two rows that share their first
/// word, the longer verb stands first.
pub(crate) const GROUPS: &[(&str, &[Form<Statement>])] = &[
    ("The clock", clock::FORMS),
    ("Faults", faults::FORMS),
    ("Operations", operations::FORMS),
    ("Clients", clients::FORMS),
    ("Saying and asking", saying::SAYING),
    ("Checking", saying::CHECKING),
];

/// What one line of the steps says.
pub(crate) enum StepLine {
    /// A step.
    Step(Step),
    /// An answer to the question above.
    Choice(Choice),
}

/// The rows of all groups.
pub(crate) fn forms() -> impl Iterator<Item = &'static Form<Statement>> {
    GROUPS.iter().flat_map(|(_, forms)| forms.iter())
}

/// The first words of all verbs.
pub(crate) fn verbs() -> impl Iterator<Item = &'static str> {
    let first = |verb: &'static str| verb.split(' ').next().unwrap_or(verb);
    forms().map(move |form| first(form.verb)).chain(["option", "only"])
}

/// Reads one line; none if an error was noted. The comment beside it is in `notes` then.
pub(crate) fn read(
    reader: &mut Reader,
    cursor: &mut Cursor,
    notes: &mut Notes,
) -> Option<StepLine> {
    let only = only(reader, cursor)?;
    // What is skipped on this release says nothing about the steps after it.
    let skipped = only.as_ref().is_some_and(|range| !range.contains(&reader.world.release));
    let before = skipped.then(|| reader.world.clone());
    if skipped {
        reader.world.without_release();
    }
    let step = rest_of_step(reader, cursor, notes, only);
    if let Some(before) = before {
        *reader.world = before;
    }
    step
}

fn rest_of_step(
    reader: &mut Reader,
    cursor: &mut Cursor,
    notes: &mut Notes,
    only: Option<ReleaseRange>,
) -> Option<StepLine> {
    let at = at(reader, cursor)?;
    let (verb, place) = verb(reader, cursor)?;
    if verb == "option" {
        let choice = option(reader, cursor, (only.is_some() || at.is_some(), place))?;
        notes.beside = cursor.comment().map(Arc::from);
        return Some(StepLine::Choice(choice));
    }
    let (statement, args) = statement(reader, cursor, (verb, place))?;
    notes.beside = cursor.comment().map(Arc::from);
    notes.ignored = args.ignored;
    Some(StepLine::Step(Step { line: notes.line, only, at, statement, notes: Notes::default() }))
}

/// `only 3.9..4.0`
fn only(reader: &mut Reader, cursor: &mut Cursor) -> Option<Option<ReleaseRange>> {
    let mut ahead = cursor.clone();
    if !matches!(ahead.next(reader.problems)?.kind, TokenKind::Word("only")) {
        return Some(None);
    }
    *cursor = ahead;
    match cursor.next(reader.problems).map(|token| (token.kind, token.place)) {
        Some((TokenKind::Word(word), place)) => reader.release_range(word, place).map(Some),
        _ => {
            let place = cursor.here();
            reader.fail(place, "a release is missing after `only`", "write `only 3.9..4.1 STEP`")
        }
    }
}

/// `@31s`, `@+5s`: the clock moves.
fn at(reader: &mut Reader, cursor: &mut Cursor) -> Option<Option<At>> {
    let mut ahead = cursor.clone();
    let Some(Token { kind: TokenKind::Word(word), place }) = ahead.next(reader.problems) else {
        return Some(None);
    };
    let Some(time) = word.strip_prefix('@') else { return Some(None) };
    *cursor = ahead;
    let skipped = if time.starts_with('+') { 2 } else { 1 };
    let word_place = place.part(skipped.min(word.len()), word.len());
    let moment = values::read_time(reader, time.strip_prefix('+').unwrap_or(time), word_place)?;
    Some(Some(match skipped {
        1 => {
            reader.pass_to(moment, word_place)?;
            At::Absolute(moment)
        }
        _ => {
            let span = moment.since(SimTime::ZERO);
            reader.pass(span, word_place)?;
            At::After(span)
        }
    }))
}

fn verb<'a>(reader: &mut Reader, cursor: &mut Cursor<'a>) -> Option<(&'a str, Place)> {
    let here = cursor.here();
    match cursor.next(reader.problems).map(|token| (token.kind, token.place)) {
        Some((TokenKind::Word("only"), place)) => {
            let fix = "write `only RELEASES @TIME STEP`";
            reader.fail(place, "`only` stands before the time", fix)
        }
        Some((TokenKind::Word(word), place)) => Some((word, place)),
        Some((_, place)) => {
            reader.fail(place, "a line begins with a verb", "write one such as `run for=10s`")
        }
        None => reader.fail(here, "a statement is missing here", "write one such as `kill 1`"),
    }
}

/// The statement of a verb and what follows it.
fn statement(
    reader: &mut Reader,
    cursor: &mut Cursor,
    (verb, place): (&str, Place),
) -> Option<(Statement, Args)> {
    let mut ahead = cursor.clone();
    let quiet_errors = reader.problems.errors();
    let second = match ahead.next(reader.problems).map(|token| (token.kind, token.place)) {
        Some((TokenKind::Word(word), place)) => Some((word, place)),
        _ => None,
    };
    if reader.problems.errors() > quiet_errors && !is_free_text(verb) {
        return None;
    }
    let whole = format!("{verb} {}", second.map_or("", |(word, _)| word));
    if let Some(row) = later::verb(&whole) {
        let place = second.map_or(place, |(_, end)| place.to(end));
        return reader.not_yet(place, row.what, row.instead);
    }
    if super::header::forms().any(|form| form.verb == whole) {
        let place = second.map_or(place, |(_, end)| place.to(end));
        let message = format!("`{whole}` belongs to the header");
        return reader.fail(place, message, "move it above the first step");
    }
    let mut first_word_fits = false;
    for form in forms() {
        match form.verb.split_once(' ') {
            None if form.verb == verb => return build(reader, form, cursor, place),
            Some((first, next)) if first == verb => {
                first_word_fits = true;
                if let Some((_, end)) = second.filter(|(word, _)| *word == next) {
                    *cursor = ahead;
                    return build(reader, form, cursor, place.to(end));
                }
            }
            _ => {}
        }
    }
    match first_word_fits {
        true => second_word(reader, (verb, place), second),
        false => unknown(reader, verb, place),
    }
}

fn is_free_text(verb: &str) -> bool {
    forms().any(|form| form.verb == verb && form.slots.iter().any(|s| s.kind == Kind::FreeText))
}

fn build<T>(
    reader: &mut Reader,
    form: &Form<T>,
    cursor: &mut Cursor,
    place: Place,
) -> Option<(T, Args)> {
    let takes_text = form.slots.iter().any(|slot| slot.kind == Kind::FreeText);
    let errors = reader.problems.errors();
    let tokens = match takes_text {
        true => super::free_text(reader, form, cursor, place)?,
        false => cursor.tokens(reader.problems),
    };
    let args = arguments::read(reader, form, place, tokens)?;
    since::statement(reader, form.verb, &args)?;
    if reader.problems.errors() > errors {
        return None;
    }
    let statement = (form.build)(reader, &args)?;
    Some((statement, args))
}

fn option(
    reader: &mut Reader,
    cursor: &mut Cursor,
    (timed, place): (bool, Place),
) -> Option<Choice> {
    let (choice, _) = build(reader, &saying::OPTION, cursor, place)?;
    if timed {
        let fix = "write the time before `ask`";
        return reader.fail(place, "an `option` has no time and no releases of its own", fix);
    }
    Some(choice)
}

/// The verb wants a second word, and there is none or another.
fn second_word(
    reader: &mut Reader,
    (verb, place): (&str, Place),
    second: Option<(&str, Place)>,
) -> Option<(Statement, Args)> {
    let known = || {
        let with_space = forms().filter_map(|form| form.verb.split_once(' '));
        with_space.filter(|(first, _)| *first == verb).map(|(_, next)| next)
    };
    if let Some((word, place)) = second {
        let message = format!("`{verb}` does not go with `{}`", shown(word));
        let otherwise = format!("write `{verb}` and {}", super::errors::listed(known()));
        let fix = reader.problems.did_you_mean(word, known(), otherwise);
        return reader.fail(place, message, fix);
    }
    let fix = format!("write `{verb}` and {}", super::errors::listed(known()));
    reader.fail(place, format!("a word is missing after `{verb}`"), fix)
}

fn unknown<T>(reader: &mut Reader, verb: &str, place: Place) -> Option<T> {
    if let Some(row) = later::verb(verb) {
        return reader.not_yet(place, row.what, row.instead);
    }
    if let Some(form) = super::header::forms().find(|form| form.verb == verb) {
        let message = format!("`{}` belongs to the header", form.verb);
        let fix = match verb {
            "topic" => "move it above the first step, or write `create` here",
            "config" => "move it above the first step, or write `alter broker` here",
            _ => "move it above the first step",
        };
        return reader.fail(place, message, fix);
    }
    let known = verbs().chain(super::header::forms().map(|form| form.verb));
    let otherwise = "see the statements in `epochscope help language`";
    let fix = reader.problems.did_you_mean(verb, known, otherwise);
    reader.fail(place, format!("there is no statement `{}`", shown(verb)), fix)
}

impl Step {
    /// A step that happens now, on every release.
    #[must_use]
    pub fn now(statement: Statement) -> Self {
        Self { line: 0, only: None, at: None, statement, notes: Notes::default() }
    }

    /// Whether the time after this step is not known before the run.
    #[must_use]
    pub fn ends_at_unknown_time(&self) -> bool {
        matches!(
            &self.statement,
            Statement::Run(Run { until: Until::Settled | Until::Observation(..), .. })
        )
    }
}
