//! What the active controller would decide if something happened now. Nothing is written: the
//! records are replayed in a copy of its state.
//!
//! Source: Kafka `ReplicationControlManager.handleBrokerFenced`, `maybeBalancePartitionLeaders`.
//! Uses: `metadata`.

use epochscope_vocabulary::BrokerId;
use epochscope_vocabulary::metadata_record::MetadataRecord;

use super::replay::ControllerState;
use crate::metadata::MetadataImage;

/// What might happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Foreseen<'a> {
    /// These brokers are silent until their sessions end, one after the other.
    Fenced(&'a [BrokerId]),
    /// Leaders are balanced once.
    Balanced,
}

impl ControllerState {
    /// The cluster after that; none if the controller would fail over it.
    #[must_use]
    pub fn foresee(&self, what: Foreseen<'_>) -> Option<MetadataImage> {
        let mut after = self.clone();
        match what {
            Foreseen::Fenced(brokers) => {
                for broker in brokers.iter().filter(|broker| self.image.is_active(**broker)) {
                    let records = after.fence_broker(*broker).ok()?;
                    after.replay_foreseen(&records);
                }
            }
            Foreseen::Balanced => {
                let run = after.balance_partition_leaders();
                after.replay_foreseen(&run.records);
            }
        }
        Some(after.image)
    }

    fn replay_foreseen(&mut self, records: &[MetadataRecord]) {
        let epoch = self.image.quorum_epoch();
        for record in records {
            self.replay(epoch, record);
        }
    }
}
