//! The JSON of `state --json`: keys in the order of the fields, every key always there.
//!
//! `docs/state.md` documents each key; a test holds the two together. A change that a reader could
//! notice is a new version of the schema.

use serde::Serialize;

#[derive(Serialize)]
pub(crate) struct State {
    pub(crate) schema: &'static str,
    pub(crate) scenario: ScenarioState,
    pub(crate) at_us: u64,
    pub(crate) events: u64,
    pub(crate) metadata_log: MetadataLogState,
    pub(crate) controllers: Vec<ControllerState>,
    pub(crate) brokers: Vec<BrokerState>,
    pub(crate) partitions: Vec<PartitionState>,
    pub(crate) clients: Vec<ClientState>,
    pub(crate) in_flight: Vec<MessageState>,
    pub(crate) cut_links: Vec<CutLink>,
    pub(crate) records: Vec<RecordState>,
    pub(crate) violated: Vec<String>,
    pub(crate) violated_unexcused: Vec<String>,
    pub(crate) metrics: Vec<MetricState>,
}

#[derive(Serialize)]
pub(crate) struct MetricState {
    pub(crate) name: String,
    pub(crate) all: Option<u64>,
    pub(crate) light: Option<&'static str>,
    pub(crate) processes: Vec<ReportedState>,
}

#[derive(Serialize)]
pub(crate) struct ReportedState {
    pub(crate) node: String,
    pub(crate) value: u64,
}

#[derive(Serialize)]
pub(crate) struct ScenarioState {
    pub(crate) title: Option<String>,
    pub(crate) kafka: String,
    pub(crate) seed: u64,
    pub(crate) steps: usize,
    pub(crate) steps_done: usize,
    pub(crate) checks_failed: u32,
}

#[derive(Serialize)]
pub(crate) struct MetadataLogState {
    pub(crate) active_controller: Option<u32>,
    pub(crate) quorum_epoch: u32,
    pub(crate) committed_offset: u64,
    pub(crate) log_end_offset: Option<u64>,
}

#[derive(Serialize)]
pub(crate) struct ControllerState {
    pub(crate) id: u32,
    pub(crate) quorum_role: &'static str,
    pub(crate) quorum_epoch: u32,
    pub(crate) log_end_offset: u64,
    pub(crate) high_watermark: u64,
}

#[derive(Serialize)]
pub(crate) struct BrokerState {
    pub(crate) id: u32,
    pub(crate) rack: Option<String>,
    pub(crate) process: &'static str,
    pub(crate) registration: &'static str,
    pub(crate) broker_epoch: Option<u64>,
    pub(crate) metadata_offset: u64,
    pub(crate) inbox: u32,
}

#[derive(Serialize)]
pub(crate) struct PartitionState {
    pub(crate) name: String,
    pub(crate) topic: String,
    pub(crate) partition: u32,
    pub(crate) controller: PartitionDecision,
    pub(crate) min_insync_replicas: u32,
    pub(crate) presumed_leaders: Vec<u32>,
    pub(crate) replicas: Vec<ReplicaState>,
}

/// A partition's registration, as somebody who has replayed the metadata log has it.
#[derive(Serialize)]
pub(crate) struct PartitionDecision {
    pub(crate) leader: Option<u32>,
    pub(crate) leader_epoch: u32,
    pub(crate) partition_epoch: u32,
    pub(crate) leader_recovery: &'static str,
    pub(crate) replicas: Vec<u32>,
    pub(crate) adding: Vec<u32>,
    pub(crate) removing: Vec<u32>,
    pub(crate) isr: Vec<u32>,
    pub(crate) elr: Vec<u32>,
    pub(crate) last_known_elr: Vec<u32>,
}

#[derive(Serialize)]
pub(crate) struct ReplicaState {
    pub(crate) broker: u32,
    pub(crate) role: &'static str,
    pub(crate) follows: Option<u32>,
    pub(crate) stale_leader: bool,
    pub(crate) leader_epoch: u32,
    pub(crate) partition_epoch: u32,
    pub(crate) log_start_offset: u64,
    pub(crate) log_end_offset: u64,
    pub(crate) high_watermark: u64,
    pub(crate) checkpointed_high_watermark: u64,
    pub(crate) flushed_offset: u64,
    pub(crate) isr: Vec<u32>,
    pub(crate) maximal_isr: Vec<u32>,
    pub(crate) followers: Vec<FollowerState>,
    pub(crate) epoch_cache: Vec<EpochStart>,
    pub(crate) log: Vec<LogEntry>,
    pub(crate) waiting: Vec<WaitingState>,
    pub(crate) metadata: Option<PartitionDecision>,
}

#[derive(Serialize)]
pub(crate) struct FollowerState {
    pub(crate) broker: u32,
    pub(crate) log_end_offset: Option<u64>,
}

#[derive(Serialize)]
pub(crate) struct EpochStart {
    pub(crate) leader_epoch: u32,
    pub(crate) start_offset: u64,
}

#[derive(Serialize)]
pub(crate) struct LogEntry {
    pub(crate) offset: u64,
    pub(crate) leader_epoch: u32,
    pub(crate) value: String,
}

#[derive(Serialize)]
pub(crate) struct WaitingState {
    pub(crate) request: u64,
    pub(crate) from: String,
    pub(crate) since_us: u64,
    pub(crate) until_us: u64,
    pub(crate) wants: &'static str,
    pub(crate) offset: u64,
    pub(crate) values: Vec<String>,
}

#[derive(Serialize)]
pub(crate) struct ClientState {
    pub(crate) name: String,
    pub(crate) kind: &'static str,
    pub(crate) acks: Option<&'static str>,
    pub(crate) idempotent: bool,
    pub(crate) leaders: Vec<BelievedLeader>,
    pub(crate) positions: Vec<PositionState>,
    pub(crate) results: Vec<ResultState>,
    pub(crate) read_count: u64,
}

#[derive(Serialize)]
pub(crate) struct BelievedLeader {
    pub(crate) partition: String,
    pub(crate) leader: Option<u32>,
    pub(crate) leader_epoch: u32,
}

#[derive(Serialize)]
pub(crate) struct PositionState {
    pub(crate) partition: String,
    pub(crate) offset: u64,
}

#[derive(Serialize)]
pub(crate) struct ResultState {
    pub(crate) value: String,
    pub(crate) result: &'static str,
    pub(crate) offset: Option<u64>,
}

#[derive(Serialize)]
pub(crate) struct MessageState {
    pub(crate) request: u64,
    pub(crate) api_key: &'static str,
    pub(crate) half: &'static str,
    pub(crate) of_metadata_log: bool,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) sent_at_us: u64,
    pub(crate) transit: &'static str,
    pub(crate) arrives_at_us: Option<u64>,
    pub(crate) label: String,
    pub(crate) cause: u64,
}

#[derive(Serialize)]
pub(crate) struct CutLink {
    pub(crate) from: String,
    pub(crate) to: String,
}

#[derive(Serialize)]
pub(crate) struct RecordState {
    pub(crate) value: String,
    pub(crate) client: String,
    pub(crate) partition: Option<String>,
    pub(crate) acks: &'static str,
    pub(crate) sent_at_us: u64,
    pub(crate) acked_at_us: Option<u64>,
    pub(crate) failed: Option<&'static str>,
    pub(crate) appended: bool,
    pub(crate) appended_by: Option<String>,
    pub(crate) appended_at_us: Option<u64>,
    pub(crate) offset: Option<u64>,
    pub(crate) leader_epoch: Option<u32>,
    pub(crate) committed: bool,
    pub(crate) committed_at_us: Option<u64>,
    pub(crate) readable: bool,
    pub(crate) read_by: Vec<ReadState>,
    pub(crate) lost: bool,
    pub(crate) lost_at_us: Option<u64>,
    pub(crate) lost_by: Option<&'static str>,
    pub(crate) deleted: bool,
    pub(crate) duplicated: bool,
}

#[derive(Serialize)]
pub(crate) struct ReadState {
    pub(crate) client: String,
    pub(crate) at_us: u64,
}
