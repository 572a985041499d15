//! What became of a producer's records.
//!
//! Uses: `observe`.

use std::collections::VecDeque;

use epochscope_vocabulary::{ErrorCode, Offset, ValueId};

use crate::client::ClientResult;
use crate::client::by_value::ByValue;
use crate::observe::ProduceResult;

/// How many results are shown with a producer.
const RECENT: usize = 32;

/// The results.
#[derive(Clone, Debug)]
pub(crate) struct Results {
    all: ByValue<ProduceResult>,
    recent: VecDeque<ValueId>,
    last: ClientResult,
}

impl Default for Results {
    fn default() -> Self {
        Self { all: ByValue::default(), recent: VecDeque::new(), last: ClientResult::Nothing }
    }
}

impl Results {
    /// A record has been handed over.
    pub(crate) fn handed_over(&mut self, value: ValueId) {
        self.all.insert(value, ProduceResult::Pending);
        self.recent.push_back(value);
        if self.recent.len() > RECENT {
            self.recent.pop_front();
        }
        if self.last == ClientResult::Nothing {
            self.last = ClientResult::Pending;
        }
    }

    /// Somebody asks for the answer to what has just been handed over: former ones do not count.
    pub(crate) const fn await_answer(&mut self) {
        self.last = ClientResult::Pending;
    }

    /// A record is written.
    pub(crate) fn acknowledged(&mut self, value: ValueId, offset: Option<Offset>) {
        self.all.insert(value, ProduceResult::Acked(offset));
        self.last = ClientResult::Acked;
    }

    /// A record was given up.
    pub(crate) fn failed(&mut self, value: ValueId, error: ErrorCode) {
        self.all.insert(value, ProduceResult::Failed(error));
        self.last = ClientResult::Failed(error);
    }

    /// One record's result.
    pub(crate) fn of(&self, value: ValueId) -> Option<ProduceResult> {
        self.all.get(value).copied()
    }

    /// The last answer.
    pub(crate) const fn last(&self) -> ClientResult {
        self.last
    }

    /// The results of the last records, oldest first.
    pub(crate) fn recent(&self) -> Vec<(ValueId, ProduceResult)> {
        let recent = self.recent.iter();
        recent.filter_map(|value| Some((*value, self.of(*value)?))).collect()
    }
}
