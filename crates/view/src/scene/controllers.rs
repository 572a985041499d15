//! The controllers' strip and the committed state of the partition shown.
//!
//! Uses: `scene`, `reading`, `cuts`, `replicas`.

use epochscope_engine::observe::{ControllerObservation, ProcessStatus, ReplicaRole};
use epochscope_vocabulary::{BrokerId, ControllerId};

use super::cuts::cut_off;
use super::replicas::is_down;
use super::{ControllerCard, MetadataLag, PartitionState, Quorum, Reading};

/// The controllers, and how far the brokers have read what they decided.
pub(crate) fn quorum(reading: &Reading) -> Quorum {
    let active = reading.active_controller;
    let seen = reading.controllers.iter();
    let committed =
        seen.clone().find(|c| Some(c.id) == active).map(|controller| controller.high_watermark);
    let card = |controller: &ControllerObservation| ControllerCard {
        id: controller.id,
        role: standing(controller, active),
        is_active: Some(controller.id) == active,
        quorum_epoch: controller.quorum_epoch,
        log_end_offset: controller.log_end_offset,
        cut_off: cut_off(reading, controller.id.into()),
    };
    let lag = |broker: &epochscope_engine::observe::BrokerObservation| {
        let lag = if is_down(broker.process) {
            MetadataLag::Down
        } else if committed.is_some_and(|committed| broker.metadata_offset < committed) {
            MetadataLag::Behind
        } else {
            MetadataLag::UpToDate
        };
        (broker.id, broker.metadata_offset, lag)
    };
    Quorum {
        controllers: seen.map(card).collect(),
        committed,
        brokers: reading.brokers.iter().map(lag).collect(),
    }
}

/// What a controller is, in a word: what its process does, or its state in the quorum.
pub(crate) fn standing(
    controller: &ControllerObservation,
    active: Option<ControllerId>,
) -> &'static str {
    match controller.process {
        ProcessStatus::Paused => "paused",
        ProcessStatus::Stopped => "stopped",
        ProcessStatus::Killed => "crashed",
        ProcessStatus::Running if Some(controller.id) == active => "active",
        ProcessStatus::Running if controller.is_active => "deposed",
        ProcessStatus::Running => controller.quorum_role,
    }
}

/// The partition shown, as committed, and who believes to lead it.
pub(crate) fn partition(reading: &Reading) -> Option<PartitionState> {
    let committed = reading.partition()?;
    Some(PartitionState {
        partition: committed.partition,
        name: committed.name.as_str().into(),
        leader: committed.leader,
        leader_epoch: committed.leader_epoch,
        replicas: committed.replicas.clone(),
        isr: committed.isr.clone(),
        elr: committed.elr.clone(),
        min_insync_replicas: committed.min_insync_replicas,
        acting_leaders: acting_leaders(reading),
    })
}

fn acting_leaders(reading: &Reading) -> Vec<BrokerId> {
    let runs = |id: &BrokerId| {
        reading.brokers.iter().any(|b| b.id == *id && b.process == ProcessStatus::Running)
    };
    let leading = reading.replicas.iter().filter(|one| one.role == ReplicaRole::Leader);
    leading.map(|replica| replica.broker).filter(runs).collect()
}
