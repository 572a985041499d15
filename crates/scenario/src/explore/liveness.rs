//! What must come right again when faults have stopped and some time has passed.

use epochscope_engine::Cluster;
use epochscope_engine::client::ClientResult;
use epochscope_engine::observe::{
    PartitionObservation, ProcessStatus, ProduceResult, ReplicaObservation,
};
use epochscope_vocabulary::command::Polling;
use epochscope_vocabulary::config::{ConfigKey, ConfigValue};
use epochscope_vocabulary::metadata_record::RegistrationState;
use epochscope_vocabulary::{BrokerId, Offset, QuorumEpoch, SortedSet};

use crate::script::Scenario;

/// A property of a cluster at rest, under the number that specifications give it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Liveness {
    /// All replicas of a partition have equal logs.
    L1,
    /// Every produce has ended in an acknowledgement or an error.
    L2,
    /// The high watermark is the log's end, if the ISR is large enough.
    L4,
    /// All replicas are in sync.
    L5,
    /// A partition with a running candidate has a leader.
    L6,
    /// A broker's metadata is the controllers'.
    L7,
    /// A reassignment has ended.
    L8,
    /// No broker has halted itself, and every one is registered.
    L9,
    /// There is an active controller, and it stays the one.
    L10,
    /// A consumer has read up to the high watermark.
    Read,
}

/// What does not hold, and the line of the language that says what should.
pub(super) struct Unmet {
    pub(super) what: Liveness,
    pub(super) text: String,
}

/// As far a broker's metadata may be behind: records that are on their way.
const ON_THEIR_WAY: u64 = 5;

/// The first thing that has not come right.
pub(super) fn unmet(cluster: &Cluster, script: &Scenario) -> Option<Unmet> {
    let say = |what: Liveness, text: String| Some(Unmet { what, text });
    if cluster.active_controller().is_none() {
        return say(Liveness::L10, "active-controller != none".to_owned());
    }
    for controller in cluster.controllers() {
        if controller.process != ProcessStatus::Running {
            let text = format!("quorum-role {} != none", controller.id);
            return say(Liveness::L9, text);
        }
    }
    for broker in cluster.brokers() {
        let id = broker.id;
        if broker.process != ProcessStatus::Running {
            return say(Liveness::L9, format!("broker {id} = running"));
        }
        if broker.registration != Some(RegistrationState::Unfenced) {
            return say(Liveness::L9, format!("registration {id} = unfenced"));
        }
        let end = cluster.image().end_offset();
        if broker.metadata_offset.0 + ON_THEIR_WAY < end.0 {
            return say(Liveness::L7, format!("metadata-offset {id} >= {end}"));
        }
    }
    cluster
        .partitions()
        .find_map(|one| of_partition(cluster, &one))
        .or_else(|| of_producers(cluster))
        .or_else(|| of_consumers(cluster, script))
}

/// The quorum has elected another leader although nothing was broken any more.
pub(super) fn deposed(cluster: &Cluster, kept: QuorumEpoch) -> Option<Unmet> {
    let text = format!("controller-epoch = {kept}");
    (cluster.image().quorum_epoch() != kept).then_some(Unmet { what: Liveness::L10, text })
}

fn of_partition(cluster: &Cluster, one: &PartitionObservation) -> Option<Unmet> {
    let name = &one.name;
    let say = |what: Liveness, text: String| Some(Unmet { what, text });
    let Some(leader) = one.leader else {
        return say(Liveness::L6, format!("leader {name} != none"));
    };
    if !one.adding.is_empty() || !one.removing.is_empty() {
        return say(Liveness::L8, format!("adding {name} = none and removing {name} = none"));
    }
    let (isr, all) = (set(&one.isr), set(&one.replicas));
    if isr != all {
        return say(Liveness::L5, format!("isr {name} = {}", list(&one.replicas)));
    }
    let Some(leading) = cluster.replica(leader, one.partition) else {
        return say(Liveness::L6, format!("role {name}@{leader} = leader"));
    };
    let end = leading.log.log_end_offset();
    let is_enough = u32::try_from(isr.len()).is_ok_and(|size| size >= one.min_insync_replicas);
    for broker in &one.replicas {
        let Some(replica) = cluster.replica(*broker, one.partition) else {
            return say(Liveness::L1, format!("log-end-offset {name}@{broker} = {end}"));
        };
        if replica.leader_epoch != one.leader_epoch {
            let epoch = one.leader_epoch;
            return say(Liveness::L7, format!("leader-epoch {name}@{broker} = {epoch}"));
        }
        if replica.partition_epoch != one.partition_epoch {
            let epoch = one.partition_epoch;
            return say(Liveness::L7, format!("partition-epoch {name}@{broker} = {epoch}"));
        }
        if replica.log.log_end_offset() != end || !has_same_records(&replica, &leading) {
            return say(Liveness::L1, format!("log-end-offset {name}@{broker} = {end}"));
        }
        if is_enough && replica.high_watermark != end {
            return say(Liveness::L4, format!("high-watermark {name}@{broker} = {end}"));
        }
    }
    None
}

fn has_same_records(one: &ReplicaObservation, other: &ReplicaObservation) -> bool {
    let records = |replica: &ReplicaObservation| -> Vec<_> {
        let log = &replica.log;
        let records = log.records(log.log_start_offset(), log.log_end_offset());
        records.map(|(_, record)| (record.value, record.leader_epoch)).collect()
    };
    records(one) == records(other)
}

fn of_producers(cluster: &Cluster) -> Option<Unmet> {
    for client in cluster.clients() {
        let name = &client.name;
        let pending = client.results.iter().find(|(_, what)| *what == ProduceResult::Pending);
        if let Some((value, _)) = pending {
            let value = crate::format::quote(cluster.names().value_text(*value));
            let text = format!("result {name} {value} != pending");
            return Some(Unmet { what: Liveness::L2, text });
        }
    }
    let is_pending = cluster.last_result("admin") == Some(ClientResult::Pending);
    is_pending.then(|| Unmet { what: Liveness::L2, text: "result admin != pending".to_owned() })
}

/// A consumer without a policy stops where its log was cut: nothing is asked of it.
fn of_consumers(cluster: &Cluster, script: &Scenario) -> Option<Unmet> {
    for spec in super::clients::consumers(script) {
        let policy = spec.settings.0.get(&ConfigKey::AutoOffsetReset);
        if spec.polling == Polling::Manual || policy == Some(&ConfigValue::Text("none".into())) {
            continue;
        }
        let name = &spec.name;
        let Some(seen) = cluster.clients().into_iter().find(|one| one.name == *name) else {
            continue;
        };
        let partitions = cluster.partitions();
        for one in partitions.filter(|one| is_of_topic(cluster, one, &spec.topic)) {
            let leader = one.leader.and_then(|leader| cluster.replica(leader, one.partition));
            let Some(leader) = leader else { continue };
            let at = seen.positions.iter().find(|(partition, _)| *partition == one.partition);
            // It hears of new partitions when its metadata is old, which takes minutes.
            let knows = seen.leaders.iter().any(|(known, ..)| *known == one.partition);
            if !knows && !seen.leaders.is_empty() {
                continue;
            }
            if at.map(|(_, at)| *at) != Some(leader.high_watermark) {
                let (partition, Offset(end)) = (&one.name, leader.high_watermark);
                let text = format!("position {name} {partition} = {end}");
                return Some(Unmet { what: Liveness::Read, text });
            }
        }
    }
    None
}

fn is_of_topic(cluster: &Cluster, one: &PartitionObservation, topic: &str) -> bool {
    cluster.image().topic(one.partition.topic).is_some_and(|image| &*image.name == topic)
}

fn set(ids: &[BrokerId]) -> SortedSet<BrokerId> {
    ids.iter().copied().collect()
}

fn list(ids: &[BrokerId]) -> String {
    ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}
