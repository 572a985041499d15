//! The KRaft controller: one of the quorum's voters, active if it leads the quorum.
//!
//! The active one decides about brokers, topics and partitions; an operation looks at the state and
//! gives back records and an answer, and only replaying the records changes the state. The others
//! keep a copy of the log. Whatever a request asks, the active controller's answer leaves only when
//! all it rests on is committed.
//!
//! Source: Kafka `QuorumController`, `ControllerApis`, `KafkaRaftClient`; KIP-595, KIP-631.
//! Uses: `effects`, `metadata`, `observe`, `quorum`, `release`.

pub mod alter_partition;
mod bootstrap;
pub mod broker_heartbeat_manager;
pub mod brokers_to_partitions;
pub mod cluster_control;
pub mod configuration_control;
mod controller_apis;
pub mod controller_result;
pub mod create_partitions;
mod deferred_event_queue;
pub mod directories;
pub mod elect_leaders;
pub mod feature_control;
pub mod foresight;
mod metrics_publisher;
mod not_controller;
pub mod partition_change_builder;
pub mod partition_changes;
pub mod partition_reassignment;
mod periodic_tasks;
mod quorum_controller;
pub mod reassignments;
mod record_rules;
pub mod replay;
pub mod replication_control;
pub mod striped_replica_placer;
pub mod topic_control;

use std::sync::Arc;

use epochscope_vocabulary::config::Settings;
use epochscope_vocabulary::metadata_record::MetadataRecord;
use epochscope_vocabulary::rpc::{Request, Response};
use epochscope_vocabulary::{ControllerId, NodeId, Offset, QuorumEpoch, RequestId};

pub use bootstrap::{Placing, Rejection, bootstrap_records, format_records};
pub use foresight::Foreseen;
pub use quorum_controller::FIRST_EPOCH;

use crate::effects::{Context, Timer};
use crate::metadata::{History, MetadataImage, MetadataLog};
use crate::observe::{ControllerObservation, ProcessStatus};
use crate::quorum::raft_client::{Member, RaftClient, RaftDisk};
use crate::quorum::voter_set::VoterSet;
use crate::release::Rules;
use quorum_controller::QuorumController;

/// A controller, running or down.
#[derive(Clone, Debug)]
pub struct ControllerNode {
    id: ControllerId,
    member: Member,
    seed_for_placement: u64,
    format: Format,
    state: State,
}

/// The records that a formatted controller's disk holds beside the empty log.
pub type Format = Arc<[MetadataRecord]>;

#[derive(Clone, Debug)]
enum State {
    Up(Box<QuorumController>),
    Down(Box<RaftDisk>),
}

/// What all controllers of a cluster have in common.
#[derive(Clone, Debug)]
pub struct QuorumSpec {
    /// Who votes.
    pub voters: VoterSet,
    /// server.properties.
    pub settings: Settings,
    /// The rules of its release.
    pub rules: Rules,
    /// Where random placement begins.
    pub seed_for_placement: u64,
    /// What it was formatted with.
    pub format: Format,
}

impl ControllerNode {
    /// A controller of a cluster that has long run: `leader` is active, and all of `history` is
    /// committed and known to everybody.
    #[must_use]
    pub fn running(
        id: ControllerId,
        quorum: &QuorumSpec,
        leader: ControllerId,
        history: &History,
    ) -> Self {
        let QuorumSpec { settings, rules, seed_for_placement, .. } = quorum.clone();
        let Self { member, format, .. } = Self::formatted(id, quorum);
        let History { log, image } = history.clone();
        let raft = RaftClient::running(member.clone(), leader, log, image);
        let running = QuorumController::new(raft, settings, rules, seed_for_placement);
        let running = if id == leader { running.long_active() } else { running };
        Self { id, member, seed_for_placement, format, state: State::Up(Box::new(running)) }
    }

    /// A controller that is down and has never run.
    #[must_use]
    pub fn formatted(id: ControllerId, quorum: &QuorumSpec) -> Self {
        let QuorumSpec { voters, settings, seed_for_placement, format, .. } = quorum.clone();
        let member = Member { node: NodeId::Controller(id), voters, settings };
        Self { id, member, seed_for_placement, format, state: State::Down(Box::default()) }
    }

    /// The clocks of a controller that has long run.
    pub fn begin_running(&mut self, cx: &mut Context<'_>) {
        let id = self.id;
        let State::Up(running) = &mut self.state else { return };
        running.raft.begin(cx);
        if running.is_active() {
            running.resume_tasks(cx, id);
        }
    }

    /// The process starts with what is on its disk.
    pub fn start(&mut self, cx: &mut Context<'_>) {
        let State::Down(disk) = &mut self.state else { return };
        let raft = RaftClient::starting(self.member.clone(), std::mem::take(&mut **disk));
        let settings = self.member.settings.clone();
        let mut running = QuorumController::new(raft, settings, *cx.rules, self.seed_for_placement);
        running.format = self.format.clone();
        self.state = State::Up(Box::new(running));
        self.with_running(cx, |running, cx| running.raft.begin(cx));
    }

    /// The process is gone; what it had written stays.
    pub fn end(&mut self) {
        let down = State::Down(Box::default());
        self.state = match std::mem::replace(&mut self.state, down) {
            State::Up(running) => State::Down(Box::new(running.raft.into_disk())),
            State::Down(disk) => State::Down(disk),
        };
    }

    /// Empties the disk of a controller that is down.
    pub fn wipe(&mut self) {
        if let State::Down(disk) = &mut self.state {
            **disk = RaftDisk { draws: disk.draws, ..RaftDisk::default() };
        }
    }

    /// SIGTERM.
    pub fn begin_shutdown(&mut self, cx: &mut Context<'_>) {
        self.with_running(cx, |running, cx| running.raft.begin_shutdown(cx));
    }

    /// A request has come.
    pub fn on_request(
        &mut self,
        cx: &mut Context<'_>,
        from: NodeId,
        id: RequestId,
        request: &Request,
    ) {
        self.with_running(cx, |running, cx| running.on_request(cx, from, id, request));
    }

    /// A peer has answered.
    pub fn on_response(
        &mut self,
        cx: &mut Context<'_>,
        from: NodeId,
        id: RequestId,
        response: &Response,
    ) {
        self.with_running(cx, |running, cx| running.raft.on_response(cx, from, id, response));
    }

    /// A request of its own will not be answered.
    pub fn on_disconnect(&mut self, cx: &mut Context<'_>, to: NodeId, id: RequestId) {
        self.with_running(cx, |running, cx| running.raft.on_disconnect(cx, to, id));
    }

    /// A timer has gone off.
    pub fn on_timer(&mut self, cx: &mut Context<'_>, timer: Timer) {
        let id = self.id;
        self.with_running(cx, |running, cx| match timer {
            Timer::QuorumElection => running.raft.on_timeout(cx),
            Timer::CheckQuorum => running.raft.resign(cx),
            Timer::BeginQuorumEpoch => running.raft.send_begin_quorum_epoch(cx),
            Timer::MetadataFetchRetry => running.raft.poll(cx),
            Timer::DelayedMetadataFetch(id) => running.raft.on_fetch_expired(cx, id),
            Timer::ControlledShutdownDeadline => cx.fx.exit(),
            Timer::AppendLinger => running.append(cx),
            Timer::StaleBrokers => running.fence_stale_broker(cx),
            Timer::NoOpRecord => running.write_no_op_record(cx),
            Timer::LeaderBalance => running.balance_leaders(cx),
            Timer::UncleanElection => running.elect_unclean_leaders(cx),
            Timer::ConnectionTimeout(_)
            | Timer::Heartbeat
            | Timer::RegistrationDeadline
            | Timer::Forward
            | Timer::ReplicaFetch(_)
            | Timer::DelayedFetch(_)
            | Timer::DelayedProduce(_)
            | Timer::DelayedDeleteRecords(_)
            | Timer::IsrExpiration
            | Timer::HighWatermarkCheckpoint
            | Timer::AlterPartitionRetry
            | Timer::AssignReplicas
            | Timer::DirectoryFailureDeadline(_)
            | Timer::Wake
            | Timer::Load
            | Timer::InstallPublishers
            | Timer::PollEnd => panic!("controller {id} has set no such timer"),
        });
    }

    /// Whatever its voter did, the controller follows.
    fn with_running(
        &mut self,
        cx: &mut Context<'_>,
        act: impl FnOnce(&mut QuorumController, &mut Context<'_>),
    ) {
        if let State::Up(running) = &mut self.state {
            act(running, cx);
            running.follow_raft(cx);
        }
    }

    fn running_now(&self) -> Option<&QuorumController> {
        match &self.state {
            State::Up(running) => Some(running),
            State::Down(_) => None,
        }
    }

    /// Whether it decides, as it believes.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.running_now().is_some_and(QuorumController::is_active)
    }

    /// The cluster as it would be after this; none unless it is active.
    #[must_use]
    pub fn foresee(&self, what: Foreseen<'_>) -> Option<MetadataImage> {
        let running = self.running_now().filter(|running| running.is_active())?;
        running.state.foresee(what)
    }

    /// Its part in the quorum, to be broken by a test.
    #[cfg(test)]
    pub(crate) fn raft_mut(&mut self) -> Option<&mut RaftClient> {
        match &mut self.state {
            State::Up(running) => Some(&mut running.raft),
            State::Down(_) => None,
        }
    }

    /// The epoch in which it leads the quorum, as it believes.
    #[must_use]
    pub fn leads(&self) -> Option<QuorumEpoch> {
        let running = self.running_now()?;
        running.raft.leading().map(|_| running.raft.epoch())
    }

    /// What can be seen of it.
    #[must_use]
    pub fn observe(&self, process: ProcessStatus) -> ControllerObservation {
        let (quorum_role, quorum_epoch, high_watermark) = match &self.state {
            State::Up(running) => {
                let raft = &running.raft;
                (raft.role().word(), raft.epoch(), raft.committed().end_offset())
            }
            State::Down(disk) => ("down", disk.election.epoch, Offset::ZERO),
        };
        ControllerObservation {
            id: self.id,
            process,
            quorum_role,
            is_active: self.is_active(),
            quorum_epoch,
            log_end_offset: self.metadata_log().end_offset(),
            high_watermark,
        }
    }

    /// The cluster as of the high watermark that this controller knows; none while it is down.
    #[must_use]
    pub fn committed_image(&self) -> Option<&Arc<MetadataImage>> {
        self.running_now().map(|running| running.raft.committed())
    }

    /// Its copy of the metadata log.
    #[must_use]
    pub fn metadata_log(&self) -> &MetadataLog {
        match &self.state {
            State::Up(running) => running.raft.log(),
            State::Down(disk) => &disk.log,
        }
    }
}

#[cfg(test)]
mod tests;
