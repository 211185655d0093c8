/** The film's elements. */
import { iconButton, makeBar } from "../shared/bar.js";
import { makeFiles } from "../shared/files.js";
import { make } from "../shared/make.js";

/** @returns {object} the parts that do not depend on the panels */
export function build(host) {
  const files = makeFiles(["PNG", "CSV"]);
  const hint = make("span", { class: "hint" });
  const panels = make("div", { class: "panels" });
  const curves = make("canvas", { role: "img" });
  const chart = make("div", { class: "chart" }, [curves]);
  const body = make("div", { class: "body" }, [panels, chart]);
  const legends = make("div", { class: "legends" });
  const player = makeBar("frame");
  const loop = iconButton("loop", "Loop", "loop");
  loop.setAttribute("aria-pressed", "false");
  player.scrub.after(loop);
  const live = make("div", { class: "unseen", "aria-live": "polite" });
  host.setAttribute("role", "group");
  host.tabIndex = 0;
  host.append(make("div", { class: "head" }, [hint, files]), body, legends, player.bar, live);
  return { host, hint, files, panels, curves, chart, body, legends, ...player, loop, live };
}

/** The elements of one panel. */
export function buildPanel() {
  const base = make("canvas", { role: "img" });
  const over = make("canvas", { class: "over", "aria-hidden": "true" });
  const title = make("b");
  const subtitle = make("span");
  const stage = make("div", { class: "stage" }, [base, over]);
  const root = make("figure", {}, [make("figcaption", {}, [title, subtitle]), stage]);
  return { root, base, over, title, subtitle, stage };
}
