//! A script that grows while it is carried out: a search for faults invents it step by step.

use std::sync::Arc;

use super::Execution;
use crate::script::Step;

impl Execution {
    /// From here on a step that cannot be obeyed is passed over, as one of a person's is.
    pub const fn pass_over_what_is_refused(&mut self) {
        self.forgiving = true;
    }

    /// Adds a step behind the last. The script must not have come to its end, only to that of its
    /// last step.
    pub fn append(&mut self, step: Step) {
        Arc::make_mut(&mut self.scenario).steps.push(step);
    }
}
