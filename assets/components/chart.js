/** A plotly figure that is updated in place, follows the theme, and is saved as PNG, SVG or CSV. */
import { component } from "./shared/lifecycle.js";
import { download } from "./shared/download.js";
import { CHANNELS, DIVERGING, FONT, INK, ROLES, SEQUENTIAL, SIZES } from "./shared/palette.js";

const LIBRARY = new URL("./plotly/plotly.min.js", document.baseURI).href;
let loading = null;

/** plotly.js, fetched once a page from the app's own server. */
function plotly() {
  loading ??= new Promise((resolve, reject) => {
    if (window.Plotly) { resolve(window.Plotly); return; }
    const script = document.createElement("script");
    script.src = LIBRARY;
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => { loading = null; reject(new Error("plotly.js could not be loaded")); };
    document.head.append(script);
  });
  return loading;
}

/** Light palette colour to dark palette colour, both lower-case hex. */
const TO_DARK = new Map();
for (const table of [INK, CHANNELS, DIVERGING, SEQUENTIAL, ROLES])
  for (const [name, color] of Object.entries(table.light)) TO_DARK.set(color.toLowerCase(), table.dark[name]);

/** A copy of a figure part: two-dimensional arrays nested, the palette's colours swapped if dark, its fonts scaled. */
function prepared(value, dark, scale = 1) {
  if (typeof value === "string") return dark ? TO_DARK.get(value.toLowerCase()) ?? value : value;
  if (ArrayBuffer.isView(value)) {
    if (value.shape.length < 2) return value;
    const [rows, columns] = value.shape;
    return Array.from({ length: rows }, (_, row) => value.subarray(row * columns, (row + 1) * columns));
  }
  if (Array.isArray(value)) return value.map((item) => prepared(item, dark, scale));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => {
    const part = prepared(item, dark, scale);
    return [name, name.endsWith("font") && part?.size ? { ...part, size: part.size * scale } : part];
  }));
}

/** Whether the page around an element is dark. */
function isDark(element) {
  const color = getComputedStyle(element).getPropertyValue("--st-background-color").trim();
  const probe = document.createElement("span");
  probe.style.color = color || "#fff";
  element.append(probe);
  const parts = getComputedStyle(probe).color.match(/[\d.]+/g).map(Number);
  probe.remove();
  return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2] < 128;
}

/** The layout that every chart shares: fonts, transparent paper, quiet axes. */
function house(dark, scale) {
  const ink = INK[dark ? "dark" : "light"];
  const axis = { gridcolor: ink.line, linecolor: ink.line, zerolinecolor: ink.line, automargin: true, ticks: "" };
  return {
    font: { family: FONT, size: SIZES.text * scale, color: ink.text },
    paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
    hoverlabel: { bgcolor: ink.paper, bordercolor: ink.line, font: { family: FONT, size: SIZES.text * scale, color: ink.text } },
    modebar: { bgcolor: "rgba(0,0,0,0)", color: ink.muted, activecolor: ink.accent },
    axis,
  };
}

function merged(layout, base) {
  const { axis, ...rest } = base;
  const out = { margin: { l: 48, r: 16, t: 24, b: 40 }, autosize: true, uirevision: "kept", ...rest, ...layout };
  out.font = { ...rest.font, ...layout.font };
  for (const name of new Set(["xaxis", "yaxis", ...Object.keys(layout).filter((key) => /^[xy]axis\d*$/.test(key))])) {
    out[name] = { ...axis, ...layout[name] };
    // plotly would draw an axis' title larger than the numbers beside it
    if (out[name].title?.text) out[name].title = { font: { size: rest.font.size }, ...out[name].title };
  }
  return out;
}

/** Every trace as columns of text: name, then its x, y and z. */
function csv(traces) {
  const lines = ["trace,x,y,z"];
  const flat = (values) => Array.from(values ?? [], (item) => (ArrayBuffer.isView(item) ? Array.from(item).join(" ") : item));
  traces.forEach((trace, index) => {
    const [x, y, z] = ["x", "y", "z"].map((axis) => flat(trace[axis]));
    const name = JSON.stringify(trace.name ?? `trace ${index}`);
    for (let row = 0; row < Math.max(x.length, y.length, z.length); row += 1)
      lines.push([name, x[row] ?? "", y[row] ?? "", z[row] ?? ""].join(","));
  });
  return lines.join("\n") + "\n";
}

export default component((host, _send, signal) => {
  let current = null;
  let drawing = Promise.resolve();
  host.setAttribute("role", "img");

  const icon = (path) => ({ width: 24, height: 24, path });
  const buttons = (Plotly) => [
    ["PNG", "png"], ["SVG", "svg"],
  ].map(([title, format]) => ({
    name: title, title: `Save as ${title}`, icon: icon("M5 20h14v-2H5v2zM19 9h-4V3H9v6H5l7 7 7-7z"),
    click: (plot) => Plotly.downloadImage(plot, { format, filename: current.name, scale: format === "png" ? 2 : 1,
      width: plot.clientWidth, height: plot.clientHeight }),
  })).concat({
    name: "CSV", title: "Save the numbers as CSV", icon: icon("M3 5v14h18V5H3zm2 2h4v4H5V7zm0 10v-4h4v4H5zm14 0h-8v-4h8v4zm0-6h-8V7h8v4z"),
    click: () => download(csv(current.data), `${current.name}.csv`, "text/csv"),
  });

  async function draw() {
    const Plotly = await plotly();
    if (signal.aborted || !host.isConnected) return; // the page may be left while plotly draws
    const dark = isDark(host);
    const data = prepared(current.data, dark, current.scale);
    const layout = merged(prepared(current.layout, dark, current.scale), house(dark, current.scale));
    host.style.height = `${current.height}px`;
    await Plotly.react(host, data, { ...layout, height: current.height }, {
      displaylogo: false, responsive: true, modeBarButtons: [buttons(Plotly), ["resetScale2d"]],
    });
  }

  return {
    update(data) {
      current = data;
      host.setAttribute("aria-label", data.summary);
      drawing = drawing.then(draw, draw);
    },
    end: () => window.Plotly?.purge(host),
  };
});
