/** Draws the grids and what is lit on a surface (canvas or SVG). */
import { inkOn, levelOf, limitsOf, mix, scaleTable } from "../shared/colors.js";
import { format } from "../shared/numbers.js";
import { CLASSES, INK, ROLES } from "../shared/palette.js";

/** Colour of a kernel cell: the class colours, paler at each time round. */
export function hue(weight, theme) {
  const round = Math.floor(weight / CLASSES.length);
  return mix(CLASSES[weight % CLASSES.length], INK[theme].paper, Math.min(0.75, round * 0.3));
}

/** The colours of a grid's cells: {fill, ink} by cell. */
function painter(view, grid) {
  const { model, theme, byWeight } = view;
  if (byWeight && grid.name === "kernel") return (cell) => filled(hue(cell, theme));
  if (byWeight && grid.name === "matrix") {
    return (cell) => {
      const ks = model.entries.get(cell);
      return filled(ks.length > 1 ? INK[theme].muted : hue(model.view === "im2col" ? Math.floor(cell / grid.width) : ks[0], theme));
    };
  }
  const kind = model.grey && grid.name === "input" ? "grey" : "signed";
  const table = scaleTable(kind, theme);
  const values = grid.name === "matrix" && model.view === "im2col" ? model.input.values : grid.values;
  const limits = limitsOf(kind, values.filter((value) => !Number.isNaN(value)), null);
  return (cell) => {
    const level = levelOf(kind, grid.values[cell], limits);
    return { fill: table.fill[level], ink: table.ink[level] };
  };
}

const filled = (fill) => ({ fill, ink: inkOn(fill) });

export function drawAll(surface, view) {
  for (const { grid } of view.layout.boxes.values()) drawGrid(surface, view, grid);
}

function drawGrid(surface, view, grid) {
  const { layout, theme, scale, model } = view;
  const box = layout.boxes.get(grid.name);
  const ink = INK[theme];
  surface.text(grid.title, box.x, box.y + 9 * scale, { size: 14 * scale, weight: 600, fill: ROLES[theme][grid.role], align: "left" });
  const inner = [grid.height - grid.padding[0] - grid.padding[2], grid.width - grid.padding[1] - grid.padding[3]];
  surface.text(inner.join(" × "), box.x, box.y + 27 * scale, { size: 12 * scale, fill: ink.muted, align: "left" });
  const top = box.y + box.head;
  if (grid.name === "matrix") surface.rect(box.x, top, box.width, box.height, ink.faint);
  const paint = painter(view, grid);
  const each = grid.name === "matrix" ? model.entries.keys() : grid.values.keys();
  for (const cell of each) drawCell(surface, view, grid, cell, paint);
  if (grid.name === "matrix") drawLines(surface, box, grid, ink);
  surface.outline(box.x, top, box.width, box.height, ink.line, 1);
}

function drawCell(surface, view, grid, cell, paint) {
  const { layout, theme, scale, model } = view;
  const { x, y, size, tall: deep } = layout.cell(grid, cell);
  const ink = INK[theme];
  const outside = grid.isPadding(cell);
  if (Number.isNaN(grid.values[cell]) || (outside && model.origin[cell] < 0)) {
    surface.rect(x, y, size, size, ink.padding);
    if (Number.isNaN(grid.values[cell])) return;
    if (size >= 20) surface.text("0", x + size / 2, y + size / 2, { size: 12 * scale, fill: ink.muted, tabular: true });
    return;
  }
  const { fill, ink: on } = paint(cell);
  const gap = Math.min(size, deep) >= 8 ? 1 : 0;
  surface.rect(x, y, size - gap, deep - gap, fill, outside ? 0.55 : 1);
  const text = format(grid.values[cell], 3);
  const tall = Math.min(14 * scale, size * 0.42, deep * 0.42);
  if (tall >= 9 && text.length * tall * 0.62 <= size - 3)
    surface.text(text, x + size / 2, y + deep / 2, { size: tall, fill: outside ? ink.text : on, tabular: true });
}

function drawLines(surface, box, grid, ink) {
  if (Math.min(box.size, box.tall) < 12) return;
  const points = [];
  const top = box.y + box.head;
  for (let row = 1; row < grid.height; row += 1) points.push(box.x, top + row * box.tall - 0.5, box.x + box.width, top + row * box.tall - 0.5);
  for (let column = 1; column < grid.width; column += 1) points.push(box.x + column * box.size - 0.5, top, box.x + column * box.size - 0.5, top + box.height);
  surface.segments(points, ink.line, 1);
}

/** What belongs to the cell that is looked at; the rest of the matrix steps back. */
export function drawLights(surface, view, lights) {
  if (!lights) return;
  const { model, layout, theme } = view;
  const ink = INK[theme];
  const box = layout.boxes.get("matrix");
  const top = box.y + box.head;
  surface.rect(box.x, top, box.width, box.height, ink.paper, 0.72);
  const [wide, deep] = [Math.max(box.size, 3), Math.max(box.tall, 3)];
  const band = (x, y, w, h) => surface.rect(x, y, w, h, ink.accent, 0.16);
  if (lights.row !== null) band(box.x, top + (lights.row + 0.5) * box.tall - deep / 2, box.width, deep);
  if (lights.column !== null) band(box.x + (lights.column + 0.5) * box.size - wide / 2, top, wide, box.height);
  const paint = painter(view, model.matrix);
  for (const cell of lights.matrix) drawCell(surface, view, model.matrix, cell, paint);
  for (const name of ["input", "kernel", "output"]) drawLit(surface, view, name, lights[name], ink);
  for (const [name, cell] of Object.entries(lights.strong)) if (cell !== undefined) outline(surface, view, model.byName.get(name), cell, ink.accent);
}

/** One line around each run of lit cells of a row reads better than a box around every cell. */
function drawLit(surface, view, name, cells, ink) {
  const grid = view.model.byName.get(name);
  const { size } = view.layout.boxes.get(name);
  const points = [];
  for (const cell of cells) {
    const { x, y } = view.layout.cell(grid, cell);
    surface.rect(x, y, size, size, ink.accent, 0.14);
    const column = cell % grid.width;
    if (!cells.has(cell - grid.width)) points.push(x, y, x + size, y);
    if (!cells.has(cell + grid.width)) points.push(x, y + size, x + size, y + size);
    if (column === 0 || !cells.has(cell - 1)) points.push(x, y, x, y + size);
    if (column === grid.width - 1 || !cells.has(cell + 1)) points.push(x + size, y, x + size, y + size);
  }
  surface.segments(points, ink.accent, 2, { cap: "square" });
}

function outline(surface, view, grid, cell, color) {
  const { x, y, size, tall } = view.layout.cell(grid, cell);
  const [wide, deep] = [Math.max(size, 5), Math.max(tall, 5)];
  const corner = [x + (size - wide) / 2, y + (tall - deep) / 2, wide, deep];
  surface.outline(...corner, INK[view.theme].paper, 4);
  surface.outline(...corner, color, 2.5);
}

