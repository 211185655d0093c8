/** The graph's view: puts model, numbers, layout, player and panels together, and draws when something changed. */
import { makeBar } from "../shared/bar.js";
import { themeOf } from "../shared/colors.js";
import { makeFiles } from "../shared/files.js";
import { make } from "../shared/make.js";
import { INK } from "../shared/palette.js";
import { whenWidthChanges } from "../shared/room.js";
import { makePlayer } from "../stepper/player.js";
import { drawing, labelPlaces, route, sizes } from "./draw.js";
import { save } from "./export.js";
import { listen } from "./input.js";
import { place } from "./layout.js";
import { makeTable, overviewHtml, pathsHtml, stepHtml } from "./panels.js";
import { between, pathsFrom, reaching, run } from "./passes.js";
import { escape, spoken, stepsOf, storyOf } from "./words.js";

const FORMS = [[1.5, false], [1.35, false], [1.2, false], [1.1, false], [1, false], [1.35, true], [1.2, true], [1, true]];
const SENT_AFTER = 250;
const SPOKEN_AFTER = 300;
const SVG = "http://www.w3.org/2000/svg";

/** What the page sent, with what follows from it. */
function decode(data) {
  const nodes = data.nodes.map((node) => ({ ...node }));
  const edges = [];
  nodes.forEach((node, to) => node.args.forEach((from, at) => {
    if (nodes[from].drawn) edges.push({ index: edges.length, from, to, place: at });
  }));
  const model = { ...data, nodes, edges, needed: reaching(nodes, data.output) };
  model.moved = new Set([data.seed]);
  nodes.forEach((node, at) => node.args.some((source) => model.moved.has(source)) && model.moved.add(at));
  model.walk = stepsOf(model);
  return model;
}

/** See shared/lifecycle.js: makes the graph in its host. */
export function makeView(host, send, signal) {
  const parts = build(host);
  const view = { model: null, flow: null, layout: null, theme: "light", scale: 1, parts, hover: null, selected: null, way: null };
  let frame = 0;
  let speaking = 0;
  let sending = 0;
  let serial = 0;
  let dragged = false;

  const player = makePlayer(() => {
    view.selected = null;
    view.way = null;
    draw();
    speak();
  }, signal);
  const table = makeTable((at, value) => view.setInput(at, value), signal);
  parts.sheet.append(table.table);

  function draw() {
    frame ||= requestAnimationFrame(paint);
  }

  /** Which numbers are there at this step. */
  function shownNow() {
    const { model } = view;
    const upTo = player.all ? model.walk.length : player.step + 1;
    const shown = { value: new Set(model.inputs), reverse: new Set(), forward: new Set() };
    for (const { phase, at } of model.walk.slice(0, upTo)) shown[phase].add(at);
    return { values: shown.value, gradients: player.all ? new Set(model.nodes.keys()) : shown.reverse, tangents: player.all ? new Set(model.nodes.keys()) : shown.forward };
  }

  /** What is lit: the paths of a chosen node, else the step. */
  function litNow() {
    const { model } = view;
    const none = { nodes: new Set(), edges: new Set(), current: null, selected: null, dim: false };
    const chosen = view.selected;
    if (chosen !== null) {
      const inside = between(model, chosen);
      const all = model.edges.filter((edge) => inside.has(edge.from) && inside.has(edge.to));
      const edges = view.way === null ? all : pathsFrom(model, view.flow, chosen)[view.way]?.edges ?? all;
      return { nodes: new Set([chosen, ...edges.flatMap((edge) => [edge.from, edge.to])]), edges: new Set(edges.map((edge) => edge.index)), current: null, selected: chosen, dim: true };
    }
    if (player.all || !model.walk.length) return none;
    const { phase, at } = model.walk[player.step];
    const used = model.edges.filter((edge) => (phase === "reverse" ? edge.from === at && model.needed.has(edge.to) : edge.to === at && (phase === "value" || (at !== model.seed && model.moved.has(edge.from)))));
    return { ...none, edges: new Set(used.map((edge) => edge.index)), current: at };
  }

  function paint() {
    frame = 0;
    if (!view.layout || signal.aborted) return;
    const began = performance.now();
    view.shown = shownNow();
    view.lit = litNow();
    const largest = (values) => Math.max(0, ...values.filter((value, at) => view.model.nodes[at].drawn && Number.isFinite(value)).map(Math.abs));
    view.limits = { values: largest(view.flow.values), gradients: largest(view.flow.gradients), tangents: largest(view.flow.tangents) };
    parts.svg.innerHTML = drawing(view);
    explain();
    controls();
    host.dataset.frame = (performance.now() - began).toFixed(2);
  }

  let said = "";
  function explain() {
    const { model, flow } = view;
    table.fill(model, flow);
    const walking = !player.all && model.walk.length > 0;
    const html = view.selected !== null ? pathsHtml(model, flow, view.selected) : walking ? stepHtml(model, flow, model.walk[player.step]) : overviewHtml(model, flow);
    // Written again only when it changed, so that a path keeps the focus while it is walked through.
    if (html !== said) parts.words.innerHTML = html;
    said = html;
  }

  function controls() {
    const { total, step, all, playing } = player;
    parts.scrub.max = Math.max(0, total - 1);
    parts.scrub.value = step;
    const words = all ? `${total} steps` : `step ${step + 1} of ${total}`;
    parts.count.textContent = words;
    parts.scrub.setAttribute("aria-valuetext", words);
    if (parts.play.dataset.shows !== String(playing)) parts.showPlaying(playing);
    const { model, flow } = view;
    Object.assign(host.dataset, {
      step: String(step), all: String(all), playing: String(playing), selected: view.selected === null ? "" : model.nodes[view.selected].name,
      output: String(flow.values[model.output]), gradients: model.inputs.map((at) => `${model.nodes[at].name}=${flow.gradients[at]}`).join(" "),
    });
  }

  function speak() {
    clearTimeout(speaking);
    speaking = setTimeout(() => {
      if (signal.aborted || !view.model) return;
      const { model, flow } = view;
      const story = !player.all && model.walk[player.step];
      parts.live.textContent = view.selected !== null ? parts.words.querySelector(".caption")?.textContent ?? "" : story ? `Step ${player.step + 1} of ${model.walk.length}. ${spoken(storyOf(model, flow, story))}` : "";
    }, SPOKEN_AFTER);
  }

  function arrange() {
    const room = host.clientWidth;
    if (!room || !view.model) return;
    const rows = view.model.mode === "both" ? 3 : 2;
    const tall = room < 560 ? window.innerHeight : Math.max(220, window.innerHeight * 0.42);
    // A small graph is drawn larger, a large one with compact nodes, as the room allows.
    for (const [zoom, compact] of room < 560 ? [[1, false]] : FORMS) {
      view.size = sizes(view.scale, rows, zoom, compact);
      view.layout = place(view.model, { width: room, tall, box: { w: view.size.w, h: view.size.h }, label: 32 * view.scale });
      if (view.layout.height <= tall && view.layout.gap >= (zoom > 1 ? 64 : 0) * view.scale) break;
    }
    view.curves = route(view.model, view.layout, view.size);
    view.labels = labelPlaces(view.model, view.layout, view.curves, view.size);
    for (const [name, value] of [["width", view.layout.width], ["height", view.layout.height], ["viewBox", `0 0 ${view.layout.width} ${view.layout.height}`]]) parts.svg.setAttribute(name, value);
    draw();
  }

  /** Another number for an input: everything follows at once, and the page hears of it when the hand rests. */
  view.setInput = (at, value, rest = true) => {
    const bounded = Number(Math.max(-1e6, Math.min(1e6, value)).toPrecision(6));
    view.model.nodes[at].value = bounded;
    view.flow = run(view.model, view.model.seed);
    dragged = true;
    clearTimeout(sending);
    if (rest) sending = setTimeout(tell, SENT_AFTER);
    draw();
  };
  function tell() {
    serial += 1;
    const values = Object.fromEntries(view.model.inputs.map((at) => [view.model.nodes[at].name, view.model.nodes[at].value]));
    send.state("inputs", { serial, values });
    dragged = false;
  }
  view.tell = tell;
  view.titleOf = (at) => {
    const { name, formula, op } = view.model.nodes[at];
    const wrong = view.flow.troubles.get(at);
    return `${op === "input" ? `${name}, an input: drag it` : `${name} = ${formula}`}${wrong ? `; no value: ${wrong}` : ""}`;
  };
  view.select = (at) => {
    player.pause();
    view.selected = at === view.selected ? null : at;
    view.way = null;
    draw();
    speak();
  };
  view.clear = () => {
    player.pause();
    player.all = true;
    Object.assign(view, { selected: null, way: null });
    draw();
  };
  /** Every number, for tests. */
  host.numbers = () => {
    const { model, flow } = view;
    const named = (values) => Object.fromEntries(model.nodes.flatMap((node, at) => (node.drawn ? [[node.name, values[at]]] : [])));
    return { values: named(flow.values), gradients: named(flow.gradients), tangents: named(flow.tangents), checks: named(flow.checks) };
  };
  view.nodeAt = (x, y) => [...(view.layout?.boxes ?? [])].find(([, box]) => x >= box.x && x <= box.x + view.size.w && y >= box.y && y <= box.y + view.size.h)?.[0] ?? null;
  /** Where a node stands on the page, for tests and guided tours. */
  host.nodeAt = (name) => {
    const at = view.model.nodes.findIndex((node) => node.drawn && node.name === name);
    const box = view.layout.boxes.get(at);
    const { left, top } = parts.svg.getBoundingClientRect();
    return { x: left + box.x + view.size.w / 2, y: top + box.y + view.size.h / 2 };
  };
  listen({ host, parts, view, player, signal, draw, speak, save: (kind) => save(kind, view) });

  whenWidthChanges(host, arrange, signal);

  function update(data) {
    const began = performance.now();
    const before = view.model;
    const model = decode(data);
    const same = before && before.nodes.length === model.nodes.length && before.nodes.every((node, at) => node.name === model.nodes[at].name && node.formula === model.nodes[at].formula);
    // While a hand is on an input, its numbers are newer than the page's.
    if (same && (dragged || data.serial < serial)) for (const at of model.inputs) model.nodes[at].value = before.nodes[at].value;
    else serial = Math.max(serial, data.serial);
    Object.assign(view, { model, flow: run(model, model.seed), scale: data.scale, theme: themeOf(host) });
    if (!same) Object.assign(view, { selected: null, way: null });
    player.resize(model.walk.length);
    if (before && !same) player.all = true;
    const ink = INK[view.theme];
    host.style.setProperty("--scale", view.scale);
    host.style.setProperty("--muted", ink.muted);
    host.style.setProperty("--warning", ink.warning);
    host.dataset.theme = view.theme;
    parts.svg.setAttribute("aria-label", data.summary);
    parts.key.innerHTML = keyOf(model);
    if (!same) table.build(model);
    arrange();
    host.dataset.update = (performance.now() - began).toFixed(1);
  }

  return {
    update,
    end() {
      cancelAnimationFrame(frame);
      clearTimeout(speaking);
      clearTimeout(sending);
    },
  };
}

/** What the rows of a node and the numbers on the edges are. */
function keyOf(model) {
  const [out, seed] = [model.nodes[model.output].name, model.nodes[model.seed]?.name ?? ""].map(escape);
  const rows = ["<span>In a node: <b>value</b></span>"];
  if (model.mode !== "forward") rows.push(`<span><b>∂${out}/∂node</b>, reverse mode</span>`);
  if (model.mode !== "reverse") rows.push(`<span><b>∂node/∂${seed}</b>, forward mode</span>`);
  return [...rows, "<span>On an edge: <b>local derivative</b></span>", "<span>Blue positive, orange negative</span>"].join("");
}

function build(host) {
  const files = makeFiles();
  const hint = make("span", { class: "hint" }, [matchMedia("(hover: none)").matches ? "Drag an input sideways · tap a node for its paths" : "Drag an input sideways · click a node for its paths · arrow keys step"]);
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("role", "img");
  const stage = make("div", { class: "stage" }, [svg]);
  const key = make("div", { class: "key" });
  const player = makeBar("step", "To end: show the last step");
  const words = make("div", { class: "words" });
  const sheet = make("div", { class: "sheet" });
  const live = make("div", { class: "unseen", "aria-live": "polite" });
  host.setAttribute("role", "group");
  host.setAttribute("aria-label", "Computation graph");
  host.tabIndex = 0;
  host.append(make("div", { class: "head" }, [hint, files]), stage, key, player.bar, make("div", { class: "below" }, [words, sheet]), live);
  return { host, hint, files, svg, stage, key, words, sheet, live, ...player };
}
