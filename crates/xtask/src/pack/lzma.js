// Unpacks an `.lzma` file. The output is its own dictionary.
//
// Source: "LZMA specification" by Igor Pavlov (lzma.txt of the LZMA SDK).
// Simplified: no end marker, and one piece; the size is in the head.

/// `count` probabilities, each a half.
const halves = (count) => new Uint16Array(count).fill(1024);

/// The range decoder: bits out of bytes, each by what is thought likely.
export class Bits {
  constructor(packed, start) {
    this.packed = packed;
    this.at = start;
    this.range = 0xffffffff;
    this.code = 0;
    for (let read = 0; read < 4; read += 1) this.code = ((this.code << 8) | this.next()) >>> 0;
  }

  next() {
    if (this.at >= this.packed.length) throw new Error("the file is cut");
    this.at += 1;
    return this.packed[this.at - 1];
  }

  normalize() {
    if (this.range >= 2 ** 24) return;
    this.range = (this.range << 8) >>> 0;
    this.code = ((this.code << 8) | this.next()) >>> 0;
  }

  /// One bit, by the probability at `index`, which learns from it.
  bit(model, index) {
    const bound = (this.range >>> 11) * model[index];
    const one = this.code >= bound ? 1 : 0;
    if (one) {
      this.range -= bound;
      this.code -= bound;
      model[index] -= model[index] >>> 5;
    } else {
      this.range = bound;
      model[index] += (2048 - model[index]) >>> 5;
    }
    this.normalize();
    return one;
  }

  /// One bit that is 1 with a chance of so many in 4,096.
  likely(chance) {
    const bound = (this.range >>> 12) * chance;
    const one = this.code < bound ? 1 : 0;
    if (one) this.range = bound;
    else {
      this.range -= bound;
      this.code -= bound;
    }
    // The unlikeliest costs more than a byte.
    this.normalize();
    this.normalize();
    return one;
  }

  /// So many bits that are as likely 0 as 1.
  direct(count) {
    let value = 0;
    for (let left = count; left > 0; left -= 1) {
      this.range >>>= 1;
      const one = this.code >= this.range ? 1 : 0;
      if (one) this.code -= this.range;
      value = value * 2 + one;
      this.normalize();
    }
    return value;
  }

  /// So many bits, the highest first, each with a probability for what came before it.
  tree(model, offset, count) {
    let node = 1;
    for (let left = count; left > 0; left -= 1) node = node * 2 + this.bit(model, offset + node);
    return node - 2 ** count;
  }

  /// The same, the lowest first.
  reverseTree(model, offset, count) {
    let node = 1;
    let value = 0;
    for (let place = 0; place < count; place += 1) {
      const one = this.bit(model, offset + node);
      node = node * 2 + one;
      value += one * 2 ** place;
    }
    return value;
  }
}

/// How long a match is: 2 to 9, 10 to 17 or 18 to 273 bytes.
class Lengths {
  choice = halves(2);
  low = halves(128);
  middle = halves(128);
  high = halves(256);

  read(bits, positionState) {
    if (!bits.bit(this.choice, 0)) return 2 + bits.tree(this.low, positionState * 8, 3);
    if (!bits.bit(this.choice, 1)) return 10 + bits.tree(this.middle, positionState * 8, 3);
    return 18 + bits.tree(this.high, 0, 8);
  }
}

/// How far back a new match lies.
class Distances {
  slots = [halves(64), halves(64), halves(64), halves(64)];
  middle = halves(128);
  align = halves(16);

  read(bits, length) {
    const slot = bits.tree(this.slots[Math.min(length - 2, 3)], 0, 6);
    if (slot < 4) return slot;
    const count = (slot >> 1) - 1;
    const base = (2 + (slot & 1)) * 2 ** count;
    if (slot < 14) return base + bits.reverseTree(this.middle, base - slot, count);
    return base + bits.direct(count - 4) * 16 + bits.reverseTree(this.align, 0, 4);
  }
}

/// Single bytes, by the byte before and, after a match, the one that would have continued it.
class Literals {
  constructor(contextBits, positionBits) {
    this.contextBits = contextBits;
    this.positionMask = 2 ** positionBits - 1;
    this.model = halves(0x300 << (contextBits + positionBits));
  }

  read(bits, position, before, matched) {
    const context = before >> (8 - this.contextBits);
    const offset = 0x300 * (((position & this.positionMask) << this.contextBits) + context);
    let symbol = 1;
    for (let left = 7; matched !== undefined && left >= 0; left -= 1) {
      const expected = (matched >> left) & 1;
      const one = bits.bit(this.model, offset + ((1 + expected) << 8) + symbol);
      symbol = symbol * 2 + one;
      if (one !== expected) break;
    }
    while (symbol < 256) symbol = symbol * 2 + bits.bit(this.model, offset + symbol);
    return symbol - 256;
  }
}

/// What the `.lzma` file in `packed` holds; throws if the file is cut or damaged.
export function lzma(packed) {
  const properties = packed[0];
  const positionMask = 2 ** Math.trunc(properties / 45) - 1;
  const literals = new Literals(properties % 9, Math.trunc(properties / 9) % 5);
  const size = new DataView(packed.buffer, packed.byteOffset).getUint32(5, true);
  const [isMatch, isRepeat0Long] = [halves(192), halves(192)];
  const [isRepeat, isRepeat0, isRepeat1, isRepeat2] = [0, 1, 2, 3].map(() => halves(12));
  const [lengths, repeatLengths, distances] = [new Lengths(), new Lengths(), new Distances()];
  // The range decoder's first byte, after 13 bytes of head, is always 0.
  const bits = new Bits(packed, 14);
  const out = new Uint8Array(size);
  let [state, position] = [0, 0];
  // The last four distances, less one.
  let [last, second, third, fourth] = [0, 0, 0, 0];

  while (position < size) {
    const positionState = position & positionMask;
    const here = state * 16 + positionState;
    if (!bits.bit(isMatch, here)) {
      const matched = state < 7 ? undefined : out[position - last - 1];
      out[position] = literals.read(bits, position, out[position - 1] ?? 0, matched);
      position += 1;
      state = state < 4 ? 0 : state - (state < 10 ? 3 : 6);
      continue;
    }
    let length = 1;
    if (!bits.bit(isRepeat, state)) {
      [second, third, fourth] = [last, second, third];
      length = lengths.read(bits, positionState);
      last = distances.read(bits, length);
      state = state < 7 ? 7 : 10;
    } else if (bits.bit(isRepeat0, state)) {
      // Moves the distance that is used again to the front.
      if (!bits.bit(isRepeat1, state)) [last, second] = [second, last];
      else if (!bits.bit(isRepeat2, state)) [last, second, third] = [third, last, second];
      else [last, second, third, fourth] = [fourth, last, second, third];
      length = repeatLengths.read(bits, positionState);
      state = state < 7 ? 8 : 11;
    } else if (bits.bit(isRepeat0Long, here)) {
      length = repeatLengths.read(bits, positionState);
      state = state < 7 ? 8 : 11;
    } else {
      state = state < 7 ? 9 : 11;
    }
    if (last >= position || position + length > size) throw new Error("the file is damaged");
    for (const end = position + length; position < end; position += 1) {
      out[position] = out[position - last - 1];
    }
  }
  return out;
}
