/** The component's elements, made once. */
import { ICONS } from "../shared/icons.js";
import { make, makeBar } from "../shared/bar.js";

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

  const player = makeBar("step", "To end: show everything");

  const terms = make("div", { class: "terms" });
  const products = make("canvas", { class: "products", role: "img", "aria-label": "The products of this step, cell by cell", hidden: true });
  const more = make("button", { type: "button", class: "more", hidden: true });
  const sums = make("div", { class: "arithmetic" }, [products, make("div", { class: "words" }, [terms, more])]);
  const live = make("div", { class: "unseen", "aria-live": "polite" });

  host.setAttribute("role", "group");
  host.tabIndex = 0;
  host.append(head, stage, player.bar, sums, live);
  return { host, hint, head, stage, base, over, extras, tip, ...player, sums, terms, products, more, live };
}
