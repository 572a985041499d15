//! A struct for each Kafka request and response modelled, with the fields that decide something.
//!
//! Source: `clients/src/main/resources/common/message/*.json`. Absent is `None`, where Kafka
//! writes -1. Requests of one partition carry one partition; only Fetch, AlterPartition and
//! Produce go out for many at once, as in Kafka, since that decides what shares a fate.

mod admin;
mod control;
mod data;
mod quorum;

pub use admin::*;
pub use control::*;
pub use data::*;
pub use quorum::*;

use std::fmt;
use std::sync::Arc;

use crate::error_code::ErrorCode;

macro_rules! rpcs {
    ($($name:ident $key:ident $request:ty, $response:ty;)+) => {
        /// A request. Cheap to copy: the body is shared.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Request { $(#[doc = concat!("`", stringify!($name), "`")] $name(Arc<$request>),)+ }

        /// A response. Cheap to copy: the body is shared.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Response {
            $(#[doc = concat!("`", stringify!($name), "`")] $name(Arc<$response>),)+
        }

        impl Request {
            /// The kind.
            #[must_use]
            pub const fn api_key(&self) -> ApiKey {
                match self { $(Self::$name(_) => ApiKey::$key,)+ }
            }
        }

        impl Response {
            /// The kind of the request that this answers.
            #[must_use]
            pub const fn api_key(&self) -> ApiKey {
                match self { $(Self::$name(_) => ApiKey::$key,)+ }
            }
        }
    };
}

macro_rules! api_keys {
    ($($key:ident)+) => {
        /// The kind of a request, under Kafka's name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ApiKey { $(#[doc = concat!("`", stringify!($key), "`")] $key,)+ }

        impl ApiKey {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$key,)+];

            /// Kafka's name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$key => stringify!($key),)+ }
            }
        }
    };
}

api_keys! {
    Produce Fetch ListOffsets Metadata OffsetForLeaderEpoch InitProducerId CreateTopics DeleteTopics
    IncrementalAlterConfigs ElectLeaders DescribeTopicPartitions AlterPartition BrokerRegistration
    BrokerHeartbeat AlterPartitionReassignments CreatePartitions UnregisterBroker UpdateFeatures
    AssignReplicasToDirs DeleteRecords
    Vote BeginQuorumEpoch EndQuorumEpoch
}

// A Fetch of the metadata log is a Fetch in Kafka too; it has a variant of its own because it asks
// the quorum, which answers with records of another kind.
rpcs! {
    Produce Produce ProduceRequest, ProduceResponse;
    Fetch Fetch FetchRequest, FetchResponse;
    MetadataFetch Fetch MetadataFetchRequest, MetadataFetchResponse;
    ListOffsets ListOffsets ListOffsetsRequest, ListOffsetsResponse;
    Metadata Metadata MetadataRequest, MetadataResponse;
    OffsetForLeaderEpoch OffsetForLeaderEpoch
        OffsetForLeaderEpochRequest, OffsetForLeaderEpochResponse;
    InitProducerId InitProducerId InitProducerIdRequest, InitProducerIdResponse;
    CreateTopics CreateTopics CreateTopicsRequest, AdminResponse;
    DeleteTopics DeleteTopics DeleteTopicsRequest, AdminResponse;
    IncrementalAlterConfigs IncrementalAlterConfigs IncrementalAlterConfigsRequest, AdminResponse;
    ElectLeaders ElectLeaders ElectLeadersRequest, PartitionErrors;
    DescribeTopicPartitions DescribeTopicPartitions
        DescribeTopicPartitionsRequest, DescribeTopicPartitionsResponse;
    AlterPartition AlterPartition AlterPartitionRequest, AlterPartitionResponse;
    BrokerRegistration BrokerRegistration BrokerRegistrationRequest, BrokerRegistrationResponse;
    BrokerHeartbeat BrokerHeartbeat BrokerHeartbeatRequest, BrokerHeartbeatResponse;
    Vote Vote VoteRequest, VoteResponse;
    BeginQuorumEpoch BeginQuorumEpoch BeginQuorumEpochRequest, QuorumEpochResponse;
    EndQuorumEpoch EndQuorumEpoch EndQuorumEpochRequest, QuorumEpochResponse;
    AlterPartitionReassignments AlterPartitionReassignments
        AlterPartitionReassignmentsRequest, PartitionErrors;
    CreatePartitions CreatePartitions CreatePartitionsRequest, AdminResponse;
    UnregisterBroker UnregisterBroker UnregisterBrokerRequest, AdminResponse;
    UpdateFeatures UpdateFeatures UpdateFeaturesRequest, AdminResponse;
    AssignReplicasToDirs AssignReplicasToDirs
        AssignReplicasToDirsRequest, AssignReplicasToDirsResponse;
    DeleteRecords DeleteRecords DeleteRecordsRequest, DeleteRecordsResponse;
}

impl Response {
    /// The error: of all of it, or the first of its parts.
    #[must_use]
    pub fn error(&self) -> ErrorCode {
        match self {
            Self::Produce(r) => first(r.partitions.iter().map(|part| part.error)),
            Self::Fetch(r) => first(r.partitions.iter().map(|part| part.error)),
            Self::MetadataFetch(r) => r.error,
            Self::ListOffsets(r) => r.error,
            Self::DeleteRecords(r) => r.error,
            Self::Metadata(r) => first(r.topics.iter().map(|topic| topic.error)),
            Self::OffsetForLeaderEpoch(r) => r.error,
            Self::InitProducerId(r) => r.error,
            Self::CreateTopics(r)
            | Self::DeleteTopics(r)
            | Self::CreatePartitions(r)
            | Self::UnregisterBroker(r)
            | Self::UpdateFeatures(r)
            | Self::IncrementalAlterConfigs(r) => r.error,
            Self::ElectLeaders(r) | Self::AlterPartitionReassignments(r) => {
                let parts = r.partitions.iter().map(|part| part.2);
                first(std::iter::once(r.error).chain(parts))
            }
            Self::DescribeTopicPartitions(r) => r.error,
            Self::AlterPartition(r) => r.error,
            Self::AssignReplicasToDirs(r) => r.error,
            Self::BrokerRegistration(r) => r.error,
            Self::BrokerHeartbeat(r) => r.error,
            Self::Vote(r) => r.error,
            Self::BeginQuorumEpoch(r) | Self::EndQuorumEpoch(r) => r.error,
        }
    }
}

fn first(mut errors: impl Iterator<Item = ErrorCode>) -> ErrorCode {
    errors.find(|error| *error != ErrorCode::None).unwrap_or(ErrorCode::None)
}

impl fmt::Display for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
