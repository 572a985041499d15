//! What a controller reports: of the cluster, what it knows committed; of itself, its claim.
//!
//! Every controller reports, active or not; one that is cut off goes on with what it knew.
//!
//! Source: Kafka `ControllerMetadataMetrics`, `ControllerMetricsChanges`, `OffsetControlManager`;
//! KAFKA-18954.
//! Uses: `metadata`, `metrics`, `release`.

use std::sync::Arc;

use super::ControllerNode;
use super::quorum_controller::QuorumController;
use crate::metadata::partition_registration::PartitionRegistration;
use crate::metadata::{BrokerRegistration, MetadataImage, TopicImage};
use crate::metrics::ControllerMetric;
use crate::metrics::meters::ControllerMeters;
use crate::release::ElrElection;

/// What a controller has made known of the committed metadata, and what it counted meanwhile.
#[derive(Clone, Debug)]
pub(super) struct MetricsPublisher {
    published: Arc<MetadataImage>,
    meters: ControllerMeters,
}

impl MetricsPublisher {
    /// A publisher that begins with this image.
    pub(super) fn new(image: &Arc<MetadataImage>) -> Self {
        Self { published: image.clone(), meters: ControllerMeters::default() }
    }

    /// Counts what has changed up to this image.
    pub(super) fn publish(&mut self, image: &Arc<MetadataImage>, counting: ElrElection) {
        if Arc::ptr_eq(&self.published, image) {
            return;
        }
        for id in image.changed_partitions(&self.published) {
            let Some(next) = image.partition(id) else { continue };
            match election(self.published.partition(id), next) {
                Election::Clean => {}
                Election::FromElr if counting == ElrElection::CountsApart => {
                    self.meters.elections_from_elr += 1;
                }
                Election::FromElr | Election::Unclean => self.meters.unclean_elections += 1,
            }
        }
        self.published = image.clone();
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Election {
    Clean,
    FromElr,
    Unclean,
}

/// How a partition came by its leader. A new one counts as if all its replicas had been in sync.
fn election(before: Option<&Arc<PartitionRegistration>>, next: &PartitionRegistration) -> Election {
    let (isr, elr) = before.map_or((&next.replicas, &[][..]), |one| (&one.isr, &one.elr));
    match next.leader {
        Some(leader) if elr.contains(&leader) => Election::FromElr,
        Some(leader) if !isr.contains(&leader) => Election::Unclean,
        Some(_) | None => Election::Clean,
    }
}

impl QuorumController {
    fn metric(&self, metric: ControllerMetric) -> Option<u64> {
        let image = &self.metrics.published;
        let meters = &self.metrics.meters;
        Some(match metric {
            ControllerMetric::ActiveControllerCount => u64::from(self.is_active()),
            ControllerMetric::OfflinePartitionsCount => {
                partitions(image, |one| one.leader.is_none())
            }
            ControllerMetric::PreferredReplicaImbalanceCount => {
                partitions(image, |one| !one.has_preferred_leader())
            }
            ControllerMetric::GlobalTopicCount => image.topics().fold(0, |count, _| count + 1),
            ControllerMetric::GlobalPartitionCount => partitions(image, |_| true),
            ControllerMetric::ActiveBrokerCount => brokers(image, |one| !one.is_fenced()),
            ControllerMetric::FencedBrokerCount => brokers(image, BrokerRegistration::is_fenced),
            ControllerMetric::LastAppliedRecordOffset if self.is_active() => {
                return self.state.next_write_offset().0.checked_sub(1);
            }
            ControllerMetric::LastAppliedRecordOffset
            | ControllerMetric::LastCommittedRecordOffset => {
                return image.end_offset().0.checked_sub(1);
            }
            ControllerMetric::UncleanLeaderElectionsPerSec => meters.unclean_elections,
            ControllerMetric::ElectionFromEligibleLeaderReplicasPerSec => meters.elections_from_elr,
        })
    }
}

impl ControllerNode {
    /// What its process reports; none while it is down, or where it knows nothing yet.
    #[must_use]
    pub fn metric(&self, metric: ControllerMetric) -> Option<u64> {
        self.running_now()?.metric(metric)
    }
}

fn partitions(image: &MetadataImage, is_one: impl Fn(&PartitionRegistration) -> bool) -> u64 {
    let of_topic = |topic: &TopicImage| {
        topic.partitions.iter().filter(|one| is_one(one)).fold(0, |count, _| count + 1)
    };
    image.topics().map(of_topic).sum()
}

fn brokers(image: &MetadataImage, is_one: impl Fn(&BrokerRegistration) -> bool) -> u64 {
    image.brokers().filter(|(_, one)| is_one(one)).fold(0, |count, _| count + 1)
}

#[cfg(test)]
mod tests {
    use epochscope_vocabulary::metadata_record::PartitionRecord;
    use epochscope_vocabulary::{BrokerId, LeaderEpoch, PartitionEpoch, TopicId, TopicPartition};

    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn registration(leader: Option<u32>, isr: &[u32], elr: &[u32]) -> Arc<PartitionRegistration> {
        let ids = |list: &[u32]| list.iter().copied().map(BrokerId).collect::<Vec<_>>();
        let created = PartitionRegistration::new(&PartitionRecord {
            partition: TopicPartition { topic: TopicId(0), partition: 0 },
            replicas: ids(&[1, 2, 3]),
            isr: ids(isr),
            leader: leader.map(BrokerId),
            leader_epoch: LeaderEpoch(0),
            partition_epoch: PartitionEpoch(0),
            directories: vec![],
        });
        Arc::new(PartitionRegistration { elr: ids(elr), ..created })
    }

    #[test]
    fn an_election_is_what_the_registration_before_makes_of_its_leader() {
        let none = registration(None, &[], &[2]);
        let one = registration(Some(1), &[1, 3], &[]);
        let table = [
            ("a new partition", None, Some(2), Election::Clean),
            ("the same leader", Some(&one), Some(1), Election::Clean),
            ("a member of the ISR", Some(&one), Some(3), Election::Clean),
            ("nobody", Some(&one), None, Election::Clean),
            ("from outside", Some(&one), Some(2), Election::Unclean),
            ("from the ELR", Some(&none), Some(2), Election::FromElr),
            ("from outside of both", Some(&none), Some(3), Election::Unclean),
        ];
        for (what, before, leader, expected) in table {
            let next = registration(leader, &leader.map_or(vec![], |leader| vec![leader]), &[]);
            assert_eq!(election(before, &next), expected, "{what}");
        }
    }
}
