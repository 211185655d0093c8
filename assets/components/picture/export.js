/** The picture as files: PNG and SVG of what is seen, CSV of every value. */
import { download } from "../shared/download.js";
import { quoted, savePng } from "../shared/files.js";
import { INK } from "../shared/palette.js";
import { canvasSurface, svgSurface } from "../shared/surface.js";
import { frameFor } from "./camera.js";
import { drawDetails, drawPixels, frameUnder } from "./draw.js";
import { valueAt } from "./panel.js";

const MARGIN = 16;
const HEAD = 28;
const GAP = 24;

/** @param {"png"|"svg"|"csv"} kind */
export function save(kind, view) {
  const name = `${view.data.name}.${kind}`;
  if (kind === "csv") download(csv(view.panels), name, "text/csv");
  else if (kind === "svg") download(svg(view), name, "image/svg+xml");
  else png(view, name);
}

/** Where each panel goes in the file: beside each other, in the order of the page. */
function places(view) {
  let x = MARGIN;
  const spots = view.slots.map(({ size }) => {
    const spot = { x, y: MARGIN + HEAD, ...size };
    x += size.width + GAP;
    return spot;
  });
  return { spots, width: x - GAP + MARGIN, height: Math.max(...spots.map((spot) => spot.height)) + HEAD + 2 * MARGIN };
}

function titles(surface, view, spots) {
  view.panels.forEach((panel, i) => {
    const text = panel.subtitle ? `${panel.title}  ${panel.subtitle}` : panel.title;
    surface.text(text, spots[i].x, spots[i].y - 12, { size: 14, weight: 600, align: "left", fill: INK[view.theme].text });
  });
}

function png(view, name) {
  const { spots, width, height } = places(view);
  savePng(name, { width, height, paper: INK[view.theme].paper }, (context) => {
    const surface = canvasSurface(context);
    titles(surface, view, spots);
    view.panels.forEach((panel, i) => {
      context.save();
      context.beginPath();
      context.rect(spots[i].x, spots[i].y, spots[i].width, spots[i].height);
      context.clip();
      context.translate(spots[i].x, spots[i].y);
      drawPixels(context, panel, frameFor(view, i), spots[i]);
      drawDetails(surface, panel, frameFor(view, i), spots[i], view.scale);
      context.restore();
    });
  });
}

/** The pixels as an embedded PNG, one for one; grid, numbers and marks as vectors. */
function svg(view) {
  const { spots, width, height } = places(view);
  const head = svgSurface(width, height, INK[view.theme].paper);
  titles(head, view, spots);
  const bodies = view.panels.map((panel, i) => {
    const frame = frameFor(view, i);
    const layer = svgSurface(spots[i].width, spots[i].height, "none");
    drawDetails(layer, panel, frame, spots[i], view.scale);
    const image = (panel.under ? embedded(panel.under, frameUnder(panel, frame)) : "") + embedded(panel, frame);
    // A nested svg clips to its own size.
    return layer.toString().trim()
      .replace("<svg ", `<svg x="${spots[i].x}" y="${spots[i].y}" `)
      .replace(/<rect [^>]*fill="none"\/>/, image);
  });
  return head.toString().replace("</svg>", `${bodies.join("\n")}</svg>`);
}

/** A panel's pixels as an image inside the SVG. */
function embedded(panel, frame) {
  const sharp = panel.smooth ? "" : ' style="image-rendering:pixelated"';
  return `<image href="${panel.canvas.toDataURL("image/png")}" x="${frame.left}" y="${frame.top}" ` +
    `width="${panel.width * frame.across}" height="${panel.height * frame.down}" preserveAspectRatio="none"${sharp}/>`;
}

/** One line a pixel and channel. */
export function csv(panels) {
  const lines = ["panel,channel,row,column,value"];
  for (const panel of panels) {
    const names = panel.planes.length === 3 ? ["red", "green", "blue"] : [panel.kind];
    names.forEach((name, channel) => {
      for (let row = 0; row < panel.height; row += 1) {
        for (let column = 0; column < panel.width; column += 1) {
          const value = valueAt(panel, channel, row, column);
          lines.push(`${quoted(panel.title)},${name},${row},${column},${Number.isNaN(value) ? "" : Number(value.toPrecision(6))}`);
        }
      }
    });
  }
  return `${lines.join("\n")}\n`;
}
