//! Replicas and log directories: where new logs go, and what a failed directory takes along.
//!
//! What waits at a replica whose directory fails goes on waiting: nobody looks at it before its
//! time is over.
//!
//! Source: Kafka `ReplicaManager` (`handleLogDirFailure`, `markPartitionOffline`,
//! `maybeUpdateTopicAssignment`, `applyDelta`); KIP-112, KIP-858.
//! Uses: `effects`, `java_hash`, `log`, `metadata`.

use std::sync::Arc;

use epochscope_vocabulary::event::EventKind;
use epochscope_vocabulary::rpc::AssignReplicasToDirsResponse;
use epochscope_vocabulary::rule::RuleId;
use epochscope_vocabulary::{DirectoryId, Names, RequestId, TopicPartition};

use super::ReplicaManager;
use crate::broker::log_manager::{DirectoryState, LogManager};
use crate::effects::Context;
use crate::java_hash::{sort_as_java_hash_set, string_hash_code};
use crate::log::ReplicatedLog;
use crate::metadata::MetadataImage;
use crate::metadata::partition_registration::PartitionRegistration;

impl ReplicaManager {
    /// The log directories.
    #[must_use]
    pub const fn log_manager(&self) -> &LogManager {
        &self.log_manager
    }

    /// The log of a replica that this broker does not serve, since its directory has failed.
    #[must_use]
    pub fn offline_log(&self, id: TopicPartition) -> Option<&ReplicatedLog> {
        self.offline.get(&id)
    }

    /// A log directory has failed: gives back its id.
    pub fn on_directory_failed(&mut self, cx: &mut Context<'_>, path: &str) -> Option<DirectoryId> {
        let directory = self.log_manager.set_state(path, DirectoryState::Failed)?;
        let served = self.partitions.keys().copied();
        let gone: Vec<_> = served.filter(|id| !self.log_manager.is_online(*id)).collect();
        for id in gone {
            self.stop_fetching(id);
            let Some(partition) = self.partitions.remove(&id) else { continue };
            self.offline.insert(id, partition.log);
            self.failed.insert(id);
            cx.fx.record(RuleId::LogDirectories, EventKind::ReplicaOffline { partition: id });
        }
        self.drop_idle_fetchers(cx);
        Some(directory)
    }

    /// A log directory is back, from the next start on.
    pub fn repair_directory(&mut self, path: &str) {
        self.log_manager.set_state(path, DirectoryState::Repaired);
    }

    /// Finds places for new logs: leaders first, in the order of Java's hash maps.
    pub(super) fn place_new_logs(&mut self, names: &Names, changed: &[TopicPartition]) {
        if !self.log_manager.is_jbod() {
            return;
        }
        let image = self.image.clone();
        let registered = |id: &TopicPartition| {
            image.partition(*id).filter(|one| one.replicas.contains(&self.me))
        };
        let is_new = |id: &&TopicPartition| registered(id).is_some() && !self.has_log(**id);
        let new: Vec<_> = changed.iter().filter(is_new).copied().collect();
        let leads =
            |id: &TopicPartition| registered(id).is_some_and(|one| one.leader == Some(self.me));
        let (mut led, mut followed): (Vec<_>, Vec<_>) = new.into_iter().partition(leads);
        as_in_hash_map(&mut led, names);
        as_in_hash_map(&mut followed, names);
        for id in led.into_iter().chain(followed) {
            let assigned = image.partition(id).and_then(|one| one.directory(self.me));
            self.log_manager.place(id, assigned.unwrap_or(DirectoryId::Migrating));
        }
    }

    fn has_log(&self, id: TopicPartition) -> bool {
        self.log(id).is_some()
    }

    /// Whether this broker has a log of the partition, or may make one.
    pub(super) fn may_host(
        &mut self,
        id: TopicPartition,
        registration: &PartitionRegistration,
    ) -> bool {
        if self.partitions.contains_key(&id) || self.found.contains_key(&id) {
            return true;
        }
        if self.offline.contains_key(&id) {
            return false;
        }
        if self.log_manager.is_jbod() {
            return self.log_manager.is_online(id);
        }
        let assigned = registration.directory(self.me).unwrap_or(DirectoryId::Migrating);
        self.log_manager.place(id, assigned).is_some()
    }

    /// Tells the controller where a replica lies, if its metadata has just said otherwise.
    pub(super) fn maybe_update_assignment(
        &mut self,
        cx: &mut Context<'_>,
        id: TopicPartition,
        (older, registration): (&MetadataImage, &PartitionRegistration),
    ) {
        let assigned = registration.directory(self.me);
        let before = older.partition(id).and_then(|one| one.directory(self.me));
        let is_here = self.partitions.contains_key(&id);
        let actual = self.log_manager.directory_of(id).filter(|_| is_here).map(|one| one.id);
        if let Some(actual) = actual.filter(|_| before != assigned)
            && Some(actual) != assigned
        {
            self.assignments.on_assignment(cx, id, actual);
        }
    }

    /// Tells the controller what is ready to be told.
    pub fn send_assignments(&mut self, cx: &mut Context<'_>) {
        let (who, image) = (self.correspondents(), Arc::clone(&self.image));
        self.assignments.maybe_send(cx, who, &image);
    }

    /// The controller has answered.
    pub fn on_assigned(
        &mut self,
        cx: &mut Context<'_>,
        id: RequestId,
        response: &AssignReplicasToDirsResponse,
    ) {
        self.assignments.on_answer(cx, id, response);
    }

    /// The controller could not be told.
    pub fn on_assignments_failed(&mut self, cx: &mut Context<'_>, id: RequestId) {
        self.assignments.on_failed(cx, id);
    }
}

/// Puts partitions in the order in which a Java `HashMap` lists their `TopicPartition`s.
pub fn as_in_hash_map(partitions: &mut [TopicPartition], names: &Names) {
    sort_as_java_hash_set(partitions, |id| {
        let topic = string_hash_code(names.topic_name(id.topic));
        (31_u32.wrapping_add(id.partition)).wrapping_mul(31).wrapping_add(topic)
    });
}
