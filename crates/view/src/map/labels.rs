//! What stands for each topic on its chips.
//!
//! Uses: nothing.

use std::sync::Arc;

/// As many topics are told apart by letters of their names.
const MOST_BY_NAME: usize = 64;

/// The letters of each topic: none for the one with the most partitions, else as many of its name
/// as tell it from the others; where three do not tell all of them apart, `A`, `B` and so on.
pub(super) fn letters(topics: &[(Arc<str>, usize)]) -> Vec<String> {
    let main = (0..topics.len()).rev().max_by_key(|index| topics[*index].1);
    let others: Vec<&str> = (0..)
        .zip(topics)
        .filter(|(at, _)| Some(*at) != main)
        .map(|(_, (name, _))| &**name)
        .collect();
    let mut letters = by_name(&others).unwrap_or_else(|| (0..others.len()).map(counted).collect());
    if let Some(main) = main {
        letters.insert(main, String::new());
    }
    letters
}

/// The first letters of each name, if at most three tell all of them apart.
fn by_name(names: &[&str]) -> Option<Vec<String>> {
    if names.len() > MOST_BY_NAME {
        return None;
    }
    let start = |name: &str, length: usize| -> String {
        let letters = name.chars().filter(|letter| letter.is_ascii_alphanumeric());
        // A number stands for a partition.
        letters
            .skip_while(char::is_ascii_digit)
            .take(length)
            .map(|letter| letter.to_ascii_uppercase())
            .collect()
    };
    let of = |name: &&str| {
        let alone = (1..=3)
            .map(|length| start(name, length))
            .find(|own| names.iter().filter(|other| start(other, own.len()) == *own).count() == 1);
        alone.filter(|own| !own.is_empty())
    };
    names.iter().map(of).collect()
}

/// `A` to `Z`, then `AA` and so on.
fn counted(index: usize) -> String {
    let last = char::from(b'A' + u8::try_from(index % 26).unwrap_or_default());
    match index / 26 {
        0 => last.to_string(),
        more => format!("{}{last}", counted(more - 1)),
    }
}
