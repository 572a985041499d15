//! What the functions do, without the numbers that belong to it; but whom a call calls is here,
//! since it says most about what comes next.
//!
//! Opcodes are those of the WebAssembly specification, section "Binary Format: Instructions"; and
//! our own, of numbers that it leaves free.

use alloc::vec::Vec;

use crate::Coder;
use crate::guesses::{BYTE_SETS, GUESSES, Guesses, last_bytes, mixed};
use crate::memory::Memory;
use crate::text::Text;

/// `call`: its number follows it among the opcodes.
pub const CALL: u8 = 0x10;
/// `i32.const`.
pub const I32_CONST: u8 = 0x41;
/// `i32.add`.
pub const I32_ADD: u8 = 0x6a;
/// `i64.load` aligned to four bytes; compilers move structures so.
pub const HALF_LOAD: u8 = 0xc5;
/// `i64.store` in the same way.
pub const HALF_STORE: u8 = 0xc6;
/// What stands before a load or store of another alignment than is usual, less that.
pub const OTHER_ALIGNMENT: u8 = 0xc7;
/// `i32.const` of two bytes.
pub const I32_MIDDLE: u8 = 0xd3;
/// `i32.const` of more.
pub const I32_LONG: u8 = 0xd4;
/// `i32.const` of the function's first number: the size of its frame on the stack, given back.
pub const I32_FIRST: u8 = 0xd5;
/// `local.get` of the local that was used last.
pub const RECENT_0: u8 = 0xd8;
/// `local.get` of the one before it.
pub const RECENT_1: u8 = 0xd9;
/// `local.set` of the local that was used last.
pub const SET_RECENT: u8 = 0xda;
/// `local.tee` of it.
pub const TEE_RECENT: u8 = 0xdb;

/// Offsets are told by so many steps of four bytes from the one before, or else in full.
pub const NEAR: usize = 8;

/// The alignment that the width of a load or store suggests.
pub fn usual_alignment(opcode: u8) -> u8 {
    b"23230011001122232301012"[usize::from(opcode - 0x28)] - b'0'
}

/// The first of the sets of weights: of opcodes, and of whom is called.
const SETS: [u32; 2] = [64, 120];
/// Opcodes below this are coded in one group.
const FREQUENT: u32 = 15;

/// Zeros stand before and after the opcodes, as many as anyone looks away.
pub(crate) const AROUND: usize = 16;

/// All of them.
pub(crate) struct Opcodes {
    pub(crate) bytes: Vec<u8>,
}

impl Opcodes {
    /// The opcodes by how frequent they are, then how many there are, then all of them.
    pub(crate) fn read(text: &mut Text, guesses: &mut Guesses, coder: &mut impl Coder) -> Self {
        let frequent = text.read(guesses, coder);
        guesses.forget();
        let known = coder.known();
        let count = guesses.number(coder, &[0; GUESSES], SETS[0] + BYTE_SETS + 1, known) as usize;
        let mut bytes = Vec::with_capacity(count + 2 * AROUND);
        bytes.resize(AROUND, 0);
        let mut reader = Reader { memory: Memory::new(), called: 0, only: 0 };
        while bytes.len() < AROUND + count {
            let opcode = reader.opcode(guesses, coder, &bytes, &frequent);
            bytes.push(opcode);
            reader.only = reader.only << 8 | u64::from(opcode);
            if opcode == CALL {
                reader.number(guesses, coder, &mut bytes);
            }
        }
        bytes.resize(bytes.len() + AROUND, 0);
        Self { bytes }
    }
}

struct Reader {
    memory: Memory,
    /// Whom the last call called.
    called: u32,
    /// The last eight opcodes, without whom calls call.
    only: u64,
}

/// A hash of the last so many bytes.
fn order(bytes: &[u8], count: usize) -> u32 {
    bytes[bytes.len() - count..].iter().fold(0, |hash, byte| mixed(hash, u32::from(*byte)))
}

impl Reader {
    fn opcode(
        &mut self,
        guesses: &mut Guesses,
        coder: &mut impl Coder,
        bytes: &[u8],
        frequent: &[u8],
    ) -> u8 {
        let contexts = [
            order(bytes, 1),
            order(bytes, 2),
            order(bytes, 6),
            last_bytes(self.only, 3),
            last_bytes(self.only, 5),
            self.memory.expects(order(bytes, 7)),
        ];
        let known = coder.known();
        let rank = frequent.iter().position(|one| u64::from(*one) == known).unwrap_or(0) as u32;
        let mut got = guesses.group(coder, &contexts, (SETS[0], 4), rank.min(FREQUENT));
        if got == FREQUENT {
            let contexts = contexts.map(|context| mixed(context, 99));
            got += guesses.byte(coder, &contexts, SETS[0] + 1, rank.wrapping_sub(FREQUENT) & 255);
        }
        let opcode = frequent.get(got as usize).copied().unwrap_or(0);
        self.memory.came(opcode.into());
        opcode
    }

    /// Whom a call calls, by one byte after the other, seven bits each.
    fn number(&mut self, guesses: &mut Guesses, coder: &mut impl Coder, bytes: &mut Vec<u8>) {
        let mut before = 0;
        for place in 0..5 {
            let own = mixed(before, place);
            let contexts = [
                mixed(own, 1),
                mixed(own, order(bytes, 2)),
                mixed(own, order(bytes, 5)),
                mixed(own, mixed(self.called, 2)),
                mixed(own, mixed(self.only as u32, 1)),
                self.memory.expects(order(bytes, 7)),
            ];
            let known = coder.known() as u32;
            let byte = guesses.byte(coder, &contexts, SETS[1] + BYTE_SETS * place.min(1), known);
            self.memory.came(byte);
            bytes.push(byte as u8);
            before = mixed(before, byte);
            if byte < 128 {
                break;
            }
        }
        self.called = before;
    }
}
