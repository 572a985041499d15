//! What is wrong with a text: the place, the reason and what to write instead.
//!
//! Uses: nothing.

use epochscope_vocabulary::put_in_order;
use std::fmt::Write as _;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The text is not taken.
    Error,
    /// It is taken; something in it has no effect.
    Warning,
}

/// One thing that is wrong with a scenario's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScenarioError {
    /// The line, from 1.
    pub line: u32,
    /// The column of the first wrong character, from 1, in characters.
    pub column: u32,
    /// How many characters are wrong; 0 where something is missing.
    pub length: u32,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub fix: Option<String>,
    /// The line, or the part of a long line around the place.
    pub source: String,
    /// Where in `source` the place is, in characters.
    pub offset_in_source: u32,
}

impl ScenarioError {
    /// The error as the command line prints it, without a line end.
    #[must_use]
    pub fn render(&self, file_name: &str) -> String {
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let (line, column) = (self.line, self.column);
        let mut text = format!("{file_name}:{line}:{column}: {severity}: {}\n", self.message);
        if !self.source.is_empty() {
            let _ = writeln!(text, "  {}", self.source);
            let before = usize::try_from(self.offset_in_source).unwrap_or(0);
            text.push_str("  ");
            text.extend(self.source.chars().take(before).map(|c| if c == '\t' { c } else { ' ' }));
            text.extend((0..self.length.max(1)).map(|_| '^'));
            text.push('\n');
        }
        if let Some(fix) = &self.fix {
            let _ = writeln!(text, "  {fix}");
        }
        text.trim_end().to_owned()
    }
}

/// A piece of one line, in bytes of that line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    /// The line, from 0.
    pub(crate) line: usize,
    /// Its first byte.
    pub(crate) start: usize,
    /// The byte after its last.
    pub(crate) end: usize,
}

impl Place {
    /// From the start of this place to the end of another on the same line.
    pub(crate) fn to(self, other: Self) -> Self {
        Self { end: other.end.max(self.end), ..self }
    }

    /// A part of this place.
    pub(crate) fn part(self, start: usize, end: usize) -> Self {
        Self { line: self.line, start: self.start + start, end: self.start + end }
    }
}

/// More errors than this help nobody.
const MOST: usize = 100;

/// Characters of a long line that are shown on each side of a place.
const CONTEXT: usize = 80;

/// The most characters that a caret line marks.
const LONGEST_MARK: usize = 60;

/// Collects what is wrong with one text.
pub(crate) struct Problems<'a> {
    lines: &'a [&'a str],
    found: Vec<ScenarioError>,
    errors: usize,
}

impl<'a> Problems<'a> {
    /// For the text with these lines.
    pub(crate) fn new(lines: &'a [&'a str]) -> Self {
        Self { lines, found: Vec::new(), errors: 0 }
    }

    /// Notes an error.
    pub(crate) fn error(
        &mut self,
        place: Place,
        message: impl Into<String>,
        fix: impl Into<String>,
    ) {
        self.errors += 1;
        self.note(place, Severity::Error, message.into(), fix.into());
    }

    /// Notes a warning.
    pub(crate) fn warning(
        &mut self,
        place: Place,
        message: impl Into<String>,
        fix: impl Into<String>,
    ) {
        self.note(place, Severity::Warning, message.into(), fix.into());
    }

    /// The whole of a line, counted from 1.
    pub(crate) fn whole_line(&self, line: u32) -> Place {
        let line = usize::try_from(line).unwrap_or(usize::MAX).saturating_sub(1);
        let text = self.lines.get(line).copied().unwrap_or("");
        Place { line, start: text.len() - text.trim_start().len(), end: text.len() }
    }

    /// How many errors there are so far.
    pub(crate) fn errors(&self) -> usize {
        self.errors
    }

    /// Whether so much is wrong that reading on helps nobody.
    pub(crate) fn are_enough(&self) -> bool {
        self.found.len() >= MOST
    }

    /// "did you mean …?" for the nearest known word, if one is near; else `otherwise`.
    pub(crate) fn did_you_mean<'w>(
        &self,
        word: &str,
        known: impl IntoIterator<Item = &'w str>,
        otherwise: impl Into<String>,
    ) -> String {
        let near = if self.are_enough() { None } else { nearest(word, known) };
        match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => otherwise.into(),
        }
    }

    /// All, in the order of the text.
    pub(crate) fn into_sorted(mut self) -> Vec<ScenarioError> {
        let place = |error: &ScenarioError| (error.line, error.column);
        put_in_order(&mut self.found, |one, other| place(one) < place(other));
        self.found
    }

    fn note(&mut self, place: Place, severity: Severity, message: String, fix: String) {
        if self.found.len() >= MOST {
            return;
        }
        let line = self.lines.get(place.line).copied().unwrap_or("");
        let start = floor_boundary(line, place.start);
        let end = floor_boundary(line, place.end).max(start);
        let column = line[..start].chars().count();
        let marked = line[start..end].chars().take(LONGEST_MARK).count();
        let (source, offset) = excerpt(line, start, column);
        self.found.push(ScenarioError {
            line: small(place.line + 1),
            column: small(column + 1),
            length: small(marked),
            severity,
            message,
            fix: Some(fix),
            source,
            offset_in_source: small(offset),
        });
    }
}

/// The line, or the part around a place if the line is long; and where the place is in that.
fn excerpt(line: &str, start: usize, column: usize) -> (String, usize) {
    let cut_before = column > 2 * CONTEXT;
    let from = if cut_before {
        line[..start].char_indices().rev().nth(CONTEXT - 1).map_or(0, |(at, _)| at)
    } else {
        0
    };
    let shown: String = line[from..].chars().take(3 * CONTEXT).map(printable).collect();
    let cut_after = from + shown.len() < line.len();
    let tail = if cut_after { "…" } else { "" };
    let shown = if cut_after { shown.trim_end() } else { &shown };
    if cut_before {
        (format!("…{shown}{tail}"), CONTEXT + 1)
    } else {
        (format!("{shown}{tail}"), column)
    }
}

/// Control characters would disturb a terminal.
fn printable(c: char) -> char {
    if c.is_control() && c != '\t' { '\u{fffd}' } else { c }
}

/// The start of the character that this byte belongs to.
pub(crate) fn floor_boundary(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// The known word that is nearest to this one, if one is near.
pub(crate) fn nearest<'w>(word: &str, known: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    if word.len() > 80 {
        return None;
    }
    let lower = word.to_ascii_lowercase();
    let allowed = 1 + lower.chars().count() / 4;
    known
        .into_iter()
        .map(|near| (strsim::osa_distance(&lower, &near.to_ascii_lowercase()), near))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, near)| near)
}

/// `a`, `b` or `c`, each in back-quotes.
pub(crate) fn listed<'w>(words: impl IntoIterator<Item = &'w str>) -> String {
    let words: Vec<String> = words.into_iter().map(|word| format!("`{word}`")).collect();
    match words.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
    }
}

/// A word as an error shows it: shortened when it is long.
pub(crate) fn shown(word: &str) -> String {
    let mut short: String = word.chars().take(60).map(printable).collect();
    if short.len() < word.len() {
        short.push('…');
    }
    short
}
