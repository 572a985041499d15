//! Answers that wait until what they rest on is committed.
//!
//! An operation that wrote nothing waits as well: it may have read what is not committed yet.
//!
//! Source: Kafka `DeferredEventQueue`.
//! Uses: nothing.

use std::collections::VecDeque;

use epochscope_vocabulary::rpc::Response;
use epochscope_vocabulary::{Offset, RequestId};

/// The waiting answers, in the order of what they wait for.
#[derive(Clone, Debug, Default)]
pub(super) struct DeferredEventQueue {
    waiting: VecDeque<(Offset, RequestId, Response)>,
}

impl DeferredEventQueue {
    /// Lets an answer wait for the log to be committed up to `end`, exclusive. Ends never fall.
    pub(super) fn add(&mut self, end: Offset, id: RequestId, response: Response) {
        self.waiting.push_back((end, id, response));
    }

    /// Takes out the next answer whose end is committed.
    pub(super) fn next_completed(
        &mut self,
        high_watermark: Offset,
    ) -> Option<(RequestId, Response)> {
        let (end, ..) = self.waiting.front()?;
        if *end > high_watermark {
            return None;
        }
        self.waiting.pop_front().map(|(_, id, response)| (id, response))
    }

    /// Takes out all: what they rest on will never be committed.
    pub(super) fn take_all(&mut self) -> Vec<(RequestId, Response)> {
        let all = std::mem::take(&mut self.waiting).into_iter();
        all.map(|(_, id, response)| (id, response)).collect()
    }
}
