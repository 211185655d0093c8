/** The picture on the page: lays the panels out, keeps the camera and the looked-at pixel, draws when something changed. */
import { hex, scaleTable, themeOf } from "../shared/colors.js";
import { make } from "../shared/make.js";
import { CHANNELS, INK } from "../shared/palette.js";
import { whenFontsArrive } from "../shared/room.js";
import { canvasSurface } from "../shared/surface.js";
import { clamp, frameFor, ownPlace, scaleOf, scenePlace, whole, zoomedAt } from "./camera.js";
import { build, buildPanel } from "./dom.js";
import { drawCross, drawDetails, drawPixels, drawWindow, numberSize } from "./draw.js";
import { save } from "./export.js";
import { listen } from "./input.js";
import { colourAt, makePanel, said, texts, write } from "./panel.js";

const GAP = 24;
const NARROWEST = 160;

/** @returns {{update: Function, end: Function}} what shared/lifecycle.js wants */
export function makeView(host, send, signal) {
  const parts = build(host);
  const view = { parts, send, panels: [], slots: [], camera: null, hover: null, pin: null, scene: null, size: null, scale: 1, theme: "light" };
  let turn = 0;
  let dirty = { base: false, over: false };
  let wanted = 0;

  view.redraw = (what) => {
    dirty[what] = true;
    wanted ||= requestAnimationFrame(() => {
      wanted = 0;
      // Nothing to draw yet, or nowhere: a panel in a closed fold has no width.
      if (!view.camera || !view.size) return;
      if (dirty.base) drawBase(view);
      if (dirty.base || dirty.over) drawOver(view);
      dirty = { base: false, over: false };
    });
  };
  view.look = (camera) => {
    view.camera = view.size ? clamp(camera, view.scene, view.size, view.scale) : camera;
    view.redraw("base");
  };
  view.zoom = (factor, x = view.size.width / 2, y = view.size.height / 2) =>
    view.look(zoomedAt(view.camera, view.scene, view.size, factor, x, y, view.scale));
  view.point = (target) => {
    view.hover = target;
    view.redraw("over");
  };
  view.fix = (target) => {
    view.pin = target;
    if (view.data.pick) send.state("pin", target && { panel: target.panel, row: target.row, column: target.column });
    view.redraw("over");
  };
  view.say = (text) => { parts.live.textContent = text; };
  view.words = () => wordsOf(view);
  view.save = (kind) => save(kind, view);

  const watch = new ResizeObserver(() => {
    if (view.panels.length && layOut(view)) view.redraw("base");
  });
  watch.observe(host);
  whenFontsArrive(() => view.redraw("base"), signal);
  listen(view, signal);

  async function update(data) {
    const theme = themeOf(host);
    const mine = ++turn;
    const panels = await Promise.all(data.panels.map((panel, i) => makePanel(panel, data.panels, theme, view.panels, i)));
    if (mine !== turn || signal.aborted) return;
    if (panels.includes(null)) {
      // We were opened anew, or a message was overtaken: ask for all bytes.
      send.state("missing", Date.now());
      return;
    }
    adopt(view, data, panels, theme);
    host.dataset.ready = String(mine);
  }
  return { update, end: () => { watch.disconnect(); cancelAnimationFrame(wanted); } };
}

/** Takes new panels; the camera stays where the scene is of the same size. */
function adopt(view, data, panels, theme) {
  const before = view.scene;
  view.scene = { height: panels[0].height, width: panels[0].width };
  for (const panel of panels) {
    const { scale = null, offset = [0, 0] } = panel.link ?? {};
    panel.place = panel.linked
      ? { scale: scale ?? [view.scene.height / panel.height, view.scene.width / panel.width], offset }
      : { scale: [1, 1], offset: [0, 0] };
    panel.under = panels[panel.over] ?? null;
    panel.scene = panel.linked ? view.scene : { height: panel.height, width: panel.width };
  }
  Object.assign(view, { data, panels, theme, scale: data.scale });
  const { host } = view.parts;
  host.style.setProperty("--scale", data.scale);
  host.style.setProperty("--muted", INK[theme].muted);
  host.setAttribute("aria-label", `${data.summary} Arrow keys read pixels, plus and minus zoom, 0 shows the whole.`);
  while (view.slots.length > panels.length) view.slots.pop().root.remove();
  while (view.slots.length < panels.length) {
    const slot = buildPanel();
    view.slots.push(slot);
    view.parts.panels.append(slot.root);
  }
  panels.forEach((panel, i) => caption(view.slots[i], panel, data.summary));
  const same = before && before.height === view.scene.height && before.width === view.scene.width;
  view.hover = valid(view, view.hover);
  view.pin = valid(view, view.pin);
  layOut(view);
  view.look(same && view.camera ? view.camera : whole(view.scene));
}

function valid(view, target) {
  const panel = target && view.panels[target.panel];
  return panel && target.row < panel.height && target.column < panel.width ? target : null;
}

function caption(slot, panel, summary) {
  slot.title.replaceChildren(make("b", {}, [panel.title]), " ", make("span", {}, [panel.subtitle]));
  slot.base.setAttribute("aria-label", `${panel.title}. ${summary}`);
  slot.legend.replaceChildren();
  if (["signed", "positive", "magnitude"].includes(panel.kind)) {
    const stops = scaleTable(panel.kind, panel.theme).fill.filter((_, i) => i % 15 === 0);
    const bar = make("i", { style: `background:linear-gradient(90deg,${stops.join(",")})` });
    const [low, high] = panel.limits.map((end) => write(panel, said(panel, 0, end)));
    slot.legend.append(low, bar, high);
  }
}

/** Sets the canvases' sizes; true if something changed. */
function layOut(view) {
  // Not clientWidth, which rounds up: half a pixel too much sends the last panel to the next row.
  const wide = Math.floor(view.parts.host.getBoundingClientRect().width);
  if (!wide) return false;
  const count = view.panels.length;
  const fits = Math.max(1, Math.floor((wide + GAP) / (NARROWEST * Math.min(view.scale, 1.2) + GAP)));
  const most = Math.min(count, view.data.columns, fits);
  const columns = Math.ceil(count / Math.ceil(count / most));
  const room = { width: Math.floor((wide - GAP * (columns - 1)) / columns), height: view.data.height };
  let changed = false;
  const rows = [];
  view.panels.forEach((panel, i) => {
    const { scene } = panel;
    const width = Math.floor(Math.min(room.width, (room.height * scene.width) / scene.height));
    const size = { width, height: Math.max(1, Math.round((width * scene.height) / scene.width)) };
    if (panel.linked) view.size = size;
    rows[Math.floor(i / columns)] = (rows[Math.floor(i / columns)] ?? -GAP) + width + GAP;
    changed = fitCanvas(view.slots[i], size) || changed;
  });
  // The buttons end where the pictures end, and a row holds as many as it was given, however small they are.
  view.parts.head.style.maxWidth = `${Math.max(Math.min(wide, 340), rows[0])}px`;
  view.parts.panels.style.maxWidth = `${Math.max(...rows)}px`;
  if (view.camera) view.camera = clamp(view.camera, view.scene, view.size, view.scale);
  return changed;
}

function fitCanvas(slot, size) {
  const ratio = devicePixelRatio || 1;
  const wanted = [Math.round(size.width * ratio), Math.round(size.height * ratio)];
  slot.size = size;
  slot.root.style.width = `${size.width}px`;
  if (slot.base.width === wanted[0] && slot.base.height === wanted[1]) return false;
  for (const canvas of [slot.base, slot.over]) {
    [canvas.width, canvas.height] = wanted;
    canvas.style.width = `${size.width}px`;
    canvas.style.height = `${size.height}px`;
  }
  return true;
}

function contextOf(canvas, slot) {
  const context = canvas.getContext("2d");
  context.setTransform(canvas.width / slot.size.width, 0, 0, canvas.height / slot.size.height, 0, 0);
  context.clearRect(0, 0, slot.size.width, slot.size.height);
  return context;
}

function drawBase(view) {
  view.panels.forEach((panel, i) => {
    const slot = view.slots[i];
    const context = contextOf(slot.base, slot);
    const frame = frameFor(view, i);
    drawPixels(context, panel, frame, slot.size);
    drawDetails(canvasSurface(context), panel, frame, slot.size, view.scale);
  });
  const zoomed = view.camera.zoom > 1.001;
  view.parts.host.classList.toggle("zoomed", zoomed);
  view.parts.factor.textContent = `${Number(scaleOf(view.camera, view.scene, view.size).toPrecision(2))}×`;
  view.parts.factor.title = "Screen pixels for one pixel of the picture";
  const [out, closer, all] = view.parts.zoom;
  out.disabled = all.disabled = !zoomed;
  closer.disabled = zoomedAt(view.camera, view.scene, view.size, 1.1, 0, 0, view.scale).zoom <= view.camera.zoom;
}

/** The pixel of each panel at the looked-at place: [row, column], or null outside or alone. */
export function looked(view) {
  const target = view.hover ?? view.pin;
  if (!target) return view.panels.map(() => null);
  const from = view.panels[target.panel];
  const place = scenePlace(from, target.row, target.column);
  return view.panels.map((panel, i) => {
    if (i === target.panel) return [target.row, target.column];
    if (!panel.linked || !from.linked) return null;
    const own = ownPlace(panel, place);
    const at = [Math.floor(own.row + 1e-9), Math.floor(own.column + 1e-9)];
    return at[0] >= 0 && at[1] >= 0 && at[0] < panel.height && at[1] < panel.width ? at : null;
  });
}

function drawOver(view) {
  const target = view.hover ?? view.pin;
  const places = looked(view);
  const surfaces = view.slots.map((slot) => canvasSurface(contextOf(slot.over, slot)));
  const windowed = new Set();
  places.forEach((at, i) => {
    const { window } = view.panels[i];
    if (!at || !window || !view.panels[window.panel]) return;
    windowed.add(window.panel);
    drawWindow(surfaces[window.panel], frameFor(view, window.panel), window, at[0], at[1], view.theme);
  });
  places.forEach((at, i) => {
    if (at) {
      const frame = frameFor(view, i);
      const lined = !numberSize(view.panels[i], frame, view.scale);
      drawCross(surfaces[i], frame, view.slots[i].size, at[0], at[1], view.theme, target === view.pin, !windowed.has(i), lined);
    }
    readOut(view.slots[i], view.panels[i], at);
  });
  view.parts.place.textContent = target ? `row ${target.row}, column ${target.column}${target === view.pin ? " (pinned)" : ""}` : "";
}

/** The values under a panel, three in their channels' colours. */
function readOut(slot, panel, at) {
  if (!at) {
    slot.values.replaceChildren();
    return;
  }
  const words = texts(panel, ...at);
  const swatch = make("i", { class: "swatch", style: `background:${hex(colourAt(panel, ...at))}` });
  const spans = words.length === 3
    ? words.map((word, i) => make("span", { style: `color:${CHANNELS[panel.theme][i]}` }, [`${"RGB"[i]} ${word}`]))
    : [make("span", {}, words)];
  slot.values.replaceChildren(swatch, ...spans);
}

/** The looked-at place in words, for a screen reader. */
function wordsOf(view) {
  const target = view.hover ?? view.pin;
  if (!target) return "";
  const values = looked(view).map((at, i) => at && `${view.panels[i].title} ${texts(view.panels[i], ...at).join(", ")}`);
  return `Row ${target.row}, column ${target.column}: ${values.filter(Boolean).join("; ")}`;
}

