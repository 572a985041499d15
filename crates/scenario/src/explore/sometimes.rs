//! What a sweep must meet sometimes, counted: schedules that never come there prove nothing of it.

use epochscope_engine::Cluster;
use epochscope_vocabulary::event::{EventKind, IsrChange, Leadership};
use epochscope_vocabulary::metadata_record::{LeaderRecoveryState, MetadataRecord};
use epochscope_vocabulary::rule::RuleId;
use epochscope_vocabulary::{BrokerId, ErrorCode, Event, NodeId, SortedMap, TopicPartition};

macro_rules! properties {
    ($($id:ident $name:literal $about:literal;)+) => {
        /// Something that happens in some runs.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Sometimes { $(#[doc = $about] $id,)+ }

        /// Each with its name and what it is, in the order of [`Sometimes`].
        pub const SOMETIMES: &[(Sometimes, &str, &str)] =
            &[$((Sometimes::$id, $name, $about),)+];
    };
}

properties! {
    ElrElection "elr-election" "A member of the ELR was elected.";
    LastKnownLeader "last-known-leader" "The last known leader was elected, ISR and ELR empty.";
    UncleanElection "unclean-election" "A replica outside of ISR and ELR was elected.";
    Truncation "truncation" "A follower cut records off its log.";
    DeposedController "deposed-controller" "A controller had to stop deciding.";
    NewController "new-controller" "Another controller began to decide.";
    MetadataTruncation "metadata-truncation" "A controller cut its copy of the metadata log.";
    FencedAlterPartition "fenced-alter-partition" "A leader's AlterPartition was refused.";
    DuplicateSuppressed "duplicate-suppressed" "A batch that was there already was not written.";
    IsrShrunk "isr-shrunk" "A leader asked for a smaller ISR.";
    IsrExpanded "isr-expanded" "A leader asked for a larger ISR.";
    BelowMinIsr "below-min-isr" "A leader appended and could not commit: its ISR was too small.";
    AcksAllRefused "acks-all-refused" "acks=all was refused for want of in-sync replicas.";
    ZombieLeader "zombie-leader" "A deposed leader wrote records.";
    ConsumerTruncation "consumer-truncation" "A consumer found what it had read cut off.";
    UncleanShutdown "unclean-shutdown" "A broker that came back from a crash left ISR or ELR.";
    ControlledShutdown "controlled-shutdown" "A broker went in a controlled shutdown.";
    AckedLost "acked-lost" "An acknowledged record was lost, as its set-up allows.";
}

impl Sometimes {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        SOMETIMES[self as usize].1
    }
}

/// How often each has happened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Happened(SortedMap<Sometimes, u64>);

impl Happened {
    /// How often this has happened.
    #[must_use]
    pub fn count(&self, what: Sometimes) -> u64 {
        self.0.get(&what).copied().unwrap_or(0)
    }

    /// What another run has met is met here too.
    pub fn add(&mut self, other: &Self) {
        for (what, count) in &other.0 {
            *self.0.entry(*what).or_default() += count;
        }
    }

    /// What has never happened.
    pub fn never(&self) -> impl Iterator<Item = Sometimes> {
        SOMETIMES.iter().map(|(what, ..)| *what).filter(|what| self.count(*what) == 0)
    }

    fn note(&mut self, what: Sometimes) {
        *self.0.entry(what).or_default() += 1;
    }
}

/// ISR and ELR of a partition, with what is not committed yet.
type Candidates = (Vec<BrokerId>, Vec<BrokerId>);

/// Looks out for what happens sometimes.
#[derive(Clone, Debug, Default)]
pub(super) struct Lookout {
    pub(super) happened: Happened,
    candidates: SortedMap<TopicPartition, Candidates>,
}

impl Lookout {
    /// A lookout on a cluster as it stands.
    pub(super) fn on(cluster: &Cluster) -> Self {
        let partitions = cluster.partitions();
        let candidates = partitions.map(|one| (one.partition, (one.isr, one.elr))).collect();
        Self { happened: Happened::default(), candidates }
    }

    /// Sees what has happened, and the cluster after it.
    pub(super) fn see(&mut self, events: &[Event], cluster: &Cluster) {
        for event in events {
            if let EventKind::RecordAppended { record, .. } = &event.kind {
                self.see_record(record, event.rule);
            } else if let Some(what) = what_is(event, cluster) {
                self.happened.note(what);
            }
        }
    }

    fn see_record(&mut self, record: &MetadataRecord, rule: RuleId) {
        if rule == RuleId::UncleanShutdown {
            self.happened.note(Sometimes::UncleanShutdown);
        }
        let (partition, isr, elr, elected) = match record {
            MetadataRecord::PartitionRecord(one) => (one.partition, Some(&one.isr), None, None),
            MetadataRecord::PartitionChangeRecord(one) => {
                let elected = one.leader.flatten();
                if one.leader_recovery_state == Some(LeaderRecoveryState::Recovering) {
                    self.happened.note(match rule {
                        RuleId::LastKnownLeader => Sometimes::LastKnownLeader,
                        _ => Sometimes::UncleanElection,
                    });
                }
                (one.partition, one.isr.as_ref(), one.elr.as_ref(), elected)
            }
            _ => return,
        };
        let known = self.candidates.entry(partition).or_default();
        if let Some(leader) = elected
            && known.1.contains(&leader)
            && !known.0.contains(&leader)
        {
            self.happened.note(Sometimes::ElrElection);
        }
        known.0 = isr.cloned().unwrap_or_else(|| std::mem::take(&mut known.0));
        known.1 = elr.cloned().unwrap_or_else(|| std::mem::take(&mut known.1));
    }
}

fn what_is(event: &Event, cluster: &Cluster) -> Option<Sometimes> {
    let what = match &event.kind {
        EventKind::Truncated { .. } => Sometimes::Truncation,
        EventKind::ControllerRenounced { .. } => Sometimes::DeposedController,
        EventKind::ControllerClaimed { .. } => Sometimes::NewController,
        EventKind::MetadataTruncated { .. } => Sometimes::MetadataTruncation,
        EventKind::IsrRefused { .. } => Sometimes::FencedAlterPartition,
        EventKind::DuplicateAnswered { .. } => Sometimes::DuplicateSuppressed,
        EventKind::IsrProposed { change: IsrChange::Shrink, .. } => Sometimes::IsrShrunk,
        EventKind::IsrProposed { change: IsrChange::Expand, .. } => Sometimes::IsrExpanded,
        EventKind::Appended { leadership: Leadership::Presumed, .. } => Sometimes::ZombieLeader,
        EventKind::Appended { partition, .. } => {
            let Some(NodeId::Broker(leader)) = event.node else { return None };
            let replica = cluster.replica(leader, *partition)?;
            let least = cluster.partition(*partition)?.min_insync_replicas;
            if u32::try_from(replica.isr.len()).is_ok_and(|members| members >= least) {
                return None;
            }
            Sometimes::BelowMinIsr
        }
        EventKind::ProduceRetried { error, .. } | EventKind::ProduceFailed { error, .. } => {
            match error {
                ErrorCode::NotEnoughReplicas | ErrorCode::NotEnoughReplicasAfterAppend => {
                    Sometimes::AcksAllRefused
                }
                _ => return None,
            }
        }
        EventKind::LogTruncationDetected { .. } => Sometimes::ConsumerTruncation,
        EventKind::Stopped {} => Sometimes::ControlledShutdown,
        EventKind::InvariantViolated { name: "AckedSurvives", .. } => Sometimes::AckedLost,
        _ => return None,
    };
    Some(what)
}
