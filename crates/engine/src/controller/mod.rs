//! The KRaft controller: one of the quorum's voters, active if it leads the quorum.
//!
//! The active one decides about brokers, topics and partitions; an operation looks at the state and
//! gives back records and an answer, and only replaying the records changes the state. The others
//! keep a copy of the log. Whatever a request asks, the active controller's answer leaves only when
//! all it rests on is committed.
//!
//! Source: Kafka `QuorumController`, `ControllerApis`, `KafkaRaftClient`; KIP-595, KIP-631.
//! Simplified: the quorum's leader is fixed; nobody votes.
//! Uses: `effects`, `java_random`, `metadata`, `observe`, `quorum`.

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
pub mod partition_change_builder;
pub mod partition_changes;
pub mod partition_reassignment;
mod periodic_tasks;
mod quorum_controller;
mod quorum_follower;
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
use epochscope_vocabulary::{ControllerId, NodeId, Offset, RequestId};

pub use bootstrap::{Placing, Rejection, bootstrap_records};

use crate::effects::{Context, Timer};
use crate::java_random::RandomSource;
use crate::metadata::{MetadataImage, MetadataLog};
use crate::observe::ControllerObservation;
use crate::quorum::voter_set::VoterSet;
use quorum_controller::{FIRST_EPOCH, QuorumController};
use quorum_follower::QuorumFollower;

/// A controller.
#[derive(Clone, Debug)]
pub struct ControllerNode {
    id: ControllerId,
    role: Role,
}

#[derive(Clone, Debug)]
enum Role {
    Leader(Box<QuorumController>),
    Follower(Box<QuorumFollower>),
}

impl ControllerNode {
    /// The active controller of a cluster whose log begins with `bootstrap`. `settings` are its
    /// server.properties.
    #[must_use]
    pub fn active(
        id: ControllerId,
        voters: &[ControllerId],
        settings: Settings,
        seed_for_placement: u64,
        bootstrap: Vec<MetadataRecord>,
    ) -> Self {
        let (voters, random) = (VoterSet::new(voters), RandomSource::java(seed_for_placement));
        let active = QuorumController::new(id, &voters, settings, random, &bootstrap);
        Self { id, role: Role::Leader(Box::new(active)) }
    }

    /// A controller that follows `active`, with an empty disk.
    ///
    /// # Panics
    /// If it is none of the voters, or follows itself.
    #[must_use]
    pub fn follower(
        id: ControllerId,
        voters: &[ControllerId],
        active: ControllerId,
        settings: Settings,
    ) -> Self {
        assert!(voters.contains(&id) && id != active, "controller {id} cannot follow {active}");
        Self { id, role: Role::Follower(Box::new(QuorumFollower::new(active, settings))) }
    }

    /// The same follower with these records on its disk, committed; an active one has them already.
    #[must_use]
    pub fn with_log(mut self, bootstrap: &[MetadataRecord]) -> Self {
        match &mut self.role {
            Role::Leader(_) => {}
            Role::Follower(follower) => {
                let entries = bootstrap.iter().map(|record| (FIRST_EPOCH, record.clone()));
                follower.format(entries.collect());
            }
        }
        self
    }

    /// The process runs: an active controller sets its clocks, another begins to fetch.
    pub fn start(&mut self, cx: &mut Context<'_>) {
        match &self.role {
            Role::Leader(active) => active.start(cx, self.id),
            Role::Follower(follower) => follower.fetch(cx),
        }
    }

    /// A request has come.
    pub fn on_request(
        &mut self,
        cx: &mut Context<'_>,
        from: NodeId,
        id: RequestId,
        request: &Request,
    ) {
        match &mut self.role {
            Role::Leader(active) => active.on_request(cx, from, id, request),
            Role::Follower(follower) => follower.on_request(cx, id, request),
        }
    }

    /// The leader has answered a follower's fetch.
    pub fn on_response(
        &mut self,
        cx: &mut Context<'_>,
        _from: NodeId,
        _id: RequestId,
        response: &Response,
    ) {
        match &mut self.role {
            Role::Leader(_) => {}
            Role::Follower(follower) => follower.on_response(cx, response),
        }
    }

    /// A follower's fetch will not be answered.
    pub fn on_disconnect(&mut self, cx: &mut Context<'_>) {
        match &self.role {
            Role::Leader(_) => {}
            Role::Follower(follower) => follower.on_disconnect(cx),
        }
    }

    /// A timer has gone off.
    pub fn on_timer(&mut self, cx: &mut Context<'_>, timer: Timer) {
        match (&mut self.role, timer) {
            (Role::Leader(active), Timer::AppendLinger) => active.append(cx),
            (Role::Leader(active), Timer::DelayedMetadataFetch(id)) => {
                active.on_fetch_expired(cx, id);
            }
            (Role::Leader(active), Timer::StaleBrokers) => active.fence_stale_broker(cx),
            (Role::Leader(active), Timer::NoOpRecord) => active.write_no_op_record(cx),
            (Role::Leader(active), Timer::LeaderBalance) => active.balance_leaders(cx),
            (Role::Leader(active), Timer::UncleanElection) => active.elect_unclean_leaders(cx),
            (Role::Follower(follower), Timer::MetadataFetchRetry) => follower.fetch(cx),
            (Role::Leader(_) | Role::Follower(_), _) => {
                panic!("controller {} has set no such timer", self.id)
            }
        }
    }

    /// What can be seen of it.
    #[must_use]
    pub fn observe(&self) -> ControllerObservation {
        let (quorum_role, quorum_epoch) = match &self.role {
            Role::Leader(active) => ("leader", active.epoch()),
            Role::Follower(follower) => ("follower", follower.epoch()),
        };
        ControllerObservation {
            id: self.id,
            quorum_role,
            quorum_epoch,
            log_end_offset: self.metadata_log().end_offset(),
            high_watermark: self.high_watermark(),
        }
    }

    /// The cluster as of the high watermark that this controller knows; the active one's is what
    /// the cluster has decided.
    #[must_use]
    pub fn committed_image(&self) -> &Arc<MetadataImage> {
        match &self.role {
            Role::Leader(active) => active.committed(),
            Role::Follower(follower) => follower.committed(),
        }
    }

    /// Its copy of the metadata log.
    #[must_use]
    pub fn metadata_log(&self) -> &MetadataLog {
        match &self.role {
            Role::Leader(active) => active.log(),
            Role::Follower(follower) => follower.log(),
        }
    }

    /// How far it knows that log committed.
    #[must_use]
    pub fn high_watermark(&self) -> Offset {
        self.committed_image().end_offset()
    }
}

#[cfg(test)]
mod tests;
