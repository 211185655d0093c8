/** Named shares as bars, one of which is chosen by click or arrow keys; a second one may be set against it. */
import { component } from "./shared/lifecycle.js";

const MOVES = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

function button(attributes, text) {
  const made = document.createElement("button");
  made.type = "button";
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.textContent = text;
  return made;
}

/** A row: the bar, and beside it the button that sets it against the chosen one, if there is one. */
function row(item, second) {
  const line = document.createElement("div");
  line.className = "line";
  const bar = button({ role: "radio", "data-name": item.name }, "");
  const fill = document.createElement("i");
  const title = document.createElement("span");
  const number = document.createElement("b");
  bar.append(fill, title, number);
  line.append(bar);
  if (second) line.append(button({ class: "second", "data-second": item.name }, second));
  return line;
}

export default component((host, send, signal) => {
  let rows = [];
  host.setAttribute("role", "radiogroup");

  function choose(name) {
    send.trigger("choice", name);
  }

  host.addEventListener("click", (event) => {
    const target = event.target.closest("button");
    if (!target) return;
    if (target.dataset.second) send.trigger("second", target.getAttribute("aria-pressed") === "true" ? "" : target.dataset.second);
    else choose(target.dataset.name);
  }, { signal });
  host.addEventListener("keydown", (event) => {
    const step = MOVES[event.key];
    const bars = rows.map((line) => line.firstChild);
    const at = bars.indexOf(event.target.closest("button"));
    if (!step || at < 0) return;
    event.preventDefault();
    event.stopPropagation();
    const next = bars[(at + step + bars.length) % bars.length];
    next.focus();
    choose(next.dataset.name);
  }, { signal });

  function mark(line, item, { chosen, against, second }) {
    const [bar, other] = line.children;
    const on = item.name === chosen;
    bar.children[0].style.width = `${Math.max(0.5, 100 * item.share)}%`;
    bar.children[1].textContent = item.title;
    bar.children[2].textContent = item.text;
    bar.title = item.title;
    bar.setAttribute("aria-checked", String(on));
    bar.setAttribute("aria-label", `${item.title}, ${item.text}`);
    if (!other) return;
    other.disabled = on;
    other.setAttribute("aria-pressed", String(item.name === against && !on));
    other.setAttribute("aria-label", `${second} ${item.title}`);
  }

  return {
    update(data) {
      const names = data.items.map((item) => item.name).join();
      host.setAttribute("aria-label", data.label);
      if (host.dataset.names !== `${names} ${data.second}`) {
        rows = data.items.map((item) => row(item, data.second));
        host.replaceChildren(...rows);
        host.dataset.names = `${names} ${data.second}`;
      }
      data.items.forEach((item, i) => mark(rows[i], item, data));
      const stop = rows.find((line) => line.firstChild.getAttribute("aria-checked") === "true") ?? rows[0];
      for (const line of rows) line.firstChild.tabIndex = line === stop ? 0 : -1;
      host.dataset.ready = "1";
    },
  };
});
