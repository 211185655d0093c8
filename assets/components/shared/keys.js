/** The keys of a component that has the focus. */

/** Whether the browser does something with a key itself: a button is pressed, text is typed, a shortcut is meant. */
function taken(event) {
  const on = event.composedPath()[0];
  const pressed = on.tagName === "BUTTON" && (event.key === " " || event.key === "Enter");
  const typed = on.tagName === "INPUT" && on.type !== "range";
  return pressed || typed || event.ctrlKey || event.metaKey || event.altKey;
}

/**
 * Each key does its act; none is heard by the page around the component.
 * @param {HTMLElement} host
 * @param {Object<string, () => void>} acts by the key's name
 * @param {AbortSignal} signal ends the listening
 * @param {(event: KeyboardEvent) => boolean} [ready] whether there is something to act on
 */
export function listenToKeys(host, acts, signal, ready = () => true) {
  host.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (!acts[event.key] || taken(event) || !ready(event)) return;
    event.preventDefault();
    acts[event.key]();
  }, { signal });
  host.addEventListener("keyup", (event) => event.stopPropagation(), { signal });
}
