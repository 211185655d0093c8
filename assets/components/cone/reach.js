/** Which cells read which: the arithmetic of a chain of windows, cell by cell. */

/** The cells of the layer below that a cell reads; those outside the layer are padding. */
export function reads([kernel, stride, padding, dilation, transposed], cell) {
  const found = [];
  for (let tap = 0; tap < kernel; tap += 1) {
    if (!transposed) {
      found.push(stride * cell - padding + dilation * tap);
    } else {
      const place = cell + padding - dilation * (kernel - 1 - tap);
      if (((place % stride) + stride) % stride === 0) found.push(Math.floor(place / stride));
    }
  }
  return found;
}

/**
 * How many ways lead down from a cell to each cell of every layer below, padding included.
 * @returns {Map<number, number>[]} one map a layer, 0 … layer
 */
export function below(rows, layer, cell) {
  const ways = Array.from({ length: layer + 1 }, () => new Map());
  ways[layer].set(cell, 1);
  for (let at = layer; at > 0; at -= 1) {
    for (const [from, count] of ways[at]) {
      // What stands in the padding of a layer is a zero; it was made from nothing below.
      if (from < 0 || from >= rows[at].cells) continue;
      for (const to of reads(rows[at].window, from)) ways[at - 1].set(to, (ways[at - 1].get(to) ?? 0) + count);
    }
  }
  return ways;
}

/** The cells of every layer above that a cell reaches: one set a layer, from `layer` to the last. */
export function above(rows, layer, cell) {
  const reached = rows.map(() => new Set());
  reached[layer].add(cell);
  for (let at = layer + 1; at < rows.length; at += 1) {
    for (let to = 0; to < rows[at].cells; to += 1) {
      if (reads(rows[at].window, to).some((from) => reached[at - 1].has(from))) reached[at].add(to);
    }
  }
  return reached;
}

/** Where a cell stands, in input cells. */
export function centre(row, cell) {
  const period = row.centres.length;
  const turns = Math.floor(cell / period);
  return row.centres[cell - turns * period] + turns * period * row.jump;
}

/** The cell whose middle is nearest to a place. */
export function nearest(row, place) {
  const guess = Math.round((place - row.centres[0]) / row.jump);
  let best = guess;
  for (let cell = guess - row.centres.length - 1; cell <= guess + row.centres.length + 1; cell += 1)
    if (Math.abs(centre(row, cell) - place) < Math.abs(centre(row, best) - place)) best = cell;
  return best;
}

/** The first and last cell of a layer that the layer above reads, padding included. */
export function span(rows, layer) {
  const above = rows[layer + 1];
  let [low, high] = [0, rows[layer].cells - 1];
  if (above) {
    for (const cell of [0, 1, above.cells - 2, above.cells - 1]) {
      if (cell < 0 || cell >= above.cells) continue;
      for (const place of reads(above.window, cell)) {
        low = Math.min(low, place);
        high = Math.max(high, place);
      }
    }
  }
  return [low, high];
}
