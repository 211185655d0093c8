/** The landscape's elements. */
import { make, makeBar } from "../shared/bar.js";
import { ICONS } from "../shared/icons.js";

export function build(host) {
  const files = ["PNG", "SVG", "CSV"].map((kind) =>
    make("button", { type: "button", class: "file", "data-file": kind.toLowerCase(), title: `Download ${kind}`, "aria-label": `Download ${kind}` }, [kind]));
  const filesBox = make("span", { class: "files", html: ICONS.download });
  filesBox.append(...files);
  const hint = make("span", { class: "hint" });
  const canvas = (label) => make("canvas", { role: "img", "aria-label": label });
  const [ground, over, relief, chart] = [canvas("Map"), make("canvas", { class: "over", "aria-hidden": "true" }), canvas("The surface from the side"), canvas("Loss over the steps")];
  const stage = make("div", { class: "stage" }, [ground, over]);
  const side = make("div", { class: "side" }, [relief, chart]);
  const words = make("div", { class: "words" });
  const sheet = make("div", { class: "sheet" });
  const player = makeBar("step");
  const live = make("div", { class: "unseen", "aria-live": "polite" });
  const below = make("div", { class: "below" }, [words, sheet]);
  host.setAttribute("role", "group");
  host.tabIndex = 0;
  host.append(make("div", { class: "head" }, [hint, filesBox]), make("div", { class: "body" }, [stage, side]), player.bar, below, live);
  return { host, hint, files, ground, over, relief, chart, stage, side, words, sheet, below, ...player, live };
}
