//! What a line may speak of that is typed beside a run: all that its scenario makes, and what was
//! said to it since.
//!
//! Uses: `world`, `worlds`.

use epochscope_vocabulary::Command;

use super::world::World;
use crate::script::Scenario;

/// What a line may speak of.
#[derive(Clone, Debug)]
pub struct Context(pub(crate) World);

impl Context {
    /// All that a scenario's header and steps make, whenever they do.
    #[must_use]
    pub fn of(scenario: &Scenario) -> Self {
        Self(World::of(scenario))
    }

    /// The release of Kafka that the scenario runs on.
    #[must_use]
    pub fn release(&self) -> &str {
        &self.0.release
    }

    /// What this order makes is there too.
    pub fn add(&mut self, command: &Command) {
        self.0.add_command(command);
    }
}
