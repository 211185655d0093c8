/** The film's curves: lines over the frames, a mark on each at the frame that is seen, its name and number beside it. */
import { format } from "../shared/numbers.js";
import { CLASSES, INK } from "../shared/palette.js";

const TICK = 6;

/** Round steps (1, 2, 5 times a power of ten) that cut a range into at most `most` parts. */
export function ticks(low, high, most) {
  const raw = (high - low) / Math.max(1, most) || 1;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((part) => part * power).find((part) => part >= raw * 0.999);
  const found = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-6; i += 1) found.push(i * step);
  return found;
}

/**
 * Where everything of the chart stands; depends on the film and the size only.
 * @param {object} data the film
 * @param {{width: number, height: number}} size
 * @param {(text: string, size: number, weight?: number) => number} measure
 */
export function planChart(data, size, scale, measure) {
  const text = 12 * scale;
  const numbers = data.curves.flatMap((curve) => Array.from(curve.values)).filter(Number.isFinite);
  let low = Math.min(0, ...numbers);
  let high = Math.max(...numbers, low);
  if (!(high > low)) [low, high] = [low, low + 1];
  const top = data.axes[1] ? 2.4 * text : text;
  const bottom = size.height - (data.axes[0] ? 3.2 : 1.9) * text;
  const levels = ticks(low, high, Math.max(2, Math.floor((bottom - top) / (34 * scale))));
  high = Math.max(high, levels.at(-1));
  const left = Math.max(...levels.map((level) => measure(format(level, 4), text))) + TICK + 4;
  const longest = Math.max(...data.curves.map((curve) => measure(`${curve.title} ${widest(curve)}`, text, 600)));
  const right = Math.max(left + 60, size.width - longest - 30 * scale);
  const [first, last] = [data.positions[0], data.positions.at(-1)];
  const x = (position) => left + ((position - first) / (last - first || 1)) * (right - left);
  const y = (value) => bottom - ((value - low) / (high - low)) * (bottom - top);
  return { size, scale, text, top, bottom, left, right, levels, x, y, across: ticks(first, last, Math.max(2, Math.floor((right - left) / (40 * scale)))) };
}

/** The longest that the number of a curve gets, so that the labels' place does not change from frame to frame. */
function widest(curve) {
  return [...curve.values].map((value) => said(curve, value)).reduce((long, text) => (text.length > long.length ? text : long), "");
}

/** A curve's number with its unit. */
export function said(curve, value) {
  return Number.isFinite(value) ? `${format(value, 3)}${curve.unit}` : "–";
}

/** @param {object} surface from shared/surface.js */
export function drawChart(surface, data, plan, frame, theme) {
  const ink = INK[theme];
  const small = { size: plan.text, fill: ink.muted, tabular: true };
  for (const level of plan.levels) {
    surface.segments([plan.left, plan.y(level), plan.right, plan.y(level)], ink.line, 1);
    surface.text(format(level, 4), plan.left - TICK, plan.y(level), { ...small, align: "right" });
  }
  for (const position of plan.across) surface.text(format(position, 4), plan.x(position), plan.bottom + plan.text, small);
  if (data.axes[0]) surface.text(data.axes[0], (plan.left + plan.right) / 2, plan.bottom + 2.5 * plan.text, { ...small, tabular: false });
  if (data.axes[1]) surface.text(data.axes[1], 0, plan.text * 0.7, { ...small, tabular: false, align: "left" });
  const here = plan.x(data.positions[frame]);
  surface.segments([here, plan.top - 4, here, plan.bottom], ink.accent, 1.5, { alpha: 0.55 });
  data.curves.forEach((curve, i) => drawLine(surface, data, plan, curve, CLASSES[i], frame));
  drawLabels(surface, data, plan, frame, ink);
}

function drawLine(surface, data, plan, { values }, colour, frame) {
  const points = [];
  for (let i = 1; i < values.length; i += 1) {
    if (!Number.isFinite(values[i - 1]) || !Number.isFinite(values[i])) continue;
    points.push(plan.x(data.positions[i - 1]), plan.y(values[i - 1]), plan.x(data.positions[i]), plan.y(values[i]));
  }
  if (points.length) surface.segments(points, colour, 2.25 * plan.scale, { cap: "round" });
  if (!Number.isFinite(values[frame])) return;
  const side = 7 * plan.scale;
  surface.rect(plan.x(data.positions[frame]) - side / 2, plan.y(values[frame]) - side / 2, side, side, colour);
}

/** Names at the lines' ends with the number at this frame, moved apart where they would meet. */
function drawLabels(surface, data, plan, frame, ink) {
  const line = plan.text * 1.35;
  const ends = data.curves.map((curve, i) => {
    const known = Array.from(curve.values).filter(Number.isFinite);
    return { curve, i, y: known.length ? plan.y(known.at(-1)) : plan.bottom };
  }).sort((a, b) => a.y - b.y);
  for (let i = 1; i < ends.length; i += 1) ends[i].y = Math.max(ends[i].y, ends[i - 1].y + line);
  const over = ends.length ? ends.at(-1).y - (plan.bottom + 4) : 0;
  if (over > 0) {
    ends.at(-1).y -= over;
    for (let i = ends.length - 2; i >= 0; i -= 1) ends[i].y = Math.min(ends[i].y, ends[i + 1].y - line);
  }
  for (const { curve, i, y } of ends) {
    const x = plan.right + 6 * plan.scale;
    surface.rect(x, y - 1.5 * plan.scale, 8 * plan.scale, 3 * plan.scale, CLASSES[i]);
    surface.text(`${curve.title} ${said(curve, curve.values[frame])}`, x + 12 * plan.scale, y, { size: plan.text, weight: 500, fill: ink.text, align: "left", tabular: true });
  }
}

/** The frame that lies nearest to a spot of the chart. */
export function frameAt(data, plan, x) {
  let best = 0;
  data.positions.forEach((position, i) => {
    if (Math.abs(plan.x(position) - x) < Math.abs(plan.x(data.positions[best]) - x)) best = i;
  });
  return best;
}
