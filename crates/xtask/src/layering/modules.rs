//! The table of the engine's modules, and the source held against it.
//!
//! Each file says in its header which of its sibling modules it uses. That list, the `crate::` and
//! `super::` paths in its code (tests aside) and the table here must agree: a file's list with its
//! code exactly, and a module's row with what its files use together.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;

use crate::files::{Complaint, File};
use crate::tidy::is_for_tests;

/// A module, as a path below `src` without `.rs`, and the modules it uses. A module's files may
/// use each other and those of modules below it; a longer path is a stricter module of its own.
pub(crate) type Table = &'static [(&'static str, &'static [&'static str])];

/// In a row: whatever it likes, without a list in each header.
const EVERYTHING: &str = "*";

/// The engine's. A broker and a controller know each other only through `vocabulary`'s RPCs.
pub(crate) const ENGINE: Table = &[
    (
        "broker",
        &["describe", "effects", "java_hash", "log", "metadata", "metrics", "quorum", "release"],
    ),
    ("broker/partition", &["log", "release"]),
    ("client", &["effects", "observe", "release", "rng"]),
    ("cluster", &[EVERYTHING]),
    (
        "controller",
        &[
            "describe",
            "effects",
            "java_hash",
            "java_random",
            "metadata",
            "metrics",
            "observe",
            "quorum",
            "release",
            "releases",
            "rng",
        ],
    ),
    ("describe", &["metadata"]),
    ("effects", &["metadata", "release", "releases", "rng"]),
    ("invariant", &[EVERYTHING]),
    ("java_hash", &[]),
    ("java_random", &[]),
    ("ledger", &["observe"]),
    ("log", &[]),
    ("metadata", &[]),
    ("metrics", &["release"]),
    ("network", &["effects", "rng"]),
    ("observe", &["log"]),
    ("process", &["effects", "network", "observe"]),
    ("queue", &[]),
    ("quorum", &["effects", "metadata", "release", "rng"]),
    ("release", &["broker/partition", "describe", "metadata", "quorum"]),
    ("releases", &["release"]),
    ("rng", &[]),
    ("zookeeper", &["java_random"]),
];

const SOURCE: &str = "crates/engine/src/";

/// Where header, code and table disagree.
pub(crate) fn complaints(files: &[File], table: Table) -> Vec<Complaint> {
    let modules: BTreeMap<String, &File> =
        files.iter().filter_map(|file| Some((module_of(file)?, file))).collect();
    let mut found = Vec::new();
    let mut used: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (module, file) in &modules {
        let Some(row) = row_of(table, module) else {
            found.push(Complaint::new(file, 1, "a module that the table of layers lacks"));
            continue;
        };
        if uses(table, row) == [EVERYTHING] {
            continue;
        }
        let mut others = |paths: BTreeSet<String>| {
            let mut rows = BTreeSet::new();
            for path in paths {
                match row_of(table, &path) {
                    Some(other) if other == row || is_below(other, row) => {}
                    Some(other) => drop(rows.insert(other)),
                    None => found.push(Complaint::new(file, 1, format!("`{path}` is no module"))),
                }
            }
            rows
        };
        let stated = others(stated_uses(module, &file.text, &modules));
        let actual = others(paths_in(file, module));
        if stated != actual {
            let what = format!("says that it uses {}; it uses {}", list(&stated), list(&actual));
            found.push(Complaint::new(file, 1, what));
        }
        used.entry(row).or_default().extend(actual);
    }
    for (row, allowed) in table {
        let allowed = allowed.iter().copied().collect();
        let file = modules.iter().find(|(module, _)| row_of(table, module) == Some(row));
        if let (Some((_, file)), Some(actual)) = (file, used.remove(row))
            && actual != allowed
        {
            let (allowed, actual) = (list(&allowed), list(&actual));
            let what = format!("the table lets `{row}` use {allowed}; it uses {actual}");
            found.push(Complaint::new(file, 1, what));
        }
    }
    found
}

fn uses(table: Table, row: &str) -> &'static [&'static str] {
    let found = table.iter().find(|(name, _)| *name == row);
    found.map_or(&[], |(_, uses)| *uses)
}

fn list(rows: &BTreeSet<&str>) -> String {
    let names: Vec<String> = rows.iter().map(|row| format!("`{row}`")).collect();
    if names.is_empty() { "nothing".into() } else { names.join(", ") }
}

/// `log/mod.rs` is the module `log`; the crate's root is none.
fn module_of(file: &File) -> Option<String> {
    let inside = file.path.strip_prefix(SOURCE)?.strip_suffix(".rs")?;
    let inside = inside.strip_suffix("/mod").unwrap_or(inside);
    (inside != "lib" && !file.is_test()).then(|| inside.to_owned())
}

/// The row with the longest path that holds this module.
fn row_of(table: Table, module: &str) -> Option<&'static str> {
    let rows = table.iter().map(|(row, _)| *row);
    rows.filter(|row| module == *row || is_below(module, row)).max_by_key(|row| row.len())
}

fn is_below(module: &str, above: &str) -> bool {
    module.strip_prefix(above).is_some_and(|rest| rest.starts_with('/'))
}

/// The names in backticks after `Uses:` in the header, up to `Never:` or the paragraph's end. A
/// name means a file beside this one if there is such a file, else a path from the crate's root.
fn stated_uses(module: &str, text: &str, modules: &BTreeMap<String, &File>) -> BTreeSet<String> {
    let header = text.lines().map_while(|line| line.strip_prefix("//!"));
    let header = header.collect::<Vec<_>>().join("\n");
    let Some((_, uses)) = header.split_once("Uses:") else {
        return BTreeSet::new();
    };
    let uses = uses.split("\n\n").next().unwrap_or_default();
    let uses = uses.split("Never:").next().unwrap_or_default();
    let names = uses.split('`').skip(1).step_by(2).map(|name| name.replace("::", "/"));
    let beside = |name: &str, folder: &str| {
        Some(format!("{folder}/{name}")).filter(|path| modules.contains_key(path))
    };
    // The folder of `a/mod.rs` is `a`; that of `a/b.rs` is `a` too.
    names
        .map(|name| {
            let inside = beside(&name, module);
            inside.or_else(|| beside(&name, parent(module))).unwrap_or(name)
        })
        .collect()
}

/// The modules named through `crate::` and `super::`, from the crate's root.
fn paths_in(file: &File, module: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    if let Ok(syntax) = syn::parse_file(&file.text) {
        for item in syntax.items.iter().filter(|item| !is_for_tests(item)) {
            scan(&item.to_token_stream(), module, &mut found);
        }
    }
    found
}

/// Reads tokens rather than syntax, so that paths inside macros count as well.
fn scan(tokens: &TokenStream, module: &str, found: &mut BTreeSet<String>) {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        // The second of `super::super` is read along with the first.
        let continues_path = at > 0 && is_punct(&tokens[at - 1], ':');
        let base = match token {
            TokenTree::Group(group) => {
                scan(&group.stream(), module, found);
                continue;
            }
            TokenTree::Ident(name) if name == "crate" => "",
            TokenTree::Ident(name) if name == "super" && !continues_path => parent(module),
            _ => continue,
        };
        // Without a path behind it, it is the visibility `pub(crate)`.
        if tokens.get(at + 1).is_some_and(|next| is_punct(next, ':')) {
            follow(&tokens[at + 1..], base, found);
        }
    }
}

fn is_punct(token: &TokenTree, character: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == character)
}

fn parent(module: &str) -> &str {
    module.rsplit_once('/').map_or("", |(above, _)| above)
}

/// Reads `::a::b` or `::{a::b, c}` behind a path and notes where it leads.
fn follow(tokens: &[TokenTree], base: &str, found: &mut BTreeSet<String>) {
    let [one, two, next, rest @ ..] = tokens else {
        return note(base, found);
    };
    if !is_punct(one, ':') || !is_punct(two, ':') {
        return note(base, found);
    }
    match next {
        TokenTree::Ident(name) if name == "super" => follow(rest, parent(base), found),
        TokenTree::Ident(name) => {
            let name = name.to_string();
            if name.starts_with(char::is_lowercase) {
                let slash = if base.is_empty() { "" } else { "/" };
                follow(rest, &format!("{base}{slash}{name}"), found);
            } else {
                note(base, found);
            }
        }
        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
            let tokens: Vec<TokenTree> = group.stream().into_iter().collect();
            for part in tokens.split(|token| is_punct(token, ',')).filter(|part| !part.is_empty()) {
                let path = [&[one.clone(), two.clone()], part].concat();
                follow(&path, base, found);
            }
        }
        _ => note(base, found),
    }
}

/// A path that ends at the root names something exported there: say its module instead.
fn note(path: &str, found: &mut BTreeSet<String>) {
    found.insert(if path.is_empty() { "crate".into() } else { path.to_owned() });
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: Table = &[
        ("log", &[]),
        ("broker", &["effects", "log"]),
        ("broker/partition", &["log"]),
        ("effects", &[]),
        ("cluster", &[EVERYTHING]),
    ];

    fn file(path: &str, text: &str) -> File {
        File { path: format!("{SOURCE}{path}"), text: text.into() }
    }

    fn good() -> Vec<File> {
        vec![
            file("lib.rs", "pub mod log;"),
            file("cluster.rs", "//! All.\nuse crate::log::Log;"),
            file("log/mod.rs", "//! Uses: nothing.\nuse super::log::cache::A; mod cache;"),
            file("log/cache.rs", "//! A cache.\nuse super::Log;"),
            file("effects.rs", "//! Uses: nothing."),
            file(
                "broker/mod.rs",
                "//! Uses: `log`, `effects`. Never: `controller`.\n\
                 pub(crate) use crate::{log::{Log, cache}, effects::Effects}; use partition::State;\n\
                 use crate::broker::partition::isr;\n#[cfg(test)] mod tests { use crate::c::D; }",
            ),
            file(
                "broker/partition/isr.rs",
                "//! Uses: `log`.\nfn a() { b!(crate::log::C::new()) }",
            ),
        ]
    }

    fn with(at: usize, path: &str, text: &str) -> String {
        let mut files = good();
        files[at] = file(path, text);
        format!("{:?}", complaints(&files, TABLE))
    }

    #[test]
    fn all_in_agreement() {
        assert_eq!(complaints(&good(), TABLE), []);
    }

    #[test]
    fn a_use_outside_the_table() {
        let text = "//! Uses: `log`, `effects`.\nuse crate::{log::Log, effects::Effects};";
        let found = with(6, "broker/partition/isr.rs", text);
        assert!(found.contains("the table lets `broker/partition` use"), "{found}");
    }

    #[test]
    fn a_use_through_super() {
        let text = "//! Uses: `log`.\nuse super::super::super::{log::Log, effects::Effects};";
        let found = with(6, "broker/partition/isr.rs", text);
        assert!(found.contains("it uses `effects`, `log`"), "{found}");
    }

    #[test]
    fn a_header_that_says_too_much() {
        let found = with(4, "effects.rs", "//! Uses: `log`.");
        assert!(found.contains("it uses nothing"), "{found}");
    }

    #[test]
    fn a_row_that_nobody_needs() {
        let found = with(6, "broker/partition/isr.rs", "//! Uses: nothing.");
        assert!(found.contains("it uses nothing"), "{found}");
    }

    #[test]
    fn a_module_that_the_table_lacks() {
        let found = with(4, "clock.rs", "//! Uses: nothing.");
        assert!(found.contains("lacks"), "{found}");
    }

    #[test]
    fn a_path_that_names_no_module() {
        let found = with(4, "effects.rs", "//! Uses: nothing.\nuse crate::Cluster;");
        assert!(found.contains("`crate` is no module"), "{found}");
    }
}
