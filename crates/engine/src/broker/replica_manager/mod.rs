//! All replicas of one broker: obeys metadata, serves produces and fetches, keeps who waits.
//!
//! Rules about one partition are in `partition`; this is where they meet requests, timers and the
//! metadata that the broker has applied. Each concern has a file.
//!
//! Source: Kafka `ReplicaManager`, `BrokerMetadataPublisher`.
//! Uses: `effects`, `log`, `metadata`, `metrics`, `release`.

pub mod delete_records;
pub mod directories;
pub mod fetch;
pub mod follow;
pub mod gauges;
pub mod idle;
pub mod isr;
pub mod produce;
mod read_replica;

use std::sync::Arc;

use epochscope_vocabulary::config::{ConfigKey, ConfigValue};
use epochscope_vocabulary::event::EventKind;
use epochscope_vocabulary::rpc::CurrentLeader;
use epochscope_vocabulary::rule::RuleId;
use epochscope_vocabulary::{
    BrokerEpoch, BrokerId, ControllerId, ErrorCode, EventId, SortedMap, SortedSet, TopicPartition,
};

use super::alter_partition_manager::{AlterPartitionManager, Correspondents};
use super::assignments_manager::AssignmentsManager;
use super::config::BrokerConfig;
use super::log_manager::LogManager;
use super::partition::replica::{Made, Partition, PartitionUpdate, Peers, Surroundings};
use super::purgatory::Purgatory;
use super::replica_fetcher::ReplicaFetcher;
use crate::effects::{Context, Timer};
use crate::log::ReplicatedLog;
use crate::metadata::partition_registration::PartitionRegistration;
use crate::metadata::{BrokerRegistration, MetadataImage};
use crate::metrics::meters::BrokerMeters;
use crate::release::{EffectiveMinIsr, LeaderHints};

/// A broker's replicas and what waits for them.
#[derive(Clone, Debug)]
pub struct ReplicaManager {
    pub(super) me: BrokerId,
    pub(super) config: Arc<BrokerConfig>,
    pub(super) partitions: SortedMap<TopicPartition, Partition>,
    /// Logs found on disk for which no metadata has been applied yet.
    pub(super) found: SortedMap<TopicPartition, ReplicatedLog>,
    pub(super) image: Arc<MetadataImage>,
    pub(super) purgatory: Purgatory,
    pub(super) fetchers: SortedMap<BrokerId, ReplicaFetcher>,
    pub(super) alter_partition: AlterPartitionManager,
    pub(super) log_manager: LogManager,
    /// Logs in directories that have failed.
    pub(super) offline: SortedMap<TopicPartition, ReplicatedLog>,
    /// Replicas that this process has served, until their directory failed.
    pub(super) failed: SortedSet<TopicPartition>,
    pub(super) assignments: AssignmentsManager,
    pub(super) broker_epoch: Option<BrokerEpoch>,
    pub(super) controller: Option<ControllerId>,
    pub(super) meters: BrokerMeters,
    peers: Arc<Peers>,
    leader_hints: LeaderHints,
    effective_min_isr: EffectiveMinIsr,
}

impl ReplicaManager {
    /// A manager of the logs that a disk holds, without metadata.
    #[must_use]
    pub fn new(
        me: BrokerId,
        config: Arc<BrokerConfig>,
        (logs, log_manager): (SortedMap<TopicPartition, ReplicatedLog>, LogManager),
    ) -> Self {
        let (found, offline) = logs.into_iter().partition(|(id, _)| log_manager.is_online(*id));
        Self {
            me,
            config,
            partitions: SortedMap::new(),
            found,
            image: Arc::default(),
            purgatory: Purgatory::default(),
            fetchers: SortedMap::new(),
            alter_partition: AlterPartitionManager::default(),
            log_manager,
            offline,
            failed: SortedSet::new(),
            assignments: AssignmentsManager::default(),
            broker_epoch: None,
            controller: None,
            meters: BrokerMeters::default(),
            peers: Arc::default(),
            leader_hints: LeaderHints::Absent,
            effective_min_isr: EffectiveMinIsr::AtMostReplicas,
        }
    }

    /// Whom its proposals come from and go to.
    pub fn set_correspondents(
        &mut self,
        broker_epoch: Option<BrokerEpoch>,
        controller: Option<ControllerId>,
    ) {
        self.broker_epoch = broker_epoch;
        self.controller = controller;
    }

    pub(super) fn correspondents(&self) -> Correspondents {
        Correspondents {
            broker: self.me,
            broker_epoch: self.broker_epoch,
            controller: self.controller,
            timeout: self.config.controller_socket_timeout,
        }
    }

    /// Its replicas.
    #[must_use]
    pub const fn partitions(&self) -> &SortedMap<TopicPartition, Partition> {
        &self.partitions
    }

    /// A replica's log, also before any metadata has told of its partition.
    #[must_use]
    pub fn log(&self, id: TopicPartition) -> Option<&ReplicatedLog> {
        let served = self.partitions.get(&id).map(|one| &one.log);
        served.or_else(|| self.found.get(&id)).or_else(|| self.offline.get(&id))
    }

    /// What waits here.
    #[must_use]
    pub const fn purgatory(&self) -> &Purgatory {
        &self.purgatory
    }

    /// The process is gone: what is left are the logs, in their directories.
    #[must_use]
    pub fn into_logs(self) -> (SortedMap<TopicPartition, ReplicatedLog>, LogManager) {
        let mut logs = self.found;
        logs.extend(self.offline);
        logs.extend(self.partitions.into_iter().map(|(id, partition)| (id, partition.log)));
        (logs, self.log_manager)
    }

    /// Obeys newly applied metadata: every partition that it changes becomes what it says.
    pub fn apply(&mut self, cx: &mut Context<'_>, image: &Arc<MetadataImage>) {
        self.leader_hints = cx.rules.leader_hints;
        self.effective_min_isr = cx.rules.effective_min_isr;
        let older = std::mem::replace(&mut self.image, image.clone());
        self.peers = Arc::new(peers_of(image));
        let applied = cx.fx.cause();
        let mut followed = SortedSet::new();
        let changed = image.changed_partitions(&older);
        if changed.is_empty() && image.has_configs_of(&older) {
            return;
        }
        self.place_new_logs(cx.names, &changed);
        for id in changed {
            cx.fx.because(applied);
            match image.partition(id) {
                Some(registration) if registration.replicas.contains(&self.me) => {
                    let update = self.update_of(id, registration);
                    if self.may_host(id, registration) && self.obey(cx, id, &update) {
                        followed.insert(id);
                    }
                    self.maybe_update_assignment(cx, id, (&older, registration));
                }
                Some(_) | None => self.delete_replica(cx, id),
            }
        }
        cx.fx.because(applied);
        self.refresh_min_insync_replicas();
        self.follow_leaders(cx, &followed);
    }

    fn update_of(&self, id: TopicPartition, from: &PartitionRegistration) -> PartitionUpdate {
        PartitionUpdate {
            leader: from.leader,
            leader_epoch: from.leader_epoch,
            partition_epoch: from.partition_epoch,
            isr: from.isr.to_vec(),
            replicas: from.replicas.to_vec(),
            leader_recovery_state: from.leader_recovery_state,
            min_insync_replicas: self.min_insync_replicas(id),
            effective_min_isr: self.effective_min_isr,
        }
    }

    fn min_insync_replicas(&self, id: TopicPartition) -> u32 {
        let key = ConfigKey::MinInsyncReplicas;
        let settings = &self.config.settings;
        match self.image.effective_config_for_topic_at(self.me, id.topic, key, settings) {
            ConfigValue::Number(number) => u32::try_from(number).unwrap_or(1),
            ConfigValue::Bool(_) | ConfigValue::Text(_) => 1,
        }
    }

    fn refresh_min_insync_replicas(&mut self) {
        let ids: Vec<_> = self.partitions.keys().copied().collect();
        for id in ids {
            let min_insync_replicas = self.min_insync_replicas(id);
            if let Some(partition) = self.partitions.get_mut(&id) {
                partition.set_min_insync_replicas(min_insync_replicas, self.effective_min_isr);
            }
        }
    }

    /// True when the replica follows in a new epoch, so that its fetching must begin anew.
    fn obey(&mut self, cx: &mut Context<'_>, id: TopicPartition, update: &PartitionUpdate) -> bool {
        let me = self.me;
        let found = &mut self.found;
        let partition = self
            .partitions
            .entry(id)
            .or_insert_with(|| Partition::on_disk(me, id, found.remove(&id).unwrap_or_default()));
        let isr_before = partition.leading().map(|state| state.isr.isr().to_vec());
        let made = partition.update(update, cx.now());
        match made {
            Made::Leader(start_offset) => {
                let leader_epoch = update.leader_epoch;
                let kind = EventKind::BecameLeader { partition: id, leader_epoch, start_offset };
                let event = cx.fx.record(RuleId::BecomeLeader, kind);
                cx.fx.because(event);
                self.advance_high_watermark(cx, id);
                false
            }
            Made::Follower => {
                let leader_epoch = update.leader_epoch;
                let leader = update.leader;
                let kind = EventKind::BecameFollower { partition: id, leader_epoch, leader };
                let event = cx.fx.record(RuleId::BecomeFollower, kind);
                cx.fx.because(event);
                self.fail_produces(cx, id, ErrorCode::NotLeaderOrFollower);
                self.complete_fetches(cx, id);
                true
            }
            Made::SameRole => {
                if isr_before.is_some_and(|isr| isr != update.isr) {
                    let isr = update.isr.as_slice().into();
                    let kind = EventKind::IsrChanged { partition: id, isr };
                    let event = cx.fx.record(RuleId::MetadataPropagation, kind);
                    cx.fx.because(event);
                    self.advance_high_watermark(cx, id);
                }
                false
            }
            Made::Ignored => false,
        }
    }

    fn delete_replica(&mut self, cx: &mut Context<'_>, id: TopicPartition) {
        if self.found.remove(&id).is_some() {
            self.log_manager.forget(id);
        }
        if self.partitions.remove(&id).is_none() {
            return;
        }
        self.log_manager.forget(id);
        let kind = EventKind::ReplicaDeleted { partition: id };
        let event = cx.fx.record(RuleId::MetadataPropagation, kind);
        cx.fx.because(event);
        self.fail_produces(cx, id, ErrorCode::NotLeaderOrFollower);
        self.complete_fetches(cx, id);
        self.stop_fetching(id);
    }

    /// What decisions about a partition depend on now.
    pub(super) fn with_surroundings<T>(
        &mut self,
        cx: &Context<'_>,
        id: TopicPartition,
        decide: impl FnOnce(&mut Partition, &Surroundings<'_>) -> T,
    ) -> Option<T> {
        let around = Surroundings {
            now: cx.now(),
            replica_lag_time_max: self.config.replica_lag_time_max,
            peers: &self.peers,
            rules: cx.rules,
        };
        self.partitions.get_mut(&id).map(|partition| decide(partition, &around))
    }

    pub(super) const fn peers(&self) -> &Arc<Peers> {
        &self.peers
    }

    /// Moves a leader's high watermark if it can, and completes who waits for that.
    pub(super) fn advance_high_watermark(
        &mut self,
        cx: &mut Context<'_>,
        id: TopicPartition,
    ) -> Option<EventId> {
        let advance = self.with_surroundings(cx, id, |partition, around| {
            let advance = partition.maybe_advance_high_watermark(around)?;
            let isr = partition.leading().map(|state| state.isr.maximal_isr())?;
            Some((advance, isr))
        });
        let (advance, isr) = advance.flatten()?;
        let kind = EventKind::HighWatermarkAdvanced {
            partition: id,
            from: advance.from,
            to: advance.to,
            isr: isr.as_slice().into(),
        };
        let before = cx.fx.cause();
        let event = cx.fx.record(RuleId::HighWatermark, kind);
        cx.fx.because(event);
        self.complete_produces(cx, id);
        self.complete_fetches(cx, id);
        cx.fx.because(before);
        Some(event)
    }

    /// Whom this broker's metadata has as the partition's leader (KIP-951).
    pub(super) fn current_leader(&self, id: TopicPartition) -> Option<CurrentLeader> {
        self.leader_hints.allowed()?;
        let registration = self.image.partition(id)?;
        let leader = registration.leader?;
        Some(CurrentLeader { leader, leader_epoch: registration.leader_epoch })
    }

    /// What to say of a partition that has no replica here.
    pub(super) fn not_hosted(&self, id: TopicPartition) -> ErrorCode {
        if self.failed.contains(&id) {
            ErrorCode::KafkaStorageError
        } else if self.image.partition(id).is_some() {
            ErrorCode::NotLeaderOrFollower
        } else {
            ErrorCode::UnknownTopicOrPartition
        }
    }

    /// Writes every high watermark to disk, and sets the clock for the next time.
    pub fn checkpoint_high_watermarks(&mut self, cx: &mut Context<'_>) {
        for partition in self.partitions.values_mut() {
            partition.log.checkpoint_high_watermark();
        }
        cx.fx.record(RuleId::HighWatermarkCheckpoint, EventKind::Checkpointed {});
    }

    /// Sets the clock for the periodic high-watermark checkpoint.
    pub fn schedule_checkpoint(&self, cx: &mut Context<'_>) {
        let interval = self.config.high_watermark_checkpoint_interval;
        cx.fx.set_timer(Timer::HighWatermarkCheckpoint, interval);
    }

    /// Writes all logs to the disk itself.
    pub fn flush(&mut self, cx: &mut Context<'_>) {
        for partition in self.partitions.values_mut() {
            partition.log.flush();
        }
        cx.fx.record(RuleId::Command, EventKind::Flushed {});
    }

    fn stop_fetching(&mut self, id: TopicPartition) {
        for fetcher in self.fetchers.values_mut() {
            fetcher.remove(id);
        }
    }
}

fn peers_of(image: &MetadataImage) -> Peers {
    let peer =
        |(id, known): (BrokerId, &BrokerRegistration)| (id, (known.broker_epoch, known.state));
    Peers(image.brokers().map(peer).collect())
}
