/** A grid of small pictures of which one is chosen: a group of radio buttons with pictures for labels. */
import { component } from "./shared/lifecycle.js";

const MOVES = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

export default component((host, send, signal) => {
  const addresses = new Map();
  host.setAttribute("role", "radiogroup");

  function thumbnail({ reference, image }) {
    if (!addresses.has(reference)) addresses.set(reference, URL.createObjectURL(new Blob([image], { type: "image/webp" })));
    return addresses.get(reference);
  }

  function choose(button) {
    if (!button) return;
    mark(button.dataset.reference);
    button.focus();
    send.trigger("choice", button.dataset.reference);
  }

  function mark(selected) {
    const buttons = [...host.children];
    const on = buttons.find((button) => button.dataset.reference === selected);
    for (const button of buttons) {
      button.setAttribute("aria-checked", String(button === on));
      // One stop of the tab key for the group: the chosen one, or the first.
      button.tabIndex = button === (on ?? buttons[0]) ? 0 : -1;
    }
  }

  host.addEventListener("click", (event) => choose(event.target.closest("button")), { signal });
  host.addEventListener("keydown", (event) => {
    const step = MOVES[event.key];
    const buttons = [...host.children];
    const at = buttons.indexOf(event.target.closest("button"));
    if (!step || at < 0) return;
    event.preventDefault();
    event.stopPropagation();
    choose(buttons[(at + step + buttons.length) % buttons.length]);
  }, { signal });

  return {
    update({ label, items, selected }) {
      host.setAttribute("aria-label", label);
      const shown = [...host.children].map((button) => button.dataset.reference);
      if (shown.join() !== items.map((item) => item.reference).join()) {
        host.replaceChildren(...items.map((item) => {
          const button = document.createElement("button");
          const image = document.createElement("img");
          Object.assign(image, { src: thumbnail(item), alt: "", width: 64, height: 64, draggable: false });
          Object.assign(button, { type: "button", title: item.title });
          button.dataset.reference = item.reference;
          button.setAttribute("role", "radio");
          button.setAttribute("aria-label", item.title);
          button.append(image);
          return button;
        }));
      }
      mark(selected);
      host.dataset.ready = "1";
    },
    end: () => addresses.forEach((address) => URL.revokeObjectURL(address)),
  };
});
