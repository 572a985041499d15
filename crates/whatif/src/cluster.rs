//! A cluster as Kafka's tools tell of it: topics, brokers, racks.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use epochscope_engine::describe::PartitionDescription;
use epochscope_engine::metadata::effective_min_isr;
use epochscope_vocabulary::BrokerId;

/// A topic that was described.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Topic {
    /// Its name.
    pub name: String,
    /// The settings told of it.
    pub configs: Vec<(String, String)>,
    /// Its partitions in order, those that were told.
    pub partitions: Vec<Partition>,
}

/// A partition that was described.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Partition {
    /// Its number.
    pub number: u32,
    /// Leader, replicas, in-sync replicas.
    pub state: PartitionDescription,
}

/// Where a partition stands among [`Cluster::topics`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The topic's place.
    pub topic: usize,
    /// The partition's place in it.
    pub partition: usize,
}

/// A broker that was named somewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broker {
    /// Its number.
    pub id: BrokerId,
    /// Its rack's place among [`Cluster::racks`], if a rack was told.
    pub rack: Option<usize>,
    /// Whether it seems to run.
    pub state: BrokerState,
}

/// Whether a broker seems to run. A description does not say so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BrokerState {
    /// It leads, or is in sync with a leader, or has no replica that could tell: those that a
    /// reassignment adds are still to be filled.
    Up,
    /// It has other replicas, and none of them is in sync with a leader.
    Down,
}

/// Which rack each broker stands in.
pub type Racks = BTreeMap<BrokerId, Arc<str>>;

/// All that is known of a cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cluster {
    /// The topics in the order in which they were told.
    pub topics: Vec<Topic>,
    /// The brokers, by number.
    pub brokers: Vec<Broker>,
    /// The racks, by name.
    pub racks: Vec<Arc<str>>,
    /// `min.insync.replicas` of topics that do not say their own.
    pub min_insync_replicas: u32,
}

impl Cluster {
    /// What is known, put together.
    #[must_use]
    pub fn new(topics: Vec<Topic>, racks: &Racks, min_insync_replicas: u32) -> Self {
        let (mut named, mut awaited) = (BTreeSet::new(), BTreeSet::new());
        let mut up = BTreeSet::new();
        for partition in topics.iter().flat_map(|topic| &topic.partitions) {
            let adding = partition.state.reassignment.iter().flat_map(|moved| &moved.adding);
            let adding: Vec<&BrokerId> = adding.collect();
            let replicas = partition.state.replicas.iter();
            named.extend(replicas.clone().copied());
            awaited.extend(replicas.filter(|id| !adding.contains(id)).copied());
            if partition.state.leader.is_some() {
                up.extend(partition.state.isr.iter().copied());
            }
        }
        let names: BTreeSet<Arc<str>> = racks.values().cloned().collect();
        let names: Vec<Arc<str>> = names.into_iter().collect();
        let all: BTreeSet<BrokerId> = named.iter().chain(racks.keys()).copied().collect();
        let broker = |id: BrokerId| Broker {
            id,
            rack: racks.get(&id).and_then(|rack| names.binary_search(rack).ok()),
            state: if up.contains(&id) || !awaited.contains(&id) {
                BrokerState::Up
            } else {
                BrokerState::Down
            },
        };
        let brokers = all.into_iter().map(broker).collect();
        Self { topics, brokers, racks: names, min_insync_replicas }
    }

    /// Every partition with its place.
    pub fn partitions(&self) -> impl Iterator<Item = (Place, &Topic, &Partition)> {
        self.topics.iter().enumerate().flat_map(|(at, topic)| {
            let place = move |partition| Place { topic: at, partition };
            topic.partitions.iter().enumerate().map(move |(p, it)| (place(p), topic, it))
        })
    }

    /// How many partitions there are.
    #[must_use]
    pub fn partition_count(&self) -> usize {
        self.topics.iter().map(|topic| topic.partitions.len()).sum()
    }

    /// A partition's name: `orders-0`.
    #[must_use]
    pub fn name(&self, place: Place) -> String {
        let topic = &self.topics[place.topic];
        format!("{}-{}", topic.name, topic.partitions[place.partition].number)
    }

    /// A broker's place in [`Self::brokers`].
    ///
    /// # Panics
    /// If no partition and no rack names it.
    #[must_use]
    pub fn index(&self, broker: BrokerId) -> usize {
        let found = self.brokers.binary_search_by_key(&broker, |known| known.id);
        found.unwrap_or_else(|_| panic!("broker {broker} is unknown"))
    }

    /// A broker.
    ///
    /// # Panics
    /// If no partition and no rack names it.
    #[must_use]
    pub fn broker(&self, broker: BrokerId) -> &Broker {
        &self.brokers[self.index(broker)]
    }

    /// The brokers that seem to run.
    pub fn up(&self) -> impl Iterator<Item = &Broker> {
        self.brokers.iter().filter(|broker| broker.state == BrokerState::Up)
    }

    /// How many in-sync replicas a partition needs for `acks=all`.
    #[must_use]
    pub fn min_isr(&self, topic: &Topic, partition: &Partition) -> u32 {
        let replicas = u32::try_from(partition.state.replicas.len()).unwrap_or(u32::MAX);
        effective_min_isr(self.min_insync_replicas_of(topic), replicas)
    }

    /// `min.insync.replicas` of a topic.
    #[must_use]
    pub fn min_insync_replicas_of(&self, topic: &Topic) -> u32 {
        let told = topic.config("min.insync.replicas").and_then(|value| value.parse().ok());
        told.unwrap_or(self.min_insync_replicas)
    }
}

impl Topic {
    /// A setting that was told.
    #[must_use]
    pub fn config(&self, name: &str) -> Option<&str> {
        let found = self.configs.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.trim())
    }

    /// Whether a replica outside the ISR may lead.
    #[must_use]
    pub fn may_elect_uncleanly(&self) -> bool {
        let told = self.config("unclean.leader.election.enable");
        told.is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }
}
