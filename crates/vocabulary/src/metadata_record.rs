//! The records that a controller writes to the metadata log, with the fields the simulator needs.
//!
//! Source: `metadata/src/main/resources/common/metadata/*.json`. An absent field is `None`.

use crate::config::{ConfigKey, ConfigValue};
use crate::ids::{BrokerId, ControllerId, DirectoryId, ProducerId, TopicId, TopicPartition};
use crate::position::{BrokerEpoch, LeaderEpoch, PartitionEpoch, QuorumEpoch};
use std::sync::Arc;

/// Whether a partition's leader was elected cleanly, or may lack committed records (KIP-704).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LeaderRecoveryState {
    /// The leader was in the ISR or the ELR.
    #[default]
    Recovered,
    /// The leader was elected uncleanly and has not said yet that it has recovered.
    Recovering,
}

impl LeaderRecoveryState {
    /// The word of the language for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Recovered => "recovered",
            Self::Recovering => "recovering",
        }
    }
}

/// What a registered broker may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RegistrationState {
    /// Ruled out by the controller: in no ISR, leads nothing.
    Fenced,
    /// May serve.
    Unfenced,
    /// Serves, while the controller moves its leaderships away.
    ControlledShutdown,
}

impl RegistrationState {
    /// The word of the language for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Fenced => "fenced",
            Self::Unfenced => "unfenced",
            Self::ControlledShutdown => "controlled-shutdown",
        }
    }
}

/// The levels of a feature that a process can work with (`VersionRange`): both ends count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VersionRange {
    /// The lowest.
    pub min: u16,
    /// The highest; 0 for a feature that the process has never heard of.
    pub max: u16,
}

impl VersionRange {
    /// Whether this level is one of them.
    #[must_use]
    pub const fn contains(self, level: u16) -> bool {
        self.min <= level && level <= self.max
    }
}

/// The features of Kafka that count here, as a process that registers says it knows them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SupportedFeatures {
    /// `metadata.version`
    pub metadata_version: VersionRange,
    /// `eligible.leader.replicas.version` (KIP-966)
    pub eligible_leader_replicas: VersionRange,
}

/// What a configuration belongs to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ConfigResource {
    /// The whole cluster's default (`--entity-default`).
    Cluster,
    /// One broker.
    Broker(BrokerId),
    /// One topic, by name.
    Topic(Arc<str>),
}

/// `PartitionRecord`: a partition's whole state at its creation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartitionRecord {
    /// The partition.
    pub partition: TopicPartition,
    /// Assigned replicas, the preferred leader first.
    pub replicas: Vec<BrokerId>,
    /// In-sync replicas in Kafka's stored order.
    pub isr: Vec<BrokerId>,
    /// The leader, if there is one.
    pub leader: Option<BrokerId>,
    /// Its epoch.
    pub leader_epoch: LeaderEpoch,
    /// The registration's epoch.
    pub partition_epoch: PartitionEpoch,
    /// The log directory of each replica; empty: all of them are migrating.
    pub directories: Vec<DirectoryId>,
}

/// `PartitionChangeRecord`: only the fields that change; the partition epoch rises in any case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartitionChangeRecord {
    /// The partition.
    pub partition: TopicPartition,
    /// The new ISR.
    pub isr: Option<Vec<BrokerId>>,
    /// The new leader, `Some(None)` for "no leader". Present at all: the leader epoch rises.
    pub leader: Option<Option<BrokerId>>,
    /// New assigned replicas.
    pub replicas: Option<Vec<BrokerId>>,
    /// Replicas that a reassignment removes.
    pub removing: Option<Vec<BrokerId>>,
    /// Replicas that a reassignment adds.
    pub adding: Option<Vec<BrokerId>>,
    /// The new recovery state.
    pub leader_recovery_state: Option<LeaderRecoveryState>,
    /// The new eligible leader replicas (KIP-966).
    pub elr: Option<Vec<BrokerId>>,
    /// The new last known leader (KIP-966).
    pub last_known_elr: Option<Vec<BrokerId>>,
    /// The log directory of each replica, if one changes; empty: all of them are migrating.
    pub directories: Option<Vec<DirectoryId>>,
}

impl PartitionChangeRecord {
    /// A change that changes nothing yet.
    #[must_use]
    pub const fn unchanged(partition: TopicPartition) -> Self {
        Self {
            partition,
            isr: None,
            leader: None,
            replicas: None,
            removing: None,
            adding: None,
            leader_recovery_state: None,
            elr: None,
            last_known_elr: None,
            directories: None,
        }
    }
}

/// One record of the metadata log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MetadataRecord {
    /// Control record: this controller leads the quorum from here on.
    LeaderChange {
        /// The new active controller.
        leader: ControllerId,
        /// Its epoch.
        quorum_epoch: QuorumEpoch,
    },
    /// A feature's finalised level.
    FeatureLevelRecord {
        /// The feature, for example `metadata.version`.
        feature: Arc<str>,
        /// The level.
        level: u16,
    },
    /// A broker registers, fenced.
    RegisterBrokerRecord {
        /// The broker.
        broker: BrokerId,
        /// Which start of its process this is.
        incarnation: u32,
        /// Its new epoch.
        broker_epoch: BrokerEpoch,
        /// Its rack, if any.
        rack: Option<Arc<str>>,
        /// The log directories that it tells of.
        log_dirs: Vec<DirectoryId>,
        /// The features that it knows.
        features: SupportedFeatures,
    },
    /// A broker is taken off the list.
    UnregisterBrokerRecord {
        /// The broker.
        broker: BrokerId,
        /// The epoch it had.
        broker_epoch: BrokerEpoch,
    },
    /// A registered broker is fenced, unfenced, or begins its controlled shutdown.
    BrokerRegistrationChangeRecord {
        /// The broker.
        broker: BrokerId,
        /// The epoch it has.
        broker_epoch: BrokerEpoch,
        /// Its state from now on.
        state: RegistrationState,
    },
    /// A registered broker has other log directories: the same record in Kafka.
    BrokerLogDirsRecord {
        /// The broker.
        broker: BrokerId,
        /// The epoch it has.
        broker_epoch: BrokerEpoch,
        /// Those that work. Kafka takes an empty list for no change.
        log_dirs: Vec<DirectoryId>,
    },
    /// A topic is created.
    TopicRecord {
        /// Its id.
        topic: TopicId,
        /// Its name.
        name: Arc<str>,
    },
    /// A partition is created.
    PartitionRecord(Box<PartitionRecord>),
    /// A partition changes.
    PartitionChangeRecord(Box<PartitionChangeRecord>),
    /// A topic is deleted.
    RemoveTopicRecord {
        /// Its id.
        topic: TopicId,
    },
    /// A dynamic setting is set or, without a value, removed.
    ConfigRecord {
        /// Whose.
        resource: ConfigResource,
        /// Which.
        key: ConfigKey,
        /// The new value.
        value: Option<ConfigValue>,
    },
    /// The ELR of one topic, or of all, is emptied (KIP-966).
    ClearElrRecord {
        /// The topic, or all.
        topic: Option<TopicId>,
    },
    /// A block of producer ids is given out.
    ProducerIdsRecord {
        /// To which broker.
        broker: BrokerId,
        /// The first id of the next block.
        next_producer_id: ProducerId,
    },
    /// Written when nothing else was, so that the high watermark moves (KIP-835).
    NoOpRecord,
}

impl MetadataRecord {
    /// The record's name in Kafka's source.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::LeaderChange { .. } => "LeaderChangeMessage",
            Self::FeatureLevelRecord { .. } => "FeatureLevelRecord",
            Self::RegisterBrokerRecord { .. } => "RegisterBrokerRecord",
            Self::UnregisterBrokerRecord { .. } => "UnregisterBrokerRecord",
            Self::BrokerRegistrationChangeRecord { .. } | Self::BrokerLogDirsRecord { .. } => {
                "BrokerRegistrationChangeRecord"
            }
            Self::TopicRecord { .. } => "TopicRecord",
            Self::PartitionRecord(_) => "PartitionRecord",
            Self::PartitionChangeRecord(_) => "PartitionChangeRecord",
            Self::RemoveTopicRecord { .. } => "RemoveTopicRecord",
            Self::ConfigRecord { .. } => "ConfigRecord",
            Self::ClearElrRecord { .. } => "ClearElrRecord",
            Self::ProducerIdsRecord { .. } => "ProducerIdsRecord",
            Self::NoOpRecord => "NoOpRecord",
        }
    }
}
