/** When a component has to lay itself out again: its place became wider or narrower, or a font arrived. */
import { forgetWidths } from "./surface.js";

/** @param {AbortSignal} signal ends the watching */
export function whenWidthChanges(host, act, signal) {
  let last = 0;
  const watch = new ResizeObserver(() => {
    if (host.clientWidth === last) return;
    last = host.clientWidth;
    act();
  });
  watch.observe(host);
  signal.addEventListener("abort", () => watch.disconnect());
}

/** Fonts come when a letter of theirs is first drawn; what was measured before is then wrong. */
export function whenFontsArrive(act, signal) {
  document.fonts?.addEventListener("loadingdone", () => {
    forgetWidths();
    act();
  }, { signal });
}
