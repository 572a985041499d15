//! The KRaft controller.

pub mod alter_partition;
pub mod broker_heartbeat_manager;
pub mod brokers_to_partitions;
pub mod cluster_control;
pub mod configuration_control;
pub mod controller_result;
pub mod elect_leaders;
pub mod feature_control;
pub mod partition_change_builder;
pub mod partition_changes;
pub mod partition_reassignment;
pub mod partition_registration;
pub mod replay;
pub mod replication_control;
pub mod striped_replica_placer;
pub mod topic_control;
