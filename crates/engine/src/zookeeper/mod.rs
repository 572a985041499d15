//! The control plane of clusters that keep their metadata in ZooKeeper. So far it holds the rules
//! by which its controller elects leaders and places replicas; no cluster runs on it yet.
//!
//! Uses: nothing.

pub mod admin_utils;
pub mod documented_placement;
pub mod election;
