/** The cone as a picture: rows of cells, what is lit in them, the table beside them. */
import { mix } from "../shared/colors.js";
import { centre, span } from "./reach.js";

const GAP = 0.12;

/** Where everything stands, for a width in CSS pixels. */
export function place(model, width, scale, tallest) {
  const { rows, columns } = model;
  const narrow = width < 620;
  const label = narrow ? 0 : Math.min(0.24 * width, 178 * scale);
  const shown = narrow ? [1, 2] : columns.map((_, i) => i);
  const wide = (narrow ? 42 : 50) * scale;
  const last = 82 * scale;
  const table = shown.reduce((sum, i) => sum + (i === columns.length - 1 ? last : wide), 0) + 10;
  const title = narrow ? 15 * scale : 0;
  const room = (tallest - 26 * scale) / rows.length - title;
  const gap = Math.max(19 * scale, Math.min(54 * scale, room));
  let [low, high] = [-0.5, rows[0].cells - 0.5];
  rows.forEach((row, layer) => {
    const [first, end] = span(rows, layer);
    low = Math.min(low, centre(row, first) - row.jump / 2);
    high = Math.max(high, centre(row, end) + row.jump / 2);
  });
  const left = label + (narrow ? 2 : 10);
  const unit = (width - left - table - 6) / (high - low);
  const head = 24 * scale;
  const tall = Math.max(9, Math.min(gap * 0.52, Math.max(unit, 13 * scale)));
  const y = (layer) => head + title + (rows.length - 1 - layer) * (gap + title) + (gap - tall) / 2;
  return {
    narrow, label, shown, wide, last, table, gap, low, high, left, unit, head, tall, title, y, width,
    height: head + rows.length * (gap + title) + 4,
    x: (at) => left + (at - low) * unit,
    at: (x) => low + (x - left) / unit,
    /** Left edge and width of a cell, with a gap to its neighbours where there is room. */
    box(row, cell) {
      const size = row.jump * unit;
      const free = Math.min(2, size * GAP);
      return [left + (centre(row, cell) - low) * unit - size / 2 + free / 2, Math.max(size - free, 0.6)];
    },
  };
}

/** Everything that does not change while the pointer moves. */
export function drawRows(surface, model, layout, ink, scale) {
  const { rows, columns } = model;
  const small = 12 * scale;
  const inTable = (layer, texts, fill, weight) => {
    let right = layout.width - 2;
    for (const i of [...layout.shown].reverse()) {
      surface.text(texts[i], right, layer, { size: small, weight, fill, align: "right", tabular: true });
      right -= i === columns.length - 1 ? layout.last : layout.wide;
    }
  };
  inTable(layout.head / 2, columns, ink.muted, 400);
  rows.forEach((row, layer) => {
    const [y, middle] = [layout.y(layer), layout.y(layer) + layout.tall / 2];
    const [first, last] = span(rows, layer);
    for (let cell = first; cell <= last; cell += 1) {
      const [x, wide] = layout.box(row, cell);
      const padding = cell < 0 || cell >= row.cells;
      if (padding) surface.outline(x + 0.5, y + 0.5, Math.max(wide - 1, 0.5), layout.tall - 1, ink.line, 1, { dash: [2, 2] });
      else surface.rect(x, y, wide, layout.tall, ink.cell);
    }
    if (layout.narrow) surface.text(row.title, layout.left, y - layout.title / 2, { size: small, fill: ink.muted, align: "left" });
    else surface.text(row.title, layout.label, middle, { size: 13 * scale, fill: ink.text, align: "right" });
    inTable(middle, row.numbers, ink.text, 400);
  });
}

/** What one cell sees and reaches, over the rows. */
export function drawLights(surface, model, layout, ink, lights) {
  if (!lights) return;
  const { rows } = model;
  beams(surface, model, layout, ink, lights);
  lights.ways.forEach((ways, layer) => {
    if (layer === lights.layer) return;
    const most = Math.max(...ways.values());
    for (const [cell, count] of ways) {
      const [x, wide] = layout.box(rows[layer], cell);
      const padding = cell < 0 || cell >= rows[layer].cells;
      const share = 0.25 + 0.75 * Math.sqrt(count / most);
      if (padding) surface.rect(x, layout.y(layer), wide, layout.tall, ink.sees, 0.22);
      else surface.rect(x, layout.y(layer), wide, layout.tall, mix(ink.cell, ink.sees, share));
    }
  });
  lights.reached.forEach((cells, layer) => {
    if (layer === lights.layer) return;
    for (const cell of cells) {
      const [x, wide] = layout.box(rows[layer], cell);
      surface.rect(x, layout.y(layer), wide, layout.tall, ink.reaches, 0.85);
    }
  });
  const [x, wide] = layout.box(rows[lights.layer], lights.cell);
  surface.rect(x - 1, layout.y(lights.layer) - 2, Math.max(wide + 2, 3), layout.tall + 4, ink.accent);
}

/** The sides of the cone, between each row and the next. */
function beams(surface, model, layout, ink, lights) {
  const ends = (layer, cells) => {
    const list = [...cells];
    if (!list.length) return null;
    const [first, last] = [Math.min(...list), Math.max(...list)];
    const [left] = layout.box(model.rows[layer], first);
    const [right, wide] = layout.box(model.rows[layer], last);
    return [left, right + wide];
  };
  const line = (upper, upperEnds, lowerEnds, color) => {
    if (!upperEnds || !lowerEnds) return;
    const [top, bottom] = [layout.y(upper) + layout.tall, layout.y(upper - 1)];
    surface.segments([upperEnds[0], top, lowerEnds[0], bottom, upperEnds[1], top, lowerEnds[1], bottom], color, 1.25, { alpha: 0.65 });
  };
  for (let layer = lights.layer; layer > 0; layer -= 1)
    line(layer, ends(layer, lights.ways[layer].keys()), ends(layer - 1, lights.ways[layer - 1].keys()), ink.sees);
  for (let layer = lights.layer + 1; layer < model.rows.length; layer += 1)
    line(layer, ends(layer, lights.reached[layer]), ends(layer - 1, lights.reached[layer - 1]), ink.reaches);
}

