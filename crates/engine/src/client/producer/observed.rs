//! What can be seen of a producer's batches and of who it is to the brokers.
//!
//! Uses: `observe`.

use super::Producer;
use super::accumulator::{Batch, BatchState};
use super::idempotence::Idempotence;
use crate::observe::{BatchObservation, ProducerIdentity};

impl Producer {
    /// Who it is to the brokers, if it is idempotent.
    pub(crate) fn observed_identity(&self) -> Option<ProducerIdentity> {
        self.idempotence.as_ref().map(Idempotence::observe)
    }

    /// What it has not got rid of yet, oldest first.
    pub(crate) fn batches(&self) -> Vec<BatchObservation> {
        let observed = |batch: &Batch| BatchObservation {
            partition: batch.partition,
            values: batch.values.clone(),
            base_sequence: batch.base_sequence(),
            is_in_flight: batch.state == BatchState::InFlight,
            attempts: batch.attempts,
        };
        self.accumulator.iter().map(|(_, batch)| observed(batch)).collect()
    }
}
