//! What the active controller does with each request: the operation, then the write.
//!
//! What Kafka refuses by an exception (a stale epoch, a duplicate registration) is answered at
//! once. A refusal inside an answer waits as any answer does.
//!
//! Source: Kafka `ControllerApis`, `QuorumController`.
//! Simplified: a topic is deleted by its name; producer ids are given out here, one by one, out of
//! the block that the asking broker was allocated.
//! Uses: `describe`, `effects`, `release`.

use std::sync::Arc;

use epochscope_vocabulary::event::EventKind;
use epochscope_vocabulary::metadata_record::MetadataRecord;
use epochscope_vocabulary::rpc::{
    AdminResponse, AlterPartitionReassignmentsRequest, AlterPartitionRequest,
    AlterPartitionResponse, AlterPartitionResult, AssignReplicasToDirsRequest,
    AssignReplicasToDirsResponse, BrokerControlState, BrokerHeartbeatRequest,
    BrokerHeartbeatResponse, BrokerRegistrationRequest, BrokerRegistrationResponse,
    CreatePartitionsRequest, CreateTopicsRequest, DeleteTopicsRequest, ElectLeadersRequest,
    ElectionType, InitProducerIdResponse, PartitionErrors, Request, Response,
    UpdateFeaturesRequest, Wish,
};
use epochscope_vocabulary::rule::RuleId;
use epochscope_vocabulary::{BrokerEpoch, ControllerId, ErrorCode, NodeId, ProducerId, RequestId};

use super::cluster_control::HeartbeatReply;
use super::controller_result::{ControllerResult, OperationError, refused};
use super::not_controller::not_controller;
use super::quorum_controller::QuorumController;
use super::reassignments::ReplicationFactorChange;
use super::topic_control::CreatableTopic;
use crate::describe::describe_topics;
use crate::effects::Context;
use crate::release::LargeBatch;

/// How many partitions one request may make (`ReplicationControlManager.MAX_PARTITIONS_PER_BATCH`).
const MAX_PARTITIONS_PER_BATCH: i64 = 10_000;
/// How many records one order may write (`QuorumController.MAX_RECORDS_PER_USER_OP`).
const MAX_RECORDS_PER_BATCH: usize = 10_000;
/// How many producer ids a broker is allocated at a time.
const PRODUCER_ID_BLOCK: u64 = 1_000;

type Changed = Result<Vec<MetadataRecord>, OperationError>;

impl QuorumController {
    pub(super) fn on_request(
        &mut self,
        cx: &mut Context<'_>,
        from: NodeId,
        id: RequestId,
        request: &Request,
    ) {
        if let Request::MetadataFetch(fetch) = request {
            self.raft.on_fetch(cx, from, id, fetch);
        } else if let Request::Vote(vote) = request {
            self.raft.on_vote(cx, id, vote);
        } else if let Request::BeginQuorumEpoch(begin) = request {
            self.raft.on_begin_quorum_epoch(cx, id, begin);
        } else if let Request::EndQuorumEpoch(end) = request {
            self.raft.on_end_quorum_epoch(cx, id, end);
        } else if self.is_active() {
            self.decide(cx, from, id, request);
        } else if let Some(refusal) = not_controller(request.api_key()) {
            cx.fx.respond(id, refusal);
        } else {
            cx.fx.close_connection_of(id);
        }
    }

    fn decide(&mut self, cx: &mut Context<'_>, from: NodeId, id: RequestId, request: &Request) {
        match request {
            Request::BrokerRegistration(request) => self.on_registration(cx, id, request),
            Request::BrokerHeartbeat(request) => self.on_heartbeat(cx, id, request),
            Request::AlterPartition(request) => self.on_alter_partition(cx, id, request),
            Request::AssignReplicasToDirs(request) => {
                self.on_assign_replicas_to_dirs(cx, id, request);
            }
            Request::ElectLeaders(request) => self.on_elect_leaders(cx, id, request),
            Request::CreateTopics(request) => self.on_create_topics(cx, id, request),
            Request::DeleteTopics(request) => self.on_delete_topics(cx, id, request),
            Request::IncrementalAlterConfigs(request) => {
                let changed = self.state.alter_configs(request).map(|result| result.records);
                let (records, response) = administrative(changed);
                let response = Response::IncrementalAlterConfigs(response);
                self.write(cx, RuleId::Command, records, Some((id, response)));
            }
            Request::AlterPartitionReassignments(request) => {
                self.on_alter_partition_reassignments(cx, id, request);
            }
            Request::CreatePartitions(request) => self.on_create_partitions(cx, id, request),
            Request::UnregisterBroker(request) => {
                let changed = self.state.unregister_broker(request.broker);
                let changed = changed.map(|result| result.records);
                let fault = changed.as_ref().err().cloned();
                let (records, response) = administrative(changed);
                let response = Response::UnregisterBroker(response);
                self.write(cx, RuleId::Command, records, Some((id, response)));
                if let Some(why) = fault {
                    self.on_error(cx, &why);
                }
            }
            Request::UpdateFeatures(request) => self.on_update_features(cx, id, request),
            Request::InitProducerId(_) => self.on_init_producer_id(cx, from, id),
            Request::DescribeTopicPartitions(request) => {
                let (image, settings) = (self.raft.committed(), &self.state.settings);
                let columns = cx.releases.of_clients().rules().describe_columns;
                let topic = request.topic.as_deref();
                let answer = describe_topics(image, topic, settings, columns);
                cx.fx.respond(id, Response::DescribeTopicPartitions(Arc::new(answer)));
            }
            // A controller's listener does not serve these, or its voter does.
            Request::MetadataFetch(_)
            | Request::Vote(_)
            | Request::BeginQuorumEpoch(_)
            | Request::EndQuorumEpoch(_)
            | Request::Produce(_)
            | Request::Fetch(_)
            | Request::ListOffsets(_)
            | Request::DeleteRecords(_)
            | Request::Metadata(_)
            | Request::OffsetForLeaderEpoch(_) => cx.fx.close_connection_of(id),
        }
    }

    fn on_registration(
        &mut self,
        cx: &mut Context<'_>,
        id: RequestId,
        request: &BrokerRegistrationRequest,
    ) {
        match self.state.register_broker(request, cx.now()) {
            Ok(ControllerResult { records, reply }) => {
                let response = registration_response(ErrorCode::None, Some(reply));
                self.write(cx, RuleId::Registration, records, Some((id, response)));
            }
            Err(why) => {
                let (broker, error) = (request.broker, why.error_code());
                let kind = EventKind::RegistrationRefused { broker, error };
                let refused = cx.fx.record(RuleId::Registration, kind);
                cx.fx.because(refused);
                cx.fx.respond(id, registration_response(error, None));
                self.on_error(cx, &why);
            }
        }
    }

    fn on_heartbeat(
        &mut self,
        cx: &mut Context<'_>,
        id: RequestId,
        request: &BrokerHeartbeatRequest,
    ) {
        self.state.track_heartbeat(request.broker, request.broker_epoch, cx.now());
        let rule = match request.wish {
            Wish::ShutDown => RuleId::ControlledShutdown,
            Wish::Fence | Wish::Unfence => RuleId::Heartbeat,
        };
        match self.state.process_broker_heartbeat(request, request.wish.into()) {
            Ok(ControllerResult { records, reply: HeartbeatReply { caught_up, state } }) => {
                let response = heartbeat_response(ErrorCode::None, caught_up, state);
                self.write(cx, rule, records, Some((id, response)));
                self.state.on_heartbeat_written(request.broker, state);
            }
            Err(why) => {
                let state = BrokerControlState::Fenced;
                cx.fx.respond(id, heartbeat_response(why.error_code(), false, state));
                self.on_error(cx, &why);
            }
        }
    }

    fn on_alter_partition(
        &mut self,
        cx: &mut Context<'_>,
        id: RequestId,
        request: &AlterPartitionRequest,
    ) {
        match self.state.alter_partition(request) {
            Ok(ControllerResult { records, reply }) => {
                let response = alter_partition_response(ErrorCode::None, reply);
                self.write(cx, RuleId::AlterPartition, records, Some((id, response)));
            }
            Err(why) => {
                cx.fx.respond(id, alter_partition_response(why.error_code(), Vec::new()));
            }
        }
    }

    fn on_assign_replicas_to_dirs(
        &mut self,
        cx: &mut Context<'_>,
        id: RequestId,
        request: &AssignReplicasToDirsRequest,
    ) {
        let answer = |error, partitions| {
            let response = AssignReplicasToDirsResponse { error, partitions };
            Response::AssignReplicasToDirs(Arc::new(response))
        };
        match self.state.assign_replicas_to_dirs(request) {
            Ok(ControllerResult { records, reply }) => {
                let response = answer(ErrorCode::None, reply);
                self.write(cx, RuleId::DirectoryAssignment, records, Some((id, response)));
            }
            Err(why) => cx.fx.respond(id, answer(why.error_code(), Vec::new())),
        }
    }

    fn on_elect_leaders(
        &mut self,
        cx: &mut Context<'_>,
        id: RequestId,
        request: &ElectLeadersRequest,
    ) {
        let rule = match request.election {
            ElectionType::Preferred => RuleId::PreferredElection,
            ElectionType::Unclean => RuleId::UncleanElection,
        };
        let ControllerResult { records, reply } = self.state.elect_leaders(request);
        let response = PartitionErrors { error: ErrorCode::None, partitions: reply };
        self.write(cx, rule, records, Some((id, Response::ElectLeaders(Arc::new(response)))));
    }

    fn on_alter_partition_reassignments(
        &mut self,
        cx: &mut Context<'_>,
        id: RequestId,
        request: &AlterPartitionReassignmentsRequest,
    ) {
        let allowed = ReplicationFactorChange::Allowed;
        let ControllerResult { records, reply } =
            self.state.alter_partition_reassignments(&request.partitions, allowed);
        let response = PartitionErrors { error: ErrorCode::None, partitions: reply };
        let response = Response::AlterPartitionReassignments(Arc::new(response));
        self.write(cx, RuleId::Reassignment, records, Some((id, response)));
    }

    fn on_create_partitions(
        &mut self,
        cx: &mut Context<'_>,
        id: RequestId,
        request: &CreatePartitionsRequest,
    ) {
        let created = self.state.create_partitions(request, &mut self.random);
        let reply = |response| (id, Response::CreatePartitions(response));
        match created {
            Ok(ControllerResult { mut records, .. })
                if cx.rules.large_batch != LargeBatch::Fault
                    && records.len() > MAX_RECORDS_PER_BATCH =>
            {
                // The list that is full throws, which is caught topic by topic; what it holds is
                // committed all the same (KAFKA-19673).
                records.truncate(MAX_RECORDS_PER_BATCH);
                let what = "Cannot add another element to the list because it would exceed the \
                            maximum length of 10000";
                let (error, message) = (ErrorCode::UnknownServerError, Some(what.into()));
                let response = Arc::new(AdminResponse { error, message });
                self.write(cx, RuleId::ReplicaPlacement, records, Some(reply(response)));
            }
            created => self.create(cx, created.map(|result| result.records), reply),
        }
    }

    /// Writes a topic or partitions, all together or not at all.
    fn create(
        &mut self,
        cx: &mut Context<'_>,
        created: Changed,
        reply: impl FnOnce(Arc<AdminResponse>) -> (RequestId, Response),
    ) {
        let created = bounded(cx.rules.large_batch, created);
        let fault = created.as_ref().err().cloned();
        let (records, response) = administrative(created);
        self.write(cx, RuleId::ReplicaPlacement, records, Some(reply(response)));
        if let Some(why) = fault {
            self.on_error(cx, &why);
        }
    }

    fn on_update_features(
        &mut self,
        cx: &mut Context<'_>,
        id: RequestId,
        request: &UpdateFeaturesRequest,
    ) {
        let known =
            |id: ControllerId| (id, cx.releases.of(NodeId::Controller(id)).rules().features);
        let local = self.raft.voter_id();
        let others = self.raft.voters().iter().filter(|id| Some(*id) != local);
        let controllers: Vec<_> = local.into_iter().chain(others).map(known).collect();
        let change = (request.level, request.upgrade);
        let changed = self.state.update_feature(&request.feature, change, &controllers);
        let (records, response) = administrative(changed.map(|result| result.records));
        let reply = Some((id, Response::UpdateFeatures(response)));
        self.write(cx, RuleId::FeatureUpdate, records, reply);
    }

    fn on_create_topics(
        &mut self,
        cx: &mut Context<'_>,
        id: RequestId,
        request: &CreateTopicsRequest,
    ) {
        let topic = CreatableTopic::from(&request.topic);
        let is_counted = cx.rules.large_batch == LargeBatch::PartitionsCounted;
        let created = if is_counted && topic.num_partitions > MAX_PARTITIONS_PER_BATCH {
            let what = "Excessively large number of partitions per request.";
            refused(ErrorCode::PolicyViolation, what.to_owned())
        } else {
            self.state.create_topic(&topic, &mut self.random, cx.names)
        };
        self.create(cx, created.map(|result| result.records), |response| {
            (id, Response::CreateTopics(response))
        });
    }

    fn on_delete_topics(
        &mut self,
        cx: &mut Context<'_>,
        id: RequestId,
        request: &DeleteTopicsRequest,
    ) {
        let changed = match self.state.image.topic_id(&request.topic) {
            Some(topic) => self.state.delete_topic(topic).map(|result| result.records),
            None => Err(ErrorCode::UnknownTopicOrPartition.into()),
        };
        let (records, response) = administrative(changed);
        self.write(cx, RuleId::Command, records, Some((id, Response::DeleteTopics(response))));
    }

    /// Kafka allocates a block of ids to the broker that was asked, which then gives them out.
    fn on_init_producer_id(&mut self, cx: &mut Context<'_>, from: NodeId, id: RequestId) {
        let NodeId::Broker(broker) = from else { return cx.fx.close_connection_of(id) };
        let mut records = Vec::new();
        let left = self.producer_ids.get(&broker).copied().filter(|(next, end)| next < end);
        let (next, end) = left.unwrap_or_else(|| {
            let first = self.state.image.next_producer_id();
            let end = ProducerId(first.0 + PRODUCER_ID_BLOCK);
            records.push(MetadataRecord::ProducerIdsRecord { broker, next_producer_id: end });
            (first, end)
        });
        self.producer_ids.insert(broker, (ProducerId(next.0 + 1), end));
        let response = InitProducerIdResponse { error: ErrorCode::None, producer_id: Some(next) };
        let reply = Some((id, Response::InitProducerId(Arc::new(response))));
        self.write(cx, RuleId::Idempotence, records, reply);
    }
}

fn registration_response(error: ErrorCode, broker_epoch: Option<BrokerEpoch>) -> Response {
    Response::BrokerRegistration(Arc::new(BrokerRegistrationResponse { error, broker_epoch }))
}

fn alter_partition_response(error: ErrorCode, partitions: Vec<AlterPartitionResult>) -> Response {
    Response::AlterPartition(Arc::new(AlterPartitionResponse { error, partitions }))
}

fn heartbeat_response(error: ErrorCode, caught_up: bool, state: BrokerControlState) -> Response {
    Response::BrokerHeartbeat(Arc::new(BrokerHeartbeatResponse { error, caught_up, state }))
}

/// A list of records that is to be written in one batch, if it is not too long for that.
fn bounded(rule: LargeBatch, changed: Changed) -> Changed {
    let records = changed?;
    match rule {
        _ if records.len() <= MAX_RECORDS_PER_BATCH => Ok(records),
        LargeBatch::Fault => Err(OperationError::Fault(
            "Attempted to atomically commit more records than maxRecordsPerBatch, which is 10000",
        )),
        LargeBatch::Refused | LargeBatch::PartitionsCounted => {
            let what = "Unable to perform excessively large batch operation.";
            refused(ErrorCode::PolicyViolation, what.to_owned())
        }
    }
}

fn administrative(changed: Changed) -> (Vec<MetadataRecord>, Arc<AdminResponse>) {
    match changed {
        Ok(records) => (records, Arc::new(AdminResponse { error: ErrorCode::None, message: None })),
        Err(why) => {
            let (error, message) = (why.error_code(), Some(why.message()));
            (Vec::new(), Arc::new(AdminResponse { error, message }))
        }
    }
}
