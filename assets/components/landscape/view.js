/** The landscape on the page: unpacks, lays out, and draws the step that is seen; only a new start asks the server. */
import { fit, measure, wiped } from "../shared/canvas.js";
import { themeOf } from "../shared/colors.js";
import { make } from "../shared/make.js";
import { format } from "../shared/numbers.js";
import { CLASSES, INK } from "../shared/palette.js";
import { whenFontsArrive, whenWidthChanges } from "../shared/room.js";
import { canvasSurface } from "../shared/surface.js";
import { makePlayer } from "../film/player.js";
import { drawChart, planChart } from "./chart.js";
import { build } from "./dom.js";
import { save } from "./export.js";
import { contours, picture, valueAt } from "./field.js";
import { listen } from "./input.js";
import { drawGround, drawRuns, labelPlaces, partColours, planMap } from "./map.js";
import { decode, update as updateOf } from "./model.js";
import { drawRelief, meshOf } from "./relief.js";
import { makeTable } from "./table.js";
import { spoken, storyOf } from "./words.js";

const SENT_EVERY = 90;
const SPOKEN_AFTER = 400;
const GAP = 20;

/** See shared/lifecycle.js. */
export function makeView(host, send, signal) {
  const parts = build(host);
  const view = { parts, model: null, plan: null, chartPlan: null, theme: "light", scale: 1, start: [0, 0], hover: null, row: -1, kept: -1, turn: 0.35, tilt: 0.75, serial: 0, labels: [], colours: [] };
  let wanted = 0;
  let stale = true;
  let speaking = 0;
  let waiting = 0;
  let sentAt = 0;
  let readout = "";

  view.refresh = (all = false) => {
    stale ||= all;
    wanted ||= requestAnimationFrame(() => {
      wanted = 0;
      if (view.plan && !signal.aborted) paint();
    });
  };
  view.player = makePlayer(() => { view.refresh(); speak(); }, signal);
  view.save = (kind) => save(kind, view);
  view.look = (spot, x, y) => {
    const words = x === undefined || !view.model ? "" : readoutOf(view.model, x, y);
    const changed = words !== readout || spot?.r !== view.hover?.r || spot?.t !== view.hover?.t;
    [view.hover, readout] = [spot, words];
    if (changed) view.refresh();
  };
  view.keep = (r) => {
    view.kept = r === view.kept ? -1 : r;
    view.refresh(true);
    speak();
  };
  view.next = (by) => {
    const { runs } = view.model;
    view.kept = (Math.max(view.kept, by > 0 ? -1 : 0) + by + runs) % runs;
    view.refresh(true);
    speak();
  };
  view.spin = (turn, tilt) => {
    view.turn = turn;
    view.tilt = Math.min(1.5, Math.max(0.2, tilt));
    view.refresh();
  };
  /** The start goes to a place; the page hears of it while the hand moves, and once more when it rests. */
  view.place = (x, y, last, box) => {
    const inside = (value, low, high) => Number(Math.min(high, Math.max(low, value)).toPrecision(4));
    view.start = [inside(x, box[0], box[1]), inside(y, box[2], box[3])];
    view.refresh();
    const rest = SENT_EVERY - (performance.now() - sentAt);
    clearTimeout(waiting);
    if (last || rest <= 0) tell();
    else waiting = setTimeout(tell, rest);
  };
  function tell() {
    clearTimeout(waiting);
    sentAt = performance.now();
    view.serial += 1;
    send.state("start", { serial: view.serial, x: view.start[0], y: view.start[1] });
  }
  const table = makeTable({
    rate: (rule, rate) => send.state("change", { serial: (view.serial += 1), rule, rate }),
    join: (rule) => send.state("change", { serial: (view.serial += 1), rule, join: true }),
    look: (r) => { view.row = r; view.refresh(true); },
    keep: (r) => { if (r >= 0) view.keep(r); },
  }, signal);
  parts.sheet.append(table.table);

  function paint() {
    const began = performance.now();
    const { model, plan, player } = view;
    view.frame = player.frame;
    view.chosen = view.hover?.r ?? (view.row >= 0 ? view.row : view.kept >= 0 ? view.kept : model.explained);
    view.dim = Boolean(view.hover) || view.row >= 0 || view.kept >= 0;
    view.order = Array.from({ length: model.runs }, (_, r) => ({ r, on: r === view.chosen })).sort((a, b) => a.on - b.on);
    view.update = model.runs ? updateOf(model, view.hover?.t ?? view.frame, view.chosen) : null;
    if (stale) ground();
    stale = false;
    const over = wiped(parts.over);
    drawRuns(canvasSurface(over), model, plan, view);
    if (view.reliefSize) drawRelief(wiped(parts.relief), model, view, view.reliefSize);
    if (view.chartPlan) drawChart(canvasSurface(wiped(parts.chart)), model, view.chartPlan, view);
    controls();
    host.dataset.frame = (performance.now() - began).toFixed(2);
  }

  function ground() {
    const { model, plan, theme } = view;
    const context = wiped(parts.ground);
    const [w, h] = [plan.right - plan.left, plan.bottom - plan.top];
    if (view.bands?.of !== model.values || view.bands.theme !== theme || view.bands.w !== w) {
      const ratio = Math.min(2, devicePixelRatio || 1);
      view.bands = { of: model.values, theme, w, image: picture(model, Math.round(w * ratio), Math.round(h * ratio), theme) };
    }
    context.drawImage(view.bands.image, plan.left, plan.top, w, h);
    drawGround(canvasSurface(context), model, plan, view);
  }

  function controls() {
    const { model, player } = view;
    const words = `step ${player.frame} of ${model.steps}`;
    parts.scrub.value = player.frame;
    parts.scrub.setAttribute("aria-valuetext", words);
    parts.count.textContent = words;
    if (parts.play.dataset.shows !== String(player.playing)) parts.showPlaying(player.playing);
    parts.hint.textContent = readout || model.hint;
    explain(view);
    table.fill(model, view);
    Object.assign(host.dataset, { step: String(player.frame), playing: String(player.playing), chosen: model.kinds[view.chosen] ?? "", start: view.start.join(" ") });
  }

  function speak() {
    clearTimeout(speaking);
    if (view.player.playing) return;
    speaking = setTimeout(() => {
      if (!signal.aborted && view.model) parts.live.textContent = spoken(view.model, view.update);
    }, SPOKEN_AFTER);
  }

  const arrange = () => {
    if (view.model && layOut(view)) view.refresh(true);
  };
  whenWidthChanges(host, arrange, signal);
  whenFontsArrive(arrange, signal);
  listen(view, signal);
  /** Where a place of the box lies on the page, for tests. */
  host.spot = (x, y) => {
    const { left, top } = parts.over.getBoundingClientRect();
    return { x: left + view.plan.x(x), y: top + view.plan.y(y) };
  };
  host.story = () => storyOf(view.model, view.update, 1);

  function update(data) {
    const theme = themeOf(host);
    const before = view.model;
    const model = decode(data);
    const same = before && before.values.length === model.values.length && before.values.every((value, i) => Object.is(value, model.values[i]));
    if (same) model.values = before.values;
    model.lines = same ? before.lines : contours(model);
    if (!same) view.mesh = meshOf(model);
    Object.assign(view, { model, theme, scale: data.scale, hover: null });
    if (view.kept >= model.runs) view.kept = -1;
    const ink = INK[theme];
    view.colours = model.colours.map((colour) => (colour === "text" || colour === "muted" ? ink[colour] : CLASSES[colour]));
    // While a hand is on the start it is newer than the page's.
    if (model.start && performance.now() - sentAt > 600) view.start = Array.from(model.start);
    view.player.resize(model.steps + 1, model.frame);
    parts.scrub.max = model.steps;
    parts.bar.hidden = model.steps < 1;
    host.style.setProperty("--scale", data.scale);
    host.style.setProperty("--muted", ink.muted);
    for (const [part, colour] of Object.entries(partColours(theme))) host.style.setProperty(`--${part}`, colour);
    host.setAttribute("aria-label", `${data.summary} ${model.keys}`);
    parts.ground.setAttribute("aria-label", data.summary);
    parts.over.classList.toggle("movable", Boolean(model.start));
    parts.below.hidden = !model.runs;
    parts.sheet.hidden = !model.table;
    if (model.table) table.update(model);
    arrange();
    host.dataset.ready = String(Number(host.dataset.ready ?? 0) + 1);
  }
  return { update, end: () => { cancelAnimationFrame(wanted); clearTimeout(speaking); clearTimeout(waiting); } };
}

/** What the place under the pointer has for coordinates and value. */
function readoutOf(model, x, y) {
  if (x < model.box[0] || x > model.box[1] || y < model.box[2] || y > model.box[3]) return "";
  const value = valueAt(model, x, y);
  const said = Number.isNaN(value) ? "none" : model.limit !== null && value >= model.limit ? `${format(value, 3)}, diverges` : format(value, 3);
  return `${model.axes[0]} = ${format(x, 3)}, ${model.axes[1]} = ${format(y, 3)}: ${model.height} = ${said}`;
}

function explain(view) {
  const story = storyOf(view.model, view.update, view.magnify ?? 1);
  const spans = story.parts.map(({ part, text }) => make("span", { class: `part ${part}` }, [text]));
  const key = [story.head, story.rule, ...story.parts.map(({ text }) => text), story.move, view.theme].join("|");
  if (view.parts.words.dataset.key === key) return;
  view.parts.words.dataset.key = key;
  view.parts.words.replaceChildren(make("p", { class: "title" }, [make("b", {}, [story.head]), " ", make("span", {}, [story.rule])]), make("p", { class: "line" }, spans), make("p", { class: "aside" }, [story.move ?? ""]));
}

/** Map to the left, relief above the chart to the right of it; all below each other where it is narrow. */
function layOut(view) {
  const { parts, model, scale } = view;
  const room = Math.floor(parts.host.getBoundingClientRect().width);
  if (!room) return false;
  const narrow = room < 600;
  const aside = model.runs > 0 && model.measure !== "";
  const width = narrow || !aside ? Math.min(room, narrow ? room : 560 * scale) : Math.floor(room * 0.56);
  const ratio = (model.box[3] - model.box[2]) / (model.box[1] - model.box[0]);
  const units = model.square ? ratio : 0.72;
  const tall = Math.round(Math.min(width * units + 10, narrow ? 900 : Math.max(300, innerHeight * 0.5)));
  fit(parts.ground, { width, height: tall });
  fit(parts.over, { width, height: tall });
  parts.stage.style.width = `${width}px`;
  view.plan = planMap(model, { width, height: tall }, scale);
  parts.side.hidden = !aside;
  [view.chartPlan, view.reliefSize] = [null, null];
  if (aside) {
    const rest = narrow ? room : room - width - GAP;
    const upper = model.relief ? Math.round(narrow ? rest * 0.6 : tall * 0.52) : 0;
    parts.relief.hidden = !model.relief;
    if (model.relief) fit(parts.relief, view.reliefSize = { width: rest, height: upper });
    const lower = { width: rest, height: narrow ? Math.round(250 * scale) : tall - upper - (upper ? 8 : 0) };
    fit(parts.chart, lower);
    view.chartPlan = planChart(model, lower, scale, measure);
  }
  view.labels = model.runs > 1 ? labelPlaces(model, view.plan, measure) : [];
  return true;
}
