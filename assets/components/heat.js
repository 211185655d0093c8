/** A table of numbers as colours on the signed scale; one cell is chosen by a click or the arrow keys. */
import { component } from "./shared/lifecycle.js";
import { levelOf, scaleTable, themeOf } from "./shared/colors.js";

const MOVES = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] };

function element(name, text, attributes = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  return made;
}

export default component((host, send, signal) => {
  let shape = [0, 0];
  let buttons = [];
  let heads = [[], []];
  let serial = 0;
  host.setAttribute("role", "radiogroup");

  function build({ rows, columns, corner }) {
    const table = element("table", "");
    const group = element("colgroup", "");
    for (let at = 0; at <= columns.length; at += 1) group.append(element("col", ""));
    const top = element("tr", "");
    const tops = columns.map((title) => element("th", title, { scope: "col" }));
    top.append(element("th", corner), ...tops);
    const head = element("thead", "");
    head.append(top);
    const body = element("tbody", "");
    buttons = [];
    const sides = rows.map((title, row) => {
      const line = element("tr", "");
      const side = element("th", title, { scope: "row", title });
      line.append(side);
      columns.forEach((_, column) => {
        const cell = element("td", "");
        const button = element("button", "", { type: "button", role: "radio", "data-cell": `${row} ${column}` });
        cell.append(button);
        line.append(cell);
        buttons.push(button);
      });
      body.append(line);
      return side;
    });
    table.append(group, head, body);
    heads = [sides, tops];
    shape = [rows.length, columns.length];
    host.replaceChildren(table);
  }

  const placeOf = (button) => button.dataset.cell.split(" ").map(Number);
  const buttonAt = (row, column) => buttons[row * shape[1] + column];

  function mark(chosen) {
    buttons.forEach((button) => {
      const [row, column] = placeOf(button);
      const on = chosen !== null && row === chosen[0] && column === chosen[1];
      button.setAttribute("aria-checked", String(on));
      button.tabIndex = on || (chosen === null && row + column === 0) ? 0 : -1;
    });
    heads.forEach((titles, axis) => titles.forEach((title, at) => title.classList.toggle("on", chosen?.[axis] === at)));
  }

  function choose(row, column) {
    mark([row, column]);
    buttonAt(row, column).focus();
    serial += 1;
    send.trigger("cell", { row, column, serial });
  }

  host.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button) choose(...placeOf(button));
  }, { signal });
  host.addEventListener("keydown", (event) => {
    const button = event.target.closest("button");
    const move = MOVES[event.key];
    if (!button || !move) return;
    event.preventDefault();
    event.stopPropagation();
    const [row, column] = placeOf(button);
    choose((row + move[0] + shape[0]) % shape[0], (column + move[1] + shape[1]) % shape[1]);
  }, { signal });

  return {
    update(data) {
      const titles = JSON.stringify([data.rows, data.columns, data.corner]);
      if (host.dataset.titles !== titles) build(data);
      host.dataset.titles = titles;
      host.setAttribute("aria-label", data.label);
      const { fill, ink } = scaleTable("signed", themeOf(host));
      buttons.forEach((button, at) => {
        const [row, column] = placeOf(button);
        const level = levelOf("signed", data.values[at], [-data.limit, data.limit]);
        button.textContent = data.texts[row][column];
        button.title = `${data.rows[row]}, ${data.columns[column]}: ${data.words[row][column]}`;
        button.setAttribute("aria-label", button.title);
        button.style.background = fill[level];
        button.style.color = ink[level];
      });
      mark(data.chosen);
      host.dataset.ready = "1";
    },
  };
});
