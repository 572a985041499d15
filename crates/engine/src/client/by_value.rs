//! Something kept for each record value, cheap to copy: a copy shares all but what changes later.
//!
//! Uses: nothing.

use std::sync::Arc;

use epochscope_vocabulary::{SortedMap, ValueId};

/// How many values share a piece: what one change after a copy has to copy.
const PIECE: u32 = 256;

/// A map from record values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ByValue<T>(SortedMap<u32, Arc<SortedMap<ValueId, T>>>);

impl<T> Default for ByValue<T> {
    fn default() -> Self {
        Self(SortedMap::new())
    }
}

impl<T: Clone> ByValue<T> {
    /// Keeps `what` for this value, in place of what was kept.
    pub(crate) fn insert(&mut self, value: ValueId, what: T) {
        let piece = self.0.entry(value.0 / PIECE).or_default();
        Arc::make_mut(piece).insert(value, what);
    }

    /// What is kept for this value.
    pub(crate) fn get(&self, value: ValueId) -> Option<&T> {
        self.0.get(&(value.0 / PIECE))?.get(&value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_keeps_what_was_and_shares_the_rest() {
        let mut results = ByValue::default();
        results.insert(ValueId(3), "pending");
        results.insert(ValueId(PIECE), "pending");
        let copy = results.clone();
        results.insert(ValueId(3), "acked");
        assert_eq!(copy.get(ValueId(3)), Some(&"pending"));
        assert_eq!(results.get(ValueId(3)), Some(&"acked"));
        assert!(Arc::ptr_eq(&copy.0[&1], &results.0[&1]));
    }
}
