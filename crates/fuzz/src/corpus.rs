//! What damage begins with: every scenario of the repository, links, pictures, and their words.

use std::fs;
use std::path::{Path, PathBuf};

use epochscope_scenario::link::Link;
use epochscope_view::picture::{Embedded, Theme, to_svg, with_embedded};
use epochscope_view::session::{Looks, Session, View};
use epochscope_vocabulary::SortedSet;

/// Well-formed inputs.
#[derive(Clone, Debug, Default)]
pub struct Corpus {
    /// Scenarios, traces included.
    pub scenarios: Vec<Vec<u8>>,
    /// Links.
    pub links: Vec<Vec<u8>>,
    /// SVG and PNG files with a scenario inside.
    pub pictures: Vec<Vec<u8>>,
    /// Every word of the scenarios, pairs also in halves.
    pub words: Vec<Vec<u8>>,
}

/// The smallest PNG: a header, and no more than its end.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0\x3a\x7e\x9b\x55\
    \0\0\0\0IEND\xae\x42\x60\x82";

impl Corpus {
    /// What lies in the repository at `root`: `scenarios/**`, `conformance/links.txt`.
    #[must_use]
    pub fn of(root: &Path) -> Self {
        let mut files = SortedSet::new();
        walk(&root.join("scenarios"), &mut files);
        let scenarios: Vec<Vec<u8>> = files.iter().filter_map(|path| fs::read(path).ok()).collect();
        let texts = || scenarios.iter().map(|bytes| String::from_utf8_lossy(bytes));
        let given = fs::read_to_string(root.join("conformance/links.txt")).unwrap_or_default();
        let given = given.lines().filter(|line| line.starts_with("e1"));
        let mut links: Vec<Vec<u8>> = given.map(|line| line.as_bytes().to_vec()).collect();
        links.extend(texts().filter_map(|text| Link::to(&text).fragment()).map(String::into_bytes));
        let pictures = texts().take(4).flat_map(|text| pictures_of(&text)).collect();
        let mut words = SortedSet::new();
        for text in texts() {
            words.extend(
                text.split_whitespace().flat_map(parts).map(|word| word.as_bytes().to_vec()),
            );
        }
        let words = words.iter().cloned().collect();
        Self { scenarios, links, pictures, words }
    }
}

fn walk(folder: &Path, files: &mut SortedSet<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            walk(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "scenario") {
            files.insert(path);
        }
    }
}

/// A word, and if it is a pair its name and its value.
fn parts(word: &str) -> Vec<&str> {
    match word.split_once('=') {
        Some((name, value)) => vec![word, name, value],
        None => vec![word],
    }
}

fn pictures_of(text: &str) -> Vec<Vec<u8>> {
    let Ok(mut session) = Session::open(text.as_bytes()) else { return Vec::new() };
    let picture = session.picture(Looks { view: View::Stage, width: 800, follow: None });
    let embedded: Embedded = session.embedded("stage", "https://example.org/");
    let svg = to_svg(&picture, Theme::Light, &embedded).into_bytes();
    std::iter::once(svg).chain(with_embedded(PNG, &embedded)).collect()
}
