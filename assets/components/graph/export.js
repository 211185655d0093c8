/** The graph and its numbers as files. */
import { download } from "../shared/download.js";
import { fileOf } from "./draw.js";

const number = (value) => (Number.isNaN(value) ? "" : Number(value.toPrecision(12)));
const quoted = (words) => (/[",\n]/.test(words) ? `"${words.replace(/"/g, '""')}"` : words);

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
  const image = new Image();
  image.onload = () => {
    const canvas = document.createElement("canvas");
    canvas.width = view.layout.width * 2;
    canvas.height = view.layout.height * 2;
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    canvas.toBlob((blob) => blob && download(blob, name), "image/png");
  };
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(source)}`;
  return undefined;
}
