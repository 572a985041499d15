//! The scenarios that come with the program, by name.
//!
//! Uses: nothing.

/// A scenario that comes with the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shipped {
    /// Its name: that of its file.
    pub name: &'static str,
    /// Its text, without the trace that stands in the file.
    pub text: &'static str,
}

macro_rules! shipped {
    ($($name:literal)+) => {
        &[$(Shipped {
            name: $name,
            text: include_str!(concat!(env!("OUT_DIR"), "/", $name, ".scenario")),
        },)+]
    };
}

/// All of them, in the order in which they are offered.
pub const SHIPPED: &[Shipped] = shipped! {
    "zombie-leader"
    "zombie-leader-acks-all"
    "leader-crash"
    "follower-crash"
    "slow-follower"
    "min-insync-replicas"
    "acks-1-loss"
    "unclean-election"
    "unclean-election-waiting"
    "one-replica"
    "lost-answer"
    "lost-answer-idempotent"
    "leader-cut-from-followers"
    "leader-cut-from-controller"
    "consumer-high-watermark"
    "reassignment"
    "growing-topic"
    "failed-directory"
    "empty-disk"
    "read-from-follower"
    "delete-records"
    "controller-crash"
    "controller-cut-off"
    "no-quorum"
    "isr-against-majority"
    "rolling-upgrade"
    "metrics"
    "all-die-killed-return-321"
    "all-die-killed-return-231"
    "all-die-killed-return-123"
    "all-die-stopped-return-321"
    "all-die-stopped-return-231"
    "all-die-stopped-return-123"
};

/// The scenario of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Shipped> {
    SHIPPED.iter().find(|shipped| shipped.name == name)
}
