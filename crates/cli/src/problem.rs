//! How a command ends, and what is said about bad input.

use std::fmt;

/// What a command found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// All is well: exit status 0.
    Fine,
    /// An expectation or a check failed: exit status 1.
    Failed,
}

/// How a command ends.
pub(crate) type Outcome = Result<Verdict, Problem>;

/// Bad input, as it is told: exit status 2.
#[derive(Debug)]
pub(crate) struct Problem(String);

impl Problem {
    /// About a file or an option as a whole: what is wrong, and what would do instead.
    pub(crate) fn new(subject: &str, what: &str, fix: &str) -> Self {
        Self(format!("{subject}: error: {what}\n  {fix}"))
    }

    /// Errors that are complete texts already.
    pub(crate) fn of_texts(texts: &[String]) -> Self {
        Self(texts.join("\n"))
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
