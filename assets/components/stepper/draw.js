/** Draws the grids, their titles and the legend on a surface (canvas or SVG). */
import { format } from "../shared/numbers.js";
import { contrast, inkOn, levelOf, limitsOf, mix, scaleTable } from "../shared/colors.js";
import { hatch } from "../shared/surface.js";
import { INK, ROLES } from "../shared/palette.js";

const SCALE_WORDS = { signed: ["−", "+"], magnitude: ["low", "high"], grey: ["black", "white"] };

/** Everything that does not move: called when data, theme or size change, and for an export. */
export function drawAll(surface, view) {
  for (const { grid } of view.layout.boxes.values()) {
    drawTitles(surface, view, grid);
    drawCells(surface, view, grid);
  }
  const ink = INK[view.theme];
  for (const sign of view.layout.signs) surface.text(sign.text, sign.x, sign.y, { size: 22 * view.scale, fill: ink.muted });
  drawLegend(surface, view);
}

function drawTitles(surface, { layout, theme, scale }, grid) {
  const box = layout.boxes.get(grid.name);
  const ink = INK[theme];
  const left = Math.min(box.panels[0].x, box.x + box.width);
  let y = box.y + 9 * scale;
  if (grid.title) {
    surface.text(grid.title, left, y, { size: 14 * scale, weight: 600, fill: ROLES[theme][grid.role], align: "left" });
    y += 18 * scale;
  }
  if (grid.subtitle) surface.text(grid.subtitle, left, y, { size: 12 * scale, fill: ink.muted, align: "left" });
  const small = { size: 12 * scale, fill: ink.muted };
  box.panels.forEach((panel, i) => {
    if (grid.titled) surface.text(grid.panelTitles[i], panel.x, panel.y - box.panelTop + 9 * scale, { ...small, align: "left" });
    const [high, wide] = [grid.height * box.size, grid.width * box.size];
    if (grid.panelRows.length && i % grid.columns === 0) surface.text(grid.panelRows[i / grid.columns], panel.x - 6 * scale, panel.y + high / 2, { ...small, align: "right" });
    if (i < grid.panelColumns.length) surface.text(grid.panelColumns[i], panel.x + wide / 2, panel.y - 10 * scale, small);
    grid.rowLabels.forEach((text, row) => {
      if (i % grid.columns === 0) surface.text(text, panel.x - 6 * scale, panel.y + (row + 0.5) * box.size, { ...small, align: "right" });
    });
    grid.columnLabels.forEach((text, column) => surface.text(text, panel.x + (column + 0.5) * box.size, panel.y - 8 * scale, small));
  });
}

/** The cells of one grid, from its `shown` values. */
export function drawCells(surface, view, grid) {
  const box = view.layout.boxes.get(grid.name);
  const ink = INK[view.theme];
  const spare = box.size >= 12 ? 1 : 0;
  for (const panel of box.panels) {
    surface.rect(panel.x - 1, panel.y - 1, grid.width * box.size + 2 - spare, grid.height * box.size + 2 - spare, mix(ink.line, ink.text, 0.12));
  }
  const paint = painter(view, grid);
  for (let cell = 0; cell < grid.shown.length; cell += 1) drawCell(surface, view, box, paint, cell, spare);
  drawPaddingEdge(surface, view, box);
}

/** One cell again, when a step has made it. */
export function drawOne(surface, view, grid, cell) {
  const box = view.layout.boxes.get(grid.name);
  drawCell(surface, view, box, painter(view, grid), cell, box.size >= 12 ? 1 : 0);
}

/** How a cell of this grid looks: fill, and the ink for its number. */
function painter({ theme }, grid) {
  const table = scaleTable(grid.scale, theme);
  const limits = (grid.range ??= limitsOf(grid.scale, grid.final, grid.limits));
  const ink = INK[theme];
  return (cell) => {
    const value = grid.shown[cell];
    if (Number.isNaN(value)) return { fill: ink.paper, ink: ink.muted };
    const level = levelOf(grid.scale, value, limits);
    if (!grid.isRim || !grid.isPadding(cell)) return { fill: table.fill[level], ink: table.ink[level] };
    const fill = mix(ink.padding, table.fill[level], value === 0 ? 0 : 0.3);
    return { fill, ink: contrast(ink.muted, fill) >= 4.5 ? ink.muted : inkOn(fill), padding: true };
  };
}

function drawCell(surface, { layout, theme }, { grid, size, numbers }, paint, cell, spare) {
  const { x, y } = layout.cell(grid, cell);
  const { fill, ink, padding } = paint(cell);
  surface.rect(x, y, size - spare, size - spare, fill);
  if (padding && size >= 14) surface.outline(x + 1.5, y + 1.5, size - 4, size - 4, ink, 0.75, { dash: [2, 3], alpha: 0.55 });
  if (grid.unread?.[cell % grid.size]) {
    surface.segments(hatch(x, y, size - spare, size - spare, size >= 14 ? 6 : 4), ink, 1, { alpha: 0.55 });
  }
  if (!numbers || Number.isNaN(grid.shown[cell])) return;
  surface.text(format(grid.shown[cell], numbers.digits), x + (size - spare) / 2, y + (size - spare) / 2 + 0.5, { size: numbers.text, fill: ink, tabular: true });
}

/** A line between what is the map's own and what is around it. */
function drawPaddingEdge(surface, { theme }, { grid, size, panels }) {
  if (!grid.isRim) return;
  const [top, right, bottom, left] = grid.padding;
  for (const panel of panels) {
    const width = (grid.width - left - right) * size;
    surface.outline(panel.x + left * size - 0.5, panel.y + top * size - 0.5, width, (grid.height - top - bottom) * size, INK[theme].text, 1.25);
  }
}

/** Which kinds of colour and hatching occur, as legend entries. */
export function legendOf({ model, measure, scale }) {
  const entries = [];
  for (const kind of ["signed", "magnitude", "grey"]) {
    const grids = model.grids.filter((grid) => grid.scale === kind);
    if (!grids.length) continue;
    const ranges = grids.map((grid) => (grid.range ??= limitsOf(grid.scale, grid.final, grid.limits)).map((limit) => format(limit, 3)));
    const alike = ranges.every((range) => range.join() === ranges[0].join());
    const [low, high] = alike ? ranges[0] : SCALE_WORDS[kind];
    entries.push({ kind, low, high, zero: kind === "signed" });
  }
  if (model.grids.some((grid) => grid.hasPadding)) entries.push({ kind: "padding", high: "padding" });
  if (model.grids.some((grid) => grid.hasOutside)) entries.push({ kind: "outside", high: "outside: nothing is read there" });
  if (model.grids.some((grid) => grid.unread?.some(Boolean))) entries.push({ kind: "unread", high: "never read: the window does not fit" });
  for (const entry of entries) {
    const text = 12 * scale;
    entry.bar = entry.low === undefined ? 16 * scale : 84 * scale;
    entry.lead = entry.low === undefined ? 0 : measure(entry.low, text) + 6 * scale;
    entry.width = entry.lead + entry.bar + 6 * scale + measure(entry.high, text);
  }
  return entries;
}

/** Lines of legend entries that fit the width; says how tall they are. */
export function placeLegend(view) {
  const lines = [];
  const gap = 22 * view.scale;
  for (const entry of legendOf(view)) {
    const line = lines.at(-1);
    if (line && line.width + gap + entry.width <= view.layout.width) {
      line.entries.push(entry);
      line.width += gap + entry.width;
    } else lines.push({ entries: [entry], width: entry.width });
  }
  return { lines, gap, height: lines.length ? (lines.length * 18 + 16) * view.scale : 0 };
}

function drawLegend(surface, view) {
  const { layout, theme, scale } = view;
  const ink = INK[theme];
  const { lines, gap, height } = view.legend;
  let y = layout.height + height - lines.length * 18 * scale + 4 * scale;
  for (const line of lines) {
    let x = (layout.width - line.width) / 2;
    for (const entry of line.entries) {
      const middle = y + 5 * scale;
      const words = { size: 12 * scale, fill: ink.muted };
      if (entry.low !== undefined) surface.text(entry.low, x, middle, { ...words, align: "left" });
      drawSwatch(surface, view, entry, x + entry.lead, y);
      surface.text(entry.high, x + entry.lead + entry.bar + 6 * scale, middle, { ...words, align: "left" });
      x += entry.width + gap;
    }
    y += 18 * scale;
  }
}

function drawSwatch(surface, { theme, scale }, entry, x, y) {
  const ink = INK[theme];
  const tall = 10 * scale;
  if (entry.low !== undefined) {
    const { fill } = scaleTable(entry.kind, theme);
    const steps = 28;
    for (let i = 0; i < steps; i += 1) surface.rect(x + (i * entry.bar) / steps, y, entry.bar / steps + 0.5, tall, fill[Math.round((i * 255) / (steps - 1))]);
    if (entry.zero) surface.segments([x + entry.bar / 2, y - 2, x + entry.bar / 2, y + tall + 2], ink.muted, 1);
    surface.outline(x, y, entry.bar, tall, ink.muted, 0.75, { alpha: 0.6 });
    return;
  }
  surface.rect(x, y, entry.bar, tall, entry.kind === "padding" ? ink.padding : ink.paper);
  if (entry.kind === "unread") surface.segments(hatch(x, y, entry.bar, tall, 5), ink.muted, 1);
  surface.outline(x + 0.5, y + 0.5, entry.bar - 1, tall - 1, ink.muted, 0.75, entry.kind === "padding" ? { dash: [2, 3] } : {});
}
