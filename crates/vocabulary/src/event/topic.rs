//! Classes of events, and the small words that events are told with.

/// A broad class of events, as `run show=` names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Topic {
    /// Processes die, start, stop, pause.
    Process,
    /// Links, holds, connections.
    Network,
    /// The metadata log and what brokers have of it.
    Metadata,
    /// Who leads the controllers.
    Quorum,
    /// Who leads.
    Leadership,
    /// Who is in sync.
    Isr,
    /// Records written by leaders and followers.
    Append,
    /// How far is committed.
    HighWatermark,
    /// Records cut off.
    Truncation,
    /// What producers are told.
    Ack,
    /// What consumers read.
    Read,
    /// What administrators ask and are told.
    Admin,
    /// Every step of the metadata log: no-op records, commits, what each broker applies.
    MetadataLog,
    /// Checkpoints and flushes.
    Disk,
    /// Properties broken.
    Invariant,
    /// Requests and responses on the wire.
    Rpc,
}

impl Topic {
    /// Every class with the word of the language for it.
    pub const ALL: &'static [(Self, &'static str)] = &[
        (Self::Process, "process"),
        (Self::Network, "network"),
        (Self::Metadata, "metadata"),
        (Self::Quorum, "quorum"),
        (Self::Leadership, "leadership"),
        (Self::Isr, "isr"),
        (Self::Append, "append"),
        (Self::HighWatermark, "high-watermark"),
        (Self::Truncation, "truncation"),
        (Self::Ack, "ack"),
        (Self::Read, "read"),
        (Self::Admin, "admin"),
        (Self::MetadataLog, "metadata-log"),
        (Self::Disk, "disk"),
        (Self::Invariant, "invariant"),
        (Self::Rpc, "rpc"),
    ];
}

/// Whether a leader's append was by the leader that the controller knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leadership {
    /// By the controller's metadata too.
    True,
    /// Only by the broker's own.
    Presumed,
}

/// Why the ISR is to change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IsrChange {
    /// A follower caught up.
    Expand,
    /// A follower fell behind.
    Shrink,
}

/// Whether a broken property is this set-up's own choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Excuse {
    /// The set-up promises it.
    None,
    /// The set-up does not: acks 0 or 1, unclean election, lost disks.
    SetUp,
}

/// What a node is in the controllers' quorum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuorumRole {
    /// It knows of nobody whom it could follow.
    Unattached,
    /// As unattached; it has voted for another in this epoch.
    Voted,
    /// It asks whether it would be elected.
    Prospective,
    /// It asks for votes.
    Candidate,
    /// It leads.
    Leader,
    /// It fetches from the leader.
    Follower,
    /// It has given up the lead.
    Resigned,
}

impl QuorumRole {
    /// The word of the language for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unattached => "unattached",
            Self::Voted => "voted",
            Self::Prospective => "prospective",
            Self::Candidate => "candidate",
            Self::Leader => "leader",
            Self::Follower => "follower",
            Self::Resigned => "resigned",
        }
    }
}
