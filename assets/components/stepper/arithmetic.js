/** The arithmetic of a step in words and coloured terms, as HTML; the results are the engine's. */
import { format } from "../shared/numbers.js";
import { locate } from "./decode.js";

const MOST_TERMS = 12;

export const escape = (text) => String(text).replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
const colored = (role, text) => `<span class="r-${role}">${text}</span>`;
const bracketed = (text, inner) => (inner && text.startsWith("−") ? `(${text})` : text);

/**
 * @param {object} model
 * @param {number} step
 * @param {boolean} whole show every term
 * @returns {{html: string, hidden: number, words: string}} hidden: how many terms the elision hides;
 *   words: the same for a screen reader
 */
export function arithmeticOf(model, step, whole) {
  const { segment, at } = locate(model, step);
  return segment.sweep ? ofSweep(model, segment, at, whole) : ofMoment(model, segment);
}

function ofMoment(model, { caption, spans, lines, writes }) {
  const paint = (span) => (span.grid ? colored(model.byName.get(span.grid).role, escape(span.text)) : escape(span.text));
  const head = caption ? `<p class="caption">${escape(caption)}</p>` : "";
  const subs = lines.map((line) => `<p class="line">${line.map(paint).join("")}</p>`).join("");
  const words = [caption, spans.map((span) => span.text).join("")].filter(Boolean).join(": ");
  return { html: `${head}${subs}<p class="line sum">${spans.map(paint).join("")}</p>`, hidden: 0, words, writes };
}

function ofSweep(model, segment, at, whole) {
  const { target, digits = model.digits } = segment;
  const result = format(segment.results[at], Math.max(model.digits, digits));
  const where = captionOf(segment, at);
  const head = `<p class="caption">${escape(where)}</p>`;
  const answer = `<b class="r-${target.role}">${result}</b>`;
  const groups = splitTerms(segment, at);
  const state = { hidden: 0, whole, model };
  const end = segment.addend ? addendOf(model, segment, at) : "";
  let body;
  if (groups.length > 1 && segment.op !== "max") body = grouped(state, segment, at, groups, end, answer);
  else body = `<p class="line sum">${single(state, segment, at, groups[0] ?? { terms: [] }, end)} = ${answer}</p>`;
  return { html: head + body, hidden: state.hidden, words: `${where}: ${result}` };
}

function captionOf(segment, at) {
  const { target, caption } = segment;
  const { panel, row, column } = target.place(segment.cells[at]);
  const title = target.panelTitles[panel] ?? "";
  if (!caption) return [target.title, title, `row ${row}, column ${column}`].filter(Boolean).join(", ");
  return caption.replace(/\{(row|column|panel)\}/g, (_, name) => ({ row, column, panel: title })[name]);
}

/** The counted terms of a step by group, in the engine's order. */
function splitTerms(segment, at) {
  const found = new Map();
  for (let term = 0; term < segment.terms; term += 1) {
    if (segment.skips(at, term)) continue;
    const group = segment.groups ? segment.groups[term] : 0;
    if (!found.has(group)) found.set(group, { group, terms: [] });
    found.get(group).terms.push(term);
  }
  return [...found.values()];
}

function termText(state, segment, at, term, inner) {
  const parts = segment.operands.map(({ grid, base, offset }, i) => {
    const text = format(grid.final[base[at] + offset[term]], state.model.digits);
    return colored(grid.role, bracketed(text || "?", inner || i > 0));
  });
  return `<span class="t">${parts.join(" · ")}</span>`;
}

function joined(state, segment, at, terms, most) {
  const sign = segment.op === "max" ? ", " : " + ";
  const write = (term, i) => termText(state, segment, at, term, i > 0 && segment.op !== "max");
  if (terms.length <= most || state.whole) {
    if (terms.length > most) state.hidden += terms.length - most;
    return terms.map(write).join(sign) || "0";
  }
  const tail = Math.max(2, Math.floor(most / 4));
  const shown = terms.slice(0, most - tail - 1).map(write);
  const last = terms.slice(-tail).map((term) => write(term, 1));
  state.hidden += terms.length - shown.length - last.length;
  return [...shown, '<span class="t">…</span>', ...last].join(sign);
}

function single(state, segment, at, { terms }, end) {
  const text = joined(state, segment, at, terms, MOST_TERMS);
  if (segment.op === "max") return `max(${text})`;
  if (segment.op === "mean") return `(${text}) / ${terms.length}${end}`;
  return text + end;
}

function addendOf(model, { addend }, at) {
  const text = bracketed(format(addend.grid.final[addend.cells[at]], model.digits), true);
  return ` + <span class="t">${colored(addend.grid.role, text)} <small>(${escape(addend.grid.title.toLowerCase())})</small></span>`;
}

/** A line for each group with its sub-result, then the sum of the sub-results. */
function grouped(state, segment, at, groups, end, answer) {
  const count = segment.partials ? segment.partials.shape[1] : 0;
  const subs = [];
  const lines = groups.map(({ group, terms }) => {
    const title = segment.groupTitles[group] ?? "";
    const part = count ? format(segment.partials[at * count + group], state.model.digits) : "";
    subs.push(part ? bracketed(part, subs.length > 0) : escape(title || "…"));
    const equals = part ? ` = <b>${part}</b>` : "";
    return `<p class="line">${title ? `<i>${escape(title)}:</i> ` : ""}${joined(state, segment, at, terms, 9)}${equals}</p>`;
  });
  const all = segment.op === "mean" ? `(${subs.join(" + ")}) / ${groups.reduce((sum, { terms }) => sum + terms.length, 0)}` : subs.join(" + ");
  return `${lines.join("")}<p class="line sum">${all}${end} = ${answer}</p>`;
}

/** The sentence for an operand's cell: how often it is read. */
export function reachSentence(model, { source, uses, writes }) {
  const { grid, cell } = source;
  const targets = writes.map(({ grid: to, cells }) => `${cells.length} of ${to.values.length} cells of ${colored(to.role, escape(to.title))}`);
  const times = uses > 1 && writes.reduce((sum, { cells }) => sum + cells.length, 0) < uses ? ` (${uses} times)` : "";
  return `<p class="caption">${escape(whereIs(grid, cell))}</p><p class="line sum">${colored(grid.role, format(grid.shown[cell], model.digits))} ` +
    `is read by ${targets.join(" and ")}${times}.</p>`;
}

/** "Input, Red, row 2, column 3": counted from 0 inside the padding. */
export function whereIs(grid, cell) {
  const { panel, row, column } = grid.place(cell);
  const title = grid.panelTitles[panel] || (grid.rows * grid.columns > 1 ? `channel ${panel}` : "");
  if (grid.hasOutside && grid.isOutside(cell)) return [grid.title, title, "outside: nothing is read there"].filter(Boolean).join(", ");
  if (grid.hasPadding && grid.isPadding(cell)) return [grid.title, title, "padding"].filter(Boolean).join(", ");
  return [grid.title, title, `row ${row - grid.padding[0]}, column ${column - grid.padding[3]}`].filter(Boolean).join(", ");
}
