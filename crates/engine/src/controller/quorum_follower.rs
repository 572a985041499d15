//! A controller that follows: it keeps a copy of the metadata log and refuses all requests.
//!
//! Source: Kafka `KafkaRaftClient` (polling as follower), `QuorumController` (inactive).
//! Simplified: the quorum's leader is fixed; nobody votes.
//! Uses: `effects`, `metadata`, `quorum`.

use std::sync::Arc;

use epochscope_vocabulary::config::{ConfigKey, Settings};
use epochscope_vocabulary::rpc::{
    AdminResponse, AlterPartitionResponse, AssignReplicasToDirsResponse, BrokerControlState,
    BrokerHeartbeatResponse, BrokerRegistrationResponse, DescribeTopicPartitionsResponse,
    InitProducerIdResponse, PartitionErrors, Request, Response,
};
use epochscope_vocabulary::{ControllerId, ErrorCode, NodeId, QuorumEpoch, RequestId};

use super::quorum_controller::{FIRST_EPOCH, refused_fetch};
use crate::effects::{Channel, Context, Timer};
use crate::metadata::{MetadataEntry, MetadataImage, MetadataLog};
use crate::quorum::follower::FollowerState;

/// A voter that follows.
#[derive(Clone, Debug)]
pub(super) struct QuorumFollower {
    quorum: FollowerState,
    settings: Settings,
    log: MetadataLog,
    committed: Arc<MetadataImage>,
}

impl QuorumFollower {
    pub(super) fn new(leader: ControllerId, settings: Settings) -> Self {
        Self {
            quorum: FollowerState::new(leader, FIRST_EPOCH, None),
            settings,
            log: MetadataLog::default(),
            committed: Arc::default(),
        }
    }

    /// Puts on the disk what was committed before the start.
    pub(super) fn format(&mut self, entries: Arc<[MetadataEntry]>) {
        let mut image = MetadataImage::default();
        for (epoch, record) in entries.iter() {
            image.replay(image.end_offset(), *epoch, record);
        }
        self.committed = Arc::new(image);
        self.log.append(entries);
        let end = Some(self.log.end_offset());
        self.quorum = FollowerState::new(self.quorum.leader(), FIRST_EPOCH, end);
    }

    pub(super) const fn epoch(&self) -> QuorumEpoch {
        self.quorum.epoch()
    }

    pub(super) const fn log(&self) -> &MetadataLog {
        &self.log
    }

    pub(super) const fn committed(&self) -> &Arc<MetadataImage> {
        &self.committed
    }

    /// Asks the leader for what comes next.
    pub(super) fn fetch(&self, cx: &mut Context<'_>) {
        let request = Request::MetadataFetch(Arc::new(self.quorum.fetch(&self.log)));
        let timeout = self.settings.span(ConfigKey::ControllerQuorumRequestTimeoutMs);
        cx.fx.send(NodeId::Controller(self.quorum.leader()), Channel::Raft, request, timeout);
    }

    pub(super) fn on_response(&mut self, cx: &mut Context<'_>, response: &Response) {
        let Response::MetadataFetch(response) = response else { return };
        if response.error == ErrorCode::None {
            let records = self.quorum.on_records(response, &self.log);
            self.log.append(records);
            self.advance_committed(cx);
            self.fetch(cx);
        } else {
            self.quorum.on_new_epoch(response.quorum_epoch, response.leader);
            self.retry(cx);
        }
    }

    pub(super) fn on_disconnect(&self, cx: &mut Context<'_>) {
        self.retry(cx);
    }

    /// Kafka answers that this controller is not the active one, whatever is asked.
    pub(super) fn on_request(&self, cx: &mut Context<'_>, id: RequestId, request: &Request) {
        match self.refusal(request) {
            Some(response) => cx.fx.respond(id, response),
            None => cx.fx.close_connection_of(id),
        }
    }

    fn advance_committed(&mut self, cx: &mut Context<'_>) {
        let (from, to) = (self.committed.end_offset(), self.quorum.high_watermark());
        if let Some(to) = to.filter(|to| *to > from) {
            let records = self.log.slice(from, to);
            self.committed = cx.images.advance(&self.committed, from, &records, to);
        }
    }

    fn retry(&self, cx: &mut Context<'_>) {
        let backoff = self.settings.span(ConfigKey::ControllerQuorumRetryBackoffMs);
        cx.fx.set_timer(Timer::MetadataFetchRetry, backoff);
    }

    fn refusal(&self, request: &Request) -> Option<Response> {
        let error = ErrorCode::NotController;
        let admin = || Arc::new(AdminResponse { error, message: None });
        let none_done = || Arc::new(PartitionErrors { error, partitions: Vec::new() });
        Some(match request {
            Request::MetadataFetch(_) => {
                let leader = Some(self.quorum.leader());
                refused_fetch(ErrorCode::NotLeaderOrFollower, self.quorum.epoch(), leader)
            }
            Request::BrokerRegistration(_) => {
                Response::BrokerRegistration(Arc::new(BrokerRegistrationResponse {
                    error,
                    broker_epoch: None,
                }))
            }
            Request::BrokerHeartbeat(_) => {
                let state = BrokerControlState::Fenced;
                let response = BrokerHeartbeatResponse { error, caught_up: false, state };
                Response::BrokerHeartbeat(Arc::new(response))
            }
            Request::AlterPartition(_) => {
                Response::AlterPartition(Arc::new(AlterPartitionResponse {
                    error,
                    partitions: Vec::new(),
                }))
            }
            Request::AssignReplicasToDirs(_) => {
                let response = AssignReplicasToDirsResponse { error, partitions: Vec::new() };
                Response::AssignReplicasToDirs(Arc::new(response))
            }
            Request::ElectLeaders(_) => Response::ElectLeaders(none_done()),
            Request::AlterPartitionReassignments(_) => {
                Response::AlterPartitionReassignments(none_done())
            }
            Request::CreatePartitions(_) => Response::CreatePartitions(admin()),
            Request::UnregisterBroker(_) => Response::UnregisterBroker(admin()),
            Request::UpdateFeatures(_) => Response::UpdateFeatures(admin()),
            Request::CreateTopics(_) => Response::CreateTopics(admin()),
            Request::DeleteTopics(_) => Response::DeleteTopics(admin()),
            Request::IncrementalAlterConfigs(_) => Response::IncrementalAlterConfigs(admin()),
            Request::InitProducerId(_) => {
                let response = InitProducerIdResponse { error, producer_id: None };
                Response::InitProducerId(Arc::new(response))
            }
            Request::DescribeTopicPartitions(_) => {
                let response = DescribeTopicPartitionsResponse { error, text: "".into() };
                Response::DescribeTopicPartitions(Arc::new(response))
            }
            Request::Produce(_)
            | Request::Fetch(_)
            | Request::ListOffsets(_)
            | Request::Metadata(_)
            | Request::OffsetForLeaderEpoch(_) => return None,
        })
    }
}
