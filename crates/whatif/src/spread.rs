//! What is weak about a placement as it stands: replicas that share a rack though another is free,
//! partitions of one replica, partitions that need every one of their replicas.

use std::collections::BTreeSet;

use epochscope_engine::describe::Filter;

use crate::cluster::{Cluster, Partition, Place};

/// What was found. Each list holds all places, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spread {
    /// Partitions with two replicas in a rack while another rack has none.
    pub sharing: Vec<Place>,
    /// Those of them that stand in one rack altogether.
    pub in_one_rack: Vec<Place>,
    /// Partitions with more replicas than there are racks, which must share.
    pub must_share: usize,
    /// Partitions with a replica on a broker whose rack nobody told.
    pub rack_unknown: usize,
    /// Partitions with one replica.
    pub single: Vec<Place>,
    /// Partitions with several replicas whose `min.insync.replicas` wants them all.
    pub without_slack: Vec<Place>,
    /// Partitions with replicas that are not in sync.
    pub under_replicated: Vec<Place>,
    /// Partitions that are being reassigned.
    pub reassigning: usize,
}

impl Spread {
    /// Looks at every partition.
    #[must_use]
    pub fn of(cluster: &Cluster) -> Self {
        let mut spread = Self::default();
        for (place, topic, partition) in cluster.partitions() {
            let replicas = partition.state.replicas.len();
            spread.look_at_racks(cluster, place, partition);
            if replicas == 1 {
                spread.single.push(place);
            } else if usize::try_from(cluster.min_isr(topic, partition)) == Ok(replicas) {
                spread.without_slack.push(place);
            }
            if partition.state.passes(Filter::UnderReplicated, 0, &[]) {
                spread.under_replicated.push(place);
            }
            spread.reassigning += usize::from(partition.state.reassignment.is_some());
        }
        spread
    }

    fn look_at_racks(&mut self, cluster: &Cluster, place: Place, partition: &Partition) {
        if cluster.racks.is_empty() {
            return;
        }
        let Some(racks) = racks(cluster, partition) else {
            self.rack_unknown += 1;
            return;
        };
        let replicas = partition.state.replicas.len();
        if racks.len() < replicas.min(cluster.racks.len()) {
            self.sharing.push(place);
            if racks.len() == 1 {
                self.in_one_rack.push(place);
            }
        } else if racks.len() < replicas {
            self.must_share += 1;
        }
    }
}

/// The racks that a partition is in, if those of all its replicas are known.
pub(crate) fn racks(cluster: &Cluster, partition: &Partition) -> Option<BTreeSet<usize>> {
    partition.state.replicas.iter().map(|replica| cluster.broker(*replica).rack).collect()
}
