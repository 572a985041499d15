//! Orders to clients and administrators.

use std::sync::Arc;

use epochscope_vocabulary::command::{
    Alterations, ClientKind, ClientSpec, Command, NodeSelector, PartitionName, RawRequest, Records,
    Via,
};
use epochscope_vocabulary::config::{ConfigKey, ConfigValue};
use epochscope_vocabulary::metadata_record::ConfigResource;
use epochscope_vocabulary::rpc::{
    AlterPartitionReassignmentsRequest, CreatePartitionsRequest, CreateTopicsRequest,
    DeleteTopicsRequest, DescribeTopicPartitionsRequest, ElectLeadersRequest, FetchPartition,
    FetchRequest, Fetcher, IncrementalAlterConfigsRequest, OffsetForLeaderEpochRequest,
    ProduceBatch, ProduceRequest, ReassignablePartition, Request, UnregisterBrokerRequest,
    UpdateFeaturesRequest, UpgradeType,
};
use epochscope_vocabulary::{
    BrokerId, ClientId, EventId, LeaderEpoch, NodeId, Offset, TopicPartition,
};

use super::{Cluster, Rejected};
use crate::client::asked::Asked;
use crate::client::{ClientNode, Knowledge, Rejection};
use crate::effects::Context;
use crate::process::Process;
use crate::release::{Release, RetryBackoff};

/// The sender of administrative requests.
const ADMIN: &str = "admin";
/// How long a broker lets a raw request wait unless it says so.
const RAW_TIMEOUT_MS: u64 = 30_000;
/// How long a raw fetch that finds nothing waits.
const RAW_MAX_WAIT_MS: u64 = 0;

impl Cluster {
    #[expect(clippy::wildcard_enum_match_arm, reason = "`obey` has sorted the orders")]
    pub(super) fn order_client(
        &mut self,
        command: &Command,
        cause: EventId,
    ) -> Result<(), Rejected> {
        match command {
            Command::Produce { client, partition, records, key, metadata } => {
                let id = self.client_id(client)?;
                let partition = partition.as_ref().map(|name| name.partition);
                let values = match records {
                    Records::Count(count) => {
                        let count = *count;
                        self.tell(id, cause, |one, cx| Ok(one.next_values(cx, count)))?
                    }
                    Records::Values(texts) => {
                        texts.iter().map(|text| self.names.value(text)).collect()
                    }
                };
                self.tell(id, cause, |one, cx| {
                    one.produce(cx, partition, values, key.as_deref(), *metadata)
                })
            }
            Command::Load { client, rate, span } => {
                let id = self.client_id(client)?;
                self.tell(id, cause, |one, cx| one.load(cx, *rate, *span))
            }
            Command::AddClient(spec) => self.add_client(spec, cause),
            Command::Request { to, partition, request, sender } => {
                self.raw_request((to, partition, request), sender, cause)
            }
            Command::Consume { client, records, span } => {
                let id = self.client_id(client)?;
                self.tell(id, cause, |one, cx| one.consume(cx, *records, *span))
            }
            Command::Seek(client, partition, offset) => {
                let id = self.client_id(client)?;
                self.tell(id, cause, |one, cx| one.seek(cx, partition.partition, Offset(*offset)))
            }
            Command::Refresh(client) => {
                let id = self.client_id(client)?;
                self.tell(id, cause, ClientNode::refresh)
            }
            _ => Err(Rejected::new("this is no order to a client")),
        }
    }

    fn tell<T>(
        &mut self,
        client: ClientId,
        cause: EventId,
        act: impl FnOnce(&mut ClientNode, &mut Context<'_>) -> Result<T, Rejection>,
    ) -> Result<T, Rejected> {
        let result = self.call(NodeId::Client(client), cause, |nodes, cx| {
            nodes.clients.get_mut(&client).map(|one| act(one, cx))
        });
        match result {
            Some(result) => result.map_err(Rejected::new),
            None => Err(Rejected::new("there is no such client")),
        }
    }

    fn bootstrap(&self) -> Vec<BrokerId> {
        self.nodes.brokers.keys().copied().collect()
    }

    fn add_client(&mut self, spec: &ClientSpec, cause: EventId) -> Result<(), Rejected> {
        if self.client_id(&spec.name).is_ok() {
            return Err(Rejected::new(format!("there is a client `{}` already", spec.name)));
        }
        self.start_client(spec, Knowledge::Nothing, cause);
        Ok(())
    }

    pub(super) fn start_client(&mut self, spec: &ClientSpec, knowledge: Knowledge, cause: EventId) {
        let id = self.names.client(&spec.name);
        let node = NodeId::Client(id);
        self.processes.insert(node, Process::default());
        let brokers = self.bootstrap();
        let spec = &with_defaults_of(self.release, spec);
        self.call(node, cause, |nodes, cx| {
            let client = ClientNode::start(cx, spec, id, &brokers, knowledge);
            nodes.clients.insert(id, client);
        });
        debug_assert!(matches!(spec.kind, ClientKind::Producer | ClientKind::Consumer));
    }

    /// The client of this name that sends single requests: there as soon as it is named.
    fn sender(&mut self, name: &str) -> ClientId {
        let id = self.names.client(name);
        if !self.nodes.clients.contains_key(&id) {
            let client = ClientNode::admin(id, &self.bootstrap());
            self.nodes.clients.insert(id, client);
            self.processes.insert(NodeId::Client(id), Process::default());
        }
        id
    }

    fn raw_request(
        &mut self,
        what: (&NodeSelector, &PartitionName, &RawRequest),
        sender: &str,
        cause: EventId,
    ) -> Result<(), Rejected> {
        let (to, partition, request) = what;
        let to = self.one_broker(to)?;
        let partition = self.partition_id(partition)?;
        let request = self.raw(partition, request);
        let id = self.sender(sender);
        self.tell(id, cause, |one, cx| one.raw(cx, to, request))
    }

    fn one_broker(&self, selector: &NodeSelector) -> Result<BrokerId, Rejected> {
        match self.select(selector)?.into_iter().next() {
            Some(NodeId::Broker(id)) => Ok(id),
            Some(NodeId::Controller(_) | NodeId::Client(_)) | None => {
                Err(Rejected::new("a request goes to a broker: `to=1`"))
            }
        }
    }

    fn raw(&mut self, partition: TopicPartition, request: &RawRequest) -> Request {
        match request {
            RawRequest::Produce { value, acks, timeout_ms } => {
                let values = Arc::from([self.names.value(value)]);
                Request::Produce(Arc::new(ProduceRequest {
                    acks: *acks,
                    timeout_ms: timeout_ms.unwrap_or(RAW_TIMEOUT_MS),
                    batches: vec![ProduceBatch { partition, values, sequence: None }],
                }))
            }
            RawRequest::Fetch { offset, current_leader_epoch, client_rack } => {
                Request::Fetch(Arc::new(FetchRequest {
                    fetcher: Fetcher::Consumer { rack: client_rack.clone() },
                    max_wait_ms: RAW_MAX_WAIT_MS,
                    partitions: vec![FetchPartition {
                        partition,
                        fetch_offset: Offset(*offset),
                        current_leader_epoch: current_leader_epoch.map(LeaderEpoch),
                        last_fetched_epoch: None,
                        log_start_offset: Offset::ZERO,
                    }],
                }))
            }
            RawRequest::OffsetForLeaderEpoch { epoch, current_leader_epoch } => {
                Request::OffsetForLeaderEpoch(Arc::new(OffsetForLeaderEpochRequest {
                    partition,
                    current_leader_epoch: current_leader_epoch.map(LeaderEpoch),
                    leader_epoch: LeaderEpoch(*epoch),
                }))
            }
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "`admin_request` sorts the rest")]
    pub(super) fn administer(&mut self, command: &Command, cause: EventId) -> Result<(), Rejected> {
        let to_leader = match command {
            Command::ListOffsets(partition, spec) => Some((partition, Asked::ListOffsets(*spec))),
            Command::DeleteRecords(partition, before) => {
                Some((partition, Asked::DeleteRecords(Offset(*before))))
            }
            _ => None,
        };
        if let Some((partition, asked)) = to_leader {
            self.partition_id(partition)?;
            let id = self.sender(ADMIN);
            return self.tell(id, cause, |one, cx| one.ask_leader(cx, partition, asked));
        }
        let (request, via) = self.admin_request(command)?;
        let via = match via {
            Some(selector) => self.select(selector)?.into_iter().next(),
            None => None,
        };
        let id = self.sender(ADMIN);
        self.tell(id, cause, |one, cx| one.administer(cx, via, request))
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "`obey` has sorted the orders")]
    fn admin_request<'a>(
        &self,
        command: &'a Command,
    ) -> Result<(Request, Option<&'a NodeSelector>), Rejected> {
        let alter = |resource, changes: &Alterations| {
            let changes = changes.clone();
            let body = IncrementalAlterConfigsRequest { resource, changes };
            Request::IncrementalAlterConfigs(Arc::new(body))
        };
        let (request, via): (Request, &'a Via) = match command {
            Command::CreateTopic(topic, via) => {
                let body = CreateTopicsRequest { topic: topic.clone() };
                (Request::CreateTopics(Arc::new(body)), via)
            }
            Command::DeleteTopic(topic, via) => {
                let body = DeleteTopicsRequest { topic: topic.clone() };
                (Request::DeleteTopics(Arc::new(body)), via)
            }
            Command::AlterTopic(topic, changes, via) => {
                (alter(ConfigResource::Topic(topic.clone()), changes), via)
            }
            Command::AlterBroker(Some(broker), changes, via) => {
                (alter(ConfigResource::Broker(BrokerId(*broker)), changes), via)
            }
            Command::AlterBroker(None, changes, via) => {
                (alter(ConfigResource::Cluster, changes), via)
            }
            Command::Elect(election, partitions, via) => {
                let named = partitions.iter().map(|one| (one.topic.clone(), one.partition));
                let partitions = (!partitions.is_empty()).then(|| named.collect());
                let body = ElectLeadersRequest { election: *election, partitions };
                (Request::ElectLeaders(Arc::new(body)), via)
            }
            Command::Describe(topic, via) => {
                let body = DescribeTopicPartitionsRequest { topic: topic.clone() };
                (Request::DescribeTopicPartitions(Arc::new(body)), via)
            }
            _ => change_of_cluster(command)?,
        };
        Ok((request, via.as_ref()))
    }
}

/// What changes replicas, partitions, brokers or features.
#[expect(clippy::wildcard_enum_match_arm, reason = "`obey` has sorted the orders")]
fn change_of_cluster(command: &Command) -> Result<(Request, &Via), Rejected> {
    Ok(match command {
        Command::Reassign(name, replicas, via) => {
            let replicas = replicas.as_ref().map(|list| broker_ids(list));
            let (topic, partition) = (name.topic.clone(), name.partition);
            let partitions = vec![ReassignablePartition { topic, partition, replicas }];
            let body = AlterPartitionReassignmentsRequest { partitions };
            (Request::AlterPartitionReassignments(Arc::new(body)), via)
        }
        Command::IncreasePartitions { topic, partitions, replicas, via } => {
            let lists = || replicas.iter().map(|list| broker_ids(list)).collect();
            let body = CreatePartitionsRequest {
                name: topic.clone(),
                count: i64::from(*partitions),
                assignments: (!replicas.is_empty()).then(lists),
            };
            (Request::CreatePartitions(Arc::new(body)), via)
        }
        Command::Unregister(broker, via) => {
            let body = UnregisterBrokerRequest { broker: BrokerId(*broker) };
            (Request::UnregisterBroker(Arc::new(body)), via)
        }
        Command::AlterFeature(feature, level, via) => {
            let upgrade =
                if *level == 0 { UpgradeType::SafeDowngrade } else { UpgradeType::Upgrade };
            let (feature, level) = (feature.clone(), *level);
            let body = UpdateFeaturesRequest { feature, level, upgrade };
            (Request::UpdateFeatures(Arc::new(body)), via)
        }
        _ => return Err(Rejected::new("this is no order to an administrator")),
    })
}

fn broker_ids(numbers: &[u32]) -> Vec<BrokerId> {
    numbers.iter().copied().map(BrokerId).collect()
}

/// A client's settings with the defaults of its release, where those differ from the newest ones'.
/// Before 3.7 a client's pauses do not grow.
fn with_defaults_of(release: Release, spec: &ClientSpec) -> ClientSpec {
    let mut spec = spec.clone();
    let settings = &mut spec.settings;
    if !settings.0.contains_key(&ConfigKey::LingerMs) {
        let linger = ConfigValue::Number(release.default_linger_ms());
        settings.0.insert(ConfigKey::LingerMs, linger);
    }
    match release.rules().retry_backoff {
        RetryBackoff::Fixed => {
            let pause = settings.number(ConfigKey::RetryBackoffMs);
            settings.0.insert(ConfigKey::RetryBackoffMaxMs, ConfigValue::Number(pause));
        }
        RetryBackoff::Exponential => {}
    }
    spec
}
