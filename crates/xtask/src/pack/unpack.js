// Fetches the application and puts its code together again.
//
// What the functions do is packed in streams of one kind each: all opcodes, all numbers of locals,
// all offsets and so on. Like stands beside like, and LZMA finds more to leave out.
import { lzma } from "./lzma.js";

/// The streams in the order in which they follow each other; opcodes are the first.
const STREAMS = 13;
const [OPCODE, LOCALS, BLOCK, LABEL, GET, SET, MEMORY, LOAD, STORE, SHORT, MIDDLE, LONG, I64] = [
  ...Array(STREAMS).keys(),
];

/// Opcodes of our own: `local.get` of the local used last, of the one before it; `i32.const` of two
/// bytes, of more.
const [RECENT_0, RECENT_1, I32_MIDDLE, I32_LONG] = [0xd8, 0xd9, 0xd3, 0xd4];

/// The bytes of the wasm file that was packed at `url`.
export async function unpacked(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
  return join(lzma(new Uint8Array(await response.arrayBuffer())));
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

/// Puts one instruction together. Gives back its opcode.
function instruction(streams, body, recent) {
  const opcode = streams[OPCODE].byte();
  const copy = (stream, count = 1) => {
    for (let left = count; left > 0; left -= 1) body.copy(streams[stream]);
  };
  const local = (opcode, rank) => {
    body.put(opcode);
    body.number(recent.used(rank));
  };
  const constant = (stream) => {
    body.put(0x41);
    copy(stream);
  };
  if (opcode === RECENT_0 || opcode === RECENT_1) local(0x20, opcode - RECENT_0);
  else if (opcode >= 0x20 && opcode <= 0x22) {
    local(opcode, streams[opcode === 0x20 ? GET : SET].number());
  } else if (opcode === 0x41) constant(SHORT);
  else if (opcode === I32_MIDDLE) constant(MIDDLE);
  else if (opcode === I32_LONG) constant(LONG);
  else {
    body.put(opcode);
    operands(opcode, streams, body, copy);
  }
  return opcode;
}

/// Puts what belongs to an instruction after its opcode.
function operands(opcode, streams, body, copy) {
  if (opcode >= 0x28 && opcode <= 0x3e) {
    body.put(streams[MEMORY].byte() ^ Number(ALIGNMENTS[opcode - 0x28]));
    copy(opcode < 0x36 ? LOAD : STORE);
  } else if (opcode === 0x42) copy(I64);
  else if (opcode >= 0x02 && opcode <= 0x04) copy(BLOCK);
  else if (opcode === 0x0c || opcode === 0x0d) copy(LABEL);
  else if (opcode === 0x0e) {
    const labels = streams[LABEL].number();
    body.number(labels);
    copy(LABEL, labels + 1);
  } else if (opcode === 0x11 || opcode === 0x1c) copy(OPCODE, 2);
  else if (opcode === 0x10 || (opcode >= 0x23 && opcode <= 0x26)) copy(OPCODE);
  else if (opcode === 0x3f || opcode === 0x40 || opcode === 0xd0 || opcode === 0xd2) copy(OPCODE);
  else if (opcode === 0x43 || opcode === 0x44) {
    for (let left = opcode === 0x43 ? 4 : 8; left > 0; left -= 1) body.put(streams[OPCODE].byte());
  } else if (opcode === 0xfc) {
    const more = streams[OPCODE].number();
    body.number(more);
    if (more >= 8) copy(OPCODE, more % 2 === 0 && more < 16 ? 2 : 1);
  }
}

/// One function after another, each with its length before it.
function functions(streams, out) {
  const body = new Body();
  for (let left = streams[LOCALS].number(); left > 0; left -= 1) {
    body.length = 0;
    const kinds = streams[LOCALS].number();
    body.number(kinds);
    for (let kind = 0; kind < kinds; kind += 1) {
      body.copy(streams[LOCALS]);
      body.put(streams[LOCALS].byte());
    }
    const recent = new Recent();
    for (let depth = 1; depth > 0; ) {
      const opcode = instruction(streams, body, recent);
      if (opcode >= 0x02 && opcode <= 0x04) depth += 1;
      else if (opcode === 0x0b) depth -= 1;
    }
    out.number(body.length);
    out.bytes.set(body.bytes.subarray(0, body.length), out.length);
    out.length += body.length;
  }
}

/// The wasm file: what stands before the functions, the functions, what stands after them.
export function join(packed) {
  const head = new DataView(packed.buffer, packed.byteOffset);
  let at = 4 * (STREAMS + 3);
  const part = (index) => {
    const length = head.getUint32(4 * index, true);
    at += length;
    return packed.subarray(at - length, at);
  };
  const [before, after] = [part(1), part(2)];
  const streams = Array.from({ length: STREAMS }, (_, index) => new Stream(part(3 + index)));
  const out = new Body();
  out.bytes = new Uint8Array(head.getUint32(0, true));
  out.bytes.set(before);
  out.length = before.length;
  functions(streams, out);
  out.bytes.set(after, out.length);
  return out.bytes;
}
