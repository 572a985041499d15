//! From a package of the workspace to a wasm file with its JavaScript.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::Outcome;
use crate::program::{cargo, metadata, output, run, target_directory};
use crate::tools::{WASM, ensure_wasm_target};

/// Compiles for wasm (`what` names package and target as cargo does) and gives back the file.
pub(crate) fn compile(what: &[&str], profile: &str, file: &str) -> Outcome<PathBuf> {
    ensure_wasm_target()?;
    let mut command = cargo(&["build", "--target", WASM, "--profile", profile]);
    command.env("CARGO_ENCODED_RUSTFLAGS", flags()?);
    run(command.args(what))?;
    // Cargo's one profile whose directory has another name.
    let directory = if profile == "dev" { "debug" } else { profile };
    Ok(target_directory()?.join(WASM).join(directory).join(format!("{file}.wasm")))
}

/// Functions that ask to be inlined, derived ones among them, are so up to the size at which others
/// are: by default LLVM takes those of the engine, which is built for speed, at several times that
/// size, for 3 KB of the page and no speed.
const INLINE_HINTS: &str = "-Cllvm-args=-inlinehint-threshold=40";

/// The compiler's flags. Where on this machine the crates lie is left out of the file: places of
/// panics are told without, and the same sources give the same bytes everywhere.
fn flags() -> Outcome<String> {
    let metadata = metadata(&["--filter-platform", WASM])?;
    let packages = metadata["packages"].as_array().ok_or("cargo metadata names no packages")?;
    let manifests = packages.iter().filter(|package| !package["source"].is_null());
    let roots: BTreeSet<&Path> = manifests
        .filter_map(|package| Path::new(package["manifest_path"].as_str()?).ancestors().nth(2))
        .collect();
    let remap = |root: &Path| format!("--remap-path-prefix={}=", root.display());
    // Cargo's separator of flags.
    let flags = roots.into_iter().map(remap).chain([INLINE_HINTS.to_owned()]);
    Ok(flags.collect::<Vec<_>>().join("\u{1f}"))
}

/// Writes the wasm file and the JavaScript around it into `folder`; `target` is wasm-bindgen's.
pub(crate) fn bind(wasm: &Path, target: &str, folder: &Path) -> Outcome {
    let package = ["--profile", "tools", "--package", "wasm-glue"];
    let mut command = cargo(&["run", "--quiet"]);
    command.args(package).args(["--", "bindgen"]);
    command.args(["--no-typescript", "--target", target, "--out-dir"]).arg(folder).arg(wasm);
    output(&mut command).map(|_| ())
}
