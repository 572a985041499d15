//! A metadata log and what it says: how a cluster begins.
//!
//! Uses: nothing.

use std::sync::Arc;

use epochscope_vocabulary::metadata_record::MetadataRecord;
use epochscope_vocabulary::{Offset, QuorumEpoch};

use super::image::MetadataImage;
use super::metadata_log::MetadataLog;

/// A metadata log, and the image of all of it.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// The log.
    pub log: MetadataLog,
    /// What it says.
    pub image: Arc<MetadataImage>,
}

impl History {
    /// The history of a cluster whose records so far are these, all of one epoch.
    #[must_use]
    pub fn of(epoch: QuorumEpoch, records: &[MetadataRecord]) -> Self {
        let mut log = MetadataLog::default();
        log.append(records.iter().map(|record| (epoch, record.clone())).collect());
        let mut image = MetadataImage::default();
        for (offset, record) in (0..).zip(records) {
            image.replay(Offset(offset), epoch, record);
        }
        Self { log, image: Arc::new(image) }
    }
}
