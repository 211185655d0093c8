/** A panel's frames: unpacked once, then any frame is painted from memory. */
import { levelOf, rgb, scaleTable } from "../shared/colors.js";
import { INK } from "../shared/palette.js";
import { decode } from "../picture/decode.js";

export const EMPTY = 255;
const LEVELS = 254;

const word = (red, green, blue) => ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
const words = (colours) => Uint32Array.from(colours, (colour) => word(...rgb(colour)));

/**
 * @param {object} data a panel as pages/shared/film.py sends it
 * @param {number} count how many frames
 * @param {"light"|"dark"} theme
 * @returns {Promise<object>} the panel with its planes, its colours and a canvas of its own size
 */
export async function makePanel(data, count, theme) {
  const { height, width } = data;
  const planes = data.strip
    ? await decode({ bytes: data.strip, shape: [data.planes, count * height, width], bits: 8 })
    : [data.values];
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width, height];
  const panel = { ...data, exact: !data.strip, size: height * width, planes, canvas, painted: -1 };
  panel.context = canvas.getContext("2d");
  panel.pixels = panel.context.createImageData(width, height);
  dress(panel, theme);
  return panel;
}

/** The panel's colours in a theme. */
export function dress(panel, theme) {
  panel.theme = theme;
  panel.painted = -1;
  if (panel.kind === "rgb") return;
  panel.fill = scaleTable(panel.kind, theme).fill;
  panel.table = words(panel.fill);
  panel.none = word(...rgb(INK[theme].paper));
  if (panel.exact || panel.kind === "class") return;
  panel.codes = Uint32Array.from({ length: 256 }, (_, code) => (code === EMPTY ? panel.none : panel.table[Math.round((code / LEVELS) * 255)]));
}

/** Puts a frame onto the panel's own canvas, one pixel a cell. */
export function paint(panel, frame) {
  if (panel.painted === frame) return;
  panel.painted = frame;
  const out = new Uint32Array(panel.pixels.data.buffer);
  const first = frame * panel.size;
  const [plane] = panel.planes;
  if (panel.kind === "rgb") {
    const [red, green, blue] = panel.planes;
    for (let i = 0; i < panel.size; i += 1) out[i] = word(red[first + i], green[first + i], blue[first + i]);
  } else if (panel.codes) {
    for (let i = 0; i < panel.size; i += 1) out[i] = panel.codes[plane[first + i]];
  } else {
    for (let i = 0; i < panel.size; i += 1) {
      const value = valueOf(panel, plane[first + i]);
      out[i] = Number.isNaN(value) ? panel.none : panel.table[levelOf(panel.kind, value, panel.limits)];
    }
  }
  panel.context.putImageData(panel.pixels, 0, 0);
}

function valueOf(panel, code) {
  if (panel.exact) return code;
  if (panel.kind === "rgb") return code;
  if (code === EMPTY) return NaN;
  if (panel.kind === "class") return code;
  return panel.limits[0] + ((panel.limits[1] - panel.limits[0]) * code) / LEVELS;
}

/** The numbers of a cell: one, or three for colours. NaN where there is none. */
export function valuesAt(panel, frame, row, column) {
  const at = frame * panel.size + row * panel.width + column;
  return panel.planes.map((plane) => valueOf(panel, plane[at]));
}

/** The colour that a cell is drawn in, as an index into `fill`; −1 for none. */
export function levelAt(panel, frame, row, column) {
  const [value] = valuesAt(panel, frame, row, column);
  return Number.isNaN(value) ? -1 : levelOf(panel.kind, value, panel.limits);
}
