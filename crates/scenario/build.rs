//! The shipped scenarios without their traces: a page has to load them, and plays them itself.

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
        fs::write(Path::new(&out).join(name), said)?;
    }
    Ok(())
}
