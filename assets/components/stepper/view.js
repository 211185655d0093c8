/** The stepper's view: puts model, layout, player, pointer and editing together, and draws when something changed. */
import { fit, measure, wiped } from "../shared/canvas.js";
import { themeOf } from "../shared/colors.js";
import { format } from "../shared/numbers.js";
import { INK, ROLES } from "../shared/palette.js";
import { whenFontsArrive, whenWidthChanges } from "../shared/room.js";
import { canvasSurface } from "../shared/surface.js";
import { arithmeticOf, escape, reachSentence, whereIs } from "./arithmetic.js";
import { decode, showStep } from "./decode.js";
import { build } from "./dom.js";
import { drawAll, drawCells, drawOne, placeLegend } from "./draw.js";
import { makeEditing } from "./editing.js";
import { save } from "./export.js";
import { listen } from "./input.js";
import { place } from "./layout.js";
import { lightsOfReach, lightsOfStep, stepOfCell } from "./lights.js";
import { drawLights } from "./overlay.js";
import { makePlayer } from "./player.js";
import { drawProducts, hasProducts } from "./products.js";

const SPOKEN_EVERY = 350;

/** See shared/lifecycle.js: makes the stepper in its host. */
export function makeView(host, send, signal) {
  const parts = build(host);
  const view = { model: null, layout: null, theme: "light", scale: 1, share: 0.5, measure, hover: null, pin: null, whole: false, parts };
  let dirty = { base: false, step: false };
  let frame = 0;
  let spoken = 0;
  let speaking = 0;
  let tallest = 0;

  const draw = (what) => {
    Object.assign(dirty, what);
    if (!frame) frame = requestAnimationFrame(paint);
  };
  const player = makePlayer(() => {
    view.pin = null;
    draw({ step: true });
    speak();
  }, signal);
  const editing = makeEditing(parts, view, send, signal, {
    changed: () => draw({ base: true }),
    at: (grid, cell) => {
      view.hover = grid && { grid, cell };
      draw({});
    },
  });

  function paint() {
    frame = 0;
    if (!view.layout || signal.aborted) return;
    const began = performance.now();
    const made = showStep(view.model, player.step, player.all);
    if (dirty.base) drawAll(canvasSurface(wiped(parts.base)), view);
    else if (dirty.step) drawMade(made);
    if (dirty.base || dirty.step) controls();
    view.lights = lightsNow();
    drawLights(canvasSurface(wiped(parts.over)), view, view.lights);
    explain();
    dirty = { base: false, step: false };
    host.dataset.frame = (performance.now() - began).toFixed(2);
  }

  /** After a step only the cells that it made are drawn again; after a jump the grids that steps write. */
  function drawMade(made) {
    const surface = canvasSurface(parts.base.getContext("2d"));
    if (made) for (const { grid, cell } of made) drawOne(surface, view, grid, cell);
    else for (const grid of view.model.grids) if (grid.moves) drawCells(surface, view, grid);
  }

  /** What is lit now: the pin, else what the pointer is on, else the player's step. */
  function lightsNow() {
    if (!view.model.total) return null;
    const spot = view.pin ?? view.hover;
    return (spot && lightsOfSpot(spot)) || lightsOfStep(view.model, player.step);
  }

  function lightsOfSpot({ grid, cell }) {
    const step = stepOfCell(grid, cell, player.all ? view.model.total : player.step);
    return step >= 0 ? lightsOfStep(view.model, step) : lightsOfReach(view.model, grid, cell);
  }

  function explain() {
    const { lights, model } = view;
    if (!lights) {
      parts.terms.textContent = "";
      return;
    }
    if (lights.source) {
      parts.terms.innerHTML = reachSentence(model, lights);
      parts.products.hidden = true;
      parts.more.hidden = true;
      return;
    }
    const text = arithmeticOf(model, lights.step, view.whole);
    parts.terms.innerHTML = text.html;
    parts.more.hidden = !text.hidden;
    parts.more.textContent = view.whole ? "show fewer terms" : `show all ${countTerms(lights.step)} terms`;
    drawProducts(parts.products, view, lights.step, productRoom());
    host.dataset.lit = String(lights.step);
  }

  const productRoom = () => (view.layout.width >= 640 ? view.layout.width * 0.56 : view.layout.width);

  function countTerms(step) {
    return view.model.segments[view.model.segmentOf[step]].terms ?? 0;
  }

  /** Keep room for the tallest arithmetic, so that the page does not jump from step to step. */
  function reserve() {
    const { model } = view;
    tallest = 0;
    parts.sums.style.height = "auto";
    const every = Math.ceil(model.segments.length / 24);
    for (const segment of model.segments.filter((_, i) => i % every === 0)) {
      const samples = segment.sweep ? [0, segment.count >> 1, segment.count - 1] : [0];
      for (const at of samples) {
        const text = arithmeticOf(model, segment.first + at, false);
        parts.terms.innerHTML = text.html;
        parts.more.hidden = !text.hidden;
        if (hasProducts(segment)) drawProducts(parts.products, view, segment.first + at, productRoom());
        else parts.products.hidden = true;
        tallest = Math.max(tallest, parts.sums.scrollHeight);
      }
    }
    parts.sums.style.height = `${Math.ceil(tallest + 2)}px`;
  }

  function controls() {
    const { total, step, all, playing } = player;
    parts.scrub.max = Math.max(0, total - 1);
    parts.scrub.value = step;
    const words = all ? `${total} ${total === 1 ? "step" : "steps"}` : `step ${step + 1} of ${total}`;
    parts.count.textContent = words;
    parts.scrub.setAttribute("aria-valuetext", words);
    if (parts.play.dataset.shows !== String(playing)) parts.showPlaying(playing);
    parts.bar.hidden = total < 2;
    Object.assign(host.dataset, { step: String(step), all: String(all), playing: String(playing), pinned: String(Boolean(view.pin)) });
  }

  /** Say the step, but not more often than somebody can listen. */
  function speak() {
    clearTimeout(speaking);
    const wait = Math.max(0, spoken + SPOKEN_EVERY - performance.now());
    speaking = setTimeout(() => {
      if (!view.model?.total || signal.aborted) return;
      spoken = performance.now();
      const step = view.lights?.step ?? player.step;
      parts.live.textContent = `Step ${step + 1} of ${view.model.total}. ${arithmeticOf(view.model, step, false).words}`;
    }, wait);
  }

  function arrange() {
    if (!view.model) return;
    const room = host.clientWidth;
    if (!room) return;
    // On a phone people scroll; elsewhere the picture, the bar and the arithmetic should be seen together.
    const tall = room < 560 ? window.innerHeight * 0.85 : Math.max(600 * view.share, Math.min(window.innerHeight * view.share, 620 * view.scale));
    const ease = Math.max(40, Math.min(window.innerHeight * 0.055, 56)) * view.scale;
    view.layout = place(view.model, room, { scale: view.scale, tall, ease, measure });
    view.legend = placeLegend(view);
    const height = Math.ceil(view.layout.height + view.legend.height);
    for (const canvas of [parts.base, parts.over]) fit(canvas, { width: view.layout.width, height });
    parts.stage.style.height = `${height}px`;
    editing.buttons();
    editing.stand();
    reserve();
    draw({ base: true });
  }

  function showTip(spot, x, y) {
    parts.tip.hidden = !spot;
    if (!spot) return;
    const { grid, cell } = spot;
    const value = grid.shown[cell];
    const reach = grid.firstWriter[cell] < 0 && lightsOfReach(view.model, grid, cell);
    const none = grid.hasOutside && grid.isOutside(cell) ? "no cell" : "not made yet";
    const lines = [`<b>${Number.isNaN(value) ? none : format(value, 6)}</b>`, escape(whereIs(grid, cell))];
    if (reach) lines.push(`read by ${reach.writes.reduce((sum, { cells }) => sum + cells.length, 0)} cells`);
    else if (grid.unread?.[cell % grid.size]) lines.push("never read");
    parts.tip.innerHTML = lines.join("<br>");
    const right = x + 16 + parts.tip.offsetWidth > view.layout.width;
    parts.tip.style.transform = `translate(${Math.max(0, right ? x - parts.tip.offsetWidth - 12 : x + 16)}px, ${y + 18}px)`;
  }

  listen({ host, parts, view, player, editing, signal, draw, speak, showTip, save: (kind) => save(kind, view, view.lights), reserve });
  whenWidthChanges(host, arrange, signal);
  whenFontsArrive(arrange, signal);
  /** Where a cell stands on the page, for tests and guided tours. */
  host.cellAt = (name, cell) => {
    const { x, y, size } = view.layout.cell(view.model.byName.get(name), cell);
    const { left, top } = parts.stage.getBoundingClientRect();
    return { x: left + x + size / 2, y: top + y + size / 2, size };
  };

  function follow(spot) {
    const grid = spot && view.model.byName.get(spot.grid.name);
    return grid && spot.cell < grid.values.length ? { grid, cell: spot.cell } : null;
  }

  return {
    update(data) {
      const began = performance.now();
      view.model = decode(data);
      view.scale = data.scale;
      view.share = data.share;
      view.theme = themeOf(host);
      host.dataset.theme = view.theme;
      host.style.setProperty("--scale", view.scale);
      host.style.setProperty("--muted", INK[view.theme].muted);
      for (const [role, color] of Object.entries(ROLES[view.theme])) host.style.setProperty(`--r-${role}`, color);
      host.setAttribute("aria-label", view.model.summary);
      parts.base.setAttribute("aria-label", view.model.grids.map((grid) => `${grid.title} ${grid.height} by ${grid.width}`).join(", "));
      const total = player.total;
      player.resize(view.model.total);
      view.pin = total === player.total ? follow(view.pin) : null;
      view.hover = follow(view.hover);
      editing.update(data.serial);
      parts.showHint();
      arrange();
      host.dataset.update = (performance.now() - began).toFixed(1);
    },
    end() {
      cancelAnimationFrame(frame);
      clearTimeout(speaking);
    },
  };
}
