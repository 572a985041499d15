//! Metadata records in a trace line: a record's name and the fields that it sets.

use std::fmt::Write as _;

use super::line::{id_or_none, ids};
use crate::ids::DirectoryId;
use crate::metadata_record::{
    ConfigResource, LeaderRecoveryState, MetadataRecord, PartitionChangeRecord, RegistrationState,
};
use crate::names::Names;

/// A metadata record with the fields that it sets.
#[must_use]
pub fn record_text(names: &Names, record: &MetadataRecord) -> String {
    let mut out = record.name().to_owned();
    match record {
        MetadataRecord::LeaderChange { leader, quorum_epoch } => {
            let _ = write!(out, " controller {leader} epoch={quorum_epoch}");
        }
        MetadataRecord::FeatureLevelRecord { feature, level } => {
            let _ = write!(out, " {feature}={level}");
        }
        MetadataRecord::RegisterBrokerRecord { broker, broker_epoch, .. }
        | MetadataRecord::UnregisterBrokerRecord { broker, broker_epoch } => {
            let _ = write!(out, " broker {broker} broker_epoch={broker_epoch}");
        }
        MetadataRecord::BrokerRegistrationChangeRecord { broker, state, .. } => {
            let state = match state {
                RegistrationState::Fenced => "fenced",
                RegistrationState::Unfenced => "unfenced",
                RegistrationState::ControlledShutdown => "in_controlled_shutdown",
            };
            let _ = write!(out, " broker {broker} {state}");
        }
        MetadataRecord::BrokerLogDirsRecord { broker, log_dirs, .. } => {
            let _ = write!(out, " broker {broker} log_dirs={}", log_dirs.len());
        }
        MetadataRecord::TopicRecord { name, .. } => {
            let _ = write!(out, " {name}");
        }
        MetadataRecord::PartitionRecord(record) => {
            let _ = write!(
                out,
                " {} leader={} leader_epoch={} replicas={} isr={}",
                names.partition_name(record.partition),
                id_or_none(record.leader),
                record.leader_epoch,
                ids(&record.replicas),
                ids(&record.isr)
            );
        }
        MetadataRecord::PartitionChangeRecord(change) => write_change(names, change, &mut out),
        MetadataRecord::RemoveTopicRecord { topic } => {
            let _ = write!(out, " {}", names.topic_name(*topic));
        }
        MetadataRecord::ConfigRecord { resource, key, value } => {
            let whose = match resource {
                ConfigResource::Cluster => "cluster".to_owned(),
                ConfigResource::Broker(id) => format!("broker {id}"),
                ConfigResource::Topic(name) => format!("topic {name}"),
            };
            let value = value.as_ref().map_or_else(String::new, ToString::to_string);
            let _ = write!(out, " {whose} {}={value}", key.name());
        }
        MetadataRecord::ClearElrRecord { topic } => {
            let whose = topic.map_or("all topics", |topic| names.topic_name(topic));
            let _ = write!(out, " {whose}");
        }
        MetadataRecord::ProducerIdsRecord { broker, next_producer_id } => {
            let _ = write!(out, " broker {broker} next_producer_id={}", next_producer_id.0);
        }
        MetadataRecord::NoOpRecord => {}
    }
    out
}

fn directory_text(directory: DirectoryId) -> String {
    match directory {
        DirectoryId::Named(number) => number.to_string(),
        DirectoryId::Unassigned => "unassigned".to_owned(),
        DirectoryId::Migrating => "migrating".to_owned(),
        DirectoryId::Lost => "lost".to_owned(),
    }
}

fn write_change(names: &Names, change: &PartitionChangeRecord, out: &mut String) {
    let _ = write!(out, " {}", names.partition_name(change.partition));
    if let Some(leader) = change.leader {
        let _ = write!(out, " leader={}", id_or_none(leader));
    }
    let lists = [
        ("isr", &change.isr),
        ("elr", &change.elr),
        ("last_known_elr", &change.last_known_elr),
        ("replicas", &change.replicas),
        ("removing", &change.removing),
        ("adding", &change.adding),
    ];
    for (name, list) in lists {
        if let Some(list) = list {
            let _ = write!(out, " {name}={}", ids(list));
        }
    }
    if let Some(directories) = &change.directories {
        let texts: Vec<String> = directories.iter().map(|one| directory_text(*one)).collect();
        let _ = write!(out, " directories={}", texts.join(","));
    }
    if let Some(state) = change.leader_recovery_state {
        out.push_str(match state {
            LeaderRecoveryState::Recovered => " leader_recovery_state=RECOVERED",
            LeaderRecoveryState::Recovering => " leader_recovery_state=RECOVERING",
        });
    }
}
