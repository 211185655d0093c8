/** The little picture beside the arithmetic: the window's values times the kernel's, cell by cell. */
import { format } from "../shared/numbers.js";
import { levelOf, limitsOf, scaleTable } from "../shared/colors.js";
import { canvasSurface } from "../shared/surface.js";
import { INK, ROLES } from "../shared/palette.js";
import { locate } from "./decode.js";

const MOST_SIDE = 7;
const MOST_PANELS = 4;

/** Whether a segment has such a picture: products of two operands in small windows. */
export function hasProducts(segment) {
  if (!segment.sweep || segment.op !== "sum_products" || segment.terms < 2) return false;
  const groups = arrange(segment);
  return groups.length <= MOST_PANELS && groups.every(({ rows, columns }) => rows <= MOST_SIDE && columns <= MOST_SIDE);
}

/** The terms of each group in the rows and columns that they have in the window. Dilation is closed up. */
function arrange(segment) {
  if (segment.arranged) return segment.arranged;
  const { grid, offset } = segment.operands[0];
  const groups = new Map();
  offset.forEach((value, term) => {
    const group = segment.groups ? segment.groups[term] : 0;
    // The offset's own row and column: the base moves the window, not its shape.
    const inside = ((value % grid.size) + grid.size) % grid.size;
    if (!groups.has(group)) groups.set(group, []);
    groups.get(group).push({ term, row: Math.floor(inside / grid.width), column: inside % grid.width });
  });
  segment.arranged = [...groups].map(([group, terms]) => {
    const rank = (key) => new Map([...new Set(terms.map((term) => term[key]))].sort((a, b) => a - b).map((value, i) => [value, i]));
    const rows = rank("row");
    const columns = rank("column");
    return { group, rows: rows.size, columns: columns.size, terms: terms.map((t) => ({ term: t.term, row: rows.get(t.row), column: columns.get(t.column) })) };
  });
  return segment.arranged;
}

/**
 * Draw the picture for a step into a canvas, sized to its contents; an empty canvas when there is none.
 * @param {HTMLCanvasElement} canvas
 * @param {object} view theme, scale, model
 * @param {number} step
 * @param {number} room the width that it may take
 */
export function drawProducts(canvas, view, step, room) {
  const { segment, at } = locate(view.model, step);
  const fits = hasProducts(segment) && pictures(segment, at, view, room);
  canvas.hidden = !fits;
  if (!fits) return;
  const { parts, size, width, height } = fits;
  const ratio = window.devicePixelRatio || 1;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  const surface = canvasSurface(context);
  for (const part of parts) drawPart(surface, view, part, size, fits.mute ? null : segment.writing.write);
}

function pictures(segment, at, view, room) {
  const groups = arrange(segment);
  const { scale } = view;
  segment.writing ??= writing(segment, view);
  const least = Math.max(24, Math.ceil(segment.writing.width) + 5);
  const largest = Math.max(groups[0].columns > 3 ? 34 : groups.length > 1 ? 30 : 40, least);
  // All three grids, somewhat smaller, say more than the products alone.
  for (const whole of groups.length === 1 ? [true, false] : [false]) {
    for (let size = Math.round(largest * scale); size >= least * scale; size -= 1) {
      const parts = whole ? triple(segment, at, groups[0], view) : groups.map((group) => only(segment, at, group, view));
      const plan = line(parts, size, scale);
      if (plan.width <= room) return { parts, size, ...plan };
    }
  }
  // Too many for their numbers: the colours alone.
  const parts = groups.map((group) => only(segment, at, group, view));
  const size = 16 * scale;
  const plan = line(parts, size, scale);
  return plan.width <= room ? { parts, size, ...plan, mute: true } : null;
}

/** How the segment's numbers are written in the picture, and the width of the longest at 12 px, from some of its steps. */
function writing(segment, { model, measure }) {
  const [a, b] = segment.operands;
  const stride = Math.max(1, Math.floor(segment.count / 40));
  const values = new Set();
  for (let at = 0; at < segment.count; at += stride) {
    for (let term = 0; term < segment.terms; term += 1) {
      if (segment.skips(at, term)) continue;
      const [x, y] = [read(a, at)(term), read(b, at)(term)];
      values.add(x).add(y).add(x * y);
    }
  }
  const widest = (write) => Math.max(...Array.from(values, (value) => measure(write(value), 12)));
  const exact = (value) => format(value, Math.min(3, model.digits));
  return widest(exact) <= (arrange(segment)[0].columns > 3 ? 28 : 42) ? { write: exact, width: widest(exact) } : { write: brief, width: widest(brief) };
}

/** Two decimals at most: the exact factors stand in the text beside it. */
function brief(value) {
  const size = Math.abs(value);
  if (size > 0 && size < 0.005) return "≈0";
  if (size >= 1000) return format(value, 2);
  return format(Number(value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2)), 4);
}

/** Put the parts side by side; says how much room they take. */
function line(parts, size, scale) {
  let x = 1;
  for (const part of parts) {
    if (part.sign) x += 26 * scale;
    else if (x > 1) x += 14 * scale;
    part.x = x;
    part.y = 20 * scale;
    x += part.columns * size;
  }
  return { width: x + 1, height: Math.max(...parts.map((part) => part.rows)) * size + 22 * scale };
}

function cellsOf(segment, at, group, valueOf) {
  return group.terms.map(({ term, row, column }) => ({ row, column, value: segment.skips(at, term) ? NaN : valueOf(term) }));
}

function read({ grid, base, offset }, at) {
  return (term) => grid.final[base[at] + offset[term]];
}

function productsOf(segment, at, group, view) {
  const [a, b] = segment.operands;
  segment.productRange ??= [a, b].map(({ grid }) => Math.max(...limitsOf("signed", grid.final, null))).reduce((x, y) => x * y, 1) || 1;
  return {
    rows: group.rows, columns: group.columns, kind: "signed", range: [-segment.productRange, segment.productRange], color: ROLES[view.theme].output,
    cells: cellsOf(segment, at, group, (term) => read(a, at)(term) * read(b, at)(term)),
  };
}

function only(segment, at, group, view) {
  return { ...productsOf(segment, at, group, view), title: segment.groupTitles[group.group] || "products" };
}

function triple(segment, at, group, view) {
  const operand = (which, sign, title) => {
    const { grid } = segment.operands[which];
    return {
      rows: group.rows, columns: group.columns, kind: grid.scale, sign, title, color: ROLES[view.theme][grid.role],
      range: (grid.range ??= limitsOf(grid.scale, grid.final, grid.limits)), cells: cellsOf(segment, at, group, read(segment.operands[which], at)),
    };
  };
  return [operand(0, "", "window"), operand(1, "×", segment.operands[1].grid.title.toLowerCase()),
    { ...productsOf(segment, at, group, view), sign: "=", title: "products" }];
}

function drawPart(surface, { theme, scale }, part, size, write) {
  const ink = INK[theme];
  const table = scaleTable(part.kind, theme);
  surface.text(part.title, part.x, 8 * scale, { size: 12 * scale, fill: ink.muted, align: "left" });
  if (part.sign) surface.text(part.sign, part.x - 13 * scale, part.y + (part.rows * size) / 2, { size: 16 * scale, fill: ink.muted });
  surface.rect(part.x - 1, part.y - 1, part.columns * size + 1, part.rows * size + 1, ink.line);
  for (const { row, column, value } of part.cells) {
    const [x, y] = [part.x + column * size, part.y + row * size];
    const level = Number.isNaN(value) ? -1 : levelOf(part.kind, value, part.range);
    surface.rect(x, y, size - 1, size - 1, level < 0 ? ink.padding : table.fill[level]);
    if (level >= 0 && write) surface.text(write(value), x + size / 2 - 0.5, y + size / 2, { size: 12 * scale, fill: table.ink[level], tabular: true });
  }
  surface.outline(part.x - 0.5, part.y - 0.5, part.columns * size, part.rows * size, part.color, 1.5);
}
