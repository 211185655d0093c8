/** Values as colours: lookup tables of the palette's scales, with the ink that can be read on each. */
import { CLASSES, DIVERGING, GREY, INK, SEQUENTIAL } from "./palette.js";

const DARK_INK = "#101317";
const LIGHT_INK = "#ffffff";
const LEVELS = 256;
const tables = new Map();

/** @returns {number[]} red, green, blue of "#rrggbb" */
export function rgb(hex) {
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
}

/** @returns {string} "#rrggbb" of three numbers */
export function hex(parts) {
  return `#${parts.map((part) => Math.round(part).toString(16).padStart(2, "0")).join("")}`;
}

/** The colour a fraction of the way from one to another. */
export function mix(from, to, fraction) {
  const end = rgb(to);
  return hex(rgb(from).map((part, i) => part + (end[i] - part) * fraction));
}

/** Relative luminance of a colour, 0 to 1, after WCAG. */
export function luminance(color) {
  const [r, g, b] = rgb(color).map((part) => {
    const c = part / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Contrast ratio of two colours, 1 to 21. */
export function contrast(one, other) {
  const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

/** Black or white, whichever reads better on the colour; always at least 4.5 : 1. */
export function inkOn(color) {
  return contrast(color, DARK_INK) >= contrast(color, LIGHT_INK) ? DARK_INK : LIGHT_INK;
}

/**
 * The theme that Streamlit paints behind the element.
 * @returns {"light" | "dark"}
 */
export function themeOf(element) {
  const text = getComputedStyle(element).getPropertyValue("--st-background-color").trim();
  return /^#[0-9a-f]{6}$/i.test(text) && luminance(text) < 0.4 ? "dark" : "light";
}

/**
 * The colours of a scale from its lowest to its highest value.
 * @param {"signed"|"positive"|"magnitude"|"grey"|"class"|"plain"} kind
 * @param {"light"|"dark"} theme
 * @returns {{fill: string[], ink: string[]}} 256 levels; the classes' own colours for "class"
 */
export function scaleTable(kind, theme) {
  const name = `${kind} ${theme}`;
  if (!tables.has(name)) {
    const fill = kind === "class" ? CLASSES : ramp(stopsOf(kind, theme));
    tables.set(name, { fill, ink: fill.map(inkOn) });
  }
  return tables.get(name);
}

function stopsOf(kind, theme) {
  if (kind === "signed") return DIVERGING[theme];
  if (kind === "positive") return DIVERGING[theme].slice(DIVERGING[theme].length >> 1);
  if (kind === "magnitude") return SEQUENTIAL[theme];
  if (kind === "grey") return GREY;
  return [INK[theme].paper, INK[theme].paper];
}

function ramp(stops) {
  return Array.from({ length: LEVELS }, (_, i) => {
    const at = (i / (LEVELS - 1)) * (stops.length - 1);
    const low = Math.min(Math.floor(at), stops.length - 2);
    return mix(stops[low], stops[low + 1], at - low);
  });
}

/**
 * The values at the ends of a scale: given, or taken from the data (symmetric about zero when signed).
 * @param {string} kind
 * @param {ArrayLike<number>} values
 * @param {number[] | null} given
 */
export function limitsOf(kind, values, given) {
  if (given) return given;
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < values.length; i += 1) {
    const v = values[i];
    if (v < low) low = v;
    if (v > high) high = v;
  }
  if (!(low <= high)) return kind === "signed" ? [-1, 1] : [0, 1];
  if (kind === "signed") {
    const most = Math.max(Math.abs(low), Math.abs(high)) || 1;
    return [-most, most];
  }
  low = Math.min(0, low);
  return [low, high > low ? high : low + 1];
}

/** The level (index into a table) of a value between limits. */
export function levelOf(kind, value, limits) {
  if (kind === "class") return ((Math.round(value) % CLASSES.length) + CLASSES.length) % CLASSES.length;
  const share = (value - limits[0]) / (limits[1] - limits[0] || 1);
  return Math.round(Math.min(1, Math.max(0, share)) * (LEVELS - 1));
}
