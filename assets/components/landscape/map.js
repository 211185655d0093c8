/** The map from above: bands, contour lines, paths, the start, the minima, and the parts of one update as arrows. */
import { DIVERGING, INK } from "../shared/palette.js";
import { ticks } from "../film/chart.js";
import { format } from "../shared/numbers.js";

const ARROW = 78;
const SAMPLES = 40;

/** Box units to pixels and back. */
export function planMap({ box }, size, scale) {
  const text = 12 * scale;
  const frame = { left: 2.9 * text, top: 4, right: size.width - 4, bottom: size.height - 1.7 * text };
  const wide = (frame.right - frame.left) / (box[1] - box[0]);
  const tall = (frame.bottom - frame.top) / (box[3] - box[2]);
  return {
    ...frame, text, scale, size, wide, tall,
    x: (x) => frame.left + (x - box[0]) * wide,
    y: (y) => frame.bottom - (y - box[2]) * tall,
    back: (px, py) => [box[0] + (px - frame.left) / wide, box[2] + (frame.bottom - py) / tall],
    holds: (px, py) => px >= frame.left && px <= frame.right && py >= frame.top && py <= frame.bottom,
  };
}

/** The part of a line that lies in the frame (Liang and Barsky), or null. */
function clipped({ left, right, top, bottom }, x1, y1, x2, y2) {
  let [from, to] = [0, 1];
  const [dx, dy] = [x2 - x1, y2 - y1];
  for (const [p, q] of [[-dx, x1 - left], [dx, right - x1], [-dy, y1 - top], [dy, bottom - y1]]) {
    if (p === 0 && q < 0) return null;
    if (p < 0) from = Math.max(from, q / p);
    if (p > 0) to = Math.min(to, q / p);
  }
  return from <= to ? [x1 + from * dx, y1 + from * dy, x1 + to * dx, y1 + to * dy] : null;
}

/** A run's path from one step to another, as segments in the frame. */
export function pathOf(model, plan, r, from, to) {
  const out = [];
  let before = null;
  for (let t = from; t <= Math.min(to, model.lasts[r]); t += 1) {
    const [x, y] = model.point(t, r);
    const here = [plan.x(x), plan.y(y)];
    const piece = before && clipped(plan, ...before, ...here);
    if (piece) out.push(...piece);
    before = here;
  }
  return out;
}

export function dot(surface, x, y, size, colour, halo) {
  surface.segments([x, y, x + 0.01, y], halo, size + 3, { cap: "round" });
  surface.segments([x, y, x + 0.01, y], colour, size, { cap: "round" });
}

/** All that does not move: lines of equal height, axes, the minima, the paths' whole length, faint, and their names. */
export function drawGround(surface, model, plan, view) {
  const ink = INK[view.theme];
  const lines = [];
  for (let i = 0; i < model.lines.length; i += 2) lines.push(plan.x(model.lines[i]), plan.y(model.lines[i + 1]));
  surface.segments(lines, ink.muted, 0.7, { alpha: 0.55 });
  drawAxes(surface, model, plan, ink);
  for (const { r, on } of view.order) if (!on) surface.segments(pathOf(model, plan, r, 0, model.steps), view.colours[r], 1.8 * plan.scale, { alpha: view.theme === "dark" ? 0.7 : 0.45 });
  for (const { x, y, text } of model.notes) {
    const words = { size: plan.text, weight: 550, fill: ink.text, align: plan.x(x) > plan.right - 120 * plan.scale ? "right" : "left" };
    surface.text(text, plan.x(x) + (words.align === "left" ? 9 : -9), plan.y(y), words);
  }
  for (let i = 0; i < model.minima.length; i += 2) cross(surface, plan.x(model.minima[i]), plan.y(model.minima[i + 1]), 6 * plan.scale, ink);
}

function cross(surface, x, y, size, ink) {
  const points = [x - size, y, x + size, y, x, y - size, x, y + size];
  surface.segments(points, ink.paper, 4.5, { cap: "round" });
  surface.segments(points, ink.text, 1.8, { cap: "round" });
}

function drawAxes(surface, model, plan, ink) {
  const { box, axes } = model;
  const words = { size: plan.text, fill: ink.muted, tabular: true };
  surface.outline(plan.left, plan.top, plan.right - plan.left, plan.bottom - plan.top, ink.line, 1);
  const reserved = plan.right - (axes[0].length * 0.6 + 1) * plan.text;
  for (const at of ticks(box[0], box[1], Math.floor((plan.right - plan.left) / (64 * plan.scale)))) if (plan.x(at) < reserved) surface.text(format(at, 3), plan.x(at), plan.bottom + plan.text * 0.9, words);
  for (const at of ticks(box[2], box[3], Math.floor((plan.bottom - plan.top) / (44 * plan.scale)))) if (plan.y(at) > plan.top + 2.2 * plan.text) surface.text(format(at, 3), plan.left - 5, plan.y(at), { ...words, align: "right" });
  surface.text(axes[0], plan.right, plan.bottom + plan.text * 0.9, { ...words, align: "right", fill: ink.text, weight: 600 });
  surface.text(axes[1], plan.left - 5, plan.top + plan.text * 0.7, { ...words, align: "right", fill: ink.text, weight: 600 });
}

/** Names of the paths, each where its path is farthest from the others; those that run together share one. */
export function labelPlaces(model, plan, measure) {
  const spots = Array.from({ length: model.runs }, (_, r) => {
    const every = Math.max(1, Math.ceil(model.lasts[r] / SAMPLES));
    const found = [];
    for (let t = 1; t <= model.lasts[r]; t += every) {
      const [x, y] = model.point(t, r);
      const [px, py] = [plan.x(x), plan.y(y)];
      if (plan.holds(px, py)) found.push([px, py, t]);
    }
    return found;
  });
  const apart = (px, py, r) => Math.min(60, ...spots.flatMap((other, i) => (i === r || together(other, spots[r]) ? [] : other.map(([x, y]) => Math.hypot(x - px, y - py)))));
  const groups = [];
  spots.forEach((found, r) => {
    const twin = groups.find((group) => together(spots[group.r], found));
    if (twin) twin.titles.push(model.titles[r]);
    else if (found.length) groups.push({ r, titles: [model.titles[r]] });
  });
  for (const group of groups) group.best = spots[group.r].map(([x, y, t]) => [apart(x, y, group.r), x, y, t]).sort((a, b) => b[0] - a[0]);
  const placed = [];
  for (const { r, titles, best } of groups.sort((a, b) => b.best[0][0] - a.best[0][0])) {
    const title = titles.join(", ");
    const w = measure(title, plan.text, 700) + 6;
    const h = plan.text * 1.25;
    const free = (box) => box.x >= plan.left && box.x + box.w <= plan.right && box.y >= plan.top && box.y + box.h <= plan.bottom && placed.every((other) => box.x + box.w < other.x || other.x + other.w < box.x || box.y + box.h < other.y || other.y + other.h < box.y);
    const boxes = best.slice(0, 16).flatMap(([, x, y, t]) => [[x + 7, y - h / 2], [x - 7 - w, y - h / 2], [x - w / 2, y - h - 6], [x - w / 2, y + 6]].map(([bx, by]) => ({ r, title, t, x: bx, y: by, w, h })));
    const spot = boxes.find(free);
    if (spot) placed.push(spot);
  }
  return placed;
}

const together = (one, other) => one.length > 0 && one.length === other.length && one.every(([x, y], i) => Math.hypot(x - other[i][0], y - other[i][1]) < 2);

/** What moves: the paths up to the step, their heads, their names, the start, the update's arrows. */
export function drawRuns(surface, model, plan, view) {
  const ink = INK[view.theme];
  for (const { r, on } of view.order) {
    const path = pathOf(model, plan, r, 0, view.frame);
    if (on) surface.segments(pathOf(model, plan, r, view.frame, model.steps), view.colours[r], 2 * plan.scale, { alpha: 0.6 });
    if (on) surface.segments(path, ink.paper, 6 * plan.scale, { cap: "round" });
    surface.segments(path, view.colours[r], (on ? 3.4 : 2.2) * plan.scale, { cap: "round", alpha: view.dim && !on ? 0.5 : 1 });
  }
  for (const { r } of view.order) {
    const [x, y] = model.point(Math.min(view.frame, model.lasts[r]), r);
    if (plan.holds(plan.x(x), plan.y(y))) dot(surface, plan.x(x), plan.y(y), 7 * plan.scale, view.colours[r], ink.paper);
  }
  for (const label of view.labels) {
    surface.rect(label.x, label.y, label.w, label.h, ink.paper, 0.82);
    surface.text(label.title, label.x + 3, label.y + label.h / 2, { size: plan.text, weight: label.r === view.chosen ? 700 : 550, fill: ink.text, align: "left" });
    surface.rect(label.x, label.y + label.h - 2, label.w, 2, view.colours[label.r]);
  }
  if (model.start) drawStart(surface, plan, view, ink);
  if (view.update) drawUpdate(surface, plan, view, ink);
}

function drawStart(surface, plan, view, ink) {
  const [x, y] = [plan.x(view.start[0]), plan.y(view.start[1])];
  const side = 11 * plan.scale;
  surface.rect(x - side / 2 - 2, y - side / 2 - 2, side + 4, side + 4, ink.paper);
  surface.outline(x - side / 2, y - side / 2, side, side, ink.accent, 2.5);
}

export function arrow(surface, x, y, dx, dy, colour, thick, options = {}) {
  const length = Math.hypot(dx, dy);
  if (!(length > 1.5)) return;
  const head = Math.min(9, length * 0.6);
  const [ux, uy] = [dx / length, dy / length];
  const [ex, ey] = [x + dx, y + dy];
  surface.segments([x, y, ex, ey], colour, thick, options);
  for (const turn of [0.45, -0.45]) {
    const [c, s] = [Math.cos(turn), Math.sin(turn)];
    surface.segments([ex, ey, ex - head * (ux * c - uy * s), ey - head * (ux * s + uy * c)], colour, thick, { cap: "round" });
  }
}

/** The colours of an update's parts: as `parts` says them in words. */
export const partColours = (theme) => ({ step: INK[theme].text, fresh: DIVERGING[theme][7], memory: DIVERGING[theme][1], decay: INK[theme].muted, "scale-box": INK[theme].accent });

/** One update: minus the gradient and the box it is measured by, then the parts of the step, tip to tail, enlarged. */
function drawUpdate(surface, plan, view, ink) {
  const { from, step, fresh, memory, decay, gradient, scale, kind } = view.update;
  const [x, y] = [plan.x(from[0]), plan.y(from[1])];
  if (!plan.holds(x, y)) return;
  const colours = partColours(view.theme);
  const px = (vector, times) => [vector[0] * plan.wide * times, -vector[1] * plan.tall * times];
  const parts = [fresh, memory, decay].filter(Boolean).map((part) => px(part, 1));
  const longest = Math.max(...[...parts, px(step, 1)].map(([dx, dy]) => Math.hypot(dx, dy)));
  const times = view.magnify = longest > 1e-9 ? Math.max(1, (ARROW * plan.scale) / longest) : 1;
  const boxed = scale && kind !== "newton" && kind !== "random";
  if (gradient) {
    const most = Math.max(Math.abs(gradient[0]), Math.abs(gradient[1]), ...(boxed ? scale : []));
    const unit = (ARROW * 0.8 * plan.scale) / (most || 1);
    if (boxed) {
      const [w, h] = [scale[0] * unit, scale[1] * unit];
      surface.rect(x - w, y - h, 2 * w, 2 * h, colours["scale-box"], 0.1);
      surface.outline(x - w, y - h, 2 * w, 2 * h, colours["scale-box"], 1.4);
    }
    arrow(surface, x, y, -gradient[0] * unit, gradient[1] * unit, ink.muted, 1.6, { dash: [4, 3] });
  }
  if (kind === "random") surface.outline(x - scale[0] * plan.wide * times, y - scale[0] * plan.tall * times, 2 * scale[0] * plan.wide * times, 2 * scale[0] * plan.tall * times, colours["scale-box"], 1.2, { dash: [3, 3] });
  let [ax, ay] = [x, y];
  for (const [part, colour] of [[fresh, colours.fresh], [memory, colours.memory], [decay, colours.decay]]) {
    if (!part || (part === fresh && !memory && !decay)) continue;
    const [dx, dy] = px(part, times);
    arrow(surface, ax, ay, dx, dy, ink.paper, 5);
    arrow(surface, ax, ay, dx, dy, colour, 2.2);
    [ax, ay] = [ax + dx, ay + dy];
  }
  const [dx, dy] = px(step, times);
  arrow(surface, x, y, dx, dy, ink.paper, 6);
  arrow(surface, x, y, dx, dy, colours.step, 3);
}
