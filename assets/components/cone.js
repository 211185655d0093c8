/** The cone of a receptive field: hover a cell to light what it sees below and what it reaches above. */
import { component } from "./shared/lifecycle.js";
import { themeOf } from "./shared/colors.js";
import { fit, wiped } from "./shared/canvas.js";
import { makeFiles, saveDrawing, wireFiles } from "./shared/files.js";
import { make } from "./shared/make.js";
import { INK, ROLES, SEQUENTIAL } from "./shared/palette.js";
import { whenFontsArrive, whenWidthChanges } from "./shared/room.js";
import { canvasSurface } from "./shared/surface.js";
import { above, below, centre, nearest } from "./cone/reach.js";
import { drawLights, drawRows, place } from "./cone/draw.js";

const PINNED_AFTER = 300;
const ACTIONS = [["up", "Move up", "↑"], ["down", "Move down", "↓"], ["remove", "Remove", "×"]];

export default component((host, send, signal) => {
  const base = make("canvas", { role: "img" });
  const over = make("canvas", { class: "over", "aria-hidden": "true" });
  const tools = make("div", { class: "tools" });
  const bar = make("div", { class: "bar" });
  const stage = make("div", { class: "stage" }, [base, over, tools]);
  const hint = make("span", { class: "hint" });
  const files = makeFiles();
  const said = make("p", { class: "said" });
  const live = make("div", { class: "unseen", "aria-live": "polite" });
  host.append(make("div", { class: "head" }, [hint, files]), stage, said, bar, live);
  host.setAttribute("role", "group");
  host.tabIndex = 0;
  hint.textContent = matchMedia("(hover: none)").matches ? "Tap a cell" : "Hover a cell · click keeps it · arrow keys move it";

  let model = null;
  let layout = null;
  let ink = null;
  let hover = null;
  let kept = { layer: 0, cell: 0 };
  let serial = 0;
  let frame = 0;
  let waiting = null;
  let stood = ""; // what the buttons were made for
  let stale = true;
  let follow = null; // the button that was pressed, to be focused again where its layer then stands

  const spotNow = () => hover ?? kept;

  function lightsOf({ layer, cell }) {
    const { rows } = model;
    return { layer, cell, ways: below(rows, layer, cell), reached: above(rows, layer, cell) };
  }

  /** What is lit, in words: plain for those who listen, with the colours of the picture for those who look. */
  const plain = (lights) => words(lights).map(([text]) => text).join("");
  const spans = (lights) => words(lights).map(([text, role]) => make("span", { class: role }, [text]));

  /** Pieces of a sentence, each with the colour that it speaks of. */
  function words(lights) {
    const { rows } = model;
    const name = (layer) => (layer ? `layer ${layer} (${rows[layer].title.toLowerCase()})` : "the input");
    const pieces = [[`Cell ${lights.cell} of ${name(lights.layer)}`, "it"]];
    if (lights.layer) {
      const seen = [...lights.ways[0].keys()].sort((a, b) => a - b);
      const inside = seen.filter((cell) => cell >= 0 && cell < rows[0].cells);
      const outside = seen.length - inside.length;
      const gaps = inside.length && inside.at(-1) - inside[0] + 1 - inside.length;
      let text = inside.length ? ` sees ${inside.length} input cells, ${inside[0]} to ${inside.at(-1)}` : " sees no input cell";
      if (gaps) text += `, skips ${gaps} between them`;
      if (outside) text += ` and ${outside} in the padding`;
      pieces.push([text, "sees"]);
    }
    const top = rows.length - 1;
    if (lights.layer < top) {
      const text = ` reaches ${lights.reached[top].size} of the ${rows[top].cells} cells of the last layer`;
      pieces.push([lights.layer ? `,${text}` : text, "reaches"]);
    }
    return [...pieces, [".", "it"]];
  }

  function paint() {
    frame = 0;
    if (!layout || signal.aborted) return;
    const began = performance.now();
    if (stale) drawRows(canvasSurface(wiped(base)), model, layout, ink, model.scale);
    stale = false;
    const lights = lightsOf(spotNow());
    drawLights(canvasSurface(wiped(over)), model, layout, ink, lights);
    said.replaceChildren(...spans(lights));
    Object.assign(host.dataset, { layer: String(lights.layer), cell: String(lights.cell), frame: (performance.now() - began).toFixed(2) });
  }

  function draw(all = false) {
    stale ||= all;
    frame ||= requestAnimationFrame(paint);
  }

  function arrange() {
    const room = host.clientWidth;
    if (!room || !model) return;
    const tallest = room < 560 ? window.innerHeight * 0.8 : Math.max(260, Math.min(window.innerHeight * 0.5, 520 * model.scale));
    layout = place(model, room, model.scale, tallest);
    for (const canvas of [base, over]) fit(canvas, layout);
    stage.style.height = `${layout.height}px`;
    standTools();
    draw(true);
  }

  /** Three small buttons in front of each layer's name; where there is no room for them, larger ones under the cone for the layer of the kept cell. */
  function standTools() {
    // A button that is replaced while it is pressed hears no click.
    const now = [layout.narrow ? kept.layer : layout.height, model.scale, ...model.rows.map(({ title }) => title)].join("\n");
    if (now !== stood) stand();
    stood = now;
    if (!follow) return;
    const again = host.querySelector(`[data-action=${follow.action}][data-layer="${follow.layer}"]:not(:disabled)`);
    (again ?? host).focus({ preventScroll: true });
    follow = null;
  }

  function stand() {
    tools.replaceChildren();
    bar.replaceChildren();
    if (layout.narrow) standBar();
    else for (let layer = model.rows.length - 1; layer > 0; layer -= 1) {
      const group = toolsOf(layer);
      group.style.top = `${layout.y(layer) + layout.tall / 2}px`;
      tools.append(group);
    }
  }

  function standBar() {
    const { layer } = kept;
    bar.replaceChildren(make("span", {}, [layer ? `Layer ${layer}: ${model.rows[layer].title}` : "Tap a layer to move or remove it"]));
    if (layer) bar.append(toolsOf(layer));
  }

  function toolsOf(layer) {
    const { rows } = model;
    const group = make("div", { class: "tool", role: "group", "aria-label": `Layer ${layer}, ${rows[layer].title}` });
    for (const [action, label, sign] of ACTIONS) {
      const button = make("button", { type: "button", "data-action": action, "data-layer": layer, "aria-label": `${label} layer ${layer}`, title: label }, [sign]);
      button.disabled = rows.length === 2 || (action === "up" && layer === rows.length - 1) || (action === "down" && layer === 1);
      group.append(button);
    }
    return group;
  }

  function keep(spot) {
    const other = spot.layer !== kept.layer;
    kept = spot;
    if (other && layout.narrow) standTools();
    clearTimeout(waiting);
    // Arrow keys come in a row; the page needs only where they end.
    waiting = setTimeout(() => {
      waiting = null;
      send.state("pin", { serial: (serial += 1), layer: spot.layer, cell: spot.cell });
    }, PINNED_AFTER);
  }

  function edit(event) {
    const button = event.target.closest("button");
    if (!button) return;
    const { action } = button.dataset;
    const layer = Number(button.dataset.layer);
    follow = { action, layer: action === "remove" ? Math.min(layer, model.rows.length - 2) : layer + (action === "up" ? 1 : -1) };
    const cell = kept.layer === layer ? kept.cell : -1; // the kept cell goes with its layer
    if (cell >= 0) {
      clearTimeout(waiting);
      waiting = null;
    }
    send.state("edit", { serial: (serial += 1), action, layer, cell });
  }

  function spotAt(event) {
    if (!layout) return null;
    const { left, top } = stage.getBoundingClientRect();
    const [x, y] = [event.clientX - left, event.clientY - top];
    const layer = model.rows.findIndex((_, at) => y >= layout.y(at) - layout.gap / 4 && y <= layout.y(at) + layout.tall + layout.gap / 4);
    if (layer < 0 || x < layout.left - 4 || x > layout.width - layout.table) return null;
    const cell = nearest(model.rows[layer], layout.at(x));
    return cell >= 0 && cell < model.rows[layer].cells ? { layer, cell } : null;
  }

  over.addEventListener("pointermove", (event) => {
    hover = spotAt(event);
    over.style.cursor = hover ? "pointer" : "";
    draw();
  }, { signal });
  over.addEventListener("pointerleave", () => { hover = null; draw(); }, { signal });
  over.addEventListener("click", (event) => {
    const spot = spotAt(event);
    if (!spot) return;
    keep(spot);
    draw();
    live.textContent = plain(lightsOf(spot));
  }, { signal });
  for (const place of [tools, bar]) place.addEventListener("click", edit, { signal });

  const MOVES = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [1, 0], ArrowDown: [-1, 0] };
  host.addEventListener("keydown", (event) => {
    event.stopPropagation();
    const move = MOVES[event.key];
    if (!model || !move || event.composedPath()[0] !== host || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    hover = null;
    const layer = Math.min(model.rows.length - 1, Math.max(0, kept.layer + move[0]));
    // To another layer: to the cell that stands straight above or below.
    const wanted = move[0] ? nearest(model.rows[layer], centre(model.rows[kept.layer], kept.cell)) : kept.cell + move[1];
    keep({ layer, cell: Math.min(model.rows[layer].cells - 1, Math.max(0, wanted)) });
    draw();
    live.textContent = plain(lightsOf(kept));
  }, { signal });
  host.addEventListener("keyup", (event) => event.stopPropagation(), { signal });

  function whole(surface) {
    drawRows(surface, model, layout, ink, model.scale);
    drawLights(surface, model, layout, ink, lightsOf(kept));
  }

  function csv() {
    const lines = model.rows.map((row, at) => [at, row.title, ...row.numbers].map((text) => JSON.stringify(text)).join(","));
    return [["layer", "title", ...model.columns].join(","), ...lines, ""].join("\n");
  }
  wireFiles(files, (kind) => saveDrawing(kind, model.name, { ...layout, paper: ink.paper }, whole, csv), signal);

  whenWidthChanges(host, arrange, signal);
  whenFontsArrive(arrange, signal);

  /** Where a cell stands on the page, for tests. */
  host.cellAt = (layer, cell) => {
    const { left, top } = stage.getBoundingClientRect();
    return { x: left + layout.x(centre(model.rows[layer], cell)), y: top + layout.y(layer) + layout.tall / 2 };
  };

  return {
    update(data) {
      model = data;
      const theme = themeOf(host);
      const { text, muted, line, paper, accent } = INK[theme];
      ink = { text, muted, line, paper, accent, cell: SEQUENTIAL[theme][1], sees: ROLES[theme].input, reaches: ROLES[theme].kernel };
      host.style.setProperty("--scale", model.scale);
      for (const [name, color] of Object.entries({ muted, sees: ink.sees, reaches: ink.reaches, accent })) host.style.setProperty(`--${name}`, color);
      base.setAttribute("aria-label", model.summary);
      if (!waiting || kept.layer >= model.rows.length || kept.cell >= model.rows[kept.layer].cells)
        kept = { layer: model.layer, cell: model.cell };
      hover = null;
      arrange();
    },
    end() {
      cancelAnimationFrame(frame);
      clearTimeout(waiting);
    },
  };
});
