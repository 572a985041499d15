//! The metadata quorum: who leads it, how far its log is committed, and how others fetch that log.
//!
//! It is Raft with Kafka's names and Kafka's direction: followers and observers (all brokers) ask
//! the leader for what comes after their log end, and that very question tells it how far they are.
//!
//! Source: Kafka `KafkaRaftClient`, `LeaderState`, `FollowerState`; KIP-595, KIP-1166.
//! Simplified: the quorum's leader is fixed; nobody votes.
//! Uses: nothing.

pub mod batch_accumulator;
pub mod fetch_purgatory;
pub mod follower;
pub mod leader;
pub mod voter_set;
