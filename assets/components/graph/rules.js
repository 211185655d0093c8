/** What each kind of node computes, and its local derivatives: the browser's copy of engine/core/graph_rules.py. */
import { format } from "../shared/numbers.js";

const LARGEST = 1e15;
const LEAK = 0.01;

const trouble = (words) => ({ words });
const sigmoid = (x) => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)));
const leak = (x) => (x.length > 1 ? x[1] : LEAK);

function power([base, exponent]) {
  if (base === 0 && exponent < 0) return trouble(`division by zero: 0 to the power ${format(exponent)}`);
  if (base < 0 && !Number.isInteger(exponent)) return trouble(`no power ${format(exponent)} of ${format(base)}`);
  return base ** exponent;
}

function powerSlopes([base, exponent], value) {
  let first = exponent * base ** (exponent - 1);
  if (exponent === 0) first = 0;
  else if (base === 0) first = exponent === 1 ? 1 : exponent > 1 ? 0 : NaN;
  const second = base > 0 ? value * Math.log(base) : base === 0 && exponent > 0 ? 0 : NaN;
  return [first, second];
}

function logarithm([x]) {
  if (x === 0) return trouble("the logarithm of zero is minus infinity");
  return x < 0 ? trouble(`no logarithm of ${format(x)}`) : Math.log(x);
}

/** A tie gives each half. */
const winner = (sign) => ([a, b]) => (a === b ? [0.5, 0.5] : sign * a > sign * b ? [1, 0] : [0, 1]);

export const RULES = {
  product: { value: ([a, b]) => a * b, slopes: ([a, b]) => [b, a] },
  quotient: {
    value: ([a, b]) => (b === 0 ? trouble(`division by zero: ${format(a)} / 0`) : a / b),
    slopes: ([, b], v) => [1 / b, -v / b],
  },
  power: { value: power, slopes: powerSlopes },
  exp: { value: ([x]) => Math.exp(x), slopes: (_, v) => [v] },
  log: { value: logarithm, slopes: ([x]) => [1 / x] },
  sin: { value: ([x]) => Math.sin(x), slopes: ([x]) => [Math.cos(x)] },
  cos: { value: ([x]) => Math.cos(x), slopes: ([x]) => [-Math.sin(x)] },
  tan: { value: ([x]) => Math.tan(x), slopes: (_, v) => [1 + v * v] },
  tanh: { value: ([x]) => Math.tanh(x), slopes: (_, v) => [1 - v * v] },
  sigmoid: { value: ([x]) => sigmoid(x), slopes: ([x]) => [sigmoid(x) * sigmoid(-x)] },
  relu: { value: ([x]) => Math.max(x, 0), slopes: ([x]) => [x > 0 ? 1 : 0] },
  leaky_relu: {
    value: (x) => (x[0] > 0 ? x[0] : leak(x) * x[0]),
    slopes: (x) => [x[0] > 0 ? 1 : leak(x), Math.min(x[0], 0)].slice(0, x.length),
  },
  max: { value: ([a, b]) => Math.max(a, b), slopes: winner(1) },
  min: { value: ([a, b]) => Math.min(a, b), slopes: winner(-1) },
  abs: { value: ([x]) => Math.abs(x), slopes: ([x]) => [Math.sign(x)] },
  sqrt: { value: ([x]) => (x < 0 ? trouble(`no square root of ${format(x)}`) : Math.sqrt(x)), slopes: (_, v) => [v > 0 ? 0.5 / v : NaN] },
  square: { value: ([x]) => x * x, slopes: ([x]) => [2 * x] },
  softplus: { value: ([x]) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))), slopes: ([x]) => [sigmoid(x)] },
};

const times = (numbers) => numbers.reduce((product, number) => product * number, 1);

/**
 * @param {object} node
 * @param {number[]} operands
 * @returns {number | {words: string}} the node's value, or why it has none
 */
export function valueOf(node, operands) {
  const value = node.op === "sum"
    ? node.terms.reduce((sum, [factor, places]) => sum + factor * times(places.map((place) => operands[place])), 0)
    : RULES[node.op].value(operands);
  if (typeof value !== "number") return value;
  return Math.abs(value) <= LARGEST ? value : trouble("overflow: the number is larger than 10¹⁵");
}

/** The local derivatives of a node, one an operand; NaN where there is none. */
export function slopesOf(node, operands, value) {
  if (Number.isNaN(value)) return operands.map(() => NaN);
  if (node.op !== "sum") return RULES[node.op].slopes(operands, value).map((slope) => (Math.abs(slope) <= LARGEST ? slope : NaN));
  const slopes = operands.map(() => 0);
  for (const [factor, places] of node.terms)
    for (const place of places) slopes[place] = factor * times(places.filter((other) => other !== place).map((other) => operands[other]));
  return slopes;
}
