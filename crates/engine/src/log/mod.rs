//! A replicated log: records in order, where each leader epoch began, and what producers last sent.
//!
//! One [`replicated_log::ReplicatedLog`] belongs to one replica. It knows nothing of leaders,
//! brokers or time: whoever owns it decides when to append, to truncate and to move the high
//! watermark, and the log keeps its three parts in step.
//!
//! Source: Kafka `UnifiedLog`, `LeaderEpochFileCache`, `ProducerStateManager`.
//! Uses: nothing.

pub mod leader_epoch_cache;
pub mod producer_state;
pub mod record_store;
pub mod replicated_log;

pub use leader_epoch_cache::{EpochEntry, LeaderEpochFileCache};
pub use producer_state::{BatchMetadata, ProducerStateManager};
pub use replicated_log::{
    AppendedBatch, FetchedDataCheck, FollowerAppend, LeaderAppend, ReplicatedLog,
    UnexpectedAppendOffset,
};

/// A record as it lies in a log: the very value that a fetch carries.
pub type LogRecord = epochscope_vocabulary::rpc::FetchedRecord;
