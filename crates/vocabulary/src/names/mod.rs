//! The texts behind the small numbers: clients, topics and record values, in one append-only table.

mod text_index;

use std::sync::Arc;

use self::text_index::TextIndex;
use crate::chunks::Chunks;
use crate::ids::{ClientId, NodeId, TopicId, TopicPartition, ValueId};

/// Texts interned so far. Only ever grows, so an older id stays right in any later copy.
#[derive(Clone, Debug, Default)]
pub struct Names {
    clients: Arc<Vec<Arc<str>>>,
    topics: Arc<Vec<Arc<str>>>,
    values: Chunks<Arc<str>>,
    value_ids: TextIndex,
}

impl Names {
    /// The id of a client of this name, new if there was none.
    pub fn client(&mut self, name: &str) -> ClientId {
        if let Some(known) = self.find_client(name) {
            return known;
        }
        Arc::make_mut(&mut self.clients).push(name.into());
        ClientId(index(self.clients.len() - 1))
    }

    /// A fresh id for a topic of this name: each creation is another topic.
    pub fn new_topic(&mut self, name: &str) -> TopicId {
        Arc::make_mut(&mut self.topics).push(name.into());
        TopicId(index(self.topics.len() - 1))
    }

    /// The id of a record's text, new if there was none.
    pub fn value(&mut self, text: &str) -> ValueId {
        if let Some(known) = self.find_value(text) {
            return known;
        }
        let number = index(self.values.len());
        self.value_ids.insert(text, number);
        self.values.push(text.into());
        ValueId(number)
    }

    /// The client of this name, if it has appeared.
    #[must_use]
    pub fn find_client(&self, name: &str) -> Option<ClientId> {
        self.clients.iter().position(|known| &**known == name).map(|at| ClientId(index(at)))
    }

    /// The record of this text, if it has appeared.
    #[must_use]
    pub fn find_value(&self, text: &str) -> Option<ValueId> {
        let mut candidates = self.value_ids.candidates(text).map(ValueId);
        candidates.find(|id| self.value_text(*id) == text)
    }

    /// A client's name.
    #[must_use]
    pub fn client_name(&self, id: ClientId) -> &str {
        &self.clients[id.0 as usize]
    }

    /// A topic's name.
    #[must_use]
    pub fn topic_name(&self, id: TopicId) -> &str {
        &self.topics[id.0 as usize]
    }

    /// A record's text.
    #[must_use]
    pub fn value_text(&self, id: ValueId) -> &str {
        let text = self.values.get(id.0 as usize);
        text.expect("a record's number comes from this table or a copy of it")
    }

    /// A partition as Kafka prints it: `orders-0`.
    #[must_use]
    pub fn partition_name(&self, partition: TopicPartition) -> String {
        format!("{}-{}", self.topic_name(partition.topic), partition.partition)
    }

    /// A node as the trace names it: `broker 1`, `controller 101` or a client's name.
    #[must_use]
    pub fn node_name(&self, node: NodeId) -> String {
        match node {
            NodeId::Broker(id) => format!("broker {id}"),
            NodeId::Controller(id) => format!("controller {id}"),
            NodeId::Client(id) => self.client_name(id).to_owned(),
        }
    }

    /// How many record values have appeared.
    #[must_use]
    pub fn value_count(&self) -> u32 {
        index(self.values.len())
    }
}

/// Positions in these tables fit: the language allows 100,000 records and far fewer names.
fn index(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX)
}
