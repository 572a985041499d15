//! Numbers by text: only grows, and a copy shares all but the newest texts.
//!
//! Texts are kept by a hash, in sorted runs that are merged when two are of one size. So a run of
//! the simulation with a hundred thousand records and hundreds of copies holds each text's place
//! a few times, not hundreds of times.

use std::sync::Arc;

/// A hash and the number of a text that has it.
type Place = (u64, u32);

/// Places that are copied with the index; more are sealed.
const NEWEST: usize = 64;

/// See the file.
#[derive(Clone, Debug, Default)]
pub(super) struct TextIndex {
    /// Invariant: each is sorted, and longer than the next one.
    sealed: Vec<Arc<[Place]>>,
    /// Invariant: sorted, and shorter than [`NEWEST`].
    newest: Vec<Place>,
}

impl TextIndex {
    /// Numbers of texts that have the same hash as this one, which are rarely more than one.
    pub(super) fn candidates(&self, text: &str) -> impl Iterator<Item = u32> {
        let hash = hash_of(text);
        let runs = self.sealed.iter().map(|run| &**run).chain([&*self.newest]);
        runs.flat_map(move |run| {
            let from = run.partition_point(|(other, _)| *other < hash);
            run[from..].iter().take_while(move |(other, _)| *other == hash).map(|(_, one)| *one)
        })
    }

    /// Adds a text's number.
    pub(super) fn insert(&mut self, text: &str, number: u32) {
        let place = (hash_of(text), number);
        let at = self.newest.partition_point(|other| *other < place);
        self.newest.insert(at, place);
        if self.newest.len() < NEWEST {
            return;
        }
        let mut run = std::mem::take(&mut self.newest);
        while let Some(last) = self.sealed.pop_if(|last| last.len() <= run.len()) {
            run = merged(&last, &run);
        }
        self.sealed.push(run.into());
    }
}

/// Two sorted runs as one.
fn merged(mut one: &[Place], mut other: &[Place]) -> Vec<Place> {
    let mut all = Vec::with_capacity(one.len() + other.len());
    while let (Some((first, rest)), Some((second, others))) =
        (one.split_first(), other.split_first())
    {
        if first <= second {
            all.push(*first);
            one = rest;
        } else {
            all.push(*second);
            other = others;
        }
    }
    all.extend_from_slice(one);
    all.extend_from_slice(other);
    all
}

/// FNV-1a of 64 bits.
fn hash_of(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn every_text_is_found_again_in_every_copy() {
        let mut index = TextIndex::default();
        let mut copies = Vec::new();
        for number in 0..1_000 {
            index.insert(&format!("order-{number}"), number);
            if number % 100 == 0 {
                copies.push((number, index.clone()));
            }
        }
        for (last, copy) in copies {
            let found = |number| copy.candidates(&format!("order-{number}")).next();
            assert!((0..=last).all(|number| found(number) == Some(number)));
            assert_eq!(found(last + 1), None);
        }
        let lengths: Vec<usize> = index.sealed.iter().map(|run| run.len()).collect();
        assert_eq!(lengths, [512, 256, 128, 64], "runs of one size are merged");
    }
}
