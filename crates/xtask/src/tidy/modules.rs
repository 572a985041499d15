//! No dead files: every file below a `src` is reached from a crate's root through `mod`.

use std::collections::{BTreeMap, BTreeSet};

use syn::Item;

use crate::files::{Complaint, File};

/// Which Rust files below some `src` no `mod` leads to.
pub(crate) fn complaints(files: &[File]) -> Vec<Complaint> {
    let sources: BTreeMap<&str, &File> = files
        .iter()
        .filter(|file| file.extension() == "rs" && file.path.contains("/src/"))
        .map(|file| (file.path.as_str(), file))
        .collect();
    let mut reached = BTreeSet::new();
    for path in sources.keys().filter(|path| is_root(path)) {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        reach(path, folder, &sources, &mut reached);
    }
    let dead = sources.values().filter(|file| !reached.contains(&file.path));
    dead.map(|file| Complaint::new(file, 1, "no `mod` leads here")).collect()
}

fn is_root(path: &str) -> bool {
    let inside = path.split_once("/src/").map_or("", |(_, inside)| inside);
    inside == "lib.rs" || inside == "main.rs" || inside.starts_with("bin/")
}

/// Follows the modules of one file; those it declares live in `folder`.
fn reach(
    path: &str,
    folder: &str,
    sources: &BTreeMap<&str, &File>,
    reached: &mut BTreeSet<String>,
) {
    let Some(file) = sources.get(path) else {
        return;
    };
    if reached.insert(path.to_owned())
        && let Ok(syntax) = syn::parse_file(&file.text)
    {
        follow(&syntax.items, folder, sources, reached);
    }
}

fn follow(
    items: &[Item],
    folder: &str,
    sources: &BTreeMap<&str, &File>,
    reached: &mut BTreeSet<String>,
) {
    let modules = items.iter().filter_map(|item| match item {
        Item::Mod(module) => Some(module),
        _ => None,
    });
    for module in modules {
        let inner = format!("{folder}/{}", module.ident);
        if let Some((_, items)) = &module.content {
            follow(items, &inner, sources, reached);
        } else {
            for path in [format!("{inner}.rs"), format!("{inner}/mod.rs")] {
                reach(&path, &inner, sources, reached);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, text: &str) -> File {
        File { path: path.into(), text: text.into() }
    }

    #[test]
    fn a_file_that_no_mod_names() {
        let mut files = vec![
            file("crates/a/src/lib.rs", "mod b; mod c { mod d; }"),
            file("crates/a/src/b/mod.rs", "mod e;"),
            file("crates/a/src/b/e.rs", ""),
            file("crates/a/src/c/d.rs", ""),
        ];
        assert_eq!(complaints(&files), []);
        files.push(file("crates/a/src/b/dead.rs", ""));
        assert_eq!(complaints(&files), [Complaint::new(&files[4], 1, "no `mod` leads here")]);
    }
}
