/** Pointer and keyboard: drag an input, choose a node, walk, and the buttons. */
import { wireBar } from "../shared/bar.js";
import { wireFiles } from "../shared/files.js";
import { listenToKeys } from "../shared/keys.js";

const DRAG_BEGINS = 4;

export function listen(app) {
  pointer(app);
  wireBar(app.parts, app.player, app.signal);
  wireFiles(app.parts.files, app.save, app.signal);
  panels(app);
  keys(app);
}

/** How far one pixel or one key moves a number. */
const grain = (value) => 10 ** Math.floor(Math.log10(Math.max(Math.abs(value), 0.5)));

function pointer({ parts, view, signal }) {
  const { svg } = parts;
  let held = null;
  const spot = (event) => {
    const { left, top } = svg.getBoundingClientRect();
    return view.nodeAt(event.clientX - left, event.clientY - top);
  };
  const isInput = (at) => at !== null && view.model.nodes[at].op === "input";

  svg.addEventListener("pointerdown", (event) => {
    const at = spot(event);
    held = { at, x: event.clientX, from: isInput(at) ? view.model.nodes[at].value : 0, moved: false };
    if (!isInput(at)) return;
    svg.setPointerCapture(event.pointerId);
  }, { signal });
  // A finger on an input drags it; anywhere else it scrolls the page.
  svg.addEventListener("touchstart", (event) => {
    const touch = event.touches[0];
    if (isInput(spot(touch))) event.preventDefault();
  }, { signal, passive: false });
  svg.addEventListener("pointermove", (event) => {
    const at = spot(event);
    svg.classList.toggle("over-input", isInput(at) || Boolean(held?.moved));
    svg.classList.toggle("over-node", at !== null && !isInput(at));
    if (!held || !isInput(held.at)) return;
    const way = event.clientX - held.x;
    if (!held.moved && Math.abs(way) < DRAG_BEGINS) return;
    held.moved = true;
    const step = grain(held.from) / 20;
    view.setInput(held.at, Math.round((held.from + way * step) / step) * step, false);
  }, { signal });
  svg.addEventListener("pointerup", (event) => {
    if (held?.moved) view.tell();
    else if (held && held.at === null) view.clear();
    else if (held && spot(event) === held.at) view.select(held.at);
    held = null;
  }, { signal });
  svg.addEventListener("pointercancel", () => {
    if (held?.moved) view.tell();
    held = null;
  }, { signal });
}

/** A row of the list of paths lights its path. */
function panels({ parts, view, draw, signal }) {
  const rowOf = (event) => event.target.closest?.("[data-path]");
  const light = (event) => {
    const row = rowOf(event);
    const way = row ? Number(row.dataset.path) : null;
    if (way === view.way) return;
    view.way = way;
    draw();
  };
  for (const name of ["pointerover", "focusin", "click"]) parts.words.addEventListener(name, light, { signal });
  parts.words.addEventListener("pointerleave", () => {
    view.way = null;
    draw();
  }, { signal });
}

function keys({ host, view, player, draw, speak, signal }) {
  const choose = (by) => {
    const { model } = view;
    const drawn = [...model.nodes.keys()].filter((at) => model.nodes[at].drawn);
    const now = drawn.indexOf(view.selected);
    player.pause();
    view.selected = drawn[now < 0 ? (by > 0 ? 0 : drawn.length - 1) : (now + by + drawn.length) % drawn.length];
    view.way = null;
    draw();
    speak();
  };
  const nudge = (by) => {
    const { model, selected } = view;
    if (selected === null || model.nodes[selected].op !== "input") return;
    const { value } = model.nodes[selected];
    view.setInput(selected, value + (by * grain(value)) / 10);
  };
  listenToKeys(host, {
    " ": () => player.toggle(),
    ArrowLeft: () => player.move(-1),
    ArrowRight: () => player.move(1),
    ArrowUp: () => choose(-1),
    ArrowDown: () => choose(1),
    "+": () => nudge(1),
    "-": () => nudge(-1),
    Home: () => player.go(0),
    End: () => player.go(player.total - 1),
    Enter: () => view.select(player.all ? view.model.output : view.model.walk[player.step].at),
    Escape: () => view.clear(),
  }, signal, () => Boolean(view.model));
}
