//! What can be done now with a thing on the stage: each as a statement of the language.
//!
//! One table says what there is; what makes no sense now is left out, and what the cluster would
//! refuse is told with its reason, found by trying it on a copy.
//!
//! Uses: its folder.

mod build;
mod facts;
mod fields;
mod standing;
mod table;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use epochscope_scenario::format;

pub(crate) use build::{orders, refusal, usual};
pub(crate) use facts::{Moment, things};

/// What sort of thing it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ThingKind {
    /// All of the cluster.
    Cluster,
    /// The brokers of a rack.
    Rack,
    /// A broker.
    Broker,
    /// A controller.
    Controller,
    /// A producer or consumer.
    Client,
    /// A topic.
    Topic,
    /// A partition.
    Partition,
    /// What goes between two nodes.
    Link,
}

/// A thing that something can be done with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thing {
    /// Its sort.
    pub kind: ThingKind,
    /// Its name in the language: `1`, `us-east-1a`, `checkout`, `orders-0`; of a link both, with a
    /// blank between; of the cluster nothing.
    pub name: Arc<str>,
}

/// Something that can be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// What, in a few words; the thing is known.
    pub label: String,
    /// The same for those who do not see the thing: "Pause broker 1".
    pub name: String,
    /// The part of the menu that it belongs to.
    pub group: &'static str,
    /// The statement, with `{}` for each value that is asked for.
    pub line: String,
    /// The values that are asked for.
    pub fields: Vec<Field>,
    /// A letter that leads to it in its menu; may be empty.
    pub key: &'static str,
    /// Whether it is one of the few that are done most.
    pub is_usual: bool,
    /// Why it cannot be done now, if it cannot.
    pub blocked: Option<String>,
}

/// A value that an order asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// What it is.
    pub label: &'static str,
    /// What it is if nobody says otherwise.
    pub value: String,
    /// The values to choose from, each with its words; empty if any may be written.
    pub choices: Vec<(String, String)>,
    /// Whether it stands in quotes.
    is_text: bool,
}

impl Thing {
    /// A thing of this sort and name.
    #[must_use]
    pub fn new(kind: ThingKind, name: impl Into<Arc<str>>) -> Self {
        Self { kind, name: name.into() }
    }

    /// Its title: "Broker 1".
    #[must_use]
    pub fn title(&self) -> String {
        let name = &self.name;
        match self.kind {
            ThingKind::Cluster => "Cluster".to_owned(),
            ThingKind::Rack => format!("Rack {name}"),
            ThingKind::Broker => format!("Broker {name}"),
            ThingKind::Controller => format!("Controller {name}"),
            ThingKind::Client => format!("Client {name}"),
            ThingKind::Topic => format!("Topic {name}"),
            ThingKind::Partition => format!("Partition {name}"),
            ThingKind::Link => format!("Link {}", name.replace(' ', " to ")),
        }
    }
}

impl Order {
    /// The statement with these values; with its own where there are none.
    #[must_use]
    pub fn said(&self, values: &[String]) -> String {
        let mut parts = self.line.split("{}");
        let mut text = parts.next().unwrap_or_default().to_owned();
        for (at, part) in parts.enumerate() {
            let field = self.fields.get(at);
            let own = field.map_or("", |field| &field.value);
            let value = values.get(at).map_or(own, String::as_str).trim();
            match field.is_some_and(|field| field.is_text) {
                true => text.push_str(&format::quote(value)),
                false => text.push_str(value),
            }
            text.push_str(part);
        }
        text
    }
}
