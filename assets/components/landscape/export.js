/** The map as PNG and SVG, every number of every run as CSV. */
import { download } from "../shared/download.js";
import { savePng, TWICE } from "../shared/files.js";
import { INK } from "../shared/palette.js";
import { canvasSurface, svgSurface } from "../shared/surface.js";
import { picture } from "./field.js";
import { drawGround, drawRuns } from "./map.js";

function drawAll(surface, view) {
  drawGround(surface, view.model, view.plan, view);
  drawRuns(surface, view.model, view.plan, view);
}

const inside = ({ left, top, right, bottom }) => [left, top, right - left, bottom - top];

export function svg(view) {
  const { plan, model, theme } = view;
  const { width, height } = plan.size;
  const surface = svgSurface(width, height, INK[theme].paper);
  drawAll(surface, view);
  const [x, y, w, h] = inside(plan);
  const bands = picture(model, Math.round(w), Math.round(h), theme).toDataURL("image/png");
  // The bands go right above the paper, below every line.
  return surface.toString().replace("/>", `/><image x="${x}" y="${y}" width="${w}" height="${h}" preserveAspectRatio="none" href="${bands}"/>`);
}

/** One line a step and run. */
export function csv({ model }) {
  const lines = [`step,rule,${model.axes.join(",")},${model.measure},gradient_x,gradient_y,memory_x,memory_y,scale_x,scale_y`];
  const plain = (value) => (Number.isFinite(value) ? Number(value.toPrecision(7)) : "");
  for (let t = 0; t <= model.steps; t += 1) {
    for (let r = 0; r < model.runs; r += 1) {
      const parts = t < model.steps && model.gradients ? [model.gradient(t, r), model.memory(t, r), model.scaleOf(t, r)] : [["", ""], ["", ""], ["", ""]];
      lines.push([t, model.titles[r], ...[...model.point(t, r), model.gap(t, r), ...parts.flat()].map(plain)].join(","));
    }
  }
  return `${lines.join("\n")}\n`;
}

/** @param {"png"|"svg"|"csv"} kind */
export function save(kind, view) {
  const name = `${view.model.name}.${kind}`;
  if (kind === "csv") return download(csv(view), name, "text/csv");
  if (kind === "svg") return download(svg(view), name, "image/svg+xml");
  return savePng(name, { ...view.plan.size, paper: INK[view.theme].paper }, (context) => {
    const [x, y, w, h] = inside(view.plan);
    context.drawImage(picture(view.model, Math.round(w * TWICE), Math.round(h * TWICE), view.theme), x, y, w, h);
    drawAll(canvasSurface(context), view);
  });
}
