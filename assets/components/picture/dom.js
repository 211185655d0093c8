/** The picture's elements. */
import { makeFiles } from "../shared/files.js";
import { make } from "../shared/make.js";

const draw = (body) => `<svg viewBox="0 0 16 16" width="16" height="16" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">${body}</svg>`;
const ZOOM = {
  in: draw('<path d="M8 3v10M3 8h10"/>'),
  out: draw('<path d="M3 8h10"/>'),
  whole: draw('<path d="M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10"/>'),
};

/** @returns {object} the parts that do not depend on the panels */
export function build(host) {
  const zoom = [["out", "Zoom out"], ["in", "Zoom in"], ["whole", "Whole picture"]].map(([action, label]) =>
    make("button", { type: "button", class: "icon", "data-zoom": action, "aria-label": label, title: label, html: ZOOM[action] }));
  const factor = make("span", { class: "factor" });
  const files = makeFiles();
  const place = make("span", { class: "place" });
  const head = make("div", { class: "head" }, [make("span", { class: "zooms" }, [...zoom, factor]), place, files]);
  const panels = make("div", { class: "panels" });
  const live = make("div", { class: "unseen", "aria-live": "polite" });
  host.setAttribute("role", "group");
  host.tabIndex = 0;
  host.append(head, panels, live);
  return { host, head, zoom, factor, files, place, panels, live };
}

/** The elements of one panel. */
export function buildPanel() {
  const title = make("figcaption", { class: "title" });
  const base = make("canvas", { role: "img" });
  const over = make("canvas", { class: "over", "aria-hidden": "true" });
  const hint = make("div", { class: "hint", "aria-hidden": "true" });
  const stage = make("div", { class: "stage" }, [base, over, hint]);
  const values = make("div", { class: "values" });
  const legend = make("div", { class: "legend" });
  const root = make("figure", {}, [title, stage, make("div", { class: "below" }, [values, legend])]);
  return { root, title, stage, base, over, hint, values, legend };
}
