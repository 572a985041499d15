//! What would be if a broker or a rack went: the active controller's own decisions, counted.
//!
//! Uses: `map`.

use epochscope_engine::metadata::MetadataImage;
use epochscope_engine::metadata::partition_registration::PartitionRegistration;
use epochscope_vocabulary::BrokerId;
use epochscope_vocabulary::metadata_record::LeaderRecoveryState;

use super::{Harm, Loss, Reading};
use crate::scene::Scene;

/// As many partitions, once for each loss, are worked out unasked.
const MOST_UNASKED: usize = 4_000;

/// All losses of a moment, and the cluster after the one that is pointed at.
#[derive(Clone, Debug, Default)]
pub(crate) struct Foresight {
    pub(super) losses: Vec<Loss>,
    pub(super) after: Option<MetadataImage>,
}

/// What could be lost, with what it would do: all of it where that is soon worked out, else what
/// is pointed at.
pub(crate) fn foresee(
    reading: &Reading<'_>,
    foresee: &dyn Fn(&[BrokerId]) -> Option<MetadataImage>,
) -> Foresight {
    let mut losses = units(reading.scene);
    let partitions: usize = reading.image.topics().map(|topic| topic.partitions.len()).sum();
    let all = partitions * losses.len() <= MOST_UNASKED;
    let mut after = None;
    for (index, loss) in losses.iter_mut().enumerate() {
        let is_asked = reading.query.loss == Some(index);
        if !all && !is_asked {
            continue;
        }
        let image = foresee(&loss.brokers);
        loss.counts = image.as_ref().map(|image| counts(reading, image));
        if is_asked {
            after = image;
        }
    }
    Foresight { losses, after }
}

/// The racks, then the brokers.
fn units(scene: &Scene) -> Vec<Loss> {
    let mut losses: Vec<Loss> = Vec::new();
    for broker in &scene.brokers {
        let Some(rack) = &broker.rack else { continue };
        match losses.iter_mut().find(|loss| *loss.name == **rack) {
            Some(known) => known.brokers.push(broker.id),
            None => losses.push(loss(rack.to_string(), format!("kill rack:{rack}"), broker.id)),
        }
    }
    let broker = |id: BrokerId| loss(format!("broker {id}"), format!("kill {id}"), id);
    losses.extend(scene.brokers.iter().map(|card| broker(card.id)));
    losses
}

fn loss(name: String, order: String, broker: BrokerId) -> Loss {
    Loss { name, order, brokers: vec![broker], counts: None }
}

/// What `HEADINGS` name: how many partitions are so in `image`, and how many of those that
/// somebody leads now are led by another there.
pub(super) fn counts(reading: &Reading<'_>, image: &MetadataImage) -> [usize; 4] {
    let mut counts = [0; 4];
    for topic in image.topics() {
        let min_isr = reading.min_isr(topic.id);
        let before = reading.image.topic(topic.id);
        for (index, partition) in topic.partitions.iter().enumerate() {
            let known = before.and_then(|topic| topic.partitions.get(index));
            let leader = known.and_then(|known| known.leader);
            let moved =
                leader.is_some() && partition.leader.is_some() && partition.leader != leader;
            let [offline, below, under] = troubles(partition, min_isr(partition));
            for (count, is_so) in counts.iter_mut().zip([offline, below, under, moved]) {
                *count += usize::from(is_so);
            }
        }
    }
    counts
}

/// Whether a partition is as each of the first `HEADINGS` says, the worst first.
pub(super) fn troubles(partition: &PartitionRegistration, min_isr: usize) -> [bool; 3] {
    let is_offline = partition.leader.is_none();
    let is_below = !is_offline && partition.isr.len() < min_isr;
    [is_offline, is_below, partition.isr.len() < partition.replicas.len()]
}

/// What has become of a partition that it had not suffered before.
pub(super) fn harm(
    before: &PartitionRegistration,
    after: &PartitionRegistration,
    min_isr: usize,
) -> Harm {
    let recovers =
        |one: &PartitionRegistration| one.leader_recovery_state == LeaderRecoveryState::Recovering;
    if after.leader.is_none() && before.leader.is_some() {
        Harm::Offline
    } else if recovers(after) && !recovers(before) {
        Harm::Unclean
    } else if after.isr.len() < min_isr && before.isr.len() >= min_isr && after.leader.is_some() {
        Harm::BelowMinIsr
    } else {
        Harm::None
    }
}
