//! The scenarios that come with the program, by name: those of `library.txt` beside this file,
//! where they stand by families, with the recording of Apache Kafka that they tell behind the name.
//!
//! What a list of them needs is apart from their texts: whoever never asks for a text, as the page,
//! which fetches them one by one, does not have to carry them.
//!
//! Uses: nothing.

/// A scenario that comes with the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shipped {
    /// Its name: that of its file.
    pub name: &'static str,
    /// Its title.
    pub title: &'static str,
    /// What it shows.
    pub about: &'static str,
    /// What it is about, in a word or two shared with its neighbours.
    pub family: &'static str,
    /// The recording of Apache Kafka 4.1.1 that it tells, with the same outcome.
    pub recorded: Option<&'static str>,
    /// By this its text is known again: FNV-1a folded to 32 bits, in letters.
    pub digest: &'static str,
}

/// A line a family, and below it one for each of its scenarios: name, title, sentence, recording
/// and digest, with tabs between.
const LIST: &str = include_str!(concat!(env!("OUT_DIR"), "/list"));

/// Their texts, by name.
const TEXTS: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/texts.rs"));

/// All of them, in the order in which they are offered; those of a family in a row.
#[must_use]
pub fn shipped() -> Vec<Shipped> {
    let mut all = Vec::new();
    let mut family = "";
    for line in LIST.lines() {
        let mut parts = line.split('\t');
        let mut part = || parts.next().unwrap_or_default();
        let (name, title, about, recorded, digest) = (part(), part(), part(), part(), part());
        if title.is_empty() {
            family = name;
            continue;
        }
        let recorded = Some(recorded).filter(|trace| !trace.is_empty());
        all.push(Shipped { name, title, about, family, recorded, digest });
    }
    all
}

/// The scenario of this name.
#[must_use]
pub fn find(name: &str) -> Option<Shipped> {
    shipped().into_iter().find(|shipped| shipped.name == name)
}

impl Shipped {
    /// Its text, without the trace that stands in its file.
    #[must_use]
    pub fn text(&self) -> &'static str {
        let found = TEXTS.iter().find(|(name, _)| *name == self.name);
        found.map_or("", |(_, text)| text)
    }
}
