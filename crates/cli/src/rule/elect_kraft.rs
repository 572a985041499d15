//! `PartitionChangeBuilder` and `PartitionRegistration.merge`.

use epochscope_engine::controller::feature_control::{isr_shrink, leader_recovery};
use epochscope_engine::controller::partition_change_builder::{
    Election, ElectionResult, EligibleLeaderReplicas, LastKnownElr, LastKnownLeader,
    PartitionChangeBuilder, PartitionChangeRules,
};
use epochscope_engine::metadata::partition_registration::PartitionRegistration;
use epochscope_vocabulary::metadata_record::PartitionChangeRecord;
use epochscope_vocabulary::{BrokerId, LeaderEpoch, PartitionEpoch, TopicId, TopicPartition};
use serde_json::{Map, Value, json};

use super::answers::{ids, leader_id, recovery_name};
use super::case::Case;
use super::fields::{
    Fields, Read, brokers, choice, fields, flag, leader, nullable, number, recovery_state,
};
use super::metadata_version::metadata_version;

pub(super) fn answer(case: &Case) -> Read<Value> {
    case.ask(|input| {
        let partition = input.get("partition", partition)?;
        let acceptable = input.get("acceptable", brokers)?;
        let is_acceptable = |broker: BrokerId| acceptable.contains(&broker);
        let topic_partition = TopicPartition { topic: TopicId(0), partition: 0 };
        let mut builder = PartitionChangeBuilder::new(
            topic_partition,
            &partition,
            &is_acceptable,
            rules(input)?,
            input.get("min_isr", number)?,
        );
        set_targets(&mut builder, input)?;
        let elected = builder.elect_leader();
        let mut out = json!({ "elect_only": {
            "leader": leader_id(elected.leader()),
            "unclean": matches!(elected, ElectionResult::Unclean(_)),
        }});
        let record = builder.build();
        out["change"] = record.as_ref().map_or(Value::Null, change);
        if let Some(record) = record {
            out["after"] = registration(&partition.merge(&record));
        }
        Ok(out)
    })
}

/// What the recorded release, 4.1.2, does with a finalised metadata version: the shrinking ISR goes
/// by the version, the last known leader by the release.
fn rules(input: &mut Fields<'_>) -> Read<PartitionChangeRules> {
    let version = input.get("metadata_version", metadata_version)?;
    let elr = input.get("elr_enabled", flag)?;
    Ok(PartitionChangeRules {
        isr_shrink: isr_shrink(version),
        leader_recovery: leader_recovery(version),
        elr: if elr { EligibleLeaderReplicas::On } else { EligibleLeaderReplicas::Off },
        last_known_leader: LastKnownLeader::MustBeAcceptable,
        last_known_elr: LastKnownElr::OnLeaderLoss,
    })
}

fn set_targets(builder: &mut PartitionChangeBuilder<'_>, input: &mut Fields<'_>) -> Read<()> {
    builder.election = input.get(
        "election",
        choice(&[
            ("PREFERRED", Election::Preferred),
            ("ONLINE", Election::Online),
            ("UNCLEAN", Election::Unclean),
        ]),
    )?;
    let mut set = |target: &mut Vec<BrokerId>, name: &'static str| {
        if let Some(wanted) = input.get(name, nullable(brokers))? {
            *target = wanted;
        }
        Ok(())
    };
    set(&mut builder.target_isr, "target_isr")?;
    set(&mut builder.target_replicas, "target_replicas")?;
    set(&mut builder.target_removing, "target_removing")?;
    set(&mut builder.target_adding, "target_adding")?;
    set(&mut builder.unclean_shutdown_replicas, "unclean_shutdown_replicas")?;
    let state = input.get("target_leader_recovery_state", nullable(recovery_state))?;
    builder.target_leader_recovery_state = state.unwrap_or(builder.target_leader_recovery_state);
    Ok(())
}

fn partition(value: &Value) -> Read<PartitionRegistration> {
    fields(value, |partition| {
        Ok(PartitionRegistration {
            replicas: partition.get("replicas", brokers)?,
            isr: partition.get("isr", brokers)?,
            elr: partition.get("elr", brokers)?,
            last_known_elr: partition.get("last_known_elr", brokers)?,
            removing: partition.get("removing", brokers)?,
            adding: partition.get("adding", brokers)?,
            leader: partition.get("leader", leader)?,
            leader_recovery_state: partition.get("leader_recovery_state", recovery_state)?,
            leader_epoch: LeaderEpoch(partition.get("leader_epoch", number)?),
            partition_epoch: PartitionEpoch(partition.get("partition_epoch", number)?),
            directories: Vec::new(),
        })
    })
}

/// A registration in the words of the recordings.
pub(super) fn registration(partition: &PartitionRegistration) -> Value {
    json!({
        "replicas": ids(&partition.replicas),
        "isr": ids(&partition.isr),
        "elr": ids(&partition.elr),
        "last_known_elr": ids(&partition.last_known_elr),
        "removing": ids(&partition.removing),
        "adding": ids(&partition.adding),
        "leader": leader_id(partition.leader),
        "leader_recovery_state": recovery_name(partition.leader_recovery_state),
        "leader_epoch": partition.leader_epoch.0,
        "partition_epoch": partition.partition_epoch.0,
    })
}

/// Only the fields that the record sets.
fn change(record: &PartitionChangeRecord) -> Value {
    let lists = [
        ("replicas", &record.replicas),
        ("isr", &record.isr),
        ("elr", &record.elr),
        ("last_known_elr", &record.last_known_elr),
        ("removing", &record.removing),
        ("adding", &record.adding),
    ];
    let mut change: Map<String, Value> = lists
        .into_iter()
        .filter_map(|(name, list)| Some((name.to_owned(), ids(list.as_ref()?))))
        .collect();
    if let Some(named) = record.leader {
        change.insert("leader".to_owned(), leader_id(named));
    }
    if let Some(state) = record.leader_recovery_state {
        change.insert("leader_recovery_state".to_owned(), json!(recovery_name(state)));
    }
    Value::Object(change)
}
