/** A loss over a box: its colours, its contour lines, its value anywhere. */
import { rgb } from "../shared/colors.js";
import { INK, SEQUENTIAL } from "../shared/palette.js";

const STOPS = 4;
const REACH = { light: 0.85, dark: 0.6 };

/** The colours of the bands, lowest first: the light half of the scale, so that what is drawn above can be read. */
export function bandColours(count, theme) {
  const stops = SEQUENTIAL[theme].slice(0, STOPS);
  return Array.from({ length: count }, (_, i) => {
    const at = (i / Math.max(1, count - 1)) * (STOPS - 1) * REACH[theme];
    const low = Math.min(STOPS - 2, Math.floor(at));
    const from = rgb(stops[low]);
    return rgb(stops[low + 1]).map((part, j) => Math.round(from[j] + (part - from[j]) * (at - low)));
  });
}

/** A value's place among the levels, 0 at the lowest to 1 at the highest; NaN where there is none. */
export function shade({ levels, limit }, value) {
  if (!Number.isFinite(value) || (limit !== null && value >= limit)) return NaN;
  const last = levels.length - 1;
  if (value <= levels[0]) return 0;
  if (value >= levels[last]) return 1;
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (levels[middle] <= value) low = middle;
    else high = middle;
  }
  return (low + (value - levels[low]) / (levels[high] - levels[low])) / last;
}

/** The value at a place in the box, between the grid's four corners around it. */
export function valueAt({ values, box }, x, y) {
  const [rows, columns] = values.shape;
  const u = Math.min(columns - 1, Math.max(0, ((x - box[0]) / (box[1] - box[0])) * (columns - 1)));
  const v = Math.min(rows - 1, Math.max(0, ((y - box[2]) / (box[3] - box[2])) * (rows - 1)));
  const column = Math.min(columns - 2, Math.floor(u));
  const row = Math.min(rows - 2, Math.floor(v));
  const at = row * columns + column;
  const [a, b] = [u - column, v - row];
  return (values[at] * (1 - a) + values[at + 1] * a) * (1 - b) + (values[at + columns] * (1 - a) + values[at + columns + 1] * a) * b;
}

/** The bands as a picture of width × height pixels, the lowest y at the bottom. */
export function picture(model, width, height, theme) {
  const { values, box, levels } = model;
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [Math.max(2, width), Math.max(2, height)];
  const context = canvas.getContext("2d");
  const pixels = context.createImageData(canvas.width, canvas.height);
  const bands = bandColours(levels.length, theme).map(([r, g, b]) => ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0);
  const [r, g, b] = rgb(INK[theme].padding);
  const none = ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
  const out = new Uint32Array(pixels.data.buffer);
  for (let row = 0; row < canvas.height; row += 1) {
    const y = box[3] - ((row + 0.5) / canvas.height) * (box[3] - box[2]);
    for (let column = 0; column < canvas.width; column += 1) {
      const x = box[0] + ((column + 0.5) / canvas.width) * (box[1] - box[0]);
      const share = shade(model, valueAt({ values, box }, x, y));
      out[row * canvas.width + column] = Number.isNaN(share) ? none : bands[Math.floor(share * (bands.length - 1))];
    }
  }
  context.putImageData(pixels, 0, 0);
  return canvas;
}

/** Contour lines as x1, y1, x2, y2, … in the box's own units: marching squares over the grid. */
export function contours({ values, box, levels, limit }) {
  const [rows, columns] = values.shape;
  const dx = (box[1] - box[0]) / (columns - 1);
  const dy = (box[3] - box[2]) / (rows - 1);
  const points = [];
  const wanted = limit === null ? Array.from(levels).slice(1, -1) : [...Array.from(levels).slice(1), limit];
  for (let row = 0; row < rows - 1; row += 1) {
    for (let column = 0; column < columns - 1; column += 1) {
      const at = row * columns + column;
      const corner = [values[at], values[at + 1], values[at + columns + 1], values[at + columns]];
      const low = Math.min(...corner);
      const high = Math.max(...corner);
      if (!(low < high)) continue;
      for (const level of wanted) {
        if (level < low || level >= high) continue;
        const cuts = [];
        for (let side = 0; side < 4; side += 1) {
          const [from, to] = [corner[side], corner[(side + 1) % 4]];
          if (from <= level === to <= level) continue;
          const share = (level - from) / (to - from);
          const [x, y] = [[share, 0], [1, share], [1 - share, 1], [0, 1 - share]][side];
          cuts.push(box[0] + (column + x) * dx, box[2] + (row + y) * dy);
        }
        for (let i = 0; i + 3 < cuts.length; i += 4) points.push(cuts[i], cuts[i + 1], cuts[i + 2], cuts[i + 3]);
      }
    }
  }
  return points;
}
