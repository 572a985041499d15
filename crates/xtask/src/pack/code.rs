//! The functions of a wasm file, taken apart into streams of one kind each.
//!
//! `unpack.js` puts them together again; the two share the order of the streams. Opcodes are those
//! of the WebAssembly specification, section "Binary Format: Instructions".

use crate::Outcome;

/// A stream, in the order in which they follow each other.
#[derive(Clone, Copy)]
enum Stream {
    Opcode,
    Locals,
    Block,
    Label,
    CallLow,
    CallHigh,
    Local,
    Memory,
    Offset,
    I32,
    I64,
    Rest,
}

/// As many streams as there are.
pub(super) const STREAMS: usize = 12;

/// The streams of all functions.
pub(super) type Streams = [Vec<u8>; STREAMS];

/// For each load and store from 0x28 on, the alignment that its width suggests.
const ALIGNMENTS: &[u8; 23] = b"23230011001122232301012";

/// Takes apart what stands in the code section.
pub(super) fn taken_apart(section: &[u8]) -> Outcome<Streams> {
    let mut reader = Reader { bytes: section, at: 0, streams: Streams::default() };
    for _ in 0..reader.number(Stream::Locals)? {
        // The length before each function follows from the function.
        let (length, start) = reader.plain_number()?;
        reader.function()?;
        if reader.at != start + length {
            return Err(format!("a function of the wasm file does not end at {}", reader.at));
        }
    }
    Ok(reader.streams)
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    streams: Streams,
}

impl Reader<'_> {
    fn byte(&mut self) -> Outcome<u8> {
        let byte = self.bytes.get(self.at).copied();
        self.at += 1;
        byte.ok_or_else(|| "the code of the wasm file is cut".to_owned())
    }

    /// A number of seven bits a byte, and where the reader stands behind it.
    fn plain_number(&mut self) -> Outcome<(usize, usize)> {
        let mut value = 0;
        for shift in (0..).step_by(7) {
            let byte = self.byte()?;
            value |= usize::from(byte & 127) << shift;
            if byte < 128 {
                break;
            }
        }
        Ok((value, self.at))
    }

    fn put(&mut self, stream: Stream, bytes: &[u8]) {
        self.streams[stream as usize].extend_from_slice(bytes);
    }

    /// Moves one number as it is written into a stream.
    fn number(&mut self, stream: Stream) -> Outcome<usize> {
        let start = self.at;
        let (value, end) = self.plain_number()?;
        let written = self.bytes[start..end].to_vec();
        self.put(stream, &written);
        Ok(value)
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
        let mut depth = 1;
        while depth > 0 {
            let opcode = self.byte()?;
            self.put(Stream::Opcode, &[opcode]);
            match opcode {
                0x02..=0x04 => depth += 1,
                0x0b => depth -= 1,
                _ => {}
            }
            self.operands(opcode)?;
        }
        Ok(())
    }

    fn operands(&mut self, opcode: u8) -> Outcome {
        match opcode {
            0x00 | 0x01 | 0x05 | 0x0b | 0x0f | 0x1a | 0x1b | 0x45..=0xc4 | 0xd1 => Ok(()),
            0x02..=0x04 => self.numbers(Stream::Block, 1),
            0x0c | 0x0d => self.numbers(Stream::Label, 1),
            0x0e => {
                let labels = self.number(Stream::Label)?;
                self.numbers(Stream::Label, labels + 1)
            }
            0x10 => self.call(),
            0x11 | 0x1c => self.numbers(Stream::Rest, 2),
            0x20..=0x22 => self.numbers(Stream::Local, 1),
            0x23..=0x26 | 0x3f | 0x40 | 0xd0 | 0xd2 => self.numbers(Stream::Rest, 1),
            0x28..=0x3e => {
                let suggested = ALIGNMENTS[usize::from(opcode - 0x28)] - b'0';
                let alignment = self.byte()?;
                self.put(Stream::Memory, &[alignment ^ suggested]);
                self.numbers(Stream::Offset, 1)
            }
            0x41 => self.numbers(Stream::I32, 1),
            0x42 => self.numbers(Stream::I64, 1),
            0x43 => self.raw(Stream::Rest, 4),
            0x44 => self.raw(Stream::Rest, 8),
            0xfc => match self.number(Stream::Rest)? {
                0..=7 => Ok(()),
                8 | 10 | 12 | 14 => self.numbers(Stream::Rest, 2),
                9 | 11 | 13 | 15..=17 => self.numbers(Stream::Rest, 1),
                other => Err(format!("the wasm file has an instruction 0xfc {other}")),
            },
            other => Err(format!("the wasm file has an instruction {other:#x}")),
        }
    }

    /// Functions that call one another stand near each other: the upper half of their numbers says
    /// little.
    fn call(&mut self) -> Outcome {
        let (function, _) = self.plain_number()?;
        let [low, high, rest @ ..] = function.to_le_bytes();
        if rest != [0; 6] {
            return Err("the wasm file has more than 65,536 functions".to_owned());
        }
        self.put(Stream::CallLow, &[low]);
        self.put(Stream::CallHigh, &[high]);
        Ok(())
    }
}
