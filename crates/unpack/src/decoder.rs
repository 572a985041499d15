//! Bits out of bytes, each by how likely it is.
//!
//! Source: "LZMA specification" by Igor Pavlov, whose range coder this is.

use crate::Coder;

/// Reads what a range coder has written.
pub(crate) struct Decoder<I> {
    bytes: I,
    range: u32,
    code: u32,
}

impl<I: Iterator<Item = u8>> Decoder<I> {
    /// A reader of these bytes; zeros follow them.
    pub(crate) fn new(mut bytes: I) -> Self {
        // The first byte is always 0.
        bytes.next();
        let mut decoder = Self { bytes, range: u32::MAX, code: 0 };
        (0..4).for_each(|_| decoder.shift());
        decoder
    }

    fn shift(&mut self) {
        self.code = self.code << 8 | u32::from(self.bytes.next().unwrap_or(0));
    }
}

impl<I: Iterator<Item = u8>> Coder for Decoder<I> {
    fn bit(&mut self, chance: u32, _: u32) -> u32 {
        let bound = (self.range >> 16) * chance;
        let bit = u32::from(self.code < bound);
        if bit == 1 {
            self.range = bound;
        } else {
            self.code -= bound;
            self.range -= bound;
        }
        while self.range < 1 << 24 {
            self.range <<= 8;
            self.shift();
        }
        bit
    }

    fn known(&mut self) -> u64 {
        0
    }
}
