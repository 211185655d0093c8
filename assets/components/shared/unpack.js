/** Reads what pages/shared/components.py packs: JSON beside raw arrays, which come back as typed arrays. */

const TYPES = {
  float32: Float32Array, float64: Float64Array, int8: Int8Array, int16: Int16Array, int32: Int32Array,
  uint8: Uint8Array, uint16: Uint16Array, uint32: Uint32Array,
};
const MAGIC = "PCT1";

/**
 * @param {Uint8Array} bytes a packed message
 * @returns {object} its data; an array is a typed array with a `shape` property
 */
export function unpack(bytes) {
  const magic = String.fromCharCode(...bytes.subarray(0, 4));
  if (magic !== MAGIC) throw new Error("the component got data that it cannot read");
  const length = new DataView(bytes.buffer, bytes.byteOffset + 4, 4).getUint32(0, true);
  const end = 8 + length;
  // A copy of the body starts at offset 0 of its own buffer, so that every typed array in it is aligned.
  const body = bytes.slice(end + ((8 - (end % 8)) % 8)).buffer;
  const text = new TextDecoder().decode(bytes.subarray(8, end));
  return JSON.parse(text, (_, value) => {
    if (value === null || typeof value !== "object" || !value.$array) return value;
    const [kind, shape, offset] = value.$array;
    const count = shape.reduce((a, b) => a * b, 1);
    const array = new TYPES[kind](body, offset, count);
    array.shape = shape;
    return array;
  });
}
