//! Each request, answer, lost connection and timer of a broker to the part that it belongs to.
//!
//! Source: Kafka `KafkaApis`, `BrokerServer`.
//! Uses: `effects`, its folder.

use std::sync::Arc;

use epochscope_vocabulary::rpc::{ApiKey, Request, Response};
use epochscope_vocabulary::{ErrorCode, NodeId, RequestId};

use super::Broker;
use super::forwarding::Forwarded;
use crate::effects::{Context, Timer};

impl Broker {
    /// A request has arrived.
    pub fn on_request(
        &mut self,
        cx: &mut Context<'_>,
        from: NodeId,
        id: RequestId,
        request: &Request,
    ) {
        let config = self.config.clone();
        let Some(running) = self.running_mut() else {
            return;
        };
        match request {
            Request::Produce(body) => running.replicas.on_produce(cx, from, id, body),
            Request::Fetch(body) => running.replicas.on_fetch(cx, from, id, body),
            Request::ListOffsets(body) => {
                cx.fx.respond(
                    id,
                    Response::ListOffsets(Arc::new(running.replicas.list_offsets(body))),
                );
            }
            Request::DeleteRecords(body) => running.replicas.on_delete_records(cx, id, body),
            Request::OffsetForLeaderEpoch(body) => {
                let answer = running.replicas.offset_for_leader_epoch(body);
                cx.fx.respond(id, Response::OffsetForLeaderEpoch(Arc::new(answer)));
            }
            Request::Metadata(body) => {
                cx.fx.respond(id, Response::Metadata(Arc::new(running.replicas.metadata(body))));
            }
            Request::DescribeTopicPartitions(body) => {
                let answer = running.replicas.describe(cx, body);
                if answer.error == ErrorCode::None {
                    // Reassignments under way are the active controller's to list.
                    let request = request.clone();
                    running.forward(cx, &config, Forwarded { asked: id, request });
                } else {
                    cx.fx.respond(id, Response::DescribeTopicPartitions(Arc::new(answer)));
                }
            }
            Request::InitProducerId(_)
            | Request::CreateTopics(_)
            | Request::DeleteTopics(_)
            | Request::IncrementalAlterConfigs(_)
            | Request::ElectLeaders(_)
            | Request::AlterPartitionReassignments(_)
            | Request::CreatePartitions(_)
            | Request::UnregisterBroker(_)
            | Request::UpdateFeatures(_) => {
                running.forward(cx, &config, Forwarded { asked: id, request: request.clone() });
            }
            Request::MetadataFetch(_)
            | Request::Vote(_)
            | Request::BeginQuorumEpoch(_)
            | Request::EndQuorumEpoch(_)
            | Request::AlterPartition(_)
            | Request::AssignReplicasToDirs(_)
            | Request::BrokerRegistration(_)
            | Request::BrokerHeartbeat(_) => cx.fx.close_connection_of(id),
        }
    }

    /// An answer to one of its own requests has arrived.
    pub fn on_response(
        &mut self,
        cx: &mut Context<'_>,
        from: NodeId,
        id: RequestId,
        response: &Response,
    ) {
        let config = self.config.clone();
        let Some(running) = self.running_mut() else {
            return;
        };
        if let Some(asked) = running.forwarded.remove(&id) {
            return running.on_forwarded(cx, asked, response);
        }
        match (response, from) {
            (Response::MetadataFetch(_), _) => {
                running.raft.on_response(cx, from, id, response);
                running.follow_raft(cx, &config);
            }
            (Response::Fetch(body), NodeId::Broker(leader)) => {
                running.replicas.on_fetched(cx, leader, id, body);
            }
            (Response::BrokerRegistration(body), _) => {
                let view = running.view();
                running.lifecycle.on_registration(cx, &config, body, view);
                running.sync_correspondents();
            }
            (Response::BrokerHeartbeat(body), _) => {
                let view = running.view();
                running.lifecycle.on_heartbeat(cx, &config, body, view);
            }
            (Response::AlterPartition(body), _) => {
                running.replicas.on_alter_partition(cx, id, body);
            }
            (Response::AssignReplicasToDirs(body), _) => {
                running.replicas.on_assigned(cx, id, body);
            }
            (_, _) => {}
        }
    }

    /// A request of its own will not be answered.
    pub fn on_disconnect(
        &mut self,
        cx: &mut Context<'_>,
        to: NodeId,
        request: (RequestId, ApiKey),
    ) {
        let Some(running) = self.running_mut() else {
            return;
        };
        let (id, api_key) = request;
        if let Some(asked) = running.forwarded.remove(&id) {
            return running.forward_later(cx, asked);
        }
        match (api_key, to) {
            (ApiKey::Fetch, NodeId::Broker(leader)) => {
                running.replicas.on_fetch_failed(cx, leader, id);
            }
            (ApiKey::Fetch, _) => running.raft.on_disconnect(cx, to, id),
            (ApiKey::AlterPartition, _) => running.replicas.on_alter_partition_failed(cx, id),
            (ApiKey::AssignReplicasToDirs, _) => running.replicas.on_assignments_failed(cx, id),
            (ApiKey::BrokerRegistration | ApiKey::BrokerHeartbeat, _) => {
                running.lifecycle.on_unreachable(cx);
            }
            (_, _) => {}
        }
    }

    /// A timer has gone off.
    pub fn on_timer(&mut self, cx: &mut Context<'_>, timer: Timer) {
        let config = self.config.clone();
        let Some(running) = self.running_mut() else {
            return;
        };
        match timer {
            Timer::Heartbeat => {
                let view = running.view();
                running.lifecycle.on_timer(cx, &config, view);
            }
            Timer::RegistrationDeadline => running.lifecycle.on_registration_deadline(cx),
            Timer::InstallPublishers => running.install_publishers(cx, &config),
            Timer::MetadataFetchRetry => running.raft.poll(cx),
            Timer::QuorumElection => running.raft.on_timeout(cx),
            Timer::Forward => running.forward_again(cx, &config),
            Timer::ReplicaFetch(leader) => running.replicas.send_fetch(cx, leader),
            Timer::DelayedFetch(id) => running.replicas.on_delayed_fetch(cx, id),
            Timer::DelayedProduce(id) => running.replicas.on_delayed_produce(cx, id),
            Timer::DelayedDeleteRecords(id) => running.replicas.on_delayed_delete_records(cx, id),
            Timer::IsrExpiration => running.replicas.shrink_isrs(cx),
            Timer::HighWatermarkCheckpoint => {
                running.replicas.checkpoint_high_watermarks(cx);
                running.replicas.schedule_checkpoint(cx);
            }
            Timer::AlterPartitionRetry => running.replicas.send_proposals(cx),
            Timer::AssignReplicas => running.replicas.send_assignments(cx),
            Timer::DirectoryFailureDeadline(_) => self.begin_shutdown(cx),
            Timer::ControlledShutdownDeadline => cx.fx.exit(),
            Timer::ConnectionTimeout(_)
            | Timer::AppendLinger
            | Timer::CheckQuorum
            | Timer::BeginQuorumEpoch
            | Timer::DelayedMetadataFetch(_)
            | Timer::StaleBrokers
            | Timer::NoOpRecord
            | Timer::LeaderBalance
            | Timer::UncleanElection
            | Timer::Wake
            | Timer::Load
            | Timer::PollEnd => {}
        }
    }
}
