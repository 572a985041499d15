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
    /// The cluster after that.
    #[must_use]
    pub fn foresee(&self, what: Foreseen<'_>) -> MetadataImage {
        let mut after = self.clone();
        match what {
            Foreseen::Fenced(brokers) => {
                for broker in brokers.iter().filter(|broker| self.image.is_active(**broker)) {
                    // An error here is a defect of Kafka's that takes the controller down.
                    let records = after.fence_broker(*broker).unwrap_or_default();
                    after.replay_foreseen(&records);
                }
            }
            Foreseen::Balanced => {
                let run = after.balance_partition_leaders();
                after.replay_foreseen(&run.records);
            }
        }
        after.image
    }

    fn replay_foreseen(&mut self, records: &[MetadataRecord]) {
        let epoch = self.image.quorum_epoch();
        for record in records {
            self.replay(epoch, record);
        }
    }
}
