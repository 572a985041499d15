//! What is on its way between nodes, where it is, and what it says in a few words.

use epochscope_vocabulary::put_in_order;
use epochscope_vocabulary::rpc::{Request, Response, VoteKind};
use epochscope_vocabulary::{ErrorCode, Names, NodeId, Offset, SimTime, ValueId};

use super::{Cluster, Due};
use crate::network::message::{Body, Message};
use crate::observe::{MessageObservation, Transit};

impl Cluster {
    /// Everything between two nodes, in order of its sending, at a moment not before the present
    /// one, up to which nothing else is due.
    #[must_use]
    pub fn in_flight(&self, at: SimTime) -> Vec<MessageObservation> {
        self.in_flight_among(at, &|_| true)
    }

    /// Those of them whose both ends are among these nodes.
    #[must_use]
    pub fn in_flight_among(
        &self,
        at: SimTime,
        is_one: &dyn Fn(NodeId) -> bool,
    ) -> Vec<MessageObservation> {
        let see = |message: &Message, transit: Transit| {
            let is_among = is_one(message.from) && is_one(message.to);
            is_among.then(|| self.see(message, transit)).flatten()
        };
        let mut all = Vec::new();
        for (message, arrives_at) in self.idle_polls_between(at) {
            all.extend(see(&message, Transit::Arriving(arrives_at)));
        }
        for (at, due) in self.queue.iter() {
            match due {
                Due::Arrive(message) => all.extend(see(message, Transit::Arriving(at))),
                Due::Read(message) | Due::Deliver(message) => {
                    all.extend(see(message, Transit::Inbox));
                }
                Due::Timer(..) | Due::EndOfPause(..) | Due::Ready(..) => {}
            }
        }
        let parked = self.network.parked().iter();
        all.extend(parked.filter_map(|message| see(message, Transit::Cut)));
        let held = self.network.holds.messages();
        all.extend(held.filter_map(|message| see(message, Transit::Held)));
        let inboxes = self.processes.values().flat_map(|process| process.inbox());
        all.extend(inboxes.filter_map(|message| see(message, Transit::Inbox)));
        let sockets = self.network.connections.iter();
        for (_, connection) in sockets {
            let backlog = connection.backlog.iter();
            all.extend(backlog.filter_map(|message| see(message, Transit::Inbox)));
        }
        let place = |one: &MessageObservation| (one.sent_at, one.request, one.is_response);
        put_in_order(&mut all, |one, other| place(one) < place(other));
        all
    }

    fn see(&self, message: &Message, transit: Transit) -> Option<MessageObservation> {
        let (label, is_metadata) = match &message.body {
            Body::Request(request) => {
                (request_label(&self.names, request), matches!(request, Request::MetadataFetch(_)))
            }
            Body::Response(response) => (
                response_label(&self.names, response),
                matches!(response, Response::MetadataFetch(_)),
            ),
            Body::Reset => return None,
        };
        Some(MessageObservation {
            request: message.request,
            api_key: message.api_key?,
            is_response: matches!(message.body, Body::Response(_)),
            is_metadata,
            from: message.from,
            to: message.to,
            sent_at: message.sent_at,
            transit,
            label,
            cause: message.cause,
        })
    }
}

/// What a request says, in a few words of Kafka's.
fn request_label(names: &Names, request: &Request) -> String {
    match request {
        Request::Produce(body) => {
            let values = body.batches.iter().flat_map(|batch| batch.values.iter());
            some_values(names, values.copied())
        }
        Request::Fetch(body) => match body.partitions.as_slice() {
            [one] => match one.current_leader_epoch {
                Some(epoch) => format!("Fetch {}, epoch {epoch}", one.fetch_offset),
                None => format!("Fetch {}", one.fetch_offset),
            },
            many => format!("Fetch, {} partitions", many.len()),
        },
        Request::MetadataFetch(body) => format!("Metadata from {}", body.fetch_offset),
        Request::Vote(body) => match body.kind {
            VoteKind::PreVote => format!("PreVote, epoch {}", body.replica_epoch),
            VoteKind::Standard => format!("Vote, epoch {}", body.replica_epoch),
        },
        Request::BeginQuorumEpoch(body) => format!("Leader of epoch {}", body.leader_epoch),
        Request::EndQuorumEpoch(body) => format!("Resigns, epoch {}", body.leader_epoch),
        Request::ListOffsets(_)
        | Request::DeleteRecords(_)
        | Request::Metadata(_)
        | Request::OffsetForLeaderEpoch(_)
        | Request::InitProducerId(_)
        | Request::CreateTopics(_)
        | Request::DeleteTopics(_)
        | Request::IncrementalAlterConfigs(_)
        | Request::ElectLeaders(_)
        | Request::AlterPartitionReassignments(_)
        | Request::CreatePartitions(_)
        | Request::UnregisterBroker(_)
        | Request::UpdateFeatures(_)
        | Request::DescribeTopicPartitions(_)
        | Request::AlterPartition(_)
        | Request::AssignReplicasToDirs(_)
        | Request::BrokerRegistration(_)
        | Request::BrokerHeartbeat(_) => request.api_key().name().to_owned(),
    }
}

/// What an answer says, in a few words of Kafka's.
fn response_label(names: &Names, response: &Response) -> String {
    match response {
        Response::Produce(body) => {
            match body.partitions.iter().find(|one| one.error != ErrorCode::None) {
                Some(refused) => refused.error.name().to_owned(),
                None => match body.partitions.first().and_then(|one| one.base_offset) {
                    Some(offset) => format!("written at {offset}"),
                    None => "written".to_owned(),
                },
            }
        }
        Response::Fetch(body) => {
            if let Some(refused) = body.partitions.iter().find(|one| one.error != ErrorCode::None) {
                return refused.error.name().to_owned();
            }
            if let Some(end) = body.partitions.iter().find_map(|one| one.diverging_epoch) {
                return format!("diverging: epoch {} ends at {}", end.epoch, end.offset);
            }
            let records = body.partitions.iter().flat_map(|one| one.records.iter());
            let text = some_values(names, records.map(|record| record.value));
            match (text.is_empty(), body.partitions.as_slice()) {
                (false, _) => text,
                (true, [one]) => format!("nothing new, HW {}", one.high_watermark),
                (true, _) => "nothing new".to_owned(),
            }
        }
        Response::MetadataFetch(body) => {
            let count = u64::try_from(body.records.len()).unwrap_or(0);
            match count {
                0 => format!("Metadata committed to {}", body.high_watermark),
                1 => format!("Metadata {}", body.base_offset),
                _ => format!(
                    "Metadata {} to {}",
                    body.base_offset,
                    Offset(body.base_offset.0 + count - 1)
                ),
            }
        }
        Response::Vote(body) if body.error == ErrorCode::None => {
            if body.vote_granted {
                "yes".to_owned()
            } else {
                "no".to_owned()
            }
        }
        Response::Vote(_)
        | Response::BeginQuorumEpoch(_)
        | Response::EndQuorumEpoch(_)
        | Response::ListOffsets(_)
        | Response::DeleteRecords(_)
        | Response::Metadata(_)
        | Response::OffsetForLeaderEpoch(_)
        | Response::InitProducerId(_)
        | Response::CreateTopics(_)
        | Response::DeleteTopics(_)
        | Response::IncrementalAlterConfigs(_)
        | Response::ElectLeaders(_)
        | Response::AlterPartitionReassignments(_)
        | Response::CreatePartitions(_)
        | Response::UnregisterBroker(_)
        | Response::UpdateFeatures(_)
        | Response::DescribeTopicPartitions(_)
        | Response::AlterPartition(_)
        | Response::AssignReplicasToDirs(_)
        | Response::BrokerRegistration(_)
        | Response::BrokerHeartbeat(_) => response.api_key().name().to_owned(),
    }
}

/// One value by its text, several by the first and the last.
fn some_values(names: &Names, mut values: impl Iterator<Item = ValueId>) -> String {
    let Some(first) = values.next() else {
        return String::new();
    };
    match values.last() {
        None => names.value_text(first).to_owned(),
        Some(last) => format!("{} .. {}", names.value_text(first), names.value_text(last)),
    }
}
