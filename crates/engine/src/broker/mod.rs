//! A broker: the data plane.

pub mod partition;
