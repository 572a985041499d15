//! The scenarios that come with the program, by name.
//!
//! What a list of them needs is apart from their texts: whoever never asks for a text, as the page,
//! which fetches them one by one, does not have to carry them.
//!
//! Uses: nothing.

/// A scenario that comes with the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shipped {
    /// Its name: that of its file.
    pub name: &'static str,
    /// Its title.
    pub title: &'static str,
    /// What it shows.
    pub about: &'static str,
    /// What it is about, in a word or two shared with its neighbours.
    pub family: &'static str,
    /// The recording of Apache Kafka 4.1.1 that it tells, with the same outcome.
    pub recorded: Option<&'static str>,
    /// By this its text is known again: FNV-1a of 64 bits.
    pub digest: u64,
}

macro_rules! part {
    ($name:literal $part:literal) => {
        concat!(env!("OUT_DIR"), "/", $name, ".", $part)
    };
}

macro_rules! shipped {
    (@recorded) => { None };
    (@recorded $trace:literal) => { Some($trace) };
    ($($family:literal: $($name:literal $(as $trace:literal)?)+;)+) => {
        /// All of them, in the order in which they are offered; those of a family in a row.
        pub const SHIPPED: &[Shipped] = &[$($(Shipped {
            name: $name,
            title: include_str!(part!($name "title")),
            about: include_str!(part!($name "about")),
            family: $family,
            recorded: shipped!(@recorded $($trace)?),
            digest: include!(part!($name "digest")),
        },)+)+];

        /// Their texts, in the same order.
        const TEXTS: &[&str] = &[$($(include_str!(part!($name "scenario")),)+)+];
    };
}

shipped! {
    "Leaders that are late":
        "zombie-leader"
        "zombie-leader-acks-all"
        "zombie-sockets" as "K2"
        "leader-cut-from-followers"
        "leader-cut-from-controller"
        "cut-from-all" as "K13c";
    "Crashes and returns":
        "leader-crash"
        "follower-crash"
        "slow-follower"
        "silent-and-idle" as "K4i"
        "follower-unheard" as "K13d"
        "reply-from-the-dead"
        "elr-members-return" as "K12d-kill"
        "one-replica" as "K8a"
        "one-replica-stopped" as "K8b";
    "Promises of acks":
        "min-insync-replicas"
        "acks-1-loss"
        "isr-against-majority"
        "lost-answer" as "K14b-plain"
        "lost-answer-idempotent"
        "one-answer-two-leaders" as "K14-idem"
        "delivery-timeout"
        "leader-hint"
        "power-loss"
        "consumer-high-watermark"
        "consumer-truncated";
    "Unclean elections":
        "unclean-election"
        "unclean-election-waiting"
        "unclean-flip" as "K5f-noelr-c2";
    "Surprises and defects of Kafka":
        "empty-disk" as "K11c"
        "controllers-renounce" as "K17a"
        "zombie-alone"
        "elr-index"
        "elr-wiped"
        "cancelled-reassignment"
        "unregistered"
        "short-sessions";
    "Operating a cluster":
        "rolling-restart" as "K7a"
        "stopped-too-early" as "K12c"
        "reassignment"
        "growing-topic"
        "failed-directory"
        "read-from-follower"
        "delete-records"
        "rolling-upgrade"
        "metrics";
    "Controllers":
        "controller-crash"
        "controller-cut-off"
        "pre-vote"
        "no-quorum";
    "All brokers die":
        "all-die-killed-return-321"
        "all-die-killed-return-231"
        "all-die-killed-return-123"
        "all-die-stopped-return-321"
        "all-die-stopped-return-231"
        "all-die-stopped-return-123";
}

/// The scenario of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Shipped> {
    SHIPPED.iter().find(|shipped| shipped.name == name)
}

impl Shipped {
    /// Its text, without the trace that stands in its file.
    #[must_use]
    pub fn text(&self) -> &'static str {
        let place = SHIPPED.iter().position(|shipped| shipped.name == self.name);
        place.and_then(|place| TEXTS.get(place)).copied().unwrap_or_default()
    }
}
