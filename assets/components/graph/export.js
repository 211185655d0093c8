/** The graph and its numbers as files. */
import { download } from "../shared/download.js";
import { quoted, savePngOf } from "../shared/files.js";
import { fileOf } from "./draw.js";

const number = (value) => (Number.isNaN(value) ? "" : Number(value.toPrecision(12)));

/** One line a node: name, formula, value, gradient, tangent, finite difference. */
export function csv({ model, flow }) {
  const lines = ["node,formula,value,gradient,tangent,finite_difference"];
  model.nodes.forEach((node, at) => {
    if (node.drawn) lines.push([quoted(node.name), quoted(node.formula), number(flow.values[at]), number(flow.gradients[at]), number(flow.tangents[at]), number(flow.checks[at])].join(","));
  });
  return `${lines.join("\n")}\n`;
}

export function save(kind, view) {
  const name = `${view.model.name}.${kind}`;
  if (kind === "csv") return download(csv(view), name, "text/csv");
  const source = fileOf(view);
  if (kind === "svg") return download(source, name, "image/svg+xml");
  return savePngOf(source, name);
}
