/** The picture and its numbers as files: PNG at twice the size, SVG as vectors, CSV of all grids. */
import { download } from "../shared/download.js";
import { canvasSurface, svgSurface } from "../shared/surface.js";
import { INK } from "../shared/palette.js";
import { drawAll } from "./draw.js";
import { drawLights } from "./overlay.js";

const MARGIN = 16;

/**
 * @param {"png"|"svg"|"csv"} kind
 * @param {object} view
 * @param {object | null} lights what is lit
 */
export function save(kind, view, lights) {
  const name = `${view.model.name}.${kind}`;
  if (kind === "csv") download(csv(view.model), name, "text/csv");
  else if (kind === "svg") download(svg(view, lights), name, "image/svg+xml");
  else png(view, lights, (blob) => download(blob, name));
}

const sizeOf = ({ layout, legend }) => [layout.width + 2 * MARGIN, layout.height + legend.height + 2 * MARGIN];

/** Shifts every call by the margin. */
function inset(surface) {
  return {
    ...surface,
    erase: undefined,
    rect: (x, y, ...rest) => surface.rect(x + MARGIN, y + MARGIN, ...rest),
    outline: (x, y, ...rest) => surface.outline(x + MARGIN, y + MARGIN, ...rest),
    text: (string, x, y, options) => surface.text(string, x + MARGIN, y + MARGIN, options),
    segments: (points, ...rest) => surface.segments(points.map((value) => value + MARGIN), ...rest),
  };
}

/** The picture as an SVG text. */
export function svg(view, lights) {
  const surface = svgSurface(...sizeOf(view), INK[view.theme].paper);
  drawAll(inset(surface), view);
  drawLights(inset(surface), view, lights);
  return surface.toString();
}

function png(view, lights, done) {
  const [width, height] = sizeOf(view);
  const canvas = document.createElement("canvas");
  canvas.width = width * 2;
  canvas.height = height * 2;
  const context = canvas.getContext("2d");
  context.scale(2, 2);
  context.fillStyle = INK[view.theme].paper;
  context.fillRect(0, 0, width, height);
  const surface = inset(canvasSurface(context));
  drawAll(surface, view);
  drawLights(surface, view, lights);
  canvas.toBlob((blob) => blob && done(blob), "image/png");
}

const quoted = (text) => (/[",\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text);

/** One line a cell: grid, panel, row, column, value. */
export function csv(model) {
  const lines = ["grid,panel,row,column,value"];
  for (const grid of model.grids) {
    grid.shown.forEach((value, cell) => {
      const { panel, row, column } = grid.place(cell);
      lines.push([quoted(grid.title || grid.name), quoted(grid.panelTitles[panel] || String(panel)), row, column, Number.isNaN(value) ? "" : Number(value.toPrecision(9))].join(","));
    });
  }
  return `${lines.join("\n")}\n`;
}
