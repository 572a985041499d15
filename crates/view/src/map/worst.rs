//! The partitions of the map that are worst off.
//!
//! Uses: `map`, `narration`.

use epochscope_engine::metadata::partition_registration::PartitionRegistration;
use epochscope_vocabulary::TopicPartition;

use super::{Reading, Worst};
use crate::narration;

/// As many are told.
const MOST: usize = 8;

/// How a partition is: the lower the worse.
fn rank(partition: &PartitionRegistration, min_isr: usize) -> usize {
    if partition.leader.is_none() {
        0
    } else if partition.isr.len() < min_isr {
        1
    } else if partition.isr.len() < partition.replicas.len() {
        2
    } else {
        3
    }
}

/// The worst of those that the filter lets through, those that are alike by name.
pub(super) fn worst(reading: &Reading<'_>) -> Vec<Worst> {
    let mut worst: [Vec<Worst>; 4] = Default::default();
    for topic in reading.image.topics_by_name() {
        let min_isr = reading.min_isr(topic.id);
        for (number, one) in (0..).zip(&topic.partitions) {
            let rank = rank(one, min_isr(one));
            if worst[rank].len() < MOST && reading.is_meant(&topic.name, number) {
                let partition = TopicPartition { topic: topic.id, partition: number };
                worst[rank].push(narration::map::worst(&topic.name, partition, one, rank));
            }
        }
    }
    worst.into_iter().flatten().take(MOST).collect()
}
