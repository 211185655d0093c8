/** The same surface from the side: a turned mesh, near cells over far ones, the paths lying on it. */
import { hex } from "../shared/colors.js";
import { INK } from "../shared/palette.js";
import { bandColours, shade, valueAt } from "./field.js";

const CELLS = 44;
const TALL = 0.32;
const SHADOW = 16;

/** Heights at the corners of the mesh, once a surface. */
export function meshOf(model) {
  const { box } = model;
  const rows = Math.max(8, Math.round((CELLS * (box[3] - box[2])) / (box[1] - box[0])));
  const heights = [];
  for (let row = 0; row <= rows; row += 1) {
    for (let column = 0; column <= CELLS; column += 1) {
      const share = shade(model, valueAt(model, box[0] + (column / CELLS) * (box[1] - box[0]), box[2] + (row / rows) * (box[3] - box[2])));
      heights.push(Number.isNaN(share) ? NaN : share);
    }
  }
  return { rows, columns: CELLS, heights };
}

/** From mesh coordinates (0 … 1 each, height 0 … 1) to pixels. */
function projection({ mesh, turn, tilt }, size) {
  const ratio = mesh.rows / mesh.columns;
  const [c, s, st, ct] = [Math.cos(turn), Math.sin(turn), Math.sin(tilt), Math.cos(tilt)];
  const reach = Math.hypot(1, ratio);
  const unit = Math.min(size.width / reach, size.height / (reach * st + TALL * ct)) * 0.98;
  return (u, v, h) => {
    const [x, y] = [u - 0.5, (v - 0.5) * ratio];
    const [a, b] = [x * c - y * s, x * s + y * c];
    return [size.width / 2 + a * unit, size.height / 2 - (b * st + (h - 0.5) * TALL * ct) * unit];
  };
}

/** Cells from the farthest to the nearest. */
function order({ rows, columns }, turn) {
  const far = (count, up) => Array.from({ length: count }, (_, i) => (up ? count - 1 - i : i));
  // b = x sin + y cos grows away from the eye: its signs say at which end to begin.
  return [far(rows, Math.cos(turn) > 0), far(columns, Math.sin(turn) > 0)];
}

/** Pieces of the paths by the cell that they lie in. */
function piecesOf(model, view, mesh) {
  const { box } = model;
  const cells = new Map();
  for (const { r, on } of view.order) {
    let before = null;
    for (let t = 0; t <= Math.min(view.frame, model.lasts[r]); t += 1) {
      const [x, y] = model.point(t, r);
      const here = [(x - box[0]) / (box[1] - box[0]), (y - box[2]) / (box[3] - box[2])];
      const inside = here.every((part) => part >= 0 && part <= 1);
      if (before && inside) for (const piece of cut(before, here, mesh)) add(cells, piece, mesh, r, on);
      before = inside ? here : null;
    }
  }
  return cells;
}

function cut(from, to, mesh) {
  const count = Math.max(1, Math.ceil(Math.max(Math.abs(to[0] - from[0]) * mesh.columns, Math.abs(to[1] - from[1]) * mesh.rows)));
  const at = (i) => [from[0] + ((to[0] - from[0]) * i) / count, from[1] + ((to[1] - from[1]) * i) / count];
  return Array.from({ length: count }, (_, i) => [at(i), at(i + 1)]);
}

function add(cells, [from, to], { rows, columns }, r, on) {
  const column = Math.min(columns - 1, Math.floor(((from[0] + to[0]) / 2) * columns));
  const row = Math.min(rows - 1, Math.floor(((from[1] + to[1]) / 2) * rows));
  const key = row * columns + column;
  if (!cells.has(key)) cells.set(key, []);
  cells.get(key).push([from, to, r, on]);
}

/** @param {CanvasRenderingContext2D} context */
export function drawRelief(context, model, view, size) {
  const { mesh } = view;
  const ink = INK[view.theme];
  const place = projection(view, size);
  const wide = mesh.columns + 1;
  const bands = bandColours(model.levels.length, view.theme);
  const [rows, columns] = order(mesh, view.turn);
  const pieces = piecesOf(model, view, mesh);
  const height = (u, v) => {
    const { box } = model;
    return shade(model, valueAt(model, box[0] + u * (box[1] - box[0]), box[2] + v * (box[3] - box[2])));
  };
  const spots = mesh.heights.map((h, i) => place((i % wide) / mesh.columns, Math.floor(i / wide) / mesh.rows, h));
  context.lineJoin = "round";
  for (const row of rows) {
    for (const column of columns) {
      const at = row * wide + column;
      const corner = [at, at + 1, at + wide + 1, at + wide];
      const h = corner.map((i) => mesh.heights[i]);
      if (!h.some(Number.isNaN)) {
        const [a, b, c, d] = h;
        // Light from the upper left: slopes that face it are a little brighter.
        const light = 1 + 0.9 * (a + d - b - c) * 0.5 + 0.7 * (a + b - c - d) * 0.5;
        const tone = bands[Math.floor(((a + b + c + d) / 4) * (bands.length - 1))];
        const fill = hex(tone.map((part) => Math.max(0, Math.min(255, part * Math.max(0.72, Math.min(1.12, light)) - (view.theme === "dark" ? -SHADOW : SHADOW)))));
        context.beginPath();
        corner.forEach((i, n) => (n ? context.lineTo(...spots[i]) : context.moveTo(...spots[i])));
        context.closePath();
        context.fillStyle = context.strokeStyle = fill;
        context.lineWidth = 0.8;
        context.fill();
        context.stroke();
      }
      for (const [from, to, r, on] of pieces.get(row * mesh.columns + column) ?? []) {
        const [p, q] = [from, to].map(([u, v]) => place(u, v, height(u, v)));
        stroke(context, p, q, view.colours[r], on ? 3.6 : 2);
      }
    }
  }
  drawHeads(context, model, view, place, height, ink);
}

function stroke(context, p, q, colour, thick) {
  context.beginPath();
  context.moveTo(...p);
  context.lineTo(...q);
  context.lineCap = "round";
  context.strokeStyle = colour;
  context.lineWidth = thick;
  context.stroke();
}

function drawHeads(context, model, view, place, height, ink) {
  const { box } = model;
  for (const { r } of view.order) {
    const [x, y] = model.point(Math.min(view.frame, model.lasts[r]), r);
    const [u, v] = [(x - box[0]) / (box[1] - box[0]), (y - box[2]) / (box[3] - box[2])];
    if (!(u >= 0 && u <= 1 && v >= 0 && v <= 1)) continue;
    const [px, py] = place(u, v, height(u, v));
    for (const [size, colour] of [[5, ink.paper], [3.6, view.colours[r]]]) {
      context.beginPath();
      context.arc(px, py, size * view.scale, 0, 2 * Math.PI);
      context.fillStyle = colour;
      context.fill();
    }
  }
}
