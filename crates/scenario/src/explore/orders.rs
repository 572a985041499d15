//! Faults and their ends, as commands that this cluster can obey now.

use epochscope_engine::rng::Stream;
use epochscope_vocabulary::command::{
    HealScope, HoldSpec, LinkFault, Losing, MessageHalf, NodeSelector, NodeSet, TopicSpec, Ways,
};
use epochscope_vocabulary::config::{ConfigKey, ConfigValue};
use epochscope_vocabulary::rpc::{ApiKey, ElectionType};
use epochscope_vocabulary::{Command, SimDuration};

use super::clients::Clients;
use super::faults::FaultKind;
use super::operations;
use super::sight::{Sight, node, pick, pick_by_weight};

/// A fault of this kind.
pub(super) fn fault(
    stream: &mut Stream,
    sight: &Sight<'_>,
    kind: FaultKind,
    clients: &mut Clients,
) -> Option<Command> {
    match kind {
        FaultKind::Kill => kill(stream, sight, Losing::Nothing),
        FaultKind::PowerLoss => {
            let losing = match stream.below(2) {
                0 => Losing::Unflushed,
                _ => Losing::Last(1 + stream.below(3)),
            };
            kill(stream, sight, losing)
        }
        FaultKind::Wipe => pick(stream, &sight.down).map(|id| Command::Wipe(node(id), None)),
        FaultKind::Stop => {
            let id = sight.broker(stream, &sight.running)?;
            Some(Command::Stop(node(id)))
        }
        FaultKind::Pause => {
            let id = sight.broker(stream, &sight.running)?;
            Some(Command::Pause(node(id), pause_span(stream)))
        }
        FaultKind::Cut | FaultKind::OneWay | FaultKind::Delay | FaultKind::Drop => {
            links(stream, sight, kind, clients)
        }
        FaultKind::Slow => {
            let nodes = node(sight.broker(stream, &sight.brokers)?);
            let by = SimDuration::from_ms(1 + stream.below(400));
            Some(Command::Fault(LinkFault::Slow { nodes, by }))
        }
        FaultKind::Hold => hold(stream, sight, clients),
        FaultKind::Preferred => Some(Command::Elect(ElectionType::Preferred, Vec::new(), None)),
        FaultKind::Unclean => {
            let leaderless = sight.partitions.iter().find(|one| one.leader.is_none());
            let name = sight.name(leaderless.or(sight.partition(stream))?)?;
            Some(Command::Elect(ElectionType::Unclean, vec![name], None))
        }
        FaultKind::UncleanEnable | FaultKind::MinIsr => alter(stream, sight, kind),
        FaultKind::Topics => topics(stream, sight, clients),
        FaultKind::Reassign => reassign(stream, sight),
        FaultKind::Disk => {
            let who = node(pick(stream, &sight.running)?);
            Some(if stream.below(2) == 0 { Command::Checkpoint(who) } else { Command::Flush(who) })
        }
        FaultKind::Controllers => controller(stream, sight),
        FaultKind::ControllerLinks => controller_links(stream, sight),
        FaultKind::Increase => operations::increase(stream, sight),
        FaultKind::Directories => operations::directory(stream, sight),
        FaultKind::WipeDirectory => operations::wipe_directory(stream, sight),
        FaultKind::Unregister => operations::unregister(stream, sight),
        FaultKind::Feature => Some(operations::feature(sight)),
        FaultKind::QuorumHold => operations::hold_in_quorum(stream, sight),
    }
}

fn kill(stream: &mut Stream, sight: &Sight<'_>, losing: Losing) -> Option<Command> {
    let alive: Vec<u32> = sight.running.iter().chain(&sight.paused).copied().collect();
    Some(Command::Kill(node(sight.broker(stream, &alive)?), losing))
}

fn controller(stream: &mut Stream, sight: &Sight<'_>) -> Option<Command> {
    let who = node(sight.controllers.one(stream, &sight.controllers.running)?);
    Some(match stream.below(4) {
        0 => Command::Stop(who),
        1 => Command::Pause(who, pause_span(stream)),
        _ => Command::Kill(who, Losing::Nothing),
    })
}

/// Between a controller and another, all others, or a broker; both ways or one.
fn controller_links(stream: &mut Stream, sight: &Sight<'_>) -> Option<Command> {
    let one = sight.controllers.one(stream, &sight.controllers.all)?;
    let mut others = sight.controllers.all.clone();
    others.retain(|other| *other != one);
    let other = match stream.below(3) {
        0 => node(sight.broker(stream, &sight.brokers)?),
        1 if !others.is_empty() => NodeSet(others.into_iter().map(NodeSelector::Number).collect()),
        _ => node(pick(stream, &others)?),
    };
    let (from, to) = if stream.below(2) == 0 { (node(one), other) } else { (other, node(one)) };
    let ways = if stream.below(2) == 0 { Ways::Both } else { Ways::OneWay };
    Some(Command::Fault(LinkFault::Cut { from, to: Some(to), ways }))
}

/// Short enough to go unnoticed, long enough to be fenced, or until it is told to go on.
fn pause_span(stream: &mut Stream) -> Option<SimDuration> {
    match stream.below(4) {
        0 => Some(SimDuration::from_ms(5 + stream.below(1_000))),
        1 | 2 => Some(SimDuration::from_ms(1_000 + stream.below(20) * 1_000)),
        _ => None,
    }
}

fn links(
    stream: &mut Stream,
    sight: &Sight<'_>,
    kind: FaultKind,
    clients: &Clients,
) -> Option<Command> {
    if kind == FaultKind::Cut && stream.below(4) == 0 {
        let from = node(sight.broker(stream, &sight.brokers)?);
        return Some(Command::Fault(LinkFault::Cut { from, to: None, ways: Ways::Both }));
    }
    let (one, other) = two_sets(stream, sight, clients)?;
    let (from, to) = if stream.below(2) == 0 { (one, other) } else { (other, one) };
    Some(Command::Fault(match kind {
        FaultKind::Cut => LinkFault::Cut { from, to: Some(to), ways: Ways::Both },
        FaultKind::Delay => {
            LinkFault::Delay { from, to, by: SimDuration::from_ms(1 + stream.below(800)) }
        }
        FaultKind::Drop => {
            let percent = u32::try_from(1 + stream.below(60)).unwrap_or(1);
            LinkFault::Drop { from, to, percent }
        }
        _ => LinkFault::Cut { from, to: Some(to), ways: Ways::OneWay },
    }))
}

/// Two sets of nodes that talk to each other.
fn two_sets(
    stream: &mut Stream,
    sight: &Sight<'_>,
    clients: &Clients,
) -> Option<(NodeSet, NodeSet)> {
    let broker = sight.broker(stream, &sight.brokers)?;
    let others: Vec<u32> = sight.brokers.iter().copied().filter(|id| *id != broker).collect();
    let other = match stream.below(8) {
        0 | 1 => NodeSet(vec![NodeSelector::Controllers]),
        2 | 3 => NodeSet(vec![NodeSelector::Client(clients.any(stream)?)]),
        4 if !others.is_empty() => NodeSet(others.into_iter().map(NodeSelector::Number).collect()),
        _ => node(pick(stream, &others)?),
    };
    Some((node(broker), other))
}

/// Which messages are held, and how often.
const HELD: &[(Option<ApiKey>, u64)] = &[
    (Some(ApiKey::Fetch), 6),
    (Some(ApiKey::AlterPartition), 5),
    (Some(ApiKey::Produce), 4),
    (Some(ApiKey::BrokerHeartbeat), 2),
    (Some(ApiKey::BrokerRegistration), 1),
    (Some(ApiKey::Metadata), 1),
    (Some(ApiKey::InitProducerId), 1),
    (Some(ApiKey::OffsetForLeaderEpoch), 1),
    (None, 1),
];

fn hold(stream: &mut Stream, sight: &Sight<'_>, clients: &Clients) -> Option<Command> {
    let api_key = pick_by_weight(stream, HELD)?;
    let broker = NodeSelector::Number(sight.broker(stream, &sight.brokers)?);
    let other = match (api_key, stream.below(3)) {
        (Some(ApiKey::Produce), 0) => Some(NodeSelector::Client(clients.any(stream)?)),
        (Some(ApiKey::Fetch), 0) => Some(NodeSelector::Number(sight.controllers.active?)),
        (Some(ApiKey::Fetch), 1) => Some(NodeSelector::Number(pick(stream, &sight.brokers)?)),
        _ => None,
    };
    let half = if stream.below(2) == 0 { MessageHalf::Request } else { MessageHalf::Response };
    let broker_sends = match api_key {
        Some(ApiKey::Produce | ApiKey::Metadata | ApiKey::InitProducerId) => false,
        Some(ApiKey::Fetch) | None => {
            stream.below(2) == 0 || other.as_ref().is_some_and(|one| is_controller(sight, one))
        }
        Some(_) => true,
    };
    let begins = broker_sends == (half == MessageHalf::Request);
    let (from, to) = if begins { (Some(broker), other) } else { (other, Some(broker)) };
    if from == to {
        return None;
    }
    let spec = HoldSpec { api_key, half, from, to, topic: None };
    let stands = sight.holds.iter().any(|(standing, _)| *standing == spec);
    (!stands).then_some(Command::Hold(spec))
}

fn is_controller(sight: &Sight<'_>, selector: &NodeSelector) -> bool {
    sight.controllers.active.is_some_and(|id| *selector == NodeSelector::Number(id))
}

/// Only of topics that are never deleted: where `min.insync.replicas` was changed before, a broker
/// that returns from a crash can never register again. That is a defect of Kafka's.
fn alter(stream: &mut Stream, sight: &Sight<'_>, kind: FaultKind) -> Option<Command> {
    let partition = sight.partition(stream)?;
    let topic = sight.name(partition)?.topic;
    if TOPICS.contains(&&*topic) {
        return None;
    }
    let replicas = u64::try_from(partition.replicas.len()).unwrap_or(1);
    let change = match kind {
        FaultKind::MinIsr => {
            let value = i64::try_from(1 + stream.below(replicas)).unwrap_or(1);
            (ConfigKey::MinInsyncReplicas, Some(ConfigValue::Number(value)))
        }
        _ => {
            let value = ConfigValue::Bool(stream.below(3) > 0);
            (ConfigKey::UncleanLeaderElectionEnable, Some(value))
        }
    };
    Some(Command::AlterTopic(topic, vec![change], None))
}

/// As many replicas as there are, or one more or less, in any order; or the way back.
fn reassign(stream: &mut Stream, sight: &Sight<'_>) -> Option<Command> {
    let partition = sight.partition(stream)?;
    let name = sight.name(partition)?;
    if !partition.adding.is_empty() && stream.below(2) == 0 {
        return Some(Command::Reassign(name, None, None));
    }
    let mut left = sight.brokers.clone();
    let size = partition.replicas.len() + usize::from(stream.below(4) == 0);
    let size = size - usize::from(size > 2 && stream.below(4) == 0);
    let mut replicas = Vec::new();
    while replicas.len() < size {
        let one = pick(stream, &left)?;
        left.retain(|other| *other != one);
        replicas.push(one);
    }
    Some(Command::Reassign(name, Some(replicas), None))
}

/// The topics that a schedule makes of its own.
const TOPICS: [&str; 2] = ["x1", "x2"];

fn topics(stream: &mut Stream, sight: &Sight<'_>, clients: &mut Clients) -> Option<Command> {
    let there = sight.topics();
    let name: std::sync::Arc<str> = pick(stream, &TOPICS)?.into();
    if there.contains(&name) && clients.knows_topic(&name) {
        clients.forget_topic(&name);
        return Some(Command::DeleteTopic(name, None));
    }
    if there.contains(&name) || clients.knows_topic(&name) {
        return None;
    }
    let factor = u32::try_from(sight.brokers.len().min(3)).unwrap_or(1);
    let partitions = u32::try_from(1 + stream.below(3)).unwrap_or(1);
    let mut topic = TopicSpec {
        name: name.clone(),
        partitions: Some(partitions),
        replication_factor: Some(factor),
        ..TopicSpec::default()
    };
    let least = i64::try_from(1 + stream.below(u64::from(factor))).unwrap_or(1);
    topic.settings.0.insert(ConfigKey::MinInsyncReplicas, ConfigValue::Number(least));
    clients.note_topic(name);
    Some(Command::CreateTopic(topic, None))
}

/// A process that is down starts.
pub(super) fn start(stream: &mut Stream, sight: &Sight<'_>) -> Option<Command> {
    let down: Vec<u32> = sight.down.iter().chain(&sight.controllers.down).copied().collect();
    let id = pick(stream, &down)?;
    let after = match stream.below(4) {
        0 => SimDuration::from_ms(500 * (1 + stream.below(8))),
        _ => SimDuration::ZERO,
    };
    Some(Command::Start(node(id), after, None))
}

/// A process that stands still goes on.
pub(super) fn resume(stream: &mut Stream, sight: &Sight<'_>) -> Option<Command> {
    let paused: Vec<u32> = sight.paused.iter().chain(&sight.controllers.paused).copied().collect();
    Some(Command::Resume(node(pick(stream, &paused)?)))
}

/// Some fault of links, or all, ends.
pub(super) fn heal(stream: &mut Stream, sight: &Sight<'_>) -> Option<Command> {
    let faults: Vec<&LinkFault> = sight.cluster.standing_faults().map(|(fault, _)| fault).collect();
    if stream.below(2) == 0 {
        return (!faults.is_empty()).then_some(Command::Heal(HealScope::All));
    }
    let (from, to, ways) = match pick(stream, &faults)? {
        LinkFault::Cut { from, to, ways } => (from.clone(), to.clone(), *ways),
        LinkFault::Delay { from, to, .. } | LinkFault::Drop { from, to, .. } => {
            (from.clone(), Some(to.clone()), Ways::OneWay)
        }
        LinkFault::Slow { nodes, .. } => (nodes.clone(), None, Ways::Both),
    };
    Some(Command::Heal(HealScope::Of { from, to, ways }))
}

/// Held messages go on, or are gone.
pub(super) fn let_go(stream: &mut Stream, sight: &Sight<'_>) -> Option<Command> {
    let (spec, waits) = pick(stream, &sight.holds)?;
    let count = (waits > 0 && stream.below(2) == 0).then_some(1);
    Some(match stream.below(3) {
        0 => Command::Discard(spec, count),
        _ => Command::Release(spec, count),
    })
}
