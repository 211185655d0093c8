/** "Continue where you were": the last experiment that this browser had open, if it remembers one. */
import { component } from "./shared/lifecycle.js";
import { REMEMBERED } from "./link.js";

export default component((host) => ({
  update({ known }) {
    host.replaceChildren();
    let last = null;
    try {
      last = JSON.parse(localStorage.getItem(REMEMBERED));
    } catch { return; }
    if (!last || !known.includes(last.slug) || typeof last.query !== "string") return;
    const link = document.createElement("a");
    link.href = `./${last.slug}${last.query ? "?" + last.query : ""}`;
    link.textContent = `Continue where you were: ${last.title} \u2192`;
    host.append(link);
  },
}));
