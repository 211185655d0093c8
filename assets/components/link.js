/**
 * Keeps the address in step with the experiment, copies it, and remembers it for "continue where you were".
 * The address is replaced, not pushed: a slider would otherwise bury the way back under a hundred entries.
 */
import { component } from "./shared/lifecycle.js";

export const REMEMBERED = "perceptorium.last";

export default component((host, send, signal) => {
  host.innerHTML = `<button type="button"></button><span class="said" role="status"></span>`;
  const button = host.querySelector("button");
  const said = host.querySelector(".said");
  let back = null;

  const rest = () => { button.textContent = "Copy link"; said.textContent = ""; };
  const copied = (works) => {
    button.textContent = works ? "Copied" : "Copy from the address bar";
    said.textContent = works ? "The link to this experiment is on the clipboard." : "The browser did not allow copying.";
    clearTimeout(back);
    back = setTimeout(rest, 2500);
  };
  button.title = "A link that restores exactly this picture";
  button.addEventListener("click", () => {
    // Browsers give the clipboard only to secure addresses; a lecture hall's plain http is not one.
    if (navigator.clipboard) navigator.clipboard.writeText(location.href).then(() => copied(true), () => copied(false));
    else copied(copyByHand(location.href));
  }, { signal });
  rest();

  return {
    update({ slug, query, title }) {
      const address = new URL(location.href);
      // Another page may be on its way already; its address is not ours to change.
      if (address.pathname.split("/").pop() !== slug) return;
      address.search = query;
      if (address.href !== location.href) history.replaceState(history.state, "", address);
      try {
        localStorage.setItem(REMEMBERED, JSON.stringify({ slug, query, title }));
      } catch { /* a browser may refuse to remember; then there is nothing to continue */ }
    },
    end: () => clearTimeout(back),
  };
});

/** The old way to copy, which works without https. */
function copyByHand(text) {
  const area = Object.assign(document.createElement("textarea"), { value: text });
  document.body.append(area);
  area.select();
  const works = document.execCommand("copy");
  area.remove();
  return works;
}
