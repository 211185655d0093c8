/** The landscape's elements. */
import { makeBar } from "../shared/bar.js";
import { makeFiles } from "../shared/files.js";
import { make } from "../shared/make.js";

export function build(host) {
  const files = makeFiles();
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
  host.append(make("div", { class: "head" }, [hint, files]), make("div", { class: "body" }, [stage, side]), player.bar, below, live);
  return { host, hint, files, ground, over, relief, chart, stage, side, words, sheet, below, ...player, live };
}
