/** The component's elements, made once. */
import { ICONS } from "../shared/icons.js";

/** An element with attributes and children; `html` sets its inner HTML (only ever our own). */
export function make(tag, attributes = {}, children = []) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "html") element.innerHTML = value;
    else if (value !== false && value !== null) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

const button = (icon, label, action) =>
  make("button", { type: "button", class: "icon", "aria-label": label, title: label, "data-do": action, html: ICONS[icon] });

export const SPEEDS = [0.5, 1, 2, 4];

/**
 * @param {HTMLElement} host
 * @returns {object} the parts by name
 */
export function build(host) {
  const files = ["PNG", "SVG", "CSV"].map((kind) =>
    make("button", { type: "button", class: "file", "data-file": kind.toLowerCase(), title: `Download ${kind}`, "aria-label": `Download ${kind}` }, [kind]));
  const hint = make("span", { class: "hint" });
  const head = make("div", { class: "head" }, [hint, make("span", { class: "files", html: ICONS.download }, []), ...[]]);
  head.querySelector(".files").append(...files);

  const base = make("canvas", { role: "img" });
  const over = make("canvas", { class: "over", "aria-hidden": "true" });
  const extras = make("div", { class: "extras" });
  const tip = make("div", { class: "tip", hidden: true, "aria-hidden": "true" });
  const stage = make("div", { class: "stage" }, [base, over, extras, tip]);

  const scrub = make("input", { type: "range", min: 0, max: 0, value: 0, step: 1, "aria-label": "Step" });
  const count = make("span", { class: "count" });
  const speeds = SPEEDS.map((speed) => make("button", { type: "button", "data-speed": speed, "aria-pressed": String(speed === 1), "aria-label": `Speed ${speed} times` }, [`${speed}×`]));
  const play = button("play", "Play", "play");
  const buttons = [button("start", "To the first step", "start"), button("back", "Step back", "back"), play, button("forward", "Step forward", "forward"), button("end", "To end: show everything", "end")];
  const bar = make("div", { class: "bar" }, [
    make("div", { class: "buttons" }, buttons), scrub, count, make("div", { class: "speeds", role: "group", "aria-label": "Speed" }, speeds)]);

  const terms = make("div", { class: "terms" });
  const products = make("canvas", { class: "products", role: "img", "aria-label": "The products of this step, cell by cell", hidden: true });
  const more = make("button", { type: "button", class: "more", hidden: true });
  const sums = make("div", { class: "arithmetic" }, [products, make("div", { class: "words" }, [terms, more])]);
  const live = make("div", { class: "unseen", "aria-live": "polite" });

  host.setAttribute("role", "group");
  host.tabIndex = 0;
  host.append(head, stage, bar, sums, live);
  return { host, hint, head, stage, base, over, extras, tip, bar, buttons, play, scrub, count, speeds, sums, terms, products, more, live };
}
