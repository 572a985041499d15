//! The metadata log of a cluster at time 0: formatted, every broker unfenced, the topics there.
//!
//! Source: Kafka `Formatter`, `BootstrapMetadata`; what a formatted 4.1 cluster's log begins with.
//! Simplified: all of it is committed and known to everybody before the run begins.
//! Uses: `java_random`, `release`, `releases`.

use epochscope_vocabulary::cluster_spec::ConfigTarget;
use epochscope_vocabulary::command::{ClientKind, TopicSpec};
use epochscope_vocabulary::config::{ConfigKey, ConfigValue, Settings};
use epochscope_vocabulary::metadata_record::{ConfigResource, MetadataRecord, RegistrationState};
use epochscope_vocabulary::rpc::{AssignReplicasToDirsRequest, DirectoryAssignment};
use epochscope_vocabulary::{
    BrokerEpoch, BrokerId, ClusterSpec, ControllerId, DirectoryId, Names, NodeId, ProducerId,
    SortedMap, TopicPartition,
};

use super::feature_control::{ELIGIBLE_LEADER_REPLICAS_VERSION, METADATA_VERSION, has_directories};
use super::quorum_controller::FIRST_EPOCH;
use super::replay::ControllerState;
use super::topic_control::CreatableTopic;
use crate::java_random::RandomSource;
use crate::release::Release;
use crate::releases::Releases;

/// The metadata versions from which on a new cluster has these features by itself: 4.1-IV0
/// (KIP-966), 4.0-IV0 (KIP-848), 4.0-IV2 (KIP-890).
const ELR_BY_DEFAULT: u16 = 26;
const GROUPS_BY_DEFAULT: u16 = 22;
const TRANSACTIONS_BY_DEFAULT: u16 = 24;

/// Why a cluster cannot be as it is described.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// In words for whoever described it.
    pub reason: String,
}

/// Where a broker puts the logs of new partitions: nothing if it has but one directory.
pub type Placing<'a> =
    &'a mut dyn FnMut(BrokerId, Vec<TopicPartition>, &Names) -> Vec<(TopicPartition, DirectoryId)>;

/// The log of a cluster at time 0, whose brokers have these log directories.
///
/// # Errors
/// When a topic cannot be created as it is described, or no controller can be active.
pub fn bootstrap_records(
    spec: &ClusterSpec,
    (names, release, releases): (&mut Names, Release, &Releases),
    (log_dirs, place): (&SortedMap<BrokerId, Vec<DirectoryId>>, Placing<'_>),
) -> Result<Vec<MetadataRecord>, Rejection> {
    let settings = controller_settings(spec);
    let mut log =
        Bootstrap { state: ControllerState::new(settings, release.rules()), records: Vec::new() };
    let lowest = spec.controllers.iter().min().copied();
    let active = spec.active_controller.or(lowest);
    let Some(leader) = active.filter(|active| spec.controllers.contains(active)) else {
        return Err(Rejection {
            reason: "the active controller is none of the controllers".into(),
        });
    };
    let leader = ControllerId(leader);
    log.write(vec![MetadataRecord::LeaderChange { leader, quorum_epoch: FIRST_EPOCH }]);
    log.format(spec, release);
    log.register_brokers(spec, releases, log_dirs);
    log.allocate_producer_ids(spec);
    let mut random = RandomSource::java(spec.seed);
    for topic in &spec.topics {
        log.create_topic(topic, &mut random, names)?;
        log.assign_directories(topic, names, place);
    }
    Ok(log.records)
}

/// What the first controller of a cluster that has just been formatted writes: the contents of
/// `bootstrap.checkpoint` (`ActivationRecordsGenerator`).
///
/// Simplified: no transaction is begun and ended around them.
#[must_use]
pub fn format_records(spec: &ClusterSpec, release: Release) -> Vec<MetadataRecord> {
    let state = ControllerState::new(controller_settings(spec), release.rules());
    let mut log = Bootstrap { state, records: Vec::new() };
    log.format(spec, release);
    log.records
}

struct Bootstrap {
    state: ControllerState,
    records: Vec<MetadataRecord>,
}

impl Bootstrap {
    fn write(&mut self, records: Vec<MetadataRecord>) {
        for record in &records {
            self.state.replay(FIRST_EPOCH, record);
        }
        self.records.extend(records);
    }

    /// The finalised features, and with ELR the cluster's own `min.insync.replicas`.
    fn format(&mut self, spec: &ClusterSpec, release: Release) {
        let given = |name: &str| {
            spec.features
                .iter()
                .rev()
                .find(|(feature, _)| &**feature == name)
                .map(|(_, level)| *level)
        };
        let metadata_version = given(METADATA_VERSION).unwrap_or(release.metadata_version());
        let since = |first: u16, level| if metadata_version < first { 0 } else { level };
        let defaults = [
            (METADATA_VERSION, metadata_version),
            (ELIGIBLE_LEADER_REPLICAS_VERSION, since(ELR_BY_DEFAULT, 1)),
            ("group.version", since(GROUPS_BY_DEFAULT, 1)),
            ("transaction.version", since(TRANSACTIONS_BY_DEFAULT, 2)),
        ];
        let mut records = Vec::new();
        for (feature, default) in defaults {
            let level = given(feature).unwrap_or(default);
            if level > 0 {
                let feature = feature.into();
                records.push(MetadataRecord::FeatureLevelRecord { feature, level });
            }
        }
        self.write(records);
        if super::feature_control::is_elr_enabled(self.state.image()) {
            let key = ConfigKey::MinInsyncReplicas;
            let value = ConfigValue::Number(self.state.settings.number(key));
            let resource = ConfigResource::Cluster;
            self.write(vec![MetadataRecord::ConfigRecord { resource, key, value: Some(value) }]);
        }
    }

    fn register_brokers(
        &mut self,
        spec: &ClusterSpec,
        releases: &Releases,
        log_dirs: &SortedMap<BrokerId, Vec<DirectoryId>>,
    ) {
        let has_directories = has_directories(self.state.image());
        for broker in &spec.brokers {
            let log_dirs = log_dirs.get(&BrokerId(broker.id)).filter(|_| has_directories);
            self.write(vec![MetadataRecord::RegisterBrokerRecord {
                broker: BrokerId(broker.id),
                incarnation: 0,
                broker_epoch: BrokerEpoch(self.state.next_write_offset().0),
                rack: broker.rack.clone(),
                log_dirs: log_dirs.cloned().unwrap_or_default(),
                features: releases.of(NodeId::Broker(BrokerId(broker.id))).rules().features,
            }]);
        }
        let registered = self.state.image().brokers();
        let unfenced =
            registered.map(|(broker, known)| MetadataRecord::BrokerRegistrationChangeRecord {
                broker,
                broker_epoch: known.broker_epoch,
                state: RegistrationState::Unfenced,
            });
        let unfenced = unfenced.collect();
        self.write(unfenced);
    }

    /// The producers of the header have their ids already, out of one broker's first blocks.
    fn allocate_producer_ids(&mut self, spec: &ClusterSpec) {
        let has_producers = spec.clients.iter().any(|client| match client.kind {
            ClientKind::Producer => true,
            ClientKind::Consumer => false,
        });
        let first = spec.brokers.iter().map(|broker| broker.id).min().map(BrokerId);
        if let (true, Some(broker)) = (has_producers, first) {
            let clients = u64::try_from(spec.clients.len()).unwrap_or(u64::MAX);
            let next_producer_id = ProducerId(clients.next_multiple_of(1_000));
            self.write(vec![MetadataRecord::ProducerIdsRecord { broker, next_producer_id }]);
        }
    }

    /// The brokers have said where they put the replicas: leaders first, then followers.
    fn assign_directories(&mut self, spec: &TopicSpec, names: &Names, place: Placing<'_>) {
        let Some(topic) = self.state.image().topic_named(&spec.name).cloned() else { return };
        let brokers: Vec<_> = self.state.image().brokers().map(|(id, _)| id).collect();
        for broker in brokers {
            let hosted = (0..).zip(&topic.partitions);
            let hosted = hosted.filter(|(_, one)| one.replicas.contains(&broker));
            let (led, followed): (Vec<_>, Vec<_>) =
                hosted.partition(|(_, one)| one.leader == Some(broker));
            let ids = |list: Vec<(u32, _)>| -> Vec<_> {
                let id = |(partition, _)| TopicPartition { topic: topic.id, partition };
                list.into_iter().map(id).collect()
            };
            let mut placed = place(broker, ids(led), names);
            placed.extend(place(broker, ids(followed), names));
            self.write_assignments(broker, placed);
        }
    }

    fn write_assignments(&mut self, broker: BrokerId, placed: Vec<(TopicPartition, DirectoryId)>) {
        let Some(registered) = self.state.image().broker(broker) else { return };
        let broker_epoch = registered.broker_epoch;
        let one = |(id, directory)| DirectoryAssignment { directory, partitions: vec![id] };
        let directories = placed.into_iter().map(one).collect();
        let request = AssignReplicasToDirsRequest { broker, broker_epoch, directories };
        if let Ok(result) = self.state.assign_replicas_to_dirs(&request) {
            self.write(result.records);
        }
    }

    fn create_topic(
        &mut self,
        spec: &TopicSpec,
        random: &mut RandomSource,
        names: &mut Names,
    ) -> Result<(), Rejection> {
        let reject = |why: &str| Rejection { reason: format!("topic `{}`: {why}", spec.name) };
        let topic = CreatableTopic::from(spec);
        let created = self.state.create_topic(&topic, random, names);
        let mut records = created.map_err(|why| reject(&why.message()))?.records;
        if let Some(leader) = spec.leader.map(BrokerId) {
            for record in &mut records {
                if let MetadataRecord::PartitionRecord(record) = record {
                    if !record.isr.contains(&leader) {
                        let why = format!("leader={leader} is none of the replicas");
                        return Err(reject(&why));
                    }
                    record.leader = Some(leader);
                }
            }
        }
        self.write(records);
        Ok(())
    }
}

/// server.properties of the controllers: later lines win.
fn controller_settings(spec: &ClusterSpec) -> Settings {
    let mut settings = Settings::default();
    for line in &spec.config {
        let applies = match line.target {
            ConfigTarget::All | ConfigTarget::Controllers => true,
            ConfigTarget::Brokers | ConfigTarget::Broker(_) => false,
        };
        if applies {
            let given = line.settings.0.iter().map(|(key, value)| (*key, value.clone()));
            settings.0.extend(given);
        }
    }
    settings
}
