//! Every colour as a named token, light and dark, and what a leader epoch looks like.
//!
//! The style sheets declare these tokens as CSS variables; a test holds the two together. Contrast
//! is that of text on panels: AA holds on page, panel and sunk grounds and on a state's own tint.
//!
//! Uses: nothing.

use epochscope_vocabulary::LeaderEpoch;

/// One colour with its two values, as `#RRGGBB`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// Its name; the CSS variable has two hyphens before it.
    pub name: &'static str,
    /// On light grounds.
    pub light: &'static str,
    /// On dark grounds.
    pub dark: &'static str,
}

const fn token(name: &'static str, light: &'static str, dark: &'static str) -> Token {
    Token { name, light, dark }
}

/// All colours.
pub const TOKENS: &[Token] = &[
    token("bg", "#F6F7F9", "#0D1217"),
    token("panel", "#FFFFFF", "#161D25"),
    token("sunk", "#EDF0F4", "#111820"),
    token("line", "#DCE1E8", "#2A3540"),
    token("edge", "#7D8998", "#6F7D8D"),
    token("ink", "#16202C", "#E8EDF3"),
    token("dim", "#4F5C6C", "#A3B0BF"),
    token("faint", "#5D6979", "#8A98A8"),
    token("accent", "#3B49CF", "#949CFF"),
    token("accent-tint", "#E6E8FB", "#272C57"),
    token("on-accent", "#FFFFFF", "#0B0E1E"),
    token("epoch-a", "#1B5E9B", "#93C8F5"),
    token("epoch-a-fill", "#2B70AE", "#5AA7E0"),
    token("epoch-a-tint", "#DBE9F6", "#16364F"),
    token("epoch-b", "#825000", "#F6C766"),
    token("epoch-b-fill", "#9A6200", "#E0AC3C"),
    token("epoch-b-tint", "#FBE9C3", "#46350E"),
    token("epoch-c", "#0A665F", "#74DACE"),
    token("epoch-c-fill", "#0F766E", "#3FB8AB"),
    token("epoch-c-tint", "#D0EEEA", "#12403B"),
    token("epoch-d", "#7F3584", "#E7A8E9"),
    token("epoch-d-fill", "#8E4193", "#C77ECB"),
    token("epoch-d-tint", "#F4DFF4", "#43234A"),
    token("ok", "#0A7050", "#5AD8A8"),
    token("ok-tint", "#D6F0E4", "#123F30"),
    token("warn", "#9A4A00", "#F2A65A"),
    token("warn-tint", "#FCE8D6", "#482B10"),
    token("bad", "#B0241C", "#FF9E94"),
    token("bad-tint", "#FBE2DF", "#4E1F1B"),
    token("diverged", "#A32D6B", "#F199C3"),
    token("diverged-tint", "#FAE3EF", "#47203A"),
    token("meta", "#6240AC", "#C0A9F6"),
    token("meta-tint", "#EAE3F8", "#32285A"),
    token("off", "#5A5A5A", "#9A9A9A"),
];

/// The class of the four colours that leader epochs take in turn.
#[must_use]
pub const fn epoch_class(epoch: LeaderEpoch) -> &'static str {
    match epoch.0 % 4 {
        0 => "epoch-a",
        1 => "epoch-b",
        2 => "epoch-c",
        _ => "epoch-d",
    }
}

/// An epoch's letter: a to z, then aa, ab and so on, as columns of a sheet are named.
#[must_use]
pub fn epoch_letter(epoch: LeaderEpoch) -> String {
    let mut letters = String::new();
    let mut rest = epoch.0;
    loop {
        let letter = u8::try_from(rest % 26).unwrap_or_default();
        letters.insert(0, char::from(b'a' + letter));
        match (rest / 26).checked_sub(1) {
            Some(next) => rest = next,
            None => return letters,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_go_on_after_z() {
        let letter = |epoch| epoch_letter(LeaderEpoch(epoch));
        assert_eq!([letter(0), letter(1), letter(25)], ["a", "b", "z"]);
        assert_eq!([letter(26), letter(51), letter(52)], ["aa", "az", "ba"]);
    }

    #[test]
    fn the_style_sheet_declares_exactly_these_colours() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../web/styles/tokens.css");
        let sheet = std::fs::read_to_string(path).expect("the style sheet of the tokens");
        let declared: Vec<&str> =
            sheet.lines().map(str::trim).filter(|line| line.contains(": light-dark(")).collect();
        let expected: Vec<String> = TOKENS
            .iter()
            .map(|token| format!("--{}: light-dark({}, {});", token.name, token.light, token.dark))
            .collect();
        assert_eq!(declared, expected);
    }

    #[test]
    fn text_is_readable_on_its_grounds() {
        let find = |name: &str| TOKENS.iter().find(|token| token.name == name).expect("a token");
        let text = ["ink", "dim", "faint", "ok", "warn", "bad", "diverged", "meta", "off"];
        for name in text {
            for ground in ["bg", "panel", "sunk"] {
                let (text, ground) = (find(name), find(ground));
                for (text, ground) in [(text.light, ground.light), (text.dark, ground.dark)] {
                    let ratio = contrast(text, ground);
                    assert!(ratio >= 4.5, "{name} {text} on {ground}: {ratio:.2}");
                }
            }
        }
    }

    fn contrast(one: &str, other: &str) -> f64 {
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    fn luminance(colour: &str) -> f64 {
        let part = |at: usize| {
            let byte = u8::from_str_radix(&colour[at..at + 2], 16).expect("two hex digits");
            let share = f64::from(byte) / 255.0;
            if share <= 0.040_45 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
    }
}
