//! The metadata quorum: who leads it, how far its log is committed, and how others fetch that log.
//!
//! It is Raft with Kafka's names and Kafka's direction: followers and observers (all brokers) ask
//! the leader for what comes after their log end, and that very question tells it how far they are.
//! A follower that cannot fetch asks the others whether they would vote for it, and only then makes
//! a new epoch. A leader from which no majority fetches resigns.
//!
//! Source: Kafka `KafkaRaftClient`, `QuorumState` and its states; KIP-595, KIP-996, KIP-1166.
//! Uses: nothing.

pub mod batch_accumulator;
pub mod epoch_election;
pub mod fetch_purgatory;
pub mod leader;
pub mod quorum_state;
pub mod raft_client;
mod raft_polling;
mod raft_requests;
mod raft_transitions;
pub mod request_manager;
pub mod voter_set;
