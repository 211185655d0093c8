/** Draws what is lit over the grids: outlined windows, the cell that they make, and lines from one to the other. */
import { INK, ROLES } from "../shared/palette.js";

const THICK = 2.25;

/** @param {object} lights from lights.js */
export function drawLights(surface, view, lights) {
  if (!lights) return;
  const { theme } = view;
  const regions = lights.reads.map(({ grid, cells, addend }) => ({ grid, cells, addend, color: ROLES[theme][grid.role] }));
  const made = lights.writes.map(({ grid, cells }) => ({ grid, cells, color: ROLES[theme][grid.role], made: true }));
  if (lights.source) regions.push({ grid: lights.source.grid, cells: [lights.source.cell], color: INK[theme].text });
  else drawLinks(surface, view, regions, made);
  // The lines may cross the figure but not its words.
  for (const box of view.layout.boxes.values()) if (box.grid.title) surface.erase?.(box.x - 1, box.y - 2, box.titleWidth + 2, box.head - 3);
  for (const region of [...regions, ...made]) drawRegion(surface, view, region);
  if (lights.winner) drawRegion(surface, view, { grid: lights.winner.grid, cells: [lights.winner.cell], color: INK[theme].accent, made: true });
}

function drawRegion(surface, view, { grid, cells, color, made }) {
  if (!cells.length) return;
  const { layout, theme } = view;
  const points = borders(layout, grid, cells);
  // A tint sets a window apart from its surroundings; where all of a panel is lit there are none.
  if (cells.length % grid.size) {
    for (const cell of cells) {
      const { x, y, size } = layout.cell(grid, cell);
      surface.rect(x, y, size - 1, size - 1, color, made ? 0.08 : 0.14);
    }
  }
  // A halo of paper keeps the line visible on any fill.
  surface.segments(points, INK[theme].paper, THICK + 2.5, { cap: "square", alpha: 0.85 });
  surface.segments(points, color, THICK, { cap: "square" });
}

/** The sides of cells whose neighbour on that side is not lit: the outline of any set of cells, dilated ones too. */
function borders(layout, grid, cells) {
  const lit = new Set(cells);
  const points = [];
  for (const cell of cells) {
    const { x, y, size } = layout.cell(grid, cell);
    const { row, column } = grid.place(cell);
    const [left, top, right, bottom] = [x - 0.5, y - 0.5, x + size - 0.5, y + size - 0.5];
    if (row === 0 || !lit.has(cell - grid.width)) points.push(left, top, right, top);
    if (row === grid.height - 1 || !lit.has(cell + grid.width)) points.push(left, bottom, right, bottom);
    if (column === 0 || !lit.has(cell - 1)) points.push(left, top, left, bottom);
    if (column === grid.width - 1 || !lit.has(cell + 1)) points.push(right, top, right, bottom);
  }
  return points;
}

/** Lines from each window to its part of the kernel and on to the target cell, panel by panel. */
function drawLinks(surface, view, regions, made) {
  const target = made[0];
  if (!target?.cells.length) return;
  const end = bounds(view.layout, target.grid, target.cells)[0];
  const paths = regions.filter((region) => region.cells.length && !region.addend && region.grid !== target.grid)
    .map((region) => ({ color: region.color, boxes: bounds(view.layout, region.grid, region.cells) }));
  if (!paths.length || paths.length > 3 || paths[0].boxes.length > 12) return;
  paths.forEach(({ color, boxes }, i) => {
    boxes.forEach((box, k) => {
      const next = paths[i + 1]?.boxes;
      if (!next && k) return;
      const from = next ? box : union(boxes);
      const to = next ? next[Math.min(k, next.length - 1)] : end;
      // Down the page the lines of several panels would run through each other.
      if (boxes.length > 1 && next && to.left - from.right < 8 && from.left - to.right < 8) return;
      surface.segments(joint(from, to), color, 1, { alpha: boxes.length > 4 ? 0.35 : 0.6 });
    });
  });
}

/** The bounding box of the lit cells in each panel that has some. */
function bounds(layout, grid, cells) {
  const found = new Map();
  for (const cell of cells) {
    const { panel } = grid.place(cell);
    const { x, y, size } = layout.cell(grid, cell);
    const box = found.get(panel) ?? { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
    box.left = Math.min(box.left, x);
    box.top = Math.min(box.top, y);
    box.right = Math.max(box.right, x + size - 1);
    box.bottom = Math.max(box.bottom, y + size - 1);
    found.set(panel, box);
  }
  return [...found.values()];
}

function union(boxes) {
  const all = (side, pick) => pick(...boxes.map((box) => box[side]));
  return { left: all("left", Math.min), top: all("top", Math.min), right: all("right", Math.max), bottom: all("bottom", Math.max) };
}

/** Two lines between the facing corners of two boxes; none when the boxes are too close to need them. */
function joint(a, b) {
  if (b.left - a.right >= 8) return [a.right, a.top, b.left, b.top, a.right, a.bottom, b.left, b.bottom];
  if (a.left - b.right >= 8) return [a.left, a.top, b.right, b.top, a.left, a.bottom, b.right, b.bottom];
  if (b.top - a.bottom >= 8) return [a.left, a.bottom, b.left, b.top, a.right, a.bottom, b.right, b.top];
  if (a.top - b.bottom >= 8) return [a.left, a.top, b.left, b.bottom, a.right, a.top, b.right, b.bottom];
  return [];
}
