/** What a reader may keep of a picture: the buttons, and how each kind of file is written. */
import { download } from "./download.js";
import { ICONS } from "./icons.js";
import { make } from "./make.js";
import { canvasSurface, svgSurface } from "./surface.js";

/** How much larger a PNG is than the picture on the page. */
export const TWICE = 2;

/** The buttons, one for each kind of file. */
export function makeFiles(kinds = ["PNG", "SVG", "CSV"]) {
  const files = make("span", { class: "files", html: ICONS.download });
  files.append(...kinds.map((kind) =>
    make("button", { type: "button", class: "file", "data-file": kind.toLowerCase(), title: `Download ${kind}`, "aria-label": `Download ${kind}` }, [kind])));
  return files;
}

/**
 * @param {HTMLElement} files what makeFiles made
 * @param {(kind: "png"|"svg"|"csv") => void} save
 * @param {AbortSignal} signal ends the listening
 */
export function wireFiles(files, save, signal) {
  files.addEventListener("click", ({ target }) => { if (target.dataset.file) save(target.dataset.file); }, { signal });
}

/**
 * @param {string} filename
 * @param {{width: number, height: number, paper: string}} sheet in CSS pixels
 * @param {(context: CanvasRenderingContext2D) => void} paint draws in CSS pixels on a sheet already filled with the paper
 */
export function savePng(filename, { width, height, paper }, paint) {
  const canvas = make("canvas", { width: Math.ceil(width * TWICE), height: Math.ceil(height * TWICE) });
  const context = canvas.getContext("2d");
  context.scale(TWICE, TWICE);
  context.fillStyle = paper;
  context.fillRect(0, 0, width, height);
  paint(context);
  deliver(canvas, filename);
}

/**
 * A picture made of drawing calls, as a PNG or an SVG, or its numbers as a CSV.
 * @param {"png"|"svg"|"csv"} kind
 * @param {(surface: object) => void} draw see surface.js
 * @param {() => string} csv
 */
export function saveDrawing(kind, name, sheet, draw, csv) {
  if (kind === "csv") download(csv(), `${name}.csv`, "text/csv");
  else if (kind === "png") savePng(`${name}.png`, sheet, (context) => draw(canvasSurface(context)));
  else {
    const surface = svgSurface(sheet.width, sheet.height, sheet.paper);
    draw(surface);
    download(surface.toString(), `${name}.svg`, "image/svg+xml");
  }
}

/** An SVG text as the pixels that the browser makes of it. */
export function savePngOf(svg, filename) {
  const image = new Image();
  image.onload = () => {
    const canvas = make("canvas", { width: image.width * TWICE, height: image.height * TWICE });
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    deliver(canvas, filename);
  };
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
}

const deliver = (canvas, filename) => canvas.toBlob((blob) => blob && download(blob, filename), "image/png");

/** A text as a cell of a CSV. */
export const quoted = (text) => (/[",\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text);
