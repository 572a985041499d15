//! What is wrong with a text that was read, and what is only worth saying of it.

/// Something that makes a text unreadable as what it is taken for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The line, from 1 on.
    pub line: usize,
    /// What is wrong.
    pub message: String,
    /// What was expected.
    pub expected: String,
}

/// Something that a reader should know, though the text could be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The line, from 1 on.
    pub line: usize,
    /// What there is to know.
    pub text: String,
}

impl Mistake {
    /// A mistake in a line.
    #[must_use]
    pub fn new(line: usize, message: impl Into<String>, expected: impl Into<String>) -> Self {
        Self { line, message: message.into(), expected: expected.into() }
    }
}
