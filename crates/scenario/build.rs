//! The shipped scenarios without their traces: a page has to load them, and plays them itself.

use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios");
    let out = env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?;
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
        fs::write(Path::new(&out).join(name), said)?;
    }
    Ok(())
}
