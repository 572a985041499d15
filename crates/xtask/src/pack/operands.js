// The numbers that belong to instructions. `operands.rs` says how they are coded.
import { Bits } from "./lzma.js";

const GUESSES = 5;
const TABLE_BITS = 22;
const MOST_TRIES = 10;
const RATE = 24;
const FIRST_WEIGHT = 20000;

/// The chance of 4,096 for every 128th logit.
const CHANCES = [
  1, 2, 3, 6, 10, 16, 27, 45, 73, 120, 194, 310, 488, 747, 1101, 1546, 2047, 2549, 2994, 3348, 3607,
  3785, 3901, 3975, 4022, 4050, 4068, 4079, 4085, 4089, 4092, 4093, 4094,
];

/// The chance of 4,096 for every logit from -2,048 on.
const chances = Int16Array.from({ length: 4096 }, (_, logit) => {
  const part = logit & 127;
  return (CHANCES[logit >> 7] * (128 - part) + CHANCES[(logit >> 7) + 1] * part + 64) >> 7;
});

/// The logit of each chance of 4,096.
let reached = 0;
const logits = Int16Array.from({ length: 4096 }, (_, chance) => {
  while (reached < 4095 && chances[reached] < chance) reached += 1;
  return reached - 2048;
});

/// A hash of what is hashed already and one number more.
const mixed = (hash, number) => Math.imul((hash ^ number) + 1, 0x9e3779b1);

/// The numbers in their order; `opcodes` are the bytes of the stream that they belong to.
export class Operands {
  /// The chance of a 1 of 65,536 by each guess, and in the last 8 bits how often it was tried.
  guesses = new Int32Array(1 << TABLE_BITS).fill(1 << 23);
  weights = new Int32Array(16 * 4 * 8 * GUESSES).fill(FIRST_WEIGHT);
  contexts = new Int32Array(GUESSES);
  hashes = new Int32Array(GUESSES);
  places = new Int32Array(GUESSES);
  inputs = new Int32Array(GUESSES);
  /// The first bytes of the last two numbers of each kind.
  last = new Uint8Array(16 * 2);
  /// The bytes of the last number.
  bytes = [];

  constructor(packed, opcodes) {
    this.bits = new Bits(packed, 1);
    // Zeros stand around them.
    this.opcodes = new Uint8Array(opcodes.length + 16);
    this.opcodes.set(opcodes, 8);
  }

  /// The hash of the opcodes in a stretch.
  span(from, to) {
    let hash = 0;
    for (let at = from; at < to; at += 1) hash = mixed(hash, this.opcodes[at]);
    return hash;
  }

  /// The next number. It is of a kind, belongs to the opcode before `opcode`, and `hint` is what the
  /// local that was used last has last read or written.
  next(kind, opcode, local, hint) {
    const { last, contexts, hashes, opcodes } = this;
    const at = opcode + 8;
    const own = opcodes[at - 1];
    contexts[0] = mixed(opcodes[at], own);
    contexts[1] = this.span(at - 2, at + 2);
    contexts[2] = this.span(at - 7, at + 2);
    contexts[3] = mixed(mixed(hint, local), own);
    contexts[4] = mixed(mixed(last[kind * 2], last[kind * 2 + 1]), own);
    this.bytes = [];
    let value = 0;
    for (let before = 0, index = 0; index === 0 || before >= 128; index += 1) {
      const place = kind * 4 + Math.min(index, 3);
      for (let guess = 0; guess < GUESSES; guess += 1) {
        hashes[guess] = mixed(mixed(mixed(contexts[guess], before), place), guess);
      }
      before = this.byte(place * 8 * GUESSES);
      this.bytes.push(before);
      value += (before & 127) * 2 ** (7 * index);
    }
    last[kind * 2 + 1] = last[kind * 2];
    [last[kind * 2]] = this.bytes;
    return value;
  }

  /// First how many bits it has, seven and eight being one; then those after its first.
  byte(set) {
    const length = this.lower(3, 0, set) - 8;
    if (length < 2) return length;
    return this.lower(length === 7 ? 8 : length - 1, 8 + (1 << length) / 2, set) & 255;
  }

  /// So many lower bits of a number, the highest first; the bit above them is set.
  lower(count, base, sets) {
    const { guesses, weights, hashes, places, inputs, bits } = this;
    let node = 1;
    for (let left = count; left > 0; left -= 1) {
      const bit = base === 0 ? 3 - left : 3 + Math.min(count - left + 1, 4);
      const set = sets + bit * GUESSES;
      let sum = 0;
      for (let guess = 0; guess < GUESSES; guess += 1) {
        // What belongs to one byte stands close together.
        const at = (hashes[guess] >>> (32 - TABLE_BITS)) ^ (base + node);
        places[guess] = at;
        const input = logits[guesses[at] >> 12];
        inputs[guess] = input;
        sum += input * weights[set + guess];
      }
      const chance = chances[Math.max(0, Math.min(4095, Math.floor(sum / 65536) + 2048))];
      const one = bits.likely(chance);
      const wrong = (one * 4095 - chance) * RATE;
      for (let guess = 0; guess < GUESSES; guess += 1) {
        const guessed = guesses[places[guess]];
        const was = guessed >> 8;
        const tried = guessed & 255;
        weights[set + guess] += (inputs[guess] * wrong + 32768) >> 16;
        const is = was + ((((one * 65535 - was) * 2) / (2 * tried + 3)) | 0);
        guesses[places[guess]] = (is << 8) | Math.min(tried + 1, MOST_TRIES);
      }
      node = node * 2 + one;
    }
    return node;
  }
}
