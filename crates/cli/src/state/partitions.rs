//! Partitions: what the controllers have decided, and what each replica has made of it.

use epochscope_engine::Cluster;
use epochscope_engine::metadata::partition_registration::PartitionRegistration;
use epochscope_engine::observe::{
    PartitionObservation, ReplicaObservation, ReplicaRole, WaitingRequest, Wants,
};
use epochscope_vocabulary::BrokerId;

use super::schema::{
    EpochStart, FollowerState, LogEntry, PartitionDecision, PartitionState, ReplicaState,
    WaitingState,
};

/// All partitions, in order.
pub(super) fn partitions(cluster: &Cluster) -> Vec<PartitionState> {
    cluster.partitions().map(|one| partition(cluster, one)).collect()
}

fn partition(cluster: &Cluster, observed: PartitionObservation) -> PartitionState {
    let id = observed.partition;
    let mut holders: Vec<BrokerId> = cluster.brokers().into_iter().map(|one| one.id).collect();
    holders.retain(|broker| cluster.log(*broker, id).is_some());
    let replicas: Vec<ReplicaState> = holders
        .into_iter()
        .filter_map(|broker| cluster.replica(broker, id))
        .map(|one| replica(cluster, &one))
        .collect();
    PartitionState {
        name: observed.name,
        topic: cluster.names().topic_name(id.topic).to_owned(),
        partition: id.partition,
        controller: PartitionDecision {
            leader: observed.leader.map(|broker| broker.0),
            leader_epoch: observed.leader_epoch.0,
            partition_epoch: observed.partition_epoch.0,
            leader_recovery: observed.leader_recovery_state.word(),
            replicas: ids(&observed.replicas),
            adding: ids(&observed.adding),
            removing: ids(&observed.removing),
            isr: ids(&observed.isr),
            elr: ids(&observed.elr),
            last_known_elr: ids(&observed.last_known_elr),
        },
        min_insync_replicas: observed.min_insync_replicas,
        presumed_leaders: ids(&cluster.presumed_leaders(id)),
        replicas,
    }
}

fn replica(cluster: &Cluster, one: &ReplicaObservation) -> ReplicaState {
    let log = &one.log;
    let (role, follows) = match one.role {
        ReplicaRole::Leader => ("leader", None),
        ReplicaRole::Follower(leader) => ("follower", Some(leader.0)),
        ReplicaRole::Leaderless => ("follower", None),
        ReplicaRole::Offline => ("offline", None),
    };
    let records = log.records(log.log_start_offset(), log.log_end_offset());
    let known = cluster.broker_image(one.broker).and_then(|image| image.partition(one.partition));
    ReplicaState {
        broker: one.broker.0,
        role,
        follows,
        stale_leader: one.is_stale_leader,
        leader_epoch: one.leader_epoch.0,
        partition_epoch: one.partition_epoch.0,
        log_start_offset: log.log_start_offset().0,
        log_end_offset: log.log_end_offset().0,
        high_watermark: one.high_watermark.0,
        checkpointed_high_watermark: one.checkpointed_high_watermark.0,
        flushed_offset: log.flushed_offset().0,
        isr: ids(&one.isr),
        maximal_isr: ids(&one.maximal_isr),
        followers: one
            .follower_offsets
            .iter()
            .map(|(broker, end)| FollowerState {
                broker: broker.0,
                log_end_offset: end.map(|offset| offset.0),
            })
            .collect(),
        epoch_cache: log
            .leader_epochs()
            .entries()
            .iter()
            .map(|entry| EpochStart {
                leader_epoch: entry.epoch.0,
                start_offset: entry.start_offset.0,
            })
            .collect(),
        log: records
            .map(|(offset, record)| LogEntry {
                offset: offset.0,
                leader_epoch: record.leader_epoch.0,
                value: cluster.names().value_text(record.value).to_owned(),
            })
            .collect(),
        waiting: one.waiting.iter().map(|request| waiting(cluster, request)).collect(),
        metadata: known.map(|registration| decision(registration)),
    }
}

fn waiting(cluster: &Cluster, request: &WaitingRequest) -> WaitingState {
    let names = cluster.names();
    let (wants, offset, values) = match &request.wants {
        Wants::HighWatermark { required, values } => {
            let texts = values.iter().map(|value| names.value_text(*value).to_owned());
            ("high-watermark", *required, texts.collect())
        }
        Wants::Record(offset) => ("record", *offset, Vec::new()),
        Wants::CommittedRecord(offset) => ("committed-record", *offset, Vec::new()),
    };
    WaitingState {
        request: request.request.0,
        from: names.node_name(request.from),
        since_us: request.since.0,
        until_us: request.until.0,
        wants,
        offset: offset.0,
        values,
    }
}

fn decision(registration: &PartitionRegistration) -> PartitionDecision {
    PartitionDecision {
        leader: registration.leader.map(|broker| broker.0),
        leader_epoch: registration.leader_epoch.0,
        partition_epoch: registration.partition_epoch.0,
        leader_recovery: registration.leader_recovery_state.word(),
        replicas: ids(&registration.replicas),
        adding: ids(&registration.adding),
        removing: ids(&registration.removing),
        isr: ids(&registration.isr),
        elr: ids(&registration.elr),
        last_known_elr: ids(&registration.last_known_elr),
    }
}

fn ids(brokers: &[BrokerId]) -> Vec<u32> {
    brokers.iter().map(|broker| broker.0).collect()
}
