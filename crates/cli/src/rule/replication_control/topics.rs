//! Topics: their creation and deletion, more partitions, and who is named in requests.

use std::sync::Arc;

use epochscope_engine::controller::topic_control::CreatableTopic;
use epochscope_vocabulary::rpc::CreatePartitionsRequest;
use epochscope_vocabulary::{BrokerId, ErrorCode, TopicId, TopicPartition};
use serde_json::Value;

use super::configs::{Given, topic_configs};
use super::{Answer, Controller, done};
use crate::rule::fields::{
    Fields, MOST, Read, broker, fields, list, nullable, number, signed, text, unlike,
};

/// No topic has this id.
const UNKNOWN: TopicId = TopicId(u32::MAX);

impl Controller {
    pub(super) fn create_topic(&mut self, event: &mut Fields<'_>) -> Read<Answer> {
        let mut topic = CreatableTopic {
            name: event.get("topic", text)?.into(),
            num_partitions: event.get("num_partitions", few)?,
            replication_factor: event.get("replication_factor", few)?,
            assignments: event.get("assignments", nullable(lists))?.unwrap_or_default(),
            configs: Vec::new(),
        };
        let Given::Known(configs) = event.get("configs", topic_configs)? else {
            return Ok(Err(self.refusal_of_settings(&topic).into()));
        };
        topic.configs = configs;
        let created = self.state.create_topic(&topic, &mut self.random, &mut self.names);
        Ok(created.map(done))
    }

    /// Settings that we cannot say are as wrong as any, and only the topic's name is looked at
    /// before them.
    fn refusal_of_settings(&self, topic: &CreatableTopic) -> ErrorCode {
        let (mut random, mut names) = (self.random.clone(), self.names.clone());
        let created = self.state.create_topic(topic, &mut random, &mut names);
        match created.map_err(|why| why.error_code()) {
            Err(name @ (ErrorCode::InvalidTopicException | ErrorCode::TopicAlreadyExists)) => name,
            _ => ErrorCode::InvalidConfig,
        }
    }

    pub(super) fn create_partitions(&mut self, event: &mut Fields<'_>) -> Read<Answer> {
        let request = CreatePartitionsRequest {
            name: event.get("topic", text)?.into(),
            count: event.get("count", few)?,
            assignments: event.get("assignments", nullable(lists))?,
        };
        Ok(self.state.create_partitions(&request, &mut self.random).map(done))
    }

    pub(super) fn delete_topic(&self, event: &mut Fields<'_>) -> Read<Answer> {
        let topic = self.topic(event.get("topic", text)?);
        Ok(self.state.delete_topic(topic).map(done))
    }

    pub(super) fn topic(&self, name: &str) -> TopicId {
        self.state.image().topic_id(name).unwrap_or(UNKNOWN)
    }

    pub(super) fn partition(&self, event: &mut Fields<'_>) -> Read<TopicPartition> {
        let topic = self.topic(event.get("topic", text)?);
        Ok(TopicPartition { topic, partition: event.get("partition", number)? })
    }
}

/// A number of partitions or replicas, as a request says it: it may be negative.
fn few(value: &Value) -> Read<i64> {
    let number = signed(value)?;
    if number > i64::from(MOST) {
        return Err(unlike(value, format!("a whole number up to {MOST}")));
    }
    Ok(number)
}

/// Partitions by topic and number.
pub(super) fn topic_partitions(value: &Value) -> Read<Vec<(Arc<str>, u32)>> {
    list(|pair| {
        fields(pair, |pair| Ok((pair.get("topic", text)?.into(), pair.get("partition", number)?)))
    })(value)
}

/// A list of replicas. A negative one is as unknown as any that is not registered.
pub(super) fn replicas(value: &Value) -> Read<Vec<BrokerId>> {
    let unknown = |value: &Value| value.as_i64().is_some_and(i64::is_negative);
    list(|one| if unknown(one) { Ok(BrokerId(u32::MAX)) } else { broker(one) })(value)
}

fn lists(value: &Value) -> Read<Vec<Vec<BrokerId>>> {
    list(replicas)(value)
}
