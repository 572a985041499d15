//! The bytes of whatever is not code: for the most part texts.

use alloc::vec::Vec;

use crate::Coder;
use crate::guesses::{BYTE_SETS, GUESSES, Guesses, last_bytes, mixed};
use crate::memory::Memory;

/// The first of the sets of weights.
const SETS: u32 = 0;

/// What was read so far.
pub(crate) struct Text {
    /// The last eight bytes, the last of them lowest.
    last: u64,
    /// A hash of the letters of the word so far.
    word: u32,
    memory: Memory,
}

impl Text {
    pub(crate) fn new() -> Self {
        Self { last: 0, word: 0, memory: Memory::new() }
    }

    /// So many bytes as a number before them says.
    pub(crate) fn read(&mut self, guesses: &mut Guesses, coder: &mut impl Coder) -> Vec<u8> {
        let known = coder.known();
        let count = guesses.number(coder, &[0; GUESSES], SETS + BYTE_SETS, known) as usize;
        (0..count).map(|_| self.byte(guesses, coder)).collect()
    }

    /// The next byte.
    fn byte(&mut self, guesses: &mut Guesses, coder: &mut impl Coder) -> u8 {
        let order = |count| last_bytes(self.last, count);
        let contexts = [
            order(1),
            order(2),
            order(3),
            order(6),
            mixed(self.word, 1),
            mixed(self.memory.expects(order(5)), 2),
        ];
        let known = coder.known() as u32;
        let byte = guesses.byte(coder, &contexts, SETS, known);
        self.memory.came(byte);
        self.last = self.last << 8 | u64::from(byte);
        let byte = byte as u8;
        self.word = if byte.is_ascii_alphabetic() { mixed(self.word, byte.into()) } else { 0 };
        byte
    }
}
