//! The scenario inside a picture of pixels: in chunks of text, which other programs leave alone.
//!
//! The pixels themselves are a browser's: here chunks are put into a finished file and found again.
//!
//! Uses: `embedded`.

use super::embedded::{Embedded, LONGEST, LONGEST_TEXT};

/// What every PNG file begins with.
pub(super) const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
/// International text: UTF-8, not compressed.
const TEXT: &[u8; 4] = b"iTXt";
const SCENARIO: &str = "Epochscope scenario";
const LINK: &str = "Epochscope link";
/// The length, the type and the checksum around a chunk's data.
const AROUND: usize = 12;

/// The file with the scenario and the link inside; none if it is no PNG file.
#[must_use]
pub fn with_embedded(png: &[u8], embedded: &Embedded) -> Option<Vec<u8>> {
    let rest = png.strip_prefix(SIGNATURE)?;
    let header = chunk(rest)?;
    let (header, rest) = rest.split_at(header.data.len() + AROUND);
    let mut file = Vec::with_capacity(png.len() + embedded.scenario.len() + 256);
    file.extend_from_slice(SIGNATURE);
    file.extend_from_slice(header);
    for (keyword, words) in [(LINK, &embedded.link), (SCENARIO, &embedded.scenario)] {
        if !words.is_empty() {
            put_text(&mut file, keyword, words)?;
        }
    }
    file.extend_from_slice(rest);
    Some(file)
}

/// What is inside a picture; none if it is no picture of this program, or not whole.
#[must_use]
pub fn from_png(png: &[u8]) -> Option<Embedded> {
    let mut rest = png.strip_prefix(SIGNATURE).filter(|_| png.len() <= LONGEST)?;
    let mut found = Embedded::default();
    while let Some(chunk) = chunk(rest) {
        if chunk.kind == TEXT {
            match words(chunk.data) {
                Some((LINK, words)) => found.link = words,
                Some((SCENARIO, words)) => found.scenario = words,
                Some(_) | None => {}
            }
        }
        rest = &rest[chunk.data.len() + AROUND..];
    }
    (!found.link.is_empty() || !found.scenario.is_empty()).then_some(found)
}

struct Chunk<'a> {
    kind: &'a [u8],
    data: &'a [u8],
}

/// The first chunk, if it is whole.
fn chunk(bytes: &[u8]) -> Option<Chunk<'_>> {
    let (length, rest) = bytes.split_first_chunk()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let (kind, rest) = rest.split_at_checked(4)?;
    let (data, rest) = rest.split_at_checked(length)?;
    (rest.len() >= 4).then_some(Chunk { kind, data })
}

/// A keyword, then flag and method of compression, language and translated keyword, all empty.
fn put_text(file: &mut Vec<u8>, keyword: &str, words: &str) -> Option<()> {
    let data = [keyword.as_bytes(), b"\0\0\0\0\0", words.as_bytes()].concat();
    file.extend(u32::try_from(data.len()).ok()?.to_be_bytes());
    let start = file.len();
    file.extend_from_slice(TEXT);
    file.extend_from_slice(&data);
    let checksum = checksum(&file[start..]);
    file.extend(checksum.to_be_bytes());
    Some(())
}

fn words(data: &[u8]) -> Option<(&str, String)> {
    let (keyword, rest) = split_at_zero(data)?;
    let [0, _, rest @ ..] = rest else { return None };
    let (_, rest) = split_at_zero(rest)?;
    let (_, words) = split_at_zero(rest)?;
    let words = str::from_utf8(words).ok().filter(|words| words.len() <= LONGEST_TEXT)?;
    Some((str::from_utf8(keyword).ok()?, words.to_owned()))
}

fn split_at_zero(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = bytes.iter().position(|byte| *byte == 0)?;
    Some((&bytes[..at], &bytes[at + 1..]))
}

/// The CRC-32 of PNG, bit by bit: a scenario is short.
fn checksum(bytes: &[u8]) -> u32 {
    let mut sum = u32::MAX;
    for byte in bytes {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            sum = if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 };
        }
    }
    !sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_that_of_the_standard() {
        assert_eq!(checksum(b"123456789"), 0xcbf4_3926);
        assert_eq!(checksum(b"IEND"), 0xae42_6082);
    }
}
