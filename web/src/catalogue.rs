//! Which of the shipped scenarios is open, or that it is the reader's own text.

use epochscope_view::session::{BuiltIn, Session};

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

/// The one to begin with: the best known failure, else the first.
pub(crate) fn first(scenarios: &[BuiltIn]) -> Option<&BuiltIn> {
    scenarios.iter().find(|known| known.name == "zombie-leader").or_else(|| scenarios.first())
}
