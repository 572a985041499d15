//! Reading a cluster from outside: every value of `observe`, made from the nodes as they are.

use std::sync::Arc;

use epochscope_vocabulary::command::NodeSelector;
use epochscope_vocabulary::metadata_record::RegistrationState;
use epochscope_vocabulary::rpc::{ApiKey, Fetcher};
use epochscope_vocabulary::{
    BrokerId, ClientId, ControllerId, Names, NodeId, SimTime, TopicPartition, ValueId,
};

use super::{Cluster, Due};
use crate::broker::Broker;
use crate::broker::log_manager::LogManager;
use crate::broker::partition::replica::Partition;
use crate::broker::purgatory::Purgatory;
use crate::broker::replica_manager::produce::required_of;
use crate::client::{ClientNode, ClientResult};
use crate::controller::Foreseen;
use crate::effects::Timer;
use crate::log::ReplicatedLog;
use crate::metadata::{MetadataImage, MetadataLog};
use crate::observe::{
    BrokerObservation, ClientObservation, ControllerObservation, PartitionObservation,
    ProduceResult, ReplicaObservation, ReplicaRole, WaitingRequest, Wants,
};

impl Cluster {
    /// The texts behind numbers.
    #[must_use]
    pub const fn names(&self) -> &Names {
        &self.names
    }

    /// How the cluster was started.
    #[must_use]
    pub fn spec(&self) -> &epochscope_vocabulary::ClusterSpec {
        &self.spec
    }

    /// All brokers.
    #[must_use]
    pub fn brokers(&self) -> Vec<BrokerObservation> {
        self.nodes.brokers.keys().filter_map(|id| self.broker(*id)).collect()
    }

    /// One broker.
    #[must_use]
    pub fn broker(&self, id: BrokerId) -> Option<BrokerObservation> {
        let broker = self.nodes.brokers.get(&id)?;
        let process = self.processes.get(&NodeId::Broker(id))?;
        let registration = self.committed_image().broker(id);
        let inbox = u32::try_from(process.inbox().len()).unwrap_or(u32::MAX);
        Some(BrokerObservation {
            id,
            rack: broker.rack.clone(),
            process: process.status(),
            registration: registration.map(|one| one.state),
            broker_epoch: registration.map(|one| one.broker_epoch),
            halted: broker.is_halted(),
            metadata_offset: broker.image().map(|image| image.end_offset()).unwrap_or_default(),
            inbox,
        })
    }

    /// A broker's log directories.
    #[must_use]
    pub fn log_manager(&self, id: BrokerId) -> Option<&LogManager> {
        self.nodes.brokers.get(&id).map(Broker::log_manager)
    }

    /// All controllers.
    #[must_use]
    pub fn controllers(&self) -> Vec<ControllerObservation> {
        let controllers = self.nodes.controllers.iter();
        controllers.map(|(id, node)| node.observe(self.status(NodeId::Controller(*id)))).collect()
    }

    /// The controller that is active: of several that believe so, that of the latest epoch.
    #[must_use]
    pub fn active_controller(&self) -> Option<ControllerId> {
        let active = self.controllers().into_iter().filter(|one| one.is_active);
        active.max_by_key(|one| one.quorum_epoch).map(|one| one.id)
    }

    /// The cluster as the active controller would have it after this; none while nobody decides.
    #[must_use]
    pub fn foresee(&self, what: Foreseen<'_>) -> Option<MetadataImage> {
        self.nodes.controllers.get(&self.active_controller()?)?.foresee(what)
    }

    /// When the active controller balances leaders next, if it has that in mind.
    #[must_use]
    pub fn next_leader_balance(&self) -> Option<SimTime> {
        let active = NodeId::Controller(self.active_controller()?);
        self.processes.get(&active)?.timer_at(Timer::LeaderBalance)
    }

    /// How many replicas all partitions together have.
    #[must_use]
    pub fn replica_count(&self) -> usize {
        let partitions = self.image().topics().flat_map(|topic| &topic.partitions);
        partitions.map(|partition| partition.replicas.len()).sum()
    }

    /// What the controllers have decided.
    #[must_use]
    pub fn image(&self) -> &Arc<MetadataImage> {
        self.committed_image()
    }

    /// The metadata log of the controller that decides, or did last, with what is not committed.
    #[must_use]
    pub fn metadata_log(&self) -> &MetadataLog {
        self.nodes.controllers[&self.last_active].metadata_log()
    }

    /// What a broker knows; none before its process has applied anything.
    #[must_use]
    pub fn broker_image(&self, id: BrokerId) -> Option<&Arc<MetadataImage>> {
        self.nodes.brokers.get(&id)?.image()
    }

    /// What a controller knows to be committed; none while it is down.
    #[must_use]
    pub fn controller_image(&self, id: ControllerId) -> Option<&Arc<MetadataImage>> {
        self.nodes.controllers.get(&id)?.committed_image()
    }

    /// The node that a selector names, if it names one.
    #[must_use]
    pub fn one_node(&self, selector: &NodeSelector) -> Option<NodeId> {
        let nodes = self.select(selector).ok()?;
        if nodes.len() == 1 { nodes.into_iter().next() } else { None }
    }

    /// All partitions as the controllers have decided them, in order.
    pub fn partitions(&self) -> impl Iterator<Item = PartitionObservation> + '_ {
        let topics = self.committed_image().topics_by_name();
        let ids = topics.flat_map(|topic| {
            let count = u32::try_from(topic.partitions.len()).unwrap_or(u32::MAX);
            (0..count).map(|partition| TopicPartition { topic: topic.id, partition })
        });
        ids.filter_map(|id| self.partition(id))
    }

    /// One partition as the controllers have decided it.
    #[must_use]
    pub fn partition(&self, id: TopicPartition) -> Option<PartitionObservation> {
        let image = self.committed_image();
        let registration = image.partition(id)?;
        let first = registration.leader.or_else(|| registration.replicas.first().copied());
        Some(PartitionObservation {
            partition: id,
            name: self.names.partition_name(id),
            replicas: registration.replicas.clone(),
            adding: registration.adding.clone(),
            removing: registration.removing.clone(),
            isr: registration.isr.clone(),
            elr: registration.elr.clone(),
            last_known_elr: registration.last_known_elr.clone(),
            leader: registration.leader,
            leader_epoch: registration.leader_epoch,
            partition_epoch: registration.partition_epoch,
            leader_recovery_state: registration.leader_recovery_state,
            min_insync_replicas: self.min_insync_replicas(id, first?),
        })
    }

    /// The partition of this name, as the controllers have it.
    #[must_use]
    pub fn find_partition(&self, topic: &str, partition: u32) -> Option<TopicPartition> {
        let topic = self.committed_image().topic_id(topic)?;
        let id = TopicPartition { topic, partition };
        self.committed_image().partition(id).map(|_| id)
    }

    /// One replica as its broker has it; of a dead broker, what its disk holds.
    #[must_use]
    pub fn replica(&self, id: BrokerId, partition: TopicPartition) -> Option<ReplicaObservation> {
        let broker = self.nodes.brokers.get(&id)?;
        let Some(running) = broker.running() else {
            return broker.log(partition).map(|log| offline_replica(broker, partition, log));
        };
        if let Some(log) = running.replicas.offline_log(partition) {
            return Some(offline_replica(broker, partition, log));
        }
        let replica = running.replicas.partitions().get(&partition)?;
        let leading = replica.leading();
        let role = match (leading, replica.leader) {
            (Some(_), _) => ReplicaRole::Leader,
            (None, Some(leader)) => ReplicaRole::Follower(leader),
            (None, None) => ReplicaRole::Leaderless,
        };
        let true_leader = self.true_leader(partition).map(|(leader, _)| leader);
        let empty = Vec::new();
        Some(ReplicaObservation {
            broker: id,
            partition,
            role,
            is_stale_leader: leading.is_some() && true_leader != Some(id),
            leader_epoch: replica.leader_epoch,
            partition_epoch: replica.partition_epoch,
            directory: directory_of(broker, partition),
            log: replica.log.clone(),
            high_watermark: replica.log.high_watermark(),
            checkpointed_high_watermark: replica.log.checkpointed_high_watermark(),
            isr: leading.map(|state| state.isr.isr().to_vec()).unwrap_or_default(),
            maximal_isr: leading.map(|state| state.isr.maximal_isr()).unwrap_or_default(),
            proposed_isr: leading.and_then(|state| state.isr.proposed_isr()),
            follower_offsets: leading
                .map_or(&empty, |state| &state.followers)
                .iter()
                .map(|(follower, known)| (*follower, known.log_end_offset))
                .collect(),
            waiting: self.waiting(broker.id, running.replicas.purgatory(), partition),
        })
    }

    /// Producers and consumers.
    #[must_use]
    pub fn clients(&self) -> Vec<ClientObservation> {
        self.nodes.clients.values().filter_map(|client| client.observe(&self.names)).collect()
    }

    /// A client by name.
    #[must_use]
    pub fn client(&self, name: &str) -> Option<&ClientNode> {
        let id = self.names.find_client(name)?;
        self.nodes.clients.get(&id)
    }

    /// A client's last result, if there is such a client.
    #[must_use]
    pub fn last_result(&self, name: &str) -> Option<ClientResult> {
        self.client(name).map(ClientNode::last_result)
    }

    /// What became of a record at its producer.
    #[must_use]
    pub fn result_of(&self, client: ClientId, value: ValueId) -> Option<ProduceResult> {
        self.nodes.clients.get(&client)?.result_of(value)
    }

    /// See [`super::Nodes::true_leader`].
    pub(super) fn true_leader(&self, id: TopicPartition) -> Option<(BrokerId, &Partition)> {
        self.nodes.true_leader(self.committed_image(), id)
    }

    /// The brokers whose process believes that it leads, whether it stands still or not.
    #[must_use]
    pub fn presumed_leaders(&self, partition: TopicPartition) -> Vec<BrokerId> {
        let leads = |broker: &Broker| {
            let replica = broker.running()?.replicas.partitions().get(&partition)?;
            replica.leading().map(|_| broker.id)
        };
        self.nodes.brokers.values().filter_map(leads).collect()
    }

    /// A broker's log of a partition: of the process, or from disk.
    #[must_use]
    pub fn log(&self, broker: BrokerId, partition: TopicPartition) -> Option<&ReplicatedLog> {
        self.nodes.brokers.get(&broker)?.log(partition)
    }

    /// Whether a process is still to start or to go on by an order given before.
    #[must_use]
    pub fn has_put_off(&self) -> bool {
        self.queue.iter().any(|(_, due)| match due {
            Due::Ready(node, starts, _) => self.starts(*node) == *starts && self.is_down(*node),
            Due::EndOfPause(node, pause, _) => self.is_in_pause(*node, *pause),
            Due::Arrive(_) | Due::Deliver(_) | Due::Read(_) | Due::Timer(..) => false,
        })
    }

    /// Whether anything stands in the way of settling: a load that runs or a hold that stands.
    #[must_use]
    pub fn unsettling(&self) -> Option<&'static str> {
        if self.nodes.clients.values().any(ClientNode::load_runs) {
            return Some("a `load` runs");
        }
        self.network.holds.any().then_some("a `hold` stands")
    }

    /// Whether every client has its answers.
    #[must_use]
    pub fn clients_are_idle(&self) -> bool {
        self.nodes.clients.values().all(ClientNode::is_idle)
    }

    /// How many messages of this kind are held.
    #[must_use]
    pub fn held(&self, api_key: Option<ApiKey>) -> u64 {
        self.network.holds.held(api_key)
    }

    /// Whether bytes from one node to another stand still.
    #[must_use]
    pub fn is_cut(&self, from: NodeId, to: NodeId) -> bool {
        self.network.is_cut(from, to)
    }

    /// Whether any link may be cut, lossy, late or slow.
    #[must_use]
    pub fn has_link_faults(&self) -> bool {
        !self.network.faults().is_empty()
    }

    /// How many brokers the controllers have in this state.
    #[must_use]
    pub fn count_registered(&self, state: RegistrationState) -> u64 {
        let brokers = self.committed_image().brokers();
        brokers.filter(|(_, one)| one.state == state).fold(0, |count, _| count + 1)
    }

    /// Requests that wait at a broker for one of its partitions.
    fn waiting(
        &self,
        broker: BrokerId,
        purgatory: &Purgatory,
        partition: TopicPartition,
    ) -> Vec<WaitingRequest> {
        let mut all = Vec::new();
        for (request, produce) in &purgatory.produces {
            let Some(required) = required_of(produce, partition) else { continue };
            let batch = produce.batches.iter().find(|one| one.partition == partition);
            let values = batch.map(|one| one.values.clone()).unwrap_or_default();
            all.push(WaitingRequest {
                request: *request,
                from: produce.from,
                since: produce.since,
                until: produce.until,
                wants: Wants::HighWatermark { required, values },
            });
        }
        for (request, fetch) in &purgatory.fetches {
            let Some(offset) = fetch.offset_in(partition) else { continue };
            let wants = match fetch.request.fetcher {
                Fetcher::Replica { .. } => Wants::Record(offset),
                Fetcher::Consumer { .. } => Wants::CommittedRecord(offset),
            };
            let waits = (fetch.since, fetch.until);
            let Some((since, until)) = self.idle_wait(broker, *request).unwrap_or(Some(waits))
            else {
                continue;
            };
            all.push(WaitingRequest { request: *request, from: fetch.from, since, until, wants });
        }
        all
    }
}

fn directory_of(broker: &Broker, partition: TopicPartition) -> Option<Arc<str>> {
    let manager = broker.log_manager();
    let found = manager.directory_of(partition).filter(|_| manager.is_jbod())?;
    Some(found.path.clone())
}

fn offline_replica(
    broker: &Broker,
    partition: TopicPartition,
    log: &ReplicatedLog,
) -> ReplicaObservation {
    ReplicaObservation {
        directory: directory_of(broker, partition),
        broker: broker.id,
        partition,
        role: ReplicaRole::Offline,
        is_stale_leader: false,
        leader_epoch: log.latest_epoch().unwrap_or_default(),
        partition_epoch: epochscope_vocabulary::PartitionEpoch(0),
        log: log.clone(),
        high_watermark: log.high_watermark(),
        checkpointed_high_watermark: log.checkpointed_high_watermark(),
        isr: Vec::new(),
        maximal_isr: Vec::new(),
        proposed_isr: None,
        follower_offsets: Vec::new(),
        waiting: Vec::new(),
    }
}
