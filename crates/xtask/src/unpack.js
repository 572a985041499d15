// The application, unpacked by a small program of its own.

/// The bytes of the wasm file that was packed at `packed`; the program is at `program`.
async function unpacked(program, packed) {
  const bytes = async (url) => {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`${url} answers ${response.status}`);
    return response.arrayBuffer();
  };
  const [small, large] = await Promise.all([bytes(program), bytes(packed)]);
  const { memory, file, unpack } = (await WebAssembly.instantiate(small)).instance.exports;
  new Uint8Array(memory.buffer).set(new Uint8Array(large), file());
  const place = unpack(large.byteLength);
  if (!place) throw new Error(`${packed} is cut`);
  return new Uint8Array(memory.buffer, Number(place & 0xffffffffn), Number(place >> 32n));
}

