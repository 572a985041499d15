//! Bytes as letters that an address may hold, and back.
//!
//! Source: RFC 4648, section 5 ("base64url"), without padding.
//!
//! Uses: nothing.

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Bits of a letter.
const SIX: u32 = 63;

/// The letters of bytes: four for three, of the last ones as many as they need.
pub(super) fn encoded(bytes: &[u8]) -> String {
    let mut letters = String::new();
    for three in bytes.chunks(3) {
        let byte = |place: usize| u32::from(three.get(place).copied().unwrap_or_default());
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..=three.len() {
            letters.push(char::from(ALPHABET[(bits >> (18 - 6 * place) & SIX) as usize]));
        }
    }
    letters
}

/// The bytes of letters; none when no bytes have these.
pub(super) fn decoded(letters: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    for four in letters.as_bytes().chunks(4) {
        let mut bits = 0;
        for (letter, shift) in four.iter().zip([18, 12, 6, 0]) {
            let six = (0..=SIX).zip(ALPHABET).find(|(_, known)| *known == letter)?.0;
            bits |= six << shift;
        }
        let three = &u32::to_be_bytes(bits)[1..];
        let (told, rest) = three.split_at(four.len() - 1);
        // One letter alone is too few for a byte, and bits of no byte are somebody's mistake.
        if told.is_empty() || rest.iter().any(|byte| *byte != 0) {
            return None;
        }
        bytes.extend_from_slice(told);
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_those_of_the_rfc() {
        let known = ["", "Zg", "Zm8", "Zm9v", "Zm9vYg", "Zm9vYmE", "Zm9vYmFy"];
        for (length, letters) in known.into_iter().enumerate() {
            let bytes = &b"foobar"[..length];
            assert_eq!(encoded(bytes), letters);
            assert_eq!(decoded(letters).as_deref(), Some(bytes));
        }
        assert_eq!(encoded(&[0xfb, 0xff, 0xbf]), "-_-_");
    }

    #[test]
    fn every_byte_comes_back() {
        let bytes: Vec<u8> = (0..=255).collect();
        assert_eq!(decoded(&encoded(&bytes)), Some(bytes));
    }

    #[test]
    fn what_no_bytes_have_is_refused() {
        for letters in ["Z", "Zm9vY", "Zh", "Zm9", "Z+9v", "Zg==", "Zm 9"] {
            assert_eq!(decoded(letters), None, "{letters}");
        }
    }
}
