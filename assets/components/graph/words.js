/** Steps of the walk, and every number's story: the chain rule in names, then in numbers. */
import { format } from "../shared/numbers.js";
import { agrees } from "./passes.js";

export const escape = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
const SIGNS = { product: "·", quotient: " / ", power: "**" };
const bracketed = (value) => (value < 0 ? `(${format(value)})` : format(value));
const say = (value) => (Number.isNaN(value) ? "none" : format(value, 5));

/** What a node computes, with `said` for each operand. */
export function formulaOf(node, said) {
  const parts = node.args.map(said);
  if (node.op === "sum") {
    const text = node.terms.map(([factor, places]) => {
      const size = Math.abs(factor);
      const inner = [...(size !== 1 || !places.length ? [format(size, 6)] : []), ...places.map((place) => parts[place])].join("·");
      return `${factor < 0 ? " − " : " + "}${inner}`;
    }).join("");
    return text.startsWith(" + ") ? text.slice(3) : `−${text.slice(3)}`;
  }
  return SIGNS[node.op] ? parts.join(SIGNS[node.op]) : `${node.op}(${parts.join(", ")})`;
}

/**
 * The walk: values first, then gradients from the output back, or tangents from the seed on, or both.
 * @returns {{phase: "value"|"reverse"|"forward", at: number}[]}
 */
export function stepsOf(model) {
  const drawn = model.nodes.map((node, at) => at).filter((at) => model.nodes[at].drawn);
  const steps = drawn.filter((at) => model.nodes[at].op !== "input").map((at) => ({ phase: "value", at }));
  if (model.mode !== "forward") for (const at of drawn.filter((node) => model.needed.has(node)).reverse()) steps.push({ phase: "reverse", at });
  if (model.mode !== "reverse") for (const at of drawn.filter((node) => model.moved.has(node))) steps.push({ phase: "forward", at });
  return steps;
}

const slope = (model, of, by) => `∂${model.nodes[of].name}/∂${model.nodes[by].name}`;

/** Terms of a chain rule: for each neighbour its derivative and the local ones of the edges between. */
function chain(model, flow, edges, neighbourOf, derivative, names) {
  const groups = new Map();
  for (const edge of edges) groups.set(neighbourOf(edge), [...(groups.get(neighbourOf(edge)) ?? []), edge]);
  const [words, numbers] = [[], []];
  for (const [neighbour, group] of groups) {
    const local = group.map((edge) => bracketed(flow.slopes[edge.to][edge.place]));
    const sum = group.map((edge) => format(flow.slopes[edge.to][edge.place])).join(" + ").replace(/\+ −/g, "− ");
    words.push(`${names(neighbour)} · ${slope(model, group[0].to, group[0].from)}`);
    numbers.push(`${bracketed(derivative[neighbour])} · ${group.length > 1 ? `(${sum})` : local[0]}`);
  }
  return [words.join(" + "), numbers.join(" + ")];
}

/** One step as lines of text: first its name, then the names, then the numbers. */
export function storyOf(model, flow, { phase, at }) {
  const node = model.nodes[at];
  const output = model.nodes[model.output].name;
  if (phase === "value") {
    const names = formulaOf(node, (source) => model.nodes[source].name);
    const numbers = formulaOf(node, (source) => bracketed(flow.values[source]));
    const locals = node.args.map((source, place) => [source, place]).filter(([source]) => model.nodes[source].drawn)
      .map(([source, place]) => `${slope(model, at, source)} = ${say(flow.slopes[at][place])}`);
    const wrong = flow.troubles.get(at);
    return { title: `Forward: the value of ${node.name}`, names: `${node.name} = ${names}`, numbers: wrong ? "" : numbers, result: wrong ? "" : say(flow.values[at]), wrong, aside: locals.length ? `Local derivatives: ${locals.slice(0, 6).join(", ")}${locals.length > 6 ? ", …" : ""}` : "" };
  }
  if (phase === "reverse") {
    const title = `Backward: the gradient of ${node.name}`;
    const left = `∂${output}/∂${node.name}`;
    if (at === model.output) return { title, names: left, numbers: "", result: "1", aside: "The output with respect to itself: here the backward pass begins." };
    const [names, numbers] = chain(model, flow, model.edges.filter((edge) => edge.from === at && model.needed.has(edge.to)), (edge) => edge.to, flow.gradients, (reader) => `∂${output}/∂${model.nodes[reader].name}`);
    return { title, names: `${left} = ${names}`, numbers, result: say(flow.gradients[at]), aside: checkWords(flow.gradients[at], flow.checks[at], flow.values[model.output]) };
  }
  const seed = model.nodes[model.seed].name;
  const title = `Forward mode: how ${node.name} moves with ${seed}`;
  const left = `∂${node.name}/∂${seed}`;
  if (at === model.seed) return { title, names: left, numbers: "", result: "1", aside: "The seed: this input moves, all others stand still." };
  const [names, numbers] = chain(model, flow, model.edges.filter((edge) => edge.to === at && model.moved.has(edge.from)), (edge) => edge.from, flow.tangents, (source) => `∂${model.nodes[source].name}/∂${seed}`);
  return { title, names: `${left} = ${names}`, numbers, result: say(flow.tangents[at]), aside: checkWords(flow.tangents[at], flow.tangentChecks[at], flow.values[at]) };
}

/** A gradient beside its finite difference, in words. */
export function checkWords(gradient, check, output) {
  if (Number.isNaN(gradient)) return "There is no gradient: a value or a local derivative on the way does not exist.";
  if (Number.isNaN(check)) return "No finite difference here: a neighbouring value does not exist.";
  const words = `Finite difference: ${format(check, 8)}`;
  return agrees(gradient, check, output) ? `${words} ✓` : `${words} ≠: near a kink or a steep place the difference looks at both sides.`;
}

/** A story as one sentence for a screen reader. */
export const spoken = (story) => [story.title, [story.names, story.numbers, story.wrong ?? story.result].filter(Boolean).join(" = "), story.aside].filter(Boolean).join(". ");

const count = (number, word) => `${number.toLocaleString("en")} ${word}${number === 1 ? "" : "s"}`;

/** A cost in words. */
export const costWords = ({ multiplications, additions }) => `${count(multiplications, "multiplication")} and ${count(additions, "addition")}`;
