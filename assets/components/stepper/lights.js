/** What is lit: the cells that a step reads and makes, or all cells that an operand's cell reaches. */
import { locate } from "./decode.js";

/**
 * @returns {{step: number, reads: {grid: object, cells: number[]}[], writes: {grid: object, cells: number[]}[],
 *   pairs: boolean}} the cells of one step
 */
export function lightsOfStep(model, step) {
  const { segment, at } = locate(model, step);
  if (!segment.sweep) {
    const writes = new Map();
    for (const { grid, cell } of segment.writes) writes.set(grid, [...(writes.get(grid) ?? []), cell]);
    return { step, reads: segment.lit, writes: [...writes].map(([grid, cells]) => ({ grid, cells })) };
  }
  const reads = segment.operands.map((operand) => ({ grid: operand.grid, cells: cellsOf(segment, operand, at) }));
  if (segment.addend) reads.push({ grid: segment.addend.grid, cells: [segment.addend.cells[at]], addend: true });
  return { step, reads, writes: [{ grid: segment.target, cells: [segment.cells[at]] }], winner: winnerOf(segment, at) };
}

function cellsOf(segment, operand, at) {
  const cells = [];
  for (let term = 0; term < segment.terms; term += 1) {
    if (!segment.skips(at, term)) cells.push(operand.base[at] + operand.offset[term]);
  }
  return cells;
}

/** The cell that gave a maximum, or null: found by comparing, the maximum itself is the engine's. */
function winnerOf(segment, at) {
  if (segment.op !== "max") return null;
  const { grid } = segment.operands[0];
  let best = null;
  for (const cell of cellsOf(segment, segment.operands[0], at)) {
    if (best === null || grid.final[cell] > grid.final[best]) best = cell;
  }
  return best === null ? null : { grid, cell: best };
}

/** The step to show for a target cell: its latest writer, or its first when the walk has not come so far. */
export function stepOfCell(grid, cell, walked) {
  const last = grid.lastWriter[cell];
  return last <= walked ? last : grid.firstWriter[cell];
}

/**
 * All cells that read this one.
 * @returns {{source: object, writes: {grid: object, cells: number[]}[], uses: number} | null} null if no step reads it
 */
export function lightsOfReach(model, grid, cell) {
  const reached = new Map();
  let uses = 0;
  for (const segment of model.segments) {
    for (const [target, made] of readers(segment, grid, cell)) {
      uses += 1;
      if (!reached.has(target)) reached.set(target, new Set());
      reached.get(target).add(made);
    }
  }
  if (!uses) return null;
  return { source: { grid, cell }, uses, reads: [], writes: [...reached].map(([to, cells]) => ({ grid: to, cells: [...cells] })) };
}

function* readers(segment, grid, cell) {
  if (!segment.sweep) {
    const reads = segment.lit.some((entry) => entry.grid === grid && entry.cells.includes(cell));
    if (reads) for (const write of segment.writes) yield [write.grid, write.cell];
    return;
  }
  const sources = [...segment.operands, ...(segment.addend ? [segment.addend] : [])];
  for (const source of sources) {
    if (source.grid !== grid) continue;
    source.index ??= source.offset ? indexOperand(segment, source) : indexAddend(source);
    const { starts, steps } = source.index;
    for (let i = starts[cell]; i < starts[cell + 1]; i += 1) yield [segment.target, segment.cells[steps[i]]];
  }
}

/** For each cell of the operand's grid the steps that read it, as one array and where each cell's part starts. */
function indexOperand(segment, { grid, base, offset }) {
  const starts = new Int32Array(grid.values.length + 1);
  const visit = (found) => {
    for (let step = 0; step < base.length; step += 1) {
      for (let term = 0; term < offset.length; term += 1) {
        if (!segment.skips(step, term)) found(base[step] + offset[term], step);
      }
    }
  };
  visit((cell) => { starts[cell + 1] += 1; });
  for (let i = 1; i < starts.length; i += 1) starts[i] += starts[i - 1];
  const next = starts.slice();
  const steps = new Int32Array(starts[starts.length - 1]);
  visit((cell, step) => { steps[next[cell]++] = step; });
  return { starts, steps };
}

function indexAddend({ grid, cells }) {
  const zero = { grid, base: cells, offset: Int32Array.of(0) };
  return indexOperand({ skips: () => false }, zero);
}
