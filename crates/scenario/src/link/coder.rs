//! A text as few bytes, and back: arithmetic coding of what the model did not expect.
//!
//! Uses: `model`.

use super::model::Model;

/// Ends a text; no text holds it.
const END: u8 = 0;

/// The bytes of a text.
pub(super) fn encode(mut model: Model, text: &str) -> Vec<u8> {
    let (mut low, mut high) = (0_u32, u32::MAX);
    let mut bytes = Vec::new();
    for letter in text.bytes().filter(|letter| *letter != END).chain([END]) {
        for shift in (0..8).rev() {
            let bit = u32::from(letter >> shift & 1);
            let middle = split(low, high, model.predict());
            model.learn(bit);
            (low, high) = if bit == 1 { (low, middle) } else { (middle + 1, high) };
            while low >> 24 == high >> 24 {
                bytes.extend((high >> 24).to_be_bytes().last());
                (low, high) = (low << 8, high << 8 | 255);
            }
        }
    }
    // As few more bytes as name a number in between: those that follow count as zeros.
    for kept in 0..=4_u32 {
        let unit = 1_u64 << (32 - 8 * kept);
        let number = u64::from(low).next_multiple_of(unit);
        if number <= u64::from(high) {
            let number = (number as u32).to_be_bytes();
            bytes.extend(&number[..kept as usize]);
            break;
        }
    }
    while bytes.last() == Some(&0) {
        bytes.pop();
    }
    bytes
}

/// The text of some bytes, or none if it is longer than `longest` or no text. Any bytes are a text
/// of some kind: whether it is the one that was meant, a checksum must tell.
pub(super) fn decode(mut model: Model, bytes: &[u8], longest: usize) -> Option<String> {
    let mut rest = bytes.iter().copied().chain(std::iter::repeat(0));
    let mut next = || u32::from(rest.next().unwrap_or(0));
    let (mut low, mut high) = (0_u32, u32::MAX);
    let mut number = (0..4).fold(0, |number, _| number << 8 | next());
    let mut text = Vec::new();
    loop {
        let mut letter = 0_u8;
        for _ in 0..8 {
            let middle = split(low, high, model.predict());
            let bit = u32::from(number <= middle);
            model.learn(bit);
            (low, high) = if bit == 1 { (low, middle) } else { (middle + 1, high) };
            while low >> 24 == high >> 24 {
                (low, high) = (low << 8, high << 8 | 255);
                number = number << 8 | next();
            }
            letter = letter << 1 | u8::from(bit == 1);
        }
        if letter == END {
            return String::from_utf8(text).ok();
        }
        if text.len() == longest {
            return None;
        }
        text.push(letter);
    }
}

/// Where the part of a one ends, if a one has this many 65,536ths of the whole.
const fn split(low: u32, high: u32, probability: u32) -> u32 {
    let range = (high - low) as u64;
    low + ((range * probability as u64) >> 16) as u32
}
