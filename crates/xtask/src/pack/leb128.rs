//! What sections of a wasm file are made of: numbers of seven bits a byte, and texts.

use std::ops::Range;

use crate::Outcome;

/// The number at the beginning, and how many bytes it takes.
pub(super) fn number(bytes: &[u8]) -> Option<(usize, usize)> {
    let length = bytes.iter().take_while(|byte| **byte >= 128).count() + 1;
    let written = bytes.get(..length)?.iter().rev();
    Some((written.fold(0, |value, byte| value << 7 | usize::from(byte & 127)), length))
}

/// A number in the fewest bytes.
pub(super) fn written(mut value: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value >= 128 {
        bytes.push(u8::try_from(value % 128).unwrap_or_default() | 128);
        value /= 128;
    }
    bytes.push(u8::try_from(value).unwrap_or_default());
    bytes
}

/// One section, read from its beginning.
pub(super) struct Reader<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) at: usize,
}

impl Reader<'_> {
    pub(super) fn byte(&mut self) -> Outcome<u8> {
        let byte = self.bytes.get(self.at).copied();
        self.at += 1;
        byte.ok_or_else(|| "a section of the wasm file is cut".to_owned())
    }

    pub(super) fn number(&mut self) -> Outcome<usize> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let (value, length) = number(rest).ok_or("a section of the wasm file is cut")?;
        self.at += length;
        Ok(value)
    }

    /// Where a text stands that has its length before it.
    pub(super) fn text(&mut self) -> Outcome<Range<usize>> {
        let length = self.number()?;
        let start = self.at;
        self.at += length;
        let is_there = self.at <= self.bytes.len();
        if is_there { Ok(start..self.at) } else { Err("a name in the wasm file is cut".to_owned()) }
    }
}
