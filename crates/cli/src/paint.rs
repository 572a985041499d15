//! Colours for errors and traces. They are taken out again where no terminal shows them.

use anstyle::{AnsiColor, Style};

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const RED: Style = AnsiColor::Red.on_default().bold();
const YELLOW: Style = AnsiColor::Yellow.on_default().bold();

/// Errors and warnings: the place in bold, the word for how bad it is in its colour.
pub(crate) fn error(text: &str) -> String {
    let lines = text.lines().map(|line| {
        for (word, style) in [("error:", RED), ("warning:", YELLOW)] {
            if let Some((place, message)) = line.split_once(&format!(": {word} ")) {
                return format!("{BOLD}{place}:{BOLD:#} {style}{word}{style:#} {message}");
            }
        }
        let is_mark = line.contains('^') && line.trim().chars().all(|c| c == '^');
        if is_mark { format!("{RED}{line}{RED:#}") } else { line.to_owned() }
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// A script with its trace: what happened stands back behind what was written.
pub(crate) fn trace(text: &str) -> String {
    let mut painted = String::with_capacity(text.len() * 5 / 4);
    for line in text.lines() {
        let style = match line.strip_prefix('|') {
            None => Style::new(),
            Some(rest) if rest.starts_with(" failed ") || rest.starts_with(" stopped ") => RED,
            Some(_) => DIM,
        };
        painted.push_str(&format!("{style}{line}{style:#}\n"));
    }
    painted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_tool_s_own_lines_are_coloured() {
        let painted = trace("say a | b\n|  0.000  broker 1  started\n| failed (line 2): no\n");
        let expected = "say a | b\n\
                        \u{1b}[2m|  0.000  broker 1  started\u{1b}[0m\n\
                        \u{1b}[1m\u{1b}[31m| failed (line 2): no\u{1b}[0m\n";
        assert_eq!(painted, expected);
    }

    #[test]
    fn the_place_and_the_word_of_an_error_stand_out() {
        let painted = error("a:1:2: error: no\n  text\n  ^^\n  yes");
        let expected = "\u{1b}[1ma:1:2:\u{1b}[0m \u{1b}[1m\u{1b}[31merror:\u{1b}[0m no\n  text\n\
                        \u{1b}[1m\u{1b}[31m  ^^\u{1b}[0m\n  yes";
        assert_eq!(painted, expected);
    }
}
