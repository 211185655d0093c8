/** One panel: its values, their words, and its pixels as a canvas made once for each change of the data. */
import { levelOf, limitsOf, rgb, scaleTable } from "../shared/colors.js";
import { INK } from "../shared/palette.js";
import { decode } from "./decode.js";

const EMPTY = 65535;
export const NONE = "none";
const KEPT = 24;
const MINUS = "\u2212";
const BYTES = new Set(["rgb", "grey", "red", "green", "blue"]);
// What was unpacked stays for as long as it is among the last: an unchanged panel costs nothing, on any page.
const unpacked = new Map();

async function planesOf(data, all, at) {
  let planes = unpacked.get(data.id) ?? at.find((panel) => panel.id === data.id)?.planes;
  if (!planes && !data.bytes && !data.channel) return null;
  planes ??= data.bytes ? decode(data) : channelOf(data.channel, all, at);
  unpacked.delete(data.id);
  // A promise is kept, so that a panel and its channels, made side by side, share one.
  unpacked.set(data.id, planes);
  if (unpacked.size > KEPT) unpacked.delete(unpacked.keys().next().value);
  const there = await planes;
  if (!there) unpacked.delete(data.id);
  return there;
}

/** One channel of another panel of the same picture. */
async function channelOf([id, place], all, at) {
  const planes = await planesOf(all.find((panel) => panel.id === id), all, at);
  return planes && [planes[place]];
}

/**
 * @param {object} data a panel as pages/shared/picture.py sends it, without bytes where we should have them
 * @param {object[]} all the panels of its picture
 * @param {"light"|"dark"} theme
 * @param {object[]} standing the panels that stand there now
 * @param {number} i which one it is
 * @returns {Promise<object | null>} null if the bytes are missing here
 */
export async function makePanel(data, all, theme, standing, i) {
  const [, height, width] = data.shape;
  const planes = await planesOf(data, all, standing);
  if (!planes) return null;
  const before = standing[i];
  const panel = { ...data, height, width, planes, theme };
  panel.limits = limitsFor(data, planes);
  const same = before && before.id === data.id && before.kind === data.kind && before.theme === theme &&
    String(before.limits) === String(panel.limits) && coverOf(before) === coverOf(panel);
  panel.canvas = same ? before.canvas : paint(panel);
  return panel;
}

function limitsFor(data, planes) {
  if (data.limits || BYTES.has(data.kind)) return data.limits ?? [0, 255];
  let low = Infinity;
  let high = -Infinity;
  for (const code of planes[0]) {
    if (code === EMPTY) continue;
    if (code < low) low = code;
    if (code > high) high = code;
  }
  return limitsOf(data.kind, [low, high].filter(Number.isFinite).map((code) => data.scale * code + data.shift), null);
}

/** How much a panel covers of what shows through it. */
const coverOf = ({ over, opacity }) => (over === null ? 1 : opacity);

/** The opacity of a colour of a scale, as a byte: strong values cover more than weak ones, all of them at 1, none at 0. */
function alpha(panel, level) {
  const cover = coverOf(panel);
  const share = level / 255;
  const strength = panel.kind === "signed" ? Math.abs(2 * share - 1) : share;
  return Math.round(255 * (strength * (1 - (1 - cover) ** 2) + (1 - strength) * cover ** 2));
}

/** The colour of every code of a panel with one channel, as bytes in the canvas's order. */
function table(panel) {
  const count = panel.bits === 8 ? 256 : 65536;
  const colours = new Uint32Array(count);
  const channel = ["red", "green", "blue"].indexOf(panel.kind);
  const fill = channel < 0
    ? scaleTable(panel.kind, panel.theme).fill.map((hex, level) => word(...rgb(hex), alpha(panel, level)))
    : null;
  for (let code = 0; code < count; code += 1) {
    if (fill) colours[code] = fill[levelOf(panel.kind, panel.scale * code + panel.shift, panel.limits)];
    else colours[code] = word(...[0, 1, 2].map((at) => (at === channel ? code : 0)));
  }
  if (panel.bits === 16) colours[EMPTY] = word(...rgb(INK[panel.theme].padding));
  return colours;
}

const word = (red, green, blue, opaque = 255) => ((opaque << 24) | (blue << 16) | (green << 8) | red) >>> 0;

function paint(panel) {
  const { width, height, planes } = panel;
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  const out = new Uint32Array(image.data.buffer);
  if (planes.length === 3) {
    const [red, green, blue] = planes;
    for (let i = 0; i < out.length; i += 1) out[i] = word(red[i], green[i], blue[i]);
  } else {
    const colours = table(panel);
    const [codes] = planes;
    for (let i = 0; i < out.length; i += 1) out[i] = colours[codes[i]];
  }
  context.putImageData(image, 0, 0);
  return canvas;
}

/** The colour that is drawn at a pixel, as [red, green, blue]. */
export function colourAt(panel, row, column) {
  const at = row * panel.width + column;
  if (panel.planes.length === 3) return panel.planes.map((plane) => plane[at]);
  const code = panel.planes[0][at];
  const channel = ["red", "green", "blue"].indexOf(panel.kind);
  if (channel >= 0) return [0, 1, 2].map((part) => (part === channel ? code : 0));
  if (panel.bits === 16 && code === EMPTY) return rgb(INK[panel.theme].padding);
  return rgb(scaleTable(panel.kind, panel.theme).fill[levelOf(panel.kind, panel.scale * code + panel.shift, panel.limits)]);
}

/** The stored value of a channel at a pixel, as the numbers of the panel say it; NaN where there is none. */
export function valueAt(panel, channel, row, column) {
  const code = panel.planes[channel][row * panel.width + column];
  if (panel.bits === 16 && code === EMPTY) return NaN;
  return said(panel, channel, panel.scale * code + panel.shift);
}

/** A stored value as the panel's numbers say it. */
export function said({ numbers }, channel, value) {
  const pick = (list) => list[Math.min(channel, list.length - 1)];
  return pick(numbers.scale) * value + pick(numbers.shift);
}

/** A number with the panel's decimals. */
export function write(panel, value) {
  if (Number.isNaN(value)) return NONE;
  const { decimals } = panel.numbers;
  const text = value.toFixed(decimals);
  // A rounded −0.00 is a zero.
  return Number(text) === 0 ? (0).toFixed(decimals) : text.replace("-", MINUS);
}

/** The words of a pixel, one for each channel. */
export function texts(panel, row, column) {
  return panel.planes.map((_, channel) => write(panel, valueAt(panel, channel, row, column)));
}

/** The most characters that a number of this panel may have. */
export function longest(panel) {
  const ends = panel.bits === 8 ? [0, 255] : panel.limits;
  return Math.max(...panel.planes.flatMap((_, channel) => ends.map((end) => write(panel, said(panel, channel, end)).length)));
}
