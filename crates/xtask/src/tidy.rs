//! House rules that no compiler checks, as a test instead of a wish.

mod fidelity;
mod modules;
mod rust;
mod text;

pub(crate) use rust::is_for_tests;

use crate::Outcome;
use crate::files::{self, verdict};

/// Checks all files of the project.
pub(crate) fn check() -> Outcome {
    let files = files::all()?;
    let mut complaints: Vec<_> = files.iter().flat_map(text::complaints).collect();
    for file in files.iter().filter(|file| file.extension() == "rs") {
        complaints.extend(rust::complaints(file));
    }
    complaints.extend(modules::complaints(&files));
    complaints.extend(fidelity::complaints(&files));
    verdict(complaints)?;
    println!("{} files", files.len());
    Ok(())
}
