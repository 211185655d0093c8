/** Pointer, wheel, fingers, keys and buttons of the picture. */
import { wireFiles } from "../shared/files.js";
import { frameOf, ownPlace, scaleOf, scenePlace, toCanvas, toScene, whole } from "./camera.js";

const STEP = 1.5;
const STILL = 4;

/** The pixel of panel i under a pointer event, or null beside the image. */
function pixelAt(view, i, event) {
  const panel = view.panels[i];
  const slot = view.slots[i];
  const spot = spotOf(slot, event);
  const camera = panel.linked ? view.camera : whole(panel.scene);
  const own = ownPlace(panel, toScene(camera, panel.scene, slot.size, spot.x, spot.y));
  const [row, column] = [Math.floor(own.row), Math.floor(own.column)];
  return row >= 0 && column >= 0 && row < panel.height && column < panel.width ? { panel: i, row, column } : null;
}

function spotOf(slot, event) {
  const box = slot.over.getBoundingClientRect();
  return { x: event.clientX - box.left, y: event.clientY - box.top };
}

/** @param {AbortSignal} signal ends every listener */
export function listen(view, signal) {
  const { host, panels, zoom, files } = view.parts;
  const on = (element, name, act, options = {}) => element.addEventListener(name, act, { signal, ...options });
  listenToPointer(view, on, panels);
  on(host, "keydown", (event) => { host.classList.remove("pointed"); if (key(view, event)) { event.preventDefault(); event.stopPropagation(); } });
  on(host, "blur", () => view.point(null));
  zoom.forEach((button) => on(button, "click", () => {
    if (button.dataset.zoom === "whole") view.look(whole(view.scene));
    else aboutTarget(view, button.dataset.zoom === "in" ? STEP : 1 / STEP);
  }));
  wireFiles(files, view.save, signal);
}

function listenToPointer(view, on, root) {
  const pointers = new Map();
  let moved = 0;
  let held = -1;
  const slotAt = (event) => view.slots.findIndex((slot) => slot.over === event.target);

  on(root, "pointerdown", (event) => {
    const i = slotAt(event);
    if (i < 0 || event.button > 0) return;
    if (pointers.size === 0) moved = 0;
    held = i;
    pointers.set(event.pointerId, event);
    event.target.setPointerCapture(event.pointerId);
    view.parts.host.classList.add("pointed");
    view.parts.host.focus({ preventScroll: true });
    view.slots[i].hint.classList.remove("shown");
  });
  on(root, "pointermove", (event) => {
    const before = pointers.get(event.pointerId);
    const i = pointers.size ? held : slotAt(event);
    if (i < 0) return;
    if (!before) {
      view.point(pixelAt(view, i, event));
      return;
    }
    const centre = middle([...pointers.values()]);
    const spread = reach([...pointers.values()]);
    pointers.set(event.pointerId, event);
    const now = middle([...pointers.values()]);
    moved += Math.hypot(now.clientX - centre.clientX, now.clientY - centre.clientY);
    if (pointers.size === 2 && spread > 0) {
      moved = Infinity;
      const spot = spotOf(view.slots[i], now);
      view.zoom(reach([...pointers.values()]) / spread, spot.x, spot.y);
    }
    if (moved > STILL && view.panels[i].linked) drag(view, now.clientX - centre.clientX, now.clientY - centre.clientY);
    if (pointers.size === 1) view.point(pixelAt(view, i, event));
  });
  const leave = (event) => {
    const first = pointers.get(event.pointerId);
    pointers.delete(event.pointerId);
    if (!first || event.type !== "pointerup" || moved > STILL || pointers.size) return;
    const target = pixelAt(view, held, event);
    const again = target && view.pin && ["panel", "row", "column"].every((part) => target[part] === view.pin[part]);
    view.fix(again ? null : target);
    view.say(view.words());
  };
  on(root, "pointerup", leave);
  on(root, "pointercancel", leave);
  on(root, "pointerout", (event) => {
    if (slotAt(event) >= 0 && !pointers.size) view.point(null);
  });
  on(root, "dblclick", () => view.look(whole(view.scene)));
  on(root, "wheel", (event) => wheel(view, slotAt(event), event), { passive: false });
}

const middle = (events) => ({
  clientX: events.reduce((sum, event) => sum + event.clientX, 0) / events.length,
  clientY: events.reduce((sum, event) => sum + event.clientY, 0) / events.length,
});
const reach = (events) => (events.length < 2 ? 0 : Math.hypot(events[0].clientX - events[1].clientX, events[0].clientY - events[1].clientY));

function drag(view, dx, dy) {
  const scale = scaleOf(view.camera, view.scene, view.size);
  view.look({ ...view.camera, row: view.camera.row - dy / scale, column: view.camera.column - dx / scale });
}

/**
 * The wheel zooms once the picture has been clicked, or with Ctrl (which is also what a trackpad's pinch sends).
 * Else it scrolls the page, as everywhere: a picture must not catch a reader who is passing by.
 */
function wheel(view, i, event) {
  if (i < 0 || !view.panels[i].linked) return;
  const host = view.parts.host;
  if (!event.ctrlKey && !event.metaKey && host.getRootNode().activeElement !== host) {
    hint(view.slots[i]);
    return;
  }
  const before = view.camera.zoom;
  const pixels = event.deltaY * (event.deltaMode === 1 ? 16 : 1);
  const spot = spotOf(view.slots[i], event);
  view.zoom(Math.exp(-Math.max(-120, Math.min(120, pixels)) * (event.ctrlKey ? 0.01 : 0.0022)), spot.x, spot.y);
  if (view.camera.zoom !== before || event.ctrlKey) event.preventDefault();
  view.point(pixelAt(view, i, event));
}

function hint(slot) {
  const mac = /Mac|iPhone|iPad/.test(navigator.platform);
  slot.hint.textContent = `Click the picture, or hold ${mac ? "⌘" : "Ctrl"}, to zoom with the wheel`;
  slot.hint.classList.add("shown");
  clearTimeout(slot.hintTimer);
  slot.hintTimer = setTimeout(() => slot.hint.classList.remove("shown"), 1400);
}

/** Zooms about the looked-at pixel, so that buttons and keys go where the eye is. */
function aboutTarget(view, factor) {
  const target = view.hover ?? view.pin;
  const panel = target && view.panels[target.panel];
  if (!panel?.linked) {
    view.zoom(factor);
    return;
  }
  const place = scenePlace(panel, target.row, target.column);
  const spot = toCanvas(view.camera, view.scene, view.size, place.row, place.column);
  view.zoom(factor, spot.x, spot.y);
}

const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/** @returns {boolean} whether the key was ours */
function key(view, event) {
  if (event.ctrlKey || event.metaKey || event.altKey || !view.camera) return false;
  if (MOVES[event.key]) walk(view, MOVES[event.key], event.shiftKey ? 10 : 1);
  else if (event.target !== view.parts.host) return false;
  else if (event.key === "+" || event.key === "=") aboutTarget(view, STEP);
  else if (event.key === "-") aboutTarget(view, 1 / STEP);
  else if (event.key === "0") view.look(whole(view.scene));
  else if (event.key === "Escape") { view.fix(null); view.point(null); }
  else if (event.key === "Enter" || event.key === " ") { view.fix(view.hover ?? null); view.say(`Pinned. ${view.words()}`); }
  else return false;
  return true;
}

/** The arrows walk from pixel to pixel; the camera follows. */
function walk(view, [down, right], times) {
  const from = view.hover ?? view.pin;
  const i = from?.panel ?? view.panels.findIndex((panel) => panel.linked);
  const panel = view.panels[i];
  const centre = ownPlace(panel, view.camera);
  const row = from ? from.row + down * times : Math.floor(centre.row);
  const column = from ? from.column + right * times : Math.floor(centre.column);
  const within = (at, most) => Math.min(most - 1, Math.max(0, at));
  const target = { panel: i, row: within(row, panel.height), column: within(column, panel.width) };
  view.point(target);
  if (panel.linked) follow(view, panel, target);
  clearTimeout(view.saying);
  // A reader who holds the key down hears where they stop.
  view.saying = setTimeout(() => view.say(view.words()), 250);
}

function follow(view, panel, target) {
  const frame = frameOf(panel, view.camera, view.scene, view.size);
  const x = frame.left + (target.column + 0.5) * frame.across;
  const y = frame.top + (target.row + 0.5) * frame.down;
  const over = (at, cell, most) => Math.min(0, at - cell) + Math.max(0, at + cell - most);
  const [dx, dy] = [over(x, frame.across, view.size.width), over(y, frame.down, view.size.height)];
  if (dx || dy) drag(view, -dx, -dy);
}
