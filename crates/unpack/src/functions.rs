//! The functions of the code section, put together from opcodes and the numbers that belong to
//! them.

use alloc::vec::Vec;
use core::array;

use crate::Coder;
use crate::guesses::Guesses;
use crate::opcodes::{
    AROUND, CALL, HALF_LOAD, HALF_STORE, I32_CONST, I32_FIRST, I32_LONG, I32_MIDDLE, NEAR,
    OTHER_ALIGNMENT, Opcodes, RECENT_0, RECENT_1, SET_RECENT, TEE_RECENT, usual_alignment,
};
use crate::operands::{Kind, Operands, Place};

/// The type of a block that leaves nothing.
pub const EMPTY_BLOCK: u64 = 0x40;

/// The functions as they come together.
pub(crate) struct Functions<'a> {
    opcodes: &'a Opcodes,
    operands: Operands<'a>,
    /// Up to where opcodes have been used.
    at: usize,
    /// The function as it comes together.
    body: Vec<u8>,
    /// The first 256 locals of a function, those used last first.
    recent: [u8; 256],
    /// What was last loaded or stored by each local: twice the offset, and one for a store.
    hints: [u32; 256],
    /// The last offsets of a load and of a store.
    offsets: [usize; 2],
    /// The function's first number of 32 bits.
    first: Option<i64>,
}

impl<'a> Functions<'a> {
    pub(crate) fn new(opcodes: &'a Opcodes) -> Self {
        Self {
            opcodes,
            operands: Operands::new(opcodes),
            at: 0,
            body: Vec::new(),
            recent: [0; 256],
            hints: [0; 256],
            offsets: [0; 2],
            first: None,
        }
    }

    /// All of them, each with its length before it.
    pub(crate) fn put_into(
        mut self,
        out: &mut Vec<u8>,
        guesses: &mut Guesses,
        coder: &mut impl Coder,
    ) {
        while self.at < self.opcodes.bytes.len() - 2 * AROUND {
            self.body.clear();
            self.function(guesses, coder);
            put_unsigned(out, self.body.len() as u64);
            out.extend_from_slice(&self.body);
        }
    }

    fn operand(&mut self, guesses: &mut Guesses, coder: &mut impl Coder, kind: Kind) -> u64 {
        let local = self.recent[0];
        let place = Place { at: self.at, local, hint: self.hints[usize::from(local)] };
        self.operands.next(guesses, coder, kind, place)
    }

    /// Puts a number as it is. Gives it back.
    fn plain(&mut self, guesses: &mut Guesses, coder: &mut impl Coder, kind: Kind) -> u64 {
        let number = self.operand(guesses, coder, kind);
        put_unsigned(&mut self.body, number);
        number
    }

    fn byte(&mut self) -> u8 {
        self.at += 1;
        self.opcodes.bytes[AROUND + self.at - 1]
    }

    fn function(&mut self, guesses: &mut Guesses, coder: &mut impl Coder) {
        self.recent = array::from_fn(|local| local as u8);
        self.hints = [0; 256];
        self.first = None;
        for _ in 0..self.plain(guesses, coder, Kind::Locals) {
            self.plain(guesses, coder, Kind::Locals);
            let what = self.operand(guesses, coder, Kind::Locals);
            self.body.push(what as u8);
        }
        let mut depth = 1;
        while depth > 0 {
            let opcode = self.byte();
            match opcode {
                0x02..=0x04 => depth += 1,
                0x0b => depth -= 1,
                _ => {}
            }
            self.instruction(guesses, coder, opcode);
        }
    }

    fn instruction(&mut self, guesses: &mut Guesses, coder: &mut impl Coder, opcode: u8) {
        match opcode {
            RECENT_0 | RECENT_1 => self.local(0x20, u64::from(opcode - RECENT_0)),
            SET_RECENT | TEE_RECENT => self.local(opcode - SET_RECENT + 0x21, 0),
            0x20..=0x22 => {
                let kind = if opcode == 0x20 { Kind::Get } else { Kind::Set };
                let rank = self.operand(guesses, coder, kind);
                self.local(opcode, rank);
            }
            I32_CONST => self.constant(guesses, coder, Kind::I32Short),
            I32_MIDDLE => self.constant(guesses, coder, Kind::I32Middle),
            I32_LONG => self.constant(guesses, coder, Kind::I32Long),
            I32_FIRST => {
                self.body.push(I32_CONST);
                put_signed(&mut self.body, self.first.unwrap_or(0));
            }
            HALF_LOAD => self.memory(guesses, coder, (0x29, 1)),
            HALF_STORE => self.memory(guesses, coder, (0x37, 1)),
            _ if opcode > OTHER_ALIGNMENT && opcode <= OTHER_ALIGNMENT + 3 => {
                let moved = self.byte();
                self.memory(guesses, coder, (moved, opcode - OTHER_ALIGNMENT));
            }
            0x28..=0x3e => self.memory(guesses, coder, (opcode, 0)),
            _ => {
                self.body.push(opcode);
                self.others(guesses, coder, opcode);
            }
        }
    }

    /// The local used so long ago; those not kept in mind go by their own number.
    fn local(&mut self, opcode: u8, rank: u64) {
        self.body.push(opcode);
        let mut local = rank;
        if rank < 256 {
            let rank = rank as usize;
            local = u64::from(self.recent[rank]);
            self.recent[..=rank].rotate_right(1);
        }
        put_unsigned(&mut self.body, local);
    }

    fn constant(&mut self, guesses: &mut Guesses, coder: &mut impl Coder, kind: Kind) {
        let number = signed(self.operand(guesses, coder, kind));
        self.body.push(I32_CONST);
        put_signed(&mut self.body, number);
        self.first.get_or_insert(number);
    }

    /// A load or a store, aligned otherwise than is usual by so much.
    fn memory(
        &mut self,
        guesses: &mut Guesses,
        coder: &mut impl Coder,
        (opcode, alignment): (u8, u8),
    ) {
        self.body.push(opcode);
        self.body.push(alignment ^ usual_alignment(opcode));
        let is_store = opcode >= 0x36;
        let kind = if is_store { Kind::StoreOffset } else { Kind::LoadOffset };
        let told = self.operand(guesses, coder, kind) as usize;
        let before = &mut self.offsets[usize::from(is_store)];
        let offset = match told {
            NEAR.. => told - NEAR,
            _ if told.is_multiple_of(2) => *before + 2 * told,
            _ => before.wrapping_sub(2 * (told + 1)),
        };
        *before = offset;
        self.hints[usize::from(self.recent[0])] = (offset * 2 + usize::from(is_store)) as u32;
        put_unsigned(&mut self.body, offset as u64);
    }

    /// What belongs to any other instruction.
    fn others(&mut self, guesses: &mut Guesses, coder: &mut impl Coder, opcode: u8) {
        match opcode {
            CALL => {
                let mut byte = 128;
                while byte >= 128 {
                    byte = self.byte();
                    self.body.push(byte);
                }
            }
            0x42 => {
                let number = signed(self.operand(guesses, coder, Kind::I64));
                put_signed(&mut self.body, number);
            }
            0x0c | 0x0d => {
                self.plain(guesses, coder, Kind::Label);
            }
            0x0e => {
                for _ in 0..=self.plain(guesses, coder, Kind::Table) {
                    self.plain(guesses, coder, Kind::Table);
                }
            }
            0x11 | 0x1c => (0..2).for_each(|_| {
                self.plain(guesses, coder, Kind::Type);
            }),
            0x02..=0x04 => {
                let kind = self.operand(guesses, coder, Kind::Type);
                put_unsigned(&mut self.body, kind ^ EMPTY_BLOCK);
            }
            0x23..=0x26 | 0x3f | 0x40 | 0xd0 | 0xd2 => {
                self.plain(guesses, coder, Kind::Type);
            }
            0x43 | 0x44 => {
                for _ in 0..4 << (opcode - 0x43) {
                    let byte = self.operand(guesses, coder, Kind::Float);
                    self.body.push(byte as u8);
                }
            }
            0xfc => {
                let more = match self.plain(guesses, coder, Kind::Type) {
                    0..=7 => 0,
                    8 | 10 | 12 | 14 => 2,
                    _ => 1,
                };
                (0..more).for_each(|_| {
                    self.plain(guesses, coder, Kind::Type);
                });
            }
            _ => {}
        }
    }
}

/// A number with its sign in the lowest bit, as it is.
fn signed(number: u64) -> i64 {
    (number >> 1) as i64 ^ -((number & 1) as i64)
}

/// Writes a number of seven bits a byte.
fn put_unsigned(out: &mut Vec<u8>, mut number: u64) {
    while number >= 128 {
        out.push(number as u8 | 128);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Writes one that may be below 0.
fn put_signed(out: &mut Vec<u8>, mut number: i64) {
    while !(-64..64).contains(&number) {
        out.push(number as u8 | 128);
        number >>= 7;
    }
    out.push(number as u8 & 127);
}
