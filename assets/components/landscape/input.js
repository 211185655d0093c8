/** Pointer, keys and buttons of the landscape. */
import { wireBar } from "../shared/bar.js";
import { wireFiles } from "../shared/files.js";
import { listenToKeys } from "../shared/keys.js";

const NEAR = 14;
const NUDGE = 1 / 100;

export function listen(view, signal) {
  const on = (element, name, act, options = {}) => element.addEventListener(name, act, { signal, ...options });
  wireBar(view.parts, view.player, signal);
  wireFiles(view.parts.files, view.save, signal);
  keys(view, signal);
  map(view, on);
  relief(view, on);
  chart(view, on);
}

/** The run and the step whose point lies nearest to a place on the map, if one is near. */
function nearest({ model, plan }, px, py) {
  let best = null;
  let least = NEAR;
  for (let r = 0; r < model.runs; r += 1) {
    for (let t = 0; t <= model.lasts[r]; t += 1) {
      const [x, y] = model.point(t, r);
      const far = Math.hypot(plan.x(x) - px, plan.y(y) - py);
      if (far < least) [best, least] = [{ r, t }, far];
    }
  }
  return best;
}

/** A click or a drag moves the start; a pointer that passes reads the point beneath it. */
function map(view, on) {
  const { over } = view.parts;
  let held = false;
  const spot = (event) => {
    const { left, top } = over.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  };
  const move = (event, last) => {
    const { plan, model } = view;
    const [px, py] = spot(event);
    const [x, y] = plan.back(Math.min(plan.right, Math.max(plan.left, px)), Math.min(plan.bottom, Math.max(plan.top, py)));
    view.place(x, y, last, model.box);
  };
  on(over, "pointerdown", (event) => {
    if (event.button > 0 || !view.model.start || !view.plan.holds(...spot(event))) return;
    held = true;
    over.setPointerCapture(event.pointerId);
    move(event, false);
  });
  // A finger on the start drags it; anywhere else it scrolls the page, and a tap sets the start.
  on(over, "touchstart", (event) => {
    const [px, py] = spot(event.touches[0]);
    if (view.model.start && Math.hypot(px - view.plan.x(view.start[0]), py - view.plan.y(view.start[1])) < 2 * NEAR) event.preventDefault();
  }, { passive: false });
  on(over, "pointermove", (event) => {
    if (held) return move(event, false);
    return view.look(event.pointerType === "touch" ? null : nearest(view, ...spot(event)), ...view.plan.back(...spot(event)));
  });
  on(over, "pointerup", (event) => {
    if (held) move(event, true);
    held = false;
  });
  on(over, "pointercancel", () => { held = false; });
  on(over, "pointerleave", () => { if (!held) view.look(null); });
}

/** A drag over the relief turns it. */
function relief(view, on) {
  const { relief: canvas } = view.parts;
  let held = null;
  on(canvas, "pointerdown", (event) => {
    held = { x: event.clientX, y: event.clientY, turn: view.turn, tilt: view.tilt };
    canvas.setPointerCapture(event.pointerId);
  });
  on(canvas, "pointermove", (event) => {
    if (held) view.spin(held.turn + (event.clientX - held.x) * 0.01, held.tilt + (event.clientY - held.y) * 0.006);
  });
  for (const name of ["pointerup", "pointercancel"]) on(canvas, name, () => { held = null; });
}

/** A drag over the chart scrubs. */
function chart(view, on) {
  const { chart: canvas } = view.parts;
  let held = false;
  const follow = (event) => view.player.go(view.chartPlan.back(event.clientX - canvas.getBoundingClientRect().left));
  on(canvas, "pointerdown", (event) => {
    if (event.button > 0 || !view.chartPlan) return;
    held = true;
    canvas.setPointerCapture(event.pointerId);
    follow(event);
  });
  on(canvas, "pointermove", (event) => { if (held) follow(event); });
  for (const name of ["pointerup", "pointercancel"]) on(canvas, name, () => { held = false; });
}

function keys(view, signal) {
  const { player, parts } = view;
  const nudge = (dx, dy) => () => {
    if (!view.model.start) return;
    const { box } = view.model;
    view.place(view.start[0] + dx * NUDGE * (box[1] - box[0]), view.start[1] + dy * NUDGE * (box[3] - box[2]), true, box);
  };
  listenToKeys(parts.host, {
    " ": () => player.toggle(),
    ArrowLeft: () => player.move(-1),
    ArrowRight: () => player.move(1),
    ArrowUp: () => view.next(-1),
    ArrowDown: () => view.next(1),
    Home: () => player.go(0),
    End: () => player.go(player.total - 1),
    a: nudge(-1, 0), d: nudge(1, 0), w: nudge(0, 1), s: nudge(0, -1),
    ",": () => view.spin(view.turn - 0.15, view.tilt),
    ".": () => view.spin(view.turn + 0.15, view.tilt),
    Escape: () => view.keep(-1),
  }, signal);
}
