/** The loss over the steps on a logarithmic axis, a mark at the step that is seen, names at the lines' ends. */
import { ticks } from "../film/chart.js";
import { format } from "../shared/numbers.js";
import { INK } from "../shared/palette.js";
import { dot } from "./map.js";

const FLOOR = 1e-12;
const UP = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const power = (exponent) => `10${exponent < 0 ? "⁻" : ""}${[...String(Math.abs(exponent))].map((digit) => UP[digit]).join("")}`;

/** Where everything stands; depends on the runs and the size only. */
export function planChart(model, size, scale, measure) {
  const text = 12 * scale;
  const gaps = Array.from(model.gaps).filter((gap) => Number.isFinite(gap) && gap > 0);
  const level = (gap) => Math.log10(Math.max(gap, FLOOR));
  const high = Math.min(Math.ceil(Math.max(...gaps.map(level), 0)), 8);
  const low = Math.max(Math.floor(Math.min(...gaps.map(level), high - 1)), -12, high - 14);
  const top = text * 2;
  const bottom = size.height - 2.6 * text;
  const left = measure(power(-12), text) + 8;
  const right = Math.max(left + 60, size.width - Math.max(...model.titles.map((title) => measure(title, text, 600)), 0) - 22 * scale);
  const x = (t) => left + (t / Math.max(1, model.steps)) * (right - left);
  const y = (gap) => bottom - ((Math.min(high, Math.max(low, level(gap))) - low) / (high - low)) * (bottom - top);
  const every = Math.max(1, Math.ceil((high - low) / Math.max(2, (bottom - top) / (24 * scale))));
  const levels = [];
  for (let exponent = high; exponent >= low; exponent -= every) levels.push(exponent);
  return { size, scale, text, top, bottom, left, right, x, y, levels, low, across: ticks(0, model.steps, Math.max(2, (right - left) / (52 * scale))), back: (px) => Math.round(((px - left) / (right - left)) * model.steps) };
}

function lineOf(model, plan, r, from, to) {
  const out = [];
  for (let t = Math.max(1, from); t <= Math.min(to, model.lasts[r]); t += 1) out.push(plan.x(t - 1), plan.y(model.gap(t - 1, r)), plan.x(t), plan.y(model.gap(t, r)));
  return out;
}

/** @param {object} surface from shared/surface.js */
export function drawChart(surface, model, plan, view) {
  const ink = INK[view.theme];
  const small = { size: plan.text, fill: ink.muted, tabular: true };
  for (const exponent of plan.levels) {
    const y = plan.y(10 ** exponent);
    surface.segments([plan.left, y, plan.right, y], ink.line, 1);
    surface.text(power(exponent), plan.left - 6, y, { ...small, align: "right" });
  }
  for (const t of plan.across) surface.text(format(t, 4), plan.x(t), plan.bottom + plan.text, small);
  surface.text("step", (plan.left + plan.right) / 2, plan.bottom + 2.1 * plan.text, { ...small, tabular: false });
  surface.text(model.measure, 0, plan.text * 0.6, { ...small, align: "left", tabular: false });
  if (model.tolerance) {
    const y = plan.y(model.tolerance);
    surface.segments([plan.left, y, plan.right, y], ink.accent, 1.4, { dash: [5, 4] });
    surface.text("arrived", plan.right - 4, y - plan.text * 0.7, { ...small, align: "right", fill: ink.accent, tabular: false });
  }
  const here = plan.x(view.frame);
  surface.segments([here, plan.top - 4, here, plan.bottom], ink.accent, 1.5, { alpha: 0.5 });
  for (const { r, on } of view.order) {
    surface.segments(lineOf(model, plan, r, view.frame + 1, model.steps), view.colours[r], 1.6 * plan.scale, { alpha: view.theme === "dark" ? 0.7 : 0.4 });
    surface.segments(lineOf(model, plan, r, 1, view.frame), view.colours[r], (on ? 3.2 : 2) * plan.scale, { cap: "round" });
  }
  if (model.predicted) drawPredicted(surface, model, plan, ink);
  drawNames(surface, model, plan, view, ink);
}

/** The line that theory draws: the first loss times rate² at each step. */
function drawPredicted(surface, model, plan, ink) {
  const at = (t) => model.gap(0, 0) * model.predicted ** (2 * t);
  let last = model.steps;
  while (last > 1 && (Math.log10(at(last)) < plan.low || plan.y(at(last)) <= plan.top)) last -= 1;
  const points = [plan.x(0), plan.y(at(0)), plan.x(last), plan.y(at(last))];
  surface.segments(points, ink.text, 1.6, { dash: [2, 4] });
}

function drawNames(surface, model, plan, view, ink) {
  const line = plan.text * 1.22;
  const ends = view.order.map(({ r, on }) => ({ r, on, end: plan.y(model.gap(model.lasts[r], r)), x: plan.x(model.lasts[r]) })).sort((a, b) => a.end - b.end);
  let least = plan.top - plan.text;
  for (const item of ends) least = (item.y = Math.max(item.end, least)) + line;
  let most = plan.bottom;
  for (const item of [...ends].reverse()) most = (item.y = Math.min(item.y, most)) - line;
  for (const { r, on, y, end, x } of ends) {
    surface.segments([x, end, plan.right + 8, y], view.colours[r], 1, { alpha: 0.6 });
    surface.text(model.titles[r], plan.right + 12 * plan.scale, y, { size: plan.text, weight: on ? 700 : 500, fill: ink.text, align: "left" });
  }
  for (const { r } of view.order) {
    const t = Math.min(view.frame, model.lasts[r]);
    dot(surface, plan.x(t), plan.y(model.gap(t, r)), 6 * plan.scale, view.colours[r], ink.paper);
  }
}
