//! A wasm file, packed for the way: its code in streams, and all of it by LZMA.
//!
//! A third is saved against gzip's half, also where a server compresses nothing; what it costs
//! before the first picture is among the figures of `cargo xtask measure`.

mod code;
mod imports;

use std::io::Write;

use lzma_rust2::{LzmaOptions, LzmaWriter};

use crate::Outcome;
use code::{STREAMS, taken_apart};
pub(crate) use imports::shortened;

/// The scripts that unpack, each of those before it.
const SCRIPTS: [&str; 2] = [include_str!("pack/lzma.js"), include_str!("pack/unpack.js")];

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
    let streams = taken_apart(&wasm[code.clone()])?;
    let (_, count) = number(&wasm[code.clone()]).ok_or("the code of the wasm file is cut")?;
    let parts: [&[u8]; 2] = [&wasm[..code.start + count], &wasm[code.end..]];
    let lengths = [wasm.len(), parts[0].len(), parts[1].len()];
    let lengths = lengths.into_iter().chain(streams.iter().map(Vec::len));
    let mut whole = Vec::with_capacity(wasm.len() + 4 * (STREAMS + 3));
    for length in lengths {
        let length = u32::try_from(length).map_err(|_| "the wasm file is over 4 GiB")?;
        whole.extend(length.to_le_bytes());
    }
    parts.iter().for_each(|part| whole.extend_from_slice(part));
    streams.iter().for_each(|stream| whole.extend_from_slice(stream));
    lzma(&whole).map_err(|error| format!("LZMA: {error}"))
}

/// Where the contents of a section stand.
fn section(wasm: &[u8], wanted: u8) -> Option<std::ops::Range<usize>> {
    let mut at = b"\0asm\x01\0\0\0".len();
    while let Some(id) = wasm.get(at) {
        let (contents, length) = number(&wasm[at + 1..])?;
        let start = at + 1 + length;
        let end = start + contents;
        if *id == wanted {
            return (end <= wasm.len()).then_some(start..end);
        }
        at = end;
    }
    None
}

/// The number of seven bits a byte at the beginning, and how many bytes it takes.
fn number(bytes: &[u8]) -> Option<(usize, usize)> {
    let length = bytes.iter().take_while(|byte| **byte >= 128).count() + 1;
    let written = bytes.get(..length)?.iter().rev();
    Some((written.fold(0, |value, byte| value << 7 | usize::from(byte & 127)), length))
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

    use super::*;
    use crate::program::root;

    /// What a script of the page makes of the bytes, in Node.
    fn in_node(script: &str, call: &str, bytes: &[u8]) -> Result<Vec<u8>, String> {
        let file = std::env::temp_dir().join(format!("epochscope-{script}-{}", std::process::id()));
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

    /// Instructions of each kind of operand, in three functions; they need not make sense.
    const FUNCTIONS: [&[u8]; 3] = [
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
        &[0, 0x0b],
    ];

    fn wasm() -> Vec<u8> {
        let mut code = vec![3];
        for function in FUNCTIONS {
            code.push(u8::try_from(function.len()).expect("short"));
            code.extend_from_slice(function);
        }
        let length = u8::try_from(code.len()).expect("short");
        let before = [b"\0asm\x01\0\0\0", &[1, 4, 1, 0x60, 0, 0, CODE, length][..]].concat();
        [before, code, vec![11, 1, 0]].concat()
    }

    #[test]
    fn code_is_put_together_as_it_was() {
        let wasm = wasm();
        let packed = pack(&wasm).expect("all its instructions are known");
        let call =
            "page.join((await import(process.argv[1].replace('unpack', 'lzma'))).lzma(packed))";
        assert_eq!(in_node("unpack.js", call, &packed).expect("whole"), wasm);
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
