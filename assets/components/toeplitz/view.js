/** The linked view: puts model, layout, pointer, keyboard, editing and downloads together. */
import { fit, measure, wiped } from "../shared/canvas.js";
import { themeOf } from "../shared/colors.js";
import { makeFiles, saveDrawing, wireFiles } from "../shared/files.js";
import { make } from "../shared/make.js";
import { INK, ROLES } from "../shared/palette.js";
import { whenFontsArrive, whenWidthChanges } from "../shared/room.js";
import { canvasSurface } from "../shared/surface.js";
import { makeEditing } from "../stepper/editing.js";
import { drawAll, drawLights } from "./draw.js";
import { place } from "./layout.js";
import { decode, lightsOfSpot } from "./model.js";
import { sentence, WAITING } from "./words.js";

const MARGIN = 16;
const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

function build(host) {
  const files = makeFiles();
  const colors = [["weight", "kernel cell"], ["value", "value"]].map(([by, word]) =>
    make("button", { type: "button", "data-colour": by, "aria-pressed": "false" }, [word]));
  const head = make("div", { class: "head" }, [
    make("span", { class: "colours", role: "group", "aria-label": "Colour by" }, ["Colour by ", ...colors]), files]);
  const base = make("canvas", { role: "img" });
  const over = make("canvas", { class: "over", "aria-hidden": "true" });
  const extras = make("div", { class: "extras" });
  const regions = make("div", { class: "regions" });
  const stage = make("div", { class: "stage" }, [base, over, extras, regions]);
  const line = make("p", { class: "line" });
  const live = make("div", { class: "unseen", "aria-live": "polite" });
  host.setAttribute("role", "group");
  host.tabIndex = -1;
  host.append(head, line, stage, live);
  return { host, head, files, base, over, extras, regions, stage, line, live, colors };
}

/** See shared/lifecycle.js. */
export function makeView(host, send, signal) {
  const parts = build(host);
  const view = { model: null, layout: null, theme: "light", scale: 1, measure, hover: null, pin: null, byWeight: true, chosen: null };
  let frame = 0;
  let stale = false;

  const draw = (base = false) => {
    stale ||= base;
    if (!frame) frame = requestAnimationFrame(paint);
  };
  const editing = makeEditing(parts, view, send, signal, {
    changed: () => draw(true),
    at: (grid, cell) => { view.hover = grid && { grid, cell }; draw(); },
  });

  function paint() {
    frame = 0;
    if (!view.layout || signal.aborted) return;
    const began = performance.now();
    if (stale) drawAll(canvasSurface(wiped(parts.base)), view);
    stale = false;
    const spot = view.pin ?? view.hover;
    view.lights = spot && lightsOfSpot(view.model, spot);
    drawLights(canvasSurface(wiped(parts.over)), view, view.lights);
    parts.line.innerHTML = spot ? sentence(view.model, spot, view.lights) : WAITING[view.model.view];
    parts.line.title = parts.line.textContent;
    Object.assign(host.dataset, { spot: spot ? `${spot.grid.name} ${spot.cell}` : "", pinned: String(Boolean(view.pin)), frame: (performance.now() - began).toFixed(2) });
  }

  function arrange() {
    const room = host.clientWidth;
    if (!view.model || !room) return;
    const tall = Math.max(300, Math.min(window.innerHeight * 0.47, 560 * view.scale));
    view.layout = place(view.model, room, { scale: view.scale, tall });
    for (const canvas of [parts.base, parts.over]) fit(canvas, { width: room, height: view.layout.height });
    parts.stage.style.height = `${view.layout.height}px`;
    standRegions();
    editing.buttons();
    editing.stand();
    draw(true);
  }

  /** One stop of the Tab key for each grid: the arrow keys walk in it. */
  function standRegions() {
    for (const { grid, x, y, head, width, height } of view.layout.boxes.values()) {
      let region = parts.regions.querySelector(`[data-grid=${grid.name}]`);
      if (!region) {
        region = make("div", { tabindex: 0, role: "img", "data-grid": grid.name });
        parts.regions.append(region);
      }
      region.setAttribute("aria-label", `${grid.title}, ${grid.height} by ${grid.width}. Arrow keys walk, Enter pins.`);
      Object.assign(region.style, { left: `${x - 3}px`, top: `${y + head - 3}px`, width: `${width + 6}px`, height: `${height + 6}px` });
    }
  }

  const spotAt = (event) => {
    if (!view.layout) return null;
    const { left, top } = parts.stage.getBoundingClientRect();
    return view.layout.hit(event.clientX - left, event.clientY - top);
  };
  const same = (a, b) => Boolean(a && b) && a.grid === b.grid && a.cell === b.cell;

  parts.over.addEventListener("pointermove", (event) => {
    const spot = spotAt(event);
    if (same(spot, view.hover) || (!spot && !view.hover)) return;
    view.hover = spot;
    parts.over.style.cursor = spot ? "pointer" : "";
    draw();
  }, { signal });
  parts.over.addEventListener("pointerleave", () => { view.hover = null; draw(); }, { signal });
  parts.over.addEventListener("click", (event) => {
    const spot = spotAt(event);
    view.pin = !spot || same(spot, view.pin) ? null : spot;
    draw();
    speak();
  }, { signal });
  parts.over.addEventListener("dblclick", (event) => {
    const spot = spotAt(event);
    if (spot) editing.open(spot.grid, spot.cell);
  }, { signal });
  parts.head.addEventListener("click", ({ target }) => {
    if (!target.dataset.colour) return;
    view.chosen = target.dataset.colour;
    colour();
    draw(true);
  }, { signal });
  wireFiles(parts.files, save, signal);
  parts.regions.addEventListener("keydown", (event) => {
    event.stopPropagation();
    const grid = view.model?.byName.get(event.target.dataset.grid);
    if (!grid || event.ctrlKey || event.metaKey || event.altKey) return;
    const now = view.pin?.grid === grid ? view.pin : view.hover?.grid === grid ? view.hover : null;
    if (ARROWS[event.key]) {
      const next = now ? walk(grid, now.cell, ARROWS[event.key]) : 0;
      view.hover = { grid, cell: next };
      if (view.pin) view.pin = view.hover;
    } else if (event.key === "Enter" || event.key === " ") view.pin = view.pin ? null : now ?? { grid, cell: 0 };
    else if (event.key === "Escape") { view.pin = null; view.hover = null; }
    else return;
    event.preventDefault();
    draw();
    speak();
  }, { signal });
  parts.regions.addEventListener("keyup", (event) => event.stopPropagation(), { signal });

  function walk(grid, cell, [down, right]) {
    const row = Math.min(grid.height - 1, Math.max(0, Math.floor(cell / grid.width) + down));
    const column = Math.min(grid.width - 1, Math.max(0, (cell % grid.width) + right));
    return row * grid.width + column;
  }

  const speak = () => requestAnimationFrame(() => { parts.live.textContent = parts.line.textContent; });

  function colour() {
    view.byWeight = (view.chosen ?? (view.model.view === "im2col" ? "value" : "weight")) === "weight";
    for (const button of parts.colors) button.setAttribute("aria-pressed", String((button.dataset.colour === "weight") === view.byWeight));
  }

  /** The picture with a margin, as it stands. */
  function drawing(surface) {
    const moved = {
      ...surface, erase: undefined,
      rect: (x, y, ...rest) => surface.rect(x + MARGIN, y + MARGIN, ...rest),
      outline: (x, y, ...rest) => surface.outline(x + MARGIN, y + MARGIN, ...rest),
      text: (string, x, y, options) => surface.text(string, x + MARGIN, y + MARGIN, options),
      segments: (points, ...rest) => surface.segments(points.map((value) => value + MARGIN), ...rest),
    };
    drawAll(moved, view);
    drawLights(moved, view, view.lights);
  }

  function save(kind) {
    const { name, matrix } = view.model;
    const sheet = { width: view.layout.width + 2 * MARGIN, height: Math.ceil(view.layout.height) + 2 * MARGIN, paper: INK[view.theme].paper };
    saveDrawing(kind, name, sheet, drawing, () => csv(matrix));
  }

  /** The matrix, one line a row. */
  function csv({ values, height, width }) {
    const lines = Array.from({ length: height }, (_, row) => Array.from(values.subarray(row * width, (row + 1) * width), (value) => Number(value.toPrecision(9))).join(","));
    return `${lines.join("\n")}\n`;
  }

  whenWidthChanges(host, arrange, signal);
  whenFontsArrive(arrange, signal);
  /** Where a cell stands on the page, for tests and guided tours. */
  host.cellAt = (name, cell) => {
    const { x, y, size, tall } = view.layout.cell(view.model.byName.get(name), cell);
    const { left, top } = parts.stage.getBoundingClientRect();
    return { x: left + x + size / 2, y: top + y + tall / 2, size };
  };
  host.matrixValues = () => Array.from(view.model.matrix.values);

  function follow(spot) {
    const grid = spot && view.model.byName.get(spot.grid.name);
    return grid && spot.cell < grid.size ? { grid, cell: spot.cell } : null;
  }

  return {
    update(data) {
      const before = view.model?.view;
      view.model = decode(data);
      view.scale = data.scale;
      view.theme = themeOf(host);
      host.dataset.theme = view.theme;
      host.dataset.view = data.view;
      host.style.setProperty("--scale", view.scale);
      host.style.setProperty("--muted", INK[view.theme].muted);
      for (const [role, color] of Object.entries(ROLES[view.theme])) host.style.setProperty(`--r-${role}`, color);
      host.setAttribute("aria-label", data.summary);
      parts.base.setAttribute("aria-label", data.summary);
      if (before !== data.view) view.chosen = null;
      colour();
      view.pin = before === data.view ? follow(view.pin) : null;
      view.hover = before === data.view ? follow(view.hover) : null;
      editing.update(data.serial);
      arrange();
    },
    end: () => cancelAnimationFrame(frame),
  };
}
