/** Turns the packed trace into a model: grids with shapes, segments with their first step, and who writes what. */

/**
 * @param {object} data as pages/shared/stepper.py sends it
 * @returns {object} model: grids, byName, segments, total (steps), layout, digits, summary, name
 */
export function decode(data) {
  const grids = data.grids.map(readGrid);
  const byName = new Map(grids.map((grid) => [grid.name, grid]));
  let first = 0;
  const segments = data.segments.map((raw) => {
    const segment = raw.op ? readSweep(raw, byName) : readMoment(raw, byName);
    segment.first = first;
    first += segment.count;
    return segment;
  });
  const model = {
    grids, byName, segments, total: first, layout: data.layout, digits: data.digits, summary: data.summary, name: data.name,
  };
  model.segmentOf = new Int32Array(first);
  segments.forEach((segment, i) => model.segmentOf.fill(i, segment.first, segment.first + segment.count));
  recordWriters(model);
  for (const grid of grids) grid.final = Float64Array.from(grid.values);
  for (let step = 0; step < first; step += 1) applyStep(model, step, "final");
  for (const grid of grids) {
    grid.shown = Float64Array.from(grid.final);
    grid.moves = grid.lastWriter.some((step) => step >= 0);
  }
  model.shownStep = first - 1;
  return model;
}

function readGrid(raw) {
  const [rows, columns, height, width] = raw.values.shape;
  const [top, right, bottom, left] = raw.padding;
  const size = height * width;
  const values = Float64Array.from(raw.values);
  const grid = {
    ...raw, values, rows, columns, height, width, size,
    /** Row and column inside its panel, and the panel, of a cell. */
    place: (cell) => ({ panel: Math.floor(cell / size), row: Math.floor((cell % size) / width), column: cell % width }),
    isPadding(cell) {
      const row = Math.floor((cell % size) / width);
      const column = cell % width;
      return row < top || row >= height - bottom || column < left || column >= width - right;
    },
    /** Beyond the padding, where a last window hangs over: there is no cell. */
    isOutside: (cell) => Number.isNaN(values[cell]) && !raw.filled && grid.isPadding(cell),
    isRim: top + right + bottom + left > 0,
  };
  const rim = grid.isRim ? [...values.keys()].filter(grid.isPadding) : [];
  return Object.assign(grid, { hasOutside: rim.some(grid.isOutside), hasPadding: rim.some((cell) => !grid.isOutside(cell)) });
}

/** A whole-number sequence: as it is, or as a first value and runs of equal differences. */
function sequence(raw) {
  if (!raw) return null;
  if (!raw.deltas) return Int32Array.from(raw);
  const out = new Int32Array(raw.length);
  let value = raw.first;
  let at = 0;
  if (raw.length) out[at++] = value;
  raw.deltas.forEach((delta, i) => {
    for (let n = raw.counts[i]; n > 0; n -= 1) out[at++] = value += delta;
  });
  return out;
}

function readSweep(raw, byName) {
  const cells = sequence(raw.cells);
  const target = byName.get(raw.target);
  const operands = raw.operands.map((operand) => ({
    grid: byName.get(operand.grid), base: sequence(operand.base), offset: Int32Array.from(operand.offset),
  }));
  const terms = operands[0].offset.length;
  const stride = Math.ceil(terms / 8);
  return {
    sweep: true, op: raw.op, target, cells, operands, terms, count: cells.length, caption: raw.caption,
    // Left out when they are what the target holds.
    results: raw.results ? Float64Array.from(raw.results) : Float64Array.from(cells, (cell) => target.values[cell]),
    addend: raw.addend && { grid: byName.get(raw.addend.grid), cells: sequence(raw.addend.cells) },
    groups: raw.groups && Int32Array.from(raw.groups), groupTitles: raw.groupTitles, partials: raw.partials,
    skips: (step, term) => Boolean(raw.skipped && (raw.skipped[step * stride + (term >> 3)] >> (7 - (term & 7))) & 1),
  };
}

function readMoment(raw, byName) {
  return {
    sweep: false, count: 1, caption: raw.caption, spans: raw.spans, lines: raw.lines,
    lit: raw.lit.map(([name, cells]) => ({ grid: byName.get(name), cells })),
    writes: raw.writes.map(([name, cell, value]) => ({ grid: byName.get(name), cell, value: value ?? NaN })),
  };
}

/** For each grid and cell the first and the last step that writes it, −1 for none. */
function recordWriters(model) {
  for (const grid of model.grids) {
    grid.firstWriter = new Int32Array(grid.values.length).fill(-1);
    grid.lastWriter = new Int32Array(grid.values.length).fill(-1);
  }
  const note = (grid, cell, step) => {
    if (grid.firstWriter[cell] < 0) grid.firstWriter[cell] = step;
    grid.lastWriter[cell] = step;
  };
  for (const segment of model.segments) {
    if (segment.sweep) segment.cells.forEach((cell, i) => note(segment.target, cell, segment.first + i));
    else segment.writes.forEach(({ grid, cell }) => note(grid, cell, segment.first));
  }
}

/** The segment of a step, and the step's number in it. */
export function locate(model, step) {
  const segment = model.segments[model.segmentOf[step]];
  return { segment, at: step - segment.first };
}

/** Put what a step makes into each grid's array called `into` ("shown" or "final"). */
export function applyStep(model, step, into) {
  const { segment, at } = locate(model, step);
  if (segment.sweep) segment.target[into][segment.cells[at]] = segment.results[at];
  else for (const { grid, cell, value } of segment.writes) grid[into][cell] = value;
}

/**
 * Bring every grid's `shown` to a step of the walk.
 * @param {boolean} all show everything, made or not
 * @returns {{grid: object, cell: number}[] | null} the cells that changed, or null when they are too many to tell
 */
export function showStep(model, step, all) {
  const last = model.total - 1;
  if (all || step >= last) {
    const changed = model.shownStep === last ? [] : null;
    for (const grid of model.grids) grid.shown.set(grid.final);
    model.shownStep = last;
    return changed;
  }
  if (model.shownStep === step) return [];
  const next = model.shownStep === step - 1;
  if (!(model.shownStep <= step)) {
    for (const grid of model.grids) grid.filled ? grid.shown.fill(NaN) : grid.shown.set(grid.values);
    model.shownStep = -1;
  }
  while (model.shownStep < step) applyStep(model, ++model.shownStep, "shown");
  return next ? cellsMade(model, step) : null;
}

function cellsMade(model, step) {
  const { segment, at } = locate(model, step);
  return segment.sweep ? [{ grid: segment.target, cell: segment.cells[at] }] : segment.writes;
}
