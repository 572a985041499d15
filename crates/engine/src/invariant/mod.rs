//! Properties of replication that every run is held against, and what is remembered to do so.
//!
//! Each property is a pure predicate over logs, offsets and ids, in the file of those that share
//! its reason; it says what breaks it, or nothing. `cluster::check` calls it after the events that
//! can break it, for the partitions that they concern. Breaking one is no error of the simulator:
//! some set-ups do not promise them all, and say so in the violation.
//!
//! A later leader's log agrees with an earlier one's below any record that both hold ([`lineage`]).
//! While that is so, two logs need to be compared at one offset only, which is what makes it cheap
//! to run these always.
//!
//! Source: hachikuji's and Vanlightly's TLA+ specifications of Kafka replication; KIP-101, KIP-497,
//! KIP-841, KIP-966.

pub mod acknowledgement;
pub mod agreement;
pub mod checkers;
pub mod completeness;
pub mod controller_shape;
pub mod epochs;
pub mod ghost;
pub mod high_watermark;
pub mod lineage;
pub mod metadata_prefix;
pub mod producer_order;
pub mod quorum_log;
pub mod quorum_superset;
#[cfg(test)]
mod testing;

use epochscope_vocabulary::event::Excuse;

pub use self::checkers::{Checkers, Violated};

/// What a set-up or a history may have done so that a property is no longer promised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Allowance {
    /// The producer asked for less than `acks=all`.
    AcksBelowAll,
    /// A replica outside ISR and ELR was elected: uncleanly, or as the last known leader.
    UncleanElection,
    /// Some replica lost records that it had written.
    LostDisk,
    /// At least `min.insync.replicas` replicas did; with one replica, the one.
    LostDisks,
    /// A leader does not wait for a member that it had asked for and forgot: Kafka drops a proposal
    /// under way when metadata of the partition epoch that the leader knows already is applied
    /// (`Partition.makeLeader`), and the controller may still grant it.
    ForgottenProposal,
    /// A leader committed while it had so forgotten a member; or with an ISR that was large enough
    /// by an older `min.insync.replicas` only, when AlterPartition's answer overtook the metadata;
    /// or without a member that nobody had to wait for.
    EarlyCommit,
    /// A leader asked for a member that had named no epoch, since it was not registered, and the
    /// controllers granted it after its next process had lost records.
    NamelessMember,
    /// A controller's disk was emptied: it has forgotten records and votes.
    LostControllerDisk,
    /// The cluster has no ELR: a partition's last ISR member stays it, whatever its disk has lost.
    NoElr,
}

/// One row of the table of properties.
#[derive(Clone, Copy, Debug)]
pub struct InvariantRow {
    /// Which.
    pub invariant: Invariant,
    /// Its name in the language.
    pub name: &'static str,
    /// What it says.
    pub about: &'static str,
    /// What excuses breaking it.
    pub excused_by: &'static [Allowance],
}

macro_rules! invariants {
    ($($id:ident [$($allowance:ident),*] $about:literal;)+) => {
        /// A property of replication.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Invariant { $(#[doc = $about] $id,)+ }

        /// Every property.
        pub const INVARIANTS: &[InvariantRow] = &[$(InvariantRow {
            invariant: Invariant::$id,
            name: stringify!($id),
            about: $about,
            excused_by: &[$(Allowance::$allowance),*],
        },)+];
    };
}

invariants! {
    StrongIsr [UncleanElection, EarlyCommit, LostDisk]
        "Every member of the controller's ISR has what a presumed leader has below its high \
         watermark.";
    WeakIsr [UncleanElection, EarlyCommit, LostDisk]
        "Every member of a presumed leader's own ISR has what it has below its high watermark.";
    LeaderInIsr []
        "The leader, if there is one, is in the ISR.";
    LogMatch [UncleanElection, EarlyCommit, LostDisk]
        "Two running replicas have the same records below both high watermarks.";
    Lineage []
        "Two logs with a record of the same epoch at the same offset are the same up to there.";
    LeaderCompleteness [UncleanElection, EarlyCommit, LostDisks]
        "The true leader has every record that was ever below a leader's high watermark.";
    CandidateCompleteness [UncleanElection, EarlyCommit, LostDisks]
        "Every running member of ISR and ELR has every such record.";
    NoAckedLostGlobally [UncleanElection, EarlyCommit, LostDisks]
        "A record acknowledged with acks=all is in some replica's log, be it of a dead broker.";
    ConsistentRead [UncleanElection, EarlyCommit, LostDisks]
        "The true leader still has what a consumer has read, where it was read.";
    QuorumSuperset [ForgottenProposal]
        "A current leader waits for everybody whom the controller might elect.";
    HwBounds []
        "A high watermark is within its log, a follower's within what a leader's ever was.";
    HwMonotone []
        "A leader's high watermark never falls within its epoch while its process lives.";
    OneLeaderPerEpoch []
        "No two brokers lead a partition in one epoch.";
    EpochOrder []
        "A replica's leader epoch, the epochs in its log and those in its cache never fall.";
    ControllerShape []
        "ISR and ELR are separate parts of the replicas, as KIP-966 wants them, and epochs rise.";
    AckContract []
        "acks=1 is answered when the leader has the record, acks=all when a large enough ISR has.";
    ProducerOrder [UncleanElection, EarlyCommit, LostDisks]
        "An idempotent producer's records are committed once and in order.";
    UncleanExclusion [UncleanElection, NoElr, NamelessMember]
        "A replica that came back with lost data is in ISR, ELR and lead only once it has caught \
         up.";
    MetadataPrefix []
        "What a broker has applied is a part of what the controllers have committed.";
    ReconciledLogMatch []
        "A follower that a leader has heard from in its epoch has the same records below both \
         high watermarks.";
    OneQuorumLeaderPerEpoch [LostControllerDisk]
        "No two controllers lead the quorum in one epoch.";
    QuorumCompleteness [LostControllerDisk]
        "The quorum's latest leader has every metadata record that was ever committed.";
    QuorumLogMatch [LostControllerDisk]
        "Controllers agree about the metadata log as far as they know it to be committed.";
    LatestMonotone [UncleanElection, EarlyCommit, LostDisks]
        "What leaders answer to ListOffsets never falls, from epoch to epoch.";
    AckedSurvives [AcksBelowAll, UncleanElection, EarlyCommit, LostDisks]
        "No acknowledged record is lost.";
}

impl Invariant {
    /// Its row in [`INVARIANTS`].
    #[must_use]
    pub const fn row(self) -> &'static InvariantRow {
        &INVARIANTS[self as usize]
    }

    /// Its name in the language.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.row().name
    }

    /// The property of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        INVARIANTS.iter().find(|row| row.name == name).map(|row| row.invariant)
    }

    /// Whether what has been allowed excuses breaking it.
    #[must_use]
    pub fn excuse(self, allowed: &[Allowance]) -> Excuse {
        let excused = self.row().excused_by.iter().any(|one| allowed.contains(one));
        if excused { Excuse::SetUp } else { Excuse::None }
    }
}

#[cfg(test)]
mod tests;
