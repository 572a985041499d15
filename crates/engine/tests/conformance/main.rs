//! The rules against answers recorded from Apache Kafka: every case of `conformance/rules`.
//!
//! Each module turns the `in` of one kind into calls of a rule and the answers into an `out`, which
//! must equal the recorded one. See `conformance/README.md` for what the fields mean.

mod elect_kraft;
mod epoch_cache;
mod heartbeat;
mod log;
mod partition_describe;
mod place_striped;
mod producer_state;
mod reassignment;
mod recorded;
mod replica_state;
mod replication_control;
