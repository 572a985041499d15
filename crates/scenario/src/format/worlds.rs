//! What exists in a scenario that was read: for a statement that is typed beside it.
//!
//! Uses: `world`, `topics`.

use std::sync::Arc;

use epochscope_vocabulary::command::{ClientSpec, RawRequest, Records, TopicSpec};
use epochscope_vocabulary::config::{ConfigKey, Settings};
use epochscope_vocabulary::{ClusterSpec, Command, SortedSet};

use super::features::METADATA_VERSION;
use super::since::metadata_version_of;
use super::topics;
use super::world::{ClientFacts, World};
use crate::script::{Scenario, Statement};

impl World {
    /// All that the scenario's header and steps make, whenever they do. The time is not known.
    pub(crate) fn of(scenario: &Scenario) -> Self {
        let cluster = &scenario.cluster;
        let settings = cluster.config.iter().map(|line| &line.settings);
        let metadata_directories = settings.filter_map(metadata_directory_of);
        let mut world = Self {
            brokers: cluster.brokers.iter().map(|b| (b.id, b.rack.clone())).collect(),
            controllers: cluster.controllers.iter().copied().collect(),
            default_partitions: topics::default_partitions(cluster),
            release: cluster.release.clone(),
            metadata_version: first_metadata_version(cluster),
            directories: said_directories(cluster),
            metadata_directories: metadata_directories.collect(),
            ..Self::default()
        };
        for (_, release) in &cluster.releases {
            world.add_release(release);
        }
        for topic in &cluster.topics {
            world.add_topic(topic);
        }
        for client in &cluster.clients {
            world.add_client(client);
        }
        for step in &scenario.steps {
            world.add(&step.statement);
        }
        world
    }

    fn add_topic(&mut self, topic: &TopicSpec) {
        let lists = u32::try_from(topic.replicas.len()).ok().filter(|lists| *lists > 0);
        let count = topic.partitions.or(lists).or(self.default_partitions);
        self.partitions += u64::from(count.unwrap_or(1));
        self.topics.insert(topic.name.clone(), count);
    }

    /// From here on a topic may have so many partitions.
    pub(crate) fn grow_topic(&mut self, topic: &str, to: u32) {
        let Some(count) = self.topics.get_mut(topic) else { return };
        self.partitions += u64::from(to.saturating_sub(count.unwrap_or(1)));
        *count = count.map(|count| count.max(to));
    }

    fn add_client(&mut self, client: &ClientSpec) {
        let (kind, topic, polling) = (client.kind, Some(client.topic.clone()), client.polling);
        self.clients.insert(client.name.clone(), ClientFacts { kind, topic, polling });
    }

    fn add(&mut self, statement: &Statement) {
        match statement {
            Statement::Marker(name) => {
                self.markers.insert(name.clone());
            }
            Statement::Always(_, Some(name)) | Statement::Never(_, Some(name)) => {
                self.checks.insert(name.clone());
            }
            Statement::End(name) => {
                self.checks.remove(name);
            }
            Statement::Command(command) => self.add_command(command),
            _ => {}
        }
    }

    /// What an order makes.
    pub(crate) fn add_command(&mut self, command: &Command) {
        match command {
            Command::CreateTopic(topic, _) => self.add_topic(topic),
            Command::IncreasePartitions { topic, partitions, .. } => {
                self.grow_topic(topic, *partitions);
            }
            Command::AddClient(client) => self.add_client(client),
            Command::Start(_, _, Some(release)) => self.add_release(release),
            Command::AlterFeature(feature, level, _) => {
                self.raise_metadata_version(feature, *level);
            }
            Command::Produce { records: Records::Count(count), .. } => {
                self.records += u64::from(*count);
            }
            Command::Produce { records: Records::Values(values), .. } => {
                self.records += values.len() as u64;
                self.values.extend(values.iter().cloned());
            }
            Command::Request { request, sender, .. } => {
                if let RawRequest::Produce { value, .. } = request {
                    self.values.insert(value.clone());
                }
                if &**sender != "raw" {
                    self.senders.insert(sender.clone());
                }
            }
            _ => {}
        }
    }
}

/// The log directories that these settings name.
pub(crate) fn directories_of(settings: &Settings) -> Vec<Arc<str>> {
    let list = settings.text(ConfigKey::LogDirs).unwrap_or_default();
    list.split(',').map(|path| Arc::from(path.trim())).collect()
}

/// The metadata version that a cluster begins with.
pub(crate) fn first_metadata_version(cluster: &ClusterSpec) -> Option<u16> {
    let said = cluster.features.iter().rev().find(|(name, _)| &**name == METADATA_VERSION);
    said.map(|(_, level)| *level).or_else(|| metadata_version_of(&cluster.release))
}

/// The directory of the metadata log that these settings name.
pub(crate) fn metadata_directory_of(settings: &Settings) -> Option<Arc<str>> {
    settings.text(ConfigKey::MetadataLogDir).map(Arc::from)
}

fn said_directories(cluster: &ClusterSpec) -> SortedSet<Arc<str>> {
    let lines = cluster.config.iter().map(|line| &line.settings);
    let said = lines.filter(|settings| settings.0.contains_key(&ConfigKey::LogDirs));
    said.flat_map(directories_of).collect()
}

impl World {
    /// The log directories that some broker has.
    pub(crate) fn log_directories(&self) -> Vec<Arc<str>> {
        let mut all = match self.directories.is_empty() {
            true => directories_of(&Settings::default()),
            false => self.directories.iter().cloned().collect(),
        };
        let apart = self.metadata_directories.iter();
        all.extend(apart.filter(|path| !self.directories.contains(*path)).cloned());
        all
    }
}
