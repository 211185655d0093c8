/** The graph as SVG: one text for the page and for the file. Presentation attributes only, so that a file needs no style sheet. */
import { levelOf, scaleTable } from "../shared/colors.js";
import { format } from "../shared/numbers.js";
import { DIVERGING, FONT, INK, ROLES } from "../shared/palette.js";
import { agrees } from "./passes.js";
import { escape } from "./words.js";

const PLACES = [0.5, 0.36, 0.64, 0.25, 0.75, 0.15, 0.85];
const short = (value) => Math.round(value * 10) / 10;

/** Sizes in CSS pixels; a compact node has its value beside its name. */
export function sizes(scale, rows, zoom = 1, compact = false) {
  const unit = scale * zoom;
  const [row, head] = [17 * unit, (compact ? 19 : 20) * unit];
  const h = head + (compact ? rows - 1 : rows) * row + 3 * unit;
  return { row, head, h, w: 77 * unit, text: 12.5 * unit, small: 12 * unit, compact, digits: zoom > 1.1 ? 4 : 3 };
}

function text(words, x, y, { size, fill, weight = 400, anchor = "middle", halo = "" }) {
  const around = halo ? ` stroke="${halo}" stroke-width="4" stroke-linejoin="round" paint-order="stroke"` : "";
  return `<text x="${short(x)}" y="${short(y)}" font-family="${escape(FONT)}" font-size="${short(size)}" font-weight="${weight}" fill="${fill}" text-anchor="${anchor}" dominant-baseline="central"${around}>${escape(words)}</text>`;
}

/** A number's colours: its sign, and a hint of its size. */
function tint(value, limit, theme) {
  const table = scaleTable("signed", theme);
  const strength = value === 0 || Number.isNaN(value) ? 0 : Math.sign(value) * (0.16 + 0.5 * Math.sqrt(Math.min(1, Math.abs(value) / (limit || 1))));
  const level = levelOf("signed", strength, [-1, 1]);
  return { fill: table.fill[level], ink: table.ink[level] };
}

/** The curves of all edges, and a place for each label. */
export function route(model, layout, size) {
  const groups = new Map();
  for (const edge of model.edges) {
    const key = `${edge.from} ${edge.to}`;
    groups.set(key, [...(groups.get(key) ?? []), edge]);
  }
  const curves = [];
  for (const [key, edges] of groups) {
    const way = layout.ways.get(key);
    edges.forEach((edge, i) => {
      const bow = (i - (edges.length - 1) / 2) * (layout.down ? 46 : 40);
      curves[edge.index] = curve(way, layout.down, size, bow);
    });
  }
  return curves;
}

function curve(way, down, size, bow) {
  const points = way.map((point) => ({ ...point }));
  if (down) {
    points[0].y += size.h / 2;
    points.at(-1).y -= size.h / 2 + 5;
  } else {
    points[0].x += size.w / 2;
    points.at(-1).x -= size.w / 2 + 5;
  }
  return points.slice(1).map((end, i) => {
    const start = points[i];
    const [mx, my] = [(start.x + end.x) / 2, (start.y + end.y) / 2];
    // Parallel edges bow apart, across their way.
    const long = Math.hypot(end.x - start.x, end.y - start.y) || 1;
    const [dx, dy] = [(-bow * (end.y - start.y)) / long, (bow * (end.x - start.x)) / long];
    const one = { x: (down ? start.x : mx) + dx, y: (down ? my : start.y) + dy };
    const two = { x: (down ? end.x : mx) + dx, y: (down ? my : end.y) + dy };
    return [start, one, two, end];
  });
}

const at = ([a, b, c, d], t) => {
  const mix = (k) => (1 - t) ** 3 * a[k] + 3 * (1 - t) ** 2 * t * b[k] + 3 * (1 - t) * t * t * c[k] + t ** 3 * d[k];
  return { x: mix("x"), y: mix("y") };
};

const path = (segments) => `M${short(segments[0][0].x)} ${short(segments[0][0].y)}` +
  segments.map(([, b, c, d]) => `C${[b, c, d].map((p) => `${short(p.x)} ${short(p.y)}`).join(" ")}`).join("");

/** Places for the labels: on their edge, clear of the nodes and of each other where there is room. */
export function labelPlaces(model, layout, curves, size) {
  const taken = [...layout.boxes.values()].map(({ x, y }) => [x, y, x + size.w, y + size.h]);
  const hits = (box) => taken.filter((other) => box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3]).length;
  return model.edges.map((edge) => {
    const segments = curves[edge.index];
    const half = [(size.small * 0.58 * 5.5) / 2, size.small * 0.62];
    const spots = PLACES.flatMap((t) => segments.map((segment) => at(segment, t)));
    let best = null;
    for (const spot of spots) {
      const box = [spot.x - half[0], spot.y - half[1], spot.x + half[0], spot.y + half[1]];
      const cost = hits(box);
      if (!best || cost < best.cost) best = { cost, spot, box };
      if (!cost) break;
    }
    taken.push(best.box);
    return best.spot;
  });
}

function drawEdge(view, edge, parts) {
  const { layout, curves, labels, theme, flow, shown, lit, size } = view;
  const ink = INK[theme];
  const slope = flow.slopes[edge.to][edge.place];
  const known = shown.values.has(edge.to);
  const sign = !known || !slope ? ink.muted : DIVERGING[theme][slope > 0 ? 7 : 1];
  const on = lit.edges.has(edge.index);
  const faint = lit.dim && !on;
  const segments = curves[edge.index];
  const end = segments.at(-1)[3];
  const head = layout.down ? `M${short(end.x)} ${short(end.y + 5)}l-4 -7h8z` : `M${short(end.x + 5)} ${short(end.y)}l-7 -4v8z`;
  parts.lines.push(`<g opacity="${faint ? 0.22 : 1}"><path d="${path(segments)}" fill="none" stroke="${sign}" stroke-width="${on ? 3.5 : 1.5}"/><path d="${head}" fill="${sign}"/></g>`);
  if (known && !faint) parts.labels.push(text(Number.isNaN(slope) ? "none" : format(slope, 3), labels[edge.index].x, labels[edge.index].y, { size: size.small, fill: sign, weight: on ? 700 : 500, halo: ink.paper }));
}

function rowsOf(view, node) {
  const { model, flow, shown, limits } = view;
  const cell = (ready, value, limit, checked = "") => ({ ready, value, limit, checked });
  const rows = [cell(shown.values.has(node), flow.values[node], limits.values)];
  const mark = (gradient, check, of = model.output) => (Number.isNaN(check) || Number.isNaN(gradient) ? "" : agrees(gradient, check, flow.values[of]) ? " ✓" : " ≠");
  if (model.mode !== "forward") rows.push(cell(shown.gradients.has(node), flow.gradients[node], limits.gradients, mark(flow.gradients[node], flow.checks[node])));
  if (model.mode !== "reverse") {
    const checked = model.moved.has(node) ? mark(flow.tangents[node], flow.tangentChecks[node], node) : "";
    rows.push(cell(shown.tangents.has(node), flow.tangents[node], limits.tangents, checked));
  }
  return rows;
}

function drawRow({ theme, size }, row, { left, top, wide, weight }, out) {
  const ink = INK[theme];
  const { fill, ink: on } = row.ready ? tint(row.value, row.limit, theme) : { fill: ink.faint, ink: ink.muted };
  out.push(`<rect x="${short(left)}" y="${short(top)}" width="${short(wide)}" height="${short(size.row - 2)}" rx="3" fill="${fill}"/>`);
  const words = !row.ready ? "" : Number.isNaN(row.value) ? "none" : `${format(row.value, row.digits ?? size.digits)}${row.checked}`;
  if (words) out.push(text(words, left + wide / 2, top + size.row / 2 - 0.5, { size: size.small, fill: on, weight }));
}

function drawNode(view, node) {
  const { model, layout, theme, size, lit, flow } = view;
  const { x, y } = layout.boxes.get(node);
  const ink = INK[theme];
  const { op, name, symbol } = model.nodes[node];
  const input = op === "input";
  const faint = lit.dim && !lit.nodes.has(node);
  const current = lit.current === node;
  const edge = current ? ink.accent : flow.troubles.has(node) ? ink.warning : input ? ROLES[theme].input : ink.muted;
  const out = [`<g data-node="${node}" opacity="${faint ? 0.3 : 1}"><title>${escape(view.titleOf(node))}</title>`];
  out.push(`<rect x="${short(x)}" y="${short(y)}" width="${short(size.w)}" height="${short(size.h)}" rx="7" fill="${ink.paper}" stroke="${edge}" stroke-width="${current || lit.selected === node ? 3 : input ? 2 : 1.2}"/>`);
  const tag = symbol && name.length < 8 ? symbol : "";
  const middle = y + size.head / 2 + 1;
  const rows = rowsOf(view, node);
  if (size.compact) {
    out.push(text(name, x + 6, middle, { size: size.text, fill: ink.text, weight: 650, anchor: "start" }));
    const left = Math.min(size.w * 0.62, Math.max(size.w * 0.4, 10 + name.length * size.text * 0.62));
    const first = rows.shift();
    drawRow(view, { ...first, digits: Math.abs(first.value) < 0.1 ? 2 : 3 }, { left: x + left, top: y + 3, wide: size.w - left - 3, weight: 600 }, out);
  } else if (tag) {
    out.push(text(name, x + 7, middle, { size: size.text, fill: ink.text, weight: 650, anchor: "start" }));
    out.push(text(tag, x + size.w - 7, middle, { size: size.text, fill: ink.muted, anchor: "end" }));
  } else out.push(text(name, x + size.w / 2, middle, { size: size.text, fill: ink.text, weight: 650 }));
  rows.forEach((row, i) => drawRow(view, row, { left: x + 3, top: y + size.head + i * size.row, wide: size.w - 6, weight: i || size.compact ? 500 : 600 }, out));
  return `${out.join("")}</g>`;
}

/** Everything inside the <svg>. */
export function drawing(view) {
  const parts = { lines: [], labels: [] };
  for (const edge of view.model.edges) drawEdge(view, edge, parts);
  const nodes = [...view.layout.boxes.keys()].map((node) => drawNode(view, node));
  return [...parts.lines, ...nodes, ...parts.labels].join("");
}

/** The picture as a file of its own. */
export function fileOf(view) {
  const { width, height } = view.layout;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"><rect width="${width}" height="${height}" fill="${INK[view.theme].paper}"/>${drawing(view)}</svg>\n`;
}
