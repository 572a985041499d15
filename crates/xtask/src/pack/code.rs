//! The functions of a wasm file, taken apart into streams of one kind each.
//!
//! `unpack.js` puts them together again; the two share the order of the streams. Opcodes are those
//! of the WebAssembly specification, section "Binary Format: Instructions"; [`HALF_LOAD`] and the
//! following are our own, of numbers that it leaves free.

use std::mem;
use std::ops::Range;

use crate::Outcome;

use super::leb128::written;
use super::operands::{Operand, coded};

/// A stream, in the order in which they follow each other.
#[derive(Clone, Copy)]
enum Stream {
    /// Opcodes, and the numbers that say most about what comes next: whom a call calls.
    Opcode,
    Locals,
    Block,
    /// The labels of `br_table`.
    Table,
}

/// Numbers that are coded on their own, by what they are.
#[derive(Clone, Copy)]
enum Kind {
    /// Locals that are read, by how recently each was used.
    Get,
    /// Locals that are written, in the same way.
    Set,
    /// Offsets of loads, by how far they are from the one before.
    LoadOffset,
    /// Offsets of stores, in the same way.
    StoreOffset,
    Label,
    /// Numbers of 32 bits by how many bytes they take: one, two, more.
    I32Short,
    I32Middle,
    I32Long,
    I64,
}

/// As many streams as there are.
const STREAMS: usize = 4;

/// The streams of all functions.
pub(super) type Streams = Vec<Vec<u8>>;

const I32_CONST: u8 = 0x41;
const I32_ADD: u8 = 0x6a;

/// `i64.load` aligned to four bytes; compilers move structures so.
const HALF_LOAD: u8 = 0xc5;
/// `i64.store` in the same way.
const HALF_STORE: u8 = 0xc6;
/// What stands before a load or store of another alignment than its width suggests, less that.
const OTHER_ALIGNMENT: u8 = 0xc7;
/// `i32.const` of two bytes.
const I32_MIDDLE: u8 = 0xd3;
/// `i32.const` of more.
const I32_LONG: u8 = 0xd4;
/// `i32.const` of the function's first number: the size of its frame on the stack, given back.
const I32_FIRST: u8 = 0xd5;
/// `local.get` of the local that was used last.
const RECENT_0: u8 = 0xd8;
/// `local.get` of the one before it.
const RECENT_1: u8 = 0xd9;
/// `local.set` of the local that was used last.
const SET_RECENT: u8 = 0xda;
/// `local.tee` of it.
const TEE_RECENT: u8 = 0xdb;

/// Offsets are told by so many steps of four bytes from the one before, or else in full.
const NEAR: usize = 8;

/// For each load and store from 0x28 on, the alignment that its width suggests.
const ALIGNMENTS: &[u8; 23] = b"23230011001122232301012";

/// Takes apart what stands in the code section: its streams, and the numbers coded on their own.
pub(super) fn taken_apart(section: &[u8]) -> Outcome<(Streams, Vec<u8>)> {
    let mut reader = Reader::new(section);
    for _ in 0..reader.number(Stream::Locals)? {
        reader.measured_function()?;
    }
    let coded = coded(&reader.streams[Stream::Opcode as usize], &reader.operands);
    Ok((reader.streams, coded))
}

/// One function of the code section.
pub(super) struct Function {
    /// Where it stands, without its length.
    pub(super) place: Range<usize>,
    /// Where it names functions by number.
    pub(super) calls: Vec<Range<usize>>,
    /// What it does, as the stream of opcodes has it.
    pub(super) opcodes: Vec<u8>,
}

/// What stands in the code section, one by one.
pub(super) fn functions(section: &[u8]) -> Outcome<Vec<Function>> {
    let mut reader = Reader::new(section);
    let (count, _) = reader.plain_number()?;
    let one = |_| {
        let place = reader.measured_function()?;
        let opcodes = mem::take(&mut reader.streams[Stream::Opcode as usize]);
        Ok(Function { place, calls: mem::take(&mut reader.calls), opcodes })
    };
    (0..count).map(one).collect()
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    streams: Streams,
    /// The first 256 locals of a function, those used last first.
    recent: Vec<u8>,
    /// The last offsets of a load and of a store.
    offsets: [usize; 2],
    /// What was last loaded or stored by each local: twice the offset, and one for a store.
    hints: [u32; 256],
    /// The function's first number of 32 bits.
    first: Option<Vec<u8>>,
    /// Numbers that stand in no stream.
    operands: Vec<Operand>,
    /// Where functions are named by number.
    calls: Vec<Range<usize>>,
}

impl<'a> Reader<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            at: 0,
            streams: vec![Vec::new(); STREAMS],
            recent: (0..=255).collect(),
            offsets: [0; 2],
            hints: [0; 256],
            first: None,
            operands: Vec::new(),
            calls: Vec::new(),
        }
    }

    /// A function with its length before it, which follows from the function; where it stands.
    fn measured_function(&mut self) -> Outcome<Range<usize>> {
        let (length, start) = self.plain_number()?;
        self.function()?;
        if self.at != start + length {
            return Err(format!("a function of the wasm file does not end at {}", self.at));
        }
        Ok(start..self.at)
    }

    fn byte(&mut self) -> Outcome<u8> {
        let byte = self.bytes.get(self.at).copied();
        self.at += 1;
        byte.ok_or_else(|| "the code of the wasm file is cut".to_owned())
    }

    /// A number, and where the reader stands behind it.
    fn plain_number(&mut self) -> Outcome<(usize, usize)> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let (value, length) = super::number(rest).ok_or("the code of the wasm file is cut")?;
        self.at += length;
        Ok((value, self.at))
    }

    fn put(&mut self, stream: Stream, bytes: &[u8]) {
        self.streams[stream as usize].extend_from_slice(bytes);
    }

    /// One number as it is written.
    fn written_number(&mut self) -> Outcome<Vec<u8>> {
        let start = self.at;
        let (_, end) = self.plain_number()?;
        Ok(self.bytes[start..end].to_vec())
    }

    /// Moves one number as it is written into a stream.
    fn number(&mut self, stream: Stream) -> Outcome<usize> {
        let start = self.at;
        let (value, end) = self.plain_number()?;
        let written = self.bytes[start..end].to_vec();
        self.put(stream, &written);
        Ok(value)
    }

    fn opcode(&mut self, opcode: u8) {
        self.put(Stream::Opcode, &[opcode]);
    }

    fn operand(&mut self, kind: Kind, bytes: Vec<u8>) {
        let at = self.streams[Stream::Opcode as usize].len();
        let local = self.recent[0];
        let hint = self.hints[usize::from(local)];
        self.operands.push(Operand { kind: kind as u8, bytes, at, local, hint });
    }

    fn numbers(&mut self, stream: Stream, count: usize) -> Outcome {
        for _ in 0..count {
            self.number(stream)?;
        }
        Ok(())
    }

    fn raw(&mut self, stream: Stream, count: usize) -> Outcome {
        for _ in 0..count {
            let byte = self.byte()?;
            self.put(stream, &[byte]);
        }
        Ok(())
    }

    fn function(&mut self) -> Outcome {
        for _ in 0..self.number(Stream::Locals)? {
            self.number(Stream::Locals)?;
            self.raw(Stream::Locals, 1)?;
        }
        self.recent = (0..=255).collect();
        self.hints = [0; 256];
        self.first = None;
        let mut depth = 1;
        while depth > 0 {
            let opcode = self.byte()?;
            match opcode {
                0x02..=0x04 => depth += 1,
                0x0b => depth -= 1,
                _ => {}
            }
            match opcode {
                0x20..=0x22 => self.local(opcode)?,
                I32_CONST => self.constant()?,
                0x28..=0x3e => self.memory(opcode)?,
                _ => {
                    self.opcode(opcode);
                    self.operands(opcode)?;
                }
            }
        }
        Ok(())
    }

    /// A local, by how many others were used since it was.
    fn local(&mut self, opcode: u8) -> Outcome {
        let start = self.at;
        let (local, end) = self.plain_number()?;
        let mut ranks = (0..=u8::MAX).zip(&self.recent);
        let rank = ranks.find(|(_, recent)| usize::from(**recent) == local).map(|(rank, _)| rank);
        let used = match rank {
            Some(rank) => written(usize::from(rank)),
            // One of those that are not kept in mind.
            None => self.bytes[start..end].to_vec(),
        };
        let short = match (opcode, rank) {
            (0x20, Some(0)) => Some(RECENT_0),
            (0x20, Some(1)) => Some(RECENT_1),
            (0x21, Some(0)) => Some(SET_RECENT),
            (0x22, Some(0)) => Some(TEE_RECENT),
            _ => None,
        };
        self.opcode(short.unwrap_or(opcode));
        if short.is_none() {
            self.operand(if opcode == 0x20 { Kind::Get } else { Kind::Set }, used);
        }
        if let Some(rank) = rank {
            self.recent[..=usize::from(rank)].rotate_right(1);
        }
        Ok(())
    }

    /// A number of 32 bits.
    fn constant(&mut self) -> Outcome {
        let number = self.written_number()?;
        let is_added = self.bytes.get(self.at) == Some(&I32_ADD);
        if is_added && self.first.as_ref() == Some(&number) {
            self.opcode(I32_FIRST);
            return Ok(());
        }
        self.first.get_or_insert_with(|| number.clone());
        // What is added is mostly the place of a field: such numbers are of one kind, however long.
        let is_negative = number.last().is_some_and(|byte| byte & 64 != 0);
        let (opcode, kind) = match number.len() {
            _ if is_added && !is_negative => (I32_CONST, Kind::I32Short),
            1 => (I32_CONST, Kind::I32Short),
            2 => (I32_MIDDLE, Kind::I32Middle),
            _ => (I32_LONG, Kind::I32Long),
        };
        self.opcode(opcode);
        self.operand(kind, number);
        Ok(())
    }

    /// A load or a store.
    fn memory(&mut self, opcode: u8) -> Outcome {
        let suggested = ALIGNMENTS[usize::from(opcode - 0x28)] - b'0';
        match (opcode, self.byte()? ^ suggested) {
            (_, 0) => self.opcode(opcode),
            (0x29, 1) => self.opcode(HALF_LOAD),
            (0x37, 1) => self.opcode(HALF_STORE),
            (_, other @ 1..=3) => {
                self.opcode(OTHER_ALIGNMENT + other);
                self.put(Stream::Opcode, &[opcode]);
            }
            (_, other) => return Err(format!("the wasm file has an alignment {other:#x}")),
        }
        let (value, _) = self.plain_number()?;
        let is_store = opcode >= 0x36;
        let before = mem::replace(&mut self.offsets[usize::from(is_store)], value);
        let steps = (0..NEAR).find(|steps| Some(value) == steps_from(before, *steps));
        let kind = if is_store { Kind::StoreOffset } else { Kind::LoadOffset };
        self.operand(kind, written(steps.unwrap_or(value + NEAR)));
        let hint = u32::try_from(value * 2).unwrap_or(0) + u32::from(is_store);
        self.hints[usize::from(self.recent[0])] = hint;
        Ok(())
    }

    fn operands(&mut self, opcode: u8) -> Outcome {
        match opcode {
            0x00 | 0x01 | 0x05 | 0x0b | 0x0f | 0x1a | 0x1b | 0x45..=0xc4 | 0xd1 => Ok(()),
            0x02..=0x04 => self.numbers(Stream::Block, 1),
            0x0c | 0x0d => {
                let label = self.written_number()?;
                self.operand(Kind::Label, label);
                Ok(())
            }
            0x0e => {
                let labels = self.number(Stream::Table)?;
                self.numbers(Stream::Table, labels + 1)
            }
            0x11 | 0x1c => self.numbers(Stream::Opcode, 2),
            0x10 | 0xd2 => {
                let start = self.at;
                self.numbers(Stream::Opcode, 1)?;
                self.calls.push(start..self.at);
                Ok(())
            }
            0x23..=0x26 | 0x3f | 0x40 | 0xd0 => self.numbers(Stream::Opcode, 1),
            0x42 => {
                let number = self.written_number()?;
                self.operand(Kind::I64, number);
                Ok(())
            }
            0x43 => self.raw(Stream::Opcode, 4),
            0x44 => self.raw(Stream::Opcode, 8),
            0xfc => match self.number(Stream::Opcode)? {
                0..=7 => Ok(()),
                8 | 10 | 12 | 14 => self.numbers(Stream::Opcode, 2),
                9 | 11 | 13 | 15..=17 => self.numbers(Stream::Opcode, 1),
                other => Err(format!("the wasm file has an instruction 0xfc {other}")),
            },
            other => Err(format!("the wasm file has an instruction {other:#x}")),
        }
    }
}

/// The offset so many steps away: none, one down, one up, two down and so on.
fn steps_from(before: usize, steps: usize) -> Option<usize> {
    let way = 4 * steps.div_ceil(2);
    if steps.is_multiple_of(2) { Some(before + way) } else { before.checked_sub(way) }
}
