//! The rules that events cite: each with its name, KIP, class of Kafka and the settings it reads.

use crate::config::ConfigKey;

/// One row of the table of rules.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Which.
    pub id: RuleId,
    /// A stable name, for scripts and links.
    pub name: &'static str,
    /// The KIP or issue that brought it, if one did.
    pub kip: Option<&'static str>,
    /// The class of Kafka that holds it.
    pub class: &'static str,
    /// The settings it reads.
    pub settings: &'static [ConfigKey],
    /// What it says, in one sentence.
    pub about: &'static str,
}

macro_rules! rules {
    ($(
        $id:ident $name:literal $kip:expr, $class:literal, [$($setting:ident),*], $about:literal;
    )+) => {
        /// A rule of Kafka that decides something.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum RuleId { $(#[doc = $about] $id,)+ }

        /// Every rule.
        pub const RULES: &[Rule] = &[$(Rule {
            id: RuleId::$id,
            name: $name,
            kip: $kip,
            class: $class,
            settings: &[$(ConfigKey::$setting),*],
            about: $about,
        },)+];
    };
}

rules! {
    Command "command" None, "", [], "Somebody asked for it.";
    Transport "transport" None, "NetworkClient", [RequestTimeoutMs, ReplicaSocketTimeoutMs],
        "TCP keeps a connection's order; a dead process resets it; silence ends in a time-out.";
    Registration "registration" Some("KIP-631"), "ClusterControlManager", [BrokerSessionTimeoutMs],
        "A starting broker registers, fenced, once its former session is over.";
    Heartbeat "heartbeat" Some("KIP-631"), "BrokerHeartbeatManager", [BrokerHeartbeatIntervalMs],
        "A broker that has read its own registration is unfenced by its next heartbeat.";
    SessionExpiry "session-expiry" Some("KIP-631"), "BrokerHeartbeatTracker",
        [BrokerSessionTimeoutMs],
        "The controller fences a broker that it has not heard from for the session time-out.";
    ControlledShutdown "controlled-shutdown" Some("KIP-841"), "BrokerHeartbeatManager", [],
        "A broker that is told to stop waits until its leaderships have moved.";
    UncleanShutdown "unclean-shutdown" Some("KIP-966"), "ReplicationControlManager", [],
        "A broker that comes back from a crash leaves every ISR and ELR.";
    LeaderElection "leader-election" Some("KIP-631"), "PartitionChangeBuilder",
        [UncleanLeaderElectionEnable],
        "The first assigned replica that is alive and in the ISR leads.";
    UncleanElection "unclean-election" Some("KIP-106"), "PartitionChangeBuilder",
        [UncleanLeaderElectionEnable],
        "A replica outside the ISR may lead: what it lacks is lost.";
    LastKnownLeader "last-known-leader" Some("KIP-966"), "PartitionChangeBuilder", [],
        "With ISR and ELR empty, the last leader may lead again.";
    Elr "eligible-leader-replicas" Some("KIP-966"), "PartitionChangeBuilder", [MinInsyncReplicas],
        "A replica that left the ISR below min.insync.replicas still holds all that is committed.";
    PreferredElection "preferred-election" Some("KIP-460"), "ReplicationControlManager",
        [AutoLeaderRebalanceEnable, LeaderImbalanceCheckIntervalSeconds],
        "The first assigned replica gets its leadership back once it is in sync.";
    ReplicaPlacement "replica-placement" Some("KIP-36"), "StripedReplicaPlacer", [],
        "Replicas are striped over racks and brokers from a random start.";
    Reassignment "reassignment" Some("KIP-455"), "PartitionReassignmentReplicas", [],
        "New replicas join the assigned ones; once all of them are in sync, the old ones leave.";
    FeatureUpdate "feature-update" Some("KIP-584"), "FeatureControlManager", [],
        "A feature's level is decided for the whole cluster, and obeyed by who has read it.";
    LogDirectories "log-directories" Some("KIP-858"), "LogManager",
        [LogDirs, LogDirFailureTimeoutMs],
        "A directory that fails takes its replicas out of service; without any, a broker halts.";
    DirectoryAssignment "directory-assignment" Some("KIP-858"), "AssignmentsManager", [],
        "A broker tells the controller in which of its directories each replica lies.";
    MetadataCommit "metadata-commit" Some("KIP-595"), "LeaderState", [],
        "A metadata record is committed when a majority of the controllers has it.";
    QuorumElection "quorum-election" Some("KIP-595"), "KafkaRaftClient",
        [ControllerQuorumFetchTimeoutMs, ControllerQuorumElectionTimeoutMs],
        "The controller for which a majority votes leads the quorum: none with a shorter log.";
    PreVote "pre-vote" Some("KIP-996"), "ProspectiveState",
        [ControllerQuorumFetchTimeoutMs, ControllerQuorumElectionTimeoutMs],
        "A controller that cannot fetch asks whether it would be elected before it makes an epoch.";
    CheckQuorum "check-quorum" None, "LeaderState", [ControllerQuorumFetchTimeoutMs],
        "A leader of the quorum from which no majority fetches resigns.";
    MetadataTruncation "metadata-truncation" Some("KIP-595"), "KafkaRaftLog", [],
        "A controller cuts off what the quorum's leader does not have; that was never committed.";
    ControllerActivation "controller-activation" Some("KIP-631"), "QuorumController", [],
        "The quorum's leader decides once a record of its own epoch is committed.";
    MetadataPropagation "metadata-propagation" Some("KIP-631"), "BrokerMetadataPublisher", [],
        "A broker knows of the cluster what it has fetched and replayed of the metadata log.";
    BecomeLeader "become-leader" Some("KIP-101"), "Partition.makeLeader", [],
        "A new leader starts its epoch at its log end and keeps its high watermark.";
    BecomeFollower "become-follower" Some("KIP-101"), "Partition.makeFollower", [],
        "A former leader fails what waits and fetches from the new one.";
    ProduceAdmission "produce-admission" None, "ReplicaManager.appendToLocalLog",
        [Acks, MinInsyncReplicas],
        "A broker takes a produce if it leads by its own metadata and, for acks=all, the ISR is \
         large enough.";
    Idempotence "idempotence" Some("KIP-98"), "ProducerStateManager", [EnableIdempotence],
        "A batch whose sequence was seen is answered and not written again.";
    AckLeader "acks-1" None, "ReplicaManager", [Acks],
        "With acks=1 the leader's own append is enough.";
    AckAll "acks-all" None, "DelayedProduce", [Acks, MinInsyncReplicas],
        "With acks=all the answer waits for the high watermark.";
    HighWatermark "high-watermark" Some("KIP-497"), "Partition.maybeIncrementLeaderHW",
        [ReplicaLagTimeMaxMs, MinInsyncReplicas],
        "The high watermark is the lowest log end offset of a maximal ISR that is large enough.";
    FollowerHighWatermark "follower-high-watermark" None, "ReplicaFetcherThread", [],
        "A follower learns the high watermark from the next answer, one round trip late.";
    IsrExpansion "isr-expansion" Some("KIP-497"), "Partition.maybeExpandIsr", [],
        "A follower that has reached the high watermark and the epoch's start may join the ISR.";
    IsrShrink "isr-shrink" Some("KIP-497"), "Partition.maybeShrinkIsr", [ReplicaLagTimeMaxMs],
        "A follower that has not been caught up for the lag time leaves the ISR.";
    AlterPartition "alter-partition" Some("KIP-497"), "ReplicationControlManager.alterPartition",
        [], "The controller changes the ISR if the leader's view is the present one.";
    ReplicaFetch "replica-fetch" None, "ReplicaFetcherThread",
        [ReplicaFetchWaitMaxMs, ReplicaFetchBackoffMs],
        "A follower asks its leader for what comes after its log end.";
    LeaderEpochFencing "leader-epoch-fencing" Some("KIP-320"), "Partition", [],
        "A request with another leader epoch is refused.";
    DivergingEpoch "diverging-epoch" Some("KIP-595"), "Partition.readRecords", [],
        "A fetch whose last epoch ends earlier in the leader's log is told where the logs part.";
    Truncation "truncation" Some("KIP-101"), "AbstractFetcherThread", [],
        "A follower cuts its log to where it agrees with the leader's.";
    ConsumerVisibility "consumer-visibility" None, "Partition.fetchRecords", [],
        "A consumer reads below the high watermark only.";
    ProducerRetry "producer-retry" Some("KIP-91"), "Sender",
        [Retries, DeliveryTimeoutMs, RetryBackoffMs, RetryBackoffMaxMs],
        "A producer sends a failed batch again until its delivery time-out.";
    ClientMetadata "client-metadata" Some("KIP-951"), "Metadata", [MetadataMaxAgeMs],
        "A client asks the leader that it last heard of.";
    ConsumerTruncation "consumer-truncation" Some("KIP-320"), "OffsetsForLeaderEpochClient",
        [AutoOffsetReset],
        "A consumer checks its position against a new leader's log before it reads on.";
    OffsetReset "offset-reset" None, "SubscriptionState", [AutoOffsetReset],
        "A consumer without a valid position begins where its policy says.";
    RecordDeletion "record-deletion" Some("KIP-107"), "DelayedDeleteRecords", [],
        "What is committed may be deleted; all live replicas' logs begin anew before the answer.";
    HighWatermarkCheckpoint "high-watermark-checkpoint" None,
        "ReplicaManager.checkpointHighWatermarks", [ReplicaHighWatermarkCheckpointIntervalMs],
        "The high watermark is on disk as of the last checkpoint.";
    Invariant "invariant" None, "", [], "The checker compares the whole cluster with a property.";
}

impl RuleId {
    /// The rule's row in [`RULES`].
    #[must_use]
    pub const fn rule(self) -> &'static Rule {
        &RULES[self as usize]
    }
}
