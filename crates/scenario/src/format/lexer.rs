//! Lines into words, quoted texts, pairs and comments.
//!
//! A cursor goes through one line, because the verb decides whether what follows is words or free
//! text. Uses: `errors`.

use super::errors::{Place, Problems, shown};

/// A word of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token<'a> {
    /// Where it stands.
    pub(crate) place: Place,
    /// What it is.
    pub(crate) kind: TokenKind<'a>,
}

/// What a word is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind<'a> {
    /// A plain word; operators are words too.
    Word(&'a str),
    /// A quoted text, unescaped.
    Quoted(String),
    /// `name=value`
    Pair(Pair<'a>),
}

/// A pair `name=value`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pair<'a> {
    /// The name.
    pub(crate) name: &'a str,
    /// Where the name stands.
    pub(crate) name_place: Place,
    /// The value, unescaped.
    pub(crate) value: String,
    /// Whether the value was quoted.
    pub(crate) quoting: Quoting,
    /// Where the value stands.
    pub(crate) value_place: Place,
}

/// Whether a value stood in quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quoting {
    /// It did.
    Quoted,
    /// It did not.
    Plain,
}

/// Goes through one line.
#[derive(Clone, Debug)]
pub(crate) struct Cursor<'a> {
    text: &'a str,
    line: usize,
    at: usize,
    comment: Option<&'a str>,
}

impl<'a> Cursor<'a> {
    /// At the start of this line; lines count from 0.
    pub(crate) fn new(text: &'a str, line: usize) -> Self {
        Self { text, line, at: 0, comment: None }
    }

    /// The comment that ended the line, if one did and was reached.
    pub(crate) fn comment(&self) -> Option<&'a str> {
        self.comment
    }

    /// The place of what is left of the line.
    pub(crate) fn here(&self) -> Place {
        Place { line: self.line, start: self.at.min(self.text.len()), end: self.text.len() }
    }

    /// What is left of the line, without blanks of any script around it: for verbs that take free
    /// text.
    pub(crate) fn rest(&mut self) -> (&'a str, Place) {
        let left = self.text[self.at..].trim_start();
        let start = self.text.len() - left.len();
        let rest = left.trim_end();
        let place = Place { line: self.line, start, end: start + rest.len() };
        self.at = self.text.len();
        (rest, place)
    }

    /// The next word; none at the end of the line or at a comment. After an error the word is
    /// skipped.
    pub(crate) fn next(&mut self, problems: &mut Problems) -> Option<Token<'a>> {
        loop {
            self.skip_blanks();
            let start = self.at;
            match self.text[start..].chars().next()? {
                '#' => {
                    self.comment = Some(self.text[start + 1..].trim());
                    self.at = self.text.len();
                    return None;
                }
                '"' => {
                    if let Some(text) = self.quoted(problems) {
                        let place = self.since(start);
                        return Some(Token { place, kind: TokenKind::Quoted(text) });
                    }
                }
                _ => {
                    if let Some(token) = self.word_or_pair(problems) {
                        return Some(token);
                    }
                }
            }
        }
    }

    /// All words up to the end of the line or its comment.
    pub(crate) fn tokens(&mut self, problems: &mut Problems) -> Vec<Token<'a>> {
        std::iter::from_fn(|| self.next(problems)).collect()
    }

    fn skip_blanks(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start_matches(is_blank).len();
    }

    fn since(&self, start: usize) -> Place {
        Place { line: self.line, start, end: self.at }
    }

    /// A word that begins with no quote; in a pair, the value may be quoted.
    fn word_or_pair(&mut self, problems: &mut Problems) -> Option<Token<'a>> {
        let start = self.at;
        let rest = &self.text[start..];
        let length = rest.find(|c| is_blank(c) || c == '"').unwrap_or(rest.len());
        let head = &rest[..length];
        self.at += length;
        if let Some(name) = head.split('=').next().filter(|n| n.len() < length && is_pair_name(n)) {
            return self.pair(start, name, problems);
        }
        if rest[length..].starts_with('"') {
            self.skip_word();
            let place = self.since(start);
            problems.error(
                place,
                "a quote stands inside of a word",
                "put a blank before the quote",
            );
            return None;
        }
        Some(Token { place: self.since(start), kind: TokenKind::Word(head) })
    }

    fn pair(&mut self, start: usize, name: &'a str, problems: &mut Problems) -> Option<Token<'a>> {
        let value_start = start + name.len() + 1;
        let (value, quoting) = if self.text[value_start..].starts_with('"') {
            self.at = value_start;
            (self.quoted(problems)?, Quoting::Quoted)
        } else if self.text[self.at..].starts_with('"') {
            self.skip_word();
            let place = self.since(value_start);
            let fix = format!("put the whole value in quotes: `{name}=\"…\"`");
            problems.error(place, "a quote stands inside of a value", fix);
            return None;
        } else {
            (self.text[value_start..self.at].to_owned(), Quoting::Plain)
        };
        let name_place = Place { line: self.line, start, end: start + name.len() };
        let value_place = self.since(value_start);
        let kind = TokenKind::Pair(Pair { name, name_place, value, quoting, value_place });
        Some(Token { place: self.since(start), kind })
    }

    /// A quoted text at the cursor; the cursor goes behind its closing quote.
    fn quoted(&mut self, problems: &mut Problems) -> Option<String> {
        let start = self.at;
        let mut text = String::new();
        let mut characters = self.text[start + 1..].char_indices();
        while let Some((at, c)) = characters.next() {
            match c {
                '"' => {
                    self.at = start + 1 + at + 1;
                    return self.quote_ends(start, text, problems);
                }
                '\\' => match characters.next() {
                    Some((_, '"')) => text.push('"'),
                    Some((_, '\\')) => text.push('\\'),
                    Some((_, 'n')) => text.push('\n'),
                    Some((next, other)) => {
                        let from = start + 1 + at;
                        let to = start + 1 + next + other.len_utf8();
                        let place = Place { line: self.line, start: from, end: to };
                        let message =
                            format!("`\\{}` means nothing in quotes", shown(&other.to_string()));
                        problems.error(place, message, "write `\\\\` for a backslash");
                        self.at = to;
                        self.skip_quoted();
                        return None;
                    }
                    None => break,
                },
                _ => text.push(c),
            }
        }
        self.at = self.text.len();
        problems.error(self.since(start), "this quote is not closed", "put a `\"` at its end");
        None
    }

    fn quote_ends(
        &mut self,
        start: usize,
        text: String,
        problems: &mut Problems,
    ) -> Option<String> {
        if self.text[self.at..].chars().next().is_none_or(is_blank) {
            return Some(text);
        }
        self.skip_word();
        let message = "something follows the closing quote";
        problems.error(self.since(start), message, "put a blank after the quote");
        None
    }

    /// Behind the word at the cursor, whatever it is.
    fn skip_word(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.find(is_blank).unwrap_or(rest.len());
    }

    /// Behind the next quote that is not escaped.
    fn skip_quoted(&mut self) {
        let mut escaped = false;
        for (at, c) in self.text[self.at..].char_indices() {
            match c {
                '"' if !escaped => {
                    self.at += at + 1;
                    self.skip_word();
                    return;
                }
                '\\' => escaped = !escaped,
                _ => escaped = false,
            }
        }
        self.at = self.text.len();
    }
}

/// Blank and tab separate words.
pub(crate) fn is_blank(c: char) -> bool {
    c == ' ' || c == '\t'
}

/// Whether what stands before a `=` makes a pair of the word.
pub(crate) fn is_pair_name(text: &str) -> bool {
    let mut characters = text.chars();
    characters.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && characters.all(|c| c.is_ascii_alphanumeric() || "._-".contains(c))
}

/// A text in quotes, as it is read back.
#[must_use]
pub fn quote(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            _ => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// A pair's value: in quotes only where it must be.
pub(crate) fn quote_if_needed(text: &str) -> String {
    let plain = !text.is_empty() && !text.contains(|c: char| is_blank(c) || c == '"' || c == '\n');
    if plain { text.to_owned() } else { quote(text) }
}
