//! Rules about lines of text in any file.

use crate::files::{Complaint, File};

/// Words that must not stay. Written in halves, so that this file may be checked like the others.
const BANNED: &[&str] =
    &[concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X"), concat!("dbg", "!")];

/// Where registries and mirrors live: which one is used is each person's own setting.
const HOSTS: &[&str] = &[
    concat!("registry.", "npmjs"),
    concat!("static.", "crates.io"),
    concat!("index.", "crates.io"),
    concat!("deb.", "debian.org"),
];

/// Folders that exist on somebody's machine only.
const FOLDERS: &[&str] =
    &[concat!("/", "home/"), concat!("/", "root/"), concat!("/", "tmp/"), concat!("/", "Users/")];

/// What the rules about code apply to.
const CODE: &[&str] = &["rs", "mjs", "js", "ts", "css", "html", "toml", "run"];

/// What is wrong with the text of one file.
pub(crate) fn complaints(file: &File) -> Vec<Complaint> {
    let mut found = Vec::new();
    let is_code = CODE.contains(&file.extension());
    for (number, line) in (1..).zip(file.text.lines()) {
        let mut complain = |what: String| found.push(Complaint::new(file, number, what));
        if let Some(word) = BANNED.iter().find(|word| has_word(line, word)) {
            complain(format!("`{word}`: do it, or say in the tracker that it is to be done"));
        }
        if let Some(host) = HOSTS.iter().find(|host| line.contains(*host)) {
            complain(format!("`{host}` names a package registry"));
        }
        if is_code && !file.is_test() && FOLDERS.iter().any(|folder| has_folder(line, folder)) {
            complain("an absolute path exists on one machine only".into());
        }
        let comment = line.split_once("//").map_or("", |(_, comment)| comment);
        if is_code && has_issue_number(comment) {
            complain("an issue number: say what it says instead".into());
        }
        if is_page(file) && has_style_attribute(line) {
            complain("a `style` attribute: strict pages forbid it; use a class".into());
        }
    }
    if !file.text.is_empty() && !file.text.ends_with('\n') {
        found.push(Complaint::new(file, file.text.lines().count(), "no newline at the end"));
    }
    found
}

/// What ends up as markup in somebody's page.
fn is_page(file: &File) -> bool {
    let folders = ["web/", "crates/embed/", "crates/view/"];
    file.path == "index.html" || folders.iter().any(|folder| file.path.starts_with(folder))
}

fn has_word(line: &str, word: &str) -> bool {
    let inside = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let mut places = line.match_indices(word);
    places.any(|(at, _)| {
        let (before, after) = (&line[..at], &line[at + word.len()..]);
        !inside(before.chars().next_back()) && !inside(after.chars().next())
    })
}

/// A folder at the start of a path; `crates/home/` and `https://host/home/` are none.
fn has_folder(line: &str, folder: &str) -> bool {
    let part_of_path = |c: char| c.is_alphanumeric() || "._-/$}".contains(c);
    line.match_indices(folder).any(|(at, _)| !line[..at].ends_with(part_of_path))
}

/// A number sign before digits, as a word of its own.
fn has_issue_number(line: &str) -> bool {
    line.match_indices('#').any(|(at, _)| {
        let rest = &line[at + 1..];
        let digits = rest.chars().take_while(char::is_ascii_digit).count();
        let after = rest[digits..].chars().next();
        let before = line[..at].chars().next_back();
        digits > 0
            && !after.is_some_and(char::is_alphanumeric)
            && before.is_none_or(|c| c.is_whitespace() || c == '(')
    })
}

fn has_style_attribute(line: &str) -> bool {
    let part_of_name = |c: char| c.is_alphanumeric() || "-_".contains(c);
    let attribute = line.match_indices(concat!("style", "=")).any(|(at, _)| {
        !line[..at].ends_with(part_of_name) && !line[at..].starts_with(concat!("style", "=="))
    });
    attribute || line.contains(concat!("\"sty", "le\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(path: &str, text: &str) -> usize {
        complaints(&File { path: path.into(), text: format!("{text}\n") }).len()
    }

    #[test]
    fn words_that_must_not_stay() {
        for word in BANNED {
            assert_eq!(count("docs/a.md", &format!("a {word} b")), 1, "{word}");
        }
        assert_eq!(count("docs/a.md", concat!("METH", "OD, AX", "XXB")), 0);
    }

    #[test]
    fn registries() {
        assert_eq!(count("docs/a.md", &format!("see https://{}.org", HOSTS[0])), 1);
    }

    #[test]
    fn absolute_paths_outside_tests() {
        let line = format!("let log = \"{}a\";", FOLDERS[0]);
        assert_eq!(count("crates/a/src/b.rs", &line), 1);
        assert_eq!(count("crates/a/tests/b.rs", &line), 0);
        assert_eq!(count("docs/a.md", &line), 0);
        assert_eq!(count("crates/a/src/b.rs", &format!("// a{}b", FOLDERS[1])), 0);
    }

    #[test]
    fn issue_numbers() {
        for bad in [concat!("// see ", "#12"), concat!("a(); // (", "#7)")] {
            assert_eq!(count("crates/a/src/b.rs", bad), 1, "{bad}");
        }
        for good in ["a(\" #1\")", "// `\"#123456\"`", "// &#39;", "// # 10 records"] {
            assert_eq!(count("crates/a/src/b.rs", good), 0, "{good}");
        }
    }

    #[test]
    fn style_attributes() {
        let bad = [concat!("<p sty", "le=\"a\">"), concat!("<p sty", "le={a}>")];
        for bad in bad.into_iter().chain([concat!("set_attribute(\"sty", "le\", a)")]) {
            assert_eq!(count("web/src/a.rs", bad), 1, "{bad}");
        }
        for good in ["let style = a;", concat!("style", "==a"), concat!("list-style", "=a")] {
            assert_eq!(count("web/src/a.rs", good), 0, "{good}");
        }
    }

    #[test]
    fn a_last_line_without_end() {
        let file = File { path: "scenarios/a.scenario".into(), text: "epochscope 1".into() };
        assert_eq!(complaints(&file).len(), 1);
    }
}
