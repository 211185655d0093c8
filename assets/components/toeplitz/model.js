/**
 * The grids of a convolution and the entries of its matrix, from what pages/shared/toeplitz.py sends.
 * An entry is one meeting of an output cell with a kernel cell; the view decides in which row and column it stands.
 */

/** A grid as the cell editor of the stepper knows it. */
function makeGrid(name, title, role, values, [height, width], { editable = false, padding = [0, 0, 0, 0] } = {}) {
  const numbers = Float64Array.from(values);
  const [top, right, bottom, left] = padding;
  return {
    name, title, role, height, width, editable, padding, values: numbers, final: numbers, shown: numbers,
    size: height * width, rows: 1, columns: 1, panelTitles: [], hasPadding: padding.some(Boolean),
    isPadding(cell) {
      const row = Math.floor(cell / width);
      const column = cell % width;
      return row < top || row >= height - bottom || column < left || column >= width - right;
    },
    place: (cell) => ({ panel: 0, row: Math.floor(cell / width), column: cell % width }),
  };
}

/** What a view calls its grids, and where an entry (output o, kernel cell k, input cell i) stands in its matrix. */
const VIEWS = {
  matrix: { large: "Input", small: "Output", matrix: "Matrix", row: (o) => o, column: (o, k, i) => i },
  im2col: { large: "Input", small: "Output", matrix: "Patches", row: (o, k) => k, column: (o) => o },
  transposed: { large: "Output", small: "Input", matrix: "Transposed matrix", row: (o, k, i) => i, column: (o) => o },
};

/** @returns {object} grids by name, entries by matrix cell, and who reads whom */
export function decode(data) {
  const words = VIEWS[data.view];
  const back = data.view === "transposed";
  const [outputs, weights] = data.reads.shape;
  const inputs = data.inputs;
  const [py, px] = data.padding;
  const input = makeGrid("input", words.large, back ? "output" : "input", data.large, data.large.shape,
    { editable: !back, padding: [py, px, py, px] });
  const kernel = makeGrid("kernel", "Kernel", "kernel", data.kernel, data.kernel.shape, { editable: true });
  const output = makeGrid("output", words.small, back ? "input" : "output", data.output, data.output.shape);
  const shape = { matrix: [outputs, inputs], im2col: [weights, outputs], transposed: [inputs, outputs] }[data.view];
  const values = new Float64Array(shape[0] * shape[1]);
  const entries = new Map();
  const entryOf = new Int32Array(outputs * weights).fill(-1);
  for (let o = 0; o < outputs; o += 1) {
    for (let k = 0; k < weights; k += 1) {
      const cell = data.reads[o * weights + k];
      const i = data.origin[cell];
      if (i < 0 && data.view !== "im2col") continue;
      const at = words.row(o, k, i) * shape[1] + words.column(o, k, i);
      entryOf[o * weights + k] = at;
      values[at] += data.view === "im2col" ? data.large[cell] : data.kernel[k];
      if (entries.has(at)) entries.get(at).push(k);
      else entries.set(at, [k]);
    }
  }
  const matrix = makeGrid("matrix", words.matrix, "other", values, shape);
  const grids = [input, kernel, output, matrix];
  return {
    ...data, words, input, kernel, output, matrix, grids, entries, entryOf, outputs, weights,
    byName: new Map(grids.map((grid) => [grid.name, grid])),
  };
}

/** The padded cells that an output cell reads, by kernel cell. */
const windowOf = (model, o) => Array.from(model.reads.subarray(o * model.weights, (o + 1) * model.weights));

/** All (output, kernel cell) pairs for which `holds`. */
function meetings(model, holds) {
  const found = [];
  for (let o = 0; o < model.outputs; o += 1)
    for (let k = 0; k < model.weights; k += 1) if (holds(o, k, model.reads[o * model.weights + k])) found.push([o, k]);
  return found;
}

/** Lights of a set of meetings, with the cells that deserve a thicker line. */
function lightsOf(model, pairs, strong, lines = {}) {
  const sets = { input: new Set(), kernel: new Set(), output: new Set(), matrix: new Set() };
  for (const [o, k] of pairs) {
    sets.input.add(model.reads[o * model.weights + k]);
    sets.kernel.add(k);
    sets.output.add(o);
    if (model.entryOf[o * model.weights + k] >= 0) sets.matrix.add(model.entryOf[o * model.weights + k]);
  }
  return { ...sets, strong, row: lines.row ?? null, column: lines.column ?? null, pairs };
}

const ofOutput = (model, o) => {
  const pairs = windowOf(model, o).map((_, k) => [o, k]);
  return lightsOf(model, pairs, { output: o }, model.view === "matrix" ? { row: o } : { column: o });
};

const ofKernel = (model, k) => {
  const pairs = meetings(model, (_, weight) => weight === k);
  return lightsOf(model, pairs, { kernel: k }, model.view === "im2col" ? { row: k } : {});
};

function ofInput(model, cell) {
  const i = model.origin[cell];
  // A zero of the border has no column; a copy of an image cell shares that cell's.
  const pairs = meetings(model, (o, k, read) => (i < 0 ? read === cell : model.origin[read] === i));
  const lines = i < 0 || model.view === "im2col" ? {} : model.view === "matrix" ? { column: i } : { row: i };
  return lightsOf(model, pairs, { input: cell }, lines);
}

/** The padded cell that shows image cell i itself. */
export function shownAt(model, i) {
  const [py, px] = model.padding;
  const wide = model.input.width - 2 * px;
  return (Math.floor(i / wide) + py) * model.input.width + (i % wide) + px;
}

function ofMatrix(model, at) {
  const [row, column] = [Math.floor(at / model.matrix.width), at % model.matrix.width];
  const [o, i] = { matrix: [row, column], im2col: [column, null], transposed: [column, row] }[model.view];
  const lights = ofOutput(model, o);
  const ks = model.view === "im2col" ? [row] : model.entries.get(at) ?? [];
  const cell = model.view === "im2col" ? model.reads[o * model.weights + row] : shownAt(model, i);
  return { ...lights, row, column, strong: { output: o, input: cell, kernel: ks[0], matrix: at }, weights: ks };
}

/** What lights up when a cell is looked at. */
export function lightsOfSpot(model, { grid, cell }) {
  return { output: ofOutput, kernel: ofKernel, input: ofInput, matrix: ofMatrix }[grid.name](model, cell);
}
