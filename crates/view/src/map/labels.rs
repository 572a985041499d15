//! What stands for each topic on its chips.
//!
//! Uses: nothing.

use std::sync::Arc;

/// The letters of each topic: none for the one with the most partitions, else as many of its name
/// as tell it from the others, at most three.
pub(super) fn letters(topics: &[(Arc<str>, usize)]) -> Vec<String> {
    let main = (0..topics.len()).rev().max_by_key(|index| topics[*index].1);
    let start = |name: &str, length: usize| -> String {
        let letters = name.chars().filter(|letter| letter.is_ascii_alphanumeric());
        letters.take(length).map(|letter| letter.to_ascii_uppercase()).collect()
    };
    let of = |index: usize| {
        if Some(index) == main {
            return String::new();
        }
        let name = &topics[index].0;
        let others = || (0..topics.len()).filter(|other| *other != index && Some(*other) != main);
        let is_alone = |length: &usize| {
            let own = start(name, *length);
            others().all(|other| start(&topics[other].0, *length) != own)
        };
        start(name, (1..3).find(is_alone).unwrap_or(3))
    };
    // With many topics the names are looked for in the words, not on the chips.
    if topics.len() > 64 {
        return topics.iter().map(|(name, _)| start(name, 3)).collect();
    }
    (0..topics.len()).map(of).collect()
}
