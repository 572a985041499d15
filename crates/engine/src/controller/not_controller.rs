//! What a controller answers while it is not the active one, whatever is asked.
//!
//! Source: Kafka `QuorumController`, `ControllerApis`.
//! Uses: nothing.

use std::sync::Arc;

use epochscope_vocabulary::ErrorCode;
use epochscope_vocabulary::rpc::{
    AdminResponse, AlterPartitionResponse, ApiKey, AssignReplicasToDirsResponse,
    BrokerControlState, BrokerHeartbeatResponse, BrokerRegistrationResponse,
    DescribeTopicPartitionsResponse, InitProducerIdResponse, PartitionErrors, Response,
};

/// The refusal; none for what no controller serves, and for what its voter answers.
pub(super) fn not_controller(api_key: ApiKey) -> Option<Response> {
    let error = ErrorCode::NotController;
    let none_done = || Arc::new(PartitionErrors { error, partitions: Vec::new() });
    let admin = || Arc::new(AdminResponse { error, message: None });
    Some(match api_key {
        ApiKey::BrokerRegistration => {
            let response = BrokerRegistrationResponse { error, broker_epoch: None };
            Response::BrokerRegistration(Arc::new(response))
        }
        ApiKey::BrokerHeartbeat => {
            let state = BrokerControlState::Fenced;
            let response = BrokerHeartbeatResponse { error, caught_up: false, state };
            Response::BrokerHeartbeat(Arc::new(response))
        }
        ApiKey::AlterPartition => {
            let response = AlterPartitionResponse { error, partitions: Vec::new() };
            Response::AlterPartition(Arc::new(response))
        }
        ApiKey::AssignReplicasToDirs => {
            let response = AssignReplicasToDirsResponse { error, partitions: Vec::new() };
            Response::AssignReplicasToDirs(Arc::new(response))
        }
        ApiKey::ElectLeaders => Response::ElectLeaders(none_done()),
        ApiKey::AlterPartitionReassignments => Response::AlterPartitionReassignments(none_done()),
        ApiKey::CreatePartitions => Response::CreatePartitions(admin()),
        ApiKey::UnregisterBroker => Response::UnregisterBroker(admin()),
        ApiKey::UpdateFeatures => Response::UpdateFeatures(admin()),
        ApiKey::CreateTopics => Response::CreateTopics(admin()),
        ApiKey::DeleteTopics => Response::DeleteTopics(admin()),
        ApiKey::IncrementalAlterConfigs => Response::IncrementalAlterConfigs(admin()),
        ApiKey::InitProducerId => {
            let response = InitProducerIdResponse { error, producer_id: None };
            Response::InitProducerId(Arc::new(response))
        }
        ApiKey::DescribeTopicPartitions => {
            let response = DescribeTopicPartitionsResponse { error, text: "".into() };
            Response::DescribeTopicPartitions(Arc::new(response))
        }
        ApiKey::Produce
        | ApiKey::Fetch
        | ApiKey::ListOffsets
        | ApiKey::DeleteRecords
        | ApiKey::Metadata
        | ApiKey::OffsetForLeaderEpoch
        | ApiKey::Vote
        | ApiKey::BeginQuorumEpoch
        | ApiKey::EndQuorumEpoch => return None,
    })
}
