//! Reading a partition as one node has it: `orders-0@1`, `orders-0@101`.

use epochscope_engine::Cluster;
use epochscope_engine::observe::{ReplicaObservation, ReplicaRole};
use epochscope_vocabulary::command::PartitionName;
use epochscope_vocabulary::{BrokerId, ControllerId, TopicPartition};

use crate::observations::ObservationName as Name;
use crate::observed::Observed;
use crate::script::Viewer;

/// What a node has of a partition.
#[must_use]
pub fn observe_replica(
    name: Name,
    cluster: &Cluster,
    at: &PartitionName,
    viewer: Viewer,
) -> Observed {
    let Some(id) = cluster.find_partition(&at.topic, at.partition) else {
        let deleted = Observed::Word("deleted".to_owned());
        return if name == Name::Role { deleted } else { Observed::None };
    };
    match viewer {
        Viewer::Controller(controller) => {
            let image = cluster.controller_image(ControllerId(controller));
            let registration = image.and_then(|image| image.partition(id).cloned());
            registration.map_or(Observed::None, |one| match name {
                Name::Leader => Observed::broker(one.leader),
                Name::Isr => Observed::brokers(&one.isr),
                Name::Elr => Observed::brokers(&one.elr),
                Name::LastKnownElr => Observed::brokers(&one.last_known_elr),
                Name::Replicas => Observed::brokers(&one.replicas),
                Name::Adding => Observed::brokers(&one.adding),
                Name::Removing => Observed::brokers(&one.removing),
                Name::LeaderEpoch => Observed::Number(one.leader_epoch.0.into()),
                Name::PartitionEpoch => Observed::Number(one.partition_epoch.0.into()),
                Name::LeaderRecovery => Observed::Word(one.leader_recovery_state.word().to_owned()),
                _ => Observed::None,
            })
        }
        Viewer::Broker(broker) => of_broker(name, cluster, BrokerId(broker), id),
    }
}

fn of_broker(name: Name, cluster: &Cluster, broker: BrokerId, id: TopicPartition) -> Observed {
    let Some(replica) = cluster.replica(broker, id) else {
        return if name == Name::Role { Observed::Word("none".to_owned()) } else { Observed::None };
    };
    match name {
        Name::Role => Observed::Word(role_word(&replica).to_owned()),
        Name::LogEndOffset => Observed::Number(replica.log.log_end_offset().0),
        Name::HighWatermark => Observed::Number(replica.high_watermark.0),
        Name::CheckpointedHighWatermark => Observed::Number(replica.checkpointed_high_watermark.0),
        Name::FlushedOffset => Observed::Number(replica.log.flushed_offset().0),
        Name::LogStartOffset => Observed::Number(replica.log.log_start_offset().0),
        Name::MaximalIsr => Observed::brokers(&replica.maximal_isr),
        Name::Log => Observed::Text(log_text(cluster, &replica)),
        Name::EpochCache => Observed::Text(epoch_cache_text(&replica)),
        Name::Leader | Name::Isr | Name::LeaderEpoch | Name::PartitionEpoch => {
            held(name, cluster, &replica)
        }
        _ => known(name, cluster, broker, id),
    }
}

/// What the broker's partition holds: a leader's ISR is its own committed one.
fn held(name: Name, cluster: &Cluster, replica: &ReplicaObservation) -> Observed {
    match (name, replica.role) {
        (Name::Leader, ReplicaRole::Leader) => Observed::broker(Some(replica.broker)),
        (Name::Leader, ReplicaRole::Follower(leader)) => Observed::broker(Some(leader)),
        (Name::Leader, ReplicaRole::Leaderless | ReplicaRole::Offline) => Observed::None,
        (Name::LeaderEpoch, _) => Observed::Number(replica.leader_epoch.0.into()),
        (Name::PartitionEpoch, _) => Observed::Number(replica.partition_epoch.0.into()),
        (Name::Isr, ReplicaRole::Leader) => Observed::brokers(&replica.isr),
        (_, _) => known(name, cluster, replica.broker, replica.partition),
    }
}

/// What the broker's metadata says.
fn known(name: Name, cluster: &Cluster, broker: BrokerId, id: TopicPartition) -> Observed {
    let image = cluster.broker_image(broker);
    let Some(one) = image.and_then(|image| image.partition(id)) else {
        return Observed::None;
    };
    match name {
        Name::Isr => Observed::brokers(&one.isr),
        Name::Elr => Observed::brokers(&one.elr),
        Name::LastKnownElr => Observed::brokers(&one.last_known_elr),
        Name::Replicas => Observed::brokers(&one.replicas),
        Name::Adding => Observed::brokers(&one.adding),
        Name::Removing => Observed::brokers(&one.removing),
        Name::LeaderRecovery => Observed::Word(one.leader_recovery_state.word().to_owned()),
        _ => Observed::None,
    }
}

const fn role_word(replica: &ReplicaObservation) -> &'static str {
    match replica.role {
        ReplicaRole::Leader => "leader",
        ReplicaRole::Follower(_) | ReplicaRole::Leaderless => "follower",
        ReplicaRole::Offline => "offline",
    }
}

fn log_text(cluster: &Cluster, replica: &ReplicaObservation) -> String {
    let log = &replica.log;
    let records = log.records(log.log_start_offset(), log.log_end_offset());
    let texts = records.map(|(_, record)| {
        format!("{}.{}", cluster.names().value_text(record.value), record.leader_epoch)
    });
    texts.collect::<Vec<_>>().join(" ")
}

fn epoch_cache_text(replica: &ReplicaObservation) -> String {
    let entries = replica.log.leader_epochs().entries().iter();
    let texts = entries.map(|entry| format!("{}:{}", entry.epoch, entry.start_offset));
    texts.collect::<Vec<_>>().join(" ")
}
