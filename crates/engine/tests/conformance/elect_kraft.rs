//! `PartitionChangeBuilder` and `PartitionRegistration.merge`.

use epochscope_engine::controller::partition_change_builder::{
    Election, ElectionResult, EligibleLeaderReplicas, IsrShrink, LastKnownElr, LastKnownLeader,
    LeaderRecovery, PartitionChangeBuilder, PartitionChangeRules,
};
use epochscope_engine::metadata::partition_registration::PartitionRegistration;
use epochscope_vocabulary::metadata_record::{LeaderRecoveryState, PartitionChangeRecord};
use epochscope_vocabulary::{BrokerId, LeaderEpoch, PartitionEpoch, TopicId, TopicPartition};
use serde_json::{Map, Value, json};

use crate::recorded::{brokers, check, flag, ids, number, optional, text};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[test]
fn partition_changes_are_decided_as_by_kafka() {
    check("elect_kraft", 864, |input| {
        let partition = partition(&input["partition"]);
        let acceptable = brokers(&input["acceptable"]);
        let is_acceptable = |broker: BrokerId| acceptable.contains(&broker);
        let topic_partition = TopicPartition { topic: TopicId(0), partition: 0 };
        let min_isr = number(&input["min_isr"]);
        let mut builder = PartitionChangeBuilder::new(
            topic_partition,
            &partition,
            &is_acceptable,
            rules(input),
            min_isr,
        );
        set_targets(&mut builder, input);
        let elected = builder.elect_leader();
        let mut out = json!({ "elect_only": {
            "leader": leader(elected.leader()),
            "unclean": matches!(elected, ElectionResult::Unclean(_)),
        }});
        let record = builder.build();
        out["change"] = record.as_ref().map_or(Value::Null, change);
        if let Some(record) = record {
            out["after"] = registration(&partition.merge(&record));
        }
        out
    });
}

/// What the recorded release, 4.1.2, does with a finalised metadata version: the shrinking ISR goes
/// by the version, the last known leader by the release.
fn rules(input: &Value) -> PartitionChangeRules {
    let bumps = ["3.3-IV3", "3.5-IV2"].contains(&text(&input["metadata_version"]));
    let elr = flag(&input["elr_enabled"]);
    PartitionChangeRules {
        isr_shrink: if bumps { IsrShrink::BumpsLeaderEpoch } else { IsrShrink::KeepsLeaderEpoch },
        leader_recovery: LeaderRecovery::Tracked,
        elr: if elr { EligibleLeaderReplicas::On } else { EligibleLeaderReplicas::Off },
        last_known_leader: LastKnownLeader::MustBeAcceptable,
        last_known_elr: LastKnownElr::OnLeaderLoss,
    }
}

fn set_targets(builder: &mut PartitionChangeBuilder<'_>, input: &Value) {
    builder.election = match text(&input["election"]) {
        "PREFERRED" => Election::Preferred,
        "ONLINE" => Election::Online,
        "UNCLEAN" => Election::Unclean,
        other => panic!("unknown election {other}"),
    };
    let set = |target: &mut Vec<BrokerId>, name: &str| {
        if !input[name].is_null() {
            *target = brokers(&input[name]);
        }
    };
    set(&mut builder.target_isr, "target_isr");
    set(&mut builder.target_replicas, "target_replicas");
    set(&mut builder.target_removing, "target_removing");
    set(&mut builder.target_adding, "target_adding");
    set(&mut builder.unclean_shutdown_replicas, "unclean_shutdown_replicas");
    if !input["target_leader_recovery_state"].is_null() {
        builder.target_leader_recovery_state =
            recovery_state(&input["target_leader_recovery_state"]);
    }
}

fn partition(value: &Value) -> PartitionRegistration {
    PartitionRegistration {
        replicas: brokers(&value["replicas"]),
        isr: brokers(&value["isr"]),
        elr: brokers(&value["elr"]),
        last_known_elr: brokers(&value["last_known_elr"]),
        removing: brokers(&value["removing"]),
        adding: brokers(&value["adding"]),
        leader: optional(&value["leader"]).map(BrokerId),
        leader_recovery_state: recovery_state(&value["leader_recovery_state"]),
        leader_epoch: LeaderEpoch(number(&value["leader_epoch"])),
        partition_epoch: PartitionEpoch(number(&value["partition_epoch"])),
    }
}

fn registration(partition: &PartitionRegistration) -> Value {
    json!({
        "replicas": ids(&partition.replicas),
        "isr": ids(&partition.isr),
        "elr": ids(&partition.elr),
        "last_known_elr": ids(&partition.last_known_elr),
        "removing": ids(&partition.removing),
        "adding": ids(&partition.adding),
        "leader": leader(partition.leader),
        "leader_recovery_state": recovery_state_name(partition.leader_recovery_state),
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
        change.insert("leader".to_owned(), leader(named));
    }
    if let Some(state) = record.leader_recovery_state {
        change.insert("leader_recovery_state".to_owned(), recovery_state_name(state));
    }
    Value::Object(change)
}

fn leader(leader: Option<BrokerId>) -> Value {
    leader.map_or(json!(-1), |broker| json!(broker.0))
}

fn recovery_state(value: &Value) -> LeaderRecoveryState {
    match text(value) {
        "RECOVERED" => LeaderRecoveryState::Recovered,
        "RECOVERING" => LeaderRecoveryState::Recovering,
        other => panic!("unknown recovery state {other}"),
    }
}

fn recovery_state_name(state: LeaderRecoveryState) -> Value {
    match state {
        LeaderRecoveryState::Recovered => json!("RECOVERED"),
        LeaderRecoveryState::Recovering => json!("RECOVERING"),
    }
}
