//! Brokers: registrations, heartbeats, sessions, log directories.

use std::sync::Arc;

use epochscope_engine::controller::broker_heartbeat_manager::Wishes;
use epochscope_engine::controller::controller_result::{ControllerResult, OperationError};
use epochscope_engine::release::Release;
use epochscope_vocabulary::metadata_record::MetadataRecord;
use epochscope_vocabulary::rpc::{
    AssignReplicasToDirsRequest, BrokerControlState, BrokerHeartbeatRequest,
    BrokerRegistrationRequest, DirectoryAssignment, Wish,
};
use epochscope_vocabulary::{BrokerEpoch, DirectoryId, SimDuration, TopicId, TopicPartition};
use serde_json::{Map, Value, json};

use super::topics::topic_partitions;
use super::{Answer, Controller, done, object};
use crate::rule::fields::{
    Fields, Read, broker, flag, list, nullable, number, number_or_none, offset_or_none, text,
};

/// Numbers for what the recordings name by labels.
#[derive(Default)]
pub(super) struct Labels(Vec<String>);

impl Labels {
    fn number(&mut self, label: &str) -> u32 {
        let at = self.0.iter().position(|known| known == label).unwrap_or_else(|| {
            self.0.push(label.to_owned());
            self.0.len() - 1
        });
        u32::try_from(at).unwrap_or(u32::MAX)
    }

    /// A directory's label, or Kafka's word for one that has none.
    pub(super) fn of(&self, directory: DirectoryId) -> &str {
        match directory {
            DirectoryId::Named(number) => {
                let at = usize::try_from(number).unwrap_or(usize::MAX);
                self.0.get(at).map_or("", String::as_str)
            }
            DirectoryId::Unassigned => "unassigned",
            DirectoryId::Migrating => "migrating",
            DirectoryId::Lost => "lost",
        }
    }
}

impl Controller {
    pub(super) fn register(&mut self, event: &mut Fields<'_>) -> Read<Answer> {
        let broker = event.get("broker", broker)?;
        let known = self.state.image().broker(broker).map(|known| known.broker_epoch);
        self.pass_a_session();
        if let (true, Some(epoch)) = (event.get("session_valid", flag)?, known) {
            self.state.track_heartbeat(broker, epoch, self.now);
        }
        // Before version 3 a broker cannot say how it went down, and counts as clean.
        let says = event.get("request_version", number::<u16>)? >= 3;
        let previous = event.get("previous_broker_epoch", number_or_none)?.map(BrokerEpoch);
        let request = BrokerRegistrationRequest {
            broker,
            incarnation: self.incarnations.number(event.get("incarnation", text)?),
            rack: event.get("rack", nullable(text))?.map(Into::into),
            previous_broker_epoch: if says { previous } else { known },
            log_dirs: self.directories(event.get("log_dirs", list(text))?),
            features: Release::V4_1.rules().features,
        };
        let registered = self.state.register_broker(&request, self.now);
        Ok(registered.map(|result| ControllerResult {
            records: result.records,
            reply: object(json!({ "broker_epoch": result.reply.0 })),
        }))
    }

    pub(super) fn unregister(&self, event: &mut Fields<'_>) -> Read<Answer> {
        Ok(self.state.unregister_broker(event.get("broker", broker)?).map(done))
    }

    fn directories(&mut self, labels: Vec<&str>) -> Vec<DirectoryId> {
        labels.into_iter().map(|label| DirectoryId::Named(self.directories.number(label))).collect()
    }

    fn pass_a_session(&mut self) {
        self.now += SimDuration::from_secs(10);
    }

    pub(super) fn heartbeat(
        &mut self,
        event: &mut Fields<'_>,
        written: &mut Vec<MetadataRecord>,
    ) -> Read<Result<Map<String, Value>, OperationError>> {
        let offline = event.maybe("offline_log_dirs", list(text))?.unwrap_or_default();
        let request = BrokerHeartbeatRequest {
            broker: event.get("broker", broker)?,
            broker_epoch: broker_epoch(event)?,
            current_metadata_offset: event.get("current_metadata_offset", offset_or_none)?,
            wish: Wish::Fence,
            offline_log_dirs: self.directories(offline),
        };
        let wishes = Wishes {
            want_fence: event.get("want_fence", flag)?,
            want_shut_down: event.get("want_shut_down", flag)?,
        };
        let result = match self.state.process_broker_heartbeat(&request, wishes) {
            Ok(result) => result,
            Err(why) => return Ok(Err(why)),
        };
        let reply = self.write(result, written);
        self.state.on_heartbeat_written(request.broker, reply.state);
        let is = |other| reply.state == other;
        Ok(Ok(object(json!({
            "is_caught_up": reply.caught_up,
            "is_fenced":
                is(BrokerControlState::Fenced) || is(BrokerControlState::ShutdownNow),
            "in_controlled_shutdown": is(BrokerControlState::ControlledShutdown),
            "should_shut_down": is(BrokerControlState::ShutdownNow),
        }))))
    }

    /// Only this broker's session is over; the task runs until it finds none.
    pub(super) fn expire_session(
        &mut self,
        event: &mut Fields<'_>,
        written: &mut Vec<MetadataRecord>,
    ) -> Read<Result<Map<String, Value>, OperationError>> {
        let expired = event.get("broker", broker)?;
        let epochs: Vec<_> =
            self.state.image().brokers().map(|(id, known)| (id, known.broker_epoch)).collect();
        for (id, epoch) in epochs.iter().filter(|(id, _)| *id == expired) {
            self.state.track_heartbeat(*id, *epoch, self.now);
        }
        self.pass_a_session();
        for (id, epoch) in epochs.iter().filter(|(id, _)| *id != expired) {
            self.state.track_heartbeat(*id, *epoch, self.now);
        }
        while let Some(over) = self.state.next_expired_session(self.now) {
            match self.state.fence_stale_broker(over.broker, over.broker_epoch) {
                Ok(fenced) => {
                    let records = fenced.unwrap_or_default();
                    self.write(ControllerResult { records, reply: () }, written);
                }
                Err(why) => return Ok(Err(why)),
            }
        }
        Ok(Ok(Map::new()))
    }

    pub(super) fn assign_dirs(&mut self, event: &mut Fields<'_>) -> Read<Answer> {
        let label = event.get("log_dir", text)?;
        let directory = DirectoryId::Named(self.directories.number(label));
        let named = event.get("partitions", topic_partitions)?;
        let nowhere = TopicId(u32::MAX);
        let id = |(topic, partition): &(Arc<str>, u32)| TopicPartition {
            topic: self.state.image().topic_id(topic).unwrap_or(nowhere),
            partition: *partition,
        };
        let partitions = named.iter().map(id).collect();
        let request = AssignReplicasToDirsRequest {
            broker: event.get("broker", broker)?,
            broker_epoch: broker_epoch(event)?,
            directories: vec![DirectoryAssignment { directory, partitions }],
        };
        Ok(self.state.assign_replicas_to_dirs(&request).map(|result| {
            let asked = named.iter().zip(&result.reply);
            let told = asked.map(|((topic, partition), (_, error))| {
                json!({"topic": &**topic, "partition": partition, "error": error.name()})
            });
            let reply = object(json!({ "partitions": told.collect::<Value>() }));
            ControllerResult { records: result.records, reply }
        }))
    }
}

/// An epoch that cannot be said is as stale as any other.
pub(super) fn broker_epoch(event: &mut Fields<'_>) -> Read<BrokerEpoch> {
    Ok(BrokerEpoch(event.get("broker_epoch", number_or_none)?.unwrap_or(u64::MAX)))
}
