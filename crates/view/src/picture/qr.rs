//! A link as a QR code, to be taken from a screen with a phone.
//!
//! Uses: nothing.

use qrcodegen::{QrCode as Code, QrCodeEcc};

/// A code as a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QrCode {
    /// How many squares it is wide and high, with the quiet zone around it.
    pub size: i32,
    /// The dark squares, each 1 by 1.
    pub way: String,
}

/// The quiet zone that readers need.
const MARGIN: i32 = 4;
/// Codes of longer texts are too fine for a phone to read from a screen.
const LONGEST: usize = 1_200;

/// The code of a text; none when it is too long for a code that can be read.
#[must_use]
pub fn qr_code(text: &str) -> Option<QrCode> {
    if text.len() > LONGEST {
        return None;
    }
    let code = Code::encode_binary(text.as_bytes(), QrCodeEcc::Low).ok()?;
    let mut way = String::new();
    for y in 0..code.size() {
        let mut x = 0;
        while x < code.size() {
            let start = x;
            while code.get_module(x, y) {
                x += 1;
            }
            if x > start {
                let (left, top, width) = (start + MARGIN, y + MARGIN, x - start);
                way.push_str(&format!("M{left} {top}h{width}v1h-{width}z"));
            }
            x += 1;
        }
    }
    Some(QrCode { size: code.size() + 2 * MARGIN, way })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The squares as letters.
    fn drawn(code: &QrCode) -> Vec<String> {
        let mut rows = vec![vec![' '; code.size as usize]; code.size as usize];
        for run in code.way.split('M').skip(1) {
            let (place, rest) = run.split_once('h').expect("a run");
            let (x, y) = place.split_once(' ').expect("a place");
            let (width, _) = rest.split_once('v').expect("a width");
            let [x, y, width] = [x, y, width].map(|n| n.parse::<usize>().expect("a number"));
            rows[y][x..x + width].fill('#');
        }
        rows.iter().map(|row| row.iter().collect()).collect()
    }

    #[test]
    fn its_three_corners_have_their_marks_and_around_it_is_nothing() {
        let code = qr_code("https://example.org/#e1AAAA").expect("it is short");
        let rows = drawn(&code);
        let end = rows.len() - 4;
        for (x, y) in [(4, 4), (end - 7, 4), (4, end - 7)] {
            let mark: Vec<&str> = (y..y + 7).map(|row| &rows[row][x..x + 7]).collect();
            let expected =
                ["#######", "#     #", "# ### #", "# ### #", "# ### #", "#     #", "#######"];
            assert_eq!(mark, expected);
        }
        for row in &rows {
            assert!(row.starts_with("    ") && row.ends_with("    "));
        }
        assert!(rows[..4].iter().chain(&rows[end..]).all(|row| row.trim().is_empty()));
    }

    #[test]
    fn what_no_phone_could_read_is_no_code() {
        assert!(qr_code(&"a".repeat(LONGEST)).is_some());
        assert_eq!(qr_code(&"a".repeat(LONGEST + 1)), None);
    }
}
