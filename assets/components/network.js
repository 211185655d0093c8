/** A network with every map that it made of one image: hover a map or an edge, click a map to look closer. */
import { component } from "./shared/lifecycle.js";
import { fit, wiped } from "./shared/canvas.js";
import { themeOf } from "./shared/colors.js";
import { makeFiles, saveDrawing, wireFiles } from "./shared/files.js";
import { make } from "./shared/make.js";
import { DIVERGING, INK } from "./shared/palette.js";
import { format } from "./shared/numbers.js";
import { whenFontsArrive, whenWidthChanges } from "./shared/room.js";
import { canvasSurface } from "./shared/surface.js";
import { amount, edgeAt, into } from "./network/edges.js";
import { drawBase, drawLights } from "./network/draw.js";
import { arrange, mapAt } from "./network/layout.js";

const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export default component((host, send, signal) => {
  const base = make("canvas", { role: "img" });
  const over = make("canvas", { class: "over", "aria-hidden": "true" });
  const stage = make("div", { class: "stage" }, [base, over]);
  const hint = make("span", { class: "hint" });
  const files = makeFiles();
  const said = make("p", { class: "said" });
  const live = make("div", { class: "unseen", "aria-live": "polite" });
  host.append(make("div", { class: "head" }, [hint, files]), stage, said, live);
  host.setAttribute("role", "group");
  host.tabIndex = 0;
  hint.textContent = matchMedia("(hover: none)").matches ? "Tap a map · blue adds, orange takes away" : "Hover a map or an edge: blue adds, orange takes away · click a map to look closer";

  let model = null;
  let layout = null;
  let ink = null;
  let theme = "light";
  let hover = null;
  let kept = null;
  let serial = 0;
  let frame = 0;
  let stale = true;

  const spotNow = () => hover ?? kept;
  const nameOf = (at, channel) => {
    const { title, maps } = model.stages[at];
    if (at === 0) return title;
    return at === model.stages.length - 1 ? `class ${model.classes[channel]}` : `${title}, ${maps.shape[1] * maps.shape[2] > 1 ? "map" : "unit"} ${channel}`;
  };

  /** [text, bold] pieces of what is lit. */
  function words(spot) {
    if (spot.edge) {
      const { edge } = spot;
      const by = amount(model, edge);
      const gives = Number.isNaN(by) ? "is read by" : `adds ${format(by, 3)}${model.stages[edge.stage].maps.shape[1] > 1 ? " on average" : ""} to`;
      return [[nameOf(edge.stage - 1, edge.from), true], [` ${gives} `, false], [nameOf(edge.stage, edge.to), true], [".", false]];
    }
    const { maps, kind, bias } = model.stages[spot.stage];
    const size = maps.shape[1] * maps.shape[2];
    const values = maps.subarray(spot.channel * size, (spot.channel + 1) * size);
    const value = size > 1 ? `from ${format(Math.min(...values), 3)} to ${format(Math.max(...values), 3)}` : format(values[0], 3);
    const pieces = [[nameOf(spot.stage, spot.channel), true], [`: ${value}`, false]];
    const edges = into(model, spot.stage, spot.channel).filter((edge) => edge.share);
    if (edges.length) {
      const most = edges.toSorted((a, b) => Math.abs(b.share) - Math.abs(a.share)).slice(0, 3);
      pieces.push([`. Most comes from ${most.map((edge) => `${nameOf(spot.stage - 1, edge.from)} (${format(amount(model, edge), 2)})`).join(", ")}`, false]);
      if (bias) pieces.push([`; bias ${format(bias[spot.channel], 2)}`, false]);
    } else if (kind === "pool") pieces.push([": each cell the largest or the mean of a window", false]);
    return [...pieces, [".", false]];
  }

  function paint() {
    frame = 0;
    if (!layout || signal.aborted) return;
    const began = performance.now();
    if (stale) drawBase(canvasSurface(wiped(base)), model, layout, ink, theme);
    stale = false;
    drawLights(canvasSurface(wiped(over)), model, layout, ink, spotNow(), theme);
    said.replaceChildren(...words(spotNow()).map(([text, bold]) => make(bold ? "b" : "span", {}, [text])));
    Object.assign(host.dataset, { stage: String(kept.stage), channel: String(kept.channel), frame: (performance.now() - began).toFixed(2) });
  }

  function draw(all = false) {
    stale ||= all;
    frame ||= requestAnimationFrame(paint);
  }

  function settle() {
    if (!host.clientWidth || !model) return;
    layout = arrange(model, host.clientWidth, model.scale);
    for (const canvas of [base, over]) fit(canvas, layout);
    stage.style.height = `${layout.height}px`;
    draw(true);
  }

  function keep(spot) {
    kept = spot;
    send.state("pick", { serial: (serial += 1), stage: spot.stage, channel: spot.channel });
    live.textContent = words(spot).map(([text]) => text).join("");
  }

  function spotAt(event) {
    if (!layout) return null;
    const { left, top } = stage.getBoundingClientRect();
    const [x, y] = [event.clientX - left, event.clientY - top];
    const found = mapAt(layout, x, y);
    if (found) return { stage: found[0], channel: found[1] };
    const edge = edgeAt(model, layout, x, y);
    return edge && { edge, x, y };
  }

  over.addEventListener("pointermove", (event) => {
    hover = spotAt(event);
    over.style.cursor = hover?.stage ? "pointer" : "";
    draw();
  }, { signal });
  over.addEventListener("pointerleave", () => { hover = null; draw(); }, { signal });
  over.addEventListener("click", (event) => {
    const spot = spotAt(event);
    if (!spot?.stage) return;
    keep(spot);
    draw();
  }, { signal });
  host.addEventListener("keydown", (event) => {
    event.stopPropagation();
    const move = MOVES[event.key];
    if (!model || !move || event.composedPath()[0] !== host || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    hover = null;
    const at = Math.min(model.stages.length - 1, Math.max(1, kept.stage + move[0]));
    const [from, to] = [model.stages[kept.stage].maps.shape[0], model.stages[at].maps.shape[0]];
    const channel = move[0] ? Math.round((kept.channel / Math.max(1, from - 1)) * (to - 1)) : kept.channel + move[1];
    keep({ stage: at, channel: Math.min(to - 1, Math.max(0, channel)) });
    draw();
  }, { signal });
  host.addEventListener("keyup", (event) => event.stopPropagation(), { signal });

  function whole(surface) {
    drawBase(surface, model, layout, ink, theme);
    drawLights(surface, model, layout, ink, kept, theme);
  }

  function csv() {
    const lines = ["layer,map,row,column,value"];
    for (const { title, maps } of model.stages) {
      const [, rows, columns] = maps.shape;
      maps.forEach((value, at) => lines.push([title, Math.floor(at / rows / columns), Math.floor(at / columns) % rows, at % columns, value].join(",")));
    }
    return `${lines.join("\n")}\n`;
  }
  wireFiles(files, (kind) => saveDrawing(kind, model.name, { ...layout, paper: ink.paper }, whole, csv), signal);

  whenWidthChanges(host, settle, signal);
  whenFontsArrive(settle, signal);

  /** Where a map stands on the page, for tests. */
  host.mapAt = (at, channel) => {
    const { left, top } = stage.getBoundingClientRect();
    const box = layout.columns[at].boxes[channel];
    return { x: left + box.x + box.w / 2, y: top + box.y + box.h / 2, w: box.w, h: box.h };
  };

  return {
    update(data) {
      model = data;
      theme = themeOf(host);
      ink = { ...INK[theme], negative: DIVERGING[theme][1], positive: DIVERGING[theme][7] };
      host.style.setProperty("--scale", model.scale);
      host.style.setProperty("--muted", ink.muted);
      host.style.setProperty("--accent", ink.accent);
      base.setAttribute("aria-label", model.summary);
      kept = { stage: model.stage, channel: model.channel };
      settle();
    },
    end: () => cancelAnimationFrame(frame),
  };
});
