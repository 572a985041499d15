//! `docs/fidelity.md` and the `Simplified:` lines of the code say the same.
//!
//! The first sentence after each `Simplified:` stands, word for word, in a row of a table there;
//! and each row with a cell that is just `simplified` holds such a sentence. Runs of white space
//! count as one space, and the sentence's full stop may be left out.

use crate::files::{Complaint, File};

const MARK: &str = "Simplified:";
const PAGE: &str = "docs/fidelity.md";

/// Other words that begin a paragraph of a file's header.
const NEXT: [&str; 3] = ["Source:", "Uses:", "Never:"];

/// Sentences that the page lacks, and rows that no code stands for.
pub(crate) fn complaints(files: &[File]) -> Vec<Complaint> {
    let notes: Vec<Note> = files.iter().filter(|file| is_model(file)).flat_map(notes).collect();
    let page = files.iter().find(|file| file.path == PAGE);
    let rows: Vec<(usize, String)> = page.map_or_else(Vec::new, rows);
    let mut found = Vec::new();
    for note in &notes {
        if !rows.iter().any(|(_, row)| row.contains(&note.sentence)) {
            let what = format!("{PAGE} has no row with “{}”", note.sentence);
            found.push(Complaint::new(note.file, note.line, what));
        }
    }
    for (line, row) in rows.iter().filter(|(_, row)| is_simplified(row)) {
        let page = page.expect("rows come from the page");
        if !notes.iter().any(|note| row.contains(&note.sentence)) {
            let what = "says `simplified`, but holds the sentence of no `Simplified:` in the code";
            found.push(Complaint::new(page, *line, what));
        }
    }
    found
}

/// Our tools simplify nothing of Kafka.
fn is_model(file: &File) -> bool {
    let in_crates = file.path.starts_with("crates/") && file.path.contains("/src/");
    in_crates && file.extension() == "rs" && !file.path.starts_with("crates/xtask/")
}

struct Note<'file> {
    file: &'file File,
    line: usize,
    sentence: String,
}

/// The first sentence of each `Simplified:` comment, joined over its lines.
fn notes(file: &File) -> Vec<Note<'_>> {
    let lines: Vec<&str> = file.text.lines().collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let Some(first) = comment(line).and_then(|text| text.strip_prefix(MARK)) else {
            continue;
        };
        let rest = lines[at + 1..].iter().map_while(|line| comment(line));
        let more = |text: &&str| {
            !text.is_empty() && !text.starts_with(MARK) && !NEXT.iter().any(|n| text.starts_with(n))
        };
        let text: Vec<&str> = std::iter::once(first).chain(rest.take_while(more)).collect();
        let sentence = first_sentence(&plain(&text.join(" ")));
        found.push(Note { file, line: at + 1, sentence });
    }
    found
}

/// What a line says if it is nothing but a comment.
fn comment(line: &str) -> Option<&str> {
    let text = line.trim_start().strip_prefix("//")?;
    Some(text.trim_start_matches(['/', '!']).trim())
}

/// Up to the first full stop that ends a word.
fn first_sentence(text: &str) -> String {
    let end = text.find(". ").unwrap_or(text.len());
    text[..end].trim_end_matches('.').to_owned()
}

fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn rows(page: &File) -> Vec<(usize, String)> {
    let rows = (1..).zip(page.text.lines()).filter(|(_, line)| line.trim_start().starts_with('|'));
    rows.map(|(number, line)| (number, plain(line))).collect()
}

fn is_simplified(row: &str) -> bool {
    row.split('|').any(|cell| cell.trim().eq_ignore_ascii_case("simplified"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODE: &str = "//! A log.\n//!\n//! Simplified: one record a\n//! batch. No more.\n\
        //! Uses: nothing.\n";

    fn found(code: &str, page: &str) -> Vec<Complaint> {
        let code = File { path: "crates/engine/src/log.rs".into(), text: code.into() };
        complaints(&[code, File { path: PAGE.into(), text: page.into() }])
    }

    #[test]
    fn a_simplification_that_the_page_has() {
        assert_eq!(found(CODE, "| log | simplified | one  record a batch |\n"), []);
    }

    #[test]
    fn a_simplification_that_the_page_lacks() {
        let complaints = found(CODE, "one record a batch, but in no table\n");
        assert_eq!(complaints.len(), 1);
        assert!(format!("{complaints:?}").contains("line: 3"), "{complaints:?}");
    }

    #[test]
    fn a_row_that_no_code_stands_for() {
        assert_eq!(found("//! A log.\n", "| log | Simplified | one record a batch |\n").len(), 1);
        assert_eq!(found("//! A log.\n", "| log | left out | compaction |\n"), []);
    }
}
