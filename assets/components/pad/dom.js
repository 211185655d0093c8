/** The pad's elements. */
import { make } from "../shared/make.js";

const draw = (body) => `<svg viewBox="0 0 16 16" width="16" height="16" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">${body}</svg>`;
const ICONS = {
  draw: draw('<path d="M3 13l.8-3.2 7-7a1.3 1.3 0 0 1 1.8 0l.6.6a1.3 1.3 0 0 1 0 1.8l-7 7z"/>'),
  erase: draw('<path d="M6.2 13.2H13M9.4 3l3.9 3.9-5.7 5.7-.6.6H5.2L2.7 10.700a.9.9 0 0 1 0-1.300zM5.700 6.700l3.900 3.900"/>'),
  undo: draw('<path d="M6 3.500L3 6.500l3 3M3.200 6.500h6.300a3.500 3.500 0 0 1 0 7H7"/>'),
  redo: draw('<path d="M10 3.500l3 3-3 3M12.800 6.500H6.500a3.500 3.500 0 0 0 0 7H9"/>'),
  clear: draw('<path d="M3 4.500h10M6.500 4.500V3h3v1.500M4.500 4.500l.6 8.500h5.800l.6-8.500"/>'),
};
export const WIDTHS = [["Thin", 1.4], ["Medium", 2.2], ["Thick", 3.4]];

const button = (action, label, more = {}) =>
  make("button", { type: "button", "data-do": action, "aria-label": label, title: label, html: ICONS[action], ...more });

/** @returns {object} the parts by name */
export function build(host) {
  const canvas = make("canvas", { tabindex: 0, role: "application", "aria-describedby": "keys" });
  const stage = make("div", { class: "stage" }, [canvas]);
  const tools = [button("draw", "Draw", { "aria-pressed": "true" }), button("erase", "Erase", { "aria-pressed": "false" })];
  const widths = WIDTHS.map(([label, width]) => make("button", {
    type: "button", "data-width": width, "aria-label": `${label} line`, title: `${label} line`, "aria-pressed": String(width === 2.2),
  }, [make("i", { style: `width:${3 + 3 * width}px;height:${3 + 3 * width}px` })]));
  const history = [button("undo", "Undo"), button("redo", "Redo"), button("clear", "Clear")];
  const bar = make("div", { class: "bar" }, [
    make("span", { role: "group", "aria-label": "Tool" }, tools),
    make("span", { role: "group", "aria-label": "Thickness" }, widths),
    make("span", { role: "group", "aria-label": "History" }, history)]);
  const preview = make("canvas", { class: "preview", role: "img", "aria-label": "The pixels that the computation gets" });
  const centre = make("input", { type: "checkbox", checked: true });
  const grid = make("input", { type: "checkbox" });
  const example = make("button", { type: "button", class: "example", hidden: true }, ["Load an example"]);
  const options = make("div", { class: "options" }, [
    preview,
    make("div", {}, [
      make("label", { title: "As MNIST's digits were made: scaled to 20 × 20 pixels and moved so that the centre of mass is in the middle." }, [centre, " Centre like MNIST"]),
      make("label", {}, [grid, " Show pixels"]), example])]);
  const keys = make("span", { id: "keys", class: "unseen" }, ["Arrow keys move a cell, space draws it, with shift the arrows draw a line. E erases, Z takes back."]);
  const live = make("span", { class: "unseen", "aria-live": "polite" });
  host.append(stage, bar, options, keys, live);
  return { host, canvas, stage, tools, widths, undo: history[0], redo: history[1], clear: history[2], preview, centre, grid, example, live };
}
