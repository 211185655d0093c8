/** The film on the page: unpacks, lays out, and draws the frame that is seen; nothing here asks the server. */
import { scaleTable, themeOf } from "../shared/colors.js";
import { fit, measure, wiped } from "../shared/canvas.js";
import { make } from "../shared/make.js";
import { format } from "../shared/numbers.js";
import { INK } from "../shared/palette.js";
import { whenFontsArrive, whenWidthChanges } from "../shared/room.js";
import { canvasSurface } from "../shared/surface.js";
import { drawChart, planChart, said as curveSaid } from "./chart.js";
import { build, buildPanel } from "./dom.js";
import { drawLook, drawPanel, said } from "./draw.js";
import { save } from "./export.js";
import { makePanel } from "./frames.js";
import { listen } from "./input.js";
import { makePlayer } from "./player.js";

const GAP = 16;
const BESIDE = 28;
const NARROWEST = 96;
const LARGEST_CELL = 56;
const SPOKEN_EVERY = 350;

/** @returns {{update: Function, end: Function}} what shared/lifecycle.js wants */
export function makeView(host, send, signal) {
  const parts = build(host);
  const view = { parts, data: null, panels: [], slots: [], spot: null, plan: null, theme: "light", scale: 1 };
  let turn = 0;
  let wanted = 0;
  let speaking = 0;
  let spoken = 0;

  view.refresh = () => {
    wanted ||= requestAnimationFrame(() => {
      wanted = 0;
      if (view.data && !signal.aborted) draw(view);
    });
  };
  view.player = makePlayer(() => { view.refresh(); speak(); }, signal);
  view.look = (spot) => {
    view.spot = spot;
    view.refresh();
  };
  view.save = (kind) => save(kind, view);

  /** Say the frame where playing has stopped, and not more often than somebody can listen. */
  function speak() {
    clearTimeout(speaking);
    if (view.player.playing) return;
    speaking = setTimeout(() => {
      if (signal.aborted || !view.data) return;
      spoken = performance.now();
      parts.live.textContent = wordsOf(view);
    }, Math.max(0, spoken + SPOKEN_EVERY - performance.now()));
  }

  const arrange = () => {
    if (view.data && layOut(view)) view.refresh();
  };
  whenWidthChanges(host, arrange, signal);
  whenFontsArrive(arrange, signal);
  listen(view, signal);

  async function update(data) {
    const theme = themeOf(host);
    const mine = ++turn;
    const panels = await Promise.all(data.panels.map((panel) => makePanel(panel, data.labels.length, theme)));
    if (mine !== turn || signal.aborted) return;
    adopt(view, data, panels, theme);
    arrange();
    host.dataset.ready = String(mine);
  }
  return { update, end: () => { cancelAnimationFrame(wanted); clearTimeout(speaking); } };
}

function adopt(view, data, panels, theme) {
  Object.assign(view, { data, panels, theme, scale: data.scale });
  view.player.resize(data.labels.length, data.start);
  if (view.spot && !(view.spot.panel < panels.length)) view.spot = null;
  const { host, count, scrub, bar } = view.parts;
  host.style.setProperty("--scale", data.scale);
  host.style.setProperty("--muted", INK[theme].muted);
  host.setAttribute("aria-label", `${data.summary} Space plays, arrow keys step, Home and End go to the ends.`);
  count.style.minWidth = `${Math.ceil(Math.max(...data.labels.map((label) => measure(label, 14 * data.scale, 500)))) + 4}px`;
  scrub.max = data.labels.length - 1;
  bar.hidden = data.labels.length < 2;
  while (view.slots.length > panels.length) view.slots.pop().root.remove();
  while (view.slots.length < panels.length) {
    const slot = buildPanel();
    view.slots.push(slot);
    view.parts.panels.append(slot.root);
  }
  panels.forEach((panel, i) => {
    view.slots[i].title.textContent = view.slots[i].title.title = panel.title;
    // Where one panel has a line for each frame all keep room for it, so that they stand level.
    view.slots[i].subtitle.hidden = !panels.some((other) => other.subtitles.length);
    view.slots[i].base.setAttribute("aria-label", `${panel.title}, ${panel.height} by ${panel.width}`);
  });
  view.parts.chart.hidden = !data.curves.length;
  view.parts.curves.setAttribute("aria-label", data.curves.map((curve) => `${curve.title}, from ${curveSaid(curve, curve.values[0])} to ${curveSaid(curve, curve.values.at(-1))}`).join("; "));
  legends(view);
}

/** One bar of colours for each scale that occurs. */
function legends({ parts, panels, theme }) {
  const seen = new Map();
  for (const { kind, limits } of panels) if (kind !== "rgb" && kind !== "class") seen.set(`${kind} ${limits}`, { kind, limits });
  parts.legends.replaceChildren(...[...seen.values()].map(({ kind, limits }) => {
    const stops = scaleTable(kind, theme).fill.filter((_, i) => i % 15 === 0);
    const bar = make("i", { style: `background:linear-gradient(90deg,${stops.join(",")})` });
    return make("span", {}, [format(limits[0], 3), bar, format(limits[1], 3)]);
  }));
}

/**
 * How the panels stand: in rows as the film wants where there is room; else turned over, so that what stood below each
 * other stands beside each other; else as many in a row as fit.
 * @returns {{columns: number, rows: number, turned: boolean}}
 */
function arrangement(most, count, room, narrowest) {
  const wanted = Math.min(most, count);
  const lines = Math.ceil(count / wanted);
  const fits = Math.max(1, Math.floor((room + GAP) / (narrowest + GAP)));
  if (wanted <= fits) return { columns: wanted, rows: lines, turned: false };
  if (lines > 1 && lines <= fits && lines * wanted === count) return { columns: lines, rows: wanted, turned: true };
  return { columns: fits, rows: Math.ceil(count / fits), turned: false };
}

function layOut(view) {
  const { parts, data, panels, scale } = view;
  // clientWidth may round up, and a pixel too much would put the chart below the panels.
  const room = Math.floor(parts.host.getBoundingClientRect().width);
  if (!room) return false;
  const narrowest = NARROWEST * Math.min(scale, 1.2);
  const aside = room * 0.64 - BESIDE;
  const beside = data.curves.length > 0 && room >= 640 && !arrangement(data.columns, panels.length, aside, narrowest).turned;
  const forPanels = beside ? aside : room;
  const { columns, rows, turned } = arrangement(data.columns, panels.length, forPanels, narrowest);
  const width = Math.floor((forPanels - GAP * (columns - 1)) / columns);
  const tall = (room < 560 ? Infinity : Math.max(320, Math.min(window.innerHeight * 0.56, 560 * scale))) / rows - 40 * scale;
  parts.body.style.flexWrap = beside ? "nowrap" : "wrap";
  Object.assign(parts.panels.style, {
    gridTemplateColumns: `repeat(${columns}, max-content)`,
    gridTemplateRows: turned ? `repeat(${rows}, max-content)` : "",
    gridAutoFlow: turned ? "column" : "row",
  });
  panels.forEach((panel, i) => sizePanel(view.slots[i], panel, width, tall, scale));
  view.plan = data.curves.length ? layOutChart(view, room, beside) : null;
  return true;
}

/** The chart: beside the panels, as tall as they are, or below them. */
function layOutChart({ parts, data, scale }, room, beside) {
  const used = parts.panels.getBoundingClientRect();
  const size = beside
    ? { width: Math.floor(Math.min(room - used.width - BESIDE, 620 * scale)), height: Math.round(Math.max(220 * scale, Math.min(used.height, 420 * scale))) }
    : { width: room, height: Math.round(210 * scale) };
  fit(parts.curves, size);
  return planChart(data, size, scale, measure);
}

/** The largest size that fits; larger cells get a whole number of device pixels, so that all are alike. */
function sizePanel(slot, panel, width, tall, scale) {
  const ratio = devicePixelRatio || 1;
  const free = Math.min(width / panel.width, tall / panel.height, LARGEST_CELL * scale) * ratio;
  const cell = (free >= 8 ? Math.floor(free) : free) / ratio;
  slot.size = { width: Math.max(1, cell * panel.width), height: Math.max(1, cell * panel.height) };
  slot.root.style.width = `${Math.max(slot.size.width, Math.min(width, NARROWEST))}px`;
  slot.stage.style.width = `${slot.size.width}px`;
  fit(slot.base, slot.size);
  fit(slot.over, slot.size);
}

function draw(view) {
  const began = performance.now();
  const { data, panels, slots, player, parts, scale, theme } = view;
  const { frame } = player;
  const looked = lookedAt(view);
  panels.forEach((panel, i) => {
    const slot = slots[i];
    const context = wiped(slot.base);
    drawPanel(context, canvasSurface(context), panel, frame, slot.size, scale);
    slot.subtitle.textContent = panel.subtitles[frame] ?? "";
    const over = canvasSurface(wiped(slot.over));
    if (looked[i]) drawLook(over, panel, frame, slot.size, scale, looked[i], measure);
  });
  if (view.plan) drawChart(canvasSurface(wiped(parts.curves)), data, view.plan, frame, theme);
  controls(view);
  parts.host.dataset.paint = (performance.now() - began).toFixed(2);
}

/** The cell of each panel at the looked-at place: by place in panels of one shape, else by share of the side. */
function lookedAt({ spot, panels }) {
  if (!spot) return panels.map(() => null);
  const from = panels[spot.panel];
  return panels.map((panel) => ({
    row: Math.min(panel.height - 1, Math.floor(((spot.row + 0.5) * panel.height) / from.height)),
    column: Math.min(panel.width - 1, Math.floor(((spot.column + 0.5) * panel.width) / from.width)),
  }));
}

function controls({ data, parts, player, spot }) {
  const label = data.labels[player.frame];
  parts.scrub.value = player.frame;
  parts.scrub.setAttribute("aria-valuetext", label);
  parts.count.textContent = label;
  if (parts.play.dataset.shows !== String(player.playing)) parts.showPlaying(player.playing);
  parts.loop.setAttribute("aria-pressed", String(player.loop));
  parts.hint.textContent = spot ? `row ${spot.row}, column ${spot.column}` : "Hover a picture to read its numbers";
  Object.assign(parts.host.dataset, { frame: String(player.frame), playing: String(player.playing), loop: String(player.loop) });
}

/** The frame in words. */
function wordsOf(view) {
  const { data, panels, player, spot } = view;
  const looked = lookedAt(view);
  const numbers = data.curves.map((curve) => `${curve.title} ${curveSaid(curve, curve.values[player.frame])}`);
  const cells = spot ? panels.map((panel, i) => `${panel.title} ${said(panel, player.frame, looked[i].row, looked[i].column)}`) : [];
  return [data.labels[player.frame], ...numbers, ...cells].join(", ");
}
