/** The frame as PNG at twice its size; the curves and the frame's cells as CSV. */
import { download } from "../shared/download.js";
import { quoted, savePng } from "../shared/files.js";
import { INK } from "../shared/palette.js";
import { canvasSurface } from "../shared/surface.js";
import { drawChart } from "./chart.js";
import { drawPanel } from "./draw.js";
import { valuesAt } from "./frames.js";

const MARGIN = 16;
const HEAD = 24;

/** @param {"png"|"csv"} kind */
export function save(kind, view) {
  const name = `${view.data.name}_${view.player.frame + 1}.${kind}`;
  if (kind === "csv") download(csv(view), name, "text/csv");
  else png(view, name);
}

/** Where the pieces stand, as on the page. */
function places(view) {
  const corner = view.parts.body.getBoundingClientRect();
  const place = (element) => {
    const box = element.getBoundingClientRect();
    return { x: box.left - corner.left + MARGIN, y: box.top - corner.top + MARGIN + HEAD, width: box.width, height: box.height };
  };
  return { panels: view.slots.map((slot) => place(slot.stage)), chart: place(view.parts.curves), width: corner.width + 2 * MARGIN, height: corner.height + 2 * MARGIN + HEAD };
}

function png(view, name) {
  const { data, player, theme, scale } = view;
  const spots = places(view);
  savePng(name, { ...spots, paper: INK[theme].paper }, (context) => {
    const surface = canvasSurface(context);
    const words = { align: "left", fill: INK[theme].text };
    surface.text(data.labels[player.frame], MARGIN, MARGIN + 8, { ...words, size: 15 * scale, weight: 600 });
    const inside = (spot, act) => {
      context.save();
      context.translate(spot.x, spot.y);
      act();
      context.restore();
    };
    view.panels.forEach((panel, i) => {
      const spot = spots.panels[i];
      inside(spot, () => {
        const captions = [panel.title, panel.subtitles[player.frame] ?? ""].filter(Boolean);
        captions.forEach((text, line) => surface.text(text, 0, (line - captions.length + 0.4) * 17 * scale, { ...words, size: 13 * scale, weight: line ? 400 : 600 }));
        drawPanel(context, surface, panel, player.frame, spot, scale);
      });
    });
    if (view.plan) inside(spots.chart, () => drawChart(surface, data, view.plan, player.frame, theme));
  });
}

const plain = (value) => (Number.isFinite(value) ? Number(value.toPrecision(7)) : "");
const COLOURS = ["red", "green", "blue"];

/** One line a number: first every curve at every frame, then the cells of the frame that is seen. */
export function csv({ data, panels, player }) {
  const lines = ["frame,label,of,row,column,value"];
  for (const { title, values } of data.curves) {
    values.forEach((value, frame) => lines.push([frame, quoted(data.labels[frame]), quoted(title), "", "", plain(value)].join(",")));
  }
  const head = `${player.frame},${quoted(data.labels[player.frame])}`;
  for (const panel of panels) {
    panel.planes.forEach((_, channel) => {
      const title = quoted(panel.kind === "rgb" ? `${panel.title} ${COLOURS[channel]}` : panel.title);
      for (let row = 0; row < panel.height; row += 1) {
        for (let column = 0; column < panel.width; column += 1) lines.push(`${head},${title},${row},${column},${plain(valuesAt(panel, player.frame, row, column)[channel])}`);
      }
    });
  }
  return `${lines.join("\n")}\n`;
}
