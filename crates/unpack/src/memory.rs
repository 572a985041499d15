//! What came after the same before.

use alloc::vec;
use alloc::vec::Vec;

use crate::guesses::mixed;

const BITS: u32 = 20;

/// Remembers, for a hash of what stood around, what came then; and how long it has been right.
pub(crate) struct Memory {
    /// One more than what came, 0 for nothing yet.
    seen: Vec<u32>,
    place: usize,
    right: u32,
}

impl Memory {
    pub(crate) fn new() -> Self {
        Self { seen: vec![0; 1 << BITS], place: 0, right: 0 }
    }

    /// A hash of what came after this before, if anything, and of how sure that is.
    pub(crate) fn expects(&mut self, around: u32) -> u32 {
        self.place = (around >> (32 - BITS)) as usize;
        mixed(self.seen[self.place], self.right.min(15))
    }

    /// What came now.
    pub(crate) fn came(&mut self, what: u32) {
        let what = what.wrapping_add(1);
        self.right = if self.seen[self.place] == what { self.right + 1 } else { 0 };
        self.seen[self.place] = what;
    }
}
