/** The runners: name, learning rate, loss at the step that is seen, and the step at which each arrived. */
import { make } from "../shared/make.js";
import { format, parse } from "../shared/numbers.js";

const LARGEST_RATE = 1e4;

/**
 * @param {{rate: Function, join: Function, look: Function, keep: Function}} act what a row can do
 */
export function makeTable(act, signal) {
  const body = make("tbody");
  const table = make("table", { class: "runners" }, [body]);
  let rows = [];

  function build(model) {
    const seen = model.entrants ?? model.titles.map((title, r) => ({ title, rule: model.kinds[r], on: true }));
    const measured = model.tolerance ? ["arrived"] : [];
    table.tHead?.remove();
    table.prepend(make("thead", {}, [make("tr", {}, ["rule", "learning rate", model.measure, ...measured].map((title) => make("th", { scope: "col" }, [title])))]));
    let run = 0;
    rows = seen.map((entrant) => {
      const r = entrant.on ? run++ : -1;
      const swatch = make("i");
      const button = make("button", { type: "button", class: "name", "aria-pressed": "false", title: entrant.on ? "Show its updates" : "Not running" }, [swatch, entrant.title]);
      const box = make("input", { type: "checkbox", "aria-label": `${entrant.title} runs`, title: "Runs" });
      box.checked = entrant.on;
      const rate = make("input", { type: "text", inputmode: "decimal", class: "rate", "aria-label": `Learning rate of ${entrant.title}` });
      const [gap, arrived] = [make("td", { class: "number" }), make("td", { class: "number" })];
      const first = make("th", { scope: "row" }, model.entrants ? [box, button] : [button]);
      const row = make("tr", { "data-rule": entrant.rule }, [first, make("td", {}, model.entrants ? [rate] : []), gap, ...(measured.length ? [arrived] : [])]);
      body.append(row);
      const item = { r, entrant, row, swatch, button, rate, gap, arrived };
      listen(item, box);
      return item;
    });
  }

  function listen({ r, entrant, row, button, rate }, box) {
    const on = (element, name, does) => element.addEventListener(name, does, { signal });
    on(box, "change", () => act.join(entrant.rule));
    on(row, "pointerenter", () => act.look(r));
    on(row, "pointerleave", () => act.look(-1));
    on(button, "focus", () => act.look(r));
    on(button, "blur", () => act.look(-1));
    on(button, "click", () => act.keep(r));
    on(rate, "change", () => {
      const read = rate.value.trim() === "" ? { value: 0 } : parse(rate.value);
      const bad = read.error || read.value < 0 || read.value > LARGEST_RATE;
      rate.toggleAttribute("aria-invalid", Boolean(bad));
      if (!bad) act.rate(entrant.rule, read.value);
    });
    on(rate, "keydown", (event) => { if (event.key === "Enter") rate.blur(); });
  }

  return {
    table,
    /** Another race: the rows stay when the same rules are in it, so that a hand in a box stays where it is. */
    update(model) {
      const sign = JSON.stringify([model.entrants, model.kinds, model.measure, Boolean(model.tolerance)].map((part) => part?.map?.((item) => [item.rule ?? item, item.on]) ?? part));
      if (table.dataset.sign !== sign) {
        table.dataset.sign = sign;
        body.replaceChildren();
        build(model);
      }
      const focused = table.getRootNode().activeElement;
      for (const { entrant, rate } of rows) {
        const now = (model.entrants ?? []).find(({ rule }) => rule === entrant.rule);
        if (now && rate !== focused) rate.value = String(Number(now.rate.toPrecision(3)));
        if (now) rate.classList.toggle("own", now.own);
      }
    },
    fill(model, view) {
      const first = Math.min(...(model.arrivals ?? []).filter((step) => step !== null));
      for (const { r, row, swatch, button, gap, arrived } of rows) {
        swatch.style.background = r < 0 ? "none" : view.colours[r];
        row.classList.toggle("off", r < 0);
        row.classList.toggle("on", r >= 0 && r === view.chosen);
        button.setAttribute("aria-pressed", String(r >= 0 && r === view.kept));
        gap.textContent = r < 0 ? "" : view.frame > model.lasts[r] ? "diverged" : format(model.gap(view.frame, r), 3);
        const step = r < 0 ? null : model.arrivals?.[r];
        arrived.textContent = r < 0 ? "" : step === null || step === undefined ? "–" : `${step}`;
        row.classList.toggle("winner", r >= 0 && step !== null && step === first);
      }
    },
  };
}
