//! The bytes a reader loads, against the budget.
//!
//! Counted is what the start page loads. A scenario without a picture there is loaded when somebody
//! opens it, and costs what its line in the list does.

use std::fs;
use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::Outcome;
use crate::page::{self, Build};
use crate::program::root;

/// The application: at most so many bytes in all, as a server sends them.
const BUDGET_GZIP: usize = 400_000;

/// What RaftScope loads, measured in the same way.
const RAFTSCOPE_GZIP: usize = 99_000;

/// The folder of texts, and the source that says which of them the start page pictures.
const SCENARIOS: &str = "scenarios";
const CATALOGUE: &str = "web/src/catalogue.rs";

/// Builds the page, prints its sizes, and fails when they are over the budget.
pub(crate) fn check() -> Outcome {
    let dist = page::build(Build::Small)?.dist;
    let entries = fs::read_dir(&dist).map_err(|error| format!("dist: {error}"))?;
    let mut files: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|path| path.is_file());
    files.sort();
    let catalogue = fs::read_to_string(root().join(CATALOGUE));
    let catalogue = catalogue.map_err(|error| format!("{CATALOGUE}: {error}"))?;
    let pictured = pictured(&catalogue)?;
    files.extend(pictured.iter().map(|name| dist.join(SCENARIOS).join(name)));
    let (mut raw, mut packed) = (0, 0);
    println!("{:<28} {:>9} {:>9}", "bytes", "raw", "gzip");
    for file in files {
        let bytes = fs::read(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        let small = gzip(&bytes);
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        println!("{name:<28} {:>9} {small:>9}", bytes.len());
        raw += bytes.len();
        packed += small;
    }
    let all = fs::read_dir(dist.join(SCENARIOS)).map_err(|error| error.to_string())?.count();
    println!("({} more scenarios, each when it is opened)", all - pictured.len());
    let percent = 100 * packed / BUDGET_GZIP;
    println!("{:<28} {raw:>9} {packed:>9}  {percent} % of {BUDGET_GZIP}", "all");
    let (times, hundredths) = (packed / RAFTSCOPE_GZIP, packed % RAFTSCOPE_GZIP * 100);
    let hundredths = hundredths / RAFTSCOPE_GZIP;
    println!("{:<48} {times}.{hundredths:02} of RaftScope's {RAFTSCOPE_GZIP}", "");
    within(packed)
}

/// The texts that the start page makes its pictures of.
fn pictured(catalogue: &str) -> Outcome<Vec<String>> {
    let names =
        catalogue.lines().filter_map(|line| line.trim().strip_prefix("Featured { name: \""));
    let names = names.filter_map(|rest| rest.split_once('"'));
    let names: Vec<String> = names.map(|(name, _)| format!("{name}.scenario")).collect();
    if names.is_empty() {
        return Err(format!("{CATALOGUE}: no line says `Featured {{ name: \"...\"`"));
    }
    Ok(names)
}

fn within(packed: usize) -> Outcome {
    if packed <= BUDGET_GZIP {
        return Ok(());
    }
    Err(format!("the page is {} bytes over its budget of {BUDGET_GZIP}", packed - BUDGET_GZIP))
}

fn gzip(bytes: &[u8]) -> usize {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    let written = encoder.write_all(bytes).and_then(|()| encoder.finish());
    written.expect("writing to memory cannot fail").len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_over_the_budget_fails() {
        assert!(within(BUDGET_GZIP).is_ok());
        assert!(within(BUDGET_GZIP + 1).is_err());
    }

    #[test]
    fn the_texts_behind_the_start_pages_pictures_count() {
        let catalogue =
            "    Featured { name: \"one\", at: SimTime(1) },\n    Featured { name: \"two\",";
        assert_eq!(pictured(catalogue), Ok(vec!["one.scenario".into(), "two.scenario".into()]));
        assert!(pictured("nothing").is_err());
    }

    #[test]
    fn zeros_pack_well() {
        assert!(gzip(&[0; 10_000]) < 100);
    }
}
