//! Fetches of the metadata log that wait for news.
//!
//! An append completes those that lack the new records; a risen high watermark completes all. What
//! they are told is worked out anew then, as if they had just come.
//!
//! Source: Kafka `KafkaRaftClient` (`appendPurgatory`, `fetchPurgatory`), KIP-1166.
//! Uses: nothing.

use std::sync::Arc;

use epochscope_vocabulary::rpc::MetadataFetchRequest;
use epochscope_vocabulary::{Offset, RequestId, SortedMap};

/// The waiting fetches, in order of their arrival.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FetchPurgatory {
    waiting: SortedMap<RequestId, Arc<MetadataFetchRequest>>,
}

/// A fetch that need not wait any longer.
pub type Completed = (RequestId, Arc<MetadataFetchRequest>);

impl FetchPurgatory {
    /// Lets a fetch wait.
    pub fn park(&mut self, id: RequestId, request: Arc<MetadataFetchRequest>) {
        self.waiting.insert(id, request);
    }

    /// Takes out one fetch, whose time is over.
    pub fn take(&mut self, id: RequestId) -> Option<Arc<MetadataFetchRequest>> {
        self.waiting.remove(&id)
    }

    /// Takes out those that lack records of a log that ends here now.
    pub fn take_behind(&mut self, log_end_offset: Offset) -> Vec<Completed> {
        let behind = |_: &RequestId, request: &mut Arc<MetadataFetchRequest>| {
            request.fetch_offset < log_end_offset
        };
        self.waiting.extract_if(behind).collect()
    }

    /// Takes out all.
    pub fn take_all(&mut self) -> Vec<Completed> {
        std::mem::take(&mut self.waiting).into_iter().collect()
    }
}
