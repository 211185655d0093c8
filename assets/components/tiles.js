/** Small curves of which one is chosen; others can be set beside it. */
import { component } from "./shared/lifecycle.js";

const SPACE = "http://www.w3.org/2000/svg";
const MOVES = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
const WIDE = 100;
const HIGH = 60;

function made(name, attributes, text = "") {
  const element = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
  element.textContent = text;
  return element;
}

/** The path of values over equal steps, between low and high. */
function path(values, [low, high], name) {
  const line = document.createElementNS(SPACE, "path");
  const points = Array.from(values, (value, at) => {
    const x = (at / (values.length - 1)) * WIDE;
    const y = HIGH - ((value - low) / (high - low)) * HIGH;
    return `${x.toFixed(1)} ${y.toFixed(1)}`;
  });
  line.setAttribute("d", `M${points.join("L")}`);
  line.setAttribute("class", name);
  return line;
}

function drawing(item) {
  const svg = document.createElementNS(SPACE, "svg");
  svg.setAttribute("viewBox", `0 0 ${WIDE} ${HIGH}`);
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  svg.append(path([0, 0], item.limits, "axis"), path(item.slopes, item.limits, "slope"), path(item.values, item.limits, "value"));
  return svg;
}

export default component((host, send, signal) => {
  let names = [];
  let serial = 0;
  host.setAttribute("role", "radiogroup");

  function tile(item) {
    const box = made("div", { class: "tile" });
    const choice = made("button", { type: "button", role: "radio", "data-name": item.name });
    choice.append(drawing(item), made("span", {}, item.title));
    box.append(choice, made("button", { type: "button", class: "add", "data-add": item.name }));
    return box;
  }

  const tell = (event, name) => send.trigger(event, { name, serial: (serial += 1) });

  host.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.add) tell("beside", button.dataset.add);
    else tell("choice", button.dataset.name);
  }, { signal });
  host.addEventListener("keydown", (event) => {
    const button = event.target.closest("[role=radio]");
    if (!button) return;
    if (event.key === "+" || event.key === "-") tell("beside", button.dataset.name);
    const step = MOVES[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    const at = names.indexOf(button.dataset.name);
    const next = host.children[(at + step + names.length) % names.length].firstChild;
    next.focus();
    tell("choice", next.dataset.name);
  }, { signal });

  return {
    update({ items, chosen, beside, label }) {
      host.setAttribute("aria-label", label);
      const text = JSON.stringify(items, (_, value) => (ArrayBuffer.isView(value) ? Array.from(value) : value));
      if (host.dataset.items !== text) {
        const focused = host.getRootNode().activeElement?.dataset?.name;
        names = items.map((item) => item.name);
        host.replaceChildren(...items.map(tile));
        host.dataset.items = text;
        if (focused) host.querySelector(`[data-name="${focused}"]`)?.focus();
      }
      for (const [at, { name, title }] of items.entries()) {
        const [choice, add] = host.children[at].children;
        const on = name === chosen;
        const also = beside.includes(name) && !on;
        choice.setAttribute("aria-checked", String(on));
        choice.setAttribute("aria-label", also ? `${title}, beside` : title);
        choice.tabIndex = on ? 0 : -1;
        host.children[at].classList.toggle("beside", also);
        add.hidden = on;
        add.tabIndex = -1;
        add.textContent = also ? "\u2212" : "+";
        add.title = also ? `Take ${title} out of the chart` : `Set ${title} beside it`;
        add.setAttribute("aria-label", add.title);
      }
      host.dataset.ready = "1";
    },
  };
});
