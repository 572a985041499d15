//! The control plane of clusters that keep their metadata in ZooKeeper. So far it holds the rules
//! by which its controller elects leaders; no cluster runs on it yet.
//!
//! Uses: nothing.

pub mod election;
