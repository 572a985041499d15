//! The end of a schedule: every fault stops, and the cluster is left alone until it rests.
//!
//! What an administrator must do by hand is done then too: without it Kafka does not come right.

use epochscope_engine::Cluster;
use epochscope_engine::broker::log_manager::DirectoryState;
use epochscope_engine::controller::feature_control::eligible_leader_replicas;
use epochscope_engine::observe::ProcessStatus;
use epochscope_engine::release::EligibleLeaderReplicas;
use epochscope_vocabulary::command::{HealScope, Losing, NodeSelector, NodeSet, PartitionName};
use epochscope_vocabulary::rpc::ElectionType;
use epochscope_vocabulary::{Command, SimDuration, SortedMap};

use super::drive::{Drive, Taken, run};
use super::failure::FailureKind;
use super::liveness;
use super::sight::node;
use crate::format::parse_step;
use crate::script::{Scenario, Statement, Step, Until};

/// As often a cluster is mended: a broker may end, told before, while it comes to rest.
const ROUNDS: u32 = 4;
/// For so long it is left alone at rest: an answer that never comes is waited for 30 s.
const LEFT_ALONE: SimDuration = SimDuration::from_secs(40);
/// And for so long while a client has no answer yet: `delivery.timeout.ms` is 120 s.
const GIVEN_UP: SimDuration = SimDuration::from_secs(130);
/// No load of a schedule's own runs for longer.
const LONGEST_LOAD: SimDuration = SimDuration::from_secs(5);

/// Stops all faults, waits, and looks whether everything has come right.
pub(super) fn recover(drive: &mut Drive) {
    drive.invented = Some((drive.obeyed.len(), drive.waited));
    if drive.cluster().unsettling().is_some() && drive.cluster().standing_holds().next().is_none() {
        drive.take(&run(Until::For(LONGEST_LOAD)));
    }
    let mut commands = mending(drive.cluster(), drive.script());
    let mut kept = None;
    for _ in 0..ROUNDS {
        for command in commands {
            drive.take(&Step::now(Statement::Command(command)));
        }
        if let Taken::Refused(reason) = drive.take(&run(Until::Settled)) {
            drive.fail(FailureKind::Unsettled, reason);
        }
        let is_idle = drive.cluster().clients_are_idle();
        kept = Some(drive.cluster().image().quorum_epoch());
        drive.take(&run(Until::For(if is_idle { LEFT_ALONE } else { GIVEN_UP })));
        if drive.failure.is_some() {
            return;
        }
        commands = mending(drive.cluster(), drive.script());
        let wiped = |step: &Step| matches!(step.statement, Statement::Command(Command::Wipe(..)));
        let disks = if drive.obeyed.iter().any(wiped) { Disks::Wiped } else { Disks::Kept };
        commands.extend(rescue(drive.cluster(), disks));
        if commands.is_empty() {
            break;
        }
    }
    // Leaders are balanced every five minutes: that may have begun something just now. And up to
    // 4.0 a broker that shuts down may be elected once more: it ends after five minutes only.
    for _ in 0..2 {
        if liveness::unmet(drive.cluster(), drive.script()).is_none() {
            break;
        }
        for command in mending(drive.cluster(), drive.script()) {
            drive.take(&Step::now(Statement::Command(command)));
        }
        drive.take(&run(Until::Settled));
        drive.take(&run(Until::For(LEFT_ALONE)));
        if drive.failure.is_some() {
            return;
        }
    }
    let unmet = liveness::unmet(drive.cluster(), drive.script())
        .or_else(|| liveness::deposed(drive.cluster(), kept?));
    let Some(unmet) = unmet else { return };
    let expected = parse_step(&format!("expect {}", unmet.text), drive.script());
    drive.fail(FailureKind::Liveness(unmet.what), format!("this does not hold: {}", unmet.text));
    if let (Some(failure), Ok(step)) = (&mut drive.failure, expected)
        && let Statement::Expect(observation) = step.statement
    {
        failure.expected = Some(observation);
    }
}

/// Whether a schedule has emptied disks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Disks {
    Kept,
    Wiped,
}

/// What an administrator does about partitions that nobody may lead any more: Kafka forgets their
/// candidates when `min.insync.replicas` changes while they have no leader (`ClearElrRecord`), and
/// at the first attempt to elect one after eligible leader replicas were switched off. And the last
/// candidate, back with an empty disk, may be unfenced before it has told its new log directory:
/// nobody elects it then until another broker is unfenced. And a reassignment that ends below
/// `min.insync.replicas` leaves in the ELR brokers that are no replicas any more: while one is
/// there, Kafka waits for it and does not turn to the last known leader.
fn rescue(cluster: &Cluster, disks: Disks) -> Vec<Command> {
    let partitions = cluster.partitions();
    let without_elr = eligible_leader_replicas(cluster.image()) == EligibleLeaderReplicas::Off;
    let lost = partitions.filter(|one| {
        let is_known = !without_elr && one.isr.is_empty() && one.elr.is_empty();
        let eligible = one.isr.iter().chain(&one.elr);
        let mut candidates = eligible.chain(one.last_known_elr.iter().filter(|_| is_known));
        let nobody = !candidates.any(|broker| one.replicas.contains(broker));
        one.leader.is_none() && (nobody || disks == Disks::Wiped)
    });
    let names = lost.filter_map(|one| {
        let topic = cluster.image().topic(one.partition.topic)?.name.clone();
        Some(PartitionName { topic, partition: one.partition.partition })
    });
    names.map(|name| Command::Elect(ElectionType::Unclean, vec![name], None)).collect()
}

/// Every process once: in combined mode one is broker and controller.
fn processes(cluster: &Cluster) -> SortedMap<u32, ProcessStatus> {
    let brokers = cluster.brokers().into_iter().map(|broker| (broker.id.0, broker.process));
    let controllers = cluster.controllers().into_iter().map(|one| (one.id.0, one.process));
    controllers.chain(brokers).collect()
}

/// What ends everything that is broken now.
fn mending(cluster: &Cluster, script: &Scenario) -> Vec<Command> {
    let mut commands = Vec::new();
    if cluster.has_link_faults() {
        commands.push(Command::Heal(HealScope::All));
    }
    let holds = cluster.standing_holds();
    commands.extend(holds.map(|(spec, _)| Command::Release(spec.clone(), None)));
    let loads = super::clients::producers(script).into_iter().filter(|name| {
        cluster.client(name).is_some_and(epochscope_engine::client::ClientNode::load_runs)
    });
    commands.extend(loads.map(|client| Command::Load { client, rate: 0, span: None }));
    let processes = processes(cluster);
    let those = |wanted: &[ProcessStatus]| {
        let those = processes.iter().filter(|(_, process)| wanted.contains(process));
        let those: Vec<_> = those.map(|(id, _)| NodeSelector::Number(*id)).collect();
        (!those.is_empty()).then_some(NodeSet(those))
    };
    commands.extend(those(&[ProcessStatus::Paused]).map(Command::Resume));
    commands.extend(repairs(cluster));
    let down = those(&[ProcessStatus::Stopped, ProcessStatus::Killed]);
    commands.extend(down.map(|who| Command::Start(who, SimDuration::ZERO, None)));
    commands
}

/// A log directory that is back is used from the next start: until then its broker runs without.
fn repairs(cluster: &Cluster) -> Vec<Command> {
    let mut commands = Vec::new();
    for broker in cluster.brokers() {
        let who = || node(broker.id.0);
        let directories = cluster.log_directories(broker.id);
        let failed = directories.iter().filter(|(_, state)| *state == DirectoryState::Failed);
        commands.extend(failed.map(|(path, _)| Command::RepairDirectory(who(), path.clone())));
        // A broker whose registration was taken away never registers again by itself.
        let is_gone = broker.registration.is_none();
        let is_unused = directories.iter().any(|(_, state)| *state != DirectoryState::Online);
        match broker.process {
            ProcessStatus::Running | ProcessStatus::Paused if is_unused || is_gone => {
                commands.push(Command::Kill(who(), Losing::Nothing));
                commands.push(Command::Start(who(), SimDuration::ZERO, None));
            }
            _ => {}
        }
    }
    commands
}
