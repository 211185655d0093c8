/** A diagram that the engine drew for several widths: the widest that fits is shown, and saved as PNG or SVG. */
import { component } from "./shared/lifecycle.js";
import { themeOf } from "./shared/colors.js";
import { download } from "./shared/download.js";
import { makeFiles, savePngOf, wireFiles } from "./shared/files.js";
import { make } from "./shared/make.js";
import { INK } from "./shared/palette.js";
import { whenWidthChanges } from "./shared/room.js";
import { themed } from "./shared/swap.js";

/** The drawing on paper: a file has no page behind it. */
function sheet({ svg }, theme) {
  const paper = `<rect width="100%" height="100%" fill="${INK[theme].paper}"/>`;
  return themed(svg, theme).replace(/^<svg [^>]*>/, (head) => head + paper);
}

export default component((host, _send, signal) => {
  const files = makeFiles(["PNG", "SVG"]);
  const body = make("div", { class: "body" });
  const title = make("h4");
  host.append(make("div", { class: "head" }, [title, files]), body);
  let current = null;
  let shown = null;

  /** Drawings come from the narrowest; where none fits, the narrowest can be scrolled. */
  function draw(anew) {
    if (!current) return;
    const room = body.clientWidth;
    const fitting = current.drawings.filter(({ width }) => width <= room).at(-1) ?? current.drawings[0];
    if (!anew && fitting === shown) return;
    shown = fitting;
    body.innerHTML = themed(shown.svg, themeOf(host));
  }

  wireFiles(files, (kind) => {
    const svg = sheet(shown, themeOf(host));
    if (kind === "svg") download(svg, `${current.name}.svg`, "image/svg+xml");
    else savePngOf(svg, `${current.name}.png`);
  }, signal);
  whenWidthChanges(host, () => draw(false), signal);
  return {
    update(data) {
      current = data;
      title.textContent = data.title;
      host.style.setProperty("--muted", INK[themeOf(host)].muted);
      host.style.setProperty("--scale", data.scale);
      draw(true);
      host.dataset.ready = "1";
    },
  };
});
