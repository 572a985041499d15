//! The shipped scenarios without their traces: a page has to load them, and plays them itself.
//! Beside them lies a list that does without the texts.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let told = |name| env::var_os(name).map(PathBuf::from).ok_or(io::ErrorKind::NotFound);
    let (here, out) = (told("CARGO_MANIFEST_DIR")?, told("OUT_DIR")?);
    let (names, from) = (here.join("src/library.txt"), here.join("../../scenarios"));
    println!("cargo::rerun-if-changed={}", names.display());
    let mut list = String::new();
    let mut texts = "&[".to_owned();
    for line in fs::read_to_string(names)?.lines() {
        let Some(scenario) = line.strip_prefix(' ') else {
            list.extend([line, "\n"]);
            continue;
        };
        let mut words = scenario.split_whitespace();
        let (name, recorded) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
        let said = without_trace(&from.join(name).with_extension("scenario"))?;
        let (title, about, digest) = (value(&said, "title"), value(&said, "about"), fnv(&said));
        let _ = writeln!(list, "{name}\t{title}\t{about}\t{recorded}\t{digest:08x}");
        let _ = write!(texts, "({name:?}, {said:?}), ");
    }
    fs::write(out.join("list"), list)?;
    fs::write(out.join("texts.rs"), texts + "]")
}

fn without_trace(path: &Path) -> io::Result<String> {
    println!("cargo::rerun-if-changed={}", path.display());
    let text = fs::read_to_string(path)?;
    Ok(text.split_inclusive('\n').filter(|line| !line.starts_with('|')).collect())
}

/// What stands after this word in the header.
fn value<'a>(text: &'a str, word: &str) -> &'a str {
    let mut lines = text.lines();
    let rest = lines.find_map(|line| line.strip_prefix(word)?.strip_prefix(' '));
    rest.map_or("", str::trim)
}

/// FNV-1a as links reckon it, folded to its half.
fn fnv(text: &str) -> u64 {
    let start = 0xcbf2_9ce4_8422_2325;
    let step = |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
    let hash = text.bytes().fold(start, step);
    (hash ^ hash >> 32) & 0xffff_ffff
}
