//! Who may use whom: between crates, and between the modules of the engine.

mod crates;
mod modules;

use crate::Outcome;
use crate::files::{self, verdict};
use crate::program::metadata;

/// Checks the manifests of all crates and the source of the engine.
pub(crate) fn check() -> Outcome {
    let mut wrong = crates::complaints(&metadata(&["--no-deps", "--locked"])?);
    if let Err(modules) = verdict(modules::complaints(&files::all()?, modules::ENGINE)) {
        wrong.push(modules);
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n")) }
}
