//! The functions of a wasm file, taken apart into opcodes and the numbers that belong to them, for
//! [`epochscope_unpack`] to put together.

use std::mem;
use std::ops::Range;

use epochscope_unpack::{
    CALL, EMPTY_BLOCK, HALF_LOAD, HALF_STORE, I32_ADD, I32_CONST, I32_FIRST, I32_LONG, I32_MIDDLE,
    NEAR, OTHER_ALIGNMENT, RECENT_0, RECENT_1, SET_RECENT, TEE_RECENT, usual_alignment,
};

use crate::Outcome;

/// Takes apart what stands in the code section: opcodes, and the numbers that belong to them.
pub(super) fn taken_apart(section: &[u8]) -> Outcome<(Vec<u8>, Vec<u64>)> {
    let mut reader = Reader::new(section);
    for _ in 0..reader.plain_number()?.0 {
        reader.measured_function()?;
    }
    Ok((reader.opcodes, reader.numbers))
}

/// One function of the code section.
pub(super) struct Function {
    /// Where it stands, without its length.
    pub(super) place: Range<usize>,
    /// Where it names functions by number.
    pub(super) calls: Vec<Range<usize>>,
    /// What it does.
    pub(super) opcodes: Vec<u8>,
}

/// What stands in the code section, one by one.
pub(super) fn functions(section: &[u8]) -> Outcome<Vec<Function>> {
    let mut reader = Reader::new(section);
    let (count, _) = reader.plain_number()?;
    let one = |_| {
        let place = reader.measured_function()?;
        let opcodes = mem::take(&mut reader.opcodes);
        Ok(Function { place, calls: mem::take(&mut reader.calls), opcodes })
    };
    (0..count).map(one).collect()
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    opcodes: Vec<u8>,
    /// The numbers that belong to them.
    numbers: Vec<u64>,
    /// The first 256 locals of a function, those used last first.
    recent: Vec<u8>,
    /// The last offsets of a load and of a store.
    offsets: [usize; 2],
    /// The function's first number of 32 bits.
    first: Option<i64>,
    /// Where functions are named by number.
    calls: Vec<Range<usize>>,
}

impl<'a> Reader<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            at: 0,
            opcodes: Vec::new(),
            numbers: Vec::new(),
            recent: (0..=255).collect(),
            offsets: [0; 2],
            first: None,
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

    /// A number that may be below 0, how many bytes it takes, and it with its sign lowest.
    fn signed_number(&mut self) -> Outcome<(i64, usize, u64)> {
        let start = self.at;
        let mut number = 0;
        let mut shift = 0;
        loop {
            let byte = self.byte()?;
            number |= i64::from(byte & 127).checked_shl(shift).unwrap_or(0);
            shift += 7;
            if byte < 128 {
                let unused = i64::BITS.saturating_sub(shift);
                let number = number << unused >> unused;
                let told = (number << 1 ^ number >> 63).cast_unsigned();
                return Ok((number, self.at - start, told));
            }
        }
    }

    /// Moves numbers as they are.
    fn numbers(&mut self, count: usize) -> Outcome {
        for _ in 0..count {
            self.number()?;
        }
        Ok(())
    }

    fn number(&mut self) -> Outcome<usize> {
        let (value, _) = self.plain_number()?;
        self.numbers.push(told(value)?);
        Ok(value)
    }

    fn raw(&mut self, count: usize) -> Outcome {
        for _ in 0..count {
            let byte = self.byte()?;
            self.numbers.push(byte.into());
        }
        Ok(())
    }

    fn function(&mut self) -> Outcome {
        for _ in 0..self.number()? {
            self.number()?;
            self.raw(1)?;
        }
        self.recent = (0..=255).collect();
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
                    self.opcodes.push(opcode);
                    self.operands(opcode)?;
                }
            }
        }
        Ok(())
    }

    /// A local, by how many others were used since it was.
    fn local(&mut self, opcode: u8) -> Outcome {
        let (local, _) = self.plain_number()?;
        let mut ranks = (0..).zip(&self.recent);
        let rank = ranks.find(|(_, recent)| usize::from(**recent) == local).map(|(rank, _)| rank);
        let short = match (opcode, rank) {
            (0x20, Some(0)) => Some(RECENT_0),
            (0x20, Some(1)) => Some(RECENT_1),
            (0x21, Some(0)) => Some(SET_RECENT),
            (0x22, Some(0)) => Some(TEE_RECENT),
            _ => None,
        };
        self.opcodes.push(short.unwrap_or(opcode));
        // Those that are not kept in mind go by their own number.
        if short.is_none() {
            self.numbers.push(told(rank.unwrap_or(local))?);
        }
        if let Some(rank) = rank {
            self.recent[..=rank].rotate_right(1);
        }
        Ok(())
    }

    /// A number of 32 bits.
    fn constant(&mut self) -> Outcome {
        let (number, length, told) = self.signed_number()?;
        let is_added = self.bytes.get(self.at) == Some(&I32_ADD);
        if is_added && self.first == Some(number) {
            self.opcodes.push(I32_FIRST);
            return Ok(());
        }
        self.first.get_or_insert(number);
        // What is added is mostly the place of a field: such numbers are of one kind, however long.
        let opcode = match length {
            _ if is_added && number >= 0 => I32_CONST,
            1 => I32_CONST,
            2 => I32_MIDDLE,
            _ => I32_LONG,
        };
        self.opcodes.push(opcode);
        self.numbers.push(told);
        Ok(())
    }

    /// A load or a store.
    fn memory(&mut self, opcode: u8) -> Outcome {
        match (opcode, self.byte()? ^ usual_alignment(opcode)) {
            (_, 0) => self.opcodes.push(opcode),
            (0x29, 1) => self.opcodes.push(HALF_LOAD),
            (0x37, 1) => self.opcodes.push(HALF_STORE),
            (_, other @ 1..=3) => self.opcodes.extend([OTHER_ALIGNMENT + other, opcode]),
            (_, other) => return Err(format!("the wasm file has an alignment {other:#x}")),
        }
        let (value, _) = self.plain_number()?;
        let before = mem::replace(&mut self.offsets[usize::from(opcode >= 0x36)], value);
        let steps = (0..NEAR).find(|steps| Some(value) == steps_from(before, *steps));
        self.numbers.push(told(steps.unwrap_or(value + NEAR))?);
        Ok(())
    }

    fn operands(&mut self, opcode: u8) -> Outcome {
        match opcode {
            0x00 | 0x01 | 0x05 | 0x0b | 0x0f | 0x1a | 0x1b | 0x45..=0xc4 | 0xd1 => Ok(()),
            0x02..=0x04 => {
                let (kind, _) = self.plain_number()?;
                self.numbers.push(told(kind)? ^ EMPTY_BLOCK);
                Ok(())
            }
            0x0c | 0x0d | 0x23..=0x26 | 0x3f | 0x40 | 0xd0 => self.numbers(1),
            0x0e => {
                let labels = self.number()?;
                self.numbers(labels + 1)
            }
            0x11 | 0x1c => self.numbers(2),
            CALL => {
                let start = self.at;
                let (_, end) = self.plain_number()?;
                self.opcodes.extend_from_slice(&self.bytes[start..end]);
                self.calls.push(start..end);
                Ok(())
            }
            0x42 => {
                let (_, _, told) = self.signed_number()?;
                self.numbers.push(told);
                Ok(())
            }
            0x43 => self.raw(4),
            0x44 => self.raw(8),
            0xfc => match self.number()? {
                0..=7 => Ok(()),
                8 | 10 | 12 | 14 => self.numbers(2),
                9 | 11 | 13 | 15..=17 => self.numbers(1),
                other => Err(format!("the wasm file has an instruction 0xfc {other}")),
            },
            other => Err(format!("the wasm file has an instruction {other:#x}")),
        }
    }
}

/// As it is told.
fn told(number: usize) -> Outcome<u64> {
    number.try_into().map_err(|_| "a number of the wasm file is too long".to_owned())
}

/// The offset so many steps away: none, one down, one up, two down and so on.
fn steps_from(before: usize, steps: usize) -> Option<usize> {
    let way = 4 * steps.div_ceil(2);
    if steps.is_multiple_of(2) { Some(before + way) } else { before.checked_sub(way) }
}
