/** The same surface from the side: a turned mesh, near cells over far ones, the paths lying on it. */
import { hex } from "../shared/colors.js";
import { INK } from "../shared/palette.js";
import { bandColours, shade, valueAt } from "./field.js";

const CELLS = 44;
const TALL = 0.4;
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
  const [wide, deep] = [Math.abs(c) + ratio * Math.abs(s), Math.abs(s) + ratio * Math.abs(c)];
  const unit = Math.min(size.width / wide, size.height / (deep * st + TALL * ct)) * 0.97;
  return (u, v, h) => {
    const [x, y] = [u - 0.5, (v - 0.5) * ratio];
    const [a, b] = [x * c - y * s, x * s + y * c];
    return [size.width / 2 + a * unit, size.height / 2 - (b * st + (h - 0.5) * TALL * ct) * unit];
  };
}

/** The mesh's height at a place, between its corners. */
function heightOf({ rows, columns, heights }, u, v) {
  const [x, y] = [u * columns, v * rows];
  const [column, row] = [Math.min(columns - 1, Math.floor(x)), Math.min(rows - 1, Math.floor(y))];
  const at = row * (columns + 1) + column;
  const [a, b] = [x - column, y - row];
  return (heights[at] * (1 - a) + heights[at + 1] * a) * (1 - b) + (heights[at + columns + 1] * (1 - a) + heights[at + columns + 2] * a) * b;
}

/** Whether the ground between a place and the eye rises above the line of sight. */
function hidden({ mesh, turn, tilt }, u, v, h) {
  const ratio = mesh.rows / mesh.columns;
  const rise = Math.tan(tilt) / TALL;
  for (let way = 0.03; way < 1 && h + way * rise < 1; way += 0.03) {
    const [nu, nv] = [u - way * Math.sin(turn), v - (way * Math.cos(turn)) / ratio];
    if (nu < 0 || nu > 1 || nv < 0 || nv > 1) return false;
    if (heightOf(mesh, nu, nv) > h + way * rise + 0.02) return true;
  }
  return false;
}

/** Cells from the farthest to the nearest. */
function order({ rows, columns }, turn) {
  const far = (count, up) => Array.from({ length: count }, (_, i) => (up ? count - 1 - i : i));
  // b = x sin + y cos grows away from the eye: its signs say at which end to begin.
  return [far(rows, Math.cos(turn) > 0), far(columns, Math.sin(turn) > 0)];
}

/** @param {CanvasRenderingContext2D} context */
export function drawRelief(context, model, view, size) {
  const { mesh } = view;
  const ink = INK[view.theme];
  const place = projection(view, size);
  const wide = mesh.columns + 1;
  const bands = bandColours(model.levels.length, view.theme);
  const [rows, columns] = order(mesh, view.turn);
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
    }
  }
  for (const { r, on } of view.order) drawPath(context, model, view, place, r, on);
  drawHeads(context, model, view, place, ink);
}

/** A path on the ground, cut where it crosses cells; what lies behind a hill is faint. */
function drawPath(context, model, view, place, r, on) {
  const { box } = model;
  const { mesh } = view;
  const lines = [[], []];
  let before = null;
  const last = Math.min(view.frame, model.lasts[r]);
  for (let t = 0; t <= last; t += 1) {
    const [x, y] = model.point(t, r);
    const here = [(x - box[0]) / (box[1] - box[0]), (y - box[2]) / (box[3] - box[2])];
    const inside = here.every((part) => part >= 0 && part <= 1);
    if (before && inside) {
      const count = Math.max(1, Math.ceil(Math.max(Math.abs(here[0] - before[0]) * mesh.columns, Math.abs(here[1] - before[1]) * mesh.rows)));
      let from = null;
      for (let i = 0; i <= count; i += 1) {
        const [u, v] = [before[0] + ((here[0] - before[0]) * i) / count, before[1] + ((here[1] - before[1]) * i) / count];
        const h = heightOf(mesh, u, v);
        const to = place(u, v, h);
        if (from) lines[hidden(view, u, v, h) ? 1 : 0].push([from, to]);
        from = to;
      }
    }
    before = inside ? here : null;
  }
  context.lineCap = "round";
  context.strokeStyle = view.colours[r];
  context.lineWidth = on ? 3.4 : 2;
  lines.forEach((pieces, behind) => {
    context.globalAlpha = behind ? 0.25 : 1;
    context.beginPath();
    for (const [p, q] of pieces) { context.moveTo(...p); context.lineTo(...q); }
    context.stroke();
  });
  context.globalAlpha = 1;
}

function drawHeads(context, model, view, place, ink) {
  const { box } = model;
  for (const { r } of view.order) {
    const [x, y] = model.point(Math.min(view.frame, model.lasts[r]), r);
    const [u, v] = [(x - box[0]) / (box[1] - box[0]), (y - box[2]) / (box[3] - box[2])];
    if (!(u >= 0 && u <= 1 && v >= 0 && v <= 1)) continue;
    const [px, py] = place(u, v, heightOf(view.mesh, u, v));
    for (const [size, colour] of [[5, ink.paper], [3.6, view.colours[r]]]) {
      context.beginPath();
      context.arc(px, py, size * view.scale, 0, 2 * Math.PI);
      context.fillStyle = colour;
      context.fill();
    }
  }
}
