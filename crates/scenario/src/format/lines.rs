//! The text as lines: which are header, steps, comments, trace, and which are no text at all.
//!
//! Uses: `errors`, `header`, `steps`, `limits`.

use std::borrow::Cow;
use std::sync::Arc;

use super::errors::Place;
use super::header::{self, Found};
use super::lexer::is_blank;
use super::limits;
use super::steps;
use super::world::Reader;
use crate::script::Notes;

/// A text, and which of its lines are no text.
pub(crate) struct Source<'a> {
    text: Cow<'a, str>,
    /// The first byte of each bad line that is no UTF-8.
    broken: Vec<(usize, usize)>,
}

/// The lines that say something.
pub(crate) struct Lines<'a> {
    /// Of the header.
    pub(crate) header: Vec<Found<'a>>,
    /// Steps, with what stands above them.
    pub(crate) steps: Vec<(&'a str, Notes)>,
    /// Comments below the last step.
    pub(crate) comments_at_end: Vec<Arc<str>>,
}

impl Lines<'_> {
    /// Whether nothing is said.
    pub(crate) fn are_empty(&self) -> bool {
        self.header.is_empty() && self.steps.is_empty()
    }
}

impl<'a> Source<'a> {
    /// Of these bytes.
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        let bytes = &bytes[..bytes.len().min(limits::TEXT)];
        let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
        let text = String::from_utf8_lossy(bytes);
        let mut broken = Vec::new();
        if let Cow::Owned(_) = text {
            for (line, bytes) in bytes.split(|byte| *byte == b'\n').enumerate() {
                if let Err(error) = std::str::from_utf8(bytes) {
                    broken.push((line, error.valid_up_to()));
                }
            }
        }
        Self { text, broken }
    }

    /// Its lines, without line ends.
    pub(crate) fn texts(&self) -> Vec<&str> {
        self.text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line)).collect()
    }

    /// Notes what is no text; whether the rest is worth reading.
    pub(crate) fn check(&self, reader: &mut Reader, texts: &[&str], bytes: usize) -> bool {
        if bytes > limits::TEXT {
            let place = Place { line: 0, start: 0, end: 0 };
            let message = "the text has more than 4 MiB".to_owned();
            reader.problems.error(place, message, "leave trace lines out, or split the scenario");
            return false;
        }
        for (line, start) in &self.broken {
            let end = start + '\u{fffd}'.len_utf8();
            let place = Place { line: *line, start: *start, end };
            let message = "this is no UTF-8 text";
            reader.problems.error(place, message, "save the file as UTF-8 text");
        }
        for (line, text) in texts.iter().enumerate() {
            if let Some(at) = text.find(is_control) {
                let place = Place { line, start: at, end: at + 1 };
                let code = text[at..].chars().next().map_or(0, u32::from);
                let message = format!("a control character (code {code}) is no text");
                reader.problems.error(place, message, "take it out; `\\n` in quotes is a new line");
            }
        }
        // Half a binary file makes no scenario: what follows would only repeat that.
        reader.problems.errors() < 10
    }

    fn is_broken(&self, line: usize) -> bool {
        self.broken.binary_search_by_key(&line, |(broken, _)| *broken).is_ok()
    }
}

fn is_control(c: char) -> bool {
    c.is_control() && c != '\t'
}

/// Sorts the lines into header and steps, and gives each the comments above it.
pub(crate) fn sort<'a>(reader: &mut Reader, source: &Source, texts: &[&'a str]) -> Lines<'a> {
    let mut lines = Lines { header: Vec::new(), steps: Vec::new(), comments_at_end: Vec::new() };
    let mut notes = Notes::default();
    let mut in_header = true;
    for (at, &text) in texts.iter().enumerate() {
        let trimmed = text.trim_matches(is_blank);
        if trimmed.is_empty() {
            notes.blank_line_above |= notes.above.is_empty();
            continue;
        }
        if trimmed.starts_with('|') || source.is_broken(at) || trimmed.contains(is_control) {
            continue;
        }
        if let Some(comment) = trimmed.strip_prefix('#') {
            notes.above.push(comment.trim().into());
            continue;
        }
        notes.line = u32::try_from(at + 1).unwrap_or(u32::MAX);
        if lines.are_empty() {
            check_version(reader, at, text);
        }
        let notes = std::mem::take(&mut notes);
        let found = if in_header { header::find(reader, text, notes.clone()) } else { None };
        match found {
            Some(found) => lines.header.push(found),
            None => {
                in_header &= !begins_steps(trimmed);
                lines.steps.push((text, notes));
            }
        }
    }
    if lines.are_empty() {
        let place = Place { line: 0, start: 0, end: 0 };
        reader.problems.error(place, "the scenario is empty", "begin with `epochscope 1`");
    }
    lines.comments_at_end = notes.above;
    lines
}

fn check_version(reader: &mut Reader, line: usize, text: &str) {
    let start = text.len() - text.trim_start_matches(is_blank).len();
    let word = text[start..].split(is_blank).next().unwrap_or("");
    if word != "epochscope" {
        let place = Place { line, start, end: start + word.len() };
        let message = "the first line does not say which version of the language this is";
        reader.problems.error(place, message, "begin with the line `epochscope 1`");
    }
}

/// Whether a line that is none of the header's ends the header. An unknown word does not, so that
/// one mistake in the header makes one error.
fn begins_steps(line: &str) -> bool {
    let mut words = line.split(is_blank).filter(|word| !word.is_empty());
    let first = words.next().unwrap_or("");
    let two = format!("{first} {}", words.next().unwrap_or(""));
    let later = steps::later::verb(first).or_else(|| steps::later::verb(&two));
    later.is_none() && (first.starts_with('@') || steps::verbs().any(|verb| verb == first))
}
