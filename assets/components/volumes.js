/** Pictures of layers above their numbers, in aligned columns; saved as PNG, SVG or CSV. */
import { component } from "./shared/lifecycle.js";
import { themeOf } from "./shared/colors.js";
import { download } from "./shared/download.js";
import { makeFiles, savePngOf, wireFiles } from "./shared/files.js";
import { make } from "./shared/make.js";
import { FONT, INK } from "./shared/palette.js";
import { themed } from "./shared/swap.js";

const SIZE = [340, 212];
const LINE = 26;
const FIRST = 150;

const escape = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

function table(data, theme) {
  const heads = data.columns.map(({ title }) => `<th scope="col">${escape(title)}</th>`).join("");
  const pictures = data.columns.map(({ title, svg }) => `<div><h4 aria-hidden="true">${escape(title)}</h4>${themed(svg, theme)}</div>`).join("");
  const rows = data.rows.map(({ label, values, asides, least }) => {
    const cells = values.map((value, i) =>
      `<td${least === i ? ' class="least"' : ""}${i ? "" : ` data-label="${escape(label)}"`}><b>${escape(value)}</b>${asides[i] ? `<small>${escape(asides[i])}</small>` : ""}</td>`);
    return `<tr><th scope="row">${escape(label)}</th>${cells.join("")}</tr>`;
  });
  return `<div class="pictures">${pictures}</div><table><colgroup><col class="first"></colgroup>` +
    `<thead><tr><th></th>${heads}</tr></thead><tbody>${rows.join("")}</tbody></table>`;
}

/** The whole table as one SVG. */
function drawing(data, theme) {
  const ink = INK[theme];
  const width = FIRST + data.columns.length * SIZE[0] + 20;
  const height = 40 + SIZE[1] + data.rows.length * LINE + 24;
  const text = (words, x, y, { size = 14, weight = 400, fill = ink.text } = {}) =>
    `<text x="${x}" y="${y}" font-size="${size}" font-weight="${weight}" fill="${fill}">${escape(words)}</text>`;
  const parts = data.columns.flatMap(({ title, svg }, i) => {
    const x = FIRST + i * SIZE[0];
    const inner = themed(svg, theme).replace("<svg ", `<svg x="${x}" y="36" width="${SIZE[0]}" height="${SIZE[1]}" `);
    return [text(title, x, 28, { size: 16, weight: 600 }), inner];
  });
  data.rows.forEach(({ label, values, asides }, row) => {
    const y = 40 + SIZE[1] + (row + 0.7) * LINE;
    parts.push(text(label, 20, y, { fill: ink.muted }));
    values.forEach((value, i) => {
      const x = FIRST + i * SIZE[0];
      parts.push(text(value, x, y, { weight: 600 }));
      if (asides[i]) parts.push(text(asides[i], x + 10 + value.length * 8.8, y, { size: 12, fill: ink.muted }));
    });
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ` +
    `font-family="${escape(FONT)}"><rect width="${width}" height="${height}" fill="${ink.paper}"/>${parts.join("\n")}</svg>\n`;
}

function csv(data) {
  const quoted = (text) => `"${String(text).replace(/"/g, '""')}"`;
  const lines = [["", ...data.columns.map(({ title }) => title)].map(quoted).join(",")];
  for (const { label, numbers } of data.rows) lines.push([quoted(label), ...numbers].join(","));
  return `${lines.join("\n")}\n`;
}

export default component((host, _send, signal) => {
  const files = makeFiles();
  const body = make("div", { class: "body" });
  host.append(files, body);
  let current = null;
  wireFiles(files, (kind) => {
    const name = `${current.name}.${kind}`;
    const theme = themeOf(host);
    if (kind === "csv") download(csv(current), name, "text/csv");
    else if (kind === "svg") download(drawing(current, theme), name, "image/svg+xml");
    else savePngOf(drawing(current, theme), name);
  }, signal);
  return {
    update(data) {
      current = data;
      const theme = themeOf(host);
      host.dataset.theme = theme;
      host.style.setProperty("--muted", INK[theme].muted);
      host.style.setProperty("--scale", data.scale);
      body.innerHTML = table(data, theme);
    },
  };
});
