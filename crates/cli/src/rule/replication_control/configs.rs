//! Settings and features.

use std::collections::BTreeMap;

use epochscope_engine::controller::feature_control::ELIGIBLE_LEADER_REPLICAS_VERSION;
use epochscope_engine::metadata::MetadataImage;
use epochscope_engine::release::Release;
use epochscope_vocabulary::config::{ConfigKey, ConfigValue, SETTINGS, Settings};
use epochscope_vocabulary::metadata_record::ConfigResource;
use epochscope_vocabulary::rpc::{IncrementalAlterConfigsRequest, UpgradeType};
use epochscope_vocabulary::{BrokerId, ControllerId, ErrorCode};
use serde_json::{Value, json};

use super::{Answer, Controller, done};
use crate::rule::fields::{Fields, Read, choice, nullable, number, text, unknown, unlike};

/// Settings that a request gives.
pub(super) enum Given {
    /// All of them can be said in our words.
    Known(Vec<(ConfigKey, ConfigValue)>),
    /// One of them has a name that there is not, or a value of another type.
    Unknown,
}

impl Controller {
    pub(super) fn alter_config(&self, event: &mut Fields<'_>) -> Read<Answer> {
        let name = event.get("name", text)?;
        let resource = match event.get("resource", text)? {
            "topic" => ConfigResource::Topic(name.into()),
            "cluster" => ConfigResource::Cluster,
            "broker" => {
                let id = name.parse().map_err(|_| unlike(&json!(name), "a broker's number"));
                ConfigResource::Broker(BrokerId(id.map_err(|wrong| wrong.within("name"))?))
            }
            other => return Err(unknown(other, &["topic", "cluster", "broker"]).within("resource")),
        };
        let (key, value) = (event.get("key", text)?, event.get("value", nullable(text))?);
        let change = key_of(key).and_then(|key| match value {
            None => Some((key, None)),
            Some(value) => value_of(key, value).map(|value| (key, Some(value))),
        });
        let changes = change.iter().cloned().collect();
        let altered =
            self.state.alter_configs(&IncrementalAlterConfigsRequest { resource, changes });
        // What we cannot say is as wrong as any other, once its owner is found.
        Ok(match (altered, change) {
            (Ok(_), None) => Err(ErrorCode::InvalidConfig.into()),
            (altered, _) => altered.map(done),
        })
    }

    pub(super) fn update_elr_feature(&self, event: &mut Fields<'_>) -> Read<Answer> {
        let level = event.get("level", number)?;
        let types =
            [("UPGRADE", UpgradeType::Upgrade), ("SAFE_DOWNGRADE", UpgradeType::SafeDowngrade)];
        let upgrade = event.get("upgrade_type", choice(&types))?;
        let known = Release::V4_1.rules().features;
        let controllers = [(ControllerId(0), known)];
        let feature = ELIGIBLE_LEADER_REPLICAS_VERSION;
        Ok(self.state.update_feature(feature, (level, upgrade), &controllers).map(done))
    }
}

/// The settings of a topic that is created.
pub(super) fn topic_configs(value: &Value) -> Read<Given> {
    let given = value.as_object().ok_or_else(|| unlike(value, "an object"))?;
    let mut known = Vec::new();
    for (name, value) in given {
        let value = text(value).map_err(|wrong| wrong.within(name))?;
        match key_of(name).and_then(|key| Some((key, value_of(key, value)?))) {
            Some(config) => known.push(config),
            None => return Ok(Given::Unknown),
        }
    }
    Ok(Given::Known(known))
}

/// What stands in the controller's server.properties.
pub(super) fn static_settings(value: &Value) -> Read<Settings> {
    match topic_configs(value)? {
        Given::Known(known) => Ok(Settings(known.into_iter().collect())),
        Given::Unknown => Err(unlike(value, "settings that are modelled, with values in texts")),
    }
}

/// All dynamic settings.
pub(super) fn all(image: &MetadataImage) -> Value {
    let brokers = image.brokers().map(|(id, _)| ConfigResource::Broker(id));
    let topics = image.topics_by_name().map(|topic| ConfigResource::Topic(topic.name.clone()));
    let mut all = Vec::new();
    for resource in std::iter::once(ConfigResource::Cluster).chain(brokers).chain(topics) {
        let configs: BTreeMap<&str, String> =
            image.configs(&resource).map(|(key, value)| (key.name(), value.to_string())).collect();
        let (kind, name) = match &resource {
            ConfigResource::Cluster => ("cluster", String::new()),
            ConfigResource::Broker(id) => ("broker", id.to_string()),
            ConfigResource::Topic(name) => ("topic", name.to_string()),
        };
        if !configs.is_empty() {
            all.push(json!({"resource": kind, "name": name, "configs": configs}));
        }
    }
    all.sort_by_key(|entry| entry["name"].to_string());
    all.into()
}

fn key_of(name: &str) -> Option<ConfigKey> {
    SETTINGS.iter().find(|row| row.name == name).map(|row| row.key)
}

fn value_of(key: ConfigKey, text: &str) -> Option<ConfigValue> {
    if key == ConfigKey::UncleanLeaderElectionEnable {
        text.parse().ok().map(ConfigValue::Bool)
    } else {
        text.parse().ok().map(ConfigValue::Number)
    }
}
