/** One panel on its canvas: cells, numbers, trail and box below; the looked-at cell above. */
import { inkOn } from "../shared/colors.js";
import { format } from "../shared/numbers.js";
import { INK } from "../shared/palette.js";
import { levelAt, paint, valuesAt } from "./frames.js";

const NUMBER = 12;

/**
 * @param {CanvasRenderingContext2D} context
 * @param {object} surface of the same canvas
 * @param {{width: number, height: number}} size in CSS pixels
 */
export function drawPanel(context, surface, panel, frame, size, scale) {
  paint(panel, frame);
  context.imageSmoothingEnabled = size.width * devicePixelRatio < panel.width;
  context.imageSmoothingQuality = "high";
  context.drawImage(panel.canvas, 0, 0, size.width, size.height);
  const cell = { width: size.width / panel.width, height: size.height / panel.height };
  if (Math.min(cell.width, cell.height) >= 20) drawGrid(surface, panel, cell, size);
  if (panel.kind !== "rgb") drawNumbers(surface, panel, frame, cell, scale);
  drawTrail(surface, panel, frame, cell, scale);
  drawBox(surface, panel, frame, cell, scale);
}

function drawGrid(surface, panel, cell, size) {
  const points = [];
  for (let row = 1; row < panel.height; row += 1) points.push(0, row * cell.height, size.width, row * cell.height);
  for (let column = 1; column < panel.width; column += 1) points.push(column * cell.width, 0, column * cell.width, size.height);
  surface.segments(points, INK[panel.theme].paper, 1);
}

/** Numbers stand in the cells once the widest of this frame fits at a readable size. */
function drawNumbers(surface, panel, frame, cell, scale) {
  if (!panel.exact || cell.width < 26 * scale || cell.height < 18 * scale) return;
  const texts = [];
  for (let at = 0; at < panel.size; at += 1) texts.push(format(panel.planes[0][frame * panel.size + at], 3));
  if (Math.max(...texts.map((text) => text.length)) * NUMBER * scale * 0.6 > cell.width - 4) return;
  texts.forEach((text, at) => {
    const [row, column] = [Math.floor(at / panel.width), at % panel.width];
    const level = levelAt(panel, frame, row, column);
    if (level < 0) return;
    surface.text(text, (column + 0.5) * cell.width, (row + 0.5) * cell.height, { size: NUMBER * scale, fill: inkOn(panel.fill[level]), tabular: true });
  });
}

function drawTrail(surface, panel, frame, cell, scale) {
  if (!panel.trail) return;
  const ink = INK[panel.theme];
  const spot = (i) => [panel.trail[2 * i + 1] * cell.width, panel.trail[2 * i] * cell.height];
  const points = [];
  for (let i = 1; i <= frame; i += 1) points.push(...spot(i - 1), ...spot(i));
  if (points.length) {
    surface.segments(points, ink.paper, 4 * scale, { cap: "round", alpha: 0.8 });
    surface.segments(points, ink.accent, 2 * scale, { cap: "round" });
  }
  const [x, y] = spot(frame);
  const side = 8 * scale;
  surface.rect(x - side / 2 - 1, y - side / 2 - 1, side + 2, side + 2, ink.paper);
  surface.rect(x - side / 2, y - side / 2, side, side, ink.accent);
}

function drawBox(surface, panel, frame, cell, scale) {
  if (!panel.boxes) return;
  const [top, left, bottom, right] = panel.boxes.subarray(4 * frame, 4 * frame + 4);
  const place = [left * cell.width, top * cell.height, (right - left) * cell.width, (bottom - top) * cell.height];
  surface.outline(...place, INK[panel.theme].paper, 4 * scale, { alpha: 0.8 });
  surface.outline(...place, INK[panel.theme].accent, 2 * scale);
}

/** The looked-at cell: a ring, and its number in a plate that keeps inside. */
export function drawLook(surface, panel, frame, size, scale, { row, column }, measure) {
  const ink = INK[panel.theme];
  const cell = { width: size.width / panel.width, height: size.height / panel.height };
  // Around a small cell, inside a large one, so that nothing of it is cut off at the picture's edge.
  const out = cell.width < 12 ? 1 : -2;
  const ring = { x: column * cell.width, y: row * cell.height, w: Math.max(cell.width, 4), h: Math.max(cell.height, 4) };
  const place = [ring.x - out, ring.y - out, ring.w + 2 * out, ring.h + 2 * out];
  surface.outline(...place, ink.paper, 4 * scale, { alpha: 0.9 });
  surface.outline(...place, ink.accent, 2 * scale);
  const text = said(panel, frame, row, column);
  const letter = 12 * scale;
  const plate = { w: measure(text, letter, 500) + 10 * scale, h: letter + 8 * scale };
  const right = ring.x + ring.w + 5 * scale;
  const x = right + plate.w <= size.width ? right : Math.max(0, ring.x - 5 * scale - plate.w);
  const y = Math.min(Math.max(0, ring.y + ring.h / 2 - plate.h / 2), size.height - plate.h);
  surface.rect(x, y, plate.w, plate.h, ink.text);
  surface.text(text, x + plate.w / 2, y + plate.h / 2, { size: letter, weight: 500, fill: ink.paper });
}

/** A cell's number in words. */
export function said(panel, frame, row, column) {
  const numbers = valuesAt(panel, frame, row, column);
  // A coded cell knows its number to one part in 254: three digits say no more than that.
  return numbers.map((value) => (Number.isNaN(value) ? "none" : format(value, panel.exact ? 5 : 3))).join(" ");
}
