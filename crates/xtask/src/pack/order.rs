//! An order in which like stands beside like.
//!
//! What was learned of a function is fresh for the next one if that is like it; the linker's order
//! knows nothing of that.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};

/// So many bytes after each other, when two texts have them, make them alike.
const RUN: usize = 6;

/// What so many texts have says nothing of any.
const COMMON: usize = 1000;

/// What a run counts that only one text has.
const WEIGHT: usize = 1 << 20;

/// The numbers of the texts, each as near as can be to those that are like it.
///
/// Greedy: after each text comes what is most like it and, less and less, like those before it.
pub(super) fn like_beside_like(texts: &[Vec<u8>]) -> Vec<usize> {
    let runs: Vec<BTreeSet<&[u8]>> = texts.iter().map(|text| text.windows(RUN).collect()).collect();
    let mut owners: HashMap<&[u8], Vec<usize>> = HashMap::new();
    for (text, runs) in runs.iter().enumerate() {
        runs.iter().for_each(|run| owners.entry(run).or_default().push(text));
    }
    owners.retain(|_, owners| (2..COMMON).contains(&owners.len()));
    // A long text is like many others: its length counts against it, if little.
    let sizes: Vec<usize> = runs.iter().map(|runs| 20 + runs.len().isqrt()).collect();
    let mut likeness = vec![0; texts.len()];
    let mut left: BTreeSet<usize> = (0..texts.len()).collect();
    let mut order = Vec::with_capacity(texts.len());
    let mut next = left.iter().copied().max_by_key(|text| runs[*text].len());
    while let Some(text) = next {
        order.push(text);
        left.remove(&text);
        likeness.iter_mut().for_each(|likeness| *likeness = *likeness * 3 / 4);
        for owners in runs[text].iter().filter_map(|run| owners.get(run)) {
            let weight = WEIGHT / owners.len().isqrt();
            owners.iter().for_each(|owner| likeness[*owner] += weight);
        }
        let best = |text: &usize| (likeness[*text] / sizes[*text], Reverse(*text));
        next = left.iter().copied().max_by_key(best);
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn like_stands_beside_like_and_nothing_is_lost() {
        let texts = ["the first of the one kind", "another kind, its first", "", "short"];
        let texts = texts.iter().chain(&["another kind, its last", "the last of the one kind"]);
        let texts: Vec<Vec<u8>> = texts.map(|text| text.as_bytes().to_vec()).collect();
        assert_eq!(like_beside_like(&texts), [0, 5, 1, 4, 2, 3]);
    }

    #[test]
    fn nothing_has_no_order() {
        assert!(like_beside_like(&[]).is_empty());
    }
}
