/** Draws a panel: pixels, grid, numbers and marks below; crosshair, window and pin above. */
import { hex, inkOn } from "../shared/colors.js";
import { CHANNELS, INK, ROLES } from "../shared/palette.js";
import { colourAt, longest, NONE, texts } from "./panel.js";

const GRID_FROM = 10;
const LINE = 1.28;

const PLAIN = { white: "#ffffff", black: "#000000" };
const inkOf = (name, theme) => PLAIN[name] ?? INK[theme][name] ?? ROLES[theme][name] ?? INK[theme].accent;

/** The panel's pixels that are seen: first row and column, and one past the last. */
function seen(panel, frame, size) {
  const from = (at, step) => Math.max(0, Math.floor(-at / step));
  const to = (at, step, length, most) => Math.min(most, Math.ceil((length - at) / step));
  return {
    top: from(frame.top, frame.down), bottom: to(frame.top, frame.down, size.height, panel.height),
    left: from(frame.left, frame.across), right: to(frame.left, frame.across, size.width, panel.width),
  };
}

/** Where the panel that shows through another lies on its canvas: it fills the same place with its own pixels. */
export function frameUnder({ under, width, height }, frame) {
  return { ...frame, across: (frame.across * width) / under.width, down: (frame.down * height) / under.height };
}

/** Pixels by the browser: sharp squares when enlarged, smooth when shrunk. Only what is seen is copied. */
export function drawPixels(context, panel, frame, size) {
  if (panel.under) drawPixels(context, panel.under, frameUnder(panel, frame), size);
  if (panel.smooth) {
    // The whole of it: a part would be smoothed as if nothing lay around it.
    context.imageSmoothingEnabled = true;
    context.imageSmoothingQuality = "high";
    context.drawImage(panel.canvas, frame.left, frame.top, panel.width * frame.across, panel.height * frame.down);
    return;
  }
  const part = seen(panel, frame, size);
  const [wide, high] = [part.right - part.left, part.bottom - part.top];
  if (wide <= 0 || high <= 0) return;
  context.imageSmoothingEnabled = frame.across * devicePixelRatio < 1 || frame.down * devicePixelRatio < 1;
  context.imageSmoothingQuality = "high";
  context.drawImage(panel.canvas, part.left, part.top, wide, high,
    frame.left + part.left * frame.across, frame.top + part.top * frame.down, wide * frame.across, high * frame.down);
}

/** Grid and numbers where the pixels are large enough, then the marks. */
export function drawDetails(surface, panel, frame, size, textScale) {
  const cell = Math.min(frame.down, frame.across);
  if (cell >= GRID_FROM * textScale && !panel.smooth) drawGrid(surface, panel, frame, size, Math.min(1, (cell / textScale - GRID_FROM) / 14));
  drawNumbers(surface, panel, frame, size, textScale);
  for (const marks of panel.marks) drawMarks(surface, marks, frame, panel.theme, textScale);
}

function drawGrid(surface, panel, frame, size, strength) {
  const part = seen(panel, frame, size);
  const [x0, x1] = [frame.left + part.left * frame.across, frame.left + part.right * frame.across];
  const [y0, y1] = [frame.top + part.top * frame.down, frame.top + part.bottom * frame.down];
  const points = [];
  for (let row = part.top; row <= part.bottom; row += 1) points.push(x0, frame.top + row * frame.down, x1, frame.top + row * frame.down);
  for (let column = part.left; column <= part.right; column += 1) points.push(frame.left + column * frame.across, y0, frame.left + column * frame.across, y1);
  surface.segments(points, "#808488", 1, { alpha: 0.55 * strength });
}

/** Numbers are drawn once the longest fits its pixel at 12 CSS pixels or more. */
export function numberSize(panel, frame, textScale) {
  // Over a photo no ink can be read everywhere.
  if (panel.smooth || (panel.under && panel.opacity < 1)) return 0;
  const lines = panel.planes.length;
  const fits = Math.min((frame.across * 0.9) / (longest(panel) * 0.6), (frame.down * 0.88) / (lines * LINE));
  return fits >= 12 * textScale ? Math.min(fits, 15 * textScale) : 0;
}

function drawNumbers(surface, panel, frame, size, textScale) {
  const letter = numberSize(panel, frame, textScale);
  if (!letter) return;
  const part = seen(panel, frame, size);
  for (let row = part.top; row < part.bottom; row += 1) {
    for (let column = part.left; column < part.right; column += 1) {
      const ink = inkOn(hex(colourAt(panel, row, column)));
      const words = texts(panel, row, column);
      if (words[0] === NONE) continue;
      const x = frame.left + (column + 0.5) * frame.across;
      const y = frame.top + (row + 0.5) * frame.down;
      // Three channel colours cannot all be read on any colour: a plate of paper lies between, the pixel frames it.
      if (words.length === 3) plate(surface, panel, x, y, longest(panel), letter);
      words.forEach((word, line) => {
        const fill = words.length === 3 ? CHANNELS[panel.theme][line] : ink;
        surface.text(word, x, y + (line - (words.length - 1) / 2) * letter * LINE, { size: letter, fill, tabular: true, weight: 500 });
      });
    }
  }
}

function plate(surface, panel, x, y, letters, size) {
  const [w, h] = [letters * size * 0.6 + 6, 3 * size * LINE + 2];
  surface.rect(x - w / 2, y - h / 2, w, h, INK[panel.theme].paper, 0.88);
}

/** Marks with a halo, so that they are seen on any photo. */
function drawMarks(surface, marks, frame, theme, textScale) {
  const ink = inkOf(marks.ink, theme);
  const width = marks.size * textScale;
  for (const [weight, indices] of byWeight(marks)) {
    const alpha = weight / 15;
    const lines = [];
    for (const i of indices) lines.push(...linesOf(marks, i, frame, width));
    if (marks.kind !== "segments") surface.segments(lines, "#ffffff", width + 2, { alpha: 0.75 * alpha, cap: "round" });
    surface.segments(lines, ink, width, { alpha, cap: "round" });
  }
  marks.labels.forEach((label, i) => {
    const at = 4 * i;
    const size = 12 * textScale;
    const x = frame.left + marks.places[at + 1] * frame.across;
    const y = frame.top + marks.places[at] * frame.down;
    surface.rect(x, y - size * 1.5, label.length * size * 0.6 + 8, size * 1.5, ink);
    surface.text(label, x + 4, y - size * 0.75, { size, fill: inkOn(ink), align: "left", weight: 500 });
  });
}

function byWeight(marks) {
  const count = marks.places.shape[0];
  const groups = new Map();
  for (let i = 0; i < count; i += 1) {
    const weight = marks.weight ? marks.weight[i] : 15;
    if (weight === 0) continue;
    if (!groups.has(weight)) groups.set(weight, []);
    groups.get(weight).push(i);
  }
  return [...groups].sort((a, b) => a[0] - b[0]);
}

function linesOf(marks, i, frame, width) {
  const x = (column) => frame.left + column * frame.across;
  const y = (row) => frame.top + row * frame.down;
  if (marks.kind === "points") {
    const [cy, cx, arm] = [y(marks.places[2 * i]), x(marks.places[2 * i + 1]), 1.5 * width + 1.5];
    return [cx - arm, cy, cx + arm, cy, cx, cy - arm, cx, cy + arm];
  }
  const [a, b, c, d] = marks.places.subarray(4 * i, 4 * i + 4);
  if (marks.kind === "segments") return [x(b), y(a), x(d), y(c)];
  return [x(b), y(a), x(d), y(a), x(d), y(a), x(d), y(c), x(d), y(c), x(b), y(c), x(b), y(c), x(b), y(a)];
}

/** The crosshair through a pixel (not through numbers) and the pixel's outline; both are seen on dark and light. */
export function drawCross(surface, frame, size, row, column, theme, pinned, boxed, lined) {
  const accent = INK[theme].accent;
  const x = frame.left + column * frame.across;
  const y = frame.top + row * frame.down;
  const [cx, cy] = [x + frame.across / 2, y + frame.down / 2];
  const [half, tall] = [Math.max(frame.across / 2, 5), Math.max(frame.down / 2, 5)];
  const lines = [0, cy, cx - half, cy, cx + half, cy, size.width, cy, cx, 0, cx, cy - tall, cx, cy + tall, cx, size.height];
  if (lined) {
    surface.segments(lines, "#000000", 1.5, { alpha: 0.3 });
    surface.segments(lines, "#ffffff", 1, { alpha: 0.75 });
  }
  if (boxed) frameBox(surface, cx - half, cy - tall, 2 * half, 2 * tall, accent);
  if (pinned) surface.rect(cx - 2, cy - 2, 4, 4, accent);
}

/** A box in a colour between two thin white lines. */
function frameBox(surface, x, y, w, h, color) {
  surface.outline(x - 1, y - 1, w + 2, h + 2, "#ffffff", 4, { alpha: 0.85 });
  surface.outline(x - 1, y - 1, w + 2, h + 2, color, 2);
}

/** The pixels that another panel's pixel was made from. */
export function drawWindow(surface, frame, window, row, column, theme) {
  const x = frame.left + (window.step[1] * column + window.offset[1]) * frame.across;
  const y = frame.top + (window.step[0] * row + window.offset[0]) * frame.down;
  const [w, h] = [window.width * frame.across, window.height * frame.down];
  surface.rect(x, y, w, h, INK[theme].accent, 0.16);
  frameBox(surface, x, y, w, h, INK[theme].accent);
}
