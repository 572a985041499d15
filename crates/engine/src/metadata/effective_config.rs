//! The value of a setting that counts, out of all the places where it may be given.
//!
//! Source: Kafka `KafkaConfigSchema.resolveEffectiveTopicConfig`, `DynamicBrokerConfig`.
//! Uses: nothing.

use epochscope_vocabulary::config::{ConfigKey, ConfigValue, DefaultValue, Settings};
use epochscope_vocabulary::metadata_record::ConfigResource;
use epochscope_vocabulary::{BrokerId, TopicId};

use super::image::MetadataImage;

impl MetadataImage {
    /// A topic's setting, as a controller sees it: the topic's own, else the cluster's dynamic
    /// one, else what server.properties says, else Kafka's default.
    #[must_use]
    pub fn effective_config_for_topic(
        &self,
        topic: TopicId,
        key: ConfigKey,
        static_settings: &Settings,
    ) -> ConfigValue {
        let own = self.topic_config(topic, key).or_else(|| self.cluster_config(key));
        own.cloned().unwrap_or_else(|| static_or_default(key, static_settings))
    }

    /// As [`Self::effective_config_for_topic`], as a broker sees it: what that broker itself was
    /// given goes before what the cluster was given.
    #[must_use]
    pub fn effective_config_for_topic_at(
        &self,
        broker: BrokerId,
        topic: TopicId,
        key: ConfigKey,
        static_settings: &Settings,
    ) -> ConfigValue {
        let own = self.topic_config(topic, key);
        own.cloned().unwrap_or_else(|| self.effective_config_at(broker, key, static_settings))
    }

    /// A broker's setting: its own dynamic one, else the cluster's, else server.properties, else
    /// Kafka's default.
    #[must_use]
    pub fn effective_config_at(
        &self,
        broker: BrokerId,
        key: ConfigKey,
        static_settings: &Settings,
    ) -> ConfigValue {
        let own = self.config(&ConfigResource::Broker(broker), key);
        let dynamic = own.or_else(|| self.cluster_config(key));
        dynamic.cloned().unwrap_or_else(|| static_or_default(key, static_settings))
    }

    /// `min.insync.replicas` of a topic, as it is set.
    #[must_use]
    pub fn min_insync_replicas(&self, topic: TopicId, settings: &Settings) -> u32 {
        let key = ConfigKey::MinInsyncReplicas;
        match self.effective_config_for_topic(topic, key, settings) {
            ConfigValue::Number(number) => u32::try_from(number).unwrap_or(1),
            ConfigValue::Bool(_) | ConfigValue::Text(_) => 1,
        }
    }

    /// `min.insync.replicas` of a topic as a controller sees it, never above the number of its
    /// first partition's replicas (`getTopicEffectiveMinIsr`).
    #[must_use]
    pub fn effective_min_insync_replicas(&self, topic: TopicId, settings: &Settings) -> u32 {
        let wanted = self.min_insync_replicas(topic, settings);
        let first = self.topic(topic).and_then(|topic| topic.partitions.first());
        let replicas = first.and_then(|first| u32::try_from(first.replicas.len()).ok());
        replicas.map_or(wanted, |replicas| effective_min_isr(wanted, replicas))
    }

    /// `unclean.leader.election.enable` of a topic as a controller sees it.
    #[must_use]
    pub fn allows_unclean_election(&self, topic: TopicId, settings: &Settings) -> bool {
        let key = ConfigKey::UncleanLeaderElectionEnable;
        self.effective_config_for_topic(topic, key, settings) == ConfigValue::Bool(true)
    }

    fn topic_config(&self, topic: TopicId, key: ConfigKey) -> Option<&ConfigValue> {
        self.config(&ConfigResource::Topic(self.topic(topic)?.name.clone()), key)
    }

    fn cluster_config(&self, key: ConfigKey) -> Option<&ConfigValue> {
        self.config(&ConfigResource::Cluster, key)
    }
}

/// How many in-sync replicas a partition with so many replicas needs: never more than it has.
#[must_use]
pub fn effective_min_isr(min_insync_replicas: u32, replicas: u32) -> u32 {
    min_insync_replicas.min(replicas)
}

fn static_or_default(key: ConfigKey, settings: &Settings) -> ConfigValue {
    settings.0.get(&key).cloned().unwrap_or_else(|| match key.setting().default {
        DefaultValue::Number(number) => ConfigValue::Number(number),
        DefaultValue::Bool(value) => ConfigValue::Bool(value),
        DefaultValue::Text(text) => ConfigValue::Text(text.into()),
        DefaultValue::Unset => ConfigValue::Text("".into()),
    })
}
