//! Predicts a text bit by bit: the longer a context was seen before, the more it is believed.
//!
//! Several contexts of the last letters each keep how often a one followed them; a small network of
//! weights mixes what they say, and learns from each bit whom to believe. Before anything is
//! coded, the model reads a text that never changes ([`PRIMER`]), so that the words of the language
//! cost little from the first line on. All arithmetic is in whole numbers: both sides must predict
//! the same.
//!
//! Source: M. Mahoney, "Data Compression Explained", chapter 4 (context mixing).
//! Uses: nothing.

use std::sync::LazyLock;

/// What every model has read. It is part of the format: a changed letter is another format.
const PRIMER: &str = include_str!("primer.txt");

/// How many contexts are asked.
const CONTEXTS: usize = 6;
/// Places for the bits after a context: two contexts may share one, which costs a little.
const SLOTS: usize = 1 << 16;
/// Bits of a probability.
const SCALE: u32 = 16;
/// The largest logarithm of odds, in 256ths.
const MOST: i32 = 2_047;

/// What followed a context: the odds of a one, and how often that was seen.
#[derive(Clone, Copy)]
struct Slot {
    probability: u16,
    seen: u8,
}

/// A model of a text, and where in it we are.
#[derive(Clone)]
pub(super) struct Model {
    slots: Vec<Slot>,
    weights: Vec<[i32; CONTEXTS]>,
    tables: Tables,
    /// The letters before, the last one lowest.
    history: u64,
    /// The words of this line so far, and the present word.
    line: u32,
    word: u32,
    /// The bits of the present letter so far, with a one in front.
    partial: u32,
    contexts: [u32; CONTEXTS],
    /// Of the prediction last made.
    inputs: [i32; CONTEXTS],
    places: [usize; CONTEXTS],
    mixed: i32,
}

/// Probabilities and the logarithms of their odds.
#[derive(Clone)]
struct Tables {
    /// By logarithm, from -[`MOST`] on: a probability of 12 bits.
    squash: Vec<i32>,
    /// By probability of 12 bits: its logarithm.
    stretch: Vec<i32>,
}

impl Model {
    /// A model that has read the primer.
    pub(super) fn primed() -> Self {
        static PRIMED: LazyLock<Model> = LazyLock::new(Model::of_primer);
        PRIMED.clone()
    }

    fn of_primer() -> Self {
        let mut model = Self {
            slots: vec![Slot { probability: 1 << (SCALE - 1), seen: 0 }; SLOTS * CONTEXTS],
            // Together the contexts begin with a little more than full confidence.
            weights: vec![[(1 << 16) * 2 / 5; CONTEXTS]; 256 * 3],
            tables: Tables::new(),
            history: u64::from(b'\n'),
            line: 0,
            word: 0,
            partial: 1,
            contexts: [0; CONTEXTS],
            inputs: [0; CONTEXTS],
            places: [0; CONTEXTS],
            mixed: 0,
        };
        model.enter();
        for letter in PRIMER.bytes() {
            for bit in (0..8).rev() {
                model.predict();
                model.learn(u32::from(letter >> bit & 1));
            }
        }
        model
    }

    /// How likely the next bit is a one, in 65,536ths; neither 0 nor certain.
    pub(super) fn predict(&mut self) -> u32 {
        let mut sum = 0_i64;
        let weights = &self.weights[self.weight_set()];
        for (index, context) in self.contexts.iter().enumerate() {
            let hash = (context ^ self.partial.wrapping_mul(0x9e37_79b1)).wrapping_mul(0x85eb_ca6b);
            let place = index * SLOTS + (hash >> 16) as usize % SLOTS;
            let Slot { probability, seen } = self.slots[place];
            let odds = self.tables.stretch[usize::from(probability >> 4)];
            // What was never seen says nothing; what was seen once is not yet a rule.
            self.inputs[index] = match seen {
                0 => 0,
                1 => odds * 3 / 4,
                _ => odds,
            };
            self.places[index] = place;
            sum += i64::from(self.inputs[index]) * i64::from(weights[index]);
        }
        let odds = i32::try_from(sum >> 16).unwrap_or(MOST).clamp(-MOST, MOST);
        self.mixed = self.tables.squash[(odds + MOST).unsigned_abs() as usize];
        (self.mixed.unsigned_abs() * 16).clamp(32, 65_536 - 32)
    }

    /// Takes note of the bit that was predicted.
    pub(super) fn learn(&mut self, bit: u32) {
        let error = if bit == 1 { 4_096 - self.mixed } else { -self.mixed };
        let set = self.weight_set();
        for index in 0..CONTEXTS {
            let weight = &mut self.weights[set][index];
            *weight += (self.inputs[index] * error + 0x1000) >> 13;
            let slot = &mut self.slots[self.places[index]];
            let target = if bit == 1 { 65_535 } else { 0 };
            let step = (target - i32::from(slot.probability)) * 2 / (2 * i32::from(slot.seen) + 3);
            slot.probability = u16::try_from(i32::from(slot.probability) + step).unwrap_or(0);
            slot.seen = (slot.seen + 1).min(LONGEST_MEMORY);
        }
        self.partial = self.partial << 1 | bit;
        if self.partial >= 256 {
            let letter = (self.partial & 255) as u8;
            self.partial = 1;
            self.take(letter);
        }
    }

    /// Weights depend on the bits of the letter so far and on where in a word it is.
    fn weight_set(&self) -> usize {
        let place = match (self.word, self.line) {
            (0, 0) => 0,
            (0, _) => 1,
            _ => 2,
        };
        (self.partial as usize & 255) + 256 * place
    }

    fn take(&mut self, letter: u8) {
        self.history = self.history << 8 | u64::from(letter);
        let mixed = |hash: u32, value: u8| {
            (hash ^ u32::from(value)).wrapping_mul(0x0100_0193).wrapping_add(1)
        };
        match letter {
            b'\n' => (self.line, self.word) = (0, 0),
            b' ' => {
                // Numbers are forgotten: what follows a number follows any number.
                self.line = self.line.rotate_left(5) ^ self.word;
                self.word = 0;
            }
            b'0'..=b'9' => self.word = mixed(self.word & 0xffff_ff00, b'0'),
            _ => self.word = mixed(self.word, letter),
        }
        self.enter();
    }

    fn enter(&mut self) {
        let last = |letters: u32| {
            let kept = self.history & ((1_u64 << (8 * letters)) - 1);
            let folded = (kept ^ kept >> 29).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            (folded >> 32) as u32 ^ letters.wrapping_mul(0x27d4_eb2f)
        };
        let line = self.line.wrapping_mul(0x2c1b_3c6d) ^ self.word.wrapping_mul(0x297a_2d39);
        self.contexts = [last(1), last(2), last(3), last(5), line, line ^ last(1).rotate_left(7)];
    }
}

/// After so many times a context changes its mind no slower.
const LONGEST_MEMORY: u8 = 60;

impl Tables {
    fn new() -> Self {
        let squash: Vec<i32> = (-MOST..=MOST).map(squashed).collect();
        let mut stretch = vec![MOST; 4_096];
        let mut next = 0;
        for (probability, odds) in (0..).zip(stretch.iter_mut()) {
            while next < squash.len() - 1 && squash[next] < probability {
                next += 1;
            }
            *odds = i32::try_from(next).unwrap_or(0) - MOST;
        }
        Self { squash, stretch }
    }
}

/// 4,096 / (1 + e^(-odds / 256)).
fn squashed(odds: i32) -> i32 {
    // e^(-1/256) and e^(-1/16) of 2^32.
    let (mut rest, mut power) = (odds.unsigned_abs(), 1_u64 << 32);
    for (step, factor) in [(16, 4_034_748_382_u64), (1, 4_278_222_805)] {
        while rest >= step {
            power = (power * factor) >> 32;
            rest -= step;
        }
    }
    let above = (4_096_u64 << 32) / ((1 << 32) + power);
    let above = i32::try_from(above).unwrap_or(0).min(4_095);
    if odds < 0 { 4_096 - above } else { above }
}
