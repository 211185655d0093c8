/** The picture and its numbers as files: PNG at twice the size, SVG as vectors, CSV of all grids. */
import { quoted, saveDrawing } from "../shared/files.js";
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
  const crop = cropOf(view);
  const draw = (surface) => {
    const moved = inset(surface, crop);
    drawAll(moved, view);
    drawLights(moved, view, lights);
  };
  saveDrawing(kind, view.model.name, { ...crop, paper: INK[view.theme].paper }, draw, () => csv(view.model));
}

/** The part of the picture that has something in it, with a margin: where it begins, its width and height. */
function cropOf({ layout, legend }) {
  const boxes = [...layout.boxes.values()];
  const widest = Math.max(0, ...legend.lines.map((line) => line.width));
  const left = Math.min(...boxes.map((box) => box.x), ...layout.signs.map((sign) => sign.x - 20), (layout.width - widest) / 2);
  const right = Math.max(...boxes.map((box) => box.x + box.width), ...layout.signs.map((sign) => sign.x + 20), (layout.width + widest) / 2);
  return { left, width: Math.ceil(right - left) + 2 * MARGIN, height: layout.height + legend.height + 2 * MARGIN };
}

/** Shifts every call so that the crop begins after the margin. */
function inset(surface, { left }) {
  const aside = MARGIN - Math.floor(left);
  return {
    ...surface,
    erase: undefined,
    rect: (x, y, ...rest) => surface.rect(x + aside, y + MARGIN, ...rest),
    outline: (x, y, ...rest) => surface.outline(x + aside, y + MARGIN, ...rest),
    text: (string, x, y, options) => surface.text(string, x + aside, y + MARGIN, options),
    segments: (points, ...rest) => surface.segments(points.map((value, i) => value + (i % 2 ? MARGIN : aside)), ...rest),
  };
}

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
