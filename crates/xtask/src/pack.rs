//! A wasm file, packed for the way: its functions like beside like, then taken apart into numbers,
//! which are coded bit by bit by how likely each is.
//!
//! Forty per cent are saved against gzip's half, also where a server compresses nothing; what it
//! costs before the first picture is among the figures of `cargo xtask measure`.

mod code;
mod functions;
mod imports;
mod leb128;
mod order;
mod range_coder;

use std::cmp::Reverse;
use std::collections::VecDeque;
use std::ops::Range;

use epochscope_unpack::{Coder, put_together};

use crate::Outcome;
use code::taken_apart;
pub(crate) use functions::reordered;
pub(crate) use imports::shortened;
use leb128::number;
use range_coder::Encoder;

/// The id of the section that holds the functions.
const CODE: u8 = 10;

/// The wasm file as [`epochscope_unpack`] reads it.
pub(crate) fn pack(wasm: &[u8]) -> Outcome<Vec<u8>> {
    let code = section(wasm, CODE).ok_or("the wasm file has no code")?;
    let (_, count) = number(&wasm[code.clone()]).ok_or("the code of the wasm file is cut")?;
    let (opcodes, operands) = taken_apart(&wasm[code.clone()])?;
    let mut numbers = VecDeque::new();
    let mut put = |bytes: &[u8]| {
        numbers.extend(u64::try_from(bytes.len()));
        numbers.extend(bytes.iter().copied().map(u64::from));
    };
    put(&wasm[..code.start + count]);
    put(&wasm[code.end..]);
    put(&by_frequency(&opcodes));
    put(&opcodes);
    numbers.extend(operands);
    let mut packer = Packer { numbers, encoder: Encoder::new() };
    // Both ways are one: what comes out now is what the page will see.
    if put_together(&mut packer) != wasm {
        return Err("the wasm file is not written in the fewest bytes".to_owned());
    }
    let packed = packer.encoder.finish();
    let length = u32::try_from(packed.len()).map_err(|_| "the page is too long")?;
    Ok([&length.to_le_bytes()[..], &packed].concat())
}

/// The bytes that occur, the most frequent first.
fn by_frequency(bytes: &[u8]) -> Vec<u8> {
    let mut counts = [0_usize; 256];
    bytes.iter().for_each(|byte| counts[usize::from(*byte)] += 1);
    let mut present: Vec<u8> = (0..=255).filter(|byte| counts[usize::from(*byte)] > 0).collect();
    present.sort_by_key(|byte| Reverse(counts[usize::from(*byte)]));
    present
}

/// Knows all numbers and writes their bits.
struct Packer {
    numbers: VecDeque<u64>,
    encoder: Encoder,
}

impl Coder for Packer {
    fn bit(&mut self, chance: u32, bit: u32) -> u32 {
        self.encoder.bit(chance, bit);
        bit
    }

    fn known(&mut self) -> u64 {
        self.numbers.pop_front().unwrap_or(0)
    }
}

/// Where the contents of a section stand.
fn section(wasm: &[u8], wanted: u8) -> Option<Range<usize>> {
    sections(wasm)?.into_iter().find(|(id, _)| *id == wanted).map(|(_, place)| place)
}

/// The sections by their ids, and where the contents of each stand; none if the file is cut.
fn sections(wasm: &[u8]) -> Option<Vec<(u8, Range<usize>)>> {
    let mut found = Vec::new();
    let mut at = b"\0asm\x01\0\0\0".len();
    while let Some(id) = wasm.get(at) {
        let (contents, length) = number(&wasm[at + 1..])?;
        let start = at + 1 + length;
        at = start + contents;
        found.push((*id, start..at));
    }
    (at == wasm.len()).then_some(found)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::process::Command;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use epochscope_unpack::unpacked;

    use super::leb128::written;
    use super::*;

    /// How often Node was called: each call has a file of its own.
    static CALLS: AtomicUsize = AtomicUsize::new(0);

    /// What the program in the wasm file answers, run in Node.
    fn run(wasm: &[u8]) -> Result<String, String> {
        let call_number = CALLS.fetch_add(1, Ordering::Relaxed);
        let name = format!("epochscope-packed-{}-{call_number}", std::process::id());
        let file = std::env::temp_dir().join(name);
        fs::write(&file, wasm).expect("a temporary file");
        let code =
            "const module = new WebAssembly.Module(require('fs').readFileSync(process.argv[1]));
            const instance = new WebAssembly.Instance(module, { m: { f: () => 5 } });
            process.stdout.write(instance.exports.run().toString());";
        let ran = Command::new("node").args(["--eval", code]).arg(&file).output();
        let ran = ran.expect("node runs");
        fs::remove_file(file).expect("it is there");
        let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        if ran.status.success() { Ok(said(&ran.stdout)) } else { Err(said(&ran.stderr)) }
    }

    /// Instructions of each kind of operand, in some functions; they need not make sense.
    const FUNCTIONS: [&[u8]; 4] = [
        // Locals of two kinds and far away; block, br_if, br_table, load, store; constants of
        // one byte, of two, of more.
        &[
            2, 3, 0x7f, 1, 0x7e, 0x02, 0x40, 0x20, 0x00, 0x0d, 0x00, 0x20, 0x01, 0x0e, 2, 0, 0, 0,
            0x0b, 0x21, 0xac, 0x02, 0x22, 0xc8, 0x01, 0x20, 0xc8, 0x01, 0x20, 0x01, 0x20, 0x02,
            0x41, 5, 0x41, 0x80, 0x01, 0x41, 0x80, 0x80, 0x04, 0x28, 0x02, 0x90, 0x08, 0x21, 0x00,
            0x42, 0x7f, 0x37, 0x03, 0x00, 0x43, 1, 2, 3, 4, 0x1a, 0x44, 1, 2, 3, 4, 5, 6, 7, 8,
            0x1a, 0x0b,
        ],
        // Calls, direct and indirect; memory.fill, memory.copy, select with a type, memory.size.
        &[
            0, 0x10, 0x82, 0x02, 0x11, 0, 0, 0xfc, 0x0b, 0, 0xfc, 0x0a, 0, 0, 0x1c, 1, 0x7f, 0x3f,
            0, 0x0b,
        ],
        // Numbers that are added, the first one again; what was used last, written; alignments of
        // other widths; offsets near the one before.
        &[
            0, 0x41, 48, 0x6a, 0x41, 0xf8, 0, 0x6a, 0x41, 0x40, 0x6a, 0x41, 48, 0x6a, 0x20, 3,
            0x21, 3, 0x22, 3, 0x29, 2, 8, 0x29, 2, 12, 0x29, 1, 0, 0x37, 2, 40, 0x37, 0, 24, 0x36,
            2, 40, 0x36, 0, 41, 0x0c, 0, 0x0b,
        ],
        &[0, 0x0b],
    ];

    fn wasm() -> Vec<u8> {
        let functions =
            FUNCTIONS.iter().map(|function| [&written(function.len()), *function].concat());
        let code: Vec<u8> =
            written(FUNCTIONS.len()).into_iter().chain(functions.flatten()).collect();
        let before = [b"\0asm\x01\0\0\0", &[1, 4, 1, 0x60, 0, 0, CODE][..]].concat();
        [before, written(code.len()), code, vec![11, 1, 0]].concat()
    }

    #[test]
    fn a_file_comes_out_as_it_was_and_is_refused_when_cut() {
        let wasm = wasm();
        let packed = pack(&wasm).expect("all its instructions are known");
        assert_eq!(unpacked(packed.iter().copied()), Some(wasm));
        let cut = &packed[..packed.len() - 1];
        assert_eq!(unpacked(cut.iter().copied()), None);
    }

    /// Three functions and an import, called by number, through a table and by name.
    fn program() -> Vec<u8> {
        let functions: [&[u8]; 3] = [
            &[0, 0x41, 7, 0x10, 2, 0x0b],
            &[0, 0x20, 0, 0x10, 0, 0x6a, 0x0b],
            &[0, 0x41, 1, 0x41, 2, 0x6a, 0x41, 0, 0x11, 0, 0, 0x6a, 0x10, 1, 0x6a, 0x0b],
        ];
        let mut code = vec![3];
        for function in functions {
            code.push(u8::try_from(function.len()).expect("short"));
            code.extend_from_slice(function);
        }
        let sections: [(u8, &[u8]); 8] = [
            (1, &[2, 0x60, 0, 1, 0x7f, 0x60, 1, 0x7f, 1, 0x7f]),
            (2, b"\x01\x01m\x01f\0\0"),
            (3, &[3, 0, 1, 0]),
            (4, &[1, 0x70, 0, 1]),
            (7, b"\x01\x03run\0\x03"),
            (9, &[1, 0, 0x41, 0, 0x0b, 1, 1]),
            (CODE, &code),
            (0, b"\x05names"),
        ];
        let mut wasm = b"\0asm\x01\0\0\0".to_vec();
        for (id, contents) in sections {
            wasm.extend([id, u8::try_from(contents.len()).expect("short")]);
            wasm.extend_from_slice(contents);
        }
        wasm
    }

    #[test]
    fn functions_in_another_order_do_the_same() {
        let moved = reordered(&program()).expect("of a known form");
        // The longest function stands first now, under another number.
        assert!(moved.windows(7).any(|bytes| bytes == b"\x01\x03run\0\x01"), "{moved:?}");
        assert!(!moved.ends_with(b"names"));
        let answers = [&program(), &moved].map(|wasm| run(wasm));
        assert_eq!(answers, ["27", "27"].map(|answer| Ok(answer.to_owned())));
    }

    #[test]
    fn a_number_of_no_function_is_refused() {
        let mut wasm = program();
        let call = wasm.windows(3).position(|bytes| bytes == [0x10, 1, 0x6a]).expect("it is there");
        wasm[call + 1] = 9;
        assert!(reordered(&wasm).expect_err("there is no function 9").contains("lacks"));
    }

    #[test]
    fn an_unknown_instruction_is_refused() {
        let mut wasm = wasm();
        let last = wasm.len() - 4;
        assert_eq!(wasm[last], 0x0b);
        wasm[last] = 0xfe;
        assert!(pack(&wasm).expect_err("0xfe").contains("0xfe"));
    }
}
