//! The numbers that belong to opcodes: which local, which offset. All opcodes are there before
//! them, so those that come next are asked as well.

use crate::Coder;
use crate::guesses::{Guesses, NUMBER_SETS, mixed};
use crate::memory::Memory;
use crate::opcodes::{AROUND, Opcodes};

/// What a number is.
#[derive(Clone, Copy)]
pub enum Kind {
    /// Locals that are read, by how recently each was used.
    Get,
    /// Locals that are written, in the same way.
    Set,
    /// Offsets of loads, by how far they are from the one before.
    LoadOffset,
    /// Offsets of stores, in the same way.
    StoreOffset,
    /// How many blocks further out a branch leads.
    Label,
    /// Numbers of 32 bits by how many bytes they take: one, two, more.
    I32Short,
    /// Two bytes.
    I32Middle,
    /// More.
    I32Long,
    /// Numbers of 64 bits.
    I64,
    /// The types of blocks, and where instructions of the longer kind go.
    Type,
    /// How many labels a table of branches has, and each of them.
    Table,
    /// How many locals a function has, and of which types.
    Locals,
    /// Bytes of numbers with a point.
    Float,
}

/// As many kinds as there are.
const KINDS: usize = 13;
/// The first of the sets of weights.
const SETS: u32 = 160;

/// What else is known where a number stands.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    /// Up to where opcodes have been used.
    pub(crate) at: usize,
    /// The local that was used last.
    pub(crate) local: u8,
    /// What was last read or written by that local.
    pub(crate) hint: u32,
}

pub(crate) struct Operands<'a> {
    opcodes: &'a Opcodes,
    memory: Memory,
    /// The last two numbers of each kind.
    last: [[u32; 2]; KINDS],
}

impl<'a> Operands<'a> {
    pub(crate) fn new(opcodes: &'a Opcodes) -> Self {
        Self { opcodes, memory: Memory::new(), last: [[0; 2]; KINDS] }
    }

    /// The next number.
    pub(crate) fn next(
        &mut self,
        guesses: &mut Guesses,
        coder: &mut impl Coder,
        kind: Kind,
        place: Place,
    ) -> u64 {
        let number = kind as u32;
        let span = |before: usize, after: usize| {
            let from = place.at + AROUND - before;
            let bytes = &self.opcodes.bytes[from..place.at + AROUND + after];
            bytes.iter().fold(number, |hash, byte| mixed(hash, u32::from(*byte)))
        };
        let own = span(1, 0);
        let last = self.last[kind as usize];
        let contexts = [
            mixed(span(1, 1), 0),
            mixed(span(2, 2), 1),
            mixed(span(7, 2), 2),
            mixed(mixed(own, place.hint), u32::from(place.local)),
            mixed(mixed(own, last[0]), last[1]),
            mixed(own, self.memory.expects(span(12, 4))),
        ];
        let known = coder.known();
        let got = guesses.number(coder, &contexts, SETS + number * NUMBER_SETS, known);
        self.memory.came(got as u32);
        self.last[kind as usize] = [got as u32, last[0]];
        got
    }
}
