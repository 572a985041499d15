//! Dynamic settings of topics, brokers and the cluster.
//!
//! A changed `min.insync.replicas` empties ELRs: who left an ISR under the old value may lack what
//! is committed under the new one.
//!
//! Source: Kafka `ConfigurationControlManager`; KIP-339, KIP-966.
//! Simplified: values are set or removed; there is nothing to append to or subtract from.
//! Uses: nothing.

use epochscope_vocabulary::config::{ConfigKey, ConfigValue, Scope, ValueKind};
use epochscope_vocabulary::metadata_record::{ConfigResource, MetadataRecord};
use epochscope_vocabulary::rpc::IncrementalAlterConfigsRequest;
use epochscope_vocabulary::{ErrorCode, TopicId};

use super::controller_result::{ControllerResult, OperationError, refused};
use super::feature_control::is_elr_enabled;
use super::replay::ControllerState;

/// Settings with their new values; none removes the override.
pub type ConfigChanges = [(ConfigKey, Option<ConfigValue>)];

impl ControllerState {
    /// Somebody changes the settings of one resource.
    ///
    /// # Errors
    /// An unknown topic or broker, a setting that it cannot be given, a value out of range.
    pub fn alter_configs(
        &self,
        request: &IncrementalAlterConfigsRequest,
    ) -> Result<ControllerResult<()>, OperationError> {
        let resource = &request.resource;
        let topic = match resource {
            ConfigResource::Topic(name) => match self.image.topic_id(name) {
                Some(topic) => Some(topic),
                None => {
                    let what = format!("The topic '{name}' does not exist.");
                    return refused(ErrorCode::UnknownTopicOrPartition, what);
                }
            },
            ConfigResource::Broker(broker) if self.image.broker(*broker).is_none() => {
                let what = format!("No broker with id {broker} found.");
                return refused(ErrorCode::BrokerIdNotRegistered, what);
            }
            ConfigResource::Broker(_) | ConfigResource::Cluster => None,
        };
        let records = self.config_records(resource, topic, &request.changes)?;
        Ok(ControllerResult { records, reply: () })
    }

    /// The records that change a resource's settings; `topic` may be one that is being created.
    pub(crate) fn config_records(
        &self,
        resource: &ConfigResource,
        topic: Option<TopicId>,
        changes: &ConfigChanges,
    ) -> Result<Vec<MetadataRecord>, OperationError> {
        let mut records = Vec::new();
        for (key, value) in changes {
            self.check_change(resource, *key, value.as_ref())?;
            // Kafka writes a topic's setting only when it changes, a broker's always.
            let changes = match resource {
                ConfigResource::Topic(_) => self.image.config(resource, *key) != value.as_ref(),
                ConfigResource::Broker(_) | ConfigResource::Cluster => true,
            };
            if changes {
                let (resource, value) = (resource.clone(), value.clone());
                records.push(MetadataRecord::ConfigRecord { resource, key: *key, value });
            }
        }
        let min_isr_changes = records.iter().any(|record| {
            matches!(record, MetadataRecord::ConfigRecord { key: ConfigKey::MinInsyncReplicas, .. })
        });
        if min_isr_changes && is_elr_enabled(&self.image) {
            records.push(MetadataRecord::ClearElrRecord { topic });
        }
        Ok(records)
    }

    fn check_change(
        &self,
        resource: &ConfigResource,
        key: ConfigKey,
        value: Option<&ConfigValue>,
    ) -> Result<(), OperationError> {
        let name = key.name();
        let scope = match resource {
            ConfigResource::Topic(_) => Scope::Topic,
            ConfigResource::Broker(_) | ConfigResource::Cluster => Scope::Server,
        };
        if !key.setting().scopes.contains(&scope) {
            return refused(ErrorCode::InvalidConfig, format!("Unknown config name: {name}"));
        }
        if value.is_some_and(|value| !is_valid(key, value)) {
            return refused(ErrorCode::InvalidConfig, format!("Invalid value for {name}"));
        }
        if key != ConfigKey::MinInsyncReplicas || !is_elr_enabled(&self.image) {
            return Ok(());
        }
        match (resource, value) {
            (ConfigResource::Broker(_), _) => refused(
                ErrorCode::InvalidConfig,
                format!("Broker-level {name} cannot be altered while ELR is enabled."),
            ),
            (ConfigResource::Cluster, None) => refused(
                ErrorCode::InvalidConfig,
                format!("Cluster-level {name} cannot be removed while ELR is enabled."),
            ),
            (ConfigResource::Cluster, Some(_)) | (ConfigResource::Topic(_), _) => Ok(()),
        }
    }
}

/// Whether a value has the setting's form and lies in its range.
fn is_valid(key: ConfigKey, value: &ConfigValue) -> bool {
    let setting = key.setting();
    let (lowest, highest) = setting.range;
    match (setting.kind, value) {
        (
            ValueKind::Ms
            | ValueKind::Seconds
            | ValueKind::Bytes
            | ValueKind::Count
            | ValueKind::Acks,
            ConfigValue::Number(number),
        ) => (lowest..=highest).contains(number),
        (ValueKind::Bool, ConfigValue::Bool(_))
        | (ValueKind::Text | ValueKind::Brokers, ConfigValue::Text(_)) => true,
        (ValueKind::Word(words), ConfigValue::Text(text)) => words.contains(&&**text),
        (_, ConfigValue::Number(_) | ConfigValue::Bool(_) | ConfigValue::Text(_)) => false,
    }
}
