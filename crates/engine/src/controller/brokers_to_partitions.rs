//! In which partitions' lists a broker stands: the way from a broker to what its failure touches.
//!
//! One index each is kept for the ISRs, for the ELRs and for the leaders.
//!
//! Source: Kafka `BrokersToIsrs`, `BrokersToElrs`.
//! Uses: nothing.

use std::sync::Arc;

use epochscope_vocabulary::{BrokerId, SortedMap, SortedSet, TopicId, TopicPartition};

/// The index. Cheap to copy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BrokersToPartitions {
    partitions: SortedMap<BrokerId, Arc<SortedSet<TopicPartition>>>,
}

impl BrokersToPartitions {
    /// Takes note that a partition's list has changed.
    pub fn update(&mut self, partition: TopicPartition, before: &[BrokerId], after: &[BrokerId]) {
        for gone in before.iter().filter(|broker| !after.contains(broker)) {
            self.change(*gone, |partitions| partitions.retain(|kept| *kept != partition));
        }
        for new in after.iter().filter(|broker| !before.contains(broker)) {
            let partitions = self.partitions.entry(*new).or_default();
            Arc::make_mut(partitions).insert(partition);
        }
    }

    /// Forgets all partitions of a topic for one broker.
    pub fn remove_topic(&mut self, broker: BrokerId, topic: TopicId) {
        self.change(broker, |partitions| partitions.retain(|partition| partition.topic != topic));
    }

    /// The partitions in whose list a broker stands, in order.
    pub fn of(&self, broker: BrokerId) -> impl Iterator<Item = TopicPartition> + '_ {
        self.partitions.get(&broker).into_iter().flat_map(|partitions| partitions.iter().copied())
    }

    fn change(&mut self, broker: BrokerId, how: impl FnOnce(&mut SortedSet<TopicPartition>)) {
        if let Some(partitions) = self.partitions.get_mut(&broker) {
            how(Arc::make_mut(partitions));
            if partitions.is_empty() {
                self.partitions.remove(&broker);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn partition(topic: u32, partition: u32) -> TopicPartition {
        TopicPartition { topic: TopicId(topic), partition }
    }

    #[test]
    fn a_broker_is_found_by_the_lists_it_stands_in() {
        let [one, two, three] = [1, 2, 3].map(BrokerId);
        let mut index = BrokersToPartitions::default();
        index.update(partition(1, 0), &[], &[one, two]);
        index.update(partition(0, 4), &[], &[two]);
        index.update(partition(1, 0), &[one, two], &[two, three]);
        assert_eq!(index.of(one).count(), 0);
        assert_eq!(index.of(two).collect::<Vec<_>>(), [partition(0, 4), partition(1, 0)]);
        assert_eq!(index.of(three).collect::<Vec<_>>(), [partition(1, 0)]);
        index.remove_topic(two, TopicId(1));
        assert_eq!(index.of(two).collect::<Vec<_>>(), [partition(0, 4)]);
    }
}
