/** The pad's behaviour: pointer, keys, buttons; what is shown; what is sent, and how often. */
import { themeOf } from "../shared/colors.js";
import { INK } from "../shared/palette.js";
import { build } from "./dom.js";
import { centred, downsampled, makeStrokes } from "./strokes.js";

// Milliseconds: the least between two messages, the most to wait for the run that answers the last, and what is rest.
const EVERY = 50;
const PATIENCE = 300;
const REST = 250;
const MOVES = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

/** @returns {{update: Function, end: Function}} what shared/lifecycle.js wants */
export function makePad(host, send, signal) {
  const parts = build(host);
  const pad = { parts, send, size: 0, strokes: null, nonce: null, erase: false, width: 2.2, cursor: null, pixels: null, theme: "light", timer: 0, rest: 0, sentAt: 0, answered: true, sent: "", wanted: 0, active: null };

  pad.redraw = () => { pad.wanted ||= requestAnimationFrame(() => { pad.wanted = 0; draw(pad); }); };
  pad.changed = (final) => {
    pad.pixels = pixelsOf(pad);
    pad.redraw();
    schedule(pad, final);
  };
  const watch = new ResizeObserver(() => pad.redraw());
  watch.observe(host);
  listenToPointer(pad, signal);
  listenToKeys(pad, signal);
  listenToButtons(pad, signal);

  function update(data) {
    if (pad.size !== data.size) {
      pad.size = data.size;
      pad.strokes = makeStrokes(data.size);
      pad.nonce = null;
    }
    // Pixels come back with every run; only a new nonce means that they were put in from outside.
    if (pad.nonce !== data.nonce) {
      pad.nonce = data.nonce;
      pad.strokes.restart(data.pixels);
      clearTimeout(pad.timer);
      Object.assign(pad, { timer: 0, sent: "" });
    }
    pad.example = data.example;
    pad.rests = data.rests;
    parts.example.hidden = !data.example;
    pad.theme = themeOf(host);
    host.style.setProperty("--scale", data.scale);
    host.style.setProperty("--muted", INK[pad.theme].muted);
    pad.pixels = pixelsOf(pad);
    pad.redraw();
    pad.answered = true;
    if (pad.timer) schedule(pad, false);
    host.dataset.ready = "1";
  }
  return { update, end: () => { watch.disconnect(); clearTimeout(pad.timer); clearTimeout(pad.rest); cancelAnimationFrame(pad.wanted); } };
}

function pixelsOf({ strokes, size, parts }) {
  if (strokes.untouched) return strokes.untouched;
  return parts.centre.checked ? centred(strokes.canvas, size) : downsampled(strokes.canvas.getContext("2d"), size);
}

/** Sends what is drawn as often as the server answers, at most twenty times a second, and the last state for sure. */
function schedule(pad, final) {
  clearTimeout(pad.timer);
  clearTimeout(pad.rest);
  const due = pad.sentAt + (pad.answered ? EVERY : PATIENCE);
  if (final) deliver(pad);
  else pad.timer = setTimeout(() => deliver(pad), Math.max(0, due - performance.now()));
  if (pad.rests) pad.rest = setTimeout(() => rested(pad), REST);
}

function deliver(pad) {
  pad.timer = 0;
  const pixels = btoa(String.fromCharCode(...pad.pixels));
  if (pixels === pad.sent) return;
  Object.assign(pad, { sent: pixels, sentAt: performance.now(), answered: false });
  pad.send.state("drawing", { nonce: pad.nonce, pixels });
}

/** Says that the drawing stands as it was last sent, once the pen is up. */
function rested(pad) {
  if (pad.active === null) pad.send.trigger("rested", true);
  else pad.rest = setTimeout(() => rested(pad), REST);
}

/* ---- pointer ---- */

function listenToPointer(pad, signal) {
  const { canvas } = pad.parts;
  const on = (name, act) => canvas.addEventListener(name, act, { signal });
  const point = (event) => {
    const box = canvas.getBoundingClientRect();
    // Only a pen knows how hard it is pressed; a mouse says 0.5 always.
    const press = event.pointerType === "pen" && event.pressure > 0 ? 0.5 + event.pressure : 1;
    return [((event.clientX - box.left) / box.width) * pad.size, ((event.clientY - box.top) / box.height) * pad.size, pad.width * press * (pad.erase ? 1.6 : 1)];
  };
  on("pointerdown", (event) => {
    if (pad.active !== null || event.button > 0) return;
    event.preventDefault();
    canvas.focus({ preventScroll: true });
    pad.active = event.pointerId;
    canvas.setPointerCapture(pad.active);
    pad.cursor = null;
    pad.strokes.add({ kind: "stroke", erase: pad.erase, points: [point(event)] });
    pad.changed(false);
  });
  on("pointermove", (event) => {
    if (event.pointerId !== pad.active) return;
    const events = event.getCoalescedEvents?.() ?? [];
    pad.strokes.extend((events.length ? events : [event]).map(point));
    pad.changed(false);
  });
  const finish = (event) => {
    if (event.pointerId !== pad.active) return;
    pad.active = null;
    pad.changed(true);
  };
  on("pointerup", finish);
  on("pointercancel", finish);
}

/* ---- keys ---- */

function listenToKeys(pad, signal) {
  const { canvas } = pad.parts;
  canvas.addEventListener("keydown", (event) => {
    if (!handled(pad, event)) return;
    event.preventDefault();
    event.stopPropagation();
  }, { signal });
  canvas.addEventListener("blur", () => { pad.cursor = null; pad.redraw(); }, { signal });
}

function handled(pad, event) {
  const command = event.ctrlKey || event.metaKey;
  const name = event.key.toLowerCase();
  if (name === "z" && !event.altKey) (event.shiftKey ? redo : undo)(pad);
  else if (name === "y" && command) redo(pad);
  else if (command || event.altKey) return false;
  else if (MOVES[event.key]) move(pad, MOVES[event.key], event.shiftKey);
  else if (event.key === " ") dab(pad);
  else if (name === "e") choose(pad, !pad.erase);
  else return false;
  return true;
}

function move(pad, [dx, dy], drawing) {
  const middle = Math.floor(pad.size / 2);
  const from = pad.cursor ?? { x: middle, y: middle };
  const within = (at) => Math.min(pad.size - 1, Math.max(0, at));
  pad.cursor = pad.cursor ? { x: within(from.x + dx), y: within(from.y + dy) } : from;
  if (drawing) stroke(pad, [from, pad.cursor]);
  pad.parts.live.textContent = `row ${pad.cursor.y}, column ${pad.cursor.x}, ${pad.pixels[pad.cursor.y * pad.size + pad.cursor.x] > 127 ? "light" : "dark"}`;
  pad.redraw();
}

function dab(pad) {
  const middle = Math.floor(pad.size / 2);
  pad.cursor ??= { x: middle, y: middle };
  stroke(pad, [pad.cursor]);
}

function stroke(pad, cells) {
  pad.strokes.add({ kind: "stroke", erase: pad.erase, points: cells.map(({ x, y }) => [x + 0.5, y + 0.5, pad.width]) });
  pad.changed(true);
}

/* ---- buttons ---- */

function undo(pad) {
  pad.strokes.undo();
  pad.changed(true);
}

function redo(pad) {
  pad.strokes.redo();
  pad.changed(true);
}

function choose(pad, erase) {
  pad.erase = erase;
  pad.parts.tools.forEach((button) => button.setAttribute("aria-pressed", String((button.dataset.do === "erase") === erase)));
}

function listenToButtons(pad, signal) {
  const { tools, widths, centre, grid, example, ...rest } = pad.parts;
  const on = (element, name, act) => element.addEventListener(name, act, { signal });
  tools.forEach((button) => on(button, "click", () => choose(pad, button.dataset.do === "erase")));
  widths.forEach((button) => on(button, "click", () => {
    pad.width = Number(button.dataset.width);
    widths.forEach((other) => other.setAttribute("aria-pressed", String(other === button)));
  }));
  on(rest.undo, "click", () => undo(pad));
  on(rest.redo, "click", () => redo(pad));
  on(rest.clear, "click", () => { pad.strokes.add({ kind: "clear" }); pad.changed(true); });
  on(example, "click", () => { pad.strokes.add({ kind: "image", pixels: Uint8Array.from(pad.example) }); pad.changed(true); });
  on(centre, "change", () => pad.changed(true));
  on(grid, "change", () => pad.redraw());
}

/* ---- what is shown ---- */

function draw(pad) {
  const { canvas, preview, grid, undo: back, redo: forth, clear } = pad.parts;
  const side = canvas.clientWidth;
  if (!side) return;
  const ratio = devicePixelRatio || 1;
  const wanted = Math.round(side * ratio);
  if (canvas.width !== wanted || canvas.height !== wanted) canvas.width = canvas.height = wanted;
  const context = canvas.getContext("2d");
  if (grid.checked) {
    paintPixels(context, pad.pixels, pad.size, wanted);
    paintGrid(context, pad.size, wanted, ratio);
  } else {
    context.imageSmoothingEnabled = true;
    context.imageSmoothingQuality = "high";
    context.drawImage(pad.strokes.canvas, 0, 0, wanted, wanted);
    paintGuide(context, wanted, ratio);
  }
  if (pad.cursor) paintCursor(context, pad, wanted, ratio);
  if (pad.strokes.empty && !pad.cursor) paintWords(context, wanted, ratio);
  preview.width = preview.height = pad.size;
  paintPixels(preview.getContext("2d"), pad.pixels, pad.size, pad.size);
  back.disabled = !pad.strokes.canUndo;
  forth.disabled = !pad.strokes.canRedo;
  clear.disabled = pad.strokes.empty;
  const ink = pad.pixels.reduce((sum, value) => sum + (value > 0), 0);
  canvas.setAttribute("aria-label", `Drawing pad, ${pad.size} by ${pad.size} pixels, ${ink ? `${ink} of them drawn on` : "empty"}`);
  pad.parts.host.dataset.ink = String(ink);
}

function paintPixels(context, pixels, size, side) {
  const image = new ImageData(size, size);
  pixels.forEach((value, i) => image.data.set([value, value, value, 255], 4 * i));
  const small = document.createElement("canvas");
  small.width = small.height = size;
  small.getContext("2d").putImageData(image, 0, 0);
  context.imageSmoothingEnabled = false;
  context.drawImage(small, 0, 0, side, side);
}

function paintGrid(context, size, side, ratio) {
  context.fillStyle = "#80848880";
  for (let i = 1; i < size; i += 1) {
    const at = Math.round((i * side) / size);
    context.fillRect(at, 0, ratio, side);
    context.fillRect(0, at, side, ratio);
  }
}

/** The box of MNIST's ink, faint: where to draw. */
function paintGuide(context, side, ratio) {
  context.strokeStyle = "#ffffff2e";
  context.lineWidth = ratio;
  context.setLineDash([4 * ratio, 4 * ratio]);
  context.strokeRect((side * 4) / 28, (side * 4) / 28, (side * 20) / 28, (side * 20) / 28);
  context.setLineDash([]);
}

function paintCursor(context, pad, side, ratio) {
  const cell = side / pad.size;
  context.lineWidth = 2 * ratio;
  context.strokeStyle = INK.dark.accent;
  context.strokeRect(pad.cursor.x * cell, pad.cursor.y * cell, cell, cell);
}

function paintWords(context, side, ratio) {
  const size = 14 * ratio * Number(getComputedStyle(context.canvas).getPropertyValue("--scale") || 1);
  context.fillStyle = "#ffffffb0";
  context.font = `400 ${size}px Inter, system-ui, sans-serif`;
  context.textAlign = "center";
  context.fillText("Draw here", side / 2, side / 2 + size / 3);
}
