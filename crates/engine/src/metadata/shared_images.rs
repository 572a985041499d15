//! One image for each metadata offset, shared by all nodes that have applied the log up to there.
//!
//! A hundred brokers that apply the same records would each build the same image. Whoever comes
//! first builds it, the others take it from here. Only committed records may be applied through
//! this: at one offset there is then one image.
//!
//! Uses: nothing.

use std::sync::Arc;

use epochscope_vocabulary::{Offset, SortedMap};

use super::image::MetadataImage;
use super::metadata_log::MetadataEntry;

/// The last images, by their end offsets. Cheap to copy.
#[derive(Clone, Debug, Default)]
pub struct SharedImages {
    by_end_offset: Arc<SortedMap<Offset, Arc<MetadataImage>>>,
}

/// How many images are kept. A node further behind builds its own.
const KEPT: usize = 64;

impl SharedImages {
    /// Puts in an image that was made elsewhere, such as that of time 0.
    pub fn insert(&mut self, image: Arc<MetadataImage>) {
        let kept = Arc::make_mut(&mut self.by_end_offset);
        kept.insert(image.end_offset(), image);
        if kept.len() > KEPT {
            kept.pop_first();
        }
    }

    /// What `image` becomes by the committed records up to `up_to`, an exclusive end. `records`
    /// begin at `base_offset`; those that the image has already are passed over.
    pub fn advance(
        &mut self,
        image: &Arc<MetadataImage>,
        base_offset: Offset,
        records: &[MetadataEntry],
        up_to: Offset,
    ) -> Arc<MetadataImage> {
        if up_to <= image.end_offset() {
            return image.clone();
        }
        if let Some(known) = self.by_end_offset.get(&up_to) {
            return known.clone();
        }
        let mut next = MetadataImage::clone(image);
        for (offset, (epoch, record)) in (base_offset.0..up_to.0).zip(records) {
            if offset >= next.end_offset().0 {
                next.replay(Offset(offset), *epoch, record);
            }
        }
        let next = Arc::new(next);
        self.insert(next.clone());
        next
    }
}
