/** Pointer and keyboard: hover, pin, buttons, scrubber, keys. */
import { wireBar } from "../shared/bar.js";
import { wireFiles } from "../shared/files.js";
import { listenToKeys } from "../shared/keys.js";
import { lightsOfStep, stepOfCell } from "./lights.js";

/** Connects the elements to the view; all listeners end with the signal. */
export function listen(app) {
  const { parts, view, player } = app;
  parts.showHint = () => {
    const touch = matchMedia("(hover: none)").matches;
    const edit = view.model.grids.some((grid) => grid.editable);
    const words = touch ? ["Tap a cell to see where it comes from"] : ["Hover a cell", "click to pin", ...(edit ? ["double-click to edit"] : [])];
    parts.hint.textContent = words.join(" · ");
  };
  pointer(app);
  buttons(app);
  keys(app);
}

function pointer({ parts, view, player, editing, signal, draw, speak, showTip }) {
  const spotAt = (event) => {
    if (!view.layout) return null;
    const { left, top } = parts.stage.getBoundingClientRect();
    return view.layout.hit(event.clientX - left, event.clientY - top);
  };
  const same = (a, b) => a && b && a.grid === b.grid && a.cell === b.cell;
  let drag = null;

  parts.over.addEventListener("pointermove", (event) => {
    if (drag) return;
    const spot = spotAt(event);
    const { left, top } = parts.stage.getBoundingClientRect();
    if (!same(spot, view.hover)) {
      view.hover = spot;
      parts.over.style.cursor = spot ? "pointer" : "";
      draw({});
    }
    showTip(spot, event.clientX - left, event.clientY - top);
  }, { signal });
  parts.over.addEventListener("pointerleave", () => {
    view.hover = null;
    showTip(null);
    draw({});
  }, { signal });
  parts.over.addEventListener("click", (event) => {
    if (event.shiftKey) return;
    const spot = spotAt(event);
    const release = !spot || same(spot, view.pin);
    view.pin = release ? null : spot;
    parts.host.dataset.pinned = String(!release);
    const step = spot ? stepOfCell(spot.grid, spot.cell, player.all ? player.total : player.step) : -1;
    // The keys go on from the pinned cell.
    if (!release && step >= 0 && player.all) player.step = step;
    if (player.playing) player.playing = false;
    draw({ step: true });
    speak();
  }, { signal });
  parts.over.addEventListener("dblclick", (event) => {
    const spot = spotAt(event);
    if (spot) editing.open(spot.grid, spot.cell);
  }, { signal });

  // Shift and a vertical drag turn a number up and down.
  parts.over.addEventListener("pointerdown", (event) => {
    const spot = event.shiftKey && spotAt(event);
    if (!spot || !editing.free(spot.grid, spot.cell)) return;
    const whole = Array.from(spot.grid.values).every(Number.isInteger);
    drag = { ...spot, y: event.clientY, from: spot.grid.values[spot.cell], step: whole ? 1 : 0.1 };
    parts.over.setPointerCapture(event.pointerId);
    event.preventDefault();
  }, { signal });
  parts.over.addEventListener("pointermove", (event) => {
    if (!drag) return;
    const grid = view.model.byName.get(drag.grid.name);
    const value = drag.from + Math.round((drag.y - event.clientY) / 8) * drag.step;
    editing.set(grid, drag.cell, Math.max(-1e6, Math.min(1e6, Number(value.toPrecision(7)))));
  }, { signal });
  for (const name of ["pointerup", "pointercancel"]) parts.over.addEventListener(name, () => { drag = null; }, { signal });
}

function buttons({ parts, view, player, save, signal, draw, reserve }) {
  wireBar(parts, player, signal, () => from(view, player));
  wireFiles(parts.files, save, signal);
  parts.more.addEventListener("click", () => {
    view.whole = !view.whole;
    draw({});
    if (!view.whole) reserve();
  }, { signal });
}

/** A walk goes on from the pinned cell. */
function from(view, player) {
  if (!view.pin) return;
  const step = stepOfCell(view.pin.grid, view.pin.cell, player.all ? player.total : player.step);
  if (step < 0) return;
  player.step = step;
  player.all = false;
}

function keys({ host, parts, view, player, signal, draw, speak }) {
  const row = (by) => {
    const segment = view.model.segments[view.model.segmentOf[player.step]];
    player.move(by * (segment?.sweep ? segment.target.width : 1));
  };
  const walk = (act) => () => {
    view.hover = null;
    from(view, player);
    act();
  };
  const acts = {
    " ": walk(() => player.toggle()),
    ArrowLeft: walk(() => player.move(-1)),
    ArrowRight: walk(() => player.move(1)),
    ArrowUp: walk(() => row(-1)),
    ArrowDown: walk(() => row(1)),
    Home: walk(() => player.go(0)),
    End: walk(() => player.go(player.total - 1)),
    Escape: () => {
      view.hover = view.pin = null;
      draw({ step: true });
    },
    Enter: () => {
      view.hover = null;
      // Not what is drawn: the last key's frame may still be to come.
      const write = view.pin ? null : lightsOfStep(view.model, player.step).writes[0];
      view.pin = write ? { grid: write.grid, cell: write.cells[0] } : null;
      draw({ step: true });
      speak();
    },
  };
  listenToKeys(host, acts, signal, (event) =>
    Boolean(view.model?.total) && !(event.key === "Enter" && event.composedPath()[0] === parts.scrub));
}
