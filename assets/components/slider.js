/** A slider that answers while it is dragged, at most about 30 times a second; Streamlit's own waits for the release. */
import { component } from "./shared/lifecycle.js";

const INTERVAL = 33;

/** @param {number} value @param {number} step @returns {string} with as many decimals as the step has */
function shown(value, step) {
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return value.toFixed(decimals).replace("-", "\u2212");
}

export default component((host, send, signal) => {
  host.innerHTML = `<label><span class="head"><span class="name"></span><output></output></span><input type="range"></label>`;
  const [name, output, input] = [".name", "output", "input"].map((part) => host.querySelector(part));
  let settings = {};
  let waiting = null;
  let lastSent = 0;

  const show = () => {
    const text = shown(Number(input.value), settings.step) + (settings.unit ? "\u202f" + settings.unit : "");
    output.textContent = text;
    input.setAttribute("aria-valuetext", text);
  };
  const deliver = () => {
    clearTimeout(waiting);
    waiting = null;
    lastSent = performance.now();
    send.state("value", Number(input.value));
  };
  input.addEventListener("input", () => {
    show();
    const rest = INTERVAL - (performance.now() - lastSent);
    if (rest <= 0) deliver();
    else if (!waiting) waiting = setTimeout(deliver, rest);
  }, { signal });
  for (const kind of ["keydown", "keyup"]) input.addEventListener(kind, (event) => event.stopPropagation(), { signal });

  return {
    update(data) {
      // A hand that holds the slider knows better than an answer to where it was.
      const held = host.getRootNode().activeElement === input && (waiting || performance.now() - lastSent < 400);
      settings = data;
      name.textContent = data.label;
      input.title = data.help;
      Object.assign(input, { min: data.low, max: data.high, step: data.step });
      if (!held) input.value = data.value;
      show();
    },
    end: () => clearTimeout(waiting),
  };
});
