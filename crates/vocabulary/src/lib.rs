//! The words that all crates share: plain data, no behaviour.
//!
//! Every type here is named as Kafka names the thing, so that a search in Kafka's source finds it.
//! Nothing in this crate decides anything: rules live in the engine, prose lives in the view.

pub mod chunks;
pub mod cluster_spec;
pub mod command;
pub mod config;
pub mod error_code;
pub mod event;
pub mod ids;
pub mod metadata_record;
pub mod names;
pub mod position;
pub mod rpc;
pub mod rule;
pub mod sorted;
pub mod time;

pub use chunks::Chunks;
pub use cluster_spec::ClusterSpec;
pub use command::Command;
pub use error_code::ErrorCode;
pub use event::{Event, EventKind};
pub use ids::{
    BrokerId, ClientId, ControllerId, DirectoryId, EventId, NodeId, ProducerId, RequestId, TopicId,
    TopicPartition, ValueId,
};
pub use names::Names;
pub use position::{
    BrokerEpoch, LeaderEpoch, Offset, OffsetAndEpoch, PartitionEpoch, ProducerEpoch, QuorumEpoch,
};
pub use sorted::{SortedMap, SortedSet, put_in_order};
pub use time::{SimDuration, SimTime};
