//! The numbers that belong to instructions, coded bit by bit: each bit is guessed from what stands
//! around, in several ways, and the guesses are weighed by how well they have done.
//!
//! `operands.js` reads them and guesses in the same way; both reckon in whole numbers. Opcodes are
//! there before, so those that come next are asked as well.
//!
//! Source: M. Mahoney, "Adaptive Weighing of Context Models for Lossless Data Compression" (2005).

use super::range_coder::Encoder;

/// A number as it is written, and what stands around it.
pub(super) struct Operand {
    /// What kind of number it is.
    pub(super) kind: u8,
    /// Seven bits a byte.
    pub(super) bytes: Vec<u8>,
    /// How many bytes of the opcodes stand before it.
    pub(super) at: usize,
    /// The local that was used last.
    pub(super) local: u8,
    /// What was last read or written by that local.
    pub(super) hint: u32,
}

/// As many guesses as are made of each bit.
const GUESSES: usize = 5;
/// More than there are kinds of numbers.
const KINDS: usize = 16;
/// Guesses are found by this many bits of a hash.
const TABLE_BITS: u32 = 22;
/// How often a guess has been tried, at most: from then on it learns no slower.
const MOST_TRIES: u8 = 10;
/// How fast the weights of guesses change.
const RATE: i32 = 24;
/// What a guess weighs at first, of 65,536.
const FIRST_WEIGHT: i32 = 20_000;

/// Codes all of them.
pub(super) fn coded(opcodes: &[u8], operands: &[Operand]) -> Vec<u8> {
    let mut model = Model::new();
    let mut encoder = Encoder::new();
    let mut last = [[0_u8; 2]; KINDS];
    for operand in operands {
        let kind = usize::from(operand.kind);
        let around = |offset: isize| {
            let at = operand.at.checked_add_signed(offset);
            u32::from(at.and_then(|at| opcodes.get(at)).copied().unwrap_or(0))
        };
        let span =
            |from: isize, to: isize| (from..to).fold(0, |hash, offset| mixed(hash, around(offset)));
        let contexts = [
            mixed(around(0), around(-1)),
            span(-2, 2),
            span(-7, 2),
            mixed(mixed(operand.hint, u32::from(operand.local)), around(-1)),
            mixed(mixed(u32::from(last[kind][0]), u32::from(last[kind][1])), around(-1)),
        ];
        let mut before = 0;
        for (index, byte) in (0..).zip(&operand.bytes) {
            model.begin(u32::from(operand.kind) * 4 + u32::min(index, 3), before, contexts);
            model.code(&mut encoder, *byte);
            before = u32::from(*byte);
        }
        last[kind] = [operand.bytes[0], last[kind][0]];
    }
    encoder.finish()
}

/// A hash of what is hashed already and one number more.
const fn mixed(hash: u32, number: u32) -> u32 {
    (hash ^ number).wrapping_add(1).wrapping_mul(0x9e37_79b1)
}

struct Model {
    /// The chance of a 1 of 65,536, by each guess.
    chances: Vec<u16>,
    /// How often each has been tried.
    tries: Vec<u8>,
    weights: Vec<[i32; GUESSES]>,
    /// The logit of each chance of 4,096.
    logits: Vec<i32>,
    place: u32,
    hashes: [u32; GUESSES],
}

/// The chance of 4,096 that belongs to a logit in steps of 1/256.
fn squashed(logit: i32) -> i32 {
    const TABLE: [i32; 33] = [
        1, 2, 3, 6, 10, 16, 27, 45, 73, 120, 194, 310, 488, 747, 1101, 1546, 2047, 2549, 2994,
        3348, 3607, 3785, 3901, 3975, 4022, 4050, 4068, 4079, 4085, 4089, 4092, 4093, 4094,
    ];
    let from_zero = logit.clamp(-2048, 2047) + 2048;
    let at = usize::try_from(from_zero >> 7).unwrap_or(0);
    let part = from_zero & 127;
    (TABLE[at] * (128 - part) + TABLE[at + 1] * part + 64) >> 7
}

/// The other way.
fn logits() -> Vec<i32> {
    let mut logit = -2048;
    let logit_of = |chance| {
        while logit < 2047 && squashed(logit) < chance {
            logit += 1;
        }
        logit
    };
    (0..4096).map(logit_of).collect()
}

impl Model {
    fn new() -> Self {
        Self {
            chances: vec![1 << 15; 1 << TABLE_BITS],
            tries: vec![0; 1 << TABLE_BITS],
            weights: vec![[FIRST_WEIGHT; GUESSES]; KINDS * 4 * 8],
            logits: logits(),
            place: 0,
            hashes: [0; GUESSES],
        }
    }

    /// Turns to a byte: of a kind of number and how far in it, after which byte, where.
    fn begin(&mut self, place: u32, before: u32, contexts: [u32; GUESSES]) {
        self.place = place;
        for (guess, (hash, context)) in (0..).zip(self.hashes.iter_mut().zip(contexts)) {
            *hash = mixed(mixed(mixed(context, before), place), guess);
        }
    }

    /// First how many bits the byte has, seven and eight being one; then those after its first.
    fn code(&mut self, encoder: &mut Encoder, byte: u8) {
        let length = u32::min(8 - byte.leading_zeros(), 7);
        self.bits(encoder, (length, 3), 0);
        let rest = if length == 7 { 8 } else { length.saturating_sub(1) };
        self.bits(encoder, (u32::from(byte), rest), 8 + (1 << length) / 2);
    }

    /// So many lower bits of a number, the highest first.
    fn bits(&mut self, encoder: &mut Encoder, (number, count): (u32, u32), base: u32) {
        let mut node = 1;
        for shift in (0..count).rev() {
            let bit = u8::from(number >> shift & 1 == 1);
            let at = if base == 0 { 2 - shift } else { 3 + (count - shift).min(4) };
            let (places, inputs, sum) = self.guesses(base + node, at);
            let chance = squashed(sum);
            encoder.bit(chance.unsigned_abs(), bit);
            self.learn(bit, (chance, at), (&places, &inputs));
            node = node << 1 | u32::from(bit);
        }
    }

    /// Which weights count at the bit of a byte.
    fn set(&self, bit: u32) -> usize {
        usize::try_from(self.place * 8 + bit).unwrap_or(0)
    }

    /// Where the guesses of the next bit stand, what they say, and what all of them say.
    fn guesses(&self, node: u32, bit: u32) -> ([usize; GUESSES], [i32; GUESSES], i32) {
        // What belongs to one byte stands close together.
        let place = |hash: u32| usize::try_from(hash >> (32 - TABLE_BITS) ^ node).unwrap_or(0);
        let places = self.hashes.map(place);
        let inputs = places.map(|place| self.logits[usize::from(self.chances[place] >> 4)]);
        let weighed = inputs.iter().zip(&self.weights[self.set(bit)]);
        let sum: i64 = weighed.map(|(input, weight)| i64::from(*input) * i64::from(*weight)).sum();
        let sum = (sum >> 16).clamp(-2048, 2047);
        (places, inputs, i32::try_from(sum).unwrap_or(0))
    }

    fn learn(
        &mut self,
        bit: u8,
        (chance, at): (i32, u32),
        (places, inputs): (&[usize; GUESSES], &[i32; GUESSES]),
    ) {
        let wrong = (i32::from(bit) * 4095 - chance) * RATE;
        let set = self.set(at);
        for ((place, input), weight) in places.iter().zip(inputs).zip(&mut self.weights[set]) {
            *weight += (input * wrong + 32_768) >> 16;
            let (chance, tries) = (&mut self.chances[*place], &mut self.tries[*place]);
            let way = i32::from(bit) * 65_535 - i32::from(*chance);
            let next = i32::from(*chance) + way * 2 / (2 * i32::from(*tries) + 3);
            *chance = u16::try_from(next).unwrap_or(1 << 15);
            *tries = (*tries + 1).min(MOST_TRIES);
        }
    }
}
