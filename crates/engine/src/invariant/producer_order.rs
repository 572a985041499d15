//! `ProducerOrder`: an idempotent producer's records are committed once and in order.
//!
//! Looked at where a record becomes committed, since before that a retry may still take its place.
//! Without idempotence duplicates and inversions are findings, not errors.
//!
//! Source: KIP-98, `ProducerStateManager`.
//! May legitimately fail: after an unclean election or lost disks, which take the memory of what
//! was written along with it.

use epochscope_vocabulary::ProducerEpoch;
use epochscope_vocabulary::rpc::RecordSequence;

/// A record's place in the order of its producer.
pub type Place = (ProducerEpoch, u64);

/// The place that a record's sequence gives it.
#[must_use]
pub fn place_of(sequence: &RecordSequence) -> Place {
    let number = u64::from(sequence.batch.base_sequence) + u64::from(sequence.index);
    (sequence.batch.producer_epoch, number)
}

/// Whether a record may follow the producer's last one: a later epoch, or a higher number in it.
#[must_use]
pub fn follows(last: Option<Place>, next: Place) -> bool {
    last.is_none_or(|last| next > last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use epochscope_vocabulary::ProducerId;
    use epochscope_vocabulary::rpc::BatchSequence;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn numbers_rise_within_an_epoch_and_epochs_rise() {
        let place = |epoch, number| (ProducerEpoch(epoch), number);
        assert!(follows(None, place(0, 0)));
        assert!(follows(Some(place(0, 4)), place(0, 5)));
        assert!(follows(Some(place(0, 4)), place(1, 0)));
        assert!(!follows(Some(place(0, 4)), place(0, 4)));
        assert!(!follows(Some(place(0, 4)), place(0, 3)));
        assert!(!follows(Some(place(1, 0)), place(0, 9)));
    }

    #[test]
    fn a_record_counts_from_its_batchs_first() {
        let batch = BatchSequence {
            producer_id: ProducerId(1),
            producer_epoch: ProducerEpoch(2),
            base_sequence: 10,
        };
        let sequence = RecordSequence { batch, index: 3, count: 5 };
        assert_eq!(place_of(&sequence), (ProducerEpoch(2), 13));
    }
}
