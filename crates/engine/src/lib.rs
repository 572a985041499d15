//! The deterministic core: brokers, controllers, clients and the network between them.
//!
//! One seed and one list of commands give one run, byte for byte, natively and as wasm. Nothing
//! here reads a clock, draws from an ambient source, iterates in hash order or counts in floats.

#![warn(
    clippy::float_arithmetic,
    clippy::cast_possible_truncation,
    clippy::iter_over_hash_type,
    clippy::disallowed_types,
    clippy::disallowed_methods,
    clippy::wildcard_enum_match_arm,
    clippy::match_wildcard_for_single_variants
)]

pub mod broker;
pub mod client;
pub mod cluster;
pub mod controller;
pub mod describe;
pub mod effects;
pub mod invariant;
pub mod java_hash;
pub mod java_random;
pub mod ledger;
pub mod log;
pub mod metadata;
pub mod metrics;
pub mod network;
pub mod observe;
pub mod process;
pub mod queue;
pub mod quorum;
pub mod release;
pub mod releases;
pub mod rng;
pub mod zookeeper;

pub use cluster::{Cluster, Endless, Rejected};
