/** Pointer, keys and buttons of the film. */
import { wireBar } from "../shared/bar.js";
import { wireFiles } from "../shared/files.js";
import { listenToKeys } from "../shared/keys.js";
import { frameAt } from "./chart.js";

/** @param {AbortSignal} signal ends every listener */
export function listen(view, signal) {
  const on = (element, name, act) => element.addEventListener(name, act, { signal });
  buttons(view, on, signal);
  keys(view, signal);
  looks(view, on);
  chart(view, on);
}

function buttons({ parts, player, save, refresh }, on, signal) {
  wireBar(parts, player, signal);
  on(parts.loop, "click", () => { player.loop = !player.loop; refresh(); });
  wireFiles(parts.files, save, signal);
}

function keys({ parts, player, look, refresh }, signal) {
  listenToKeys(parts.host, {
    " ": () => player.toggle(),
    ArrowLeft: () => player.move(-1),
    ArrowRight: () => player.move(1),
    ArrowUp: () => player.move(-1),
    ArrowDown: () => player.move(1),
    Home: () => player.go(0),
    End: () => player.go(player.total - 1),
    l: () => { player.loop = !player.loop; refresh(); },
    Escape: () => look(null),
  }, signal);
}

/** The cell under the pointer is read in every panel; a tap looks, a second tap on the cell looks away. */
function looks(view, on) {
  const spotOf = (event) => {
    const i = view.slots.findIndex((slot) => slot.over === event.target);
    if (i < 0) return null;
    const { width, height } = view.panels[i];
    const box = event.target.getBoundingClientRect();
    const inside = (share, most) => Math.max(0, Math.min(most - 1, Math.floor(share * most)));
    return { panel: i, row: inside((event.clientY - box.top) / box.height, height), column: inside((event.clientX - box.left) / box.width, width) };
  };
  const same = (a, b) => a && b && a.panel === b.panel && a.row === b.row && a.column === b.column;
  on(view.parts.panels, "pointermove", (event) => {
    if (event.pointerType !== "touch") view.look(spotOf(event));
  });
  on(view.parts.panels, "pointerleave", (event) => {
    if (event.pointerType !== "touch") view.look(null);
  });
  on(view.parts.panels, "pointerdown", (event) => {
    const spot = spotOf(event);
    if (event.pointerType === "touch") view.look(same(spot, view.spot) ? null : spot);
  });
}

/** A drag over the chart scrubs. */
function chart(view, on) {
  const { curves } = view.parts;
  let held = false;
  const follow = (event) => view.player.go(frameAt(view.data, view.plan, event.clientX - curves.getBoundingClientRect().left));
  on(curves, "pointerdown", (event) => {
    if (event.button > 0) return;
    held = true;
    curves.setPointerCapture(event.pointerId);
    follow(event);
  });
  on(curves, "pointermove", (event) => { if (held) follow(event); });
  for (const name of ["pointerup", "pointercancel"]) on(curves, name, () => { held = false; });
}
