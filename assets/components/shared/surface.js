/** The same drawing calls on a Canvas2D context and on an SVG text, so that what is exported is what is seen. */
import { FONT } from "./palette.js";

const widths = new Map();

/** Advance of each character with digits all as wide as a zero: canvas text has no tabular figures of its own. */
function advances(context, text) {
  const zero = width(context, "0");
  return [...text].map((sign) => (sign >= "0" && sign <= "9" ? zero : width(context, sign)));
}

function width(context, sign) {
  const name = context.font + sign;
  if (!widths.has(name)) widths.set(name, context.measureText(sign).width);
  return widths.get(name);
}

/** Forget measured widths, for when a font has arrived. */
export function forgetWidths() {
  widths.clear();
}

/**
 * @param {CanvasRenderingContext2D} context already scaled for the device's pixels
 * @returns {object} rect, segments, outline, text: the drawing calls
 */
export function canvasSurface(context) {
  const stroke = (color, thick, { dash = [], alpha = 1 } = {}) => {
    context.strokeStyle = color;
    context.lineWidth = thick;
    context.setLineDash(dash);
    context.globalAlpha = alpha;
    context.stroke();
    context.globalAlpha = 1;
  };
  return {
    rect(x, y, w, h, fill, alpha = 1) {
      context.globalAlpha = alpha;
      context.fillStyle = fill;
      context.fillRect(x, y, w, h);
      context.globalAlpha = 1;
    },
    /** Back to transparent: only a canvas that lies over another has something to show there. */
    erase: (x, y, w, h) => context.clearRect(x, y, w, h),
    /** Lines given as x1, y1, x2, y2, … one after the other. */
    segments(points, color, thick, options = {}) {
      context.beginPath();
      for (let i = 0; i < points.length; i += 4) {
        context.moveTo(points[i], points[i + 1]);
        context.lineTo(points[i + 2], points[i + 3]);
      }
      context.lineCap = options.cap ?? "butt";
      stroke(color, thick, options);
      context.lineCap = "butt";
    },
    outline(x, y, w, h, color, thick, options) {
      context.beginPath();
      context.rect(x, y, w, h);
      stroke(color, thick, options);
    },
    text(string, x, y, { size, weight = 400, fill, align = "center", tabular = false, family = FONT, base = "middle" }) {
      context.font = `${weight} ${size}px ${family}`;
      context.fillStyle = fill;
      context.textBaseline = base;
      if (!tabular) {
        context.textAlign = align;
        context.fillText(string, x, y);
        return;
      }
      const steps = advances(context, string);
      const whole = steps.reduce((sum, step) => sum + step, 0);
      let at = x - (align === "center" ? whole / 2 : align === "right" ? whole : 0);
      context.textAlign = "center";
      [...string].forEach((sign, i) => {
        context.fillText(sign, at + steps[i] / 2, y);
        at += steps[i];
      });
    },
  };
}

const escape = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
const short = (number) => String(Math.round(number * 100) / 100);
const ANCHOR = { center: "middle", left: "start", right: "end" };
const BASE = { middle: "central", alphabetic: "alphabetic", top: "hanging" };

/**
 * The same calls, collected as SVG.
 * @returns {object} the drawing calls, and `toString()` for the file
 */
export function svgSurface(w, h, background) {
  const out = [];
  const style = (color, thick, { dash = [], alpha = 1 } = {}) =>
    `fill="none" stroke="${color}" stroke-width="${short(thick)}"` +
    (dash.length ? ` stroke-dasharray="${dash.join(" ")}"` : "") + (alpha < 1 ? ` stroke-opacity="${short(alpha)}"` : "");
  return {
    rect(x, y, rw, rh, fill, alpha = 1) {
      const clear = alpha < 1 ? ` fill-opacity="${short(alpha)}"` : "";
      out.push(`<rect x="${short(x)}" y="${short(y)}" width="${short(rw)}" height="${short(rh)}" fill="${fill}"${clear}/>`);
    },
    segments(points, color, thick, options = {}) {
      let path = "";
      for (let i = 0; i < points.length; i += 4) path += `M${short(points[i])} ${short(points[i + 1])}L${short(points[i + 2])} ${short(points[i + 3])}`;
      if (path) out.push(`<path d="${path}" stroke-linecap="${options.cap ?? "butt"}" ${style(color, thick, options)}/>`);
    },
    outline(x, y, rw, rh, color, thick, options) {
      out.push(`<rect x="${short(x)}" y="${short(y)}" width="${short(rw)}" height="${short(rh)}" ${style(color, thick, options)}/>`);
    },
    text(string, x, y, { size, weight = 400, fill, align = "center", tabular = false, family = FONT, base = "middle" }) {
      const figures = tabular ? ' style="font-variant-numeric:tabular-nums"' : "";
      out.push(`<text x="${short(x)}" y="${short(y)}" font-family="${escape(family)}" font-size="${short(size)}" ` +
        `font-weight="${weight}" fill="${fill}" text-anchor="${ANCHOR[align]}" dominant-baseline="${BASE[base]}"${figures}>${escape(string)}</text>`);
    },
    toString() {
      return `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}" viewBox="0 0 ${w} ${h}">` +
        `<rect width="${w}" height="${h}" fill="${background}"/>${out.join("\n")}</svg>\n`;
    },
  };
}

/** Diagonal hatching of a rectangle, as points for `segments`. */
export function hatch(x, y, w, h, every = 6) {
  const points = [];
  for (let d = every; d < w + h; d += every) {
    points.push(x + Math.min(d, w), y + Math.max(0, d - w), x + Math.max(0, d - h), y + Math.min(d, h));
  }
  return points;
}
