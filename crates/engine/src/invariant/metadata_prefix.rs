//! `MetadataPrefix`: what a broker has applied is a part of what the controllers have committed.
//!
//! Source: Vanlightly's KRaft specification; KIP-595.
//! Simplified: the active controller's committed log is taken for the truth, and a broker's image
//! is compared with it where both end.
//! May legitimately fail: never.

use epochscope_vocabulary::Offset;

use crate::metadata::MetadataImage;

/// What is wrong with an image that a broker has just applied, which was at `from` before.
#[must_use]
pub fn out_of_line(
    from: Offset,
    applied: &MetadataImage,
    committed: &MetadataImage,
) -> Option<&'static str> {
    if applied.end_offset() < from {
        Some("it has gone back")
    } else if applied.end_offset() > committed.end_offset() {
        Some("it has applied what is not committed")
    } else if applied.quorum_epoch() > committed.quorum_epoch() {
        Some("it has applied a record of an epoch to come")
    } else if applied.end_offset() == committed.end_offset() && applied != committed {
        Some("it has applied other records")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use epochscope_vocabulary::metadata_record::MetadataRecord;
    use epochscope_vocabulary::{QuorumEpoch, TopicId};
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn image(records: &[MetadataRecord], epoch: u32) -> MetadataImage {
        let mut image = MetadataImage::default();
        for (offset, record) in (0..).zip(records) {
            image.replay(Offset(offset), QuorumEpoch(epoch), record);
        }
        image
    }

    #[test]
    fn a_broker_has_applied_a_part_of_what_is_committed() {
        let topic =
            |name: &str| MetadataRecord::TopicRecord { topic: TopicId(0), name: name.into() };
        let short = image(&[MetadataRecord::NoOpRecord], 1);
        let long = image(&[MetadataRecord::NoOpRecord, topic("orders")], 1);
        let other = image(&[MetadataRecord::NoOpRecord, topic("bills")], 1);
        let newer = image(&[MetadataRecord::NoOpRecord], 2);
        assert_eq!(out_of_line(Offset(0), &short, &long), None);
        assert_eq!(out_of_line(Offset(1), &long, &long.clone()), None);
        assert!(out_of_line(Offset(2), &short, &long).is_some());
        assert!(out_of_line(Offset(0), &long, &short).is_some());
        assert!(out_of_line(Offset(0), &other, &long).is_some());
        assert!(out_of_line(Offset(0), &newer, &long).is_some());
    }
}
