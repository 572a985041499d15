//! What an administrator does to the cluster as a whole, and what its disks and its quorum suffer.

use epochscope_engine::broker::log_manager::DirectoryState;
use epochscope_engine::controller::feature_control::ELIGIBLE_LEADER_REPLICAS_VERSION;
use epochscope_engine::rng::Stream;
use epochscope_vocabulary::command::{HoldSpec, MessageHalf, NodeSelector};
use epochscope_vocabulary::rpc::ApiKey;
use epochscope_vocabulary::{BrokerId, Command};

use super::sight::{Sight, node, pick, pick_by_weight};

/// No topic gets more partitions than so many.
const MOST_PARTITIONS: u32 = 5;

/// A topic gets one or two partitions more.
pub(super) fn increase(stream: &mut Stream, sight: &Sight<'_>) -> Option<Command> {
    let topic = sight.name(sight.partition(stream)?)?.topic;
    let there = sight.cluster.image().topic_named(&topic)?.partitions.len();
    let partitions = u32::try_from(there).ok()? + 1 + u32::try_from(stream.below(2)).ok()?;
    let (replicas, via) = (Vec::new(), None);
    (partitions <= MOST_PARTITIONS).then_some(Command::IncreasePartitions {
        topic,
        partitions,
        replicas,
        via,
    })
}

/// A log directory fails, is repaired, or is emptied while its broker is down.
pub(super) fn directory(stream: &mut Stream, sight: &Sight<'_>) -> Option<Command> {
    let broker = pick(stream, &sight.brokers)?;
    let (path, state) = pick(stream, &sight.cluster.log_directories(BrokerId(broker)))?;
    if state == DirectoryState::Failed {
        return Some(Command::RepairDirectory(node(broker), path));
    }
    let may_fail = sight.running.contains(&broker) || sight.down.contains(&broker);
    may_fail.then(|| Command::FailDirectory(node(broker), path))
}

/// One log directory of several is emptied while its broker is down.
pub(super) fn wipe_directory(stream: &mut Stream, sight: &Sight<'_>) -> Option<Command> {
    let broker = pick(stream, &sight.down)?;
    let (path, state) = pick(stream, &sight.cluster.log_directories(BrokerId(broker)))?;
    (state != DirectoryState::Failed).then(|| Command::Wipe(node(broker), Some(path)))
}

/// A broker that is down is taken off the list.
pub(super) fn unregister(stream: &mut Stream, sight: &Sight<'_>) -> Option<Command> {
    pick(stream, &sight.down).map(|broker| Command::Unregister(broker, None))
}

/// Eligible leader replicas are switched on or off.
pub(super) fn feature(sight: &Sight<'_>) -> Command {
    let feature = ELIGIBLE_LEADER_REPLICAS_VERSION;
    let level = 1 - sight.cluster.image().feature(feature).min(1);
    Command::AlterFeature(feature.into(), level, None)
}

/// Which messages between controllers are held, and how often.
const HELD: &[(ApiKey, u64)] = &[
    (ApiKey::Fetch, 4),
    (ApiKey::Vote, 4),
    (ApiKey::BeginQuorumEpoch, 2),
    (ApiKey::EndQuorumEpoch, 1),
];

/// Messages between two controllers, or of one to all, are held.
pub(super) fn hold_in_quorum(stream: &mut Stream, sight: &Sight<'_>) -> Option<Command> {
    let api_key = pick_by_weight(stream, HELD)?;
    let one = sight.controllers.one(stream, &sight.controllers.all)?;
    let mut others = sight.controllers.all.clone();
    others.retain(|other| *other != one);
    let other = pick(stream, &others)?;
    let half = if stream.below(2) == 0 { MessageHalf::Request } else { MessageHalf::Response };
    let (from, to) = if stream.below(2) == 0 { (one, other) } else { (other, one) };
    let selected = |id| Some(NodeSelector::Number(id));
    let (from, to) = (selected(from), selected(to));
    let spec = HoldSpec { api_key: Some(api_key), half, from, to, topic: None };
    let stands = sight.holds.iter().any(|(standing, _)| *standing == spec);
    (!stands).then_some(Command::Hold(spec))
}
