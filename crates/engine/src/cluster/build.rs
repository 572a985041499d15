//! Time 0: a formatted cluster with every broker registered and unfenced, all replicas in sync.
//!
//! The metadata log begins with what a new cluster's log begins with, then registrations and
//! topics; everybody has applied all of it. Phases of periodic timers are drawn from the seed.

use std::sync::Arc;

use epochscope_vocabulary::cluster_spec::{Beginning, ConfigTarget, NetworkSpec};
use epochscope_vocabulary::command::ClientKind;
use epochscope_vocabulary::config::Settings;
use epochscope_vocabulary::event::EventKind;
use epochscope_vocabulary::rpc::DescribeTopicPartitionsResponse;
use epochscope_vocabulary::rule::RuleId;
use epochscope_vocabulary::{
    BrokerId, ClusterSpec, ControllerId, DirectoryId, EventId, Names, NodeId, ProducerId, SimTime,
    SortedMap, TopicPartition,
};

use super::{Cluster, Nodes, Rejected};
use crate::broker::Broker;
use crate::broker::client_requests::topic_metadata;
use crate::broker::config::BrokerConfig;
use crate::broker::log_manager::{IDS_OF_A_BROKER, LogManager};
use crate::broker::replica_manager::directories::as_in_hash_map;
use crate::client::Knowledge;
use crate::cluster::idle_polls::IdlePolls;
use crate::controller::{
    ControllerNode, FIRST_EPOCH, QuorumSpec, bootstrap_records, format_records,
};
use crate::describe::describe_topics;
use crate::effects::Counters;
use crate::ledger::Ledger;
use crate::metadata::{History, MetadataImage, SharedImages};
use crate::network::{LinkTimes, Network};
use crate::observe::ProcessStatus;
use crate::process::Process;
use crate::queue::{Lane, Queue};
use crate::quorum::voter_set::VoterSet;
use crate::release::{EffectiveMinIsr, Release};
use crate::releases::Releases;
use crate::rng::{Purpose, Streams};

impl Cluster {
    /// A cluster at time 0.
    ///
    /// # Errors
    /// When the description contradicts itself, or asks for what is not modelled.
    pub fn new(spec: &ClusterSpec) -> Result<Self, Rejected> {
        let release = release_named(&spec.release)?;
        let mut releases = Releases::all(release);
        for (broker, name) in &spec.releases {
            releases.set(NodeId::Broker(BrokerId(*broker)), release_named(name)?);
        }
        let mut names = Names::default();
        let mut directories = Directories::of(spec);
        let log_dirs = directories.ids();
        let mut place =
            |broker, partitions, names: &Names| directories.place(broker, partitions, names);
        let records = match spec.beginning {
            Beginning::Warm => {
                bootstrap_records(spec, (&mut names, release, &releases), (&log_dirs, &mut place))
                    .map_err(|rejection| Rejected::new(rejection.reason))?
            }
            Beginning::Cold => Vec::new(),
        };
        let history = History::of(FIRST_EPOCH, &records);
        let voters: Vec<_> = spec.controllers.iter().copied().map(ControllerId).collect();
        let voters = VoterSet::new(&voters);
        let lowest = spec.controllers.iter().min().copied();
        let Some(active) = spec.active_controller.or(lowest).map(ControllerId) else {
            return Err(Rejected::new("a cluster needs a controller: `controllers 100`"));
        };
        let nodes = Nodes {
            brokers: build_brokers(spec, &voters, directories),
            controllers: build_controllers(spec, (&voters, active), release, &history),
            clients: SortedMap::new(),
        };
        let streams = Streams::new(spec.seed);
        let mut cluster = Self {
            spec: Arc::new(spec.clone()),
            releases,
            release,
            now: SimTime::ZERO,
            at_once: 0,
            endless: None,
            reached: (SimTime::ZERO, Lane::FIRST),
            queue: Queue::default(),
            processes: processes_of(&nodes),
            nodes,
            network: Network::new(streams),
            idle_polls: IdlePolls::default(),
            names,
            streams,
            images: SharedImages::default(),
            counters: Counters::default(),
            ledger: Ledger::default(),
            checkers: crate::invariant::Checkers::default(),
            last_active: active,
            decided: history.image.clone(),
            pauses: 0,
            events: Vec::new(),
        };
        cluster.lay_links(&spec.network)?;
        match spec.beginning {
            Beginning::Warm => {
                cluster.checkers.quorum.begin_leader(FIRST_EPOCH, active);
                cluster.begin(&history);
            }
            Beginning::Cold => {
                for process in cluster.processes.values_mut() {
                    process.end(ProcessStatus::Stopped);
                }
            }
        }
        Ok(cluster)
    }

    fn lay_links(&mut self, lines: &[NetworkSpec]) -> Result<(), Rejected> {
        for line in lines {
            match &line.between {
                None => self.network.set_default(line.latency, line.jitter),
                Some((one, other)) => {
                    let one = self.select_link_end(one)?;
                    let other = self.select_link_end(other)?;
                    let (latency, jitter) = (line.latency, line.jitter);
                    self.network.set_links(LinkTimes { one, other, latency, jitter });
                }
            }
        }
        Ok(())
    }

    /// Everybody takes up the work that it has long been doing.
    fn begin(&mut self, history: &History) {
        let text: Arc<str> = "start".into();
        let start = self.say(RuleId::Command, EventKind::CommandGiven { text });
        let image = history.image.clone();
        self.images.insert(image.clone());
        let active = self.last_active;
        for id in self.nodes.controllers.keys().copied().collect::<Vec<_>>() {
            self.call(NodeId::Controller(id), start, |nodes, cx| {
                if let Some(controller) = nodes.controllers.get_mut(&id) {
                    controller.begin_running(cx);
                }
            });
        }
        let brokers: Vec<_> = self.nodes.brokers.keys().copied().collect();
        for id in &brokers {
            self.call(NodeId::Broker(*id), start, |nodes, cx| {
                if let Some(broker) = nodes.brokers.get_mut(id) {
                    broker.begin_running(cx, history, active);
                }
            });
        }
        for id in brokers {
            self.begin_broker_clocks(id, start);
        }
        self.begin_clients(&image, start);
        // What everybody has long known is no news.
        self.events.clear();
    }

    fn begin_broker_clocks(&mut self, id: BrokerId, start: EventId) {
        let node = NodeId::Broker(id);
        self.call(node, start, |nodes, cx| {
            let mut stream = cx.streams.stream(Purpose::TimerPhase(node));
            if let Some(broker) = nodes.brokers.get_mut(&id) {
                broker.begin_clocks(cx, |span| stream.below(span));
            }
        });
    }

    fn begin_clients(&mut self, image: &MetadataImage, start: EventId) {
        let spec = self.spec.clone();
        for (number, client) in (0..).zip(&spec.clients) {
            let topic =
                Some(topic_metadata(image, &client.topic)).filter(|one| one.topic.is_some());
            let producer_id = match client.kind {
                ClientKind::Producer => Some(ProducerId(number)),
                ClientKind::Consumer => None,
            };
            self.start_client(client, Knowledge::AtTimeZero { topic, producer_id }, start);
        }
    }

    /// server.properties of the controllers, for defaults of topics.
    #[must_use]
    pub fn controller_settings(&self) -> Settings {
        settings_of(&self.spec, Who::Controllers)
    }

    /// How brokers of the cluster's own release count `min.insync.replicas`.
    #[must_use]
    pub const fn effective_min_isr(&self) -> EffectiveMinIsr {
        self.releases.of_clients().rules().effective_min_isr
    }

    /// What a broker of its release asks of the partition's ISR.
    pub(super) fn min_insync_replicas(&self, id: TopicPartition, leader: BrokerId) -> u32 {
        let image = self.committed_image();
        let wanted = image.min_insync_replicas(id.topic, &self.controller_settings());
        let replicas = image.partition(id).map_or(0, |one| one.replicas.len());
        let rule = self.releases.of(NodeId::Broker(leader)).rules().effective_min_isr;
        rule.of(wanted, u32::try_from(replicas).unwrap_or(u32::MAX))
    }

    /// What `kafka-topics.sh --describe` of the cluster's release prints.
    #[must_use]
    pub fn describe(&self, topic: Option<&str>) -> DescribeTopicPartitionsResponse {
        let columns = self.releases.of_clients().rules().describe_columns;
        describe_topics(self.image(), topic, &self.controller_settings(), columns)
    }
}

/// The release of this name.
pub(super) fn release_named(name: &str) -> Result<Release, Rejected> {
    Release::named(name).ok_or_else(|| {
        Rejected::new(format!("Kafka {name} is not modelled yet; 3.3 to 4.3 with KRaft are"))
    })
}

/// Whose server.properties.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    Controllers,
    Broker(u32),
}

/// Later lines win, and a broker's own lines win over all others.
fn settings_of(spec: &ClusterSpec, who: Who) -> Settings {
    let general = |target: ConfigTarget| match target {
        ConfigTarget::All => true,
        ConfigTarget::Controllers => who == Who::Controllers,
        ConfigTarget::Brokers => who != Who::Controllers,
        ConfigTarget::Broker(_) => false,
    };
    let own = |target: ConfigTarget| match (target, who) {
        (ConfigTarget::Broker(one), Who::Broker(id)) => one == id,
        _ => false,
    };
    let mut settings = Settings::default();
    let lines = spec.config.iter().filter(|line| general(line.target));
    for line in lines.chain(spec.config.iter().filter(|line| own(line.target))) {
        for (key, value) in &line.settings.0 {
            settings.0.insert(*key, value.clone());
        }
    }
    settings
}

/// The log directories of all brokers, newly formatted.
struct Directories(SortedMap<BrokerId, LogManager>);

impl Directories {
    fn of(spec: &ClusterSpec) -> Self {
        let first_ids = (0..).step_by(IDS_OF_A_BROKER as usize);
        let formatted = spec.brokers.iter().zip(first_ids).map(|(broker, first_id)| {
            let settings = settings_of(spec, Who::Broker(broker.id));
            (BrokerId(broker.id), LogManager::formatted(&settings, first_id))
        });
        Self(formatted.collect())
    }
}

impl Directories {
    fn ids(&self) -> SortedMap<BrokerId, Vec<DirectoryId>> {
        self.0.iter().map(|(broker, manager)| (*broker, manager.online())).collect()
    }

    /// Where a broker puts new logs, if it has a choice.
    fn place(
        &mut self,
        broker: BrokerId,
        mut partitions: Vec<TopicPartition>,
        names: &Names,
    ) -> Vec<(TopicPartition, DirectoryId)> {
        let Some(manager) = self.0.get_mut(&broker).filter(|manager| manager.is_jbod()) else {
            return Vec::new();
        };
        as_in_hash_map(&mut partitions, names);
        let place = |id| Some((id, manager.place(id, DirectoryId::Unassigned)?));
        partitions.into_iter().filter_map(place).collect()
    }
}

fn build_brokers(
    spec: &ClusterSpec,
    voters: &VoterSet,
    mut directories: Directories,
) -> SortedMap<BrokerId, Broker> {
    spec.brokers
        .iter()
        .map(|broker| {
            let id = BrokerId(broker.id);
            let config = BrokerConfig::from(settings_of(spec, Who::Broker(broker.id)));
            let stored = (config, directories.0.remove(&id).unwrap_or_default());
            (id, Broker::new(id, broker.rack.clone(), stored, voters.clone()))
        })
        .collect()
}

fn build_controllers(
    spec: &ClusterSpec,
    (voters, active): (&VoterSet, ControllerId),
    release: Release,
    history: &History,
) -> SortedMap<ControllerId, ControllerNode> {
    let quorum = QuorumSpec {
        voters: voters.clone(),
        settings: settings_of(spec, Who::Controllers),
        rules: release.rules(),
        seed_for_placement: spec.seed,
        format: format_records(spec, release).into(),
    };
    let node = |id| match spec.beginning {
        Beginning::Warm => (id, ControllerNode::running(id, &quorum, active, history)),
        Beginning::Cold => (id, ControllerNode::formatted(id, &quorum)),
    };
    voters.iter().map(node).collect()
}

fn processes_of(nodes: &Nodes) -> SortedMap<NodeId, Process> {
    let brokers = nodes.brokers.keys().map(|id| NodeId::Broker(*id));
    let controllers = nodes.controllers.keys().map(|id| NodeId::Controller(*id));
    brokers.chain(controllers).map(|node| (node, Process::default())).collect()
}
