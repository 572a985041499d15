//! Partitions: ISR changes, elections, reassignments.

use epochscope_engine::controller::controller_result::ControllerResult;
use epochscope_engine::controller::reassignments::ReplicationFactorChange;
use epochscope_vocabulary::rpc::{
    AlterPartitionData, AlterPartitionRequest, ElectLeadersRequest, ElectionType, IsrMember,
    ReassignablePartition,
};
use epochscope_vocabulary::{BrokerEpoch, LeaderEpoch, PartitionEpoch};
use serde_json::{Map, Value, json};

use super::brokers::broker_epoch;
use super::topics::{replicas, topic_partitions};
use super::{Answer, Controller, object};
use crate::rule::answers::{error, ids, leader_id, recovery_name};
use crate::rule::fields::{
    Fields, Read, broker, choice, fields, flag, list, nullable, number, number_or_none,
    recovery_state, text,
};

/// A result whose answer has fields of its own.
type Told = ControllerResult<Map<String, Value>>;

impl Controller {
    pub(super) fn alter_partition(&self, event: &mut Fields<'_>) -> Read<Answer> {
        // Before version 3 the epochs of members are not sent.
        let sent = event.get("request_version", number::<u16>)? >= 3;
        let member = |value| {
            let mut member = isr_member(value)?;
            member.broker_epoch = member.broker_epoch.filter(|_| sent);
            Ok(member)
        };
        let data = AlterPartitionData {
            partition: self.partition(event)?,
            leader_epoch: event.get("leader_epoch", number_or_none)?.map(LeaderEpoch),
            partition_epoch: event.get("partition_epoch", number_or_none)?.map(PartitionEpoch),
            new_isr: event.get("new_isr", list(member))?,
            leader_recovery_state: event.get("leader_recovery_state", recovery_state)?,
        };
        let request = AlterPartitionRequest {
            broker: event.get("broker", broker)?,
            broker_epoch: broker_epoch(event)?,
            partitions: vec![data],
        };
        Ok(self.state.alter_partition(&request).map(|ControllerResult { records, reply }| {
            let told = reply.into_iter().map(|one| match one.result {
                Ok(state) => json!({
                    "leader": leader_id(state.leader),
                    "leader_epoch": state.leader_epoch.0,
                    "isr": ids(&state.isr),
                    "leader_recovery_state": recovery_name(state.leader_recovery_state),
                    "partition_epoch": state.partition_epoch.0,
                }),
                Err(code) => error(code.name()),
            });
            ControllerResult { records, reply: told.map(object).next().unwrap_or_default() }
        }))
    }

    pub(super) fn elect_leaders(&self, event: &mut Fields<'_>) -> Read<Told> {
        let types = [("PREFERRED", ElectionType::Preferred), ("UNCLEAN", ElectionType::Unclean)];
        let result = self.state.elect_leaders(&ElectLeadersRequest {
            election: event.get("type", choice(&types))?,
            partitions: event.get("partitions", nullable(topic_partitions))?,
        });
        let mut partitions = result.reply;
        partitions.sort();
        let partitions = partitions.iter().map(|(topic, partition, error)| {
            json!({"topic": &**topic, "partition": partition, "error": error.name()})
        });
        let reply = object(json!({ "partitions": partitions.collect::<Value>() }));
        Ok(ControllerResult { records: result.records, reply })
    }

    pub(super) fn alter_reassignments(&self, event: &mut Fields<'_>) -> Read<Told> {
        let replication_factor = if event.get("allow_replication_factor_change", flag)? {
            ReplicationFactorChange::Allowed
        } else {
            ReplicationFactorChange::Forbidden
        };
        let partitions = event.get("partitions", list(reassignable))?;
        let result = self.state.alter_partition_reassignments(&partitions, replication_factor);
        let partitions = result.reply.iter().map(|(topic, partition, error)| {
            json!({"topic": &**topic, "partition": partition, "error": error.name()})
        });
        let reply = object(json!({ "partitions": partitions.collect::<Value>() }));
        Ok(ControllerResult { records: result.records, reply })
    }

    pub(super) fn list_reassignments(&self) -> Told {
        let partitions = self.state.list_partition_reassignments().map(|(topic, index, state)| {
            json!({
                "topic": &**topic,
                "partition": index,
                "replicas": ids(&state.replicas),
                "adding": ids(&state.adding),
                "removing": ids(&state.removing),
            })
        });
        let reply = object(json!({ "partitions": partitions.collect::<Value>() }));
        ControllerResult { records: Vec::new(), reply }
    }
}

fn isr_member(value: &Value) -> Read<IsrMember> {
    fields(value, |member| {
        Ok(IsrMember {
            broker: member.get("broker", broker)?,
            broker_epoch: member.get("broker_epoch", number_or_none)?.map(BrokerEpoch),
        })
    })
}

fn reassignable(value: &Value) -> Read<ReassignablePartition> {
    fields(value, |wanted| {
        Ok(ReassignablePartition {
            topic: wanted.get("topic", text)?.into(),
            partition: wanted.get("partition", number)?,
            replicas: wanted.get("replicas", nullable(replicas))?,
        })
    })
}
