/** Numbers as people read and type them. */

const MINUS = "\u2212";
export const LARGEST = 1e6;

/**
 * A number for the eye: `digits` significant digits, a true minus sign, whole numbers whole.
 * @param {number} value
 * @param {number} digits significant digits
 * @returns {string} "" for NaN
 */
export function format(value, digits = 4) {
  if (Number.isNaN(value) || value === null || value === undefined) return "";
  if (!Number.isFinite(value)) return (value < 0 ? MINUS : "") + "∞";
  const size = Math.abs(value);
  if (size === 0) return "0";
  let text;
  if (size >= 1e6 || size < 1e-4) text = scientific(value, digits);
  else if (Number.isInteger(value)) text = String(value);
  else if (size >= 10 ** digits) text = value.toFixed(0);
  else text = String(Number(value.toPrecision(digits)));
  return text.replace("-", MINUS);
}

function scientific(value, digits) {
  const [mantissa, exponent] = value.toExponential(Math.max(0, digits - 1)).split("e");
  return `${Number(mantissa)}e${Number(exponent)}`.replace(/-/g, MINUS);
}

/** A number as the text that an input starts with: short, but nothing lost that float32 carries. */
export function editable(value) {
  if (!Number.isFinite(value)) return "";
  return String(Number(value.toPrecision(7)));
}

const NUMBER = /^[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d+)?$/i;

/**
 * What somebody typed as a number: 1.5, 1,5, -2, 1e-3, 1/9.
 * @param {string} text
 * @returns {{value: number} | {error: string}} a number of at most a million, or what is wrong
 */
export function parse(text) {
  const clean = text.trim().replace(/[\u2212\u2013]/g, "-").replace(/\s+/g, "");
  const parts = clean.split("/");
  if (parts.length > 2 || parts.some((part) => !NUMBER.test(part))) return { error: "Not a number" };
  const [top, bottom] = parts.map((part) => Number(part.replace(",", ".")));
  if (parts.length === 2 && bottom === 0) return { error: "Division by zero" };
  const value = parts.length === 2 ? top / bottom : top;
  if (!Number.isFinite(value) || Math.abs(value) > LARGEST) return { error: "At most a million" };
  return { value: value === 0 ? 0 : value };
}
