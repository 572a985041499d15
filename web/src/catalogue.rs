//! Which of the shipped scenarios is open, or that it is the reader's own text.

use epochscope_view::session::{BuiltIn, Session};
use epochscope_vocabulary::SimTime;

/// What the run is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// A shipped scenario, by name.
    BuiltIn(String),
    /// The reader's own text.
    Own,
}

/// The shipped scenarios.
pub(crate) fn built_in() -> Vec<BuiltIn> {
    Session::built_in_scenarios()
}

/// Those of a family together.
pub(crate) fn families<'a>(all: impl IntoIterator<Item = &'a BuiltIn>) -> Vec<Vec<&'a BuiltIn>> {
    let mut families: Vec<Vec<&BuiltIn>> = Vec::new();
    for known in all {
        match families.last_mut() {
            Some(last) if last[0].family == known.family => last.push(known),
            _ => families.push(vec![known]),
        }
    }
    families
}

/// The recording that the open scenario tells.
pub(crate) fn recorded(all: &[BuiltIn], source: &Source) -> Option<&'static str> {
    let Source::BuiltIn(name) = source else { return None };
    all.iter().find(|known| known.name == name)?.recorded
}

/// A scenario on the start page with a picture of one moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Featured {
    /// Its name.
    pub(crate) name: &'static str,
    /// The moment.
    pub(crate) at: SimTime,
}

/// Those with pictures.
pub(crate) const FEATURED: &[Featured] = &[
    Featured { name: "zombie-leader", at: SimTime(32_001_500) },
    Featured { name: "unclean-election", at: SimTime(52_590_000) },
    Featured { name: "min-insync-replicas", at: SimTime(12_000_000) },
];
