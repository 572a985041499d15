//! The controller against lives recorded from Apache Kafka: `conformance/rules`.
//!
//! See `conformance/README.md` for what the fields mean. All other rules are asked by
//! `epochscope conform`.

mod recorded;
mod replication_control;
