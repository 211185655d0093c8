/** What stands under the graph: the step in words and numbers, the inputs with their gradients, the paths of a node. */
import { format, parse } from "../shared/numbers.js";
import { make } from "../shared/make.js";
import { agrees, forwardCost, pathCost, pathsFrom, sharedCost } from "./passes.js";
import { checkWords, costWords, escape, storyOf } from "./words.js";

const SHOWN_PATHS = 40;
const number = (value, digits = 6) => (Number.isNaN(value) ? "none" : format(value, digits));

/** A step's story as HTML. */
export function storyHtml(story) {
  const lines = [`<p class="caption">${escape(story.title)}</p>`, `<p class="line">${escape(story.names)}</p>`];
  if (story.wrong) lines.push(`<p class="line wrong-line">no value: ${escape(story.wrong)}</p>`);
  else lines.push(`<p class="line sum">${story.numbers ? `= ${escape(story.numbers)} ` : ""}= <b>${escape(story.result)}</b></p>`);
  if (story.aside) lines.push(`<p class="aside">${escape(story.aside)}</p>`);
  return lines.join("");
}

/** What the whole graph says while no step is taken and no node chosen. */
export function overviewHtml(model, flow) {
  const output = model.nodes[model.output];
  const [where, why] = [...flow.troubles][0] ?? [];
  if (where !== undefined) return `<p class="line wrong-line">${escape(model.nodes[where].name)} has no value: ${escape(why)}.</p><p class="aside">What reads it has none either. Drag an input until it has.</p>`;
  const back = sharedCost(model, model.inputs);
  const forth = forwardCost(model);
  const used = model.inputs.filter((at) => model.needed.has(at)).length;
  return `<p class="caption">One backward pass gives all ${used} gradients of ${escape(output.name)}</p><p class="line">Backward, once: ${costWords(back)}.</p>` +
    `<p class="line">Forward, once for each of ${used} input${used === 1 ? "" : "s"}: ${costWords(forth)}.</p><p class="aside">Click a node for its paths to ${escape(output.name)}. ✓: the finite difference says the same.</p>`;
}

/** All paths from a node to the output, with their products. */
export function pathsHtml(model, flow, node) {
  const [from, to] = [model.nodes[node].name, model.nodes[model.output].name];
  const cost = pathCost(model, node);
  if (!cost.ways) return `<p class="caption">No path leads from ${escape(from)} to ${escape(to)}: the gradient is 0.</p>`;
  if (node === model.output) return `<p class="caption">${escape(to)} is the output: its gradient is 1.</p>`;
  const ways = pathsFrom(model, flow, node, SHOWN_PATHS);
  const rows = ways.map((way, i) => {
    const names = [from, ...way.edges.map((edge) => model.nodes[edge.to].name)].join(" → ");
    const factors = way.edges.map((edge) => number(flow.slopes[edge.to][edge.place], 4)).join(" · ");
    return `<tr data-path="${i}" tabindex="0"><td>${escape(names)}</td><td>${escape(factors)}</td><td><b>${number(way.product)}</b></td></tr>`;
  });
  const left = cost.ways - ways.length;
  const count = `${cost.ways.toLocaleString("en")} path${cost.ways === 1 ? "" : "s"}`;
  const title = `${count} from ${from} to ${to}; together ∂${to}/∂${from} = ${number(flow.gradients[node])}`;
  return `<p class="caption">${escape(title)}</p><div class="paths"><table>${rows.join("")}${left > 0 ? `<tr><td colspan="3">and ${left.toLocaleString("en")} more</td></tr>` : ""}</table></div>` +
    `<p class="line">Each path apart: ${costWords(cost)}.</p><p class="line">Shared, by the backward pass: ${costWords(sharedCost(model, [node]))}.</p><p class="aside">${escape(checkWords(flow.gradients[node], flow.checks[node], flow.values[model.output]))}</p>`;
}

/** The table of inputs: value to type, gradient by both modes, finite difference. Made once, filled often. */
export function makeTable(changed, signal) {
  const table = make("table", { class: "inputs" });
  let rows = [];
  function build(model) {
    const output = model.nodes[model.output].name;
    const head = ["input", "value", `∂${output} reverse`, "forward", "finite difference"].map((words) => make("th", { scope: "col" }, [words]));
    table.replaceChildren(make("thead", {}, [make("tr", {}, head)]));
    const body = make("tbody");
    rows = model.inputs.map((at) => {
      const { name } = model.nodes[at];
      const box = make("input", { type: "text", inputmode: "decimal", "aria-label": `Value of ${name}`, "data-input": name });
      const cells = [0, 1, 2].map(() => make("td"));
      const take = () => {
        const found = parse(box.value);
        box.toggleAttribute("aria-invalid", "error" in found);
        if ("value" in found) changed(at, found.value);
      };
      box.addEventListener("change", take, { signal });
      box.addEventListener("keydown", (event) => {
        if (event.key === "Enter") take();
        if (event.key !== "Tab") event.stopPropagation();
      }, { signal });
      body.append(make("tr", {}, [make("th", { scope: "row" }, [name]), make("td", {}, [box]), ...cells]));
      return { at, box, cells };
    });
    table.append(body);
  }
  function fill(model, flow) {
    for (const { at, box, cells } of rows) {
      // What somebody is typing is theirs.
      if (box.getRootNode().activeElement !== box) box.value = String(Number(model.nodes[at].value.toPrecision(7)));
      const [gradient, check] = [flow.gradients[at], flow.checks[at]];
      const same = !Number.isNaN(gradient) && !Number.isNaN(check) && agrees(gradient, check, flow.values[model.output]);
      cells[0].textContent = number(gradient);
      cells[1].textContent = number(flow.forward.get(at));
      cells[2].textContent = Number.isNaN(check) ? "none" : `${number(check, 8)} ${same ? "✓" : "≠"}`;
    }
  }
  return { table, build, fill };
}

/** The story of a step of this walk. */
export const stepHtml = (model, flow, step) => storyHtml(storyOf(model, flow, step));
