//! How likely a bit is: guessed in several ways, weighed by how well each has done.
//!
//! Source: M. Mahoney, "Adaptive Weighing of Context Models for Lossless Data Compression" (2005).

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;
use core::array;

use crate::Coder;

/// In as many ways each bit is guessed.
pub(crate) const GUESSES: usize = 6;

/// What a number's bits are guessed by: one hash for each way.
pub(crate) type Contexts = [u32; GUESSES];

/// At most so many bits are coded as one group.
const GROUP: u32 = 4;
/// The nodes of the tree of a group.
const NODES: usize = 1 << GROUP;
/// More than there are sets of weights.
const SETS: usize = 1 << 10;
/// How many sets [`Guesses::byte`] needs, and [`Guesses::number`].
pub(crate) const BYTE_SETS: u32 = 17;
pub(crate) const NUMBER_SETS: u32 = 32;

/// Slots are found by this many bits of a hash.
const SLOT_BITS: u32 = 22;
const SLOTS: usize = 1 << SLOT_BITS;
/// The lowest bits of a slot: by them what stood around is known again.
const CHECK: u32 = (1 << TRIES_AT) - 1;
/// Above them, in five bits, how often the slot was tried.
const TRIES_AT: u32 = 10;
/// Above that the chance of a 1.
const CHANCE_AT: u32 = 15;
const CHANCE_BITS: u32 = 32 - CHANCE_AT;
/// A slot that knows nothing: the chance is a half.
const NEW: u32 = 1 << 31;

/// How often a slot has been tried, at most: from then on it learns no slower.
const MOST_TRIES: u32 = 30;
/// As many as there may be numbers of tries.
const TRIES: usize = 32;
/// How sure a slot is, by how often it was tried.
const CERTAINTY: [u8; TRIES] = {
    let mut certainty = [3; TRIES];
    let mut tries = 0;
    while tries < 10 {
        certainty[tries] = if tries < 2 { 0 } else { 1 + (tries >= 4) as u8 };
        tries += 1;
    }
    certainty
};
/// As many as there are certainties.
const CERTAINTIES: usize = 4;
/// How much a slot learns, of 4,096, by how often it was tried.
const STEPS: [i32; TRIES] = {
    let mut steps = [0; TRIES];
    let mut tries = 0;
    while tries < TRIES {
        steps[tries] = 4096 * 2 / (2 * tries as i32 + 3);
        tries += 1;
    }
    steps
};

/// The weight of a guess that counts in full.
const WHOLE: i32 = 1 << 14;
/// How fast weights change.
const RATE: i32 = 3;

/// Guesses and what they weigh.
pub(crate) struct Guesses {
    slots: Box<[u32; SLOTS]>,
    weights: Box<[[[i32; CERTAINTIES]; GUESSES]; SETS * NODES]>,
    /// The chance of 65,536 of each logit from -8 on, in steps of 1/256.
    chances: [u16; 4096],
    /// The logit in such steps of each chance of 4,096.
    logits: [i16; 4096],
}

/// Where the slots of a group stand, before its nodes are known, and what they are known by.
type Places = [(usize, u32); GUESSES];

/// A hash of what is hashed already and one number more.
pub(crate) const fn mixed(hash: u32, number: u32) -> u32 {
    (hash ^ number).wrapping_add(1).wrapping_mul(0x9e37_79b1)
}

/// A hash of so many of the last bytes, at most seven; the last of them is lowest.
pub(crate) const fn last_bytes(bytes: u64, count: u32) -> u32 {
    let last = bytes & ((1 << (8 * count)) - 1);
    mixed(mixed(last as u32, count), (last >> 32) as u32)
}

/// Each context with one number more.
fn all_mixed(contexts: &Contexts, number: u32) -> Contexts {
    contexts.map(|context| mixed(context, number))
}

impl Guesses {
    pub(crate) fn new() -> Self {
        let chances: [u16; 4096] = array::from_fn(chance_of);
        let mut logit = 0;
        let logits = array::from_fn(|chance| {
            while logit < 4095 && usize::from(chances[logit] >> 4) < chance {
                logit += 1;
            }
            logit as i16 - 2048
        });
        let weights = vec![[[WHOLE * 3 / 10; CERTAINTIES]; GUESSES]; SETS * NODES];
        Self { slots: boxed(vec![0; SLOTS]), weights: boxed(weights), chances, logits }
    }

    /// Forgets what came in which context: what follows is of another kind.
    pub(crate) fn forget(&mut self) {
        self.slots.fill(0);
    }

    /// A few bits, at most [`GROUP`], the highest first. `set` says which weights count.
    // On its own, so that a browser can put a faster version in its place while it is at work.
    #[inline(never)]
    pub(crate) fn group(
        &mut self,
        coder: &mut impl Coder,
        contexts: &Contexts,
        (set, bits): (u32, u32),
        value: u32,
    ) -> u32 {
        let mut places: Places = [(0, 0); GUESSES];
        for (guess, (place, context)) in (0..).zip(places.iter_mut().zip(contexts)) {
            let hash = (context ^ context >> 15).wrapping_mul(0x2c1b_3c6d).wrapping_add(guess << 7);
            let hash = hash.wrapping_mul(0x9e37_79b1);
            *place = ((hash >> (32 - SLOT_BITS)) as usize, hash & CHECK);
        }
        let mut node = 1;
        for place in (0..bits).rev() {
            let at = (set as usize * NODES + node, node);
            node = node * 2 + self.bit(coder, &places, at, value >> place & 1) as usize;
        }
        node as u32 - (1 << bits)
    }

    /// One bit, by the weights of a set at a node of a group.
    fn bit(
        &mut self,
        coder: &mut impl Coder,
        places: &Places,
        (set, node): (usize, usize),
        bit: u32,
    ) -> u32 {
        let weights = &mut self.weights[set & (SETS * NODES - 1)];
        let mut slots = [0; GUESSES];
        let mut inputs = [(0, 0); GUESSES];
        let mut sum = 0;
        for (guess, (place, check)) in places.iter().enumerate() {
            // What belongs to one group stands close together.
            let slot = self.slots[(place ^ node) & (SLOTS - 1)];
            let slot = if slot & CHECK == *check { slot } else { NEW | check };
            slots[guess] = slot;
            let certainty = CERTAINTY[tries(slot)].into();
            let logit = self.logits[(slot >> 20) as usize].into();
            inputs[guess] = (logit, certainty);
            sum += logit * weights[guess][certainty];
        }
        let logit = (sum / WHOLE).clamp(-2048, 2047) + 2048;
        let chance = self.chances[logit as usize].into();
        let bit = coder.bit(chance, bit);
        let wrong = (((bit << 16) as i32 - chance as i32) >> 4) * RATE;
        for (guess, (place, _)) in places.iter().enumerate() {
            let (logit, certainty) = inputs[guess];
            weights[guess][certainty] += (logit * wrong + (1 << 15)) >> 16;
            self.slots[(place ^ node) & (SLOTS - 1)] = learned(slots[guess], bit);
        }
        bit
    }

    /// A byte, by [`BYTE_SETS`] sets of weights from `set` on.
    #[inline(never)]
    pub(crate) fn byte(
        &mut self,
        coder: &mut impl Coder,
        contexts: &Contexts,
        set: u32,
        byte: u32,
    ) -> u32 {
        let upper = self.group(coder, contexts, (set, 4), byte >> 4 & 15);
        let contexts = all_mixed(contexts, upper + 1);
        upper << 4 | self.group(coder, &contexts, (set + 1 + upper, 4), byte & 15)
    }

    /// A number, by [`NUMBER_SETS`] sets: how many bits it has, then those after its first.
    #[inline(never)]
    pub(crate) fn number(
        &mut self,
        coder: &mut impl Coder,
        contexts: &Contexts,
        set: u32,
        number: u64,
    ) -> u64 {
        let all = u64::BITS - number.leading_zeros();
        let mut length = self.group(coder, contexts, (set, 4), all.min(15));
        if length == 15 {
            let more = all.saturating_sub(15);
            let contexts = all_mixed(contexts, 77);
            let eights = self.group(coder, &contexts, (set + 1, 3), more >> 3);
            let contexts = all_mixed(&contexts, eights);
            length += eights << 3 | self.group(coder, &contexts, (set + 1, 3), more & 7);
        }
        if length == 0 {
            return 0;
        }
        let contexts = all_mixed(contexts, length + 200);
        let mut value = 1;
        let mut left = length - 1;
        let mut set = set + 2 + length.min(14);
        while left > 0 {
            let bits = left.min(GROUP);
            left -= bits;
            let contexts = all_mixed(&contexts, value as u32);
            let next = (number >> left) as u32 & ((1 << bits) - 1);
            value = value << bits | u64::from(self.group(coder, &contexts, (set, bits), next));
            // The first group has a set of its own, all others share one.
            if value >> bits == 1 {
                set += 15;
            }
        }
        value
    }
}

/// The chance of 65,536 that belongs to a logit in steps of 1/256 from -8 on.
fn chance_of(logit: usize) -> u16 {
    // Of every half.
    const CHANCES: [usize; 33] = [
        22, 36, 60, 98, 162, 267, 440, 724, 1_179, 1_913, 3_108, 4_971, 7_812, 11_955, 17_625,
        24_743, 32_768, 40_793, 47_911, 53_581, 57_724, 60_565, 62_428, 63_623, 64_357, 64_812,
        65_096, 65_269, 65_374, 65_438, 65_476, 65_500, 65_514,
    ];
    let (half, part) = (logit >> 7, logit & 127);
    ((CHANCES[half] * (128 - part) + CHANCES[half + 1] * part + 64) >> 7) as u16
}

/// How often a slot was tried.
fn tries(slot: u32) -> usize {
    (slot >> TRIES_AT) as usize & (TRIES - 1)
}

/// What a slot says after this bit: the less often it was tried, the more it learns.
fn learned(slot: u32, bit: u32) -> u32 {
    let before = (slot >> CHANCE_AT) as i32;
    let way = ((bit << CHANCE_BITS) - bit) as i32 - before;
    let tries = tries(slot);
    let chance = (before + ((way * STEPS[tries]) >> 12)) as u32;
    let tries = (tries as u32 + 1).min(MOST_TRIES);
    chance << CHANCE_AT | tries << TRIES_AT | slot & CHECK
}

fn boxed<T, const N: usize>(all: Vec<T>) -> Box<[T; N]> {
    all.try_into().unwrap_or_else(|_| unreachable!("as many as are asked for"))
}
