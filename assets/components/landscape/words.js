/** One update in words and numbers: what is added to the point, and what it is made of. */
import { format } from "../shared/numbers.js";

const pair = (vector, digits = 3) => `(${vector.map((part) => format(part, digits)).join(", ")})`;
const RULE = {
  sgd: "step = −α g",
  momentum: "step = −α b, b = g + μ b before",
  nesterov: "step = −α (g + μ b), b = g + μ b before",
  adagrad: "step = −α g / √(sum of g²)",
  adadelta: "step = −α g · √(mean of step²) / √(mean of g²)",
  rmsprop: "step = −α g / √(mean of g²)",
  adam: "step = −α m / √v, m = mean of g, v = mean of g²",
  adamw: "step = −α m / √v − α λ x",
  newton: "step = −H⁻¹ g",
  random: "try a random step; keep it if f falls",
};
const BOX = { adagrad: "√(sum of g²)", adadelta: "√(mean of g²)", rmsprop: "√(mean of g²)", adam: "√v", adamw: "√v" };

/**
 * @returns {{head: string, rule: string, parts: {part: string, text: string}[]}} `part` says with which colour it is drawn
 */
export function storyOf(model, made, magnify) {
  if (!made) return { head: "", rule: "", parts: [] };
  const { t, r, kind, from, to, step, memory, fresh, decay, gradient, scale } = made;
  const parts = [];
  if (gradient) parts.push({ part: "gradient", text: `g = ${pair(gradient)}${model.noisy ? ", of this batch" : ""}` });
  if (scale && BOX[kind]) parts.push({ part: "scale", text: `${BOX[kind]} = ${pair(scale)}` });
  if (kind === "newton" && scale) parts.push({ part: "scale", text: `curvatures ${format(scale[0], 3)} and ${format(scale[1], 3)}` });
  if (kind === "random" && memory) parts.push({ part: "memory", text: `tried ${pair(memory)}: ${step.some(Boolean) ? "lower, kept" : "not lower, stays"}` });
  else {
    if (memory) parts.push({ part: "memory", text: `from before ${pair(memory)}` });
    if (fresh && (memory || decay)) parts.push({ part: "fresh", text: `from today’s g ${pair(fresh)}` });
    if (decay) parts.push({ part: "decay", text: `weight decay ${pair(decay)}` });
  }
  const enlarged = magnify > 1.05 ? `, drawn ${format(magnify, 2)}×` : "";
  parts.push({ part: "step", text: `step = ${pair(step)}${enlarged}` });
  const rate = kind === "newton" && model.rate(t, r) === 1 ? "" : `, α = ${format(model.rate(t, r), 3)}`;
  return { head: `${model.titles[r]}, step ${t + 1}${rate}`, rule: RULE[kind] ?? "", parts, move: `${pair(from)} → ${pair(to)}, ${model.measure} = ${format(model.gap(t + 1, r), 3)}` };
}

/** The same as one sentence to listen to. */
export function spoken(model, made) {
  const { head, parts, move } = storyOf(model, made, 1);
  return head ? `${head}. ${parts.map(({ text }) => text).join("; ")}. ${move}.` : "";
}
