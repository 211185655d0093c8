/**
 * What was drawn, as a list of acts that can be undone: strokes, whole images, clearing. Replayed on a canvas of
 * DETAIL × size pixels, which is then averaged down, so that strokes have the soft rims of scanned ink.
 */

export const DETAIL = 10;
const MOST_ACTS = 500;
const MOST_POINTS = 20000;

export function makeStrokes(size) {
  const side = size * DETAIL;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = side;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  let done = [];
  let undone = [];

  function paint(act, from = 0) {
    if (act.kind === "clear") wipe();
    else if (act.kind === "image") paintImage(act.pixels);
    else paintStroke(act, from);
  }

  function wipe() {
    context.fillStyle = "#000";
    context.fillRect(0, 0, side, side);
  }

  function paintImage(pixels) {
    pixels.forEach((value, i) => {
      context.fillStyle = `rgb(${value},${value},${value})`;
      context.fillRect((i % size) * DETAIL, Math.floor(i / size) * DETAIL, DETAIL, DETAIL);
    });
  }

  function paintStroke({ erase, points }, from) {
    context.strokeStyle = context.fillStyle = erase ? "#000" : "#fff";
    context.lineCap = context.lineJoin = "round";
    for (let i = Math.max(from, 0); i < points.length; i += 1) {
      const [x, y, width] = points[i];
      const [px, py] = points[Math.max(0, i - 1)];
      context.lineWidth = width * DETAIL;
      context.beginPath();
      context.moveTo(px * DETAIL, py * DETAIL);
      // A point alone is a line too short for a cap in some browsers.
      context.lineTo(x * DETAIL + (i === 0 ? 0.01 : 0), y * DETAIL);
      context.stroke();
    }
  }

  function replay() {
    wipe();
    done.forEach((act) => paint(act));
  }

  wipe();
  return {
    canvas,
    get canUndo() { return done.length > 0; },
    get canRedo() { return undone.length > 0; },
    get empty() { return done.length === 0; },
    /** The pixels themselves, if nothing was drawn since they were put in. */
    get untouched() { return done.at(-1)?.kind === "image" ? done.at(-1).pixels : null; },
    add(act) {
      done.push(act);
      undone = [];
      if (done.length > MOST_ACTS) done = [{ kind: "image", pixels: downsampled(context, size) }, ...done.slice(-MOST_ACTS / 2)];
      paint(act);
    },
    extend(points) {
      const stroke = done.at(-1);
      if (stroke?.kind !== "stroke" || stroke.points.length > MOST_POINTS) return;
      const from = stroke.points.length;
      stroke.points.push(...points);
      paint(stroke, from);
    },
    undo() {
      if (done.length) undone.push(done.pop());
      replay();
    },
    redo() {
      if (undone.length) done.push(undone.pop());
      replay();
    },
    /** Starts over with an image or with nothing; there is no way back over it. */
    restart(pixels) {
      done = pixels ? [{ kind: "image", pixels: Uint8Array.from(pixels) }] : [];
      undone = [];
      replay();
    },
  };
}

/** The mean of each DETAIL × DETAIL square: uint8 (size · size). */
export function downsampled(context, size) {
  const side = size * DETAIL;
  const { data } = context.getImageData(0, 0, side, side);
  const sums = new Uint32Array(size * size);
  for (let y = 0; y < side; y += 1) {
    const row = Math.floor(y / DETAIL) * size;
    for (let x = 0; x < side; x += 1) sums[row + Math.floor(x / DETAIL)] += data[4 * (y * side + x)];
  }
  return Uint8Array.from(sums, (sum) => Math.round(sum / (DETAIL * DETAIL)));
}

/**
 * As MNIST's digits were made: the ink's box is scaled to 20 of 28 pixels on its longer side, then moved so that its
 * centre of mass stands in the middle.
 * @param {HTMLCanvasElement} canvas DETAIL · size on a side
 * @returns {Uint8Array} size · size
 */
export function centred(canvas, size) {
  const side = size * DETAIL;
  const source = canvas.getContext("2d").getImageData(0, 0, side, side).data;
  const box = inkBox(source, side);
  if (!box) return new Uint8Array(size * size);
  const wanted = (size * 20) / 28 * DETAIL;
  // A dot stays a dot: at most four times as large as it was drawn.
  const scale = Math.min(4, wanted / Math.max(box.width, box.height));
  const target = document.createElement("canvas");
  target.width = target.height = side;
  const context = target.getContext("2d", { willReadFrequently: true });
  context.fillStyle = "#000";
  context.fillRect(0, 0, side, side);
  context.imageSmoothingQuality = "high";
  const { left, top, width, height } = box;
  // A figure whose mass lies far to one side is not pushed over the edge.
  const start = (mass, length) => Math.min(side - length * scale, Math.max(0, side / 2 - mass * scale));
  context.drawImage(canvas, left, top, width, height, start(box.x, width), start(box.y, height), width * scale, height * scale);
  return downsampled(context, size);
}

/** The box of what is lighter than black, and the centre of mass in it. */
function inkBox(data, side) {
  let [left, top, right, bottom, mass, mx, my] = [side, side, -1, -1, 0, 0, 0];
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) {
      const ink = data[4 * (y * side + x)];
      if (ink < 8) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
      mass += ink;
      mx += ink * (x + 0.5);
      my += ink * (y + 0.5);
    }
  }
  if (right < 0) return null;
  return { left, top, width: right - left + 1, height: bottom - top + 1, x: mx / mass - left, y: my / mass - top };
}
