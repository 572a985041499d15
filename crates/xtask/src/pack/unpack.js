// Fetches the application and puts its code together again.
//
// What the functions do is packed in streams of one kind each, opcodes for the most part, by LZMA;
// and the numbers that belong to opcodes, such as which local or which offset, on their own.
import { lzma } from "./lzma.js";
import { Operands } from "./operands.js";

/// The streams in the order in which they follow each other; opcodes are the first.
const [OPCODE, LOCALS, BLOCK, TABLE] = [0, 1, 2, 3];
const STREAMS = 4;
/// Kinds of numbers that stand in no stream.
const [GET, SET, LOAD, LABEL, SHORT, MIDDLE, LONG, I64] = [0, 1, 2, 4, 5, 6, 7, 8];

/// Opcodes of our own. Another alignment than the width suggests: of one kind of load and store,
/// and before any; `i32.const` of two bytes, of more, of the function's first one; `local.get` of
/// the local used last, of the one before it; `local.set` and `local.tee` of the one used last.
const [HALF_LOAD, HALF_STORE, OTHER_ALIGNMENT] = [0xc5, 0xc6, 0xc7];
const [I32_MIDDLE, I32_LONG, I32_FIRST] = [0xd3, 0xd4, 0xd5];
const [RECENT_0, RECENT_1, SET_RECENT, TEE_RECENT] = [0xd8, 0xd9, 0xda, 0xdb];

/// Offsets are told by so many steps of four bytes from the one before, or else in full.
const NEAR = 8;

/// The bytes of the wasm file that was packed at `url`.
export async function unpacked(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
  return join(new Uint8Array(await response.arrayBuffer()));
}

/// One stream, read from its beginning to its end.
class Stream {
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }

  byte() {
    this.at += 1;
    return this.bytes[this.at - 1];
  }

  /// A number of seven bits a byte.
  number() {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
  }
}

/// The bytes of a function as they come together.
class Body {
  bytes = new Uint8Array(2 ** 20);
  length = 0;

  put(byte) {
    this.bytes[this.length] = byte;
    this.length += 1;
  }

  /// Copies one number as it is written.
  copy(stream) {
    let byte = 128;
    while (byte >= 128) this.put((byte = stream.byte()));
  }

  number(value) {
    let left = value;
    for (; left >= 128; left = Math.floor(left / 128)) this.put((left % 128) + 128);
    this.put(left);
  }
}

/// For each load and store from 0x28 on, the alignment that its width suggests.
const ALIGNMENTS = "23230011001122232301012";

/// The first locals of a function, those used last first.
class Recent {
  locals = new Uint8Array(256).map((_, local) => local);

  /// The local used so long ago; those not kept in mind go by their own number.
  used(rank) {
    if (rank >= 256) return rank;
    const local = this.locals[rank];
    this.locals.copyWithin(1, 0, rank);
    this.locals[0] = local;
    return local;
  }
}

/// The functions as they come together.
class Code {
  body = new Body();
  /// The last offsets of a load and of a store.
  offsets = [0, 0];

  constructor(streams, packed) {
    this.streams = streams;
    this.numbers = new Operands(packed, streams[OPCODE].bytes);
  }

  /// The next number that stands in no stream; its bytes are those of `numbers` then.
  operand(kind) {
    const local = this.recent.locals[0];
    return this.numbers.next(kind, this.streams[OPCODE].at, local, this.hints[local]);
  }

  copy(stream, count = 1) {
    for (let left = count; left > 0; left -= 1) this.body.copy(this.streams[stream]);
  }

  /// Copies such a number as it is written. Gives back its bytes.
  copyOperand(kind) {
    this.operand(kind);
    const { bytes } = this.numbers;
    for (const byte of bytes) this.body.put(byte);
    return bytes;
  }

  local(opcode, rank) {
    this.body.put(opcode);
    this.body.number(this.recent.used(rank));
  }

  constant(kind) {
    this.body.put(0x41);
    const bytes = this.copyOperand(kind);
    this.first ??= bytes;
  }

  firstConstant() {
    this.body.put(0x41);
    for (const byte of this.first) this.body.put(byte);
  }

  memory(opcode, otherAlignment) {
    this.body.put(opcode);
    this.body.put(otherAlignment ^ Number(ALIGNMENTS[opcode - 0x28]));
    const store = opcode < 0x36 ? 0 : 1;
    const told = this.operand(LOAD + store);
    const steps = told % 2 === 0 ? told / 2 : -(told + 1) / 2;
    const offset = told < NEAR ? this.offsets[store] + 4 * steps : told - NEAR;
    this.offsets[store] = offset;
    this.hints[this.recent.locals[0]] = offset * 2 + store;
    this.body.number(offset);
  }

  /// Puts one instruction together. Gives back its opcode.
  instruction() {
    const opcode = this.streams[OPCODE].byte();
    if (opcode === RECENT_0 || opcode === RECENT_1) this.local(0x20, opcode - RECENT_0);
    else if (opcode === SET_RECENT || opcode === TEE_RECENT) this.local(opcode - SET_RECENT + 0x21, 0);
    else if (opcode >= 0x20 && opcode <= 0x22) {
      this.local(opcode, this.operand(opcode === 0x20 ? GET : SET));
    } else if (opcode === 0x41) this.constant(SHORT);
    else if (opcode === I32_MIDDLE) this.constant(MIDDLE);
    else if (opcode === I32_LONG) this.constant(LONG);
    else if (opcode === I32_FIRST) this.firstConstant();
    else if (opcode === HALF_LOAD) this.memory(0x29, 1);
    else if (opcode === HALF_STORE) this.memory(0x37, 1);
    else if (opcode > OTHER_ALIGNMENT && opcode <= OTHER_ALIGNMENT + 3) {
      this.memory(this.streams[OPCODE].byte(), opcode - OTHER_ALIGNMENT);
    } else if (opcode >= 0x28 && opcode <= 0x3e) this.memory(opcode, 0);
    else {
      this.body.put(opcode);
      this.operands(opcode);
    }
    return opcode;
  }

  /// Puts what belongs to an instruction after its opcode.
  operands(opcode) {
    const { body, streams } = this;
    if (opcode === 0x42) this.copyOperand(I64);
    else if (opcode >= 0x02 && opcode <= 0x04) this.copy(BLOCK);
    else if (opcode === 0x0c || opcode === 0x0d) this.copyOperand(LABEL);
    else if (opcode === 0x0e) {
      const labels = streams[TABLE].number();
      body.number(labels);
      this.copy(TABLE, labels + 1);
    } else if (opcode === 0x11 || opcode === 0x1c) this.copy(OPCODE, 2);
    else if (opcode === 0x10 || (opcode >= 0x23 && opcode <= 0x26)) this.copy(OPCODE);
    else if (opcode === 0x3f || opcode === 0x40 || opcode === 0xd0 || opcode === 0xd2) {
      this.copy(OPCODE);
    } else if (opcode === 0x43 || opcode === 0x44) {
      const bytes = opcode === 0x43 ? 4 : 8;
      for (let left = bytes; left > 0; left -= 1) body.put(streams[OPCODE].byte());
    } else if (opcode === 0xfc) {
      const more = streams[OPCODE].number();
      body.number(more);
      if (more >= 8) this.copy(OPCODE, more % 2 === 0 && more < 16 ? 2 : 1);
    }
  }

  /// Puts one function together.
  function() {
    const { body, streams } = this;
    body.length = 0;
    const kinds = streams[LOCALS].number();
    body.number(kinds);
    for (let kind = 0; kind < kinds; kind += 1) {
      body.copy(streams[LOCALS]);
      body.put(streams[LOCALS].byte());
    }
    this.recent = new Recent();
    // What was last loaded or stored by each local: twice the offset, and one for a store.
    this.hints = new Uint32Array(256);
    this.first = undefined;
    for (let depth = 1; depth > 0; ) {
      const opcode = this.instruction();
      if (opcode >= 0x02 && opcode <= 0x04) depth += 1;
      else if (opcode === 0x0b) depth -= 1;
    }
  }
}

/// The wasm file: what stands before the functions, the functions with the length of each before
/// it, what stands after them.
export function join(file) {
  // The file is in two parts, with the length of the first before it.
  const end = 4 + new DataView(file.buffer, file.byteOffset).getUint32(0, true);
  const packed = lzma(file.subarray(4, end));
  const head = new Stream(packed);
  const lengths = Array.from({ length: STREAMS + 3 }, () => head.number());
  let { at } = head;
  const [before, after, ...parts] = lengths.slice(1).map((length) => {
    at += length;
    return packed.subarray(at - length, at);
  });
  const code = new Code(parts.map((part) => new Stream(part)), file.subarray(end));
  const out = new Body();
  out.bytes = new Uint8Array(lengths[0]);
  const add = (bytes) => {
    out.bytes.set(bytes, out.length);
    out.length += bytes.length;
  };
  add(before);
  for (let left = code.streams[LOCALS].number(); left > 0; left -= 1) {
    code.function();
    out.number(code.body.length);
    add(code.body.bytes.subarray(0, code.body.length));
  }
  add(after);
  return out.bytes;
}
