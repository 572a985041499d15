//! A page of the documentation as HTML: as much of Markdown as it uses.

/// The page; what it links to in the sources is not beside it, but a shipped scenario is a story.
pub(crate) fn html(markdown: &str) -> String {
    let mut body = String::new();
    let mut open = "";
    let mut is_head = false;
    for line in markdown.lines() {
        let (wanted, item) = block(line);
        if wanted != open {
            close(&mut body, open);
            is_head = wanted == "table";
            if !wanted.is_empty() {
                body.push_str(&format!("<{wanted}>"));
            }
            open = wanted;
        }
        match (wanted, item) {
            ("", Item::Heading(level, text)) => {
                let place = text.to_lowercase().replace(' ', "-");
                body.push_str(&format!("<h{level} id=\"{place}\">{}</h{level}>\n", inline(text)));
            }
            ("table", Item::Row(cells)) => {
                let is_rule = cells.iter().all(|cell| cell.trim_matches('-').is_empty());
                if !is_rule {
                    let kind = if is_head { "th" } else { "td" };
                    let cells =
                        cells.iter().map(|cell| format!("<{kind}>{}</{kind}>", inline(cell)));
                    body.push_str(&format!("<tr>{}</tr>\n", cells.collect::<String>()));
                    is_head = false;
                }
            }
            ("ul", Item::Point(deep, text)) => {
                let class = if deep { " class=\"deep\"" } else { "" };
                body.push_str(&format!("<li{class}>{}</li>\n", inline(text)));
            }
            (_, Item::Text(text)) if !text.is_empty() => {
                body.push_str(&format!("{}\n", inline(text)))
            }
            _ => {}
        }
    }
    close(&mut body, open);
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{}</title>\n<link rel=\"stylesheet\" href=\"./docs.css\">\n<main>\n{body}</main>\n</html>\n",
        title(markdown)
    )
}

/// The style sheet of such pages.
pub(crate) const STYLES: &str = include_str!("docs.css");

enum Item<'a> {
    Heading(usize, &'a str),
    Row(Vec<&'a str>),
    Point(bool, &'a str),
    Text(&'a str),
}

/// In which element a line stands, and what it is there.
fn block(line: &str) -> (&'static str, Item<'_>) {
    let level = line.chars().take_while(|letter| *letter == '#').count();
    if level > 0 {
        return ("", Item::Heading(level, line[level..].trim()));
    }
    if let Some(row) = line.strip_prefix('|') {
        let cells = row.trim_end_matches('|').split('|').map(str::trim).collect();
        return ("table", Item::Row(cells));
    }
    if let Some(text) = line.trim_start().strip_prefix("* ") {
        return ("ul", Item::Point(line.starts_with(' '), text));
    }
    (if line.trim().is_empty() { "" } else { "p" }, Item::Text(line.trim()))
}

fn close(body: &mut String, open: &str) {
    if !open.is_empty() {
        body.push_str(&format!("</{open}>\n"));
    }
}

fn title(markdown: &str) -> String {
    let first = markdown.lines().find_map(|line| line.strip_prefix("# "));
    escaped(first.unwrap_or("Epochscope"))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Code, emphasis and links.
fn inline(text: &str) -> String {
    let mut out = String::new();
    for (index, part) in text.split('`').enumerate() {
        if index % 2 == 1 {
            out.push_str(&format!("<code>{}</code>", escaped(part)));
            continue;
        }
        let part = linked(&escaped(part));
        let strong = paired(&part, "**", "strong");
        out.push_str(&paired(&strong, "*", "em"));
    }
    out
}

fn paired(text: &str, mark: &str, name: &str) -> String {
    let parts: Vec<&str> = text.split(mark).collect();
    let mut out = String::new();
    for (index, part) in parts.iter().enumerate() {
        match index % 2 {
            1 if index + 1 < parts.len() => out.push_str(&format!("<{name}>{part}</{name}>")),
            _ => out.push_str(part),
        }
    }
    out
}

fn linked(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, label, target, after)) = link(rest) {
        out.push_str(before);
        let story =
            target.strip_prefix("../scenarios/").and_then(|name| name.strip_suffix(".scenario"));
        match story.filter(|name| !name.contains('/')) {
            Some(name) => out.push_str(&format!("<a href=\"../#@{name}\">{label}</a>")),
            None if target.starts_with("http") => {
                out.push_str(&format!("<a href=\"{target}\">{label}</a>"));
            }
            None => out.push_str(label),
        }
        rest = after;
    }
    out + rest
}

/// The first link: what is before it, its words, where it leads, what follows.
fn link(text: &str) -> Option<(&str, &str, &str, &str)> {
    let (words, rest) = text.split_once("](")?;
    let (before, label) = words.rsplit_once('[')?;
    let (target, after) = rest.split_once(')')?;
    Some((before, label, target, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_documentation_uses_is_understood() {
        let page = html(
            "# A <b>\n\nTold as [Two *x*](../scenarios/two.scenario), [raw](../a.json) and `a<b`.\n\n\
             ## K1-a\n\n| a | b |\n| --- | --- |\n| **1** | 2 |\n\n* one\n  * two\n",
        );
        for part in [
            "<title>A &lt;b&gt;</title>",
            "<p>Told as <a href=\"../#@two\">Two <em>x</em></a>, raw and ",
            "<code>a&lt;b</code>.\n</p>",
            "<h2 id=\"k1-a\">K1-a</h2>",
            "<table><tr><th>a</th><th>b</th></tr>\n<tr><td><strong>1</strong></td><td>2</td></tr>",
            "<ul><li>one</li>\n<li class=\"deep\">two</li>\n</ul>",
        ] {
            assert!(page.contains(part), "{part}\n{page}");
        }
    }
}
