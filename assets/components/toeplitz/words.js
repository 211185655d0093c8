/** What is looked at, as a sentence with coloured terms. */
import { format } from "../shared/numbers.js";
import { shownAt } from "./model.js";

const MOST = 12;

const term = (role, text) => `<span class="t r-${role}">${text}</span>`;
const number = (value) => format(value, 5);
const inBrackets = (text) => (text.startsWith("−") ? `(${text})` : text);

function place(grid, cell) {
  const { row, column } = grid.place(cell);
  return `(${row - grid.padding[0]}, ${column - grid.padding[3]})`;
}

const name = (grid, cell) => `${grid.title.toLowerCase()} ${place(grid, cell)}`;
const weight = (model, k) => term("kernel", `w${place(model.kernel, k)}`);

/** weight · value + … of the given meetings. */
function products(model, pairs, value) {
  const shown = pairs.slice(0, MOST).map(([o, k]) => {
    const [a, b] = [number(model.kernel.values[k]), number(value(o, k))];
    return `${term("kernel", a)} · ${term("input", inBrackets(b))}`;
  });
  const more = pairs.length > MOST ? ` + … ${pairs.length - MOST} more` : "";
  return (shown.join(" + ") || "0") + more;
}

const connected = (model, pairs) => pairs.filter(([o, k]) => model.entryOf[o * model.weights + k] >= 0);

function ofOutput(model, o, lights) {
  const value = number(model.output.values[o]);
  if (model.view === "transposed")
    return `Column ${o}: ${term("input", `${name(model.output, o)} = ${value}`)} prints the kernel, ${value} times, into ` +
      `${connected(model, lights.pairs).length} output cells.`;
  const line = model.view === "matrix" ? `Row ${o}` : `Column ${o}`;
  const read = (p, k) => model.input.values[model.reads[p * model.weights + k]];
  return `${line}: ${products(model, connected(model, lights.pairs), read)} = ${term("output", value)}, ${name(model.output, o)}.`;
}

function ofInput(model, cell, lights) {
  const i = model.origin[cell];
  const readers = lights.output.size;
  const many = `${readers} output${readers === 1 ? "" : "s"}`;
  if (i < 0 && model.view === "transposed") return "Outside the output: what is printed here is cut off.";
  if (i < 0) return `A zero of the padding: ${many} read it, and it has no column in the matrix.`;
  if (model.view === "transposed") {
    const pairs = connected(model, lights.pairs);
    return `Row ${i}: ${products(model, pairs, (o) => model.output.values[o])} = ` +
      `${term("output", number(model.input.values[cell]))}, ${name(model.input, shownAt(model, i))}.`;
  }
  const line = model.view === "matrix" ? `Column ${i}: ` : "";
  return `${line}${term("input", `${name(model.input, shownAt(model, i))} = ${number(model.input.values[cell])}`)} is read by ${many}` +
    `${model.view === "im2col" ? ` and stands ${lights.matrix.size} times in the patches` : ""}.`;
}

function ofKernel(model, k, lights) {
  const value = `${weight(model, k)} = ${number(model.kernel.values[k])}`;
  if (model.view === "im2col") return `Row ${k}: the cells that ${value} meets, one in each window: the image, shifted.`;
  return `${value} stands ${lights.matrix.size} times in the matrix: one weight, shared.`;
}

function ofMatrix(model, at, lights) {
  const { row, column, strong, weights } = lights;
  const where = `Row ${row}, column ${column}: `;
  const value = number(model.matrix.values[at]);
  if (model.view === "im2col")
    return `${where}${term("input", value)}, what ${weight(model, row)} meets for ${name(model.output, column)}.`;
  if (!weights.length) return `${where}0, since ${name(model.output, strong.output)} and ${name(model.input, strong.input)} are not connected.`;
  const sum = weights.map((k) => weight(model, k)).join(" + ");
  return `${where}${sum} = ${value} connects ${name(model.input, strong.input)} with ${name(model.output, strong.output)}.`;
}

/** @returns {string} HTML */
export function sentence(model, spot, lights) {
  const tell = { output: ofOutput, input: ofInput, kernel: ofKernel, matrix: ofMatrix }[spot.grid.name];
  const text = tell(model, spot.cell, lights);
  return text[0].toUpperCase() + text.slice(1);
}

export const WAITING = {
  matrix: "Hover a row, a column or any cell; the arrow keys walk, Enter pins.",
  im2col: "Each column is a window. Hover any cell; the arrow keys walk, Enter pins.",
  transposed: "Each column prints the kernel, each row gathers. Hover any cell; the arrow keys walk, Enter pins.",
};
