//! The partitions of the map that are worst off.
//!
//! Uses: `losses`, `map`, `narration`.

use epochscope_vocabulary::TopicPartition;

use super::{Reading, Worst, losses};
use crate::narration;

/// As many are told.
const MOST: usize = 8;

/// The worst of those that the filter lets through, those that are alike by name.
pub(super) fn worst(reading: &Reading<'_>) -> Vec<Worst> {
    let mut worst: [Vec<Worst>; 4] = Default::default();
    for topic in reading.image.topics_by_name() {
        let min_isr = reading.min_isr(topic.id);
        for (number, one) in (0..).zip(&topic.partitions) {
            let troubles = losses::troubles(one, min_isr(one));
            let rank = troubles.iter().position(|is_so| *is_so).unwrap_or(troubles.len());
            if worst[rank].len() < MOST && reading.is_meant(&topic.name, number) {
                let partition = TopicPartition { topic: topic.id, partition: number };
                worst[rank].push(narration::map::worst(&topic.name, partition, one, rank));
            }
        }
    }
    worst.into_iter().flatten().take(MOST).collect()
}
