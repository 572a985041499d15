//! Bits into bytes, each by how likely it is; `epochscope_unpack::unpacked` reads them.
//!
//! Source: "LZMA specification" by Igor Pavlov, whose range coder this is.

/// A range coder.
pub(super) struct Encoder {
    low: u64,
    range: u32,
    /// The byte that a carry may still change, and how many of 255 stand behind it.
    cache: u8,
    pending: usize,
    out: Vec<u8>,
}

impl Encoder {
    pub(super) const fn new() -> Self {
        Self { low: 0, range: u32::MAX, cache: 0, pending: 0, out: Vec::new() }
    }

    /// A bit that is 1 with a chance of so many in [`epochscope_unpack::CHANCES`].
    pub(super) fn bit(&mut self, chance: u32, bit: u32) {
        let bound = (self.range >> 16) * chance;
        if bit == 1 {
            self.range = bound;
        } else {
            self.low += u64::from(bound);
            self.range -= bound;
        }
        while self.range < 1 << 24 {
            self.range <<= 8;
            self.shift();
        }
    }

    fn shift(&mut self) {
        let carry = u8::from(self.low > u64::from(u32::MAX));
        if carry == 1 || self.low < 0xff00_0000 {
            self.out.push(self.cache.wrapping_add(carry));
            let behind = std::iter::repeat_n(0xff_u8.wrapping_add(carry), self.pending);
            self.out.extend(behind);
            self.pending = 0;
            self.cache = self.low.to_le_bytes()[3];
        } else {
            self.pending += 1;
        }
        self.low = (self.low & 0x00ff_ffff) << 8;
    }

    /// The bytes; the first of them is 0.
    pub(super) fn finish(mut self) -> Vec<u8> {
        for _ in 0..5 {
            self.shift();
        }
        self.out
    }
}
