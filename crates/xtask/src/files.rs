//! The project's own text files, as the checks see them.

use std::fs;
use std::path::Path;

use crate::Outcome;
use crate::program::root;

/// Folders that hold what was made or fetched, not what was written.
const NOT_OURS: [&str; 7] =
    [".git", "target", "dist", "node_modules", "test-results", "playwright-report", "book"];

/// Files that a tool writes.
const GENERATED: [&str; 2] = ["Cargo.lock", "package-lock.json"];

/// One text file.
pub(crate) struct File {
    /// From the root, with forward slashes.
    pub(crate) path: String,
    /// All of it.
    pub(crate) text: String,
}

impl File {
    /// The part after the last dot, or the name where there is none.
    pub(crate) fn extension(&self) -> &str {
        self.path.rsplit(['.', '/']).next().unwrap_or_default()
    }

    /// Whether tests alone compile this file.
    pub(crate) fn is_test(&self) -> bool {
        let stem = self.path.trim_end_matches(".rs");
        self.path.contains("/tests/")
            || self.path.starts_with("tests/")
            || ["/tests", "_test", "_tests"].iter().any(|end| stem.ends_with(end))
    }
}

/// What is wrong, and where.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Complaint {
    path: String,
    line: usize,
    what: String,
}

impl Complaint {
    /// Lines count from 1.
    pub(crate) fn new(file: &File, line: usize, what: impl Into<String>) -> Self {
        Self { path: file.path.clone(), line, what: what.into() }
    }
}

/// Fails with all complaints, one a line, in the order of files and lines.
pub(crate) fn verdict(mut complaints: Vec<Complaint>) -> Outcome {
    if complaints.is_empty() {
        return Ok(());
    }
    complaints.sort();
    let lines = complaints.iter().map(|one| format!("{}:{}: {}", one.path, one.line, one.what));
    Err(lines.collect::<Vec<_>>().join("\n"))
}

/// All text files below the root, in the order of their paths.
pub(crate) fn all() -> Outcome<Vec<File>> {
    let mut files = Vec::new();
    collect(&root(), "", &mut files).map_err(|error| format!("reading the checkout: {error}"))?;
    files.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(files)
}

fn collect(folder: &Path, prefix: &str, files: &mut Vec<File>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{prefix}{name}");
        let kind = entry.file_type()?;
        if kind.is_dir() && !NOT_OURS.contains(&name.as_str()) {
            collect(&entry.path(), &format!("{path}/"), files)?;
        } else if kind.is_file() && !GENERATED.contains(&name.as_str()) {
            // Pictures and other bytes are not text, and no rule here is about them.
            if let Ok(text) = String::from_utf8(fs::read(entry.path())?) {
                files.push(File { path, text });
            }
        }
    }
    Ok(())
}
