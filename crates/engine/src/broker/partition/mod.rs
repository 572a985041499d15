//! One partition on one broker: a leader's and a follower's decisions as pure rules.

pub mod high_watermark;
pub mod isr;
pub mod isr_changes;
pub mod isr_order;
pub mod replica;
pub mod replica_selector;
pub mod replica_state;
pub mod truncation;
