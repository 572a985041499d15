//! The KRaft controller.

pub mod alter_partition;
pub mod broker_heartbeat_manager;
pub mod elect_leaders;
pub mod partition_change_builder;
pub mod partition_reassignment;
pub mod partition_registration;
pub mod striped_replica_placer;
