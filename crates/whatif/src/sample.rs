//! A made-up cluster of any size, as the tools would print it: the same for the same numbers.
//!
//! It is what clusters become: most topics placed over the racks by Kafka's own placer, some from
//! the time before there were racks, some with one replica; one broker is down, and what it led
//! has moved on.

use std::sync::Arc;

use epochscope_engine::controller::striped_replica_placer::{Fencing, UsableBroker, place};
use epochscope_engine::describe::{PartitionDescription, TopicDescription, topic_uuid};
use epochscope_engine::java_random::RandomSource;
use epochscope_vocabulary::{BrokerId, TopicId};

/// How large it is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    /// How many brokers, numbered from 1.
    pub brokers: u32,
    /// How many racks they stand in: the first so many in the first, and so on.
    pub racks: u32,
    /// How many topics.
    pub topics: u32,
    /// How many partitions each has.
    pub partitions: u32,
}

impl Sample {
    /// What `kafka-topics.sh --describe` prints of it.
    #[must_use]
    pub fn describe(&self) -> String {
        let mut random = RandomSource::java(u64::from(self.brokers));
        (0..self.topics).map(|topic| self.topic(topic, &mut random).text()).collect()
    }

    /// Its racks, a line for each broker.
    #[must_use]
    pub fn racks(&self) -> String {
        (1..=self.brokers).map(|id| format!("{id}={}\n", self.rack(id))).collect()
    }

    fn rack(&self, broker: u32) -> String {
        format!("az-{}", (broker - 1) * self.racks.max(1) / self.brokers + 1)
    }

    /// The broker that is down.
    fn down(&self) -> BrokerId {
        BrokerId(self.brokers / 2 + 1)
    }

    fn topic(&self, number: u32, random: &mut RandomSource) -> TopicDescription {
        // Every tenth topic is older than racks; every twentieth has one replica.
        let (is_old, is_single) = (number % 10 == 3, number % 20 == 7);
        let replicas = if is_single { 1 } else { 3.min(self.brokers) };
        let broker = |id| UsableBroker {
            id: BrokerId(id),
            rack: (!is_old).then(|| Arc::from(self.rack(id))),
            fencing: Fencing::Unfenced,
        };
        let brokers: Vec<UsableBroker> = (1..=self.brokers).map(broker).collect();
        let placed = place(&brokers, self.partitions, replicas, random).unwrap_or_default();
        let mut configs = Vec::new();
        if number % 4 == 1 {
            configs.push(("cleanup.policy".to_owned(), "compact,delete".to_owned()));
        }
        if number % 3 != 2 && !is_single {
            configs.push(("min.insync.replicas".to_owned(), "2".to_owned()));
        }
        TopicDescription {
            name: format!("topic-{number:05}"),
            id: Some(topic_uuid(TopicId(number))),
            configs,
            partitions: placed.into_iter().map(|replicas| self.partition(replicas)).collect(),
        }
    }

    fn partition(&self, replicas: Vec<BrokerId>) -> PartitionDescription {
        let is_up = |broker: &BrokerId| *broker != self.down();
        let isr: Vec<BrokerId> = replicas.iter().copied().filter(is_up).collect();
        let leader = isr.first().copied();
        PartitionDescription {
            leader,
            // Without ELR the last in-sync replica stays so.
            isr: if isr.is_empty() { replicas.clone() } else { isr },
            replicas,
            reassignment: None,
            elr: Some(Vec::new()),
            last_known_elr: Some(Vec::new()),
        }
    }
}
