/** The network as a picture: maps, units, bars, and the edges between them. */
import { levelOf, limitsOf, scaleTable } from "../shared/colors.js";
import { format } from "../shared/numbers.js";
import { into, outOf } from "./edges.js";
import { port } from "./layout.js";

/** The colour scale of a stage, and the values at its ends. */
function scaleOf(stage) {
  return stage.kind === "input" ? ["grey", [0, 1]] : ["signed", limitsOf("signed", stage.maps, null)];
}

/** Everything that stays while the pointer moves. */
export function drawBase(surface, model, layout, ink, theme) {
  model.stages.forEach((stage, at) => {
    const column = layout.columns[at];
    title(surface, model, layout, stage, column, at, ink);
    if (at && stage.kind !== "linear")
      for (let to = 0; to < stage.maps.shape[0]; to += 1) lines(surface, layout, into(model, at, to), ink, 0.16, 1);
    if (column.last) bars(surface, model, column, ink);
    else cells(surface, stage, column, theme);
  });
}

function title(surface, model, layout, stage, column, at, ink) {
  const size = 12 * model.scale;
  const [count, rows, columns] = stage.maps.shape;
  const middle = column.left + column.width / 2;
  const [x, align] = at === 0 ? [column.left, "left"] : column.last ? [column.right, "right"] : [middle, "center"];
  const words = layout.narrow ? brief(stage.title) : stage.title;
  surface.text(words, x, size * 0.8, { size, weight: 500, fill: ink.text, align });
  if (!layout.narrow && !column.last && rows * columns > 1)
    surface.text(`${count > 1 ? `${count} · ` : ""}${rows} × ${columns}`, x, size * 2.1, { size, fill: ink.muted, align });
}

/** A title for a column as wide as a phone leaves it: C1 for Conv 1, 120 for FC 120. */
function brief(title) {
  const [kind, number] = title.split(" ");
  if (!number) return kind === "Input" ? "In" : "";
  return kind === "FC" ? number : kind[0] + number;
}

function cells(surface, stage, column, theme) {
  const [count, rows, columns] = stage.maps.shape;
  const [kind, limits] = scaleOf(stage);
  const { fill } = scaleTable(kind, theme);
  for (let channel = 0; channel < count; channel += 1) {
    const box = column.boxes[channel];
    const [wide, tall] = [box.w / columns, box.h / rows];
    for (let row = 0; row < rows; row += 1)
      for (let col = 0; col < columns; col += 1) {
        const value = stage.maps[(channel * rows + row) * columns + col];
        surface.rect(box.x + col * wide, box.y + row * tall, wide + 0.3, tall + 0.3, fill[levelOf(kind, value, limits)]);
      }
  }
}

function bars(surface, model, column, ink) {
  const size = 13 * model.scale;
  const best = model.probabilities.indexOf(Math.max(...model.probabilities));
  column.boxes.forEach((box, at) => {
    const [mark, start] = [at === best ? ink.accent : ink.muted, box.x + size * 1.3];
    surface.text(model.classes[at], box.x + size * 0.5, box.y + box.h / 2, { size, weight: at === best ? 600 : 400, fill: at === best ? ink.accent : ink.text });
    const room = column.right - start;
    surface.rect(start, box.y, room, box.h, ink.faint);
    surface.rect(start, box.y, Math.max(1, room * model.probabilities[at]), box.h, mark);
    const share = `${(100 * model.probabilities[at]).toFixed(model.probabilities[at] < 0.0995 ? 1 : 0)} %`;
    const inside = room * model.probabilities[at] > size * 3.4;
    if (room > size * 4) surface.text(share, inside ? start + room * model.probabilities[at] - 5 : start + room * model.probabilities[at] + 5, box.y + box.h / 2, { size: size * 0.92, fill: inside ? ink.paper : ink.muted, align: inside ? "right" : "left", tabular: true });
  });
}

function lines(surface, layout, edges, ink, alpha, thick) {
  for (const edge of edges) {
    const color = edge.share === null ? ink.muted : edge.share < 0 ? ink.negative : ink.positive;
    const strength = edge.share === null ? 0.4 : Math.abs(edge.share);
    surface.segments([...port(layout, edge.stage - 1, edge.from, 1), ...port(layout, edge.stage, edge.to, -1)], color, thick * (0.5 + 2.5 * strength), { alpha: Math.min(1, alpha * (0.6 + strength)) });
  }
}

/** What is pointed at or kept: its map, and its edges; or one edge with its kernel. */
export function drawLights(surface, model, layout, ink, spot, theme) {
  if (spot.edge) {
    lines(surface, layout, [spot.edge], ink, 1, 1.6);
    outline(surface, layout, spot.edge.stage - 1, spot.edge.from, ink.text);
    outline(surface, layout, spot.edge.stage, spot.edge.to, ink.accent);
    kernel(surface, model, layout, ink, spot, theme);
    return;
  }
  lines(surface, layout, into(model, spot.stage, spot.channel), ink, 0.95, 1);
  lines(surface, layout, outOf(model, spot.stage, spot.channel), ink, 0.5, 0.8);
  outline(surface, layout, spot.stage, spot.channel, ink.accent);
}

function outline(surface, layout, stage, channel, color) {
  const box = layout.columns[stage].boxes[channel];
  surface.outline(box.x - 1.5, box.y - 1.5, box.w + 3, box.h + 3, color, 2);
}

/** The kernel of an edge of a convolution, beside the pointer. */
function kernel(surface, model, layout, ink, spot, theme) {
  const { kernels } = model.stages[spot.edge.stage];
  if (!kernels) return;
  const [, inputs, rows, columns] = kernels.shape;
  const start = (spot.edge.to * inputs + spot.edge.from) * rows * columns;
  const values = kernels.subarray(start, start + rows * columns);
  const limits = limitsOf("signed", values, null);
  const table = scaleTable("signed", theme);
  const cell = (layout.narrow ? 20 : 30) * model.scale;
  const x = Math.min(Math.max(4, spot.x + 14), layout.width - columns * cell - 4);
  const y = Math.min(Math.max(4, spot.y - (rows * cell) / 2), layout.height - rows * cell - 4);
  surface.rect(x - 4, y - 4, columns * cell + 8, rows * cell + 8, ink.paper, 0.92);
  for (let row = 0; row < rows; row += 1)
    for (let col = 0; col < columns; col += 1) {
      const value = values[row * columns + col];
      const level = levelOf("signed", value, limits);
      surface.rect(x + col * cell, y + row * cell, cell - 1, cell - 1, table.fill[level]);
      if (cell >= 26) surface.text(format(value, 2), x + (col + 0.5) * cell - 0.5, y + (row + 0.5) * cell, { size: Math.max(9, cell * 0.34), fill: table.ink[level] });
    }
}
