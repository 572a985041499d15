//! The shipped scenarios without their traces: a page has to load them, and plays them itself.
//! Beside each lie its title, its sentence and its digest, for lists that do without the text.

use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let told = |name| env::var_os(name).ok_or(io::ErrorKind::NotFound);
    let from = Path::new(&told("CARGO_MANIFEST_DIR")?).join("../../scenarios");
    let out = told("OUT_DIR")?;
    println!("cargo::rerun-if-changed={}", from.display());
    for entry in fs::read_dir(&from)? {
        let path = entry?.path();
        let Some(name) = path.file_name().filter(|_| path.extension() == Some("scenario".as_ref()))
        else {
            continue;
        };
        println!("cargo::rerun-if-changed={}", path.display());
        let text = fs::read_to_string(&path)?;
        let said = text.lines().filter(|line| !line.starts_with('|'));
        let said: String = said.flat_map(|line| [line, "\n"]).collect();
        let beside = |ending: &str| Path::new(&out).join(name).with_extension(ending);
        fs::write(beside("title"), value(&said, "title"))?;
        fs::write(beside("about"), value(&said, "about"))?;
        fs::write(beside("digest"), format!("{:#x}", fnv(said.as_bytes())))?;
        fs::write(beside("scenario"), said)?;
    }
    Ok(())
}

/// What stands after this word in the header.
fn value<'a>(text: &'a str, word: &str) -> &'a str {
    let mut lines = text.lines();
    let rest = lines.find_map(|line| line.strip_prefix(word)?.strip_prefix(' '));
    rest.map_or("", str::trim)
}

/// FNV-1a, as links reckon it.
fn fnv(bytes: &[u8]) -> u64 {
    let start = 0xcbf2_9ce4_8422_2325;
    bytes.iter().fold(start, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3))
}
