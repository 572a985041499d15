//! From a package of the workspace to a wasm file with its JavaScript.

use std::path::{Path, PathBuf};

use crate::Outcome;
use crate::program::{cargo, output, run, target_directory};
use crate::tools::{WASM, ensure_wasm_target};

/// Compiles for wasm (`what` names package and target as cargo does) and gives back the file.
pub(crate) fn compile(what: &[&str], profile: &str, file: &str) -> Outcome<PathBuf> {
    ensure_wasm_target()?;
    let mut command = cargo(&["build", "--target", WASM, "--profile", profile]);
    run(command.args(what))?;
    // Cargo's one profile whose directory has another name.
    let directory = if profile == "dev" { "debug" } else { profile };
    Ok(target_directory()?.join(WASM).join(directory).join(format!("{file}.wasm")))
}

/// Writes the wasm file and the JavaScript around it into `folder`; `target` is wasm-bindgen's.
pub(crate) fn bind(wasm: &Path, target: &str, folder: &Path) -> Outcome {
    let package = ["--profile", "tools", "--package", "wasm-glue"];
    let mut command = cargo(&["run", "--quiet"]);
    command.args(package).args(["--", "bindgen"]);
    command.args(["--no-typescript", "--target", target, "--out-dir"]).arg(folder).arg(wasm);
    output(&mut command).map(|_| ())
}
