/** Turns a panel's bytes back into its codes: the other end of engine/figures/codes.py. */

/** @returns {Promise<Uint8Array>} */
async function inflate(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/**
 * Adds to each residual what its left, upper and upper left neighbours let expect (LOCO-I).
 * @param {Uint8Array|Uint16Array} out the plane, filled with residuals, turned into codes in place
 */
function integrate(out, height, width) {
  for (let row = 0; row < height; row += 1) {
    let left = 0;
    let corner = 0;
    let at = row * width;
    for (let column = 0; column < width; column += 1, at += 1) {
      const above = row > 0 ? out[at - width] : 0;
      const low = left < above ? left : above;
      const high = left < above ? above : left;
      const sum = left + above - corner;
      const expected = sum < low ? low : sum > high ? high : sum;
      // The typed array cuts the sum to its own bits, which undoes the wrap of the other end.
      out[at] += expected;
      left = out[at];
      corner = above;
    }
  }
}

/**
 * @param {{bytes: Uint8Array, shape: number[], bits: number}} panel
 * @returns {Promise<Array<Uint8Array|Uint16Array>>} one array of codes a channel
 */
export async function decode({ bytes, shape, bits }) {
  const [channels, height, width] = shape;
  const count = height * width;
  const raw = await inflate(bytes);
  const planes = [];
  for (let channel = 0; channel < channels; channel += 1) {
    const start = channel * count * (bits / 8);
    let plane;
    if (bits === 8) plane = raw.slice(start, start + count);
    else {
      plane = new Uint16Array(count);
      for (let i = 0; i < count; i += 1) {
        const folded = raw[start + i] | (raw[start + count + i] << 8);
        plane[i] = (folded >>> 1) ^ -(folded & 1);
      }
    }
    integrate(plane, height, width);
    planes.push(plane);
  }
  if (channels !== 3) return planes;
  const [green, red, blue] = planes;
  for (let i = 0; i < count; i += 1) {
    red[i] += green[i];
    blue[i] += green[i];
  }
  return [red, green, blue];
}
