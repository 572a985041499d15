//! A request or response on its way.
//!
//! Uses: `effects`.

use std::sync::Arc;

use epochscope_vocabulary::command::MessageHalf;
use epochscope_vocabulary::rpc::{ApiKey, Request, Response};
use epochscope_vocabulary::{EventId, NodeId, RequestId, SimTime, TopicId};

use crate::effects::{Channel, ConnectionId};
use crate::network::Way;
use crate::network::connections::Direction;

/// What a message carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// A request.
    Request(Request),
    /// An answer.
    Response(Response),
    /// The connection is gone: TCP says so with a packet of its own.
    Reset,
}

/// One message of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The connection.
    pub connection: ConnectionId,
    /// Which of the connections between the two nodes that is.
    pub channel: Channel,
    /// The request, or the one answered; of a reset, none that matters.
    pub request: RequestId,
    /// Its kind; a reset has none.
    pub api_key: Option<ApiKey>,
    /// Who sent it.
    pub from: NodeId,
    /// Who is to receive it.
    pub to: NodeId,
    /// When it left.
    pub sent_at: SimTime,
    /// Why it was sent.
    pub cause: EventId,
    /// What it carries.
    pub body: Body,
}

impl Message {
    /// Which half of its RPC it is; a reset is none.
    #[must_use]
    pub const fn half(&self) -> Option<MessageHalf> {
        match self.body {
            Body::Request(_) => Some(MessageHalf::Request),
            Body::Response(_) => Some(MessageHalf::Response),
            Body::Reset => None,
        }
    }

    /// Which way of its connection it goes.
    #[must_use]
    pub const fn way(&self) -> Way {
        let direction = match self.body {
            Body::Request(_) => Direction::ToServer,
            Body::Response(_) | Body::Reset => Direction::ToClient,
        };
        Way { from: self.from, to: self.to, channel: self.channel, direction }
    }

    /// Whether it speaks of this topic.
    #[must_use]
    pub fn mentions(&self, topic: TopicId, name: &Arc<str>) -> bool {
        match &self.body {
            Body::Request(request) => request_mentions(request, topic, name),
            Body::Response(response) => response_mentions(response, topic, name),
            Body::Reset => false,
        }
    }
}

fn request_mentions(request: &Request, topic: TopicId, name: &Arc<str>) -> bool {
    match request {
        Request::Produce(body) => body.batches.iter().any(|one| one.partition.topic == topic),
        Request::Fetch(body) => body.partitions.iter().any(|one| one.partition.topic == topic),
        Request::ListOffsets(body) => body.partition.topic == topic,
        Request::DeleteRecords(body) => body.partition.topic == topic,
        Request::Metadata(body) => body.topics.contains(name),
        Request::OffsetForLeaderEpoch(body) => body.partition.topic == topic,
        Request::CreateTopics(body) => body.topic.name == *name,
        Request::DeleteTopics(body) => body.topic == *name,
        Request::ElectLeaders(body) => {
            body.partitions.as_ref().is_none_or(|all| all.iter().any(|(one, _)| one == name))
        }
        Request::AlterPartitionReassignments(body) => {
            body.partitions.iter().any(|one| one.topic == *name)
        }
        Request::CreatePartitions(body) => body.name == *name,
        Request::DescribeTopicPartitions(body) => body.topic.as_ref().is_none_or(|one| one == name),
        Request::AlterPartition(body) => {
            body.partitions.iter().any(|one| one.partition.topic == topic)
        }
        Request::AssignReplicasToDirs(body) => {
            let mut all = body.directories.iter().flat_map(|one| &one.partitions);
            all.any(|one| one.topic == topic)
        }
        Request::MetadataFetch(_)
        | Request::InitProducerId(_)
        | Request::IncrementalAlterConfigs(_)
        | Request::UnregisterBroker(_)
        | Request::UpdateFeatures(_)
        | Request::BrokerRegistration(_)
        | Request::BrokerHeartbeat(_)
        | Request::Vote(_)
        | Request::BeginQuorumEpoch(_)
        | Request::EndQuorumEpoch(_) => false,
    }
}

fn response_mentions(response: &Response, topic: TopicId, name: &Arc<str>) -> bool {
    match response {
        Response::Produce(body) => body.partitions.iter().any(|one| one.partition.topic == topic),
        Response::Fetch(body) => body.partitions.iter().any(|one| one.partition.topic == topic),
        Response::ListOffsets(body) => body.partition.topic == topic,
        Response::DeleteRecords(body) => body.partition.topic == topic,
        Response::Metadata(body) => body.topics.iter().any(|one| one.name == *name),
        Response::OffsetForLeaderEpoch(body) => body.partition.topic == topic,
        Response::ElectLeaders(body) | Response::AlterPartitionReassignments(body) => {
            body.partitions.iter().any(|(one, _, _)| one == name)
        }
        Response::AlterPartition(body) => {
            body.partitions.iter().any(|one| one.partition.topic == topic)
        }
        Response::AssignReplicasToDirs(body) => {
            body.partitions.iter().any(|(one, _)| one.topic == topic)
        }
        Response::MetadataFetch(_)
        | Response::InitProducerId(_)
        | Response::CreateTopics(_)
        | Response::DeleteTopics(_)
        | Response::IncrementalAlterConfigs(_)
        | Response::CreatePartitions(_)
        | Response::UnregisterBroker(_)
        | Response::UpdateFeatures(_)
        | Response::DescribeTopicPartitions(_)
        | Response::BrokerRegistration(_)
        | Response::BrokerHeartbeat(_)
        | Response::Vote(_)
        | Response::BeginQuorumEpoch(_)
        | Response::EndQuorumEpoch(_) => false,
    }
}
