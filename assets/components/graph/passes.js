/** Through the graph forward and backward, as engine/core/graph_passes.py and graph_costs.py do it. */
import { slopesOf, valueOf } from "./rules.js";

const STEPS = [1e-3, 1e-4, 1e-5];
const MOST_PATHS = 200;
const isGiven = (node) => node.op === "input" || node.op === "number";

/** Every node's value; `fixed` maps nodes to values that they have whatever they would compute. */
export function evaluate(model, fixed = null) {
  const values = [];
  const troubles = new Map();
  model.nodes.forEach((node, at) => {
    if (fixed?.has(at)) return values.push(fixed.get(at));
    if (isGiven(node)) return values.push(node.value);
    const waits = node.args.find((source) => Number.isNaN(values[source]));
    const found = waits === undefined ? valueOf(node, node.args.map((source) => values[source])) : { words: `waits for ${model.nodes[waits].name}, which has no value` };
    if (typeof found !== "number") troubles.set(at, found.words);
    return values.push(typeof found === "number" ? found : NaN);
  });
  return { values, troubles };
}

/** Values, local derivatives, gradients by reverse mode, tangents from a seed by forward mode, and the check. */
export function run(model, seed) {
  const { values, troubles } = evaluate(model);
  const slopes = model.nodes.map((node, at) => (isGiven(node) ? [] : slopesOf(node, node.args.map((source) => values[source]), values[at])));
  const gradients = reverse(model, slopes);
  const tangent = (from) => tangents(model, slopes, from);
  return {
    values, troubles, slopes, gradients, tangents: tangent(seed),
    forward: new Map(model.inputs.map((at) => [at, tangent(at)[model.output]])),
    checks: model.nodes.map((node, at) => (node.drawn ? differences(model, values, at, [model.output])[0] : NaN)),
    tangentChecks: seed < 0 ? [] : differences(model, values, seed, [...model.nodes.keys()]),
  };
}

function reverse(model, slopes) {
  const gradients = model.nodes.map((_, at) => Number(at === model.output));
  for (let at = model.output; at >= 0; at -= 1) {
    if (!model.needed.has(at)) continue;
    model.nodes[at].args.forEach((source, place) => {
      if (model.nodes[source].drawn) gradients[source] += gradients[at] * slopes[at][place];
    });
  }
  return gradients;
}

function tangents(model, slopes, seed) {
  const found = model.nodes.map((_, at) => Number(at === seed));
  const moved = new Set([seed]);
  model.nodes.forEach((node, at) => {
    const reads = node.args.map((source, place) => [source, place]).filter(([source]) => moved.has(source));
    if (!reads.length || at === seed) return;
    moved.add(at);
    found[at] = reads.reduce((sum, [source, place]) => sum + slopes[at][place] * found[source], 0);
  });
  return found;
}

/** ∂of/∂node by a centred difference of fourth order: of three steps one that the step before agrees with best. */
function differences(model, values, at, wanted) {
  const runs = STEPS.map((step) => {
    const h = step * Math.max(Math.min(Math.abs(values[at]), 1), 1e-2);
    return { h, ends: [1, -1, 2, -2].map((shift) => evaluate(model, new Map([[at, values[at] + shift * h]])).values) };
  });
  return wanted.map((of) => {
    if (Number.isNaN(values[at]) || Number.isNaN(values[of])) return NaN;
    const found = runs.map(({ h, ends: [one, other, far, further] }) => (8 * (one[of] - other[of]) - (far[of] - further[of])) / (12 * h));
    return Math.abs(found[1] - found[0]) <= Math.abs(found[2] - found[1]) ? found[1] : found[2];
  });
}

/** Whether a node's gradient and its finite difference tell the same, but for the rounding of the output. */
export function agrees(gradient, check, output) {
  return Math.abs(gradient - check) <= 1e-5 * Math.abs(gradient) + 1e-9 * Math.max(1, Math.abs(output));
}

/** The nodes that a node depends on, itself among them. */
export function reaching(nodes, output) {
  const found = new Set([output]);
  for (let at = output; at >= 0; at -= 1) if (found.has(at)) for (const source of nodes[at].args) found.add(source);
  return found;
}

/** The nodes on any path from a node to the output. */
export function between(model, start) {
  const after = new Set([start]);
  for (let at = start + 1; at <= model.output; at += 1) if (model.nodes[at].args.some((source) => after.has(source))) after.add(at);
  return after.has(model.output) ? new Set([...after].filter((at) => model.needed.has(at)).sort((a, b) => a - b)) : new Set();
}

/** Paths from a node to the output, at most so many: edges and products; and how many there are. */
export function pathsFrom(model, flow, start, most = MOST_PATHS) {
  const inside = between(model, start);
  const found = [];
  const waiting = inside.size ? [{ at: start, edges: [], product: 1 }] : [];
  while (waiting.length && found.length < most) {
    const way = waiting.pop();
    if (way.at === model.output) {
      found.push(way);
      continue;
    }
    for (const edge of [...model.edges].reverse())
      if (edge.from === way.at && inside.has(edge.to)) waiting.push({ at: edge.to, edges: [...way.edges, edge], product: way.product * flow.slopes[edge.to][edge.place] });
  }
  return found;
}

/** Number of paths, and what multiplying out each of them costs. */
export function pathCost(model, start) {
  const tally = new Map([[model.output, [1, 0, 1]]]);
  for (const at of [...between(model, start)].reverse()) {
    const [ways, factors, free] = tally.get(at) ?? [0, 0, 0];
    model.nodes[at].args.forEach((source, place) => {
      const plain = model.nodes[at].plain[place];
      const before = tally.get(source) ?? [0, 0, 0];
      tally.set(source, [before[0] + ways, before[1] + factors + (plain ? 0 : ways), before[2] + (plain ? free : 0)]);
    });
  }
  const [ways, factors, free] = tally.get(start) ?? [0, 0, 0];
  return { ways, multiplications: factors - (ways - free), additions: Math.max(ways - 1, 0) };
}

/** What one backward pass that reaches only these nodes costs. */
export function sharedCost(model, starts) {
  const inside = new Set(starts.flatMap((start) => [...between(model, start)]));
  return passCost(model, inside, model.output, [...inside].sort((a, b) => b - a), (at) => model.edges.filter((edge) => edge.from === at).map((edge) => [edge, edge.to]));
}

/** What forward passes from every input cost, one after the other. */
export function forwardCost(model) {
  const total = { multiplications: 0, additions: 0 };
  for (const start of model.inputs) {
    const inside = between(model, start);
    if (!inside.size) continue;
    const cost = passCost(model, inside, start, [...inside].sort((a, b) => a - b), (at) => model.edges.filter((edge) => edge.to === at).map((edge) => [edge, edge.from]));
    total.multiplications += cost.multiplications;
    total.additions += cost.additions;
  }
  return total;
}

function passCost(model, inside, first, order, edgesOf) {
  const ones = new Set([first]);
  const cost = { multiplications: 0, additions: 0 };
  for (const at of order) {
    if (at === first) continue;
    const parallel = new Map();
    for (const [edge, neighbour] of edgesOf(at)) {
      if (!inside.has(neighbour)) continue;
      parallel.set(neighbour, [...(parallel.get(neighbour) ?? []), model.nodes[edge.to].plain[edge.place]]);
    }
    cost.additions += [...parallel.values()].reduce((sum, group) => sum + group.length, 0) - 1;
    for (const [neighbour, group] of parallel) {
      const free = group.length === 1 && group[0];
      if (!free && !ones.has(neighbour)) cost.multiplications += 1;
      if (free && ones.has(neighbour) && parallel.size === 1) ones.add(at);
    }
  }
  return cost;
}
