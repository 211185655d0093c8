/** Typing into cells: an input over the cell, neighbours by keys, values sent to Python in batches. */
import { editable, format, LARGEST, parse } from "../shared/numbers.js";
import { ICONS } from "../shared/icons.js";
import { whereIs } from "./arithmetic.js";
import { make } from "../shared/make.js";

const PAUSE = 150;
const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/**
 * @param {object} parts the component's elements
 * @param {object} view what is shown: model, layout, scale
 * @param {{state: Function}} send
 * @param {AbortSignal} signal
 * @param {{changed: (grid: object, cell: number) => void, at: (grid: object | null, cell: number) => void}} tell
 *   changed: a cell has another value; at: the input stands over a cell, or nowhere
 */
export function makeEditing(parts, view, send, signal, tell) {
  /** Cells sent but not yet answered, so that a batch that overtakes another loses nothing. */
  const waiting = new Map();
  let serial = 0;
  let timer = 0;
  let place = null;
  let typing = false;

  const input = make("input", { type: "text", class: "cell", autocomplete: "off", spellcheck: "false", enterkeyhint: "next" });
  const wrong = make("div", { class: "wrong", role: "alert", hidden: true });

  function send_soon() {
    clearTimeout(timer);
    timer = setTimeout(() => {
      serial += 1;
      for (const entry of waiting.values()) entry.serial ??= serial;
      send.state("edits", { serial, cells: [...waiting.values()].map(({ grid, cell, value }) => ({ grid, cell, value })) });
    }, PAUSE);
  }

  function set(grid, cell, value) {
    if (value === grid.values[cell]) return;
    for (const values of [grid.values, grid.final, grid.shown]) values[cell] = value;
    waiting.set(`${grid.name} ${cell}`, { grid: grid.name, cell, value });
    send_soon();
    tell.changed(grid, cell);
  }

  const free = (grid, cell) => grid.editable && !grid.isPadding(cell);

  function open(grid, cell) {
    if (!free(grid, cell)) return;
    place = { grid, cell };
    typing = false;
    input.value = editable(grid.values[cell]);
    input.setAttribute("aria-label", whereIs(grid, cell));
    wrong.hidden = true;
    if (!input.isConnected) parts.stage.append(input, wrong);
    stand();
    tell.at(grid, cell);
    input.focus({ preventScroll: true });
    input.select();
  }

  /** Put the input over its cell; again when the layout has changed. */
  function stand() {
    if (!place) return;
    const { x, y, size } = view.layout.cell(place.grid, place.cell);
    const width = Math.max(size + 8, 64 * view.scale);
    const height = Math.max(size + 4, 30 * view.scale);
    const left = Math.max(0, Math.min(x + size / 2 - width / 2, view.layout.width - width));
    const top = y + size / 2 - height / 2;
    Object.assign(input.style, { left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` });
    Object.assign(wrong.style, { left: `${left}px`, top: `${top + height + 4}px` });
  }

  /** Take what was typed; false, with a word at the cell, when it is no number. */
  function take() {
    if (!place) return true;
    if (input.value === editable(place.grid.values[place.cell])) return true;
    const read = parse(input.value);
    if (read.error) {
      wrong.textContent = `${read.error}; still ${format(place.grid.values[place.cell], 6)}`;
      wrong.hidden = false;
      input.setAttribute("aria-invalid", "true");
      return false;
    }
    input.removeAttribute("aria-invalid");
    set(place.grid, place.cell, read.value);
    return true;
  }

  function close(back = true) {
    if (!place) return;
    place = null;
    input.removeAttribute("aria-invalid");
    input.remove();
    wrong.remove();
    tell.at(null, 0);
    if (back) parts.host.focus({ preventScroll: true });
  }

  /** The editable neighbour some rows and columns away; `wrap` goes on to the next row or panel. */
  function neighbour({ grid, cell }, [down, right], wrap) {
    if (wrap) {
      for (let next = cell + right; next >= 0 && next < grid.values.length; next += right) if (free(grid, next)) return next;
      return null;
    }
    const { panel, row, column } = grid.place(cell);
    const [r, c] = [row + down, column + right];
    if (r < 0 || c < 0 || r >= grid.height || c >= grid.width) return null;
    const next = panel * grid.size + r * grid.width + c;
    return free(grid, next) ? next : null;
  }

  function go(step, wrap) {
    const next = neighbour(place, step, wrap);
    if (next !== null) open(place.grid, next);
    return next !== null;
  }

  function nudge(by) {
    if (!place) return;
    const { grid, cell } = place;
    const step = Array.from(grid.values).every(Number.isInteger) ? 1 : 0.1;
    const value = Math.max(-LARGEST, Math.min(LARGEST, Number((grid.values[cell] + by * step).toPrecision(7))));
    set(grid, cell, value);
    input.value = editable(value);
    input.select();
  }

  input.addEventListener("keydown", (event) => {
    event.stopPropagation();
    const { key } = event;
    if (key === "Escape") {
      close();
    } else if (key === "F2") {
      typing = true;
      return;
    } else if (key === "Enter") {
      if (take() && !go([event.shiftKey ? -1 : 1, 0], false)) close();
    } else if (key === "Tab") {
      if (!take()) event.preventDefault();
      else if (!go([0, event.shiftKey ? -1 : 1], true)) return close();
    } else if (MOVES[key] && event.altKey) {
      nudge(key === "ArrowUp" ? 1 : key === "ArrowDown" ? -1 : 0);
    } else if (MOVES[key] && !typing) {
      if (take()) go(MOVES[key], false);
    } else {
      return undefined;
    }
    event.preventDefault();
    return undefined;
  }, { signal });
  input.addEventListener("keyup", (event) => event.stopPropagation(), { signal });
  input.addEventListener("pointerdown", () => { typing = true; }, { signal });
  input.addEventListener("input", () => { wrong.hidden = true; }, { signal });
  input.addEventListener("wheel", (event) => {
    event.preventDefault();
    nudge(event.deltaY < 0 ? 1 : -1);
  }, { signal, passive: false });
  input.addEventListener("blur", () => {
    // Moving to the next cell keeps the focus in the input; leaving it takes the value or lets it go.
    if (place && input.isConnected && document.hasFocus()) {
      take();
      close(false);
    }
  }, { signal });

  /** A pencil beside the title of each editable grid. */
  function buttons() {
    parts.extras.replaceChildren(...[...view.layout.boxes.values()].filter(({ grid }) => grid.editable).map(({ grid, x, y, width, panels }) => {
      const pencil = make("button", { type: "button", class: "edit", "aria-label": `Edit ${grid.title}`, title: `Edit ${grid.title}: or double-click a cell`, html: ICONS.edit });
      const beside = panels[0].x + view.measure(grid.title, 14 * view.scale, 600) + 4;
      const left = Math.min(beside, x + width, view.layout.width - 24 * view.scale);
      Object.assign(pencil.style, { left: `${left}px`, top: `${y - 3 * view.scale}px` });
      pencil.addEventListener("click", () => {
        const first = Array.from(grid.values.keys()).find((cell) => free(grid, cell));
        if (first !== undefined) open(grid, first);
      }, { signal });
      return pencil;
    }));
  }

  return {
    open, close, stand, set, free, buttons,
    get active() { return place; },
    /** New data: forget what Python has taken, and keep on top of it what it has not. */
    update(taken) {
      serial = Math.max(serial, taken);
      for (const [name, entry] of waiting) {
        const grid = view.model.byName.get(entry.grid);
        if (entry.serial <= taken || !grid || entry.cell >= grid.values.length) waiting.delete(name);
        else for (const values of [grid.values, grid.final, grid.shown]) values[entry.cell] = entry.value;
      }
      if (place) {
        const grid = view.model.byName.get(place.grid.name);
        if (!grid || place.cell >= grid.values.length || !free(grid, place.cell)) close();
        else place.grid = grid;
      }
    },
  };
}
