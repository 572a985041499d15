//! Whom a leader sends a consumer to.
//!
//! Only members of the ISR that have the offset asked for are looked at: a replica that lags would
//! be left again at once.
//!
//! Source: Kafka `ReplicaManager.findPreferredReadReplica`, `RackAwareReplicaSelector`; KIP-392.
//! Uses: `metadata`.

use std::sync::Arc;

use epochscope_vocabulary::rpc::FetchPartition;
use epochscope_vocabulary::{BrokerId, SimDuration, SimTime};

use super::ReplicaManager;
use crate::broker::partition::replica_selector::{ReplicaView, select_replica};
use crate::metadata::MetadataImage;

impl ReplicaManager {
    /// The replica that the consumer should fetch from instead, if this broker leads and chooses.
    pub(super) fn preferred_read_replica(
        &self,
        now: SimTime,
        one: &FetchPartition,
        client_rack: &Option<Arc<str>>,
    ) -> Option<BrokerId> {
        let partition =
            self.partitions.get(&one.partition).filter(|_| self.config.selects_racks)?;
        let leading = partition.leading()?;
        let mut replicas = vec![ReplicaView {
            broker: self.me,
            rack: rack_of(&self.image, self.me),
            log_end_offset: partition.log.log_end_offset(),
            time_since_last_caught_up: SimDuration::ZERO,
        }];
        for (follower, state) in &leading.followers {
            let has_it = state.log_end_offset >= Some(one.fetch_offset)
                && state.log_start_offset <= Some(one.fetch_offset);
            if leading.isr.isr().contains(follower) && has_it {
                let caught_up = state.last_caught_up_time.unwrap_or_default();
                replicas.push(ReplicaView {
                    broker: *follower,
                    rack: rack_of(&self.image, *follower),
                    log_end_offset: state.log_end_offset.unwrap_or_default(),
                    time_since_last_caught_up: now.since(caught_up),
                });
            }
        }
        let chosen = select_replica(client_rack.as_deref(), self.me, &replicas);
        (chosen != self.me).then_some(chosen)
    }
}

/// The rack of a broker that clients can reach.
fn rack_of(image: &MetadataImage, broker: BrokerId) -> Option<&str> {
    image.broker(broker).filter(|one| !one.is_fenced())?.rack.as_deref()
}
