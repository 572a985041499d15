//! Properties of replication that the checker holds every run against.
//!
//! Uses: nothing.

/// Properties broken so far, each once, in the order in which they first broke.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Violated {
    /// All of them.
    pub broken: Vec<&'static str>,
    /// Those that this set-up does not excuse.
    pub unexcused: Vec<&'static str>,
}

/// What the checkers remember.
#[derive(Clone, Debug, Default)]
pub struct Checkers {
    violated: Violated,
}

impl Checkers {
    /// Properties broken so far.
    #[must_use]
    pub const fn violated(&self) -> &Violated {
        &self.violated
    }
}
