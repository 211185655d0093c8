/** Canvases in CSS pixels, sharp on any screen. */
import { FONT } from "./palette.js";

const pen = document.createElement("canvas").getContext("2d");

/** How wide a text is. */
export function measure(text, size, weight = 400) {
  pen.font = `${weight} ${size}px ${FONT}`;
  return pen.measureText(text).width;
}

/** Give a canvas its size. */
export function fit(canvas, { width, height }) {
  const ratio = devicePixelRatio || 1;
  [canvas.width, canvas.height] = [Math.round(width * ratio), Math.round(height * ratio)];
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
}

/** The context of a canvas, wiped. */
export function wiped(canvas) {
  const ratio = devicePixelRatio || 1;
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  return context;
}
