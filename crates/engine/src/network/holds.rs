//! Holds: messages kept back at their arrival, for exact races.
//!
//! A hold is a rule and a line of messages. A message that arrives and fits a rule waits in its
//! line until it is released or discarded; its sender's time-out goes on meanwhile.
//!
//! Uses: nothing.

use std::collections::VecDeque;
use std::sync::Arc;

use epochscope_vocabulary::command::HoldSpec;
use epochscope_vocabulary::rpc::ApiKey;
use epochscope_vocabulary::{NodeId, SortedSet, TopicId};

use crate::network::message::Message;

/// A hold with its names resolved.
#[derive(Clone, Debug)]
pub struct Hold {
    /// The words that began it.
    pub spec: HoldSpec,
    /// Senders; none means anybody.
    pub from: Option<SortedSet<NodeId>>,
    /// Receivers; none means anybody.
    pub to: Option<SortedSet<NodeId>>,
    /// The topic, if the words name one.
    pub topic: Option<(TopicId, Arc<str>)>,
    /// What waits, in order of arrival.
    pub line: VecDeque<Message>,
}

impl Hold {
    /// Whether this message is one of those.
    #[must_use]
    pub fn fits(&self, message: &Message) -> bool {
        message.half() == Some(self.spec.half)
            && self.spec.api_key.is_none_or(|key| message.api_key == Some(key))
            && self.from.as_ref().is_none_or(|nodes| nodes.contains(&message.from))
            && self.to.as_ref().is_none_or(|nodes| nodes.contains(&message.to))
            && self.topic.as_ref().is_none_or(|(id, name)| message.mentions(*id, name))
    }
}

/// All holds, in the order in which they began.
#[derive(Clone, Debug, Default)]
pub struct Holds(Vec<Hold>);

impl Holds {
    /// Begins a hold.
    pub fn begin(&mut self, hold: Hold) {
        self.0.push(hold);
    }

    /// Each of them.
    pub fn all(&self) -> impl Iterator<Item = &Hold> {
        self.0.iter()
    }

    /// Whether any hold stands.
    #[must_use]
    pub const fn any(&self) -> bool {
        !self.0.is_empty()
    }

    /// Puts an arriving message into the line of the first hold that it fits. With none it is
    /// given back.
    pub fn keep(&mut self, message: Message) -> Option<Message> {
        match self.0.iter_mut().find(|hold| hold.fits(&message)) {
            Some(hold) => {
                hold.line.push_back(message);
                None
            }
            None => Some(message),
        }
    }

    /// Takes messages out of the hold begun with the same words: so many, or all, which ends it.
    /// None when there is no such hold.
    pub fn take(&mut self, spec: &HoldSpec, count: Option<u32>) -> Option<Vec<Message>> {
        let at = self.0.iter().position(|hold| hold.spec == *spec)?;
        match count {
            None => Some(self.0.remove(at).line.into()),
            Some(count) => {
                let line = &mut self.0[at].line;
                let count = line.len().min(usize::try_from(count).unwrap_or(usize::MAX));
                Some(line.drain(..count).collect())
            }
        }
    }

    /// Throws away what waits and is picked by `which`; gives it back.
    pub fn discard(&mut self, which: impl Fn(&Message) -> bool) -> Vec<Message> {
        let mut gone = Vec::new();
        for hold in &mut self.0 {
            let line = std::mem::take(&mut hold.line);
            for message in line {
                if which(&message) {
                    gone.push(message);
                } else {
                    hold.line.push_back(message);
                }
            }
        }
        gone
    }

    /// Everything that waits.
    pub fn messages(&self) -> impl Iterator<Item = &Message> {
        self.0.iter().flat_map(|hold| &hold.line)
    }

    /// How many messages of this kind wait.
    #[must_use]
    pub fn held(&self, api_key: Option<ApiKey>) -> u64 {
        let fits = |message: &&Message| api_key.is_none() || message.api_key == api_key;
        self.messages().filter(fits).fold(0, |count, _| count + 1)
    }
}
