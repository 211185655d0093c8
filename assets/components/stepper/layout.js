/** Where every grid, title and sign stands: the largest cells that fit the width, a sensible height, and the eye. */
import { format } from "../shared/numbers.js";

const LARGEST = 56;
const SMALLEST = 2;
const MOST_NUMBERED = 1600;
/** Large channels that stand below each other may also stand in two or more columns. */
const ACROSS = [1, 2, 3];
const LARGE = 100;

/**
 * @param {object} model from decode.js
 * @param {number} width the room in CSS pixels
 * @param {{scale: number, tall: number, ease: number, measure: (text: string, size: number, weight?: number) => number}} look
 *   text scale, the height that is welcome, the cell size beyond which nothing is gained, and how wide a text is
 * @returns {object} width, height, boxes by grid name, signs, and `cell`, `hit` to go between cells and points
 */
export function place(model, width, look) {
  const rows = model.layout.map((words) => chunks(words, model, look));
  for (const grid of model.grids) measureGrid(grid, model.digits, look);
  let best = null;
  for (const across of ACROSS) {
    for (let u = Math.round(LARGEST * look.scale); u >= SMALLEST; u -= 1) {
      const plan = pack(rows, u, width, { ...look, across });
      if (!plan) continue;
      plan.score = judge(plan, u, look, rows.length) - 0.2 * (across - 1);
      if (!best || plan.score > best.score) best = plan;
    }
  }
  return finish(best ?? pack(rows, SMALLEST, Infinity, { ...look, across: 1 }), width, look);
}

/** The words of a row as grids, each with the sign before it: a line is broken before a sign, never after. */
function chunks(words, model, look) {
  const out = [];
  let sign = "";
  for (const word of words) {
    if (!model.byName.has(word)) sign = sign ? `${sign} ${word}` : word;
    else {
      out.push({ sign, grid: model.byName.get(word) });
      sign = "";
    }
  }
  if (sign) out.push({ sign, grid: null });
  for (const chunk of out) chunk.signWidth = chunk.sign ? look.measure(chunk.sign, 22 * look.scale) + 28 * look.scale : 26 * look.scale;
  return out;
}

/** What does not depend on the cell size: widths of titles, labels and of the widest numbers. */
function measureGrid(grid, digits, look) {
  const { scale, measure } = look;
  grid.titleWidth = Math.max(
    measure(grid.title, 14 * scale, 600) + (grid.editable ? 30 * scale : 0), grid.subtitle ? measure(grid.subtitle, 12 * scale) : 0);
  const widest = (texts) => (texts.length ? Math.max(...texts.map((text) => measure(text, 12 * scale))) : 0);
  const beside = widest([...grid.rowLabels, ...grid.panelRows]);
  grid.rowLabelWidth = beside && beside + 6 * scale;
  // Panels in a table have their titles on its sides.
  grid.titled = grid.panelTitles.length > 0 && !grid.panelRows.length;
  grid.panelTitleWidth = grid.titled ? widest(grid.panelTitles) : 0;
  grid.fits = [];
  grid.least = 0;
  if (grid.size > MOST_NUMBERED) return;
  for (let few = digits; few >= Math.min(2, digits); few -= 1) {
    const texts = new Set(Array.from(grid.final, (value) => format(value, few)));
    for (const value of grid.values) texts.add(format(value, few));
    const longest = [...texts].sort((a, b) => b.length - a.length).slice(0, 12);
    grid.fits.push({ digits: few, width: Math.max(...longest.map((text) => measure(text, 12)), 1) / 12 });
  }
  // The smallest cell, at scale 1, that shows its numbers.
  grid.least = Math.max(20, Math.ceil(Math.min(...grid.fits.map((fit) => fit.width)) * 12 + 6));
}

/** The size of a grid's cells when the common size is u: small grids (kernels) are drawn larger. */
function cellSize(grid, u, look) {
  const side = Math.max(grid.columns * grid.width, grid.rows * grid.height);
  const welcome = side <= 4 ? Math.max(40, Math.min(grid.least, 56)) : side <= 7 ? Math.max(34, Math.min(grid.least, 44)) : side <= 12 ? Math.min(grid.least, 36) : 0;
  return Math.max(u, Math.min(Math.round(welcome * look.scale), u * 7));
}

function sizeOf(grid, u, look) {
  const { scale } = look;
  const size = cellSize(grid, u, look);
  const columns = grid.columns === 1 && grid.size >= LARGE ? Math.min(look.across, grid.rows) : grid.columns;
  const rows = Math.ceil((grid.rows * grid.columns) / columns);
  const gap = Math.round((grid.panelRows.length ? 6 : Math.max(8, Math.min(16, size * 0.5))) * scale);
  const panelTop = (grid.titled ? 18 * scale : 0) + (grid.columnLabels.length ? 16 * scale : 0);
  const tableTop = grid.panelColumns.length ? 18 * scale : 0;
  const panel = { width: Math.max(grid.width * size, grid.panelTitleWidth), height: grid.height * size + panelTop };
  const body = {
    width: grid.rowLabelWidth + columns * panel.width + (columns - 1) * gap,
    height: rows * panel.height + (rows - 1) * gap + tableTop,
  };
  const head = (grid.title ? 20 * scale : 0) + (grid.subtitle ? 16 * scale : 0) + 5 * scale;
  return { size, gap, columns, panel, panelTop, tableTop, body, head, width: Math.max(body.width, grid.titleWidth), height: head + body.height };
}

/** Fill lines from left to right at cell size u; null if something is wider than the room. */
function pack(rows, u, width, look) {
  const lines = [];
  for (const row of rows) {
    let line = null;
    for (const chunk of row) {
      const size = chunk.grid ? sizeOf(chunk.grid, u, look) : { width: 0, height: 0, head: 0, body: { height: 0 } };
      const lead = line || chunk.sign ? chunk.signWidth : 0;
      if (!line || line.width + lead + size.width > width) {
        const own = chunk.sign ? chunk.signWidth : 0;
        if (own + size.width > width) return null;
        line = { items: [], width: 0, head: 0, body: 0 };
        lines.push(line);
      }
      const before = line.items.length || chunk.sign ? chunk.signWidth : 0;
      line.items.push({ ...chunk, ...size, before });
      line.width += before + size.width;
      line.head = Math.max(line.head, size.head);
      line.body = Math.max(line.body, size.body.height);
    }
  }
  const between = 22 * look.scale;
  const height = lines.reduce((sum, line) => sum + line.head + line.body, 0) + between * (lines.length - 1);
  return { lines, height, between, u };
}

/** How good a plan is: larger cells, numbers in them, few lines, and not much taller than welcome. */
function judge({ lines, height }, u, look, rows) {
  const items = lines.flatMap((line) => line.items).filter((item) => item.grid);
  const numbered = items.filter((item) => numbersAt(item.grid, item.size, look)).length / items.length;
  const size = Math.log(Math.min(u, look.ease)) - 0.05 * Math.log(Math.max(1, u / look.ease));
  // Below five pixels nobody can point at a cell.
  const tiny = 0.5 * Math.max(0, 5 - u);
  return size - tiny + 1.5 * numbered - 0.3 * (lines.length - rows) - 1.6 * Math.max(0, Math.log(height / look.tall));
}

/** The text size and digits for a grid's numbers at a cell size, or null when they would be too small to read. */
function numbersAt(grid, size, look) {
  const least = 12 * look.scale;
  for (const fit of grid.fits) {
    const text = Math.min(size * 0.4, 17 * look.scale, (size - 10) / fit.width);
    if (text >= least || (size * 0.62 >= least && (size - 6) / fit.width >= least)) return { digits: fit.digits, text: Math.max(text, least) };
  }
  return null;
}

function finish(plan, width, look) {
  const boxes = new Map();
  const signs = [];
  let y = 0;
  for (const line of plan.lines) {
    let x = Math.max(0, (width - line.width) / 2);
    for (const item of line.items) {
      const middle = y + line.head + line.body / 2;
      if (item.sign) signs.push({ text: item.sign, x: x + item.before / 2, y: middle });
      x += item.before;
      if (item.grid) boxes.set(item.grid.name, boxOf(item, x, middle, look));
      x += item.width;
    }
    y += line.head + line.body + plan.between;
  }
  const right = Math.max(...[...boxes.values()].map((box) => box.x + box.width));
  return withLookups({ width: Math.max(width, Math.ceil(right)), height: Math.ceil(y - plan.between), boxes, signs, unit: plan.u });
}

function boxOf(item, x, middle, look) {
  const { grid, size, gap, columns, panel, panelTop, tableTop, body, head } = item;
  const top = Math.round(middle - body.height / 2 + tableTop);
  const left = Math.round(x + grid.rowLabelWidth + Math.max(0, (item.width - body.width) / 2));
  const panels = [];
  const inset = (panel.width - grid.width * size) / 2;
  for (let i = 0; i < grid.rows * grid.columns; i += 1) {
    panels.push({
      x: Math.round(left + (i % columns) * (panel.width + gap) + inset),
      y: Math.round(top + Math.floor(i / columns) * (panel.height + gap) + panelTop),
    });
  }
  return { grid, size, titleWidth: grid.titleWidth, panels, panelTop, x, y: top - tableTop - head, head, width: item.width, height: head + body.height, numbers: numbersAt(grid, size, look) };
}

function withLookups(layout) {
  /** Left, top and side of a cell. */
  layout.cell = (grid, cell) => {
    const box = layout.boxes.get(grid.name);
    const { panel, row, column } = grid.place(cell);
    return { x: box.panels[panel].x + column * box.size, y: box.panels[panel].y + row * box.size, size: box.size };
  };
  /** The cell under a point, or null. */
  layout.hit = (x, y) => {
    for (const { grid, panels, size } of layout.boxes.values()) {
      for (let panel = 0; panel < panels.length; panel += 1) {
        const column = Math.floor((x - panels[panel].x) / size);
        const row = Math.floor((y - panels[panel].y) / size);
        if (row >= 0 && column >= 0 && row < grid.height && column < grid.width) {
          return { grid, cell: panel * grid.size + row * grid.width + column };
        }
      }
    }
    return null;
  };
  return layout;
}
