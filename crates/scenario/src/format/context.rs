//! What a line may speak of that is typed beside a run: all that its scenario makes, and what was
//! said to it since.
//!
//! Uses: `world`, `worlds`.

use epochscope_vocabulary::Command;
use epochscope_vocabulary::command::Polling;

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

    /// The topic of a client, if it is known.
    #[must_use]
    pub fn topic_of(&self, client: &str) -> Option<&str> {
        self.0.clients.get(client)?.topic.as_deref()
    }

    /// Whether a consumer polls only when it is told to.
    #[must_use]
    pub fn polls_when_told(&self, client: &str) -> bool {
        let facts = self.0.clients.get(client);
        facts.is_some_and(|facts| facts.polling == Polling::Manual)
    }

    /// A text for a record that nobody has sent: `a`, `b`, ... `a2`, ...
    #[must_use]
    pub fn new_record(&self) -> String {
        let letters = || 'a'..='z';
        let later = (2..).flat_map(|round| letters().map(move |letter| format!("{letter}{round}")));
        let mut texts = letters().map(String::from).chain(later);
        texts.find(|text| !self.0.values.contains(text.as_str())).unwrap_or_default()
    }

    /// A name that no client, sender or topic has: the stem, or the stem with a number.
    #[must_use]
    pub fn new_name(&self, stem: &str) -> String {
        let is_free = |name: &String| {
            let World { clients, senders, topics, .. } = &self.0;
            let name = name.as_str();
            !clients.contains_key(name) && !senders.contains(name) && !topics.contains_key(name)
        };
        let mut names = std::iter::once(stem.to_owned())
            .chain((2..).map(|number: u32| format!("{stem}{number}")));
        names.find(is_free).unwrap_or_default()
    }

    /// What this order makes is there too.
    pub fn add(&mut self, command: &Command) {
        self.0.add_command(command);
    }
}
