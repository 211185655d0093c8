/** The component's elements, made once. */
import { makeBar } from "../shared/bar.js";
import { makeFiles } from "../shared/files.js";
import { make } from "../shared/make.js";

/**
 * @param {HTMLElement} host
 * @returns {object} the parts by name
 */
export function build(host) {
  const files = makeFiles();
  const hint = make("span", { class: "hint" });
  const head = make("div", { class: "head" }, [hint, files]);

  const base = make("canvas", { role: "img" });
  const over = make("canvas", { class: "over", "aria-hidden": "true" });
  const extras = make("div", { class: "extras" });
  const tip = make("div", { class: "tip", hidden: true, "aria-hidden": "true" });
  const stage = make("div", { class: "stage" }, [base, over, extras, tip]);

  const player = makeBar("step", "To end: show everything");

  const terms = make("div", { class: "terms" });
  const products = make("canvas", { class: "products", role: "img", "aria-label": "The products of this step, cell by cell", hidden: true });
  const more = make("button", { type: "button", class: "more", hidden: true });
  const sums = make("div", { class: "arithmetic" }, [products, make("div", { class: "words" }, [terms, more])]);
  const live = make("div", { class: "unseen", "aria-live": "polite" });

  host.setAttribute("role", "group");
  host.tabIndex = 0;
  host.append(head, stage, player.bar, sums, live);
  return { host, hint, files, stage, base, over, extras, tip, ...player, sums, terms, products, more, live };
}
