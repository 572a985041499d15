//! What Kafka's tools print for the operations of a script, as their users see it on a terminal.
//!
//! An operation is sent as the tool would send it; when it has its answer, this is the tool's text
//! for it, what it prints on standard error included. Stack traces are left out. Only a printed run
//! shows these texts: a page does not carry them.
//!
//! Source: Kafka `TopicCommand`, `ConfigCommand`, `LeaderElectionCommand`,
//! `ReassignPartitionsCommand`, `FeatureCommand`, `ClusterTool`.

mod configs;
mod elections;
mod exceptions;
mod features;
mod reassignments;
mod topics;

use std::sync::Arc;

use epochscope_engine::Cluster;
use epochscope_engine::client::FinishedCall;
use epochscope_engine::metadata::MetadataImage;
use epochscope_vocabulary::event::EventKind;
use epochscope_vocabulary::rpc::{Request, Response};
use epochscope_vocabulary::{Event, SimTime};

use self::exceptions::timed_out;

/// What has to be known of the past to print a tool's text.
#[derive(Debug, Default)]
pub(crate) struct Tools {
    /// The cluster at the moment of each order to reassign, by its partition.
    reassigned: Vec<(Box<str>, Arc<MetadataImage>)>,
}

/// A call with what its text needs.
struct Told<'a> {
    call: &'a FinishedCall,
    at: SimTime,
    image: &'a MetadataImage,
}

impl Tools {
    /// What is printed under each of these events, which have just happened together.
    pub(crate) fn printed(&mut self, events: &[Event], cluster: &Cluster) -> Vec<Option<String>> {
        let count = |of: &[Event], name: &str| {
            let names = cluster.names();
            let is_its = |event: &&Event| match &event.kind {
                EventKind::Answered { client, .. } => names.client_name(*client) == name,
                _ => false,
            };
            of.iter().filter(is_its).count()
        };
        let printed = events.iter().enumerate().map(|(index, event)| {
            self.note_order(event, cluster);
            let EventKind::Answered { client, .. } = &event.kind else {
                return event.printed().map(str::to_owned);
            };
            let name = cluster.names().client_name(*client);
            let calls = cluster.client(name).map_or(&[][..], |one| one.finished_calls());
            let from_the_last = count(events.get(index..).unwrap_or_default(), name);
            let call =
                calls.len().checked_sub(from_the_last).and_then(|at| calls.get(at)?.as_ref());
            let told = call
                .and_then(|call| self.text(&Told { call, at: event.at, image: cluster.image() }));
            told.or_else(|| event.printed().map(str::to_owned))
        });
        printed.collect()
    }

    fn note_order(&mut self, event: &Event, cluster: &Cluster) {
        let EventKind::CommandGiven { text } = &event.kind else {
            return;
        };
        if let Some(rest) = text.strip_prefix("reassign ")
            && let Some(partition) = rest.split(' ').next()
        {
            self.reassigned.retain(|(name, _)| &**name != partition);
            self.reassigned.push((partition.into(), cluster.image().clone()));
        }
    }

    fn text(&self, told: &Told<'_>) -> Option<String> {
        let answer = told.call.answer.as_ref();
        Some(match (&told.call.request, answer) {
            (Request::CreateTopics(asked), Ok(Response::CreateTopics(answer))) => {
                topics::created(&asked.topic.name, answer)
            }
            (Request::DeleteTopics(asked), Ok(Response::DeleteTopics(answer))) => {
                topics::deleted(&asked.topic, answer)
            }
            (Request::CreatePartitions(asked), Ok(Response::CreatePartitions(answer))) => {
                topics::increased(&asked.name, answer)
            }
            (
                Request::DescribeTopicPartitions(_),
                Ok(Response::DescribeTopicPartitions(answer)),
            ) => answer.text.to_string(),
            (
                Request::CreateTopics(_)
                | Request::DeleteTopics(_)
                | Request::CreatePartitions(_)
                | Request::DescribeTopicPartitions(_),
                Err(_),
            ) => topics::unanswered(told),
            (Request::IncrementalAlterConfigs(asked), _) => configs::altered(asked, told),
            (Request::ElectLeaders(asked), _) => elections::elected(asked, told),
            (Request::AlterPartitionReassignments(asked), _) => {
                let before = |name: &str| {
                    let known = self.reassigned.iter().find(|(partition, _)| &**partition == name);
                    known.map_or(told.image, |(_, image)| image)
                };
                reassignments::altered(asked, told, before)
            }
            (Request::UnregisterBroker(asked), _) => features::unregistered(asked.broker, told),
            (Request::UpdateFeatures(asked), _) => features::updated(asked, told),
            (_, _) => return None,
        })
    }
}

impl Told<'_> {
    /// What the controller says beside its error.
    fn message(&self) -> Option<&str> {
        match self.call.answer.as_ref().ok()? {
            Response::IncrementalAlterConfigs(answer)
            | Response::UnregisterBroker(answer)
            | Response::UpdateFeatures(answer) => answer.message.as_deref(),
            _ => None,
        }
    }

    /// The exception's message where no answer came in time.
    fn timeout(&self, call_name: &str) -> String {
        timed_out(self.call, self.at, call_name)
    }
}

/// A list of lines, each with its end.
fn lines<T: AsRef<str>>(lines: impl IntoIterator<Item = T>) -> String {
    lines.into_iter().map(|line| format!("{}\n", line.as_ref())).collect()
}

#[cfg(test)]
mod tests;
