//! The application's wasm file, put together again from what was packed closer than servers do.
//!
//! A file is a row of numbers: lengths, the bytes around the code, opcodes, and the numbers that
//! belong to opcodes. Each is coded bit by bit; [`Guesses`] says how likely a bit is, by what
//! stands around it. Who packs and who unpacks run the same [`put_together`]: a [`Coder`] of the
//! first knows the numbers, one of the second reads them.
//!
//! On the page this is a small program of its own, which unpacks the large one.

#![cfg_attr(all(target_arch = "wasm32", not(test)), no_std)]

extern crate alloc;

mod decoder;
mod functions;
mod guesses;
mod memory;
mod opcodes;
mod operands;
#[cfg(all(target_arch = "wasm32", not(test)))]
mod page;
mod text;

use alloc::vec::Vec;

pub use functions::EMPTY_BLOCK;
pub use opcodes::{
    CALL, HALF_LOAD, HALF_STORE, I32_ADD, I32_CONST, I32_FIRST, I32_LONG, I32_MIDDLE, NEAR,
    OTHER_ALIGNMENT, RECENT_0, RECENT_1, SET_RECENT, TEE_RECENT, usual_alignment,
};
pub use operands::Kind;

use decoder::Decoder;
use functions::Functions;
use guesses::Guesses;
use opcodes::Opcodes;
use text::Text;

/// How likely a 1 is, of this many.
pub const CHANCES: u32 = 1 << 16;

/// Where bits go to, or come from.
pub trait Coder {
    /// A bit that is 1 with this chance of [`CHANCES`]; whoever reads answers what it is.
    fn bit(&mut self, chance: u32, bit: u32) -> u32;

    /// The next number, if it is known; whoever reads learns it bit by bit.
    fn known(&mut self) -> u64;
}

/// The wasm file that is packed in these bytes, after their number; none if some are missing.
pub fn unpacked(mut file: impl ExactSizeIterator<Item = u8>) -> Option<Vec<u8>> {
    let length = file.len();
    let mut said = [0; 4];
    said.iter_mut().zip(&mut file).for_each(|(said, byte)| *said = byte);
    let is_whole = u32::from_le_bytes(said) as usize + said.len() == length;
    is_whole.then(|| put_together(&mut Decoder::new(file)))
}

/// The wasm file, from its numbers.
pub fn put_together(coder: &mut impl Coder) -> Vec<u8> {
    let mut guesses = Guesses::new();
    let mut text = Text::new();
    let mut out = text.read(&mut guesses, coder);
    let after = text.read(&mut guesses, coder);
    let opcodes = Opcodes::read(&mut text, &mut guesses, coder);
    guesses.forget();
    Functions::new(&opcodes).put_into(&mut out, &mut guesses, coder);
    out.extend_from_slice(&after);
    out
}
