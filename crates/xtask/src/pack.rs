//! A wasm file, packed for the way: its functions like beside like, its code in streams, all of it
//! by LZMA but the numbers that belong to instructions, which are guessed bit by bit.
//!
//! A third is saved against gzip's half, also where a server compresses nothing; what it costs
//! before the first picture is among the figures of `cargo xtask measure`.

mod code;
mod functions;
mod imports;
mod leb128;
mod operands;
mod order;
mod range_coder;

use std::io::Write;
use std::ops::Range;

use lzma_rust2::{LzmaOptions, LzmaWriter};

use crate::Outcome;
use code::taken_apart;
pub(crate) use functions::reordered;
pub(crate) use imports::shortened;
use leb128::{number, written};

/// The scripts that unpack, each of those before it.
const SCRIPTS: [&str; 3] = [
    include_str!("pack/lzma.js"),
    include_str!("pack/operands.js"),
    include_str!("pack/unpack.js"),
];

/// They as one, to stand before what calls `unpacked`: one file packs better than three.
pub(crate) fn scripts() -> String {
    let lines = SCRIPTS.iter().flat_map(|script| script.lines());
    let own = lines.filter(|line| !line.starts_with("import "));
    own.map(|line| format!("{}\n", line.strip_prefix("export ").unwrap_or(line))).collect()
}

/// The id of the section that holds the functions.
const CODE: u8 = 10;

/// The wasm file as `unpack.js` reads it.
pub(crate) fn pack(wasm: &[u8]) -> Outcome<Vec<u8>> {
    let code = section(wasm, CODE).ok_or("the wasm file has no code")?;
    let (streams, operands) = taken_apart(&wasm[code.clone()])?;
    let (_, count) = number(&wasm[code.clone()]).ok_or("the code of the wasm file is cut")?;
    let parts: [&[u8]; 2] = [&wasm[..code.start + count], &wasm[code.end..]];
    let lengths = [wasm.len(), parts[0].len(), parts[1].len()];
    let lengths = lengths.into_iter().chain(streams.iter().map(Vec::len));
    let mut whole: Vec<u8> = lengths.flat_map(written).collect();
    parts.iter().for_each(|part| whole.extend_from_slice(part));
    streams.iter().for_each(|stream| whole.extend_from_slice(stream));
    let packed = lzma(&whole).map_err(|error| format!("LZMA: {error}"))?;
    let length = u32::try_from(packed.len()).map_err(|_| "the page is too long")?;
    Ok([&length.to_le_bytes()[..], &packed, &operands].concat())
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

/// The bytes as an `.lzma` file that says its size, which `lzma.js` needs.
fn lzma(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    // Nothing in it is aligned; of the byte before, its upper bits say most.
    let best = LzmaOptions {
        lc: 4,
        pb: 0,
        nice_len: LzmaOptions::NICE_LEN_MAX,
        depth_limit: 1000,
        ..LzmaOptions::with_preset(9)
    };
    let size = u64::try_from(bytes.len()).ok();
    let mut writer = LzmaWriter::new_use_header(Vec::new(), &best, size)?;
    writer.write_all(bytes)?;
    writer.finish()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::process::Command;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::program::root;

    /// How often Node was called: each call has a file of its own.
    static CALLS: AtomicUsize = AtomicUsize::new(0);

    /// What a script of the page makes of the bytes, in Node.
    fn in_node(script: &str, call: &str, bytes: &[u8]) -> Result<Vec<u8>, String> {
        let call_number = CALLS.fetch_add(1, Ordering::Relaxed);
        let name = format!("epochscope-packed-{}-{call_number}", std::process::id());
        let file = std::env::temp_dir().join(name);
        fs::write(&file, bytes).expect("a temporary file");
        let code = format!(
            "const page = await import(process.argv[1]);
            const {{ readFileSync }} = await import('node:fs');
            const packed = new Uint8Array(readFileSync(process.argv[2]));
            process.stdout.write({call});"
        );
        let module = root().join("crates/xtask/src/pack").join(script);
        let arguments = ["--no-warnings", "--input-type=module", "--eval", &code];
        let ran = Command::new("node").args(arguments).arg(module).arg(&file).output();
        let ran = ran.expect("node runs");
        fs::remove_file(file).expect("it is there");
        let said = String::from_utf8_lossy(&ran.stderr).into_owned();
        if ran.status.success() { Ok(ran.stdout) } else { Err(said) }
    }

    #[test]
    fn the_page_unpacks_what_was_packed_and_refuses_what_is_cut() {
        let source = SCRIPTS[0].repeat(40).into_bytes();
        let mut seed: u32 = 7;
        let mut noise = || {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            seed.to_be_bytes()[0]
        };
        let random: Vec<u8> = (0..70_000).map(|_| noise()).collect();
        for bytes in [Vec::new(), vec![0; 100_000], source, random] {
            let packed = lzma(&bytes).expect("memory");
            let unpacked = in_node("lzma.js", "page.lzma(packed)", &packed).expect("whole");
            assert!(unpacked == bytes, "{} bytes differ", bytes.len());
            let cut = in_node("lzma.js", "page.lzma(packed)", &packed[..packed.len() / 2]);
            let error = cut.expect_err("cut");
            assert!(error.contains("cut"), "{error}");
        }
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
    fn code_is_put_together_as_it_was() {
        let wasm = wasm();
        let packed = pack(&wasm).expect("all its instructions are known");
        assert_eq!(in_node("unpack.js", "page.join(packed)", &packed).expect("whole"), wasm);
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
        let run = "new WebAssembly.Instance(
            new WebAssembly.Module(packed), { m: { f: () => 5 } }).exports.run().toString()";
        let moved = reordered(&program()).expect("of a known form");
        // The longest function stands first now, under another number.
        assert!(moved.windows(7).any(|bytes| bytes == b"\x01\x03run\0\x01"), "{moved:?}");
        assert!(!moved.ends_with(b"names"));
        let done = [&program(), &moved].map(|wasm| in_node("lzma.js", run, wasm));
        assert_eq!(done, [Ok(b"27".to_vec()), Ok(b"27".to_vec())]);
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
